"""Slips, and the transactions that they are about.

A slip belongs to the latest transaction of its voucher number (and batch).  One printed while a
transaction concludes belongs to that one, also if it prints the number of another that has its
slip already.  Transactions are taken from the host line; where only the ledger is seen, from its
postings and declines.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from harness.check import fact
from harness.check.calls import Call
from harness.check.exchange import Line
from harness.check.message import is_power_cut
from harness.check.subject import Subject, subjects
from harness.check.view import NEW_ROLL
from harness.history.record import Row
from harness.profile.pan_mask import NEVER_MASKED

PRINTER_FAULTS = frozenset({"paper_out", "printer_dead", "power_off", "brown_out", "bounce"})
_LASTING = frozenset({"paper_out", "printer_dead"})
_NO_APPROVALS = frozenset({"settlement", "totals", "fault"})
NOT_JUDGED = NEVER_MASKED | {"balance"}  # approved off line, or nothing that is approved


@dataclass(slots=True)
class Slip:
    """One slip; `reprint` is the call that asked for it, if it is known as a reprint."""

    row: Row
    subject: Subject | None
    reprint: Call | None
    is_whole: bool  # not interrupted by a fault

    @property
    def is_approval(self) -> bool:
        """Tell whether it says that a transaction was approved."""
        is_said = self.row.facts.get("says_approved") is True
        return is_said and self.row.facts.get("kind") not in _NO_APPROVALS

    @property
    def is_marked(self) -> bool:
        """Tell whether it is marked as a reprint."""
        return self.row.facts.get("is_duplicate") is True

    @property
    def title(self) -> str:
        """Return "the merchant slip of voucher 000123"."""
        copy, voucher = fact.text(self.row, "copy") or "", fact.number(self.row, "voucher")
        number = "of no voucher number" if voucher is None else f"of voucher {voucher:06}"
        return f"the {copy} slip {number}".replace("  ", " ")


@dataclass(slots=True)
class Paper:
    """All slips of a history, the transactions they may be about, and the printer's faults."""

    line: Line
    subjects: list[Subject]
    troubles: list[int]  # indices of faults and power cuts
    out: list[tuple[int, int]]  # from where to where the printer did not work
    slips: list[Slip] = field(default_factory=list)
    by_subject: dict[int, list[Slip]] = field(default_factory=dict)  # by its begin

    def of(self, subject: Subject) -> list[Slip]:
        """Return the slips of a transaction."""
        return self.by_subject.get(subject.begin, [])

    @property
    def is_unguarded(self) -> bool:
        """Tell whether paper or power may fail unseen: a person uses the terminal, we only look."""
        return {"till", "paper", "power"}.isdisjoint(self.line.history.header.observes)

    def is_troubled(self, first: int, last: int) -> bool:
        """Tell whether a fault of printer or power fell between two rows, or lasts there."""
        place = bisect_left(self.troubles, first)
        is_hit = place < len(self.troubles) and self.troubles[place] <= last
        return is_hit or any(begin <= last and end > first for begin, end in self.out)

    def is_hindered(self, subject: Subject) -> bool:
        """Tell whether a fault of printer or power fell into a transaction.

        It is over when something else begins, or when the till is told that it is done.
        """
        call, last = self.line.call_at(subject.begin), min(subject.over, self.line.last)
        end = call.end if call and call.end and call.end.kind == "ok" else None
        return self.is_troubled(subject.begin, min(last, end.index) if end else last)


def paper_of(line: Line) -> Paper:
    """Return the slips of a history with what each is about."""
    faults = [row for row in line.of("fault") if row.facts.get("action") in PRINTER_FAULTS]
    cuts = list(filter(is_power_cut, line.of("power")))
    troubles = sorted(row.index for row in faults + cuts)
    paper = Paper(line, subjects(line), troubles, outages(line, faults))
    _Sorter(paper).sort()
    return paper


def outages(line: Line, faults: list[Row]) -> list[tuple[int, int]]:
    """Return from where to where the printer did not work."""
    rests = [row.index for row in line.of("note") if row.address in {"rest", "heal"}]
    spans: list[tuple[int, int]] = []
    for row in faults:
        if row.facts.get("action") in _LASTING:
            ends = [one.index for one in line.of("heal") if one.address == row.address] + rests
            if row.facts.get("action") == "paper_out":
                ends += [one.index for one in line.of("note") if one.address == NEW_ROLL]
            end = min((index for index in ends if index > row.index), default=line.last + 1)
            spans.append((row.index, end))
    return spans


class _Sorter:
    """Finds what each slip is about."""

    def __init__(self, paper: Paper) -> None:
        self._paper, self._line = paper, paper.line
        self._begins = [subject.begin for subject in paper.subjects]
        self._by_stan: dict[int, list[Subject]] = {}
        for subject in paper.subjects:
            self._by_stan.setdefault(subject.stan, []).append(subject)
        self._sends = [one.request.index for one in paper.line.exchanges]

    def sort(self) -> None:
        rows = self._line.of("print")
        indices = [row.index for row in rows]
        for place, row in enumerate(rows):
            before = indices[place - 1] if place else -1
            after = indices[place + 1] if rows[place + 1 :] else self._line.last
            self._add(row, before, after)

    def _add(self, row: Row, before: int, after: int) -> None:
        call = self._line.call_at(row.index)
        reprint = call if call and call.verb == "reprint" else None
        slip = Slip(row, None, reprint, is_whole=self._is_whole(row, before, after))
        slip.subject = self._subject(slip)
        self._paper.slips.append(slip)
        if slip.subject:
            self._paper.by_subject.setdefault(slip.subject.begin, []).append(slip)

    def _is_whole(self, row: Row, before: int, after: int) -> bool:
        if row.facts.get("is_complete") is not False:
            return True
        place = bisect_left(self._sends, row.index)
        first = max([before + 1, *self._sends[place - 1 : place]])
        last = min([after, *self._sends[place : place + 1]])
        return not self._paper.is_troubled(first, last)

    def _subject(self, slip: Slip) -> Subject | None:
        named = self._named(slip.row)
        if slip.reprint or slip.is_marked:
            return named
        current = self._current(slip.row.index)
        if current is None or named is current:
            return named
        own = (fact.number(one.row, "voucher") for one in self._paper.of(current))
        is_owed = current.is_taken and current.stan not in own
        if named is None:
            return current if is_owed or fact.number(slip.row, "voucher") is None else None
        return current if is_owed and self._paper.of(named) else named

    def _named(self, row: Row) -> Subject | None:
        voucher = fact.number(row, "voucher")
        found = self._by_stan.get(voucher, []) if voucher is not None else []
        batch = fact.number(row, "batch")
        fitting = (
            one
            for one in reversed(found)
            if one.begin < row.index and (batch is None or one.batch in (None, batch))
        )
        return next(fitting, None)

    def _current(self, index: int) -> Subject | None:
        place = bisect_right(self._begins, index)
        current = self._paper.subjects[place - 1] if place else None
        return current if current and index < current.over else None
