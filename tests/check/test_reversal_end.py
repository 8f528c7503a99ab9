import pytest

from harness.check import reversal
from tests.check.literal import fired, history, row
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    black_box,
    cleared,
    end,
    fault,
    fault_slip,
    hang_up,
    invoke,
    judged,
    power,
    pushed,
    request,
    seen_at_host,
    settle,
    sign_in,
    slip,
    stored,
    unanswered,
    undo,
    undone,
)

BLIND = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
SLIPS = ("host_wire", "slip", "till", "display", "nv")


def in_vain(times, begin_s=100, **more):
    """Return 0400s that nobody answers, each until its time-out."""
    for place in range(times):
        at_s = begin_s + 100 * place
        yield undo(1, at_s=at_s, **more)
        yield hang_up(at_s=at_s + 60)


@pytest.mark.parametrize("code", ["00", "12", "25"])
def test_a_concluding_answer_ends_it(code):
    whole = history(*unanswered(), *pushed(code=code), *approved(2))
    assert judged(whole, "R7") == (1, False, False)
    again = history(*unanswered(), *pushed(code=code), *pushed(), *approved(2))
    assert fired(reversal, again) == ["R7"]


@pytest.mark.parametrize("code", ["96", "94", "22", "A0", "51"])
def test_another_answer_does_not_end_it(code):
    rows = [*unanswered(), undo(1), undone(1, code)]
    assert fired(reversal, history(*rows, *approved(2))) == ["R7"]
    good = history(*rows, *sign_in(), *pushed(), *approved(2))
    assert fired(reversal, good) == []
    assert judged(good, "R7")[0] == 1


