"""What a batch holds when it is settled: the transactions that count in its totals.

Where the bench sees the terminal's records, they are it, but for those that it has kept of a batch
that is settled.  Elsewhere it is what the host line shows
as approved and not reversed; then what was in the batch before the history began is not known,
unless the bench began with a fresh terminal or one just settled, or with a settlement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.check import fact
from harness.check.closing import GROUPS, Closing
from harness.check.exchange import Exchange, Line
from harness.check.journal import VOIDED
from harness.check.message import FINANCIAL, OFFLINE, mti_of, original_of, stan_of
from harness.check.subject import State, Subject, subjects
from harness.history.record import Header, Row

DEBITS = frozenset(
    {
        "sale", "completion", "completion_advice", "offline_sale", "offline_settlement", "adjust",
        "tip", "ecash_topup",
    }
)  # fmt: skip
CREDITS = frozenset({"void", "completion_void", "refund"})
VOIDS = frozenset({"void", "completion_void"})
_DOMESTIC = frozenset({"CUP", "000"})
_ORGANISATION_SIZE = 3
_RECORDS = ("nv", "journal")


@dataclass(frozen=True, slots=True)
class Item:
    """One transaction of the batch; `group` is empty where nobody knows that of the card.

    `is_sure` is False where nobody can tell whether the terminal had its approval.
    """

    stan: int
    name: str
    amount_minor: int
    group: str
    row: Row
    card: str | None = None
    is_voided: bool = False
    is_sure: bool = True

    @property
    def is_debit(self) -> bool:
        """Tell on which side of the totals it counts."""
        return self.name in DEBITS


@dataclass(frozen=True, slots=True)
class Content:
    """The items of a batch; it may hold more of before the history unless `is_whole`.

    `settled` are the STANs that the journal still has of a batch that was settled before.
    """

    items: Sequence[Item]
    is_whole: bool
    is_journal: bool = False
    settled: Sequence[int] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the card groups that can be told apart: both, or "" for all together."""
        return GROUPS if all(item.group for item in self.items) else ("",)

    @property
    def is_sure(self) -> bool:
        """Tell whether it holds these items and no other."""
        return self.is_whole and all(item.is_sure for item in self.items)

    def of(self, group: str) -> list[Item]:
        """Return the items of a group, all for ""."""
        return [item for item in self.items if group in ("", item.group)]


def begins_empty(header: Header) -> bool:
    """Tell whether the terminal's batch is known to be empty when a history begins."""
    is_new = header.world == "virtual" or header.bench.get("kind") == "emulated"
    return is_new or header.bench.get("batch") == "empty"


