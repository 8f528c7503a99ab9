"""V9: till, slip, wire, journal and books say the same of a void: amount, number, sale and card."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.check import Judgement, fact
from harness.check.index import Index
from harness.check.item import name_in_words, value_in_words
from harness.check.journal import Journal, Record
from harness.check.message import original_of, stan_of
from harness.check.safety import UNKNOWN_CARD
from harness.check.tally import Tally
from harness.check.undoing import VOIDS, Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Fact, Row

_ITEMS = ("amount_minor", "voucher", "original_voucher", "card", "original_rrn")
_NOTHING = (None,) * 3  # a record knows neither the sale nor the card
_NO_RRN = "0" * 12  # the terminal knows none


@dataclass(frozen=True, slots=True)
class _View:
    """What one channel says of a void; what it does not say is None."""

    channel: str
    row: Row
    said: tuple[Fact | None, ...]  # in the order of _ITEMS


def judge_agreement(scene: Scene) -> Judgement:
    """V9: compare all that the channels say of each void."""
    tally = Tally("V9")
    journal = Journal(Index(scene.line.history))
    records = journal.at() if journal.is_known else {}
    for undoing in scene.of(VOIDS):
        views = list(_views(scene, undoing, records))
        if len(views) > 1:
            _compare(tally, undoing, [*views, *_asked(undoing)])
    if tally.evaluated and scene.is_blind("host_wire", "ledger"):
        tally.gap("host_wire or ledger was blind: what it says of a void may have been missed")
    return tally.judgement()


def _compare(tally: Tally, undoing: Undoing, views: list[_View]) -> None:
    wrong: list[str] = []
    rows: list[Row] = []
    for place, item in enumerate(_ITEMS):
        said = [view for view in views if view.said[place] is not None]
        if len({view.said[place] for view in said}) > 1:
            words = (value_in_words(item, view.said[place]) for view in said)
            told = dict.fromkeys(
                f"{view.channel} {word}" for view, word in zip(said, words, strict=True)
            )
            wrong.append(f"{name_in_words(item)}: {', '.join(told)}")
            rows += [view.row for view in said]
    tally.require(
        not wrong,
        f"the views of {undoing.title} disagree",
        expected="one amount, one voucher, one sale and one card in all",
        seen="; ".join(wrong),
        at=rows,
    )


def _views(scene: Scene, undoing: Undoing, records: dict[int, Record]) -> Iterator[_View]:
    """Return what each channel says; a till that was told no approval says nothing."""
    request, posting, end = undoing.request, undoing.posting, undoing.end
    if end and end.kind == "ok":
        yield _View("till", end, _said(end, "original_voucher"))
    if request and not request.facts.get("spoiled"):
        yield _View("line", request, _sent(request))
    if posting:
        yield _View("books", posting, _booked(scene, undoing, posting))
    yield from _record(undoing, records)
    yield from _slips(scene, undoing)


def _said(row: Row, original: str) -> tuple[Fact | None, ...]:
    minor, voucher = fact.number(row, "amount_minor"), fact.number(row, "voucher")
    return minor, voucher, fact.number(row, original), _card(row), None


def _card(row: Row) -> str | None:
    card = fact.text(row, "card")
    return None if card == UNKNOWN_CARD else card


def _sent(request: Row) -> tuple[Fact | None, ...]:
    named = original_of(request)
    minor = fact.number(request, "amount_minor")
    rrn = fact.text(request, "rrn")
    original_rrn = None if rrn == _NO_RRN else rrn
    return minor, stan_of(request), named[1] if named else None, _card(request), original_rrn


def _booked(scene: Scene, undoing: Undoing, posting: Row) -> tuple[Fact | None, ...]:
    sale = scene.sale_of(undoing)
    minor, voucher = fact.number(posting, "amount_minor"), fact.number(posting, "stan")
    original = fact.number(sale, "stan") if sale else None
    rrn = fact.text(sale, "rrn") if sale else None
    return minor, voucher, original, _card(posting), rrn


def _record(undoing: Undoing, records: dict[int, Record]) -> Iterator[_View]:
    """Return what the terminal's own record of it says; it knows no card."""
    record = records.get(undoing.stan) if undoing.stan is not None else None
    if record and record.row.index > undoing.begin and record.name in VOIDS:
        yield _View("journal", record.row, (record.amount_minor, undoing.stan, *_NOTHING))


def _slips(scene: Scene, undoing: Undoing) -> Iterator[_View]:
    """Return what its slips say: those of the till's call, else those of its number."""
    for row in scene.line.of("print"):
        is_void = row.facts.get("says_approved") is True and row.facts.get("type") in VOIDS
        is_numbered = fact.number(row, "voucher") == undoing.stan is not None
        if is_void and (undoing.call.holds(row) if undoing.call else is_numbered):
            yield _View("slip", row, _said(row, "original_voucher"))


def _asked(undoing: Undoing) -> Iterator[_View]:
    """Return which sale the till asked to void."""
    if undoing.invoke:
        asked = fact.number(undoing.invoke, "original_voucher")
        yield _View("the till asked", undoing.invoke, (None, None, asked, None, None))
