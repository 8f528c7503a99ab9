"""The terminal's non-volatile areas: records in bytes that a torn write cannot falsify.

A sealed record is

    size of the values (2) | sequence number (4) | CRC-32 of both and of the values (4) | values

the values being one JSON list.  The areas `reversal`, `counters`, `keys`, `last` and `settlement`
have two slots, written in turn: a write changes nothing of the slot that was valid, so however
much of it comes through, the older record stands.  The area `journal` only grows until it is
emptied: a torn record at its end is not read, and the next one is written over it.

`number` counts requests and never wraps; the STAN is the number in six digits (1 to 999999).
`ticket` counts what the till asked for, so that the newest of several records can be told.
"""

import json
from binascii import crc32
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Generic, Protocol, TypeVar

from harness.emulator.terminal.pan_lock import lock, unlock
from harness.errors import EncodeError
from harness.terms.immutable import immutable

SLOT_SIZE = 768
SETTLEMENT_SLOT_SIZE = 40_000  # the numbers of a full journal, and what was left of it
HEAD_SIZE = 10
STAN_MAX = 999_999

Fact = str | int | bool | tuple[str, ...]


@immutable
class Reversal:
    """The last reversible request; pending from before it is sent until its fate is known.

    `fields` are those of the request that a reversal repeats, by number as text.
    """

    state: str = "clear"  # pending, clear
    number: int = 0
    ticket: int = 0
    batch: str = ""
    attempts: int = 0
    reason: str = "98"
    amount_minor: int = 0
    pan_masked: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


@immutable
class Voucher:
    """One approved transaction in the journal, with all that its slip prints."""

    number: int
    ticket: int
    kind: str  # sale, void, refund
    state: str  # approved
    amount_minor: int
    batch: str
    pan_masked: str
    entry: str
    approval_code: str
    rrn: str
    date: str  # YYYYMMDD
    time: str  # HHMMSS
    institutions: str = ""
    clearing_date: str = ""  # MMDD
    group: str = "domestic"  # foreign
    original: int = 0  # number of the sale that a void is about
    original_rrn: str = ""  # of a refund
    original_date: str = ""  # MMDD, of a refund
    pan: str = field(default="", repr=False)  # for uploads, and voids without a card; stored locked


@immutable
class Counters:
    """The last number that was used, the batch, and what the host said of the time."""

    number: int = 0
    batch: str = ""
    clock_s: int = 0  # how far the host's clock is before the terminal's; 0: never told


@immutable
class Keys:
    """The working keys as they came, encrypted under the master key, and whether they are good."""

    generation: int = 0
    wrapped: str = field(default="", repr=False)
    is_signed_in: bool = False


@immutable
class Last:
    """What became of the till's last payment: approved, not_approved, pending, uncertain, none."""

    ticket: int = 0
    number: int = 0
    outcome: str = "none"
    amount_minor: int = 0
    result_code: int = 0
    text: str = ""
    is_printed: bool = False


@immutable
class Settlement:
    """How far the settlement of a batch has come; with stage none what the last one printed.

    `totals` is field 48 of the request; `sent` and `failed` are numbers of uploaded vouchers,
    those that the host acknowledged and those that it never answered; `left` is what the list of
    these prints.
    """

    stage: str = "none"  # begun, totals, upload, end, slip
    batch: str = ""
    totals: str = ""
    result: int = 0
    foreign_result: int = 0
    sent: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    rows: tuple[str, ...] = ()  # of the slip: group|type|count|amount in minor units
    date_time: str = ""
    left: tuple[str, ...] = ()
    is_printed: bool = False  # the slip


R = TypeVar("R", Reversal, Voucher, Counters, Keys, Last, Settlement)


def stan_of(number: int) -> int:
    """Return the STAN of a request number; 0 for none."""
    return (number - 1) % STAN_MAX + 1 if number else 0


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_of_json = json.JSONDecoder().decode


def seal(record: R, sequence: int) -> bytes:
    """Return the record in bytes that prove themselves whole."""
    values = [getattr(record, name) for name in record.__match_args__]
    body = _as_json(values).encode()
    head = len(body).to_bytes(2, "big") + sequence.to_bytes(4, "big")
    return head + crc32(head + body).to_bytes(4, "big") + body


