import pytest

from harness.check import reversal
from tests.check.literal import fired, history, row, without
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    black_box,
    cleared,
    end,
    fault,
    hang_up,
    invoke,
    journal,
    judged,
    power,
    pushed,
    request,
    seen_at_host,
    settle,
    slip,
    stored,
    unanswered,
    undo,
    undone,
)

BLIND = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
VIEWS = [lambda rows: history(*rows), black_box, seen_at_host]


def late(at_s=100, **more):
    return answer(1, at_s=at_s, **more)


def second(*more, code="00", **facts):
    """Return a second sale up to its answer, with what comes before that."""
    return [invoke(2), *pushed(), stored(2), request(2), *more, answer(2, code, **facts)]


@pytest.mark.parametrize("see", VIEWS)
def test_a_late_answer_is_discarded(see):
    whole = see([*unanswered(), late(), *pushed(), *approved(2)])
    assert fired(reversal, whole) == []
    assert judged(whole, "R9") == (1, False, False)


@pytest.mark.parametrize("see", VIEWS)
def test_a_late_answer_that_clears_the_reversal_breaks_r9(see):
    assert fired(reversal, see([*unanswered(), late(), *approved(2)])) == ["R9"]


@pytest.mark.parametrize("see", VIEWS)
def test_a_late_answer_that_completes_the_sale_breaks_r9(see):
    rows = [*unanswered(), late(), slip(1)]
    assert fired(reversal, see([*rows, *approved(2)])) == ["R9"]
    assert fired(reversal, see([*rows, *pushed(), *approved(2)])) == ["R9"]
    assert fired(reversal, see(rows)) == ["R9"]


@pytest.mark.parametrize("see", VIEWS)
def test_a_late_answer_that_passes_for_that_of_the_reversal_breaks_r9(see):
    assert fired(reversal, see([*unanswered(), undo(1), late(200), *approved(2)])) == ["R9"]


def test_without_a_late_answer_or_a_next_transaction_nothing_is_judged():
    assert judged(history(*unanswered(), *pushed(), *approved(2)), "R9") == (0, False, False)
    assert judged(history(*unanswered(), late()), "R9") == (0, False, False)


def test_a_blind_line_may_hide_the_reversal_after_a_late_answer():
    whole = history(*unanswered(), late(), *BLIND, *approved(2))
    assert judged(whole, "R9") == (0, False, True)


def test_an_invalid_late_answer_is_no_evidence():
    whole = history(*unanswered(), late(mac_ok=False), *pushed(), *approved(2))
    assert judged(whole, "R9") == (0, False, False)


@pytest.mark.parametrize("see", VIEWS)
def test_a_late_answer_does_not_pass_for_that_of_the_next_sale(see):
    good = see([*unanswered(), *second(late(None)), slip(2), end("ok", 2, voucher=2)])
    assert fired(reversal, good) == []
    assert judged(good, "R9")[0] > 0


def shown_before_its_own(*more):
    return [*unanswered(), *second(late(None), *more)]


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("sign", [slip(2), end("ok", 2, voucher=2)])
def test_a_sale_that_shows_before_its_own_answer_breaks_r9(see, sign):
    assert fired(reversal, see(shown_before_its_own(sign))) == ["R9"]


@pytest.mark.parametrize("see", VIEWS)
def test_a_declined_sale_that_a_late_answer_approves_breaks_r9(see):
    rows = [*unanswered(), *second(late(None), code="51"), slip(2)]
    assert fired(reversal, see(rows)) == ["R9"]


@pytest.mark.parametrize("see", VIEWS)
def test_an_unanswered_sale_that_a_late_answer_approves_breaks_r9(see):
    rows = [*unanswered(), *second(late(None))[:-1], slip(2), *approved(3, 3)]
    assert fired(reversal, see(rows)) == ["R9"]


