"""Facts of messages on the host line: what judging needs of clear bytes, without a secret in them.

The working keys are taken from the sign-in answers that pass by, under the terminal master key of
the bench; without it nothing is said about MACs and PIN blocks.

An answer may be lost, or refused by the terminal: then the older keys are still in force at its
end, and the newer ones at the host's.  So every set of keys that the host has given since the one
that the terminal was last seen to use stays a candidate, until a MAC of the terminal's proves one
of them; older ones are over then.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from harness.errors import DecodeError, EncodeError
from harness.history.batch_facts import batch_facts
from harness.history.memo import Memo, Told
from harness.history.record import Fact
from harness.terms.card import Card, is_luhn
from harness.wire.deviation import Deviation
from harness.wire.dialects.unionpay import (
    REQUIREMENT_AT,
    STATE_AT,
    FrameInspection,
    inspect_frame,
)
from harness.wire.dialects.unionpay_messages import (
    is_answer,
    profile_deviations,
    spec_for,
    transaction_name,
)
from harness.wire.iso8583 import Message
from harness.wire.keys import WorkingKeys, parse_working_keys
from harness.wire.mac import MacWidth, is_mac_right
from harness.wire.pin_block import decrypt_pin

SECRET = frozenset({2, 14, 35, 36, 45, 52, 55, 62})
SIGN_IN_ANSWER = "0810"
CANDIDATES_MAX = 8  # sign-ins in a row of which no message proves that they came through
_NAMES = {number: f"F{number}" for number in range(2, 65)}
_TEXTS = {37: "rrn", 38: "approval_code", 41: "terminal_id", 42: "merchant_id"}


@dataclass
class HostMessages:
    """Reads one terminal's host line; keeps the working keys that may be in force, newest last."""

    cards: tuple[Card, ...]
    tmk: bytes = field(default=b"", repr=False)
    mac_width: MacWidth = "ascii8"
    keys: tuple[WorkingKeys, ...] = field(default=(), repr=False)
    _used: WorkingKeys | None = field(init=False, repr=False, default=None)
    _by_pan: dict[str, Card] = field(init=False, repr=False)
    _right: Memo = field(init=False, repr=False, default_factory=Memo)
    _other: Memo = field(init=False, repr=False, default_factory=Memo)
    _taught: Memo = field(init=False, repr=False, default_factory=Memo)

    def __post_init__(self) -> None:
        self._by_pan = {card.pan: card for card in self.cards}

    def facts(self, data: bytes) -> Told:
        """Return the line for people and the facts of one frame, whatever its bytes.

        What was once found right stays right: the rows of a frame's two ends, and of one that was
        kept back on its way, are judged by the keys that were in force when it was sent.
        """
        told = self._right.find(data)
        if told is None:
            told = self._other.get(data, self._read)
            if told[1].get("mac_ok") and not told[1].get("key_missing"):
                self._right.keep(data, told)
        return told

    def _read(self, data: bytes) -> Told:
        frame = inspect_frame(data)
        message = frame.message
        if not message.mti:
            return f"{len(data)} bytes", {"malformed": True, "size": len(data)}
        facts: dict[str, Fact] = {"mti": message.mti, "size": len(data)}
        facts["name"] = transaction_name(message)
        facts |= _plain(message)
        facts |= _derived(message)
        facts |= _route(frame)
        facts |= batch_facts(message, self._by_pan)
        facts |= self._card(message)
        facts |= self._secured(frame)
        facts |= self._offered(message)
        facts["deviations"] = _deviations(frame)
        self._learn(message, data)
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
        message, has_mac = frame.message, 64 in frame.message.fields
        found: dict[str, Fact] = {"mac": "present" if has_mac else "absent"}
        if not self.keys:
            return found
        fits = partial(is_mac_right, frame.body, width=self.mac_width)
        fitting = tuple(keys for keys in self.keys if has_mac and fits(keys.mak))
        if has_mac:
            found["mac_ok"] = bool(fitting)
        if 52 in message.fields:
            found["pin_block_ok"] = _is_pin_block(message, fitting or self.keys)
        if fitting and is_answer(message.mti):
            return found | self._missing(fitting)
        if fitting:
            found |= {"old_key": True} if fitting[-1] is not self.keys[-1] else {}
            self._prove(fitting[-1])
        return found

    def _missing(self, fitting: tuple[WorkingKeys, ...]) -> dict[str, Fact]:
        """Tell of an answer that the terminal has no key for, since its last message."""
        is_missing = self._used is not None and self._used not in fitting
        return {"key_missing": True} if is_missing else {}

    def _prove(self, used: WorkingKeys) -> None:
        """Take note of the keys that the terminal uses: it does not go back to older ones."""
        self._used = used
        if used != self.keys[0]:
            self._change(self.keys[self.keys.index(used) :])

    def _offered(self, message: Message) -> dict[str, Fact]:
        """Tell of a sign-in answer whether its keys fit their check values."""
        if message.mti != SIGN_IN_ANSWER or 62 not in message.fields or not self.tmk:
            return {}
        try:
            parse_working_keys(self.tmk, message.text(62))
        except (DecodeError, EncodeError):
            return {"keys_ok": False}
        return {"keys_ok": True}

    def _learn(self, message: Message, data: bytes) -> None:
        """Take the keys of a sign-in answer, once: a late copy of it gives no keys back."""
        if message.mti != SIGN_IN_ANSWER or message.text(39) != "00" or not self.tmk:
            return
        if self._taught.find(data):
            return
        self._taught.keep(data, ("", {}))
        # keys with a wrong check value: the terminal must refuse them, the older ones stay
        with suppress(DecodeError, EncodeError):
            keys = parse_working_keys(self.tmk, message.text(62))
            self._used = None  # it may have these from now on
            if keys not in self.keys:
                self._change((*self.keys, keys)[-CANDIDATES_MAX:])

    def _change(self, keys: tuple[WorkingKeys, ...]) -> None:
        """Judge by these keys from now on, frames found wrong before included."""
        self.keys = keys
        self._other.clear()


