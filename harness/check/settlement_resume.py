"""S8 and S13: an interrupted settlement goes on where it was, and none can be undone.

Once the 0500 has left, no card transaction is begun before the host has answered the end of the
upload.  What CANCEL stopped is S13's matter, what line or power stopped S8's.  What came just
before a power cut may not have been stored: then it may be sent again.
"""

from collections.abc import Hashable, Iterator

from harness.check import fact
from harness.check.calls import Call
from harness.check.closing import Closing, Reply, following
from harness.check.kept_back import is_moving
from harness.check.message import stan_of, title
from harness.check.settlement_upload import records_in
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row

_AFTER_TOTALS = frozenset({"totals", "upload", "end", "slip"})


def judge_resumption(tally: Tally, scene: Settling) -> None:
    """S8: judge every settlement that the host did not refuse, and what the books took."""
    for closing in scene.closings:
        if not closing.is_refused:
            _is_finished_first(tally, scene, closing)
            _asked_again(tally, scene, closing)
            _sent_again(tally, scene, closing)
    _are_counted_once(tally, scene)


def _is_finished_first(tally: Tally, scene: Settling, closing: Closing) -> None:
    gate, breaks = _next(scene, closing), scene.breaks(closing)
    if gate is None or not breaks or _cancelled(scene, closing):
        return
    is_done = closing.over < gate.index
    if not is_done and scene.line.is_blind("host_wire", closing.first.index, gate.index):
        return  # said of the whole rule
    tally.require(
        is_done,
        f"{closing.title} was interrupted, and {title(gate)} left",
        expected="the settlement resumed and its end answered before any other transaction",
        seen=_stage(closing),
        at=(closing.first, *breaks, gate),
    )


def _next(scene: Settling, closing: Closing) -> Row | None:
    """Return what must not be begun yet: a card transaction, or the next batch's settlement."""
    later = (one.first for one in scene.closings if one.first.index > closing.first.index)
    found = [row for row in (scene.gate(closing), next(later, None)) if row]
    return min(found, key=lambda row: row.index, default=None)


def _stage(closing: Closing) -> str:
    """Return how far a settlement has come."""
    if closing.ends:
        return "the end of the upload without its answer"
    if closing.uploads:
        return f"{len(closing.uploads)} messages with records, and no end"
    return "the 0510, and no end" if closing.answer else "the 0500 without its answer"


def _cancelled(scene: Settling, closing: Closing) -> list[Row]:
    """Return where somebody cancelled while a settlement went on."""
    gate = scene.gate(closing)
    last = min(closing.over, gate.index if gate else closing.over)
    return scene.cancels(closing.first.index, last)


def _is_stored(scene: Settling, reply: Reply, again: Row) -> bool:
    """Tell whether what came was stored before something was sent again.

    A power cut before the terminal's next doing may have come before it was.
    """
    if reply.doubt:
        return False
    begin, end = reply.row.index, again.index
    cuts = scene.power_cuts(begin, end)
    last = cuts[0].index if cuts else end
    went_on = any(begin < one.request.index < last for one in scene.line.exchanges)
    return not cuts or went_on


def _asked_again(tally: Tally, scene: Settling, closing: Closing) -> None:
    """Judge that the 0500 is not sent again once its answer was stored."""
    reply = next((one for one in closing.answers if not one.doubt), None)
    if reply is None:
        return
    later = [one.request for one in closing.asks if one.request.index > reply.row.index]
    wrong = [row for row in later if _is_stored(scene, reply, row) or _is_past(scene, reply, row)]
    if wrong or scene.power_cuts(reply.row.index, closing.over):
        tally.require(
            not wrong,
            f"the 0510 had come in {closing.title}",
            expected="no 0500 again once it is stored",
            seen=f"{len(wrong)} more",
            at=(closing.first, reply.row, *wrong),
        )


def _is_past(scene: Settling, reply: Reply, again: Row) -> bool:
    """Tell whether the terminal's own record had passed the totals before it asked again."""
    writes = _stages(scene, reply.row.index, again.index)
    return any(row.facts.get("stage") in _AFTER_TOTALS for row in writes)


def _stages(scene: Settling, first: int, last: int) -> Iterator[Row]:
    rows = (row for row in scene.line.of("nv") if first < row.index < last)
    return (row for row in rows if "stage" in row.facts and not row.facts.get("torn"))


