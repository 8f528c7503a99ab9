import pytest

from harness.check import reversal
from tests.check.literal import fired, history, row, without
from tests.check.reversal_rows import (
    answer,
    approved,
    black_box,
    cleared,
    end,
    fault_slip,
    hang_up,
    invoke,
    journal,
    judged,
    power,
    pushed,
    request,
    seen_at_host,
    sign_in,
    slip,
    stored,
    unanswered,
    undo,
    undone,
)

CUT = [power("off"), power("on")]
BLIND = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
VIEWS = [lambda rows: history(*rows), black_box, seen_at_host]


def waiting(seconds=30):
    """Return a sale that loses its power while it waits."""
    return [
        invoke(1), stored(1), request(1, at_s=0), power("off", at_s=seconds), end("info", 1),
        power("on"),
    ]  # fmt: skip


@pytest.mark.parametrize("see", VIEWS)
def test_a_pending_reversal_survives_a_power_cut(see):
    whole = see([*waiting(), *sign_in(), *pushed(), *approved(2)])
    assert fired(reversal, whole) == []
    assert judged(whole, "R12") == (1, False, False)


@pytest.mark.parametrize("see", VIEWS)
def test_a_pending_reversal_that_is_lost_breaks_r12(see):
    assert fired(reversal, see([*waiting(), *sign_in(), *approved(2)])) == ["R12"]


@pytest.mark.parametrize("see", VIEWS)
def test_a_cut_after_the_time_out_loses_no_reversal_either(see):
    assert fired(reversal, see([*unanswered(), *CUT, *approved(2)])) == ["R12"]
    assert fired(reversal, see([*unanswered(), *CUT, *pushed(), *approved(2)])) == []


@pytest.mark.parametrize("see", VIEWS)
def test_a_cut_while_the_reversal_is_sent_loses_none(see):
    rows = [*unanswered(), undo(1), *CUT]
    assert fired(reversal, see([*rows, *approved(2)])) == ["R12"]
    good = see([*rows, *pushed(), *approved(2)])
    assert fired(reversal, good) == []
    assert judged(good, "R12") == (1, False, False)


def test_without_a_power_cut_or_a_next_transaction_it_is_not_judged():
    assert judged(history(*unanswered(), *pushed(), *approved(2)), "R12") == (0, False, False)
    assert judged(history(*waiting()), "R12") == (0, False, False)


def test_a_blind_line_may_hide_the_reversal():
    assert judged(history(*waiting(), *BLIND, *approved(2)), "R12") == (0, False, True)


def test_a_concluded_reversal_is_not_lost_by_a_later_cut():
    whole = history(*unanswered(), *pushed(), *CUT, *approved(2))
    assert judged(whole, "R12") == (0, False, False)
    assert fired(reversal, whole) == []


def test_a_reversal_given_up_before_the_cut_is_not_lost():
    vain = [each for _ in range(3) for each in (undo(1), hang_up())]
    whole = history(*unanswered(), *vain, fault_slip(), *CUT, *approved(2))
    assert fired(reversal, whole) == []


def test_the_last_of_several_cuts_counts():
    rows = [*waiting(), undo(1), *CUT]
    assert fired(reversal, history(*rows, *approved(2))) == ["R12"]
    assert fired(reversal, history(*rows, *pushed(), *approved(2))) == []


