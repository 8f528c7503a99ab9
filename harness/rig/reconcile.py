"""Reconciliation of what a bench has seen: till, slips and totals against the host's books.  Pure.

Each view is a list of transactions that stand, by batch and voucher; what was undone in the books
(reversed, returned by hand) stands nowhere.  A difference is a line for people.  `day` keeps what
the host booked on that business date, and what the others show of it by voucher.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.history.record import History, Row

MONEY = frozenset({"sale", "void", "refund"})
UNDOING = frozenset({"reversal", "manual_return"})
NET = {"sale": 1, "void": -1}
Key = tuple[str, int]  # batch, voucher


@dataclass(frozen=True, slots=True)
class Deal:
    """One transaction as one view shows it; "" where the view does not tell."""

    type: str
    amount_minor: int
    card: str = ""

    def __str__(self) -> str:
        amount = f"{self.amount_minor // 100}.{self.amount_minor % 100:02}"
        return " ".join(filter(None, (self.type, amount, self.card)))

    def agrees(self, other: "Deal") -> bool:
        """Tell whether both can be the same transaction."""
        is_same = (self.type, self.amount_minor) == (other.type, other.amount_minor)
        return is_same and (self.card == other.card or not (self.card and other.card))


View = Mapping[Key, Deal]


def ledger(history: History, day: str = "") -> View:
    """Return what stands in the host's books, of one business date or of all."""
    rows = [row for row in history.rows if row.kind == "ledger"]
    by_reference = {str(row.facts.get("reference")): row for row in rows}
    undone = set(_undone(by_reference))
    return {
        _key(row): _deal(row.address, row)
        for reference, row in by_reference.items()
        if row.address in MONEY and reference not in undone
        if not day or row.facts.get("business_date") == day
    }


def _undone(rows: Mapping[str, Row]) -> Iterator[str]:
    """Yield the references that something has undone; a void is a transaction of its own."""
    for row in rows.values():
        if row.address in UNDOING:
            yield str(row.facts.get("original"))


def slips(history: History) -> View:
    """Return what approval slips show; reprints are the same transaction once more."""
    rows = (row for row in history.rows if row.kind == "print" and row.facts.get("says_approved"))
    return {_key(row, "voucher"): _deal(str(row.facts.get("type")), row) for row in rows}


def till(history: History) -> View:
    """Return what the till was told to be approved; its batch is that of the slip or the books."""
    rows = (row for row in history.rows if (row.actor, row.kind) == ("till", "ok"))
    return {
        ("", _number(row, "voucher")): _deal(row.address, row)
        for row in rows
        if row.address in MONEY
    }


def differences(name: str, view: View, against: str, other: View) -> list[str]:
    """Return a line for each transaction that one view lacks, or that both show differently.

    A view without batches is compared by voucher number, the newest of each.
    """
    if any(not batch for batch, _ in view) or any(not batch for batch, _ in other):
        view, other = _without_batch(view), _without_batch(other)
    return [
        *(f"only {name}: {_named(key)} {view[key]}" for key in sorted(view.keys() - other.keys())),
        *(
            f"only {against}: {_named(key)} {other[key]}"
            for key in sorted(other.keys() - view.keys())
        ),
        *(
            f"{_named(key)}: {name} {view[key]}, {against} {other[key]}"
            for key in sorted(view.keys() & other.keys())
            if not view[key].agrees(other[key])
        ),
    ]


def totals_differences(history: History) -> list[str]:
    """Return where rows of settlement slips are not the net of the books' batch, group by group.

    A voided sale and its void are in no row.
    """
    found: list[str] = []
    for row in history.rows:
        if row.kind == "print" and row.facts.get("kind") == "settlement":
            found += _of_slip(row, ledger(history))
    return found


def _of_slip(slip: Row, books: View) -> Iterator[str]:
    batch = str(slip.facts.get("batch"))
    printed = _sums(_printed(slip))
    booked = _sums(
        (deal.type, NET[deal.type], NET[deal.type] * deal.amount_minor)
        if deal.type in NET
        else (deal.type, 1, deal.amount_minor)
        for key, deal in books.items()
        if key[0] == batch
    )
    for kind in sorted(printed.keys() | booked.keys()):
        shown, wanted = printed.get(kind, (0, 0)), booked.get(kind, (0, 0))
        if shown != wanted:
            yield f"batch {batch}, {kind}: slip {_sum(shown)}, books {_sum(wanted)}"


def _printed(slip: Row) -> Iterator[tuple[str, int, int]]:
    rows = slip.facts.get("rows")
    for text in rows if isinstance(rows, tuple) else ():
        _, kind, count, minor = text.split("|")
        if kind in MONEY:
            yield kind, int(count), int(minor)


def _sums(parts: Iterable[tuple[str, int, int]]) -> dict[str, tuple[int, int]]:
    """Return count and amount by type; a void counts against the sales."""
    sums: dict[str, tuple[int, int]] = {}
    for kind, count, minor in parts:
        name = "sale" if kind == "void" else kind
        before = sums.get(name, (0, 0))
        sums[name] = before[0] + count, before[1] + minor
    return {name: each for name, each in sums.items() if any(each)}


def _sum(found: tuple[int, int]) -> str:
    count, minor = found
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02} in {count}"


def _without_batch(view: View) -> View:
    return {("", voucher): deal for (_, voucher), deal in view.items()}


def _key(row: Row, name: str = "stan") -> Key:
    return str(row.facts.get("batch", "")), _number(row, name)


def _number(row: Row, name: str) -> int:
    found = row.facts.get(name)
    return found if isinstance(found, int) else 0


def _deal(kind: str, row: Row) -> Deal:
    return Deal(kind, _number(row, "amount_minor"), str(row.facts.get("card", "")))


def _named(key: Key) -> str:
    batch, voucher = key
    return f"{voucher:06} of batch {batch}" if batch else f"{voucher:06}"


VIEWS: Mapping[str, Callable[[History], View]] = {"till": till, "slips": slips, "ledger": ledger}
