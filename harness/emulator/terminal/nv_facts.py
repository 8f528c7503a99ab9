"""What a non-volatile write says, as facts of a history row: no PAN, track or key among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic

from harness.emulator.terminal.nv import (
    HEAD_SIZE,
    SETTLEMENT_SLOT_SIZE,
    SLOT_SIZE,
    Counters,
    Fact,
    Keys,
    Last,
    R,
    Reversal,
    Settlement,
    Slots,
    Voucher,
    stan_of,
    unseal,
)

Facts = Mapping[str, Fact]


def facts(area: str, data: bytes) -> Facts:
    """Return what the newest whole record of an area says; nothing of what is not whole."""
    if area == "journal":
        return {"records": _records(data)}
    reader = _READERS.get(area)
    return reader.facts(data) if reader else {}


@dataclass(frozen=True, slots=True)
class _Reader(Generic[R]):
    """Reads an area of two slots."""

    kind: type[R]
    nothing: R
    say: Callable[[R], Facts]
    size: int = SLOT_SIZE

    def facts(self, data: bytes) -> Facts:
        record = Slots(self.kind, data, self.nothing, size=self.size).record
        return {} if record is self.nothing else self.say(record)


def _reversal(record: Reversal) -> Facts:
    return {
        "state": record.state,
        "stan": stan_of(record.number),
        "batch": record.batch,
        "attempts": record.attempts,
    }


def _counters(record: Counters) -> Facts:
    return {"stan": stan_of(record.number), "batch": record.batch}


def _keys(record: Keys) -> Facts:
    return {"generation": record.generation}


def _last(record: Last) -> Facts:
    return {
        "stan": stan_of(record.number),
        "outcome": record.outcome,
        "printed": record.is_printed,
    }


def _settlement(record: Settlement) -> Facts:
    return {
        "stage": record.stage,
        "batch": record.batch,
        "result": record.result,
        "foreign_result": record.foreign_result,
        "sent": tuple(str(stan_of(number)) for number in record.sent),
    }


AnyReader = (
    _Reader[Reversal] | _Reader[Counters] | _Reader[Keys] | _Reader[Last] | _Reader[Settlement]
)
_READERS: Mapping[str, AnyReader] = {
    "reversal": _Reader(Reversal, Reversal(), _reversal),
    "counters": _Reader(Counters, Counters(), _counters),
    "keys": _Reader(Keys, Keys(), _keys),
    "last": _Reader(Last, Last(), _last),
    "settlement": _Reader(Settlement, Settlement(), _settlement, SETTLEMENT_SLOT_SIZE),
}


def _records(data: bytes) -> tuple[str, ...]:
    vouchers: list[Voucher] = []
    at = 0
    while head := data[at : at + HEAD_SIZE]:
        end = at + HEAD_SIZE + int.from_bytes(head[:2], "big")
        found = _record(data[at:end])
        if found is None or found[1] != len(vouchers):
            break
        vouchers.append(found[0])
        at = end
    voided = {voucher.original for voucher in vouchers}
    return tuple(_said(each, is_voided=each.number in voided) for each in vouchers)


def _said(voucher: Voucher, *, is_voided: bool) -> str:
    state = "voided" if is_voided else voucher.state
    return f"{stan_of(voucher.number)}|{voucher.kind}|{voucher.amount_minor}|{state}"


@lru_cache(maxsize=2048)  # the area only grows, and every write shows all of it
def _record(data: bytes) -> tuple[Voucher, int] | None:
    found = unseal(Voucher, data)
    return None if found is None else found[:2]
