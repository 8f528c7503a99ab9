"""S1: what a settlement does, and in which order: on the line, on paper and in the records.

That a pending reversal goes before it is R5's matter, that the batch number rises S7's.
"""

from collections.abc import Iterator

from harness.check import fact
from harness.check.closing import Closing, following
from harness.check.kept_back import is_moving
from harness.check.message import OFFLINE, REVERSAL, mti_of, title
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import parameter

SIGN_OUT, SIGN_IN = "sign_out", "sign_in"
_SCRIPT = "0620"
_FIRST = ("a script notice", "a reversal", "a transaction approved off line")
_PLACE = "script notices, reversals, off-line transactions, then 0500"
Breach = tuple[str, str, tuple[Row | None, ...]]  # expected, seen, where


def judge_order(tally: Tally, scene: Settling) -> None:
    """S1: judge every settlement that the host did not refuse."""
    for closing in scene.closings:
        if not closing.is_refused:
            _judge(tally, closing, [*_before(scene, closing), *_within(scene, closing)])
            _records(tally, scene, closing)
            _sign_out(tally, scene, closing)


def _judge(tally: Tally, closing: Closing, breaches: list[Breach]) -> None:
    if not breaches:
        tally.right()
    for expected, seen, at in breaches:
        tally.wrong(
            f"{closing.title} is out of order",
            expected=expected,
            seen=seen,
            at=(closing.first, *at),
        )


def _rank(row: Row, name: str) -> int | None:
    """Return the place of what goes before the 0500, None for anything else."""
    if name in OFFLINE:
        return 2
    return {_SCRIPT: 0, REVERSAL: 1}.get(mti_of(row))


def _before(scene: Settling, closing: Closing) -> Iterator[Breach]:
    """Return what left too late among what goes before the 0500."""
    first = closing.first.index
    cards = (one.request.index for one in scene.cards if one.request.index < first)
    begin = max(cards, default=-1)
    sent = (one for one in scene.line.exchanges if begin < one.request.index < first)
    ranks = ((_rank(one.request, one.name), one.request) for one in sent)
    known = [(rank, row) for rank, row in ranks if rank is not None]
    for (before, early), (after, late) in zip(known, known[1:], strict=False):
        if before > after:
            yield _PLACE, f"{_FIRST[after]} after {_FIRST[before]}", (early, late)


def _within(scene: Settling, closing: Closing) -> Iterator[Breach]:
    """Return what left, or was printed, while the settlement went on and should not have."""
    gate, first = scene.gate(closing), closing.first.index
    last = min(closing.over, gate.index if gate else closing.over)
    for one in scene.line.exchanges:
        if first < one.request.index < last and _is_misplaced(one.request, one.name):
            yield _PLACE, f"{title(one.request)} ({mti_of(one.request)}) after it", (one.request,)
    yield from _records_early(closing)
    yield from _slip_early(scene, closing)


def _is_misplaced(row: Row, name: str) -> bool:
    """Tell whether a message belongs before the 0500 or behind the end; reversals are R5's."""
    return name == SIGN_OUT or _rank(row, name) in (0, 2)


def _records_early(closing: Closing) -> Iterator[Breach]:
    sent = [one.request for one in (*closing.uploads, *closing.ends)]
    if closing.asks:
        first = min((reply.row.index for reply in closing.answers), default=closing.until)
        early = [row for row in sent if row.index < first]
        if early:
            yield "records only when the 0510 has come", f"{len(early)} 0320 before it", (*early,)
    if closing.ends:
        end = closing.ends[0].request
        late = [one.request for one in closing.uploads if one.request.index > end.index]
        if late:
            yield "the end of the upload last", f"{len(late)} records after it", (end, *late)


def _slip_early(scene: Settling, closing: Closing) -> Iterator[Breach]:
    slip, end = scene.slip(closing), closing.ends[0].request if closing.ends else None
    is_early = slip is not None and end is not None and slip.index < end.index
    if is_early and not any(map(is_moving, scene.line.of("fault"))):
        yield "its slip behind the end of the upload", "the slip first", (slip, end)


def _records(tally: Tally, scene: Settling, closing: Closing) -> None:
    """Judge the terminal's own records, where the bench sees them written."""
    gate = scene.gate(closing)
    last = min(closing.until, gate.index if gate else closing.until)
    if not scene.observes("nv") or scene.line.is_blind("nv", closing.first.index, last):
        return
    writes = [row for row in scene.line.of("nv") if closing.first.index < row.index < last]
    whole = [row for row in writes if not row.facts.get("torn")]
    cleared = next(filter(_is_cleared, whole), None)
    risen = next((row for row in whole if _is_risen(row, closing)), None)
    if cleared or risen:
        _judge(tally, closing, list(_record_breaches(scene, closing, cleared, risen)))


