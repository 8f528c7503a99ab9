"""Reconciliation of what a bench has seen: till, slips and journal against the host's books.  Pure.

Each view has the transactions that stand, by batch and voucher, and what it shows of each: the
books and the till once, slips as often as they differ.  What was undone in the books (reversed,
returned by hand) stands nowhere.  A difference is a line for people; rows are those of the history.
`day` keeps what the host booked on that business date, and what the others show of it by voucher.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from harness.check.index import Index
from harness.check.journal import Journal
from harness.history.record import History, Row
from harness.terms.amount import in_units

MONEY = frozenset({"sale", "void", "refund"})
UNDOING = frozenset({"reversal", "manual_return"})
Key = tuple[str, int]  # batch, voucher


@dataclass(frozen=True, slots=True)
class Deal:
    """One transaction as one view shows it; "" where the view does not tell.

    row: where it is shown; two that differ in nothing else are the same.
    """

    type: str
    amount_minor: int
    card: str = ""
    rrn: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)

    def __str__(self) -> str:
        rrn = f"RRN {self.rrn}" if self.rrn else ""
        parts = (self.type, in_units(self.amount_minor), self.card, rrn, f"(row {self.row})")
        return " ".join(filter(None, parts))

    def agrees(self, other: "Deal") -> bool:
        """Tell whether both can be the same transaction."""
        is_alike = _is_alike(self.type, other.type) and _is_alike(self.card, other.card)
        return is_alike and self.amount_minor == other.amount_minor


View = Mapping[Key, tuple[Deal, ...]]


def _is_alike(one: str, other: str) -> bool:
    return one == other or not (one and other)


def _view(deals: Iterable[tuple[Key, Deal]]) -> View:
    found: dict[Key, tuple[Deal, ...]] = {}
    for key, deal in deals:
        found[key] = (*found.get(key, ()), deal)
    return found


def ledger(history: History, day: str = "") -> View:
    """Return what stands in the host's books, of one business date or of all."""
    rows = [row for row in history.rows if row.kind == "ledger"]
    undone = {str(row.facts.get("original")) for row in rows if row.address in UNDOING}
    return _view(
        (_key(row), _deal(row.address, row))
        for row in rows
        if row.address in MONEY and str(row.facts.get("reference")) not in undone
        if not day or row.facts.get("business_date") == day
    )


def slips(history: History) -> View:
    """Return what approval slips show; copies and reprints are the same once more."""
    rows = (row for row in history.rows if row.kind == "print" and row.facts.get("says_approved"))
    shown = ((_key(row, "voucher"), _deal(str(row.facts.get("type")), row)) for row in rows)
    numbered = (each for each in shown if each[0][1])  # a torn one may have no number
    return {key: tuple(dict.fromkeys(deals)) for key, deals in _view(numbered).items()}


def till(history: History) -> View:
    """Return what the till was told to be approved; an answer to its question fills a gap.

    The till knows no batch.  Asked before it has begun anything, it is told of what was before.
    """
    rows = [row for row in history.rows if (row.actor, row.kind) == ("till", "ok")]
    paid = _view(
        (("", _number(row, "voucher")), _deal(row.address, row))
        for row in rows
        if row.address in MONEY
    )
    begun = next((row.index for row in history.rows if _is_of_money(row)), len(history.rows))
    asked = (row for row in rows if row.facts.get("last") == "approved" and row.index > begun)
    told = {("", _number(row, "voucher")): (_deal("", row),) for row in asked}
    return {key: paid.get(key) or told[key] for key in (*paid, *told) if key[1]}


def _is_of_money(row: Row) -> bool:
    return row.actor == "till" and row.address in MONEY


def journal(history: History) -> View:
    """Return what the terminal's own records hold, those of settled batches too."""
    known = Journal(Index(history)).at()
    return {
        ("", stan): (Deal(one.name, one.amount_minor or 0, row=one.row.index),)
        for stan, one in known.items()
    }


def open_items(history: History) -> frozenset[Key]:
    """Return what is listed as unresolved: the books may have it, and nobody else."""
    notes = (row for row in history.rows if (row.kind, row.address) == ("note", "open item"))
    return frozenset(_key(row) for row in notes)


def differences(
    name: str, view: View, against: str, other: View, spared: frozenset[Key] = frozenset()
) -> list[str]:
    """Return a line for each transaction that one view lacks, or that both show differently.

    A view without batches is compared by voucher number, the newest of each.  What is spared may
    be lacking in the first view.
    """
    if any(not batch for batch, _ in view) or any(not batch for batch, _ in other):
        view, other = _without_batch(view), _without_batch(other)
        spared = frozenset(("", voucher) for _, voucher in spared)
    first, last = view.keys() - other.keys(), other.keys() - view.keys() - spared
    return [
        *(f"only {name}: {_named(key)} {_said(view[key])}" for key in sorted(first)),
        *(f"only {against}: {_named(key)} {_said(other[key])}" for key in sorted(last)),
        *(
            f"{_named(key)}: {name} {_said(view[key])}, {against} {_said(other[key])}"
            for key in sorted(view.keys() & other.keys())
            if not _is_one(view[key], other[key])
        ),
    ]


def _is_one(ours: tuple[Deal, ...], theirs: tuple[Deal, ...]) -> bool:
    """Tell whether both views show one transaction, and the same."""
    return len(ours) == len(theirs) == 1 and ours[0].agrees(theirs[0])


def kept(view: View, booked: View) -> View:
    """Return what the books have too, by voucher where there is no batch."""
    vouchers = {voucher for _, voucher in booked}
    return {
        key: deals
        for key, deals in view.items()
        if key in booked or (not key[0] and key[1] in vouchers)
    }


def _without_batch(view: View) -> View:
    return {("", voucher): deals for (_, voucher), deals in view.items()}


def _key(row: Row, name: str = "stan") -> Key:
    return str(row.facts.get("batch", "")), _number(row, name)


def _number(row: Row, name: str) -> int:
    found = row.facts.get(name)
    return found if isinstance(found, int) else 0


def _deal(kind: str, row: Row) -> Deal:
    card, rrn = (str(row.facts.get(name, "")) for name in ("card", "rrn"))
    return Deal(kind, _number(row, "amount_minor"), card, rrn, row.index)


def _named(key: Key) -> str:
    batch, voucher = key
    return f"{voucher:06} of batch {batch}" if batch else f"{voucher:06}"


def _said(deals: Iterable[Deal]) -> str:
    return " and ".join(map(str, deals))


VIEWS: Mapping[str, Callable[[History], View]] = {
    "till": till, "slips": slips, "journal": journal, "ledger": ledger
}  # fmt: skip
