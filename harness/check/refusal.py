"""When a terminal refuses by itself: whether anything that we can see gave it a reason."""

from harness.check.exchange import SIGN_IN, Exchange, Line
from harness.check.message import (
    CONCLUDING,
    REVERSAL,
    SETTLEMENT,
    is_cancel,
    is_power_cut,
    mti_of,
    value_of,
)
from harness.check.settling import settling
from harness.check.undoing import Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.profile.defaults import parameter
from harness.wire.response_codes import SIGN_IN_AGAIN

_SIGNING = frozenset({SIGN_IN, "sign_out"})


def is_refused_alone(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether a call with all that it needs failed with nothing of it on the line."""
    invoke, end = undoing.invoke, undoing.end
    if undoing.request or invoke is None or end is None or end.kind != "fail":
        return False
    is_given = "card" in invoke.facts and "wrong" not in {
        invoke.facts.get("password"), invoke.facts.get("pin"),
    }  # fmt: skip
    return is_given and is_ready(scene.line, end) and not is_hindered(scene, undoing)


def is_ready(line: Line, until: Row) -> bool:
    """Tell whether the terminal was signed in, and had nothing unfinished, before a row."""
    before = _before(line, until)
    if (before and _is_open(before[-1])) or settling(line.history).is_under_way(until.index):
        return False
    known = is_signed_in(line, until)
    notes = (row for row in line.of("note") if row.address == "bring_to")
    return known or (known is None and any(row.facts.get("signed_in") is True for row in notes))


def is_signed_in(line: Line, until: Row) -> bool | None:
    """Tell whether the terminal was signed in before a row, None if no message tells.

    False where it may have been signed out: a settlement does that by profile, in silence where
    the line is down.
    """
    is_signed_out = parameter(line.history.header.profile, "auto_sign_out") is True
    for exchange in reversed(_before(line, until)):
        if exchange.name in _SIGNING:
            is_good = exchange.name == SIGN_IN and _is_signed_in(exchange)
            return is_good and not _is_cut_short(line, exchange)
        code = exchange.taken.facts.get("response_code") if exchange.taken else None
        if code in SIGN_IN_AGAIN or (is_signed_out and mti_of(exchange.request) == SETTLEMENT):
            return False
    return None


def _before(line: Line, until: Row) -> list[Exchange]:
    return [one for one in line.exchanges if one.request.index < until.index]


def _is_signed_in(exchange: Exchange) -> bool:
    answer = exchange.taken
    has_keys = answer is not None and answer.facts.get("keys_ok") is not False
    return has_keys and exchange.approves and not exchange.doubt


def _is_cut_short(line: Line, sign_in: Exchange) -> bool:
    """Tell whether the power failed before the terminal surely had stored its new keys."""
    begin = sign_in.request.index
    call = line.call_at(begin)
    later = (one.request.index for one in line.exchanges if one.request.index > begin)
    ends = [next(later, line.last), *([call.end.index] if call and call.end else [])]
    cuts = (row for row in line.of("power") if begin < row.index < min(ends))
    return any(map(is_power_cut, cuts))


def _is_open(last: Exchange) -> bool:
    """Tell whether the terminal still waits for something, or has a reversal to send again."""
    if last.taken is None or last.doubt:
        return True
    return mti_of(last.request) == REVERSAL and value_of(last.taken, "F39") not in CONCLUDING


def is_hindered(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether something that is no answer may have ended the call."""
    first = undoing.begin + 1
    last = (undoing.end.index if undoing.end else scene.line.last) - 1
    rows = scene.line.of("fault", "power", "act")
    return (
        scene.line.is_blind("host_wire", undoing.begin, last + 1)
        or bool(scene.line.failed_calls(first, last))
        or any(first <= row.index <= last and _hinders(row) for row in rows)
    )


def _hinders(row: Row) -> bool:
    return row.kind in {"fault", "power"} or is_cancel(row)