@pytest.mark.parametrize("wrong", [{"mac_ok": False}, {"F3": "310000"}, {"terminal_id": "2"}])
def test_an_invalid_answer_to_a_0400_does_not_end_it(wrong):
    rows = [*unanswered(), undo(1), undone(1, **wrong), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R7"]


def test_silence_does_not_end_it():
    whole = history(*unanswered(), *in_vain(1), *approved(2))
    assert fired(reversal, whole) == ["R7"]
    assert "silence" in str(next(each for each in reversal.check(whole) if each.findings))
    long_after = history(*unanswered(), undo(1, at_s=100), *approved(2, at_s=170))
    assert fired(reversal, long_after) == ["R7"]


def test_a_0400_whose_line_was_lost_at_once_is_not_concluded():
    whole = history(*unanswered(), undo(1), hang_up(value="lost"), *approved(2))
    assert fired(reversal, whole) == ["R7"]


def test_a_reversal_in_vain_that_is_repeated_after_the_next_sale_is_a_matter_of_order():
    whole = history(*unanswered(), *in_vain(1), *approved(2), *pushed())
    assert fired(reversal, whole) == ["R5"]


def test_without_anything_afterwards_the_end_is_not_judged():
    assert judged(history(*unanswered(), *pushed()), "R7") == (0, False, False)
    assert judged(history(*unanswered(), undo(1)), "R7") == (0, False, False)


def test_a_blind_line_may_hide_a_0400_too_many():
    whole = history(*unanswered(), *pushed(), *BLIND, *approved(2))
    assert judged(whole, "R7") == (0, False, True)


def test_a_blind_line_may_hide_the_repeat():
    whole = history(*unanswered(), *in_vain(1), *BLIND, *approved(2))
    assert judged(whole, "R7") == (0, False, True)
    assert fired(reversal, whole) == []


def test_an_answer_that_may_not_have_arrived_may_be_followed_by_a_repeat():
    rows = [*unanswered(), undo(1), undone(1), fault("tx host 0410 #1", "cut")]
    assert fired(reversal, seen_at_host([*rows, *pushed(), *approved(2)])) == []
    whole = seen_at_host([*rows, *approved(2)])
    assert fired(reversal, whole) == []


def test_a_power_cut_may_make_a_concluded_reversal_be_sent_again():
    cut = [power("off"), power("on")]
    rows = [*unanswered(), undo(1), undone(1), *cut, *pushed(), *approved(2)]
    whole = history(*rows)
    assert fired(reversal, whole) == []
    late = [*unanswered(), *pushed(), *sign_in(), *cut, *pushed(), *approved(2)]
    assert fired(reversal, history(*late)) == ["R7"]


def test_a_cancel_while_the_0400_waits_leaves_its_answer_open():
    rows = [*unanswered(), undo(1), row("operator", "act", "key", key="CANCEL"), undone(1, at_s=90)]
    assert fired(reversal, history(*rows, *approved(2))) == []
    assert fired(reversal, history(*rows, *pushed(), *approved(2))) == []


@pytest.mark.parametrize("see", [lambda rows: history(*rows), black_box, seen_at_host])
def test_three_sends_and_a_fault_slip_are_right(see):
    whole = see([*unanswered(), *in_vain(3), fault_slip(voucher=1), cleared(1), *approved(2)])
    assert fired(reversal, whole) == []
    assert judged(whole, "R8") == (1, False, False)


def test_a_single_reversal_says_nothing_about_giving_up():
    assert judged(history(*unanswered(), *pushed(), *approved(2)), "R8") == (0, False, False)


def test_the_third_send_may_succeed():
    whole = history(*unanswered(), *in_vain(2), *pushed(), *approved(2))
    assert judged(whole, "R8") == (1, False, False)
    assert fired(reversal, whole) == []


@pytest.mark.parametrize("see", [lambda rows: history(*rows), black_box, seen_at_host])
def test_a_fourth_send_breaks_r8(see):
    whole = see([*unanswered(), *in_vain(4), fault_slip(), *approved(2)])
    assert fired(reversal, whole) == ["R8"]
    assert "4 times" in str(next(each for each in reversal.check(whole) if each.findings))


def test_more_sends_are_right_where_the_profile_says_so():
    rows = [*unanswered(), *in_vain(4), fault_slip(), *approved(2)]
    assert fired(reversal, history(*rows, profile={"reversal_attempts_max": 4})) == []


def test_a_send_that_was_cut_short_may_count_or_not():
    cut = [undo(1, partial=True, size=9), hang_up()]
    rows = [*unanswered(), *cut, *in_vain(2), fault_slip(), *approved(2)]
    assert fired(reversal, history(*rows)) == []
    rows = [*unanswered(), *cut, *in_vain(3), fault_slip(), *approved(2)]
    assert fired(reversal, history(*rows)) == []


def test_a_copy_that_the_bench_made_is_no_send():
    rows = [*unanswered(), *in_vain(3)]
    copy = next(at_host([undo(1, at_s=100)]))
    whole = [*at_host(rows[:5]), fault("rx host 0400 #1", "duplicate"), copy, copy]
    whole += [*at_host(rows[6:]), fault_slip(), *at_host(approved(2))]
    seen = history(*whole, host_wire_at="host", observes=("host_wire", "slip"))
    assert fired(reversal, seen) == []


def test_a_reversal_that_is_dropped_silently_breaks_r8():
    whole = history(*unanswered(), *in_vain(3), *approved(2))
    assert fired(reversal, whole) == ["R8"]
    assert "silently" in str(next(each for each in reversal.check(whole) if each.findings))


@pytest.mark.parametrize(
    "told",
    [
        row("terminal", "show", "REVERSAL_FAILED", ""),
        row("terminal", "show", "MESSAGE", "冲正不成功 请人工处理"),
        end("fail", 9, text="reversal failed, call the provider"),
        row("till", "rx", "ecr/06D1", text="冲正失败"),
    ],
)
def test_the_operator_may_be_told_on_display_or_till(told):
    rows = [*unanswered(), *in_vain(3), told, *approved(2)]
    assert fired(reversal, history(*rows)) == []


@pytest.mark.parametrize(
    "said",
    [
        row("terminal", "show", "MESSAGE", "冲正成功"),
        row("terminal", "show", "MESSAGE", "sale failed"),
        row("terminal", "rx", "ecr/0601", text="reversal failed"),
        slip(1, says_approved=False),
    ],
)
def test_other_words_do_not_tell_of_it(said):
    whole = history(*unanswered(), *in_vain(3), said, *approved(2))
    assert fired(reversal, whole) == ["R8"]


def test_the_fault_slip_of_another_transaction_does_not_tell_of_it():
    whole = history(*unanswered(), *in_vain(3), fault_slip(voucher=7), *approved(2))
    assert fired(reversal, whole) == ["R8"]


def test_the_fault_slip_of_a_later_reversal_does_not_tell_of_it():
    later = [stored(5), request(5, at_s=1000), hang_up(at_s=1060), undo(5), fault_slip()]
    assert fired(reversal, history(*unanswered(), *in_vain(3), *approved(2), *later)) == ["R8"]


def test_the_fault_slip_may_come_out_after_the_next_sale():
    assert fired(reversal, history(*unanswered(), *in_vain(3), *approved(2), fault_slip())) == []


@pytest.mark.parametrize("channel", ["slip", "display", "till"])
def test_a_blind_channel_may_have_told_it(channel):
    blind = [row("bench", "blind", channel), row("bench", "sees", channel)]
    whole = history(*unanswered(), *in_vain(3), *blind, *approved(2))
    assert judged(whole, "R8") == (0, False, True)


def test_without_paper_the_fault_slip_could_not_come_out():
    out = fault("print terminal slip #1", "paper_out")
    rows = [out, *unanswered(), *in_vain(3)]
    assert judged(history(*rows, *approved(2)), "R8") == (0, False, True)
    healed = [out, row("nemesis", "heal", "print terminal slip #1"), *unanswered(), *in_vain(3)]
    assert judged(history(*healed, *approved(2)), "R8") == (1, True, False)
    assert judged(history(*rows, *approved(2), observes=("host_wire", "till")), "R8")[2]


def test_a_blind_host_line_may_hide_the_end_of_a_reversal():
    whole = history(*unanswered(), *in_vain(3), *BLIND, *approved(2))
    assert judged(whole, "R8") == (0, False, True)


def test_exhausted_and_nothing_afterwards_is_not_judged():
    assert judged(history(*unanswered(), *in_vain(3)), "R8") == (0, False, False)
    assert judged(history(*unanswered(), *in_vain(3), fault_slip()), "R8") == (1, False, False)


def test_giving_up_before_the_limit_breaks_r8():
    whole = history(*unanswered(), *in_vain(1), fault_slip(), *approved(2))
    assert fired(reversal, whole) == ["R8"]


def dials(times):
    return [row("terminal", "connect", "host", "refused") for _ in range(times)]


@pytest.mark.parametrize("told", [[], [fault_slip()]])
def test_a_reversal_that_was_never_sent_after_refused_calls_breaks_r8(told):
    whole = history(*unanswered(), *dials(3), *told, *approved(2))
    assert fired(reversal, whole) == ["R8"]
    assert "3 calls refused" in str(next(each for each in reversal.check(whole) if each.findings))


def test_refused_calls_are_no_attempts():
    whole = history(*unanswered(), *dials(5), *in_vain(3), fault_slip(), *approved(2))
    assert fired(reversal, whole) == []
    assert fired(reversal, history(*unanswered(), *dials(2), *pushed(), *approved(2))) == []


def test_early_giving_up_is_a_gap_where_sends_may_be_out_of_sight():
    whole = history(*unanswered(), *in_vain(1), *BLIND, fault_slip(), *approved(2))
    assert judged(whole, "R8") == (0, False, True)
    rows = [*unanswered(), fault("tx host 0210 #1", "cut"), *in_vain(1), fault_slip()]
    assert judged(seen_at_host([*rows, *approved(2)]), "R8") == (0, False, True)
    rows = [*unanswered(), *in_vain(1), fault_slip(), *approved(2)]
    assert judged(seen_at_host(rows), "R8") == (1, True, False)


@pytest.mark.parametrize(("dropped", "sent", "gap"), [(3, 0, False), (2, 1, False), (2, 0, True)])
def test_reversals_that_the_bench_has_dropped_before_its_host_were_sent(dropped, sent, gap):
    lost = [fault(f"rx host 0400 #{place + 1}", "drop") for place in range(dropped)]
    rows = [*unanswered(), *lost, *in_vain(sent), fault_slip(), *approved(2)]
    assert judged(seen_at_host(rows), "R8") == (int(not gap), False, gap)


def test_dropped_reversals_do_not_excuse_that_nobody_is_told():
    lost = [fault(f"rx host 0400 #{place + 1}", "drop") for place in range(3)]
    assert judged(seen_at_host([*unanswered(), *lost, *approved(2)]), "R8")[0] == 0


BLOCK = {"reversal_exhausted": "keep_and_block"}


def test_where_the_profile_blocks_no_new_transaction_begins():
    rows = [*unanswered(), *in_vain(3), fault_slip()]
    assert fired(reversal, history(*rows, *approved(2), profile=BLOCK)) == ["R8"]
    assert fired(reversal, history(*rows, settle(), profile=BLOCK)) == ["R8"]


def test_a_blocked_terminal_refuses_the_next_call():
    rows = [*unanswered(), *in_vain(3), invoke(5), end("fail", 5)]
    assert judged(history(*rows, profile=BLOCK), "R8") == (1, False, False)
    assert judged(history(*rows[:-1], profile=BLOCK), "R8") == (0, False, False)
    assert judged(history(*rows[:-1], end("ok", 5), profile=BLOCK), "R8") == (0, False, False)


def test_an_open_item_closed_by_hand_ends_the_block():
    def note(stan, closed):
        return row("bench", "note", "open item", stan=stan, closed=closed)

    rows = [*unanswered(), *in_vain(3), fault_slip()]
    for item, expected in ((note(1, True), []), (note(1, False), ["R8"]), (note(7, True), ["R8"])):
        assert fired(reversal, history(*rows, item, *approved(2), profile=BLOCK)) == expected


def test_a_request_that_never_left_has_no_reversal_to_give_up():
    rows = [request(1, partial=True, size=0), *in_vain(3), *approved(2)]
    assert judged(history(*rows), "R8") == (0, False, False)


def test_an_approved_sale_is_not_given_up():
    assert judged(history(*approved(1), *approved(2)), "R8") == (0, False, False)


def test_a_0400_too_many_stands_whoever_looked_away():
    whole = history(*unanswered(), *pushed(), *BLIND, *pushed(), *approved(2))
    assert fired(reversal, whole) == ["R7"]


def test_paper_that_came_back_too_late_is_a_gap():
    out = fault("print terminal slip #1", "paper_out")
    heal = row("nemesis", "heal", "print terminal slip #1")
    whole = history(out, *unanswered(), *in_vain(3), *approved(2), heal)
    assert judged(whole, "R8") == (0, False, True)


def test_at_the_terminal_every_send_is_seen_whatever_the_line_did():
    rows = [*unanswered(), fault("tx host 0210 #1", "cut"), *in_vain(1), fault_slip()]
    assert fired(reversal, history(*rows, *approved(2))) == ["R8"]


def unfinished():
    """Return an approved sale that the terminal cannot finish, and its first reversal in vain."""
    return [*approved(1, 1)[:4], end("fail", 1), undo(1, "96", at_s=100), hang_up(at_s=160)]


def test_a_reversal_that_was_begun_has_to_be_concluded_whatever_its_reason():
    assert fired(reversal, history(*unfinished(), *approved(2))) == ["R7"]
    assert fired(reversal, history(*unfinished()[:-1], *approved(2))) == ["R5"]
    good = history(*unfinished(), *pushed(reason="06"), *approved(2))
    assert fired(reversal, good) == []
    assert judged(good, "R5") == (1, False, False)


def test_a_reversal_that_was_begun_survives_a_power_cut():
    cut = [power("off"), power("on")]
    assert fired(reversal, history(*unfinished(), *cut, *approved(2))) == ["R12"]
    good = history(*unfinished(), *cut, *pushed(reason="06"), *approved(2))
    assert fired(reversal, good) == []
    assert judged(good, "R12") == (1, False, False)


def test_a_reversal_in_vain_of_what_shows_as_approved_breaks_two_rules():
    whole = history(*unfinished(), slip(1), *approved(2))
    assert fired(reversal, whole) == ["R16", "R7"]


def test_the_reversal_of_a_decline_or_of_nothing_need_not_be_concluded():
    declined = [stored(1), request(1), answer(1, "51"), undo(1), hang_up(200), *approved(2)]
    assert fired(reversal, history(*declined)) == ["R4"]
    never = [stored(1), request(1, partial=True, size=0), undo(1), hang_up(200), *approved(2)]
    assert fired(reversal, history(*never)) == []


@pytest.mark.parametrize("point", ["rx host 0400", "tx terminal 0400"])
def test_at_the_terminal_a_dropped_reversal_is_the_one_that_was_seen_to_leave(point):
    lost = [fault(f"{point} #{place}", "drop") for place in (1, 2)]
    rows = [*unanswered(), *in_vain(2), *lost, fault_slip(), *approved(2)]
    assert judged(history(*rows), "R8") == (1, True, False)
