"""The terminal's own records, by STAN, as its non-volatile writes show them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from harness.check import fact
from harness.check.index import Index
from harness.history.record import Row

VOIDED = "voided"
INDEX = attrgetter("index")
_SETTLING = (("ledger", "settlement"), ("nv", "settlement"), ("tx", "host/0500"))


@dataclass(frozen=True, slots=True)
class Record:
    """One transaction of the journal, and the row that shows it last."""

    name: str
    amount_minor: int | None
    state: str
    row: Row


class Journal:
    """The journal at any time; what a settlement cleared is kept here as it was."""

    def __init__(self, index: Index) -> None:
        self._size = index.size
        self.is_known = index.observes("journal", "nv") and not (
            index.is_blind("journal") or index.is_blind("nv")
        )
        self._read: dict[int, dict[int, Record]] = {}
        nv = [row for row in index.of("nv") if not row.facts.get("torn")]
        self._writes = [row for row in nv if row.address == "journal"]
        self._reversals = [row for row in nv if row.address == "reversal"]
        self._settlements = [
            row.index
            for kind, address in _SETTLING
            for row in index.of(kind)
            if row.address == address and row.facts.get("stage") != "none"
        ]

    def at(self, until: int | None = None) -> dict[int, Record]:
        """Return the records that were written whole before a row, at the end by default."""
        before = self._size if until is None else until
        found: dict[int, Record] = {}
        for writes in self._batches:
            last = bisect_left(writes, before, key=INDEX)
            found |= self._records(writes[last - 1]) if last else {}
        return found

    @cached_property
    def _batches(self) -> list[list[Row]]:
        """Return the writes between one settlement and the next."""
        batches: list[list[Row]] = [[]]
        before = -1
        for row in self._writes:
            if any(before < index < row.index for index in self._settlements):
                batches.append([])
            batches[-1].append(row)
            before = row.index
        return batches

    def _records(self, row: Row) -> dict[int, Record]:
        if row.index not in self._read:
            self._read[row.index] = dict(_records(row))
        return self._read[row.index]

    def changes(self) -> Iterator[tuple[int, Record, Record]]:
        """Yield STAN, first and other record, once for each that two writes show differently."""
        for writes in self._batches:
            first: dict[int, Record] = {}
            told: set[int] = set()
            for stan, record in (each for row in writes for each in self._records(row).items()):
                known = first.setdefault(stan, record)
                is_same = (known.name, known.amount_minor) == (record.name, record.amount_minor)
                if not is_same and stan not in told:
                    told.add(stan)
                    yield stan, known, record

    def pending_at(self, until: int) -> int | None:
        """Return the STAN of the reversal that was pending before a row, None if there is none."""
        writes = (row for row in reversed(self._reversals) if row.index < until)
        last = next(writes, None)
        is_pending = last is not None and last.facts.get("state") == "pending"
        return fact.number(last, "stan") if last and is_pending else None


def _records(row: Row) -> list[tuple[int, Record]]:
    """Return what the row lists; a record that cannot be read is none."""
    parts = [text.split("|") for text in fact.words(row, "records")]
    return [
        (int(one[0]), Record(one[1], int(one[2]) if one[2].isdigit() else None, one[3], row))
        for one in parts
        if len(one) == 4 and one[0].isdigit()
    ]
