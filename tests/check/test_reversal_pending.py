import pytest

from harness.check import reversal
from tests.check.literal import fired, history, row
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    black_box,
    cancel,
    end,
    fault,
    hang_up,
    invoke,
    judged,
    power,
    pushed,
    request,
    seen_at_host,
    settle,
    sign_in,
    stored,
    unanswered,
    undo,
    undone,
)

GOOD = [*sign_in(), *unanswered(), invoke(2), *pushed(), *approved(2)[1:]]


def declined(stan=1, code="51", **more):
    return [
        invoke(stan), stored(stan), request(stan), answer(stan, code, **more), end("fail", stan)
    ]  # fmt: skip


@pytest.mark.parametrize("see", [lambda rows: history(*rows), black_box, seen_at_host])
def test_a_reversal_before_the_next_sale_satisfies_all_rules(see):
    whole = see(GOOD)
    found = [each for each in reversal.check(whole) if each.findings or each.gaps]
    assert found == []
    for rule in ("R2", "R3", "R5", "R6", "R7", "R16"):
        assert judged(whole, rule)[0] > 0


@pytest.mark.parametrize("see", [lambda rows: history(*rows), black_box, seen_at_host])
def test_a_time_out_without_reversal_breaks_r3(see):
    whole = see([*unanswered(), *approved(2)])
    assert fired(reversal, whole) == ["R3"]


def test_a_finding_of_r3_names_cause_gate_and_rows():
    whole = history(*unanswered(), *approved(2))
    finding = next(each.findings[0] for each in reversal.check(whole) if each.findings)
    assert str(finding) == (
        "R3: sale 000001 is pending: no answer came: expected its reversal (0400) before "
        "0200 sale 000002, seen none (rows 2, 7)"
    )


@pytest.mark.parametrize("kind", ["void", "preauth", "completion"])
def test_every_reversible_kind_is_reversed(kind):
    rows = [request(1, kind=kind, at_s=0), hang_up(at_s=60)]
    assert fired(reversal, black_box([*rows, *approved(2)])) == ["R3"]


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        ({"mac_ok": False}, "no valid answer came"),
        ({"terminal_id": "99999999"}, "no valid answer came"),
        ({"mti": "0110"}, "no valid answer came"),
        ({"F3": "310000"}, "no valid answer came"),
        ({"malformed": True}, "no valid answer came"),
    ],
)
def test_an_invalid_answer_leaves_a_pending_reversal(wrong, cause):
    rows = [request(1), answer(1, **wrong), end("fail", 1)]
    whole = black_box([*rows, *approved(2)])
    assert fired(reversal, whole) == ["R3"]
    assert cause in str(reversal.check(whole)[2].findings[0])


def test_the_answer_of_another_stan_is_none():
    whole = black_box([request(1), answer(9), end("fail", 1), *approved(2)])
    assert fired(reversal, whole) == ["R3"]


def test_an_answer_cut_short_is_none():
    rows = [request(1), answer(1, partial=True, size=20)]
    assert fired(reversal, black_box([*rows, *approved(2)])) == ["R3"]


def test_a_response_code_outside_the_table_is_reversed():
    rows = [request(1), answer(1, "Z9")]
    assert fired(reversal, black_box([*rows, *approved(2)])) == ["R3"]
    table = {"profile": {"f39_table": ("00 A", "Z9 C")}}
    assert fired(reversal, black_box([*rows, *approved(2)], **table)) == []


def test_cancel_while_waiting_is_reversed_by_profile():
    rows = [request(1), cancel(), answer(1, at_s=30), *approved(2)]
    assert fired(reversal, black_box(rows)) == ["R3"]
    assert "CANCEL" in str(reversal.check(black_box(rows))[2].findings[0])
    ignored = {"profile": {"cancel_while_waiting": "ignored"}}
    assert fired(reversal, black_box(rows, **ignored)) == []


def test_an_answer_at_the_moment_of_cancel_is_a_gap():
    rows = [request(1), cancel(), answer(1), *approved(2)]
    assert judged(black_box(rows), "R3") == (0, False, True)


def test_an_answer_at_the_moment_of_cancel_that_shows_was_taken():
    rows = [request(1), cancel(), answer(1), approved(1)[-2], *approved(2)]
    assert judged(black_box(rows), "R3") == (0, False, False)


def test_without_a_next_transaction_nothing_is_overdue():
    assert judged(history(*unanswered()), "R3") == (0, False, False)
    assert judged(history(*unanswered()), "R5") == (0, False, False)