def unseal(kind: type[R], data: bytes, at: int = 0) -> tuple[R, int, int] | None:
    """Return record, sequence number and end of what begins at `at`; None if it is not whole."""
    head, body_at = data[at : at + 6], at + HEAD_SIZE
    end = body_at + int.from_bytes(head[:2], "big")
    body = data[body_at:end]
    if data[at + 6 : body_at] != crc32(head + body).to_bytes(4, "big"):
        return None
    try:
        return kind(*_values(body)), int.from_bytes(head[2:], "big"), end
    except (ValueError, TypeError):  # whole, but of another make
        return None


def _values(body: bytes) -> list[Any]:  # Any: whatever JSON holds
    found = _of_json(body.decode())
    return [tuple(each) if isinstance(each, list) else each for each in found]


class Reader(Protocol):
    """How a record is found in bytes: as `unseal`."""

    def __call__(self, kind: type[R], data: bytes, at: int = 0, /) -> tuple[R, int, int] | None:
        """Return record, sequence number and end."""


class Slots(Generic[R]):
    """An area of two slots; `record` is the newest that is whole."""

    def __init__(
        self,
        kind: type[R],
        data: bytes,
        otherwise: R,
        read: Reader = unseal,
        size: int = SLOT_SIZE,
    ) -> None:
        self._size = size
        self._stored = data.ljust(2 * size, b"\0")
        self._proposed: tuple[bytes, R] | None = None
        self.record: R = otherwise
        self._sequence, self._slot = 0, 1
        slots = self._stored[:size], self._stored[size : 2 * size]
        for slot in (1, 0) if slots[1][2:6] > slots[0][2:6] else (0, 1):
            found = read(kind, slots[slot])
            if found and found[1]:
                self.record, self._sequence, self._slot = found[0], found[1], slot
                break

    def write(self, record: R) -> bytes:
        """Return the area with the record in the other slot; it counts only after `commit`.

        Raises EncodeError for a record that does not fit.
        """
        sealed = seal(record, self._sequence + 1)
        if len(sealed) > self._size:
            raise EncodeError(f"a record of {len(sealed)} bytes does not fit a slot")
        padded = sealed.ljust(self._size, b"\0")
        if self.other_slot() == 0:
            data = padded + self._stored[self._size :]
        else:
            data = self._stored[: self._size] + padded
        self._proposed = data, record
        return data

    def commit(self) -> None:
        """Take note that the last write is safe."""
        if self._proposed:
            self._stored, self.record = self._proposed
            self._slot, self._sequence = self.other_slot(), self._sequence + 1
        self._proposed = None

    def other_slot(self) -> int:
        """Return the slot that is written next: never the one that is valid."""
        return 1 - self._slot


class Journal:
    """The approved transactions of the batch, oldest first; `key` locks their card numbers."""

    def __init__(self, data: bytes, key: bytes = b"") -> None:
        self.vouchers: list[Voucher] = []
        self._key = key
        end = 0
        while (found := unseal(Voucher, data, end)) and found[1] == len(self.vouchers):
            self.vouchers.append(replace(found[0], pan=unlock(key, found[0].pan)))
            end = found[2]
        self._stored = data[:end]
        self._proposed: tuple[bytes, Voucher | None] | None = None

    @property
    def last(self) -> Voucher | None:
        """Return the newest transaction."""
        return self.vouchers[-1] if self.vouchers else None

    def write(self, voucher: Voucher) -> bytes:
        """Return the area with one more transaction; it counts only after `commit`."""
        locked = replace(voucher, pan=lock(self._key, voucher.pan))
        data = self._stored + seal(locked, len(self.vouchers))
        self._proposed = data, voucher
        return data

    def clear(self) -> bytes:
        """Return the empty area; it counts only after `commit`."""
        self._proposed = b"", None
        return b""

    def find(self, stan: int) -> Voucher | None:
        """Return the newest transaction of a STAN."""
        newest = reversed(self.vouchers)
        return next((each for each in newest if stan_of(each.number) == stan), None)

    def is_voided(self, voucher: Voucher) -> bool:
        """Tell whether a void in the journal is about this transaction."""
        return any(each.original == voucher.number for each in self.vouchers)

    def commit(self) -> None:
        """Take note that the last write is safe."""
        if self._proposed:
            self._stored, voucher = self._proposed
            self.vouchers = [*self.vouchers, voucher] if voucher else []
        self._proposed = None
