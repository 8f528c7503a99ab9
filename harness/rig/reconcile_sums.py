"""Sums to the cent: of each view, of settlement slips, and of the merchant's account.  Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.check.settling import settling
from harness.history.record import History, Row
from harness.rig.reconcile import (
    MONEY,
    UNDOING,
    VIEWS,
    Key,
    View,
    kept,
    ledger,
    open_items,
)
from harness.terms.amount import in_units

SIGNS = {"sale": 1, "void": -1, "refund": -1}  # what the merchant gets
_MERCHANT = "merchant:"
_ROWS = frozenset({"sale", "refund"})  # of a slip
_ROWS_OF = {"void": "sale"}  # it counts against the sales


@dataclass(frozen=True, slots=True)
class Sum:
    """How many transactions of a kind there are, and what they come to."""

    count: int = 0
    minor: int = 0

    def __str__(self) -> str:
        return f"{in_units(self.minor)} in {self.count}"

    def plus(self, count: int, minor: int) -> "Sum":
        """Return both together."""
        return Sum(self.count + count, self.minor + minor)


Sums = Mapping[str, Sum]


def sums(view: View) -> Sums:
    """Return the sum of each kind of transaction, and last the net."""
    found: dict[str, Sum] = dict.fromkeys(SIGNS, Sum())
    for deal in (one for deals in view.values() for one in deals):
        found[deal.type] = found.get(deal.type, Sum()).plus(1, deal.amount_minor)
    count = sum(one.count for one in found.values())
    net_minor = sum(SIGNS.get(kind, 0) * one.minor for kind, one in found.items())
    return found | {"net": Sum(count, net_minor)}


def sums_said(found: Sums) -> str:
    """Return "sale 12.34 in 1, void 0.00 in 0, refund 0.00 in 0, net 12.34 in 1"."""
    return ", ".join(f"{kind} {one}" for kind, one in found.items())


def sum_differences(history: History, names: Iterable[str], day: str = "") -> list[str]:
    """Return where a view, or the merchant's account, does not come to what stands in the books.

    names: the views that the bench sees.  What is an open item may be lacking in them.
    """
    booked, spared = ledger(history, day), open_items(history)
    found = []
    for name in names:
        view = VIEWS[name](history)
        shown = _typed(kept(view, booked) if day else view, booked)
        seen, due = sums(shown), sums(_without(booked, spared, shown))
        found += [
            f"{kind}: {name} {seen.get(kind, Sum())}, ledger {due.get(kind, Sum())}"
            for kind in dict.fromkeys((*due, *seen))
            if seen.get(kind, Sum()) != due.get(kind, Sum())
        ]
    moved, net = _merchant_minor(history, day), sums(booked)["net"].minor
    if moved != net:
        found.append(
            f"the merchant's account moved {in_units(moved)}, what stands is {in_units(net)}"
        )
    return found


def _typed(view: View, booked: View) -> View:
    """Return the view, with the kind of transaction that the books have where it tells none."""
    kinds = {voucher: deals[0].type for (_, voucher), deals in booked.items()}
    return {
        key: tuple(replace(one, type=one.type or kinds.get(key[1], "")) for one in deals)
        for key, deals in view.items()
    }


def _without(booked: View, spared: frozenset[Key], view: View) -> View:
    shown = {voucher for _, voucher in view}
    return {key: one for key, one in booked.items() if key not in spared or key[1] in shown}


def _merchant_minor(history: History, day: str) -> int:
    """Return what the merchant got by transactions of a day and what undid them, payouts aside."""
    rows = [row for row in history.rows if row.kind == "ledger"]
    own = [row for row in rows if row.address in MONEY]
    own = [row for row in own if not day or row.facts.get("business_date") == day]
    references = {row.facts.get("reference") for row in own}
    undoing = [row for row in rows if row.address in UNDOING]
    own += [row for row in undoing if not day or row.facts.get("original") in references]
    entries = (text.rpartition(" ") for row in own for text in _texts(row, "entries"))
    return sum(int(minor) for account, _, minor in entries if account.startswith(_MERCHANT))


def totals_differences(history: History, day: str = "") -> list[str]:
    """Return where settlement slips are not the net of the books' batches, by card group.

    A voided sale and its void are in no row, nor is what is listed as an open item.  A batch
    that has ended has a whole slip, if slips are seen.  Where the host names no card group, both
    are compared together.
    day: only of batches that ended on this business date (YYYYMMDD).
    """
    spared = open_items(history)
    books = {key: deals for key, deals in ledger(history).items() if key not in spared}
    ended = [
        row.facts.get("batch")
        for row in _of(history, "ledger", "address", "batch_end")
        if not day or row.facts.get("business_date") == day
    ]
    slips = [row for row in _of(history, "print", "kind", "settlement") if _is_due(row, ended, day)]
    found = [line for row in slips for line in _of_slip(history, row, books)]
    printed = {row.facts.get("batch") for row in slips}
    is_seen = "slip" in history.header.observes
    lacking = [batch for batch in ended if is_seen and batch not in printed]
    return [*found, *(f"batch {batch}: no settlement slip" for batch in lacking)]


def _of(history: History, kind: str, name: str, value: str) -> Iterator[Row]:
    """Yield the rows of a kind with this address, or this fact."""
    for row in history.rows:
        if row.kind == kind and value in (row.address, row.facts.get(name)):
            yield row


def _is_due(slip: Row, ended: Sequence[object], day: str) -> bool:
    is_of_day = not day or slip.facts.get("batch") in ended
    return is_of_day and slip.facts.get("is_complete") is not False


def _of_slip(history: History, slip: Row, books: View) -> Iterator[str]:
    batch = str(slip.facts.get("batch"))
    parts = [*_booked(history, slip, books), *_printed(slip)]
    if not all(part.group for part in parts):
        parts = [replace(part, group="") for part in parts]
    shown, due = _added(parts, is_printed=True), _added(parts, is_printed=False)
    for key in sorted(shown.keys() | due.keys()):
        seen, wanted = shown.get(key, Sum()), due.get(key, Sum())
        if seen != wanted:
            named = " ".join(filter(None, key))
            yield f"batch {batch}, {named}: slip {seen} (row {slip.index}), books {wanted}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A row of a slip, or what a transaction in the books adds to one."""

    group: str
    kind: str
    count: int
    minor: int
    is_printed: bool


def _printed(slip: Row) -> Iterator[_Part]:
    for text in _texts(slip, "rows"):
        group, kind, count, minor = text.split("|")
        if kind in _ROWS:
            yield _Part(group, kind, int(count), int(minor), is_printed=True)


def _booked(history: History, slip: Row, books: View) -> Iterator[_Part]:
    batches = settling(history).batches
    for (batch, stan), deals in books.items():
        for deal in deals if batch == slip.facts.get("batch") else ():
            sign = -1 if deal.type == "void" else 1
            group, kind = batches.group_of(stan, slip.index), _ROWS_OF.get(deal.type, deal.type)
            yield _Part(group, kind, sign, sign * deal.amount_minor, is_printed=False)


def _added(parts: Iterable[_Part], *, is_printed: bool) -> dict[tuple[str, str], Sum]:
    """Return the sum of each group and kind."""
    found: dict[tuple[str, str], Sum] = {}
    for part in parts:
        if part.is_printed == is_printed:
            key = part.group, part.kind
            found[key] = found.get(key, Sum()).plus(part.count, part.minor)
    return found


def _texts(row: Row, name: str) -> tuple[str, ...]:
    found = row.facts.get(name)
    return found if isinstance(found, tuple) else ()
