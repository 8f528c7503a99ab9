"""D1: a power cut makes the terminal forget nothing that the books remember, and the reverse.

What the terminal shows first after the boot counts: a number not used before, the same batch, the
reversal of what the cut left unanswered before any other card transaction, and records that agree
with the books.  Where no bench sees the records, the till's question or a slip stands for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.check import Judgement, Rule, fact, signs
from harness.check.boots import Boot, boots
from harness.check.durable_records import judge_records
from harness.check.index import Index
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    has_left,
    is_power_cut,
    is_reversible,
    is_seen_at_terminal,
    mti_of,
)
from harness.check.message import title as title_of
from harness.check.money_views import Money
from harness.check.spent import are_spent
from harness.check.tally import Tally
from harness.check.view import View, view
from harness.check.wire_view import Attempt, attempts_in
from harness.history.record import History, Row
from harness.profile.defaults import number

RULES = (Rule("D1", "nv | host_wire & power"),)
_CONCLUDING = frozenset({"00", "12", "25"})
_MOVING = frozenset({"hold", "delay", "duplicate"})  # what the host gets late was sent before
_SETTLING = frozenset({"host/0500", "terminal/0500", "settlement"})
_ADVICE = "0220"


@dataclass(frozen=True, slots=True)
class _Scene:
    """The first card transaction after a boot, and what the terminal had sent before the cut."""

    tally: Tally
    index: Index
    line: View
    cut: Row
    request: Row
    before: Sequence[Row]


def check(history: History) -> list[Judgement]:
    """Judge every power cut of the terminal by what followed it."""
    tally, index = Tally("D1"), Index(history)
    if any(map(is_power_cut, index.of("power"))):
        line, money = view(history), Money(index)
        made = attempts_in(line)
        for boot in boots(index, line.left):
            before = [one for one in made if one.request.index < boot.cut.index]
            _judge(tally, money, boot, line=line, before=before)
    return [tally.judgement()]


def _judge(
    tally: Tally, money: Money, boot: Boot, *, line: View, before: Sequence[Attempt]
) -> None:
    """Judge one cut; `before` are the transactions that the line shows before it."""
    index, last = money.index, before[-1] if before else None
    if boot.on is None:
        tally.gap(f"the terminal was not seen to boot after row {boot.cut.index}")
        return
    if index.is_blind("host_wire"):
        tally.gap("host_wire was blind: a message before or after the power cut may be missing")
    elif boot.request:
        sent = [row for row in line.left if row.index < boot.cut.index]
        _judge_line(_Scene(tally, index, line, boot.cut, boot.request, sent), last)
    elif not money.journal.is_known:
        tally.gap(f"no card transaction followed the boot of row {boot.on.index}")
    open_ends = [one for one in before if is_reversible(one.request) and not _is_concluded(one)]
    given_up = [one for one in open_ends if _is_given_up(line, one)]
    judge_records(tally, money, boot, last, given_up)


def _is_concluded(one: Attempt, until: int | None = None) -> bool:
    """Tell whether the host has concluded its reversal, before a row or at all."""
    codes = [
        row.facts.get("response_code")
        for row in one.reversal_answers
        if until is None or row.index < until
    ]
    return not _CONCLUDING.isdisjoint(codes)


def _is_given_up(line: View, last: Attempt, until: int | None = None) -> bool:
    """Tell whether its reversal may have been dropped, before a row or at all."""
    end = line.end if until is None else until
    told = signs.given_up(line, last, last.request.index, end)
    return are_spent(line, last, end, is_told=told is not None)


def _judge_line(scene: _Scene, last: Attempt | None) -> None:
    used = [row for row in scene.before if mti_of(row) in FINANCIAL and "stan" in row.facts]
    again = [row for row in used if fact.agree_as(row, "stan", scene.request, "stan")]
    again = [row for row in again if fact.agree(row, scene.request, "batch")]
    if again and _may_be_late(scene.index):
        scene.tally.gap(f"{title_of(scene.request)} may have been sent before the power cut")
        return
    if used and "stan" in scene.request.facts:
        _is_number_new(scene, again)
    _is_batch_kept(scene)
    _is_reversed_first(scene, last)


def _is_number_new(scene: _Scene, again: Sequence[Row]) -> None:
    """Judge that no number of before is used again; an advice may be repeated as it was."""
    scene.tally.require(
        not again or _is_repeat(scene.request, again[-1]),
        f"after a power cut {title_of(scene.request)} has the number of a transaction before it",
        expected="a STAN that this batch has not used",
        seen=f"that of {title_of(again[-1])}" if again else "",
        at=[scene.cut, scene.request, *again],
    )


def _is_repeat(request: Row, other: Row) -> bool:
    return mti_of(request) == _ADVICE and fact.agree(request, other, "mti", "F3", "amount_minor")


def _may_be_late(index: Index) -> bool:
    """Tell whether the host may have got what was sent long before."""
    moved = any(fact.text(row, "action") in _MOVING for row in index.of("fault"))
    return moved and not is_seen_at_terminal(index.history)


def _is_batch_kept(scene: _Scene) -> None:
    request = scene.request
    before = [row for row in scene.before if mti_of(row) in {*FINANCIAL, REVERSAL}]
    was = fact.number(before[-1], "batch") if before else None
    now = fact.number(request, "batch")
    if was is None or now is None or _is_batch_moved(scene.index, before[-1], request):
        return
    scene.tally.require(
        was == now,
        f"after a power cut {title_of(request)} is of another batch",
        expected=f"batch {was:06}: nothing was settled, and no sign-in gave another",
        seen=f"{now:06}",
        at=(before[-1], scene.cut, request),
    )


def _is_batch_moved(index: Index, before: Row, request: Row) -> bool:
    """Tell whether a settlement, or the host's answer to a sign-in, gave the new number."""
    return any(
        row.address in _SETTLING
        or (mti_of(row) == "0810" and fact.agree_as(row, "batch", request, "batch"))
        for row in index.history.rows[before.index : request.index]
    )


def _may_be_posted(request: Row) -> bool:
    return is_reversible(request) and has_left(request)


def _is_reversed_first(scene: _Scene, last: Attempt | None) -> None:
    """Judge that what the cut left unanswered was reversed before the next card transaction."""
    if last is None or last.answer is not None or not _may_be_posted(last.request):
        return
    cut = scene.cut.index
    sent = [row for row in last.reversals if row.index < cut]
    attempts_max = number(scene.index.profile, "reversal_attempts_max")
    if _is_concluded(last, cut) or len(sent) >= attempts_max:
        return
    is_sent = any(cut < row.index < scene.request.index for row in last.reversals)
    is_right = is_sent or _is_given_up(scene.line, last, scene.request.index)
    hidden = None if is_right else _hiding(scene)
    if hidden:
        scene.tally.gap(f"a reversal may have been lost before the host (row {hidden.index})")
        return
    scene.tally.require(
        is_right,
        f"the power cut left {last.title} without an answer",
        expected="its reversal before the next card transaction",
        seen=f"{title_of(scene.request)}, and no reversal before it",
        at=(last.request, scene.cut, scene.request),
    )


def _hiding(scene: _Scene) -> Row | None:
    """Return a fault by which a reversal after the cut may not have come to the host."""
    line = scene.line
    faults = [] if line.is_at_terminal else line.line_faults(scene.cut.index, scene.request.index)
    return next((row for row in faults if "0400" in row.address), None)