class Batches:
    """Tells what was in the batch at any moment."""

    def __init__(self, line: Line, closings: Sequence[Closing]) -> None:
        self._line, self._closings = line, closings
        self.is_fresh = begins_empty(line.history.header)
        self._subjects = subjects(line)
        self._by_stan: dict[int | None, list[Exchange]] = {}
        for one in line.exchanges:
            if mti_of(one.request) in FINANCIAL:
                self._by_stan.setdefault(stan_of(one.request), []).append(one)

    def at(self, closing: Closing) -> Content:
        """Return what a batch held when its settlement began."""
        return self.before(closing.first.index, closing.batch)

    def before(self, index: int, batch: int | None = None) -> Content:
        """Return what was held before a row; `batch` is its number, where that is known."""
        return self._of_journal(index, batch) or self._of_line(index, batch)

    def is_blind(self, index: int) -> bool:
        """Tell whether something of the batch may have been missed before a row."""
        return self._line.is_blind("host_wire", 0, index)

    def _of_journal(self, index: int, batch: int | None) -> Content | None:
        """Return the records as they were last written, None where the bench has not seen them."""
        writes = self._writes(index)
        if not writes or any(self._line.is_blind(name, 0, index) for name in _RECORDS):
            return None
        parts = [text.split("|") for text in fact.words(writes[-1], "records")]
        items = [self._recorded(part, writes[-1]) for part in parts if _is_readable(part)]
        if len(items) < len(parts):
            return None
        counted = [item for item in items if _counts(item.name)]
        old = self._settled(index, batch) & set(fact.words(writes[-1], "records"))
        stans = sorted(int(text.partition("|")[0]) for text in old)
        kept = [item for item in counted if item.stan not in stans]
        return Content(kept, True, is_journal=True, settled=stans)

    def _writes(self, index: int) -> list[Row]:
        return [row for row in self._line.of("nv") if _is_record(row) and row.index < index]

    def _settled(self, index: int, batch: int | None) -> set[str]:
        """Return the records of other batches that were surely settled before a row."""
        found: set[str] = set()
        for one in self._closings:
            is_other = None not in (batch, one.batch) and one.batch != batch
            if is_other and one.over < index and one.done and not one.done.doubt:
                held = self._writes(one.over)[-1:]
                found.update(text for row in held for text in fact.words(row, "records"))
        return found

    def _recorded(self, part: Sequence[str], row: Row) -> Item:
        stan, name, amount, state = int(part[0]), part[1], int(part[2]), part[3]
        sent = self._sent(stan, row.index)
        card = fact.text(sent.request, "card") if sent else None
        group = self.group_of(stan, row.index)
        return Item(stan, name, amount, group, row, card, state == VOIDED)

    def _of_line(self, index: int, batch: int | None) -> Content:
        """Return what was approved since the last settlement that was finished.

        Where one was left unfinished and another batch begun, only what names that batch counts.
        """
        before = [one for one in self._closings if one.over < index]
        begin = before[-1].over if before else -1
        kept = [one for one in self._subjects if begin < one.begin < index and _is_held(one)]
        started = (one for one in self._closings if begin <= one.first.index < index)
        is_left = any(not one.is_refused for one in started)
        own = [one for one in kept if not is_left or batch in (None, one.batch)]
        items = [item for one in own if (item := self._item(one, own))]
        items += self._offline(begin, index)
        is_whole = bool(before) or self.is_fresh
        return Content(items, is_whole and not self.is_blind(index))

    def _item(self, subject: Subject, others: Iterable[Subject]) -> Item | None:
        row = subject.request
        told = (subject.answer, row)  # the answer may approve a part
        amounts = (fact.number(one, "amount_minor") for one in told if one)
        amount = next((minor for minor in amounts if minor is not None), None)
        if row is None or amount is None:
            return None
        is_voided = any(_voids(other, subject) for other in others)
        return Item(
            subject.stan, subject.name, amount, self.group_of(subject.stan, subject.over), row,
            fact.text(row, "card"), is_voided, subject.state is State.APPROVED,
        )  # fmt: skip

    def _offline(self, begin: int, index: int) -> list[Item]:
        """Return what the terminal had approved on its own and sent afterwards."""
        return [
            Item(stan, one.name, minor, "", one.request, is_sure=False)
            for one in self._line.exchanges
            if one.name in OFFLINE and begin < one.request.index < index and not one.repeats
            if (stan := stan_of(one.request)) is not None
            and (minor := fact.number(one.request, "amount_minor")) is not None
        ]

    def _sent(self, stan: int, index: int) -> Exchange | None:
        found = self._by_stan.get(stan, ())
        return next((one for one in reversed(found) if one.request.index < index), None)

    def group_of(self, stan: int, index: int) -> str:
        """Return the card group that the host named in its answer, else that of its original, else
        what the host said of the card at other times.
        """
        sent = self._sent(stan, index)
        if sent is None:
            return ""
        original = original_of(sent.request)
        of_original = self.group_of(original[1], sent.request.index) if original else ""
        return _named(sent) or of_original or self._by_card.get(fact.text(sent.request, "card"), "")

    @cached_property
    def _by_card(self) -> dict[str | None, str]:
        named = ((fact.text(one.request, "card"), _named(one)) for one in self._line.exchanges)
        return {card: group for card, group in named if card and group}


def _named(sent: Exchange) -> str:
    """Return the card group that the host named in its answer, or a refund in its request."""
    for row in (sent.taken, sent.request if sent.name == "refund" else None):
        organisation = (fact.text(row, "F63") or "")[:_ORGANISATION_SIZE].strip() if row else ""
        if organisation:
            return "domestic" if organisation in _DOMESTIC else "foreign"
    return ""


def _is_record(row: Row) -> bool:
    return "records" in row.facts and not row.facts.get("torn")


def _is_readable(part: Sequence[str]) -> bool:
    return len(part) == 4 and part[0].isdecimal() and part[2].isdecimal()


def _counts(name: str) -> bool:
    return name in DEBITS or name in CREDITS


def _is_held(subject: Subject) -> bool:
    return _counts(subject.name) and subject.state in (State.APPROVED, State.UNSURE)


def _voids(void: Subject, sale: Subject) -> bool:
    if void.name not in VOIDS or void.request is None:
        return False
    named = original_of(void.request)
    return named is not None and named[1] == sale.stan and named[0] in (0, sale.batch)
