"""E1 and E2: what the terminal makes of spoiled frames, and of a command while it is busy.

Source: ZVT: the terminal answers a command by 80 00 or refuses it by 84 xx (9C: busy), then it
is busy until it sends 06 0F or 06 1E; an abort (06 B0) may come at any time.
"""

import re
from collections.abc import Collection, Mapping
from operator import attrgetter

from harness.check import Judgement
from harness.check.calls import Call
from harness.check.exchange import Line
from harness.check.message import FINANCIAL, is_power_cut, mti_of
from harness.check.once import once
from harness.check.tally import Tally
from harness.history.record import History, Row

FRAMING = frozenset({"drop", "duplicate", "corrupt", "truncate", "hold", "delay"})
LOSSES = frozenset({"link_down", "cut"})
ENDS = frozenset({"060F", "061E"})
PAYING = frozenset({"sale", "void", "refund", "preauth", "completion", "transfer", "balance"})
BUSY = "849C"
_INDEX = attrgetter("index")
_MESSAGES = frozenset({"tx", "rx"})
_ADDRESS_SIZE = 8  # of "ecr/0601"; shorter ones are of ACK and NAK
_LABEL = re.compile(r"\b(?:ACK|NAK|04FF|040F|05\d[1-9]|06[0-9A-F]{2}|80[0-9A-F]{2})\b")
_HOST_TOO = re.compile(r"\b06[23]0\b")  # commands to some, MTIs to others
_ABORT, _LOG_OFF = "06B0", "0602"  # the one is no new command, the other has no completion


def is_ecr_fault(row: Row, actions: Collection[str]) -> bool:
    """Tell whether a fault of these kinds is one of the till's line, by device or label."""
    if row.facts.get("action") not in actions:
        return False
    device = str(row.facts.get("device", ""))
    if device:
        return device.startswith("ecr")
    is_named = " till " in f" {row.address} " or "ecr" in row.address
    is_label = bool(_LABEL.search(row.address)) and not _HOST_TOO.search(row.address)
    return is_named or (is_label and " host " not in row.address)


def command_of(row: Row) -> str:
    """Return the command of an APDU."""
    return row.address.removeprefix("ecr/")


def frames(line: Line, actor: str) -> list[Row]:
    """Return the whole APDUs of one end of the till's line, in order; no ACK or NAK.

    Do not change the list: all rules of the line share it.
    """
    return _frames(line.history).get(actor, [])


@once
def _frames(history: History) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in history.rows:
        is_frame = row.kind in _MESSAGES and is_apdu(row)
        if is_frame and not (row.facts.get("partial") or row.facts.get("spoiled")):
            found.setdefault(row.actor, []).append(row)
    return found


def is_apdu(row: Row) -> bool:
    """Tell whether a row is that of an APDU on the till's line."""
    return len(row.address) == _ADDRESS_SIZE and row.address.startswith("ecr/")


def is_command(row: Row) -> bool:
    """Tell whether an APDU of the till's asks for something new."""
    return command_of(row)[:2] not in {"80", "84"} and command_of(row) != _ABORT


def judge_frames(line: Line) -> Judgement:
    """E1: judge every call for a transaction in which a frame of the till's line was spoiled."""
    tally = Tally("E1")
    faults = [row for row in line.of("fault") if is_ecr_fault(row, FRAMING)]
    for place, call in enumerate(line.calls) if faults else ():
        hit = next((row for row in faults if call.holds(row)), None)
        if hit and call.verb in PAYING:
            _is_one(tally, line, call, hit, _until(line, place))
    return tally.judgement()


def _until(line: Line, place: int) -> int:
    """Return where the next call for a transaction begins."""
    later = (one.invoke.index for one in line.calls[place + 1 :] if one.verb in PAYING)
    return next(later, line.last + 1)


def _is_one(tally: Tally, line: Line, call: Call, hit: Row, until: int) -> None:
    begin = call.invoke.index
    sent = [one for one in line.exchanges if begin < one.request.index < until]
    own = [one for one in sent if mti_of(one.request) in FINANCIAL and one.name == call.verb]
    made = [one.request for one in own if not (one.repeats or one.is_overtaken)]
    if len(made) < 2 and line.is_blind("host_wire", begin, until - 1):
        tally.gap(f"host_wire was blind after row {hit.index}: a second request may have left")
    elif call.end or len(made) > 1:
        tally.require(
            len(made) < 2,
            f"a frame of the till's line was spoiled in a {call.verb}",
            expected="a repeat of the frame, and one transaction at most",
            seen=f"{len(made)} of them",
            at=(call.invoke, hit, *made),
        )


def judge_busy(line: Line) -> Judgement:
    """E2: judge every command that came while the terminal was busy with another."""
    tally = Tally("E2")
    sent = line.of("tx")
    if any(row.actor == "terminal" and is_apdu(row) for row in sent):
        _Busy(tally, line, "terminal").judge()
    elif any(map(is_apdu, sent)):
        _Busy(tally, line, "till").judge()
    return tally.judgement()


class _Busy:
    """Follows one end of the till's line, the terminal's where it is seen."""

    def __init__(self, tally: Tally, line: Line, actor: str) -> None:
        self._tally, self._line = tally, line
        self._command_kind, self._reply_kind = ("rx", "tx") if actor == "terminal" else ("tx", "rx")
        self._frames = frames(line, actor)
        self._losses = [row for row in line.of("fault") if is_ecr_fault(row, FRAMING | LOSSES)]
        cuts = [row for row in line.of("power") if is_power_cut(row)]
        told = line.of("invoke", "ok", "fail")
        self._rows = sorted([*self._frames, *cuts, *told], key=_INDEX)

    def judge(self) -> None:
        current: Row | None = None
        is_called = False  # something was asked of the till since the current command
        for row in self._rows:
            if row.kind in {"power", "ok", "fail"}:
                current = None
            elif row.kind == "invoke":
                is_called = True
            elif row.kind == self._reply_kind:
                current = None if self._is_end(row, current) else current
            elif is_command(row):
                if current is None:
                    current, is_called = row, False
                elif is_called or command_of(row) != command_of(current):
                    self._second(current, row)

    def _is_end(self, reply: Row, current: Row | None) -> bool:
        """Tell whether a reply ends the command: it is done, or was not accepted at all."""
        if current is None or command_of(reply) in ENDS:
            return True
        is_short = command_of(reply).startswith("84") or command_of(current) == _LOG_OFF
        return is_short and reply is self._reply(current.index)

    def _reply(self, index: int) -> Row | None:
        """Return the acknowledgement or refusal of the command of a row."""
        later = (row for row in self._frames if row.index > index)
        known = (row for row in later if row.kind == self._reply_kind)
        return next((row for row in known if command_of(row)[:2] in {"80", "84"}), None)

    def _second(self, current: Row, second: Row) -> None:
        reply = self._reply(second.index)
        end = reply.index if reply else self._line.last
        if any(current.index < row.index <= end for row in self._losses):
            return
        if self._line.is_blind("ecr_wire", current.index, end):
            self._tally.gap(f"ecr_wire was blind after the command of row {current.index}")
            return
        self._tally.require(
            reply is not None and command_of(reply) == BUSY,
            f"command {command_of(second)} came while {command_of(current)} was running",
            expected=f"{BUSY}: busy",
            seen=command_of(reply) if reply else "no answer",
            at=(current, second, reply),
        )
