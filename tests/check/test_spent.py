"""An attempt that is noted, and swallowed by a power cut before it left, is spent all the same."""

import pytest

from harness.check import durability, reversal
from tests.check import money_rows as money
from tests.check.literal import fired, history, judgements, row
from tests.check.reversal_rows import (
    BATCH,
    approved,
    black_box,
    end,
    fault_slip,
    hang_up,
    invoke,
    judged,
    power,
    seen_at_host,
    unanswered,
    undo,
)

CUT = [power("off"), power("on")]
CALL = [row("terminal", "connect", "host", value) for value in ("dial", "connected")]
VIEWS = [lambda rows: history(*rows), black_box, seen_at_host]
TOLD = [row("terminal", "show", "REVERSAL_FAILED", "冲正失败")]
ONE = {"profile": {"reversal_attempts_max": 1}}


def noted(attempts, **more):
    facts = {"state": "pending", "stan": 1, "batch": BATCH, "attempts": attempts} | more
    return row("terminal", "nv", "reversal", **facts)


def vain(attempts):
    """Return a call that sends the reversal, which nobody answers."""
    return [invoke(attempts + 9), noted(attempts), undo(1), hang_up()]


def swallowed(attempts, **more):
    """Return a call in which the power is cut before the reversal has left."""
    return [invoke(attempts + 9), noted(attempts, **more), *CUT]


def broken(attempts, noted_as=None):
    """Return a call whose line is lost before the reversal, noted already, has left."""
    note = noted(noted_as or attempts)
    return [invoke(attempts + 9), *CALL, note, hang_up(value="lost"), end("fail", attempts + 9)]


def story(*tries, told=TOLD, after=()):
    """Return an unanswered sale, the tries at its reversal, its end, and the next sale."""
    return [*unanswered(), *[each for one in tries for each in one], *told, *after, *approved(2)]


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize(
    "tries",
    [
        [swallowed(1), vain(2), vain(3)],
        [vain(1), swallowed(2), vain(3)],
        [vain(1), vain(2), swallowed(3)],
        [swallowed(1), swallowed(2), vain(3)],
        [swallowed(1), swallowed(2), swallowed(3)],
        [vain(1), swallowed(2, torn=True), vain(3)],
    ],
)
def test_each_cut_may_have_swallowed_one_attempt(see, tries):
    whole = see(story(*tries))
    assert fired(reversal, whole) == []
    assert judged(whole, "R8") == (1, False, False)


@pytest.mark.parametrize("see", VIEWS[:2])
@pytest.mark.parametrize(
    "tries",
    [
        [broken(1), vain(2), vain(3)],
        [vain(1), broken(2), vain(3)],
        [vain(1), vain(2), broken(3)],
        [broken(1), swallowed(2), broken(3)],
    ],
)
def test_each_lost_line_may_have_swallowed_one_attempt(see, tries):
    whole = see(story(*tries))
    assert fired(reversal, whole) == []
    assert judged(whole, "R8") == (1, False, False)


@pytest.mark.parametrize("see", VIEWS[:2])
@pytest.mark.parametrize(
    "tries",
    [
        [vain(1), broken(2)],
        [vain(1), vain(2), [invoke(12), *CALL, undo(1), hang_up(value="lost")][:2]],
        [vain(1), vain(2), [CALL[0], row("terminal", "connect", "host", "refused")]],
        [vain(1), vain(2), [hang_up(value="lost")]],
        [vain(1), vain(2), [*CALL, row("terminal", "disconnect", "ecr", "lost")]],
        [vain(1), vain(2), [*CALL, row("host", "disconnect", "terminal", "lost")]],
    ],
)
def test_a_line_that_was_not_there_or_not_lost_swallows_no_attempt(see, tries):
    assert fired(reversal, see(story(*tries))) == ["R8"]


def test_where_writes_are_seen_a_lost_line_without_a_note_swallows_nothing():
    tries = [vain(1), vain(2), broken(3, noted_as=2)]
    assert fired(reversal, history(*story(*tries))) == ["R8"]
    assert fired(reversal, black_box(story(*tries))) == []


@pytest.mark.parametrize("see", VIEWS)
@pytest.mark.parametrize("tries", [[vain(1), swallowed(2)], [swallowed(1)], [vain(1)]])
def test_one_cut_excuses_no_second_attempt(see, tries):
    assert fired(reversal, see(story(*tries))) == ["R8"]


@pytest.mark.parametrize("see", VIEWS)
def test_who_says_nothing_of_it_has_lost_the_reversal(see):
    tries = [vain(1), vain(2), swallowed(3)]
    assert fired(reversal, see(story(*tries, told=[]))) == ["R12"]
    assert fired(reversal, see(story(*tries, told=[fault_slip(voucher=1)]))) == []


def test_where_writes_are_seen_a_cut_without_a_note_swallows_nothing():
    tries = [vain(1), vain(2), [invoke(12), *CUT]]
    assert fired(reversal, history(*story(*tries))) == ["R8"]
    assert fired(reversal, black_box(story(*tries))) == []