def test_a_blind_host_line_hides_a_reversal():
    rows = [*unanswered(), row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    whole = history(*rows, *approved(2))
    assert judged(whole, "R3") == (0, False, True)
    assert fired(reversal, whole) == []


def test_a_request_whose_first_byte_never_left_needs_no_reversal():
    rows = [request(1, partial=True, size=0), *approved(2)]
    assert judged(black_box(rows), "R3") == (0, False, False)
    rows = [request(1, partial=True, size=0), *pushed(), *approved(2)]
    assert fired(reversal, black_box(rows)) == []


@pytest.mark.parametrize("mark", [{"partial": True, "size": 30}, {"lost": True}, {"spoiled": True}])
def test_a_request_that_left_in_part_or_got_lost_is_reversed(mark):
    assert fired(reversal, black_box([request(1, **mark), *approved(2)])) == ["R3"]
    whole = black_box([request(1, **mark), hang_up(), *pushed(), *approved(2)])
    assert fired(reversal, whole) == []
    assert judged(whole, "R3")[0] == 1


def test_a_settlement_is_a_gate_and_management_is_none():
    assert fired(reversal, history(*unanswered(), settle())) == ["R3"]
    rows = [*unanswered(), *sign_in(), row("terminal", "tx", "host/0820", mti="0820", name="echo")]
    assert judged(history(*rows), "R3") == (0, False, False)
    assert fired(reversal, history(*unanswered(), *sign_in(), *pushed(), settle())) == []


def test_an_offline_upload_is_no_gate():
    rows = [*unanswered(), request(5, kind="offline_sale")]
    assert judged(black_box(rows), "R3") == (0, False, False)


def test_a_gate_of_which_no_byte_left_is_none():
    rows = [*unanswered(), request(2, partial=True, size=0)]
    assert judged(black_box(rows), "R3") == (0, False, False)


def test_a_reversal_that_comes_after_the_next_sale_breaks_r5():
    whole = history(*unanswered(), *approved(2), *pushed(), *approved(3, 3))
    assert fired(reversal, whole) == ["R5"]


def test_a_sale_that_does_not_wait_for_the_answer_to_the_reversal_breaks_r5():
    whole = history(*unanswered(), undo(1), *approved(2))
    assert fired(reversal, whole) == ["R5"]


def test_a_reversal_before_which_the_line_was_blind_may_have_come_in_time():
    rows = [*unanswered(), row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    whole = history(*rows, *approved(2), *pushed(), *approved(3, 3))
    assert judged(whole, "R5") == (0, False, True)


def test_after_a_mac_error_sign_in_comes_before_the_repeat():
    rows = [*unanswered(), undo(1), undone(1, "A0")]
    bad = history(*rows, *pushed(), *approved(2))
    assert fired(reversal, bad) == ["R5"]
    good = history(*rows, *sign_in(), *pushed(), *approved(2))
    assert fired(reversal, good) == []
    assert judged(good, "R5") == (2, False, False)


def test_a_blind_line_may_hide_the_sign_in():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    rows = [*unanswered(), undo(1), undone(1, "77"), *blind, *pushed(), *approved(2)]
    assert judged(history(*rows), "R5") == (1, False, True)


def test_sign_in_is_not_asked_for_after_other_answers():
    rows = [*unanswered(), undo(1), undone(1, "96"), *pushed(), *approved(2)]
    assert fired(reversal, history(*rows)) == []


def test_a_decline_leaves_no_reversal():
    whole = history(*declined(), *approved(2))
    assert judged(whole, "R4") == (1, False, False)
    assert fired(reversal, whole) == []


@pytest.mark.parametrize("code", ["51", "91", "96", "98"])
def test_a_reversal_after_a_decline_breaks_r4(code):
    whole = history(*declined(code=code), *pushed(), *approved(2))
    assert fired(reversal, whole) == ["R4"]


def test_a_decline_without_a_next_transaction_is_not_judged():
    assert judged(history(*declined()), "R4") == (0, False, False)


def test_a_reversal_that_nobody_could_see_may_have_followed_a_decline():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    assert judged(history(*declined(), *blind, *approved(2)), "R4") == (0, False, True)


def test_the_profile_may_reverse_after_a_code():
    profile = {"profile": {"reversal_on_f39": ("96",)}}
    good = history(*declined(code="96"), undo(1, "06"), *pushed()[1:], *approved(2), **profile)
    assert fired(reversal, good) == []
    assert judged(good, "R4") == (1, False, False)
    assert fired(reversal, history(*declined(code="96"), *approved(2), **profile)) == ["R4"]


def test_a_decline_with_a_wrong_mac_is_valid_where_the_profile_skips_it():
    rows = [*declined(mac_ok=False), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R3"]
    assert fired(reversal, history(*rows, profile={"mac_on_decline": "skipped"})) == []


@pytest.mark.parametrize("see", [black_box, seen_at_host])
def test_a_decline_under_keys_that_the_terminal_never_got_is_no_valid_one(see):
    rows = declined(key_missing=True)
    assert fired(reversal, see([*rows, *pushed(reason="A0"), *approved(2)])) == []
    assert fired(reversal, see([*rows, *approved(2)])) == ["R3"]
    assert "R4" in fired(reversal, see([*declined(), *pushed(reason="A0"), *approved(2)]))


def test_a_decline_that_may_not_have_arrived_is_a_gap_if_it_is_reversed():
    rows = [request(1), answer(1, "51"), fault("tx host 0210 #1", "cut")]
    whole = seen_at_host([*rows, *pushed(), *approved(2)])
    assert judged(whole, "R4") == (0, False, True)
    assert fired(reversal, whole) == []


def test_an_approval_that_may_not_have_arrived_may_be_reversed_without_a_gap():
    rows = [request(1), answer(1), fault("tx host 0210 #1", "cut")]
    whole = seen_at_host([*rows, *pushed(), *approved(2)])
    assert judged(whole, "R4") == judged(whole, "R3") == (0, False, False)


def test_an_answer_that_may_not_have_arrived_is_a_gap_if_nothing_shows():
    rows = [request(1), answer(1), fault("tx host 0210 #1", "delay"), *approved(2)]
    assert judged(seen_at_host(rows), "R3") == (0, False, True)
    assert judged(seen_at_host([*rows[:2], power("off"), *rows[3:]]), "R3")[1:] == (False, False)


def test_at_the_host_an_answer_that_was_dropped_left_the_sale_pending():
    rows = [request(1), fault("tx host 0210 #1", "drop"), answer(1, lost=True), *approved(2)]
    assert fired(reversal, seen_at_host(rows)) == ["R3"]


def test_at_the_host_a_reversal_that_was_dropped_is_a_gap():
    rows = [*unanswered(), fault("tx terminal 0400 #1", "drop"), *approved(2)]
    assert judged(seen_at_host(rows), "R3") == (0, False, True)


def test_at_the_host_a_request_cut_short_is_known_by_its_reversal_or_its_call():
    cut = [each for each in at_host([request(1)])][0]
    cut = (*cut[:5], {"mti": "0200", "partial": True, "size": 20})
    good = history(cut, *at_host([*pushed(), *approved(2)]), host_wire_at="host")
    assert judged(good, "R3") == (1, False, False)
    bad = [invoke(1), cut, end("fail", 1), *at_host(approved(2))]
    assert fired(reversal, history(*bad, host_wire_at="host")) == ["R3"]
    query = [invoke(1, "balance"), cut, end("fail", 1, "balance"), *at_host(approved(2))]
    assert judged(history(*query, host_wire_at="host"), "R3") == (0, False, False)


def test_an_invalid_answer_before_the_decline_may_have_ended_the_wait():
    rows = [request(1), answer(9), answer(1, "51"), *pushed(reason="06"), *approved(2)]
    assert fired(reversal, black_box(rows)) == []
    rows = [request(1), answer(9), answer(1, "51"), *approved(2)]
    assert judged(black_box(rows), "R4") == (1, False, False)


def test_code_10_says_nothing_clear_of_a_void():
    rows = [request(1, kind="void"), answer(1, "10", kind="void"), *approved(2)]
    whole = black_box(rows)
    assert judged(whole, "R3") == (0, False, True)
    assert "approves a part of a sale only" in reversal.check(whole)[2].gaps[0]
    sale = [request(1), answer(1, "10", amount_minor=400), *approved(2)]
    assert judged(black_box(sale), "R3") == (0, False, False)


def test_a_reversal_of_a_decline_stands_whoever_looked_away():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    assert fired(reversal, history(*declined(), *blind, *pushed(), *approved(2))) == ["R4"]
    assert fired(reversal, history(*declined(), *pushed())) == ["R4"]


def test_a_sign_in_that_was_seen_counts_whoever_looked_away():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    rows = [*unanswered(), undo(1), undone(1, "77"), *sign_in(), *blind, *pushed(), *approved(2)]
    assert judged(history(*rows), "R5") == (2, False, False)


def test_r3_and_r4_do_not_judge_each_others_matter():
    assert judged(history(*unanswered(), *pushed(), *approved(2)), "R4") == (0, False, False)
    profile = {"profile": {"reversal_on_f39": ("96",)}}
    rows = [*declined(code="96"), undo(1, "06"), undone(1), *approved(2)]
    assert judged(history(*rows, **profile), "R3") == (0, False, False)


def test_a_doubtful_answer_is_no_gap_before_anything_is_due():
    assert judged(black_box([request(1), cancel(), answer(1)]), "R3") == (0, False, False)
