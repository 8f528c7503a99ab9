"""ZVT serial link: DLE STX payload DLE ETX CRC, answered by ACK or NAK.  Sans-IO, both ends alike.

A 10 (DLE) inside the payload is doubled.  The CRC covers the undoubled payload and ETX, comes low
byte first, and is never doubled.  A lost ACK makes the peer repeat its frame, and it is received
twice: the link has no sequence numbers, so the layer above tells a repeat from a new sale.

A damaged frame is parsed to its end before it is refused, so that a byte inside it cannot pass for
an ACK.  A NAK is sent at the frame's end, or when the line has been silent inside it for T1.

Source: ZVT transport protocol PA00P016 (terminalhersteller.de): frame, T1 between characters, T2
for the acknowledgement, three attempts.
"""

import re
from binascii import crc_hqx
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

from harness.errors import EncodeError, LinkBusyError
from harness.link import Damaged, Delivered, Event, Received, Send, Stray, Undelivered
from harness.wire.zvt import APDU_SIZE_MAX

DLE, STX, ETX, ACK, NAK = 0x10, 0x02, 0x03, 0x06, 0x15
START, _END = bytes([DLE, STX]), bytes([DLE, ETX])
_COUNTED = bytes([ETX])  # of the end, the CRC covers this
FRAME_SIZE_MAX = 2 * APDU_SIZE_MAX + 6  # every byte doubled, DLE STX, DLE ETX, CRC

_ANSWERS = {bytes([ACK]): "ACK", bytes([NAK]): "NAK"}
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_WHOLE = re.compile(  # a frame without a lone DLE
    rb"\x10\x02([^\x10]*+(?:\x10\x10[^\x10]*+)*+)\x10\x03(..)", re.DOTALL
)


def crc16(data: bytes) -> bytes:
    """Return the CRC (polynomial 8408 reflected, initially 0) of `data`, low byte first."""
    mirrored = crc_hqx(data.translate(_MIRRORED), 0)  # polynomial 1021 is 8408 the other way round
    return mirrored.to_bytes(2, "big").translate(_MIRRORED)


@lru_cache(maxsize=256)  # acknowledgements, mostly, and what the terminal is doing
def frame(payload: bytes) -> bytes:
    """Return the payload's frame.  Raises EncodeError when it is longer than any APDU."""
    if len(payload) > APDU_SIZE_MAX:
        raise EncodeError(f"payload of {len(payload)} bytes is longer than any APDU")
    doubled = payload.replace(b"\x10", b"\x10\x10")
    return START + doubled + _END + crc16(payload + _COUNTED)


