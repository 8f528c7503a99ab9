"""S5: a settlement empties the terminal; what remains is its own slip, which can be had again.

Judged by the calls of the till; where no till is seen, by receipts of the closed batch that come
out all the same.
"""

from harness.check import fact
from harness.check.batch import VOIDS
from harness.check.calls import Call
from harness.check.closing import Closing
from harness.check.settlement_paper import REPRINT
from harness.check.settling import Settling
from harness.check.subject import State, Subject, subjects
from harness.check.tally import Tally
from harness.history.record import Row

_CONTENT = frozenset({"receipt", "details"})
_MAY_STAND = frozenset({State.APPROVED, State.UNSURE})
_SHOWN = ("batch", "rows", "result", "foreign_result")


def judge_emptiness(tally: Tally, scene: Settling) -> None:
    """S5: judge what is asked of the terminal after each settlement that was finished."""
    made = subjects(scene.line) if scene.closings else []
    for place, closing in enumerate(scene.closings):
        begin = scene.finish(closing)
        if begin is None:
            continue
        later = scene.closings[place + 1 : place + 2]
        until = later[0].first.index if later else scene.line.last + 1
        new = [one for one in made if one.begin > closing.over and one.state in _MAY_STAND]
        _calls(tally, scene, closing, (begin, until), new)
        if not scene.observes("till"):
            _receipts(tally, scene, closing)


def _calls(
    tally: Tally, scene: Settling, closing: Closing, span: tuple[int, int], new: list[Subject]
) -> None:
    begin, until = span
    emptied = min([until, *(one.begin for one in new)])
    for call in scene.line.calls:
        if not begin < call.invoke.index < until or call.end is None:
            continue
        if call.verb == REPRINT:
            _slip_again(tally, scene, closing, call)
        elif _is_about_the_past(call, emptied, {one.stan for one in new}):
            _is_refused(tally, scene, closing, call, call.end)


def _is_about_the_past(call: Call, emptied: int, new: set[int]) -> bool:
    """Tell whether a call asks for what the settlement took away."""
    voucher = fact.number(call.invoke, "original_voucher")
    if call.verb in VOIDS or (call.verb == "reprint" and voucher is not None):
        return voucher is not None and voucher not in new
    return call.verb in {"reprint", "details"} and call.invoke.index < emptied


def _is_refused(tally: Tally, scene: Settling, closing: Closing, call: Call, end: Row) -> None:
    printed = [row for row in scene.line.of("print") if call.holds(row)]
    shown = [row for row in printed if row.facts.get("kind") in _CONTENT]
    if not shown and end.kind == "info":
        return  # nobody knows how it ended
    seen = [f"a slip ({row.facts.get('kind')})" for row in shown] + ["ok"] * (end.kind == "ok")
    tally.require(
        not seen,
        f"after {closing.title} the till asked for {call.verb.replace('_', ' ')}",
        expected="a refusal: the settlement has emptied the journal",
        seen=", ".join(seen),
        at=(closing.done.row if closing.done else None, call.invoke, *shown, end),
    )


def _slip_again(tally: Tally, scene: Settling, closing: Closing, call: Call) -> None:
    """Judge that the last settlement slip can be had, marked as a reprint, and is the same."""
    first, last = call.invoke.index, call.end.index if call.end else scene.line.last
    if scene.is_printer_down(first, last) or scene.line.is_blind("slip", first, last):
        return
    printed = [row for row in scene.settlement_slips if call.holds(row)]
    original = scene.slip(closing)
    is_whole = original is not None and original.facts.get("is_complete") is not False
    wrong = _differences(printed[0], original if is_whole else None) if printed else ["no slip"]
    tally.require(
        not wrong,
        f"after {closing.title} its slip was asked for again",
        expected="that slip, marked as a reprint",
        seen=", ".join(wrong),
        at=(original, call.invoke, *printed, call.end),
    )


def _differences(again: Row, first: Row | None) -> list[str]:
    found = [] if again.facts.get("is_duplicate") else ["no mark of a reprint"]
    if first:
        found += [
            f"{name} {again.facts.get(name, 'absent')}"
            for name in _SHOWN
            if again.facts.get(name) != first.facts.get(name)
        ]
    return found


def _receipts(tally: Tally, scene: Settling, closing: Closing) -> None:
    """Judge what came out of the closed batch; a slip that a fault delayed may be its last."""
    slips = [row for row in scene.slips(closing) if row.index > closing.first.index]
    begin = slips[0].index if slips else closing.over
    printed = [row for row in scene.line.of("print") if row.index > begin]
    old = [row for row in printed if row.facts.get("kind") == "receipt" and _is_of(row, closing)]
    if old and scene.is_paper_troubled(0, old[0].index):
        return
    tally.require(
        not old,
        f"{closing.title} is over",
        expected="no receipt of its batch any more",
        seen=f"{len(old)}",
        at=(closing.first, *old),
    )


def _is_of(row: Row, closing: Closing) -> bool:
    return closing.batch is not None and fact.number(row, "batch") == closing.batch