def _gives(answer: Row, risen: Row) -> bool:
    """Tell whether a sign-in answer has the batch number that was written."""
    return fact.number(answer, "batch") == fact.number(risen, "batch")


def _is_cleared(row: Row) -> bool:
    return row.facts.get("records") == ()


def _is_risen(row: Row, closing: Closing) -> bool:
    if closing.batch is None or row.address != "counters":
        return False
    return fact.number(row, "batch") == following(closing.batch)


def _record_breaches(
    scene: Settling, closing: Closing, cleared: Row | None, risen: Row | None
) -> Iterator[Breach]:
    end = closing.ends[0].request if closing.ends else None
    if cleared and (end is None or cleared.index < end.index):
        yield "the journal kept until the end of the upload", "cleared before", (cleared, end)
    slip = scene.slip(closing)
    is_late = cleared is not None and slip is not None and cleared.index < slip.index
    if slip and is_late and not scene.is_printer_down(closing.first.index, slip.index):
        yield "the slip, then the journal cleared", "cleared first", (cleared, slip)
    if risen and _is_early(scene, closing, cleared, risen):
        seen = "the number first" if cleared else "the number, and the journal as it was"
        yield "the journal cleared, then the batch number + 1", seen, (risen, cleared)


def _is_early(scene: Settling, closing: Closing, cleared: Row | None, risen: Row) -> bool:
    """Tell whether the number rose although there were records to be cleared first.

    A number that the host gave in a sign-in answer may come at any time.
    """
    came = (row for one in scene.line.exchanges for row in one.answers if mti_of(row) == "0810")
    if any(closing.first.index < row.index < risen.index for row in came if _gives(row, risen)):
        return False
    if cleared is None:
        return bool(scene.batches.at(closing).items)
    return risen.index < cleared.index


def _sign_out(tally: Tally, scene: Settling, closing: Closing) -> None:
    """Judge sign-out and sign-in between the end and the next transaction, by profile."""
    gate, done = scene.gate(closing), closing.done
    if gate is None or done is None or gate.index < done.row.index:
        return
    first, last = done.row.index, gate.index
    if scene.line.is_blind("host_wire", first, last):
        tally.gap(f"host_wire was blind after {closing.title}")
    elif not _is_line_hit(scene, closing, last):
        sent = [one for one in scene.line.exchanges if first < one.request.index < last]
        outs = [one.request for one in sent if one.name == SIGN_OUT]
        ins = [one.request for one in sent if one.name == SIGN_IN]
        if parameter(scene.profile, "auto_sign_out"):
            _is_signed_out(tally, closing, gate, outs, ins)
        else:
            _stays_signed_in(tally, scene, closing, outs)


def _is_line_hit(scene: Settling, closing: Closing, last: int) -> bool:
    """Tell whether line or power failed from the end of the upload on, at either end."""
    first = closing.ends[0].request.index
    power = [row for row in scene.line.of("power") if first < row.index < last]
    return bool(power or scene.faults(first, last))


def _is_signed_out(
    tally: Tally, closing: Closing, gate: Row, outs: list[Row], ins: list[Row]
) -> None:
    sent = [name for name, rows in (("0820", outs), ("0800", ins)) if rows]
    is_turned = bool(outs and ins) and ins[-1].index < outs[0].index
    tally.require(
        len(sent) > 1 and not is_turned,
        f"{closing.title} is over, and {title(gate)} left",
        expected="a sign-out (0820), then a sign-in (0800) before it (auto_sign_out)",
        seen="the sign-in first" if is_turned else f"only {sent[0]}" if sent else "neither",
        at=(closing.first, gate, *outs, *ins),
    )


def _stays_signed_in(tally: Tally, scene: Settling, closing: Closing, outs: list[Row]) -> None:
    """Judge that the settlement itself does not sign out; a person may do so afterwards."""
    call = scene.call_of(closing)
    if call is None:
        return
    own = [row for row in outs if call.holds(row)]
    tally.require(
        not own,
        f"{closing.title} signed out",
        expected="no sign-out of its own (auto_sign_out is off)",
        seen=f"{len(own)} (0820)",
        at=(closing.first, *own),
    )
