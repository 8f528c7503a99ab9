"""S2: what a 0500 states is what the batch holds: gross of voids, each card group for itself.

A terminal that shows its journal by a detail list only is held to that list too.
"""

from collections.abc import Iterable, Sequence

from harness.check.batch import CREDITS, DEBITS, Content, Item
from harness.check.closing import GROUPS, Closing, figures
from harness.check.detail_list import list_before
from harness.check.message import is_whole, title
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.amount import in_units

Figures = tuple[int, ...]  # debit and credit, each amount and count
UNSURE_MAX = 12  # transactions of which nobody knows whether they count: so many are tried
_NAMES = ("debit", "credit")


def judge_totals(tally: Tally, scene: Settling) -> None:
    """S2: judge every 0500."""
    for closing in scene.closings:
        for ask in closing.asks:
            row = ask.request
            if "debit_minor" in row.facts:
                _judge(tally, closing, row, scene.batches.at(closing))
                _by_list(tally, scene, row)
            elif is_whole(row):
                tally.gap(f"the totals of the 0500 of row {row.index} cannot be read")


def _by_list(tally: Tally, scene: Settling, row: Row) -> None:
    """Judge by the detail list, where no bench sees the records themselves."""
    listed = None if scene.observes("nv", "journal") else list_before(scene.line, row.index)
    if listed is None:
        return
    known = [one for one in listed.items if one.name in DEBITS | CREDITS]
    own = figures_of(Item(one.stan, one.name, one.amount_minor, "", row) for one in known)
    tally.require(
        stated(row, "") == own,
        f"{title(row)} states other totals than the detail list before it",
        expected=said(own),
        seen=said(stated(row, "")),
        at=(listed.row, row),
    )


def stated(row: Row, group: str) -> Figures:
    """Return the totals of a group in field 48, of both together for ""."""
    if group:
        return figures(row, group)
    return tuple(map(sum, zip(*(figures(row, one) for one in GROUPS), strict=True)))


def figures_of(items: Iterable[Item]) -> Figures:
    """Return the totals of some transactions."""
    return _added((0, 0, 0, 0), map(_figures, items))


def _figures(item: Item) -> Figures:
    own = (item.amount_minor, 1)
    return (*own, 0, 0) if item.is_debit else (0, 0, *own)


def _added(start: Figures, more: Iterable[Figures]) -> Figures:
    return tuple(map(sum, zip(start, *more, strict=True)))


def may_be(items: Sequence[Item]) -> set[Figures]:
    """Return the totals that are right, as some of the items may count or not."""
    found = {figures_of(item for item in items if item.is_sure)}
    for item in items:
        if not item.is_sure:
            found |= {_added(one, [_figures(item)]) for one in found}
    return found


def said(totals: Figures) -> str:
    """Return totals as findings say them."""
    parts = zip(_NAMES, totals[::2], totals[1::2], strict=True)
    return ", ".join(f"{name} {in_units(minor)} in {count}" for name, minor, count in parts)


def _judge(tally: Tally, closing: Closing, row: Row, content: Content) -> None:
    if sum(not item.is_sure for item in content.items) > UNSURE_MAX:
        tally.gap(f"of too much in batch {closing.batch} nobody knows whether it was approved")
        return
    wrong = [group for group in content.groups if not _fits(row, group, content)]
    if wrong:
        for group in wrong:
            _differs(tally, row, group, content)
    elif not content.is_whole and not _is_exact(row, content):
        tally.gap(f"what batch {closing.batch} held before this history is not known")
    elif content.groups != GROUPS and any(figures(row, "foreign")):
        tally.gap(f"of which card group the transactions of batch {closing.batch} are is not known")
    else:
        tally.right()


def _fits(row: Row, group: str, content: Content) -> bool:
    """Tell whether the totals may be right; there may be more than is known to be in it."""
    told, known = stated(row, group), may_be(content.of(group))
    if content.is_whole:
        return told in known
    return any(all(mine >= own for mine, own in zip(told, one, strict=True)) for one in known)


def _is_exact(row: Row, content: Content) -> bool:
    return all(stated(row, group) in may_be(content.of(group)) for group in content.groups)


def _differs(tally: Tally, row: Row, group: str, content: Content) -> None:
    told, items = stated(row, group), content.of(group)
    true = figures_of(item for item in items if item.is_sure)
    more = tuple(mine - own for mine, own in zip(told, true, strict=True))
    source = "the journal" if content.is_journal else "what was approved and not reversed"
    settled = ", ".join(f"{stan:06}" for stan in content.settled)
    more_of = f"; the journal has {settled} of a batch that is settled" if settled else ""
    tally.wrong(
        f"{title(row)} states other {group} totals than {source}".replace("  ", " "),
        expected=said(true),
        seen=f"{said(told)}; difference {said(more)}{more_of}",
        at=(row, *{item.row.index: item.row for item in items}.values()),
    )