@lru_cache(maxsize=256)  # one frame is looked at on both ends of the line
def payload_of(unit: bytes) -> bytes | None:
    """Return the payload of a right frame, None for whatever else."""
    found = _WHOLE.fullmatch(unit)
    if found is None:
        return None
    payload = found[1].replace(b"\x10\x10", b"\x10")
    is_right = len(payload) <= APDU_SIZE_MAX and crc16(payload + _COUNTED) == found[2]
    return payload if is_right else None


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole units that `data` begins with, and what is left over; no byte is lost.

    A unit is a frame, right or wrong, an ACK, a NAK, or a byte that is none of these.
    """
    if payload_of(data) is not None:
        return [data], b""  # nearly always
    units: list[bytes] = []
    start = 0
    while (size := _unit_size(data, start)) is not None:
        units.append(data[start : start + size])
        start += size
    return units, data[start:]


def label(unit: bytes) -> str:
    """Return what a unit of `split` is: "ACK", "NAK", a command ("0601"), "damaged" or "stray"."""
    if answer := _ANSWERS.get(unit):
        return answer
    if not unit.startswith(START):
        return "stray"
    payload = payload_of(unit)
    return payload[:2].hex().upper() if payload and len(payload) > 1 else "damaged"


class _At(Enum):
    """Where in a frame the next byte stands."""

    BETWEEN = auto()
    OPENING = auto()  # after the DLE that may begin a frame
    BODY = auto()
    ESCAPE = auto()  # after a DLE inside the body
    CRC_LOW = auto()
    CRC_HIGH = auto()


@dataclass(kw_only=True, slots=True)
class ZvtSerialLink:
    """One end of the link; terminal and till run the same machine."""

    ack_timeout_s: float = 5.0
    byte_timeout_s: float = 0.2
    attempts_max: int = 3
    _unacked: bytes | None = field(init=False, default=None, repr=False)  # awaits its ACK
    _attempts: int = field(init=False, default=0)
    _ack_deadline_s: float = field(init=False, default=0.0)
    _at: _At = field(init=False, default=_At.BETWEEN)
    _body: bytearray = field(init=False, default_factory=bytearray, repr=False)
    _size: int = field(init=False, default=0)  # bytes of the frame that came, kept or not
    _fault: str = field(init=False, default="")  # the first thing wrong with the frame
    _byte_deadline_s: float = field(init=False, default=0.0)

    @property
    def deadline_s(self) -> float | None:
        """Return when `tick` has something to do; None while it has not."""
        if self._at is _At.BETWEEN:
            return None if self._unacked is None else self._ack_deadline_s
        if self._unacked is None:
            return self._byte_deadline_s
        return min(self._ack_deadline_s, self._byte_deadline_s)

    def send(self, payload: bytes, now_s: float) -> list[Event]:
        """Begin to send `payload`.  Raises LinkBusyError while another one is unsettled."""
        if self._unacked is not None:
            raise LinkBusyError("the payload before this one is still unacknowledged")
        self._unacked, self._attempts = frame(payload), 0
        return self._transmit(now_s)

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        """Take bytes as the port gave them, in pieces of any size; none at all is fine."""
        events = self._end_silence(now_s)
        if self._at is _At.BETWEEN and (whole := payload_of(data)) is not None:
            return [*events, Send(bytes([ACK])), Received(whole)]  # nearly always
        for byte in data:
            events += self._take(byte, now_s)
            self._byte_deadline_s = now_s + self.byte_timeout_s
        return events

    def tick(self, now_s: float) -> list[Event]:
        """Let time pass: end a silent frame; send again, or give up, when the ACK is overdue."""
        events = self._end_silence(now_s)
        overdue = self._unacked is not None and now_s >= self._ack_deadline_s
        return events + (self._transmit(now_s) if overdue else [])

    def _transmit(self, now_s: float) -> list[Event]:
        assert self._unacked is not None
        if self._attempts == self.attempts_max:
            self._unacked = None
            return [Undelivered(self._attempts)]
        self._attempts += 1
        self._ack_deadline_s = now_s + self.ack_timeout_s
        return [Send(self._unacked)]

    def _end_silence(self, now_s: float) -> list[Event]:
        if self._at is _At.BETWEEN or now_s < self._byte_deadline_s:
            return []
        if self._at is _At.OPENING:
            self._at = _At.BETWEEN
            return [Stray(bytes([DLE]))]
        return self._refuse(self._fault or "silence inside the frame")

    def _take(self, byte: int, now_s: float) -> list[Event]:
        self._size += 1
        match self._at:
            case _At.BETWEEN:
                return self._take_between(byte, now_s)
            case _At.OPENING:
                return self._open(byte, now_s)
            case _At.BODY if byte == DLE:
                self._at = _At.ESCAPE
            case _At.BODY:
                self._keep(byte)
            case _At.ESCAPE:
                return self._take_escaped(byte)
            case _At.CRC_LOW:
                self._at = _At.CRC_HIGH
                self._keep(byte)
            case _:  # the CRC's high byte
                self._keep(byte)
                return self._close()
        return []

    def _take_between(self, byte: int, now_s: float) -> list[Event]:
        if byte == DLE:
            self._at = _At.OPENING
            return []
        if byte == NAK and self._unacked is not None:
            return self._transmit(now_s)
        if byte == ACK and self._unacked is not None:
            self._unacked = None
            return [Delivered()]
        return [Stray(bytes([byte]))]

    def _open(self, byte: int, now_s: float) -> list[Event]:
        if byte == STX:
            self._begin()
            return []
        self._at = _At.BETWEEN
        return [Stray(bytes([DLE])), *self._take_between(byte, now_s)]

    def _begin(self) -> None:
        self._at, self._size, self._fault = _At.BODY, len(START), ""
        self._body.clear()

    def _take_escaped(self, byte: int) -> list[Event]:
        self._at = _At.BODY
        if byte == STX:  # DLE STX stands in no payload: the peer began again
            torn = Damaged("another frame began inside it", self._size - len(START))
            self._begin()
            return [torn]
        if byte == ETX:
            self._at = _At.CRC_LOW
        elif byte == DLE:
            self._keep(byte)
        else:
            self._fault = self._fault or "a lone DLE inside the frame"
        return []

    def _keep(self, byte: int) -> None:
        if len(self._body) < APDU_SIZE_MAX + 2:
            self._body.append(byte)
        else:
            self._fault = self._fault or "longer than any APDU"

    def _close(self) -> list[Event]:
        payload, crc = bytes(self._body[:-2]), bytes(self._body[-2:])
        if self._fault or crc != crc16(payload + _COUNTED):
            return self._refuse(self._fault or "wrong CRC")
        self._at = _At.BETWEEN
        return [Send(bytes([ACK])), Received(payload)]

    def _refuse(self, what: str) -> list[Event]:
        self._at = _At.BETWEEN
        return [Damaged(what, self._size), Send(bytes([NAK]))]


def _unit_size(data: bytes, start: int) -> int | None:
    """Return the size of the unit at `start`; None while it is not whole."""
    if start == len(data):
        return None
    if data[start] != DLE:
        return 1
    if start + 1 == len(data):
        return None
    return _frame_size(data, start) if data[start + 1] == STX else 1


def _frame_size(data: bytes, start: int) -> int | None:
    at = start + len(START)
    while (at := data.find(DLE, at)) >= 0 and at + 1 < len(data):
        if data[at + 1] == STX:
            return at - start
        if data[at + 1] == ETX:
            return at + 4 - start if at + 4 <= len(data) else None
        at += 2
    return None if len(data) - start < FRAME_SIZE_MAX else FRAME_SIZE_MAX
