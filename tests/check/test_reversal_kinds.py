import pytest

from harness.check import reversal
from tests.check.literal import fired, history, row
from tests.check.reversal_rows import (
    answer,
    approved,
    black_box,
    hang_up,
    judged,
    pushed,
    request,
    seen_at_host,
    sign_in,
    unanswered,
    undo,
    undone,
)

OTHERS = ["balance", "refund", "completion_advice", "offline_sale"]


def silent(kind):
    return [request(1, kind=kind, at_s=0), hang_up(at_s=60)]


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("see", [black_box, seen_at_host])
def test_what_is_not_reversible_stays_without_reversal(kind, see):
    assert judged(see([*silent(kind), *approved(2)]), "R2") == (1, False, False)
    whole = see([*silent(kind), undo(1, kind=kind), undone(1, kind=kind), *approved(2)])
    assert fired(reversal, whole) == ["R2"]


def test_an_answered_inquiry_is_no_evidence():
    rows = [*silent("balance"), *approved(2)]
    assert judged(black_box(rows[:2]), "R2") == (0, False, False)
    assert judged(history(*approved(2), *approved(3, 3)), "R2") == (0, False, False)


def test_a_reversal_of_an_inquiry_may_be_out_of_sight():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    assert judged(black_box([*silent("balance"), *blind, *approved(2)]), "R2") == (0, False, True)


def test_a_reversal_of_a_settlement_breaks_r2():
    whole = black_box([undo(77, type_code="00"), *approved(2)])
    assert fired(reversal, whole) == ["R2"]


@pytest.mark.parametrize(("type_code", "evaluated"), [("22", 1), ("99", 0)])
def test_a_reversal_of_what_was_before_the_history_is_judged_by_its_type(type_code, evaluated):
    whole = black_box([undo(77, type_code=type_code), *approved(2)])
    assert judged(whole, "R2") == (evaluated, False, False)


def test_a_reversal_of_a_reversal_breaks_r2():
    profile = {"profile": {"reversal_stan": "new"}}
    first = undo(50, F61="000007000001")
    again = [undo(51, F61="000007000001"), undone(51)]
    assert fired(reversal, history(*unanswered(), first, hang_up(200), *again, **profile)) == []
    second = [undo(51, F61="000007000050"), undone(51)]
    whole = history(*unanswered(), first, hang_up(200), *second, *approved(52), **profile)
    assert fired(reversal, whole) == ["R2"]


def test_a_reversal_that_names_itself_reverses_no_other():
    profile = {"profile": {"reversal_stan": "new"}}
    one = [undo(50, F61="000007000050"), hang_up(200), undo(50, F61="000007000050"), undone(50)]
    assert judged(history(*unanswered(), *one, **profile), "R2") == (2, False, False)


def test_reversible_requests_of_old_stans_are_counted_once_each():
    assert judged(history(*unanswered(), *pushed(), *approved(2)), "R2") == (1, False, False)


def test_an_answered_inquiry_needs_no_reversal_and_proves_nothing():
    rows = [request(1, kind="balance"), answer(1, kind="balance"), *approved(2)]
    assert judged(black_box(rows), "R2") == (0, False, False)


def test_a_reversed_inquiry_is_wrong_whatever_follows_and_whoever_looked_away():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    rows = [*silent("balance"), *blind, undo(1, kind="balance"), undone(1, kind="balance")]
    assert fired(reversal, black_box(rows)) == ["R2"]
    assert fired(reversal, black_box([*rows, *approved(2)])) == ["R2"]


def test_a_blind_line_counts_up_to_the_next_card_transaction():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    rows = [*silent("balance"), *sign_in(), *blind, *approved(2)]
    assert judged(black_box(rows), "R2") == (0, False, True)


def test_a_0400_under_the_stan_of_its_original_is_no_reversal_that_is_reversed():
    profile = {"profile": {"reversal_stan": "new"}}
    rows = [*unanswered(), undo(1), hang_up(200), undo(51, F61="000007000001"), undone(51)]
    assert judged(history(*rows, **profile), "R2") == (2, False, False)