@pytest.mark.parametrize("name", ["rrn", "approval_code"])
def test_a_slip_with_the_numbers_of_the_late_answer_breaks_r9(name):
    wrong, right = {name: "111111"}, {name: "222222"}
    rows = [*unanswered(), *second(late(None, **wrong), **right)]
    assert fired(reversal, history(*rows, slip(2, **wrong))) == ["R9"]
    assert fired(reversal, history(*rows, slip(2, **right))) == []
    assert fired(reversal, history(*rows, slip(2))) == []


def test_the_same_numbers_in_both_answers_are_no_evidence():
    same = {"rrn": "111111"}
    rows = [*unanswered(), *second(late(None, **same), **same), slip(2, **same)]
    assert fired(reversal, history(*rows)) == []


def test_a_second_copy_of_an_answer_is_judged_like_a_late_one():
    rows = [*approved(1, 1), stored(2), request(2), answer(1), slip(2), *approved(3, 3)]
    assert fired(reversal, history(*rows)) == ["R9"]


def test_a_late_answer_while_a_third_sale_waits_is_of_no_matter_to_the_second():
    rows = [*unanswered(), *pushed(), *approved(2), stored(3), request(3), late(None), answer(3)]
    assert judged(history(*rows), "R9") == (2, False, False)


def test_a_sale_shown_before_the_late_answer_came_owes_it_nothing():
    rows = [*unanswered(), *pushed(), stored(2), request(2), slip(2), late(None), hang_up()]
    assert "R9" not in fired(reversal, history(*rows))


def test_a_late_answer_to_the_stan_of_a_newer_sale_is_that_sales_own():
    rows = [*unanswered(), *pushed(), stored(1), invoke(2), request(1), answer(1), slip(1)]
    whole = history(*rows)
    assert judged(whole, "R9") == (0, False, False)
    assert fired(reversal, whole) == []


def test_at_the_host_a_late_answer_on_a_lost_line_proves_nothing():
    rows = [*unanswered(), fault("tx terminal 0200 #1", "cut"), late(), *pushed(), *approved(2)]
    assert judged(seen_at_host(rows), "R9") == (0, False, False)
    lost = row("host", "disconnect", "terminal", "lost")
    rows = [*unanswered(), *pushed(), lost, *second(late(None))[4:], slip(2)]
    assert judged(seen_at_host(rows), "R9") == (0, False, False)


def unprinted(*more, action="paper_out"):
    """Return an approved sale whose slip did not come out."""
    return [
        *approved(1, 1)[:6], fault("print terminal slip #1", action),
        slip(1, is_complete=False), end("ok", 1, voucher=1), *more,
    ]  # fmt: skip


HEALED = row("nemesis", "heal", "print terminal slip #1")


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("action", ["paper_out", "printer_dead"])
def test_a_printing_problem_causes_no_reversal(see, action):
    good = see([*unprinted(action=action), *approved(2)])
    assert fired(reversal, good) == []
    assert judged(good, "R14") == (1, False, False)
    bad = see([*unprinted(action=action), *pushed(reason="96"), *approved(2)])
    assert fired(reversal, bad) == ["R14"]


def test_a_slip_that_ends_early_is_a_printing_problem():
    rows = without(unprinted(), 6)
    assert judged(history(*rows, *approved(2)), "R14") == (1, False, False)
    assert fired(reversal, history(*rows, *pushed(reason="96"), *approved(2))) == ["R14"]


def test_without_a_printing_problem_nothing_is_judged():
    assert judged(history(*approved(1), *approved(2)), "R14") == (0, False, False)
    assert judged(history(*unprinted()), "R14") == (0, False, False)


def test_a_blind_line_may_hide_the_reversal_of_an_unprinted_sale():
    assert judged(history(*unprinted(), *BLIND, *approved(2)), "R14") == (0, False, True)


@pytest.mark.parametrize("kind", ["fault", "settlement", "totals", "other"])
def test_a_slip_that_is_no_receipt_says_nothing_about_the_sale(kind):
    out = fault("print terminal slip #1", "paper_out")
    other = slip(1, is_complete=False, kind=kind, says_approved=False)
    assert judged(history(*approved(1), out, other, settle()), "R14") == (0, False, False)


