"""A bench that stood still: what is judged by times says nothing about that while.

A live bench notes a `stall` when nothing at all ran for longer than it should.  Then an answer or
a timer of its own is late, and a wait of the terminal looks longer or shorter than it was.
"""

from dataclasses import replace

from harness.check import Finding, Judgement
from harness.check.exchange import MILLISECOND_NS, seconds, tolerance_ns
from harness.check.index import notes
from harness.history.record import History, Row

STOOD_STILL = "the bench stood still"
TIMED = frozenset({"T1", "T2", "R1", "R3", "R9", "W6", "E3", "D3", "S13"})


def stalls(history: History) -> list[Row]:
    """Return the notes of all stalls that are longer than what times may be off by."""
    stood = [row for row in notes(history) if row.address == "stall"]
    return [row for row in stood if _length_ns(row) > tolerance_ns(history.header)]


def without_stalls(judgement: Judgement, history: History, stood: list[Row]) -> Judgement:
    """Make gaps of the findings by times during which the bench stood still.

    stood: the notes of `stalls`.  A timed rule that was evaluated in such a history has a gap.
    """
    if not stood or judgement.rule not in TIMED or not judgement.evaluated:
        return judgement
    longest = max(map(_length_ns, stood))
    gaps = [*judgement.gaps, f"{STOOD_STILL} for {seconds(longest)}: times prove nothing"]
    kept = [one for one in judgement.findings if not _spans(one, history, stood)]
    gaps += [f"seen while {STOOD_STILL}: {one}" for one in judgement.findings if one not in kept]
    return replace(judgement, findings=tuple(kept), gaps=tuple(gaps))


def is_of_stall(gap: str) -> bool:
    """Tell whether a gap is there because the bench stood still, and for nothing else."""
    return gap.startswith((STOOD_STILL, f"seen while {STOOD_STILL}"))


def _spans(finding: Finding, history: History, stood: list[Row]) -> bool:
    """Tell whether a stall lies between the first and the last row of the evidence."""
    times_ns = [history.rows[index].time_ns for index in finding.evidence]
    if not times_ns:
        return True
    first_ns, last_ns = min(times_ns), max(times_ns)
    return any(
        row.time_ns - _length_ns(row) <= last_ns and first_ns <= row.time_ns for row in stood
    )


def _length_ns(stall: Row) -> int:
    late_ms = stall.facts.get("late_ms", 0)
    return late_ms * MILLISECOND_NS if isinstance(late_ms, int) else 0
