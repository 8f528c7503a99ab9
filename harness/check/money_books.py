"""M1 and M4: the books alone.  Postings sum to zero, holds keep within bounds, none is doubled."""

from collections import defaultdict
from collections.abc import Hashable

from harness.check import Judgement, books, fact
from harness.check.money_views import Money
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.amount import in_units

_HOLD = "hold:"


def judge_entries(money: Money) -> Judgement:
    """M1: every posting sums to zero, and no more is held or released than was authorised."""
    tally = Tally("M1")
    held: defaultdict[str, int] = defaultdict(int)
    for row in money.books.all:
        entries = money.books.entries(row)
        if entries is None:
            tally.gap(f"the entries of {books.title(row)} (row {row.index}) cannot be read")
            continue
        _sums_to_zero(tally, row, entries)
        _undoes_as_much(tally, money, row)
        for account, minor in entries:
            if account.startswith(_HOLD):
                _is_within(tally, row, held[account], minor)
                held[account] += minor
    if money.index.is_blind("ledger"):
        tally.gap("ledger was blind: a posting that does not sum to zero may have been missed")
    return tally.judgement()


def _sums_to_zero(tally: Tally, row: Row, entries: list[tuple[str, int]]) -> None:
    total = sum(minor for _, minor in entries)
    if not total:
        tally.right()
        return
    tally.wrong(
        f"the posting of {books.title(row)} makes or destroys money",
        expected="entries that sum to zero",
        seen=f"{_said(entries)}: sum {in_units(total)}",
        at=(row,),
    )


def _said(entries: list[tuple[str, int]]) -> str:
    return ", ".join(f"{account} {in_units(minor)}" for account, minor in entries)


def _undoes_as_much(tally: Tally, money: Money, row: Row) -> None:
    """Judge that what undoes a posting says the amount of it, or what it moves itself."""
    undone = money.books.undone_by(row) if books.name_of(row) in books.UNDOING else None
    said = fact.number(row, "amount_minor")
    due = fact.number(undone, "amount_minor") if undone else None
    if undone is None or None in (said, due) or said in (due, abs(money.books.moved_minor(row))):
        return
    tally.wrong(
        f"the {books.name_of(row)} of {books.title(undone)} is booked with another amount",
        expected=in_units(due),
        seen=in_units(said),
        at=(undone, row),
    )


def _is_within(tally: Tally, row: Row, before_minor: int, minor: int) -> None:
    is_release = before_minor * minor < 0
    authorised = fact.number(row, "amount_minor")
    limit = abs(before_minor) if is_release or authorised is None else authorised
    tally.require(
        abs(minor) <= limit,
        f"{books.title(row)} {'releases' if is_release else 'holds'} too much",
        expected=f"at most {in_units(limit)}, which was {'held' if is_release else 'authorised'}",
        seen=in_units(abs(minor)),
        at=(row,),
    )


def judge_once(money: Money) -> Judgement:
    """M4: nothing is posted twice for one terminal, batch and STAN."""
    tally = Tally("M4")
    found: defaultdict[tuple[Hashable, ...], list[Row]] = defaultdict(list)
    for row in money.books.postings:
        found[_name(row)].append(row)
    for name, rows in found.items():
        if len(rows) == 1:
            tally.right()
        elif None in name:
            tally.gap(f"the books do not tell which batch {books.title(rows[0])} belongs to")
        else:
            _is_doubled(tally, rows)
    if money.index.is_blind("ledger"):
        tally.gap("ledger was blind: a second posting may have been missed")
    return tally.judgement()


def _is_doubled(tally: Tally, rows: list[Row]) -> None:
    tally.wrong(
        f"the host posted {books.title(rows[0])} more than once",
        expected="one posting for each terminal, batch and STAN",
        seen=f"{len(rows)} of {', '.join(map(_amount, rows))}",
        at=rows,
    )


def _amount(row: Row) -> str:
    return in_units(fact.number(row, "amount_minor"))


def _name(row: Row) -> tuple[Hashable, ...]:
    """Return what may be posted once; what undoes is named by what it undoes, if it says so."""
    is_undoing = books.name_of(row) in books.UNDOING
    if is_undoing and row.facts.get("original"):
        return is_undoing, row.facts["original"]
    terminal_id = row.facts.get("terminal_id", "")
    return is_undoing, terminal_id, fact.number(row, "batch"), fact.number(row, "stan")
