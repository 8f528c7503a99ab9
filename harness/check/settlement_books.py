"""S6 and S12: what the host's books must show of a settlement, whatever the terminal did.

A settlement moves no money, and the back office finds every transaction afterwards.  A batch that
spans a change of day is settled once, with what all its days hold.
"""

from collections.abc import Sequence

from harness.check import books, fact
from harness.check.batch import CREDITS, DEBITS
from harness.check.books import Books
from harness.check.message import REVERSIBLE
from harness.check.settlement_totals import Figures, said, stated
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row

_CLOSING = ("settlement", "upload", "batch_end")
_ASKED = ("merchant_id", "terminal_id", "card", "rrn", "business_date")
_KNOWN = DEBITS | CREDITS | REVERSIBLE


def judge_books(tally: Tally, scene: Settling) -> None:
    """S6: judge every row of a settlement in the books, and every look-up."""
    for row in scene.ledger(*_CLOSING):
        entries = fact.words(row, "entries")
        tally.require(
            not entries,
            f"the host booked {row.address.replace('_', ' ')} of batch {row.facts.get('batch')}",
            expected="no entries: a settlement moves no money",
            seen=", ".join(entries),
            at=(row,),
        )
    for row in scene.ledger("lookup"):
        _lookup(tally, scene.books, row)


def _lookup(tally: Tally, ledger: Books, row: Row) -> None:
    """Judge that the back office finds what there is, and nothing else."""
    found = fact.words(row, "found")
    known = [one for one in ledger.originals if one.index < row.index and _is_named(one)]
    due = [one for one in known if _fits(one, row)]
    due = [one for one in due if _stood(ledger, one, row)]
    missing = [one for one in due if one.facts["reference"] not in found]
    strange = [one for one in known if one.facts["reference"] in found and not _fits(one, row)]
    tally.require(
        not missing and not strange,
        f"the back office was asked by {row.facts.get('by', 'something')}",
        expected=f"{len(due)} transactions",
        seen=", ".join(
            [f"{books.title(one)} not found" for one in missing]
            + [f"{books.title(one)} found, which it is not" for one in strange]
        ),
        at=(row, *missing, *strange),
    )


def _is_named(row: Row) -> bool:
    return bool(row.facts.get("reference")) and books.name_of(row) in _KNOWN


def _fits(row: Row, asked: Row) -> bool:
    """Tell whether a transaction is one of those asked for, as far as the books say."""
    return fact.agree(row, asked, *(name for name in _ASKED if asked.facts.get(name) != ""))


def _stood(ledger: Books, posting: Row, at: Row) -> bool:
    """Tell whether it was not reversed then; what was reversed may be shown or not."""
    undone = ledger.reversal_of(posting)
    return undone is None or undone.index > at.index


def judge_days(tally: Tally, scene: Settling) -> None:
    """S12: judge every settled batch that holds transactions of more than one day."""
    settled = scene.ledger("settlement")
    last = {fact.number(row, "batch"): row for row in settled}
    for batch, row in last.items():
        held = held_in(scene.books, row)
        if batch is not None and _spans_days(scene, held, row):
            _is_settled_once(tally, scene, batch, row)
            _is_settled_whole(tally, scene, held, row)


def held_in(ledger: Books, settled: Row) -> list[Row]:
    """Return the postings of the batch that stood when it was settled."""
    own = [row for row in ledger.originals if books.name_of(row) in DEBITS | CREDITS]
    own = [row for row in own if row.index < settled.index and _is_same(row, settled)]
    return [row for row in own if _stood(ledger, row, settled)]


def _is_same(row: Row, settled: Row) -> bool:
    batch = fact.number(row, "batch")
    is_own = batch is not None and batch == fact.number(settled, "batch")
    return is_own and fact.agree(row, settled, "terminal_id")


def held_figures(held: Sequence[Row]) -> Figures:
    """Return the totals of postings."""
    found = [0, 0, 0, 0]
    for row in held:
        side = 0 if books.name_of(row) in DEBITS else 2
        found[side] += fact.number(row, "amount_minor") or 0
        found[side + 1] += 1
    return tuple(found)


def may_hold_more(scene: Settling, settled: Row, told: Figures, true: Figures) -> bool:
    """Tell whether the totals may have what was in the batch before the history began."""
    earlier = (row for row in scene.ledger("batch_end") if row.index < settled.index)
    is_begun_here = scene.batches.is_fresh or any(
        fact.agree_as(row, "next_batch", settled, "batch") for row in earlier
    )
    return not is_begun_here and all(mine >= own for mine, own in zip(told, true, strict=True))


def _spans_days(scene: Settling, held: Sequence[Row], settled: Row) -> bool:
    if not held:
        return False
    days = {row.facts.get("business_date") for row in (*held, settled)} - {None, ""}
    notes = (row for row in scene.line.of("note") if row.address == "next day")
    return len(days) > 1 or any(held[0].index < row.index < settled.index for row in notes)


def _is_settled_once(tally: Tally, scene: Settling, batch: int, settled: Row) -> None:
    """Judge that the change of day itself closed nothing."""
    own = [row for row in scene.ledger("settlement") if fact.number(row, "batch") == batch]
    ends = [row for row in scene.ledger("batch_end") if fact.number(row, "batch") == batch]
    early = [row for row in ends if row.index < own[0].index]
    tally.require(
        not early,
        f"batch {batch:06} spans a change of day",
        expected="closed by its settlement only",
        seen="closed before",
        at=(*early, settled),
    )


def _is_settled_whole(tally: Tally, scene: Settling, held: list[Row], settled: Row) -> None:
    """Judge that the totals have the transactions of all days."""
    notes = (row for row in scene.line.of("note") if row.address == "open item")
    open_items = {fact.number(row, "stan") for row in notes}
    told, true = stated(settled, ""), held_figures(held)
    some = [row for row in held if fact.number(row, "stan") not in open_items]
    if scene.line.is_blind("ledger"):
        tally.gap("ledger was blind: what the batch holds of each day is not known")
    elif told not in (true, held_figures(some)) and may_hold_more(scene, settled, told, true):
        tally.gap(f"what batch {settled.facts.get('batch')} held before this history is not known")
    else:
        tally.require(
            told in (true, held_figures(some)),
            f"batch {settled.facts.get('batch')} spans a change of day",
            expected=f"all of it settled: {said(true)}",
            seen=said(told),
            at=(*held, settled),
        )