def _is_pin_block(message: Message, candidates: tuple[WorkingKeys, ...]) -> bool:
    pan = message.text(2) or message.text(35).replace("=", "D").partition("D")[0]
    has_pan = not message.text(53).startswith("1")
    return any(_opens(message.text(52), keys.pik, pan if has_pan else None) for keys in candidates)


def _opens(block: str, pik: bytes, pan: str | None) -> bool:
    try:
        decrypt_pin(block, pik, pan)
    except (DecodeError, EncodeError):
        return False
    return True


def _plain(message: Message) -> dict[str, Fact]:
    texts: dict[str, Fact] = {
        _NAMES[number]: text for number, text in message.fields.items() if number not in SECRET
    }
    texts["present"] = tuple(map(str, sorted(message.fields)))
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


def _route(frame: FrameInspection) -> dict[str, Fact]:
    """Return what stands before the message; a digit of the header only where it is not 0."""
    header = frame.header
    found: dict[str, Fact] = {"tpdu": _presence(frame.tpdu), "header": _presence(header)}
    for name, place in (("terminal_state", STATE_AT), ("processing_requirement", REQUIREMENT_AT)):
        digit = header[place : place + 1]
        if digit not in ("", "0"):
            found[name] = digit
    return found


def _presence(part: str) -> str:
    return "present" if part else "absent"


def _deviations(frame: FrameInspection) -> tuple[str, ...]:
    spec = spec_for(frame.message)
    found: tuple[Deviation, ...] = frame.deviations
    if spec is not None:
        found += profile_deviations(frame.message, spec)
    return tuple(f"{each.kind}|{each.field}|{each.offset}|{each.what}" for each in found)


def _summary(facts: dict[str, Fact]) -> str:
    parts = [str(facts["mti"]), str(facts["name"])]
    if "stan" in facts:
        parts.append(f"STAN {facts['stan']:06}")
    if isinstance(minor := facts.get("amount_minor"), int):
        parts.append(f"{minor // 100}.{minor % 100:02}")
    parts += [f"{name} {facts[name]}" for name in ("response_code", "reason") if name in facts]
    return " ".join(parts)
