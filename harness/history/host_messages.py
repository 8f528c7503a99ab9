"""Facts of messages on the host line: what judging needs of clear bytes, without a secret in them.

The working keys are taken from the sign-in answers that pass by, under the terminal master key of
the bench; without it nothing is said about MACs and PIN blocks.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from harness.errors import DecodeError, EncodeError
from harness.history.record import Fact
from harness.terms.card import Card, is_luhn
from harness.wire.deviation import Deviation
from harness.wire.dialects.unionpay import FrameInspection, inspect_frame
from harness.wire.dialects.unionpay_messages import (
    is_answer,
    profile_deviations,
    spec_for,
    transaction_name,
)
from harness.wire.iso8583 import Message
from harness.wire.keys import WorkingKeys, parse_working_keys
from harness.wire.mac import is_mac_right
from harness.wire.pin_block import decrypt_pin

SECRET = frozenset({2, 14, 35, 36, 45, 52, 55, 62})
_TEXTS = {37: "rrn", 38: "approval_code", 41: "terminal_id", 42: "merchant_id"}


@dataclass
class HostMessages:
    """Reads one terminal's host line; keeps the working keys in force."""

    cards: tuple[Card, ...]
    tmk: bytes = field(default=b"", repr=False)
    keys: WorkingKeys | None = field(default=None, repr=False)
    _by_pan: dict[str, Card] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_pan = {card.pan: card for card in self.cards}

    def facts(self, data: bytes) -> tuple[str, dict[str, Fact]]:
        """Return the line for people and the facts of one frame, whatever its bytes."""
        frame = inspect_frame(data)
        message = frame.message
        if not message.mti:
            return f"{len(data)} bytes", {"malformed": True, "size": len(data)}
        facts: dict[str, Fact] = {"mti": message.mti, "size": len(data)}
        facts["name"] = transaction_name(message)
        facts |= _plain(message)
        facts |= _derived(message)
        facts |= self._card(message)
        facts |= self._secured(frame)
        facts["deviations"] = _deviations(frame)
        self._learn(message)
        return _summary(facts), facts

    def _card(self, message: Message) -> dict[str, Fact]:
        track2 = message.text(35).replace("=", "D")
        pan = message.text(2) or track2.partition("D")[0]
        if not pan:
            return {}
        card = self._by_pan.get(pan)
        found: dict[str, Fact] = {"luhn_ok": is_luhn(pan)}
        found["card"] = card.token if card else "unknown card"
        if track2 and card:
            found["track2_ok"] = track2 == card.track2
        return found

    def _secured(self, frame: FrameInspection) -> dict[str, Fact]:
        message = frame.message
        has_mac = 64 in message.fields
        found: dict[str, Fact] = {"mac": "present" if has_mac else "absent"}
        if self.keys and has_mac:
            found["mac_ok"] = _is_mac_right(frame.body, self.keys.mak)
        if self.keys and 52 in message.fields:
            found["pin_block_ok"] = self._is_pin_block(message)
        return found

    def _is_pin_block(self, message: Message) -> bool:
        assert self.keys is not None
        pan = message.text(2) or message.text(35).replace("=", "D").partition("D")[0]
        has_pan = not message.text(53).startswith("1")
        try:
            decrypt_pin(message.text(52), self.keys.pik, pan if has_pan else None)
        except (DecodeError, EncodeError):
            return False
        return True

    def _learn(self, message: Message) -> None:
        if message.mti == "0810" and message.text(39) == "00" and message.text(62) and self.tmk:
            # keys with a wrong check value: the terminal must refuse them, the older ones stay
            with suppress(DecodeError, EncodeError):
                self.keys = parse_working_keys(self.tmk, message.text(62))


def _plain(message: Message) -> dict[str, Fact]:
    texts: dict[str, Fact] = {
        f"F{number}": text for number, text in message.fields.items() if number not in SECRET
    }
    texts["present"] = tuple(str(number) for number in sorted(message.fields))
    return texts


def _derived(message: Message) -> dict[str, Fact]:
    found: dict[str, Fact] = {
        name: message.text(number) for number, name in _TEXTS.items() if number in message.fields
    }
    for number, name in ((4, "amount_minor"), (11, "stan")):
        if message.text(number).isdigit():
            found[name] = int(message.text(number))
    f60 = message.text(60)
    if len(f60) >= 8:
        found |= {"type_code": f60[:2], "batch": f60[2:8]}
    if 39 in message.fields:
        found["response_code" if is_answer(message.mti) else "reason"] = message.text(39)
    return found


def _deviations(frame: FrameInspection) -> tuple[str, ...]:
    spec = spec_for(frame.message)
    found: tuple[Deviation, ...] = frame.deviations
    if spec is not None:
        found += profile_deviations(frame.message, spec)
    return tuple(f"{each.kind}|{each.field}|{each.offset}|{each.what}" for each in found)


def _is_mac_right(body: bytes, key: bytes) -> bool:
    try:
        return is_mac_right(body, key)
    except (DecodeError, EncodeError):
        return False


def _summary(facts: dict[str, Fact]) -> str:
    parts = [str(facts["mti"]), str(facts["name"])]
    if "stan" in facts:
        parts.append(f"STAN {facts['stan']:06}")
    if isinstance(minor := facts.get("amount_minor"), int):
        parts.append(f"{minor // 100}.{minor % 100:02}")
    parts += [f"{name} {facts[name]}" for name in ("response_code", "reason") if name in facts]
    return " ".join(parts)
