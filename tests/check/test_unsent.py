"""A 0400 whose request never left belongs to it, and not to an older sale that is alike."""

import pytest

from harness.check import reversal, slip
from harness.check.exchange import line_of
from harness.check.view import view
from harness.check.wire_view import attempts_in, orphans_in
from tests.check.literal import fired, history, judgements, row
from tests.check.reversal_rows import (
    answer,
    approved,
    black_box,
    cleared,
    end,
    invoke,
    judged,
    power,
    request,
    seen_at_host,
    stored,
    unanswered,
    undo,
    undone,
)

CUT = [power("off"), power("on")]
NEW = {"profile": {"reversal_stan": "new"}}
VIEWS = [lambda rows: history(*rows), black_box, seen_at_host]


def refused(stan=2, **more):
    """Return the next call: the reversal, which the host does not know, and another sale."""
    return [
        invoke(3), undo(stan, **more), undone(more.get("own", stan), "25"), cleared(2),
        *approved(9, 3)[1:],
    ]  # fmt: skip


def unsent(*lost, first=(), **more):
    """Return an approved sale, one like it of which no byte left, and the reversal of that."""
    begun = [invoke(2), stored(2), *(lost or CUT), end("info", 2)]
    return [*(first or approved(1, 1)), *begun, *refused(**more)]


def orphans(whole):
    line = view(whole)
    return [each.index for each in orphans_in(line, attempts_in(line))]


def undone_by(whole):
    """Return what each 0400 undoes, as the other reading of the line has it."""
    found = [one for one in line_of(whole).exchanges if one.request.facts["mti"] == "0400"]
    return [one.undoes and one.undoes.request.facts["stan"] for one in found]


@pytest.mark.parametrize("see", VIEWS)
def test_the_reversal_of_a_request_that_never_left_is_not_that_of_the_sale_before(see):
    whole = see(unsent())
    assert fired(reversal, whole) == []
    assert judgements(slip, whole)["L1"].findings == ()
    assert len(orphans(whole)) == 1
    assert undone_by(whole) == [None]
    assert judged(whole, "R6") == (1, False, False)


def test_a_number_that_was_never_stored_is_a_wrong_number():
    rows = [each for each in unsent() if each[1:3] != ("nv", "reversal")]
    whole = history(*rows)
    assert {"R6", "R12"} <= set(fired(reversal, whole))
    assert judgements(slip, whole)["L1"].findings != ()
    assert undone_by(whole) == [1]


@pytest.mark.parametrize("state", ["pending", "clear"])
def test_only_what_was_stored_as_pending_counts(state):
    rows = unsent()
    at = rows.index(stored(2))
    rows[at] = row("terminal", "nv", "reversal", state=state, stan=2, torn=True)
    assert ("R6" in fired(reversal, history(*rows))) is (state == "clear")


def test_a_write_of_another_area_stores_no_reversal():
    rows = unsent()
    rows[rows.index(stored(2))] = row("terminal", "nv", "counters", stan=2)
    assert "R6" in fired(reversal, history(*rows))


def test_while_nobody_sees_the_writes_a_start_that_was_lost_stands_for_them():
    blind = [row("bench", "blind", "nv"), row("bench", "sees", "nv")]
    assert fired(reversal, history(*unsent(*CUT, *blind))) == []
    call = [*approved(1, 1), *refused()]
    assert "R6" in fired(reversal, black_box(call))
    assert (
        fired(reversal, black_box([*approved(1, 1), invoke(2), end("fail", 2), *refused()])) == []
    )
    asked = [*approved(1, 1), invoke(2, "status"), end("ok", 2, "status"), *refused()]
    assert "R6" in fired(reversal, black_box(asked))


@pytest.mark.parametrize(
    ("kind", "address", "value"), [("connect", "host", "dial"), ("show", "PRESENT_CARD", "")]
)
def test_a_dial_or_a_prompt_may_be_the_start_that_was_lost(kind, address, value):
    start = row("terminal", kind, address, value)
    quiet = [each for each in refused() if each[1] != "invoke"]
    assert "R6" in fired(reversal, black_box([*approved(1, 1), start, *quiet]))
    assert fired(reversal, black_box([*approved(1, 1), start, start, *quiet])) == []
    assert fired(reversal, black_box([*approved(1, 1), start, *CUT, *quiet])) == []
    assert "R6" in fired(reversal, black_box([*approved(1, 1), *CUT, start, *quiet]))


def test_at_the_host_the_line_may_have_lost_the_request():
    assert fired(reversal, seen_at_host([*approved(1, 1), *refused()])) == []
    quiet = [each for each in refused() if each[1] != "invoke"]
    assert "R6" in fired(reversal, seen_at_host([*approved(1, 1), *quiet]))


def test_where_nobody_sees_a_start_there_may_have_been_one():
    rows = [each for each in unsent() if each[0] == "terminal" and each[1] != "nv"]
    assert fired(reversal, history(*rows, observes=("host_wire", "slip"))) == []


@pytest.mark.parametrize("see", [black_box, seen_at_host])
@pytest.mark.parametrize("number", [1, 4])
def test_what_waits_for_its_reversal_makes_another_number_wrong(see, number):
    rows = unsent(first=unanswered(1, 1), stan=2)
    assert "R6" in fired(reversal, see(rows))
    rows = unsent(first=[*unanswered(3, 1), undo(3), undone(3)], stan=number)
    assert ("R6" in fired(reversal, see(rows))) is (number == 1)


def test_a_record_of_that_very_number_is_proof_whatever_waits():
    whole = history(*unsent(first=unanswered(1, 1)))
    assert fired(reversal, whole) == ["R12"]  # the reversal of the first was lost
    assert undone_by(whole) == [None]


def test_a_request_without_a_number_says_nothing_about_the_next():
    rows = [request(None, amount_minor=7), answer(None, amount_minor=7), *CUT]
    assert fired(reversal, black_box([*rows, invoke(2), *CUT, *refused(), *CUT])) == []


def test_under_a_number_of_its_own_the_0400_names_the_request_in_field_61():
    named = {"own": 5, "F61": "000007000002"}
    rows = [*approved(1, 1), invoke(2), stored(2), *CUT, *refused(5, **named)]
    assert fired(reversal, history(*rows, **NEW)) == []
    assert undone_by(history(*rows, **NEW)) == [None]
    rows = [*approved(1, 1), invoke(2), stored(2), *CUT, *refused(5)]
    assert undone_by(history(*rows, **NEW)) == [1]
    assert "R12" in fired(reversal, history(*rows, **NEW))


@pytest.mark.parametrize(
    "wrong",
    [
        {"present": ("3", "35", "64")},
        {"reason": "00"},
        {"mac": "absent"},
        {"mac_ok": False},
    ],
)
@pytest.mark.parametrize("see", VIEWS)
def test_what_no_0400_may_be_is_found_without_its_request(see, wrong):
    assert fired(reversal, see(unsent(**wrong))) == ["R6"]


def test_a_0400_without_its_request_that_could_not_be_read_is_not_judged():
    whole = black_box(unsent(reason="00", malformed=True))
    assert judged(whole, "R6") == (0, False, False)