def _sent_again(tally: Tally, scene: Settling, closing: Closing) -> None:
    """Judge that no record is sent again after its 0330."""
    acknowledged: dict[int, Reply] = {}
    wrong: dict[int, list[Row]] = {}
    for one in closing.uploads:
        if _may_be_a_late_copy(scene, closing, one.request):
            continue
        for record in records_in(one.request):
            before, reply = acknowledged.get(record.stan), closing.reply(one)
            if before and _is_noted(scene, before, record.stan, one.request):
                wrong.setdefault(record.stan, [before.row]).append(one.request)
            elif reply:
                acknowledged.setdefault(record.stan, reply)
    if not wrong and acknowledged:
        tally.right()
    elif wrong:
        tally.wrong(
            f"records were sent again in {closing.title}",
            expected="none that a 0330 has acknowledged",
            seen=", ".join(f"{stan:06}" for stan in wrong),
            at=[row for rows in wrong.values() for row in rows],
        )


def _may_be_a_late_copy(scene: Settling, closing: Closing, row: Row) -> bool:
    """Tell whether a message may be one that the bench had kept back, after its own repeat."""
    same = [one.request for one in closing.uploads if stan_of(one.request) == stan_of(row)]
    is_copy = same[0].index < row.index and fact.agree(same[0], row, "records", "F48")
    return is_copy and any(map(is_moving, scene.line.of("fault")))


def _is_noted(scene: Settling, before: Reply, stan: int, again: Row) -> bool:
    if _is_stored(scene, before, again):
        return True
    writes = _stages(scene, before.row.index, again.index)
    return any(str(stan) in fact.words(row, "sent") for row in writes)


def _are_counted_once(tally: Tally, scene: Settling) -> None:
    """Judge that the host took each record once."""
    found: dict[tuple[Hashable, ...], list[Row]] = {}
    for row in scene.ledger("upload"):
        numbers = fact.number(row, "batch"), fact.number(row, "stan")
        found.setdefault((row.facts.get("terminal_id"), *numbers), []).append(row)
    for rows in found.values():
        tally.require(
            len(rows) == 1,
            f"the host took the record of {fact.number(rows[0], 'stan') or 0:06} more than once",
            expected="one for each record, however often it is sent",
            seen=f"{len(rows)}",
            at=rows,
        )


def judge_cancel(tally: Tally, scene: Settling) -> None:
    """S13: judge CANCEL before the 0500 by the till's calls, and after it by what followed."""
    for call in scene.calls:
        last = call.end.index if call.end else scene.line.last + 1
        cancels = scene.cancels(call.invoke.index, last)
        if cancels:
            _before(tally, scene, call, cancels[0])
    for closing in scene.closings:
        cancels = _cancelled(scene, closing)
        if cancels and not closing.is_refused:
            _after(tally, scene, closing, cancels)


def _before(tally: Tally, scene: Settling, call: Call, cancel: Row) -> None:
    """Judge that CANCEL before the 0500 changes nothing."""
    last = call.end.index if call.end else scene.line.last + 1
    if any(each.first.index < cancel.index < each.over for each in scene.closings):
        return  # it came after the 0500
    sent = [one.request for each in scene.closings for one in each.messages]
    own = [row for row in sent if cancel.index < row.index < last]
    if own and own[0].time_ns - cancel.time_ns <= scene.tolerance_ns:
        return  # it was on its way
    wrong = [*own, *_changes(scene, cancel.index, last)]
    tally.require(
        not wrong,
        "CANCEL was pressed before the 0500",
        expected="nothing settled, the batch as it was",
        seen=", ".join(dict.fromkeys(f"{row.kind} {row.address}" for row in wrong)),
        at=(call.invoke, cancel, *wrong),
    )


def _changes(scene: Settling, first: int, last: int) -> list[Row]:
    """Return what shows that a batch was closed between two rows."""
    books = [row for row in scene.ledger("settlement", "batch_end") if first < row.index < last]
    writes = [row for row in scene.line.of("nv") if first < row.index < last]
    cleared = [row for row in writes if row.facts.get("records") == ()]
    return [*books, *cleared, *_risen(scene, writes, first)]


def _risen(scene: Settling, writes: list[Row], first: int) -> list[Row]:
    """Return the writes that give the batch its next number."""
    rows = [row for row in scene.line.of("nv") if row.address == "counters" and row.index < first]
    batch = fact.number(rows[-1], "batch") if rows else None
    counters = [row for row in writes if row.address == "counters" and batch is not None]
    return [row for row in counters if fact.number(row, "batch") == following(batch or 0)]


def _after(tally: Tally, scene: Settling, closing: Closing, cancels: list[Row]) -> None:
    """Judge that a settlement under way is finished, whatever was pressed."""
    gate = _next(scene, closing)
    is_done = closing.done is not None and (gate is None or closing.over < gate.index)
    if not is_done and (gate is None or scene.line.is_blind("host_wire", closing.first.index)):
        return  # it may still be under way
    tally.require(
        is_done,
        f"CANCEL was pressed in {closing.title}, after the 0500",
        expected="the settlement finished before any other transaction",
        seen=f"{title(gate)}, and {_stage(closing)}" if gate else "",
        at=(closing.first, *cancels, gate),
    )