def test_a_cut_with_the_request_and_the_record_seen_is_r12():
    rows = [*waiting(1), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R12"]
    assert fired(reversal, history(*without(rows, 1))) == ["R1"]


def after_answer(*more, code="00"):
    return [invoke(1), stored(1), request(1), answer(1, code), *more, *CUT, end("info", 1)]


def asked(last, voucher=1, kind="ok"):
    return [
        invoke(8, "status"), end(kind, 8, "status", last=last, voucher=voucher, amount_minor=1000)
    ]  # fmt: skip


@pytest.mark.parametrize("see", VIEWS)
def test_cut_between_answer_and_journal_it_is_reversed(see):
    whole = see([*after_answer(), undo(1, "06"), undone(1), *approved(2)])
    assert fired(reversal, whole) == []
    assert judged(whole, "R12") == (1, False, False)


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("told", [("not_approved", 1), ("none", None), ("approved", 7)])
def test_neither_reversed_nor_completed_breaks_r12(see, told):
    last, voucher = told
    question = [invoke(8, "status"), end("ok", 8, "status", last=last)]
    if voucher:
        question = asked(last, voucher)
    assert fired(reversal, see([*after_answer(), *question, *approved(2)])) == ["R12"]


@pytest.mark.parametrize("see", [black_box, seen_at_host])
def test_without_writes_a_sale_that_shows_later_was_completed(see):
    for sign in (asked("approved"), [slip(1, is_duplicate=True)]):
        whole = see([*after_answer(), *sign, *approved(2)])
        assert fired(reversal, whole) == []
        assert judged(whole, "R12") == (1, False, False)


@pytest.mark.parametrize("see", [black_box, seen_at_host])
def test_without_writes_and_questions_nobody_can_tell(see):
    assert judged(see([*after_answer(), *approved(2)]), "R12") == (0, False, True)
    assert judged(see(after_answer()), "R12") == (0, False, False)
    question = [invoke(8, "status"), end("info", 8, "status")]
    assert judged(see([*after_answer(), *question, *approved(2)]), "R12") == (0, False, True)


def test_a_word_about_another_matter_does_not_tell():
    late = [*after_answer(), *approved(2), *asked("not_approved")]
    assert judged(black_box(late), "R12") == (0, False, True)


def test_a_word_that_it_is_approved_but_nameless_is_no_evidence_against_it():
    question = [invoke(8, "status"), end("ok", 8, "status", last="approved")]
    assert judged(black_box([*after_answer(), *question, *approved(2)]), "R12") == (0, False, True)


def test_a_blind_line_may_hide_the_reversal_of_what_was_not_completed():
    rows = [*after_answer(), *asked("not_approved"), *BLIND, *approved(2)]
    assert judged(black_box(rows), "R12") == (0, False, True)


def test_with_writes_in_sight_nobody_has_to_ask():
    assert fired(reversal, history(*after_answer(cleared(1)), *approved(2))) == ["R12"]
    blind = [row("bench", "blind", "nv"), row("bench", "sees", "nv")]
    whole = history(*after_answer(), *blind, *approved(2))
    assert judged(whole, "R12") == (0, False, True)


DONE = journal("1|sale|1000|approved")


@pytest.mark.parametrize("state", ["1|sale|1000|voided", "2|sale|1000|approved", "x|y"])
def test_a_journal_without_the_sale_is_no_completion(state):
    whole = history(*after_answer(journal(state)), *approved(2))
    assert fired(reversal, whole) == ["R12"]


def test_a_torn_journal_write_is_no_completion():
    torn = journal("1|sale|1000|approved", torn=True)
    assert fired(reversal, history(*after_answer(torn), *approved(2))) == ["R12"]
    assert fired(reversal, history(*after_answer(torn), *pushed(reason="96"), *approved(2))) == []


def test_a_completed_sale_is_not_reversed_after_a_cut():
    for done in (DONE, slip(1), slip(1, is_complete=False)):
        good = history(*after_answer(done), *approved(2))
        assert judged(good, "R12") == (1, False, False)
        assert fired(reversal, good) == []
        bad = history(*after_answer(done), *pushed(reason="06"), *approved(2))
        assert fired(reversal, bad) == ["R12"]


@pytest.mark.parametrize("see", [black_box, seen_at_host])
def test_without_writes_the_slip_or_the_till_shows_completion(see):
    rows = [*approved(1, 1), *CUT]
    assert judged(see([*rows, *approved(2)]), "R12") == (1, False, False)
    assert fired(reversal, see([*rows, *pushed(reason="06"), *approved(2)])) == ["R12"]


def test_a_journal_write_after_the_boot_completes_it():
    whole = history(*after_answer(), DONE, *approved(2))
    assert judged(whole, "R12") == (1, False, False)


def test_a_completed_sale_needs_a_next_transaction_and_an_eye():
    assert judged(history(*after_answer(DONE)), "R12") == (0, False, False)
    blind = history(*after_answer(DONE), *BLIND, *approved(2))
    assert judged(blind, "R12") == (0, False, True)


@pytest.mark.parametrize("said", [end("fail", 1), row("terminal", "show", "RESULT", "declined")])
def test_a_decline_that_was_told_is_not_reversed_after_a_cut(said):
    rows = after_answer(said, code="51")[:-1]
    good = history(*rows, *approved(2))
    assert judged(good, "R12") == (1, False, False)
    assert fired(reversal, history(*rows, *pushed(reason="06"), *approved(2))) == ["R12"]


def test_a_decline_cut_before_it_was_told_may_be_reversed_or_not():
    wait = row("terminal", "show", "WAIT", "")
    rows = after_answer(wait, code="51")
    for rest in ([], pushed(reason="06")):
        whole = history(*rows, *rest, *approved(2))
        assert judged(whole, "R12") == (0, False, False)
        assert fired(reversal, whole) == []


def test_at_the_host_a_decline_that_may_not_have_arrived_is_not_judged():
    whole = seen_at_host([*after_answer(code="51"), *approved(2)])
    assert judged(whole, "R12") == (0, False, False)


def test_a_request_that_never_left_is_not_judged():
    rows = [request(1, partial=True, size=0), *CUT, *approved(2)]
    assert judged(history(*rows), "R12") == (0, False, False)


def test_a_reversal_of_a_completed_sale_stands_whoever_looked_away():
    rows = [*after_answer(DONE), *BLIND, *pushed(reason="06"), *approved(2)]
    assert fired(reversal, history(*rows)) == ["R12"]


def test_a_reversal_of_a_completed_sale_needs_no_next_transaction():
    assert fired(reversal, history(*after_answer(DONE), *pushed(reason="06"))) == ["R12"]
