"""Seeded firmware defects: messages, keys, numbers, checks of answers, time, torn records."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect
from harness.emulator.terminal.answers import Answers
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import HEADER_AT, Terminal
from harness.emulator.terminal.memory import Memory
from harness.emulator.terminal.nv import HEAD_SIZE, STAN_MAX, R, Reversal, Slots
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.requests import Requests
from harness.emulator.terminal.state import ANSWER
from harness.emulator.terminal.transitions import TRANSITIONS, Table
from harness.wire.dialects.unionpay import REQUIREMENT_AT
from harness.wire.iso8583 import Message
from harness.wire.keys import WorkingKeys

REPEAT_S = 10.0


class _WithoutCurrency(Requests):
    def sale(self, stan: str, batch: str, amount_minor: int) -> Message:
        return super().sale(stan, batch, amount_minor).without(49)


class OmitsCurrency(Terminal):
    """Sends sales without field 49, which is mandatory."""

    requests_class = _WithoutCurrency


class StanStandsStill(Terminal):
    """Uses the same STAN for every request."""

    def next_number(self) -> int:
        """Return a number that has the STAN of the last one."""
        return self.memory.number + STAN_MAX


class _LagsAfterBoot(Memory):
    """Believes after power-on that the last number was not used."""

    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        self._lag = 0
        super().__init__(config, survived)
        self._lag = min(1, self.counters.number)

    @property
    def number(self) -> int:
        return super().number - self._lag

    def commit(self) -> None:
        self._lag = 0 if self.is_writing("counters") else self._lag
        super().commit()


class ReusesStanAfterPowerCut(Terminal):
    """Uses the last STAN again after a power cut."""

    memory_class = _LagsAfterBoot


class _ShortMac(Requests):
    def mac(self, mak: bytes, block: bytes) -> bytes:
        return super().mac(mak, block[2:])


class MacLacksMti(Terminal):
    """Makes the MAC over the message without its MTI."""

    requests_class = _ShortMac


class _AsksInHeader(Requests):
    def frame(self, message: Message, mak: bytes | None) -> bytes:
        data = bytearray(super().frame(message, mak))
        data[HEADER_AT + REQUIREMENT_AT // 2] |= 3
        return bytes(data)


class AsksInHeader(Terminal):
    """Asks in its header for a sign-in, which only a host may do."""

    requests_class = _AsksInHeader


class KeepsOldKeys(Terminal):
    """Goes on with its old keys after a second sign-in."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.TAKING_BATCH, Trigger.STORED): (Phase.TAKING_KEYS, own("take_keys")),
    }

    def take_keys(self) -> list[Effect]:
        """Store them once more."""
        before = self.memory.keys
        if not before.wrapped:
            return super().take_keys()
        again = replace(before, generation=before.generation + 1, is_signed_in=True)
        return [self.memory.store_keys(again)]


class _TrustsMac(Answers):
    def is_mac_good(self, message: Message, body: bytes, mak: bytes) -> bool:  # noqa: ARG002
        return True


class AcceptsWrongMac(Terminal):
    """Takes answers whose MAC is wrong."""

    answers_class = _TrustsMac


class _IgnoresAmount(Answers):
    def is_repeated(self, request: Message, answer: Message, number: int, *, is_owed: bool) -> bool:
        return number == 4 or super().is_repeated(request, answer, number, is_owed=is_owed)


class AcceptsOtherAmount(Terminal):
    """Takes answers that speak of another amount."""

    answers_class = _IgnoresAmount


class _IgnoresStan(Answers):
    def is_ours(self, request: Message, answer: Message) -> bool:
        return super().is_ours(request, answer.having({11: request.text(11)}))


class AcceptsOtherStan(Terminal):
    """Takes answers to another STAN."""

    answers_class = _IgnoresStan


class StaysSignedIn(Terminal):
    """Goes on selling after the host asked for another sign-in."""

    transitions = {
        **TRANSITIONS,
        (Phase.DECLINING, Trigger.SIGN_OUT_DUE): (Phase.FINISHING, Flows.finish),
    }


class _NeedsNoKeys(Memory):
    @property
    def is_signed_in(self) -> bool:
        return True

    @property
    def working(self) -> WorkingKeys:
        return self._working or WorkingKeys(bytes(16), bytes(8))


