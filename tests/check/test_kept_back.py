"""A request that a fault kept back until its own reversal had been seen is given up already."""

import pytest

from harness.check import reversal, slip, timing, wire
from harness.check.kept_back import kept_back_in
from harness.check.view import view
from harness.check.wire_view import attempts_in
from tests.check.literal import fired, history, judgements, row
from tests.check.reversal_rows import (
    answer,
    approved,
    black_box,
    cleared,
    end,
    fault,
    hang_up,
    invoke,
    judged,
    power,
    request,
    seen_at_host,
    stored,
    undo,
    undone,
)
from tests.check.reversal_rows import slip as receipt

HELD = fault("rx host 0200 #1", "hold")
NEW = {"profile": {"reversal_stan": "new"}}
VIEWS = [lambda rows: history(*rows), black_box, seen_at_host]
BEFORE = [HELD, request(1)]  # the next sale
WITHIN = [request(2), HELD, request(1)]


def late(*rows, code="25", first=1, **more):
    """Return a sale whose request is seen late, its reversal, and in the next call these rows."""
    return [
        invoke(1), stored(first), hang_up(at_s=60), end("fail", 1), invoke(2),
        undo(1, **more), undone(1, code), cleared(1), stored(2), *rows,
        receipt(2), end("ok", 2, voucher=2),
    ]  # fmt: skip


OVERTAKEN = [
    [*BEFORE, request(2), answer(1, "12"), answer(2)],
    [*BEFORE, answer(1, "12"), request(2), answer(2)],
    [*BEFORE, request(2), answer(2)],
    [*WITHIN, answer(1, "12"), answer(2)],
    [*WITHIN, answer(2), answer(1, "12")],
]


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("rows", OVERTAKEN)
def test_a_request_whose_own_reversal_was_answered_is_not_pending(see, rows):
    whole = see(late(*rows))
    for checker in (reversal, timing, wire):
        assert fired(checker, whole) == []
    assert judgements(slip, whole)["L1"].findings == ()
    assert judged(whole, "R3")[0] == judged(whole, "R6")[0] == 1


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("rows", [*OVERTAKEN[:1], *OVERTAKEN[2:]])
def test_a_reversal_that_was_not_concluded_still_has_to_be(see, rows):
    assert fired(reversal, see(late(*rows, code="96"))) == ["R7"]


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("rows", OVERTAKEN)
def test_its_0400_is_compared_with_it(see, rows):
    assert fired(reversal, see(late(*rows, F22="012"))) == ["R6"]


@pytest.mark.parametrize("see", VIEWS)
def test_a_late_request_without_a_reversal_is_pending(see):
    rows = [invoke(1), stored(1), end("fail", 1), invoke(2), *BEFORE, request(2), answer(2)]
    assert "R3" in fired(reversal, see(rows))


@pytest.mark.parametrize("see", [black_box, seen_at_host])
def test_where_nothing_was_kept_back_the_order_is_the_terminals(see):
    rows = [each for each in late(*OVERTAKEN[0]) if each != HELD]
    assert "R3" in fired(reversal, see(rows))
    assert "W2" in fired(wire, see(rows))


def test_the_record_was_stored_before_the_reversal_left():
    assert fired(reversal, history(*late(*OVERTAKEN[0], first=8))) == ["R1"]


def test_an_approval_of_an_overtaken_request_must_not_show():
    rows = [*BEFORE, answer(1), receipt(1), request(2), answer(2)]
    assert "R16" in fired(reversal, history(*late(*rows)))


def kept(*rows, **header):
    """Return what came late, by the index of its reversal."""
    found = view(history(*rows, **header)).overtaken
    return {index: each.index for index, each in found.items()}


def test_only_its_own_reversal_overtakes_a_request():
    assert kept(undo(1), *BEFORE) == {0: 2}
    assert kept(undo(1), undone(1), undo(1), *BEFORE) == {0: 4, 2: 4}
    assert kept(undo(1, amount_minor=5), *BEFORE) == {}
    assert kept(undo(2), *BEFORE) == {}
    assert kept(request(1), undo(1), *BEFORE) == {}
    assert kept(undo(1), request(1), HELD) == {}
    assert kept(undo(None), HELD, request(None)) == {}
    assert kept(undo(1), fault("x", "delay"), request(1)) == {0: 2}
    assert kept(undo(1), fault("x", "drop"), request(1)) == {}


def test_under_a_number_of_its_own_the_0400_names_the_late_request_in_field_61():
    named = undo(7, F61="000007000001")
    assert kept(named, *BEFORE, **NEW) == {0: 2}
    assert kept(undo(7, F61="0000070"), *BEFORE, **NEW) == {}
    assert kept(undo(1), *BEFORE, **NEW) == {}
    whole = history(named, undo(8, F61="000007000001"), *BEFORE, **NEW)
    (one,) = attempts_in(view(whole))
    assert [each.index for each in one.reversals] == [0, 1]


def test_every_repeat_of_the_reversal_belongs_to_the_late_request():
    rows = [undo(1), undone(1, "96"), undo(1), undone(1), *BEFORE, undo(1)]
    (one,) = attempts_in(view(history(*rows)))
    assert [each.index for each in one.reversals] == [0, 2, 6]
    assert one.is_overtaken


def test_without_a_fault_nothing_is_searched():
    assert kept_back_in([], [], {}) == {}


def test_a_management_message_is_none_that_is_overtaken():
    sign_in = row("terminal", "tx", "host/0800", mti="0800", name="sign_in", stan=1)
    assert kept(undo(1), HELD, sign_in) == {}


def test_a_reversal_that_overtook_its_request_may_have_been_cut_too():
    cut = [power("off"), power("on"), invoke(3)]
    rows = [*late(*OVERTAKEN[0])[:7], *cut, *BEFORE, *approved(2, 4)]
    assert fired(reversal, black_box(rows)) == []
