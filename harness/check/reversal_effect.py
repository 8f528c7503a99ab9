"""R9 R16: what a late answer or a pending reversal must not bring about."""

from harness.check import Judgement, Rule, signs
from harness.check.blame import blame, robber, stale, waiting
from harness.check.fate import Case, Fate, State
from harness.check.message import name_of
from harness.check.reversal_power import is_in_journal
from harness.check.reversal_printing import printing_trouble
from harness.check.tally import Tally
from harness.check.wire_view import Attempt, is_named_in_f61
from harness.history.record import Row

RULES = (
    Rule("R9", "host_wire & slip | host_wire & till"),
    Rule("R16", "slip | host_wire"),
)
_VOIDS = frozenset({"void", "completion_void"})


def judge(case: Case) -> list[Judgement]:
    """Judge both rules."""
    late, pending = Tally("R9"), Tally("R16")
    for attempt in case.attempts:
        _passed_off(late, case, attempt)
    for fate in case.fates:
        _late(late, case, fate)
        _shown(pending, case, fate)
    return [late.judgement(), pending.judgement()]


def _passed_off(tally: Tally, case: Case, attempt: Attempt) -> None:
    """R9: a late answer does not pass for the answer of a later transaction."""
    answers = stale(case, attempt)
    for victim in case.attempts if answers else ():
        own = [row for row in answers if waiting(case, row).index == victim.request.index]
        if not own or _may_be_undelivered(case, attempt, own[0]):
            continue
        wrong = robber(case, victim)
        tally.require(
            wrong is None,
            f"the late answer to {attempt.title} passed for that of {victim.title}",
            expected=f"{victim.title} to stay as its own answer, or none, makes it",
            seen="it shows as approved",
            at=(attempt.request, own[0], victim.request, victim.answer),
        )


def _may_be_undelivered(case: Case, attempt: Attempt, answer: Row) -> bool:
    """At the host's end a late answer proves something only on a line that stayed whole."""
    line, first = case.line, attempt.request.index
    if line.is_at_terminal:
        return False
    lost = line.rows("disconnect", first, answer.index)
    return bool(lost or line.line_faults(first, answer.index))


def _late(tally: Tally, case: Case, fate: Fate) -> None:
    """R9: a late answer neither completes its transaction nor clears its reversal."""
    if not fate.late:
        return
    answer = fate.late[0]
    completing = completed_by_late(fate)
    if completing is None and blame(case, fate) == "R9" and not robber(case, fate.attempt):
        _cleared(tally, fate, answer)
    elif completing is not None:
        tally.wrong(
            f"the answer to {fate.attempt.title} came too late and completed it",
            expected="a late answer discarded",
            seen="it shows as approved",
            at=(fate.request, answer, completing),
        )
    elif fate.sends and not _may_be_undelivered(case, fate.attempt, answer):
        tally.right()


def completed_by_late(fate: Fate) -> Row | None:
    """Return the first row after a late answer that shows the transaction as approved."""
    begin = fate.late[0].index if fate.late else fate.attempt.reuse
    return next((row for row in fate.shown if row.index > begin), None)


def _cleared(tally: Tally, fate: Fate, answer: Row) -> None:
    if fate.hidden:
        tally.gap(fate.hidden)
        return
    tally.wrong(
        f"the answer to {fate.attempt.title} came too late and made an end of its reversal",
        expected="a late answer discarded, the 0400 sent until it is concluded",
        seen=f"{len(fate.in_time)} of them before the next transaction",
        at=(fate.request, answer, fate.gate),
    )


def _shown(tally: Tally, case: Case, fate: Fate) -> None:
    """R16: what is to be reversed, or was, shows as not approved everywhere."""
    is_reversed = fate.state is State.PENDING or bool(fate.sends)
    if not is_reversed or _is_anothers(case, fate):
        return
    wrong = _approving(case, fate)
    unclear = None if wrong else signs.unclear_slip(case.line, case.calls, fate.attempt)
    if unclear:
        tally.gap(f"the slip of row {unclear.index} ended before its number: nobody knows whose")
        return
    if wrong is None and not _is_looked_at(case, fate):
        return
    first, last = fate.request.index, fate.horizon
    if wrong is None and case.line.is_blind("slip", first, last):
        tally.gap(f"slip was blind after {fate.attempt.title} (row {first})")
        return
    tally.require(
        wrong is None,
        f"{fate.attempt.title} is to be reversed and shows as approved",
        expected="no approval slip, no approval at the till, no void of it, no record, in no list",
        seen=f"{wrong.kind} {wrong.address}".strip() if wrong else "",
        at=(fate.request, wrong, *(one.row for one in fate.sends)),
    )


def _is_anothers(case: Case, fate: Fate) -> bool:
    """Tell whether another rule says already what went wrong."""
    if fate.state is State.PENDING and blame(case, fate):
        return True
    if completed_by_late(fate) or robber(case, fate.attempt):
        return True
    if printing_trouble(case, fate):
        return True
    return any(_is_between(fate, cut) for cut in fate.cuts)


def _is_between(fate: Fate, cut: Row) -> bool:
    """Tell whether it was completed before a power cut and reversed after it: R12's matter."""
    is_after = any(one.row.index > cut.index for one in fate.sends)
    return is_after and any(row.index < cut.index for row in fate.shown)


def _approving(case: Case, fate: Fate) -> Row | None:
    """Return the first row that treats the transaction as approved."""
    voids = [one.request for one in case.attempts if name_of(one.request) in _VOIDS]
    found = [
        *fate.shown,
        *(row for row in voids if _is_void_of(row, fate)),
        *_records(case, fate),
        *_listings(case, fate),
    ]
    return min(found, key=lambda row: row.index, default=None)


def _is_void_of(row: Row, fate: Fate) -> bool:
    is_later = fate.request.index < row.index < fate.attempt.reuse
    return is_later and is_named_in_f61(row, fate.request)


def _records(case: Case, fate: Fate) -> list[Row]:
    """Return journal writes that hold it, after its first reversal left."""
    if not fate.sends:
        return []
    rows = case.line.rows("nv", fate.sends[0].row.index, fate.attempt.reuse - 1)
    return [row for row in rows if is_in_journal(row, fate)]


def _listings(case: Case, fate: Fate) -> list[Row]:
    """Return detail lists that hold it while it is pending, or after its first reversal left."""
    first = fate.sends[0].row if fate.sends else fate.request
    begin = fate.request if fate.state is State.PENDING else first
    return signs.listings(case.line, fate.attempt, begin.index)


def _is_looked_at(case: Case, fate: Fate) -> bool:
    """Tell whether there was time and an eye to see an approval."""
    has_eye = case.line.observes("slip") or case.line.observes("till")
    return has_eye and bool(fate.sends or fate.gate)
