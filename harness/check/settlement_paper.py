"""S11: paper that ends at the settlement slip leaves the settlement complete; it is printed later.

Complete is what the host's books show as closed.  The slip may come by itself when there is paper
again, or when somebody asks for the last settlement slip.
"""

from dataclasses import dataclass

from harness.check import fact
from harness.check.paper import outages
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row

REPRINT = "reprint_settlement"


@dataclass(frozen=True, slots=True)
class _Outage:
    """A printer that did not work from one row to another, when a settlement slip was due."""

    settled: Row  # the host's answer to the 0500
    begin: int
    end: int
    until: int  # where the next settlement begins, or the index after the last row


def judge_paper(tally: Tally, scene: Settling) -> None:
    """S11: judge every settlement whose slip met a printer that did not work."""
    settled = {row.facts.get("batch"): row for row in scene.ledger("settlement")}
    for begin, end in outages(scene.line, scene.line.of("fault")) if settled else ():
        for row in settled.values():
            later = (one.index for one in settled.values() if one.index > row.index)
            outage = _Outage(row, begin, end, min(later, default=scene.line.last + 1))
            if _is_hit(scene, outage):
                _is_complete(tally, scene, outage)
                _is_printed(tally, scene, outage)


def _whole(scene: Settling, outage: _Outage) -> list[int]:
    """Return where whole slips of the settlement came out."""
    return [
        row.index
        for row in scene.settlement_slips
        if outage.settled.index < row.index < outage.until
        and row.facts.get("is_complete") is not False
        and fact.agree(row, outage.settled, "batch")
    ]


def _is_hit(scene: Settling, outage: _Outage) -> bool:
    """Tell whether the printer failed before the slip was out, and the terminal got that far."""
    first = min(_whole(scene, outage), default=outage.until)
    is_before = outage.begin < first and outage.end > outage.settled.index
    own = [row for row in scene.settlement_slips if row.index > outage.settled.index]
    is_torn = any(row.facts.get("is_complete") is False for row in own)
    return is_before and (is_torn or _is_closed(scene, outage))


def _is_closed(scene: Settling, outage: _Outage) -> bool:
    later = (row for row in scene.ledger("batch_end") if row.index > outage.settled.index)
    return any(fact.agree(row, outage.settled, "batch") for row in later)


def _is_complete(tally: Tally, scene: Settling, outage: _Outage) -> None:
    """Judge that the books have closed the batch before the next money, or the rest's end."""
    first, line = outage.settled.index, scene.line
    money = (row.index for row in scene.books.postings if row.index > first)
    last = next(money, scene.rest_end or line.last)
    closed = [row for row in scene.ledger("batch_end") if first < row.index <= last]
    is_closed = any(fact.agree(row, outage.settled, "batch") for row in closed)
    if not is_closed and line.is_blind("ledger", first, last):
        tally.gap("ledger was blind: whether the batch was closed is not known")
    elif is_closed or not _is_disturbed(scene, first, last):
        tally.require(
            is_closed,
            f"the paper ended in the settlement of batch {outage.settled.facts.get('batch')}",
            expected="the batch closed all the same",
            seen="it is still open",
            at=(outage.settled, line.history.rows[outage.begin]),
        )


def _is_disturbed(scene: Settling, first: int, last: int) -> bool:
    """Tell whether something else may have kept the settlement from its end."""
    found = scene.faults(first, last) + scene.power_cuts(first, last) + scene.cancels(first, last)
    return bool(found)


def _is_printed(tally: Tally, scene: Settling, outage: _Outage) -> None:
    line = scene.line
    later = _whole(scene, outage)
    asked = [call for call in line.calls if call.verb == REPRINT and call.end]
    asked = [call for call in asked if outage.end <= call.invoke.index < outage.until]
    if later:
        tally.right()
    elif line.is_blind("slip", outage.begin):
        return  # said of the whole rule
    elif asked:
        tally.wrong(
            f"batch {outage.settled.facts.get('batch')} was settled, and there is paper again",
            expected="its slip when the last settlement slip is asked for",
            seen="none",
            at=(outage.settled, line.history.rows[outage.begin], asked[0].invoke, asked[0].end),
        )
    elif scene.rest_end is not None and outage.end <= line.last:
        tally.gap("there was paper again, and nobody asked for the settlement slip")
