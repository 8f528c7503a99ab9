"""S4: records that the host never answered for are on a list for people, and no others.

A terminal sends a record again some times, gives it up, and goes on with the settlement.

Source: list of failed uploads (上送失败明细), as public UnionPay terminal programs print it.
"""

from collections.abc import Iterable, Sequence

from harness.check import fact
from harness.check.closing import Closing, Reply
from harness.check.settlement_slip import is_due
from harness.check.settlement_upload import records_in
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row

LISTED_MAX = 300  # a list need not be longer


def judge_failed(tally: Tally, scene: Settling) -> None:
    """S4: judge the list of failed uploads of every settlement that has uploaded something."""
    for closing in scene.closings:
        replies, slips = _replies(closing), _slips(scene, closing)
        failed = {stan for stan, found in replies.items() if not any(found)}
        taken = {stan for stan, found in replies.items() if any(map(_is_sure, found))}
        listed = {number for slip in slips for number in _numbers(slip)}
        if wrong := listed & taken:
            _is_too_much(tally, closing, slips, wrong)
        elif failed and is_due(scene, closing):
            _is_listed(tally, scene, closing, slips, failed - listed)


def _replies(closing: Closing) -> dict[int, list[Reply | None]]:
    """Return the answers to each message that held a record, by its STAN."""
    found: dict[int, list[Reply | None]] = {}
    for one in closing.uploads:
        for record in records_in(one.request):
            found.setdefault(record.stan, []).append(closing.reply(one))
    return found


def _is_sure(reply: Reply | None) -> bool:
    return reply is not None and not reply.doubt


def _slips(scene: Settling, closing: Closing) -> list[Row]:
    """Return the whole lists of failed uploads that came out for a settlement."""
    return [
        row
        for row in _prints(scene, closing)
        if row.facts.get("kind") == "uploads"
        and row.facts.get("is_complete") is not False
        and fact.number(row, "batch") in (None, closing.batch)
    ]


def _prints(scene: Settling, closing: Closing) -> list[Row]:
    first, last = closing.first.index, closing.until
    return [row for row in scene.line.of("print") if first < row.index < last]


def _may_be_list(row: Row) -> bool:
    """Tell whether the list may stand on it: under a title that nobody knows, or with the sums."""
    kind = row.facts.get("kind")
    return kind == "other" or (kind == "settlement" and bool(_numbers(row)))


def _numbers(slip: Row) -> list[int]:
    return [int(text.partition("|")[0]) for text in fact.words(slip, "details")]


def _said(stans: Iterable[int]) -> str:
    return ", ".join(f"{stan:06}" for stan in sorted(stans))


def _is_too_much(tally: Tally, closing: Closing, slips: Sequence[Row], wrong: set[int]) -> None:
    tally.wrong(
        f"the list of failed uploads of {closing.title} has records that the host took",
        expected="those that it never answered for",
        seen=_said(wrong),
        at=(*slips, *(one.request for one in closing.uploads if _holds(one.request, wrong))),
    )


def _holds(row: Row, stans: set[int]) -> bool:
    return any(record.stan in stans for record in records_in(row))


def _is_listed(
    tally: Tally, scene: Settling, closing: Closing, slips: Sequence[Row], missing: set[int]
) -> None:
    lost = _why_unseen(scene, closing, slips) if missing else ""
    if lost:
        tally.gap(lost)
        return
    tally.require(
        not missing,
        f"{closing.title} left records that the host never answered for",
        expected="a list of failed uploads with all of them",
        seen=f"one without {_said(missing)}" if slips else "none",
        at=(*(one.request for one in closing.uploads if _holds(one.request, missing)), *slips),
    )


def _why_unseen(scene: Settling, closing: Closing, slips: Sequence[Row]) -> str:
    """Return why the absence of a record on the list proves nothing, "" if it does."""
    if scene.line.is_blind("slip", closing.first.index):
        return "slip was blind: a list of failed uploads may have been missed"
    if not scene.observes("till", "paper", "power"):
        return f"nobody saw whether paper or power failed in {closing.title}"
    if any(map(_may_be_list, _prints(scene, closing))):
        return f"another slip of {closing.title} may be the list of failed uploads"
    sizes = [len(_numbers(slip)) for slip in slips]
    if 0 in sizes or any(size >= LISTED_MAX for size in sizes):
        return f"the list of failed uploads of {closing.title} cannot be read whole"
    return ""
