"""V3 and V6: which voids the terminal refuses by itself, by the voucher number that they name.

The terminal's side is judged by what it knows: its own transactions on the host line.  A void of
what is to be reversed is R16's matter.
"""

from enum import Enum

from harness.check import Judgement
from harness.check.batch import begins_empty
from harness.check.exchange import Exchange
from harness.check.message import is_whole
from harness.check.subject import State, Subject
from harness.check.tally import Tally
from harness.check.undoing import UNDOABLE, VOIDS, Undoing
from harness.check.undoing_flaws import Flaw, flaw_of
from harness.check.undoing_scene import Scene
from harness.history.record import Row


class _Known(Enum):
    """What the terminal knows of a voucher number; the value is how findings say it."""

    LIVE = ""
    OPEN = "nobody can tell"
    NAMELESS = "no voucher number"
    UNKNOWN = "a voucher that no receipt of the batch has"
    KIND = "a voucher of another kind of transaction"
    DECLINED = "a voucher of what was declined"
    VOIDED = "a voucher of what is voided already"
    SETTLED = "a voucher of a batch that is settled"


def judge_vouchers(scene: Scene) -> Judgement:
    """V3: judge every void whose voucher number the terminal has to refuse."""
    tally = Tally("V3")
    for undoing in scene.of(VOIDS):
        known = _known(scene, undoing)
        if known not in (_Known.LIVE, _Known.OPEN, _Known.SETTLED):
            _refused(tally, scene, undoing, known.value)
    return tally.judgement()


def judge_settled(scene: Scene) -> Judgement:
    """V6: judge every void of a sale whose batch is closed, at the terminal and at the host."""
    tally = Tally("V6")
    for undoing in scene.of(VOIDS):
        sale = scene.sale_of(undoing)
        is_closed = flaw_of(scene, undoing, sale, undoing.at) is Flaw.SETTLED
        if undoing.posting and is_closed:
            _booked(tally, undoing, sale)
        elif undoing.posting is None and _known(scene, undoing) is _Known.SETTLED:
            _refused(tally, scene, undoing, _Known.SETTLED.value)
        elif undoing.booked and is_closed:
            tally.right()  # it left before the settlement and came after it
    return tally.judgement()


def _booked(tally: Tally, undoing: Undoing, sale: Row | None) -> None:
    tally.wrong(
        f"the host booked {undoing.title}",
        expected="a refusal: after settlement the way back is a refund",
        seen=f"a void of {Flaw.SETTLED.value}",
        at=(*undoing.rows, sale),
    )


def _refused(tally: Tally, scene: Scene, undoing: Undoing, what: str) -> None:
    """Judge that nothing left, and that whoever asked was told so."""
    request, end = undoing.request, undoing.end
    if request is None and end is None:
        return
    if request is None and end and scene.line.is_blind("host_wire", undoing.at, end.index):
        tally.gap(f"host_wire was blind when {undoing.title} was asked for")
        return
    seen = "an approval at the till" if end and end.kind == "ok" else ""
    tally.require(
        request is None and not seen,
        f"{undoing.title} names {what}",
        expected="a refusal by the terminal, and nothing on the line",
        seen="the request on the line" if request else seen,
        at=undoing.rows,
    )


def _known(scene: Scene, undoing: Undoing) -> _Known:
    """Return what the terminal knows of the voucher that a void names."""
    (batch, voucher), begin = undoing.original, undoing.begin
    if voucher is None:
        is_readable = undoing.request is not None and is_whole(undoing.request)
        return _Known.NAMELESS if is_readable else _Known.OPEN
    subject = _subject(scene, batch, voucher, begin)
    if _is_closed(scene, subject, voucher, begin):
        return _Known.SETTLED
    if subject is None:
        return _unknown(scene, voucher, begin)
    if subject.name not in UNDOABLE[undoing.name]:
        return _Known.KIND
    if subject.state is State.DECLINED:
        return _Known.DECLINED
    return _live(scene, subject, begin) if subject.state is State.APPROVED else _Known.OPEN


def _subject(scene: Scene, batch: int | None, voucher: int, begin: int) -> Subject | None:
    before = [one for one in scene.subjects if one.stan == voucher and one.begin < begin]
    fitting = (one for one in reversed(before) if batch is None or one.batch in (None, batch))
    return next(fitting, None)


def _is_closed(scene: Scene, subject: Subject | None, voucher: int, begin: int) -> bool:
    """Tell whether the batch of a voucher is closed; of one from before the history, any batch."""
    if subject is not None:
        return scene.closing_of(subject.batch, begin) is not None
    closed = any(row.index < begin for row, _ in scene.closings)
    return closed and not scene.is_within(voucher)


def _unknown(scene: Scene, voucher: int, begin: int) -> _Known:
    """Return what the terminal knows of a number that no receipt of the history has."""
    is_known = scene.is_within(voucher) or begins_empty(scene.line.history.header)
    is_seen = is_known and not scene.line.is_blind("host_wire", 0, begin)
    return _Known.UNKNOWN if is_seen else _Known.OPEN


def _live(scene: Scene, subject: Subject, begin: int) -> _Known:
    """Return whether an approved sale is voided already, as the terminal's own voids tell."""
    for undoing in scene.of(VOIDS):
        exchange, (batch, voucher) = undoing.exchange, undoing.original
        is_own = voucher == subject.stan and batch in (None, subject.batch)
        is_earlier = exchange and subject.begin < exchange.request.index < begin
        if exchange and is_own and is_earlier and _state(scene, exchange) is State.APPROVED:
            return _Known.VOIDED
    return _Known.LIVE


def _state(scene: Scene, exchange: Exchange) -> State:
    own = (one for one in scene.subjects if one.request is exchange.request)
    return next((one.state for one in own), State.UNSURE)