def test_another_fault_while_the_slip_is_printed_is_no_printing_problem():
    rows = [*approved(1, 1), fault("tx terminal 060F #1", "drop"), *approved(2)]
    assert judged(history(*rows), "R14") == (0, False, False)


def test_a_slip_cut_by_power_is_no_printing_problem():
    rows = [*approved(1, 1)[:6], slip(1, is_complete=False), power("off"), power("on")]
    assert judged(history(*rows, *approved(2)), "R14") == (0, False, False)


def reprint(kind, call=3):
    return [invoke(call, "reprint"), end(kind, call, "reprint")]


def test_the_slip_can_be_had_once_the_paper_is_back():
    assert judged(history(*unprinted(HEALED, *reprint("ok"))), "R14") == (1, False, False)
    assert fired(reversal, history(*unprinted(HEALED, *reprint("fail")))) == ["R14"]
    assert judged(history(*unprinted(*reprint("fail"))), "R14") == (0, False, False)
    rested = row("bench", "note", "heal")
    assert fired(reversal, history(*unprinted(rested, *reprint("fail")))) == ["R14"]
    other = [row("nemesis", "heal", "print terminal slip #9"), row("bench", "note", "rest")]
    assert judged(history(*unprinted(*other, *reprint("fail"))), "R14") == (0, False, False)
    unended = history(*unprinted(HEALED, *reprint("ok")[:1]))
    assert judged(unended, "R14") == (0, False, False)


def test_a_reprint_after_the_next_sale_is_about_that_one():
    rows = [*unprinted(HEALED), *approved(2), *reprint("fail")]
    assert judged(history(*rows), "R14") == (1, False, False)


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize(
    "sign",
    [
        [slip(1)],
        [slip(1, is_duplicate=True)],
        [end("ok", 1, voucher=1)],
        [invoke(8, "status"), end("ok", 8, "status", last="approved", voucher=1)],
    ],
)
def test_a_pending_sale_that_shows_as_approved_breaks_r16(see, sign):
    rows = [invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61)]
    for rest in ([], [*pushed(), *approved(2)]):
        assert fired(reversal, see([*rows, *sign, *rest])) == ["R16"]


def test_an_approved_sale_whose_record_stays_is_reversed_and_breaks_r16():
    rows = [*without(approved(1, 1), 5), *pushed(reason="06"), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R16"]


def test_a_sale_that_could_not_be_finished_is_reversed_and_shows_nowhere():
    rows = [*approved(1, 1)[:4], end("fail", 1), undo(1, "96"), undone(1), *approved(2)]
    whole = history(*rows)
    assert fired(reversal, whole) == []
    assert judged(whole, "R16") == (1, False, False)


def test_a_void_of_a_reversed_sale_breaks_r16():
    void = [stored(2), request(2, kind="void", F61="000007000001")]
    assert fired(reversal, history(*unanswered(), *pushed(), *void)) == ["R16"]
    other = [stored(2), request(2, kind="void", F61="000007000009")]
    assert fired(reversal, history(*unanswered(), *pushed(), *other)) == []


def test_a_reversed_sale_in_the_journal_breaks_r16():
    rows = [*unanswered(), *pushed()]
    inside = journal("1|sale|1000|approved")
    assert fired(reversal, history(*rows, inside, *approved(2))) == ["R16"]
    assert fired(reversal, history(*rows, journal("1|sale|1000|voided"), *approved(2))) == []


def details(*vouchers):
    lines = tuple(f"{voucher}|sale|1000|012345|card-1" for voucher in vouchers)
    return "terminal", "print", "slip", "", None, {"kind": "details", "details": lines}


@pytest.mark.parametrize("see", VIEWS)
def test_a_detail_list_that_holds_a_pending_or_reversed_sale_breaks_r16(see):
    rows = [*approved(7, 7), *unanswered()]
    for listed in ([details("000007", "000001"), *pushed()], [*pushed(), details("x", "1")]):
        assert fired(reversal, see([*rows, *listed, *approved(2)])) == ["R16"]
    assert judged(see([*rows, details("000007"), *pushed(), *approved(2)]), "R16")[:2] == (1, False)


def test_a_detail_list_from_before_the_reversal_of_an_approved_sale_is_right():
    rows = [*approved(1, 1)[:4], details("1"), end("fail", 1), undo(1, "96"), undone(1)]
    assert fired(reversal, history(*rows, *approved(2))) == []
    assert fired(reversal, history(*rows, details("1"), *approved(2))) == ["R16"]
    again = [*unanswered(), *pushed(), *approved(1, 2), details("1"), *approved(2, 3)]
    assert fired(reversal, history(*again)) == []


@pytest.mark.parametrize(
    "sign",
    [
        slip(7),
        slip(1, says_approved=False),
        slip(1, batch="000006"),
        end("fail", 1, voucher=1),
        end("ok", 1, voucher=9),
    ],
)
def test_what_is_about_another_sale_or_says_no_is_no_approval(sign):
    rows = [invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61), sign, *pushed()]
    whole = history(*rows, *approved(2))
    assert fired(reversal, whole) == []
    assert judged(whole, "R16") == (1, False, False)