class SellsWithoutSignIn(Terminal):
    """Sends financial messages before it ever signed in, under keys of zeros."""

    memory_class = _NeedsNoKeys


class _WithoutPinSize(Requests):
    def card(self, track2: str, pan: str, pin: str, keys: WorkingKeys) -> Mapping[int, str]:
        fields = super().card(track2, pan, pin, keys)
        return {number: text for number, text in fields.items() if number != 26}


class OmitsPinSize(Terminal):
    """Sends a PIN block without field 26."""

    requests_class = _WithoutPinSize


class _HalfKey(Requests):
    def pin_block(self, pin: str, keys: WorkingKeys, pan: str | None) -> str:
        return super().pin_block(pin, replace(keys, pik=keys.pik[:8]), pan)


class PinUnderHalfKey(Terminal):
    """Encrypts PIN blocks under half of the PIN key."""

    requests_class = _HalfKey


def _believe(kind: type[R], data: bytes, at: int = 0, /) -> tuple[R, int, int] | None:
    """Read a record without looking at its checksum."""
    head, body = data[at : at + HEAD_SIZE], data[at + HEAD_SIZE :]
    try:
        values, end = json.JSONDecoder().raw_decode(body.decode("utf-8", "replace"))
        return kind(*values), int.from_bytes(head[2:6], "big"), end
    except (ValueError, TypeError):  # not even that
        return None


class _BelievesAll(Memory):
    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        super().__init__(config, survived, _believe)


class ReadsTornRecord(Terminal):
    """Takes a torn record for data: it compares no checksum."""

    memory_class = _BelievesAll


class _OneSlot(Slots[Reversal]):
    def other_slot(self) -> int:
        return 0


class _WritesInPlace(Memory):
    slots_class = _OneSlot


class WritesInPlace(Terminal):
    """Writes a reversal over the one that is valid, so that a torn write loses both."""

    memory_class = _WritesInPlace


class WaitsTooLong(Terminal):
    """Waits for an answer half as long again as it is set up to."""

    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        longer = replace(config, answer_timeout_s=config.answer_timeout_s * 1.5)
        super().__init__(longer, survived)


class WaitsForEver(Terminal):
    """Waits for the answer to a sale without end when line and host are silent."""

    transitions = {
        row: target
        for row, target in TRANSITIONS.items()
        if row != (Phase.AWAITING_ANSWER, Trigger.SILENT)
    }


def _repeat(terminal: Flows) -> list[Effect]:
    sent, _ = terminal.transmit(terminal.task.request)
    return [sent, *terminal.start(ANSWER, REPEAT_S)]


class RepeatsForEver(Terminal):
    """Sends an unanswered sale again and again until it is answered."""

    transitions = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.SILENT): (Phase.AWAITING_ANSWER, _repeat),
    }


WIRE_DEFECTS: Mapping[str, Defect] = {
    "omits-currency": defect("W1", OmitsCurrency),
    "stan-stands-still": defect("W2", StanStandsStill),
    "reuses-stan-after-power-cut": defect("W2", ReusesStanAfterPowerCut),
    "asks-in-header": defect("W1", AsksInHeader),
    "mac-lacks-mti": defect("W3", MacLacksMti),
    "keeps-old-keys": defect("W3", KeepsOldKeys),
    "accepts-wrong-mac": defect("W4", AcceptsWrongMac),
    "accepts-other-amount": defect("W4", AcceptsOtherAmount),
    "accepts-other-stan": defect("W4", AcceptsOtherStan),
    "stays-signed-in": defect("K1", StaysSignedIn),
    "sells-without-sign-in": defect("K1", SellsWithoutSignIn),
    "omits-pin-size": defect("K3", OmitsPinSize),
    "pin-under-half-key": defect("K3", PinUnderHalfKey),
    "reads-torn-record": defect("D1", ReadsTornRecord),
    "writes-reversal-in-place": defect("D1", WritesInPlace),
    "waits-too-long": defect("T1", WaitsTooLong),
    "waits-for-ever": defect("T1", WaitsForEver),
    "repeats-request-for-ever": defect("T2", RepeatsForEver),
}
