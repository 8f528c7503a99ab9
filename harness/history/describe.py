"""What a history row says of each effect: a line for people, and facts for checkers.  Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from harness.emulator import (
    Arrival,
    CancelTimer,
    Connect,
    Disconnect,
    Effect,
    Level,
    Notify,
    Post,
    Print,
    SetTimer,
    Show,
    Store,
    Transmit,
)
from harness.errors import DecodeError
from harness.history.batch_facts import totals_facts
from harness.history.host_messages import HostMessages
from harness.history.memo import Memo, Told
from harness.history.record import PAN_SIZE_MIN, Fact, Facts, mask_facts
from harness.ledger.books import Posting
from harness.link import Received
from harness.link.zvt_serial import START, ZvtSerialLink, payload_of
from harness.terms.card import Card, token_of
from harness.wire import escpos, slip, zvt
from harness.wire.mac import MacWidth
from harness.wire.slip import SlipFields, SlipRow, mask_form

Said = tuple[str, str, Facts]  # address, value, facts
_SLIP_TEXTS = (
    "kind",
    "copy",
    "merchant_name",
    "merchant_id",
    "terminal_id",
    "operator",
    "entry",
    "batch",
    "approval_code",
    "rrn",
    "currency",
)
_POSTING_TEXTS = (
    "reference",
    "name",
    "card",
    "terminal_id",
    "merchant_id",
    "batch",
    "rrn",
    "original",
    "response_code",
    "business_date",
)


@dataclass
class Describer:
    """Describes the effects of one bench; `records` reads the terminal's non-volatile areas.

    One frame is described up to four times, as sent and received, by terminal and till or host:
    what was found is kept.  The facts it returns are not to be changed.
    """

    cards: tuple[Card, ...]
    tmk: bytes = field(default=b"", repr=False)
    records: Callable[[str, bytes], Mapping[str, Fact]] = lambda _area, _data: {}
    mac_width: MacWidth = "ascii8"
    _apdus: Memo = field(init=False, repr=False, default_factory=Memo)
    _slips: Memo = field(init=False, repr=False, default_factory=Memo)
    _tokens: dict[str, str | None] = field(init=False, repr=False, default_factory=dict)

    @cached_property
    def host_line(self) -> HostMessages:
        """Return the reader of the host line."""
        return HostMessages(self.cards, self.tmk, self.mac_width)

    def __call__(self, _actor: str, step: Effect | Arrival) -> Said:
        """Return address, value and facts of a row."""
        match step:
            case Transmit(port=port, data=data) | Arrival(port=port, data=data):
                address, value, facts = self.frame(port, step.label, data)
                if isinstance(step, Transmit) and step.on_purpose:
                    return address, f"{value} (wrong on purpose)", {**facts, "on_purpose": True}
                return address, value, facts
            case SetTimer(after_s=after_s):
                return step.label, "", _after(int(after_s * 1000))
            case CancelTimer():
                return step.label, "", {}
            case Store(label=area, data=data):
                facts = dict(self.records(area, data))
                return area, _joined(facts), facts
            case Post(posting=posting):
                return posting.name, _posting_text(posting), posting_facts(posting)
            case Print(data=data):
                return "slip", *self.slip(data)
        return self._other(step)

    def _other(self, step: Effect | Arrival) -> Said:
        match step:
            case Show(text=text):
                return step.label, text, {"leaks": self._leaks((text,))}
            case Notify(card=card, direction=direction, amount_minor=minor, reference=reference):
                facts: Facts = {
                    "card": card,
                    "direction": direction,
                    "amount_minor": minor,
                    "reference": reference,
                }
                return card, f"{direction} {minor / 100:.2f}", facts
            case Connect():
                return step.label, "dial", {}
            case Disconnect():
                return step.label, "hang up", {}
            case Level(value=value):
                return step.label, value, {}
        return step.label, "", {}

    def frame(self, port: str, label: str, data: bytes) -> Said:
        """Return what a row says of a frame on a line."""
        if port == "ecr":
            return f"ecr/{label}", *self.apdu(data)
        return f"{port}/{label}", *self.host_line.facts(data)

    def apdu(self, data: bytes) -> Told:
        """Return value and facts of a ZVT frame, serial or bare."""
        payload = _payload(data)
        if payload is None:
            return _bare(len(data))
        return self._apdus.get(payload, self._read_apdu)

    def _read_apdu(self, payload: bytes) -> Told:
        try:
            message = zvt.decode_message(payload)
        except DecodeError as error:
            return "unreadable", {"malformed": True, "what": error.what, "size": len(payload)}
        facts = self._apdu_facts(message)
        name = zvt.COMMANDS[message.command].name if message.command in zvt.COMMANDS else "refusal"
        return f"{name} {_joined(facts, 'amount_minor', 'voucher', 'result_code')}".strip(), facts

    def _apdu_facts(self, message: zvt.Message) -> dict[str, Fact]:
        facts: dict[str, Fact] = {"command": f"{message.command:04X}"}
        for name in ("voucher", "original_voucher"):
            text = message.fields.get(name)
            if isinstance(text, str) and text.isdigit():
                facts[name] = int(text)
        for name, fact in (("result_code", "result_code"), ("status", "status_code")):
            code = message.fields.get(name)
            if isinstance(code, int):
                facts[fact] = f"{code:02X}"
        for name in ("amount_minor", "receipt", "approval_code", "text", "additional_text"):
            value = message.fields.get(name)
            if isinstance(value, str | int):
                facts[name] = value.strip() if isinstance(value, str) else value
        said = [facts[name] for name in ("text", "additional_text") if name in facts]
        facts |= {"leaks": self._leaks(map(str, said))} if said else {}
        return facts | self._apdu_card(message)

    def _apdu_card(self, message: zvt.Message) -> dict[str, Fact]:
        pan = message.fields.get("pan")
        if not isinstance(pan, str):
            return {}
        found: dict[str, Fact] = {"pan_form": mask_form(pan)}
        token = self._token(pan)
        return found | {"card": token} if token else found

    def slip(self, data: bytes) -> Told:
        """Return value and facts of what came out on paper."""
        return self._slips.get(data, self._read_slip)

    def _read_slip(self, data: bytes) -> Told:
        paper = escpos.decode(data)
        texts = paper.texts
        fields = slip.parse(texts)
        facts: dict[str, Fact] = {"text": texts, "is_complete": paper.is_cut}
        facts |= {name: said for name in _SLIP_TEXTS if (said := getattr(fields, name))}
        facts |= {"type": fields.transaction} if fields.transaction else {}
        facts |= _slip_numbers(fields)
        facts |= _slip_flags(fields)
        facts |= _slip_tables(fields)
        facts |= self._slip_details(fields)
        facts |= self._slip_card(fields)
        facts["leaks"] = self._leaks(texts)
        words = (fields.kind, fields.transaction, fields.copy, fields.voucher)
        return " ".join(word for word in words if word), facts

    def _slip_details(self, fields: SlipFields) -> dict[str, Fact]:
        rows = tuple(
            f"{int(row.voucher)}|{row.transaction}|{row.amount_minor}|{row.approval_code}|"
            f"{self._token(row.pan_masked) or 'unknown card'}"
            for row in fields.details
        )
        return {"details": rows} if rows else {}

    def _slip_card(self, fields: SlipFields) -> dict[str, Fact]:
        if not fields.pan_masked:
            return {}
        form = mask_form(fields.pan_masked)
        masked = fields.pan_masked if form != "clear" else "clear"
        found: dict[str, Fact] = {"pan_masked": masked, "mask": form}
        token = self._token(fields.pan_masked)
        return found | {"card": token} if token else found

    def _token(self, pan_masked: str) -> str | None:
        if pan_masked not in self._tokens:
            self._tokens[pan_masked] = token_of(pan_masked, self.cards)
        return self._tokens[pan_masked]

    def _leaks(self, texts: Iterable[str]) -> int:
        whole = "".join(texts).replace(" ", "")
        return sum([card.pan in whole for card in self.cards]) if len(whole) >= PAN_SIZE_MIN else 0


@lru_cache(maxsize=64)  # of ACK and NAK, nearly always
def _bare(size: int) -> Told:
    return f"{size} bytes", mask_facts({"size": size})


@lru_cache(maxsize=256)  # a machine has few timers
def _after(after_ms: int) -> Facts:
    return mask_facts({"after_ms": after_ms})


def _payload(data: bytes) -> bytes | None:
    if not data.startswith(START):
        return data if len(data) > 2 else None
    payload = payload_of(data)
    if payload is not None:
        return payload  # nearly always; what is not so plain is left to the link
    events = ZvtSerialLink().receive(data, 0.0)
    return next((event.payload for event in events if isinstance(event, Received)), None)


def _slip_numbers(fields: SlipFields) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name in ("voucher", "original_voucher"):
        if getattr(fields, name).isdigit():
            facts[name] = int(getattr(fields, name))
    if fields.amount_minor is not None:
        facts["amount_minor"] = fields.amount_minor
    if len(fields.date) == 8:
        facts["date"] = f"{fields.date[:4]}/{fields.date[4:6]}/{fields.date[6:]}"
    if fields.time:
        facts["time"] = fields.time
    return facts


def _slip_tables(fields: SlipFields) -> dict[str, Fact]:
    """Return the rows and results of settlement and totals slips, and where originals are named."""
    facts: dict[str, Fact] = {"original_rrn": fields.original_rrn} if fields.original_rrn else {}
    if fields.rows:
        facts["rows"] = tuple(map(_slip_row, fields.rows))
    for group, result in fields.results:
        facts["result" if group == "domestic" else f"{group}_result"] = result
    return facts


def _slip_row(row: SlipRow) -> str:
    minor = -row.amount_minor if row.is_negative else row.amount_minor
    return f"{row.group}|{row.transaction}|{row.count}|{minor}"


def _slip_flags(fields: SlipFields) -> dict[str, Fact]:
    return {
        "says_approved": fields.says_approved,
        "is_duplicate": fields.is_duplicate,
        "is_test": fields.is_test,
        "has_signature_line": fields.has_signature_line,
    }


def posting_facts(posting: Posting) -> dict[str, Fact]:
    """Return the facts of a posting."""
    facts: dict[str, Fact] = {name: getattr(posting, name) for name in _POSTING_TEXTS}
    facts |= {"amount_minor": posting.amount_minor, "stan": posting.stan}
    facts["entries"] = tuple(f"{e.account} {e.amount_minor}" for e in posting.entries)
    return facts | _posting_details(posting) if posting.details else facts


def _posting_details(posting: Posting) -> dict[str, Fact]:
    """Return what only one kind of posting says; what no reader knows is left out."""
    match posting.name:
        case "settlement":
            return totals_facts(posting.details)
        case "batch_end":
            return {"next_batch": posting.details}
    return {}


def _posting_text(posting: Posting) -> str:
    entries = ", ".join(f"{e.account} {e.amount_minor:+}" for e in posting.entries)
    return f"{posting.name} STAN {posting.stan:06} {posting.response_code}: {entries}".rstrip(": ")


def _joined(facts: Mapping[str, Fact], *names: str) -> str:
    chosen = [name for name in names or facts if name in facts]
    return " ".join([f"{name}={_text(facts[name])}" for name in chosen])


def _text(fact: Fact) -> str:
    return ",".join(fact) if isinstance(fact, tuple) else str(fact)
