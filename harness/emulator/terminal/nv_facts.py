"""What a non-volatile write says, as facts of a history row: no PAN, track or key among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic

from harness.emulator.terminal.nv import (
    HEAD_SIZE,
    Counters,
    Fact,
    Keys,
    Last,
    R,
    Reversal,
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

    def facts(self, data: bytes) -> Facts:
        record = Slots(self.kind, data, self.nothing).record
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


_READERS: Mapping[str, _Reader[Reversal] | _Reader[Counters] | _Reader[Keys] | _Reader[Last]] = {
    "reversal": _Reader(Reversal, Reversal(), _reversal),
    "counters": _Reader(Counters, Counters(), _counters),
    "keys": _Reader(Keys, Keys(), _keys),
    "last": _Reader(Last, Last(), _last),
}


def _records(data: bytes) -> tuple[str, ...]:
    records: list[str] = []
    at = 0
    while head := data[at : at + HEAD_SIZE]:
        end = at + HEAD_SIZE + int.from_bytes(head[:2], "big")
        said = _record(data[at:end])
        if said is None or said[0] != len(records):
            break
        records.append(said[1])
        at = end
    return tuple(records)


@lru_cache(maxsize=2048)  # the area only grows, and every write shows all of it
def _record(data: bytes) -> tuple[int, str] | None:
    found = unseal(Voucher, data)
    if found is None:
        return None
    voucher, sequence, _ = found
    words = (stan_of(voucher.number), voucher.kind, voucher.amount_minor, voucher.state)
    return sequence, "|".join(map(str, words))