@pytest.mark.parametrize("last", ["not_approved", "pending", "none"])
def test_a_status_that_is_not_approved_is_no_approval(last):
    told = [invoke(8, "status"), end("ok", 8, "status", last=last, voucher=1)]
    assert fired(reversal, history(*unanswered(), *told, *pushed(), *approved(2))) == []


def test_a_slip_without_voucher_belongs_to_the_last_message():
    nameless = slip(1)
    del nameless[5]["voucher"]
    rows = [invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61), nameless, *pushed()]
    assert fired(reversal, history(*rows, *approved(2))) == ["R16"]
    later = [*unanswered(), *pushed(), nameless, *approved(2)]
    assert fired(reversal, history(*later)) == []
    nameless[5]["is_duplicate"] = True
    assert fired(reversal, history(*rows, *approved(2))) == []


GIVEN_UP = end("info", 3, "reprint")  # by the till, before the paper came


def broken_off(**facts):
    """Return a slip that paper or power ended before its number."""
    whole = slip(1, is_complete=False, **facts)
    del whole[5]["voucher"]
    return whole


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize(
    "between",
    [
        [power("off"), power("on"), end("info", 1), invoke(2, "reprint"), broken_off()],
        [end("fail", 1), invoke(2, "reprint"), broken_off()],
        [power("off"), power("on"), broken_off()],
        [broken_off(amount_minor=500)],
        [broken_off(card="card-2")],
    ],
)
def test_a_slip_without_voucher_that_may_be_of_an_older_sale_is_no_sign(see, between):
    rows = [*approved(7, 7), invoke(1), stored(1), request(1), *between, *pushed(), *approved(2)]
    assert judged(see(rows), "R16")[1] is False


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize(
    "asked", [[], [fault("print terminal slip #2", "paper_out")], [invoke(3, "reprint"), GIVEN_UP]]
)
def test_a_slip_that_was_broken_off_after_the_call_may_be_anybodys(see, asked):
    rows = [*approved(7, 7), *unanswered(), *asked, broken_off(), *pushed(), *approved(2)]
    assert judged(see(rows), "R16") == (0, False, True)
    assert fired(reversal, see(rows)) == []


def test_where_the_till_is_not_seen_a_slip_that_was_broken_off_may_be_anybodys():
    rows = [*approved(7, 7), *unanswered(), broken_off(), *pushed(), *approved(2)]
    mute = [each for each in at_host(rows) if each[0] != "till"]
    whole = history(*mute, observes=("host_wire", "slip"), host_wire_at="host")
    assert judged(whole, "R16") == (0, False, True)


def test_a_record_of_a_pending_sale_is_a_finding_whatever_slip_was_broken_off():
    rows = [*unanswered(), broken_off(), *pushed(), journal("1|sale|1000|approved")]
    assert judged(history(*rows), "R16") == (1, True, False)


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("sign", [[broken_off()], [invoke(2, "reprint"), slip(1)]])
def test_the_slip_of_the_very_sale_breaks_r16_whole_or_broken_off(see, sign):
    rows = [*approved(7, 7), invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61)]
    assert fired(reversal, see([*rows, *sign, *pushed(), *approved(2)])) == ["R16"]


