"""R1: the reversal record is non-volatile before the first byte of the request can leave.

Where the bench sees non-volatile writes, their order tells.  Elsewhere a power cut with the
request's bytes does: after the next start the 0400 must come before the next request.
"""

from harness.check import Judgement, Rule
from harness.check.blame import blame, is_cut_at_request, is_record_of
from harness.check.fate import Case, Fate, State
from harness.check.tally import Tally
from harness.history.record import Row

RULES = (Rule("R1", "nv | host_wire & power"),)


def judge(case: Case) -> list[Judgement]:
    """Judge every reversible request."""
    tally = Tally("R1")
    sees_writes = case.line.observes("nv") and case.line.is_at_terminal
    for fate in case.fates:
        if sees_writes:
            _by_writes(tally, case, fate)
        elif fate.state is State.PENDING and is_cut_at_request(case, fate):
            _by_power_cut(tally, case, fate)
    return [tally.judgement()]


def _by_writes(tally: Tally, case: Case, fate: Fate) -> None:
    request = fate.request
    last = fate.sends[0].row.index if fate.attempt.is_overtaken else request.index
    writes = [row for row in case.line.rows("nv", 0, last) if row.address == "reversal"]
    is_stored = bool(writes) and is_record_of(writes[-1], fate)
    if not is_stored and case.line.is_blind("nv", 0, last):
        tally.gap(f"nv was blind before {fate.attempt.title} (row {request.index})")
        return
    late = None if is_stored else _late_write(case, fate)
    tally.require(
        is_stored,
        f"{fate.attempt.title} left before its reversal record was stored",
        expected="a whole write of the record, state pending, before the request",
        seen="the record after it" if late else "no such record",
        at=(writes[-1] if writes else None, request, late),
    )


def _late_write(case: Case, fate: Fate) -> Row | None:
    later = case.line.rows("nv", fate.request.index, fate.attempt.until)
    return next((row for row in later if is_record_of(row, fate)), None)


def _by_power_cut(tally: Tally, case: Case, fate: Fate) -> None:
    cut = fate.cuts[0]
    if any(one.row.index > cut.index for one in fate.in_time):
        tally.right()
    elif blame(case, fate) == "R1" and fate.hidden:
        tally.gap(fate.hidden)
    elif blame(case, fate) == "R1":
        tally.wrong(
            f"the power was cut while {fate.attempt.title} left",
            expected="its reversal (0400) after the next start",
            seen="none: there was no record of it",
            at=(fate.request, cut, fate.gate),
        )