@pytest.mark.parametrize(
    "write",
    [
        noted(2),
        noted(3, stan=9),
        row("terminal", "nv", "last"),
        row("terminal", "nv", "reversal", state="clear", stan=1),
    ],
)
def test_a_write_that_counts_no_attempt_more_is_no_note(write):
    tries = [vain(1), vain(2), [invoke(12), write, *CUT]]
    assert fired(reversal, history(*story(*tries))) == ["R8"]


def test_a_note_that_does_not_say_how_often_counts_one():
    bare = row("terminal", "nv", "reversal", state="pending", stan=1)
    assert fired(reversal, history(*story(vain(1), vain(2), [bare, *CUT]))) == []


def test_a_cut_while_the_request_waits_swallows_no_attempt():
    rows = [*unanswered()[:3], *CUT, *vain(2), *vain(3), *TOLD, *approved(2)]
    assert fired(reversal, black_box(rows)) == ["R8"]
    at_once = {"profile": {"reversal_at_once": True}}
    assert fired(reversal, black_box(rows, **at_once)) == []


def test_a_terminal_that_reverses_when_it_boots_may_have_been_cut_at_that():
    rows = [*unanswered()[:3], *CUT, *CUT, *vain(2), *vain(3), *TOLD, *approved(2)]
    assert fired(reversal, black_box(rows)) == []


def test_where_nobody_sees_a_start_each_cut_may_have_swallowed_one():
    def seen(told):
        rows = story(vain(1), vain(2), CUT, told=told)
        mute = [each for each in rows if each[0] == "terminal" and each[1] not in ("nv", "show")]
        return history(*mute, observes=("host_wire", "slip", "power"))

    assert fired(reversal, seen([fault_slip()])) == []
    assert fired(reversal, seen([])) == ["R12"]


def test_before_the_next_transaction_nothing_has_to_be_counted():
    whole = history(*unanswered(), *swallowed(1), *TOLD, **ONE)
    assert fired(reversal, whole) == []


def test_a_blocked_terminal_stays_blocked_after_a_swallowed_attempt():
    block = {"profile": {"reversal_exhausted": "keep_and_block"}}
    tries = [vain(1), vain(2), swallowed(3)]
    assert fired(reversal, history(*story(*tries), **block)) == ["R8"]
    closed = [row("bench", "note", "open item", stan=1, closed=True)]
    assert fired(reversal, history(*story(*tries, after=closed), **block)) == []


WAITING = [money.sale_call(), money.request(), money.posting()]
NEXT = money.request(8, name="balance")


def counted(attempts):
    return money.pending(attempts=attempts)


def kept(*rows, **header):
    return judgements(durability, history(*rows, **header))["D1"]


TRIED = [counted(1), money.reversing(), counted(2), money.reversing()]


def test_what_was_given_up_at_a_power_cut_is_not_asked_for_after_it():
    rows = [*WAITING, *TRIED, counted(3), *CUT, *TOLD, money.pending(state="clear"), NEXT]
    assert (kept(*rows).findings, kept(*rows).gaps) == ((), ())


def test_what_was_not_counted_or_not_told_is_asked_for_after_the_cut():
    for rows in (
        [*WAITING, *TRIED, *CUT, *TOLD, NEXT],
        [*WAITING, *TRIED, counted(3), *CUT, NEXT],
        [*WAITING, *TRIED, counted(3), *CUT, NEXT, *TOLD],
        [*WAITING, *TRIED[:2], counted(2), *CUT, *TOLD, NEXT],
    ):
        seen = [one.seen for one in kept(*rows).findings]
        assert "balance 000008, and no reversal before it" in seen


def given_up(*told):
    """Return a sale whose reversal was tried as often as allowed, and the next sale."""
    tries = [*TRIED, counted(3), money.reversing(), *told, money.pending(state="clear")]
    return [*WAITING, *tries, *money.sold(8, 2)]


def test_what_was_given_up_long_before_the_cut_may_stand_in_the_books():
    rows = [*given_up(*TOLD), *CUT, money.request(9, name="balance")]
    assert (kept(*rows).findings, kept(*rows).gaps) == ((), ())


def test_what_was_concluded_at_the_last_attempt_is_compared():
    done = [money.reversed_answer(), money.undo(), money.journal("7|sale|1000|approved")]
    rows = [*given_up(*done)[:-8], *CUT, NEXT]
    assert [one.seen for one in kept(*rows).findings] == ["only the journal has it"]


def test_what_was_not_tried_as_often_as_allowed_is_compared():
    rows = [*WAITING, *TRIED, *TOLD, money.pending(state="clear"), *money.sold(8, 2), *CUT]
    seen = [one.seen for one in kept(*rows, money.request(9, name="balance")).findings]
    assert seen == ["only the books have it"]


def lost_before_the_host(point):
    faults = [money.fault("drop", point)]
    rows = [*WAITING, *CUT, *faults, *TOLD, NEXT]
    return judgements(durability, seen_at_host(rows))["D1"]


def test_reversals_that_were_lost_before_the_host_are_not_missed_after_a_cut():
    found = lost_before_the_host("tx terminal 0400 #1")
    assert (found.findings, "lost before the host" in found.gaps[0]) == ((), True)
    assert len(lost_before_the_host("tx host 0210 #1").findings) == 1