def test_a_call_that_ends_well_without_a_voucher_is_about_its_own_request():
    rows = [invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61), end("ok", 1), *pushed()]
    assert fired(reversal, history(*rows, *approved(2))) == ["R16"]
    others = [*unanswered(), *pushed(), invoke(4), end("ok", 4), *approved(2)]
    assert fired(reversal, history(*others)) == []
    reprinted = [*unanswered(), *reprint("ok"), *pushed(), *approved(2)]
    assert fired(reversal, history(*reprinted)) == []


def test_the_slip_of_a_newer_sale_with_the_same_stan_is_its_own():
    rows = [*unanswered(), *pushed(), *approved(1, 2), *approved(2, 3)]
    assert fired(reversal, history(*rows)) == []


def test_r16_is_not_judged_before_anything_followed_or_without_an_eye():
    assert judged(history(*unanswered()), "R16") == (0, False, False)
    assert judged(history(*approved(1)), "R16") == (0, False, False)
    whole = history(*unanswered(), *pushed(), *approved(2), observes=("host_wire",))
    assert judged(whole, "R16") == (0, False, False)


def test_a_blind_printer_may_have_shown_an_approval():
    blind = [row("bench", "blind", "slip"), row("bench", "sees", "slip")]
    whole = history(*unanswered(), *blind, *pushed(), *approved(2))
    assert judged(whole, "R16") == (0, False, True)


def test_a_slip_at_the_host_resolves_whether_the_answer_arrived():
    rows = [request(1), answer(1), fault("tx host 0210 #1", "cut"), slip(1)]
    assert fired(reversal, seen_at_host([*rows, *approved(2)])) == []
    assert fired(reversal, seen_at_host([*rows, *pushed(), *approved(2)])) == ["R16"]


def test_a_request_cut_too_short_shows_by_its_call():
    cut = ("host", "rx", "terminal/0200", "", 0, {"mti": "0200", "partial": True, "size": 20})
    undo_rows = [each for each in seen_at_host(pushed()).rows]
    rest = [(r.actor, r.kind, r.address, r.value, None, r.facts) for r in undo_rows]
    for sign in (slip(1), end("ok", 1, voucher=1)):
        shown = [invoke(1), cut, sign, end("ok", 1), *rest]
        assert fired(reversal, history(*shown, host_wire_at="host")) == ["R16"]
    plain = [invoke(1), cut, cleared(1), end("fail", 1), slip(9), *rest]
    assert fired(reversal, history(*plain, host_wire_at="host")) == []
    bare = [cut, slip(9), *rest]
    assert fired(reversal, history(*bare, host_wire_at="host")) == []


def test_a_reversal_of_an_unprinted_sale_stands_whoever_looked_away():
    rows = [*unprinted(), *BLIND, *pushed(reason="96"), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R14"]
    assert fired(reversal, history(*unprinted(), *pushed(reason="96"))) == ["R14"]


def test_an_approval_of_a_pending_sale_stands_whoever_looked_away():
    blind = [row("bench", "blind", "slip"), row("bench", "sees", "slip")]
    rows = [invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61), slip(1), *blind]
    assert fired(reversal, history(*rows, *pushed(), *approved(2))) == ["R16"]


@pytest.mark.parametrize("eye", ["slip", "till"])
def test_one_eye_is_enough_for_r16(eye):
    whole = history(*unanswered(), *pushed(), *approved(2), observes=("host_wire", eye))
    assert judged(whole, "R16") == (1, False, False)


def test_an_unanswered_sale_that_shows_and_is_never_reversed_is_one_finding():
    rows = [invoke(1), stored(1), request(1, at_s=0), hang_up(at_s=61), slip(1), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R3"]


def test_a_reprint_before_the_paper_is_back_is_not_judged():
    rows = [*reprint("fail"), HEALED]
    assert judged(history(*unprinted(*rows)), "R14") == (0, False, False)
