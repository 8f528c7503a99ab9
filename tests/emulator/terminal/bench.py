"""A bench for one terminal: a till, a host of wire messages, a printer; events go by hand."""

from collections import deque
from dataclasses import dataclass, field, replace

from harness.emulator import (
    CancelTimer,
    CardPresented,
    Closed,
    Connect,
    Connected,
    Disconnect,
    PaperOut,
    PinKeyed,
    PoweredOn,
    Print,
    Printed,
    Received,
    Refused,
    SendFailed,
    SetTimer,
    Show,
    Store,
    Stored,
    StoreFailed,
    TimerFired,
    Transmit,
)
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.state import is_authenticated
from harness.terms.card import Card
from harness.wire import escpos, iso8583, slip, zvt
from harness.wire.dialects.unionpay import UNIONPAY, decode_frame, wrap_body
from harness.wire.iso8583 import Message
from harness.wire.keys import format_working_keys
from harness.wire.mac import sign

TMK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PIK = bytes.fromhex("11223344556677881122334455667799")
MAK = bytes.fromhex("8877665544332211")
CARD = Card("card-1", "6225887319460289", pin="135790")
CONFIG = TerminalConfig(
    terminal_id="12345678",
    merchant_id="898310059120001",
    merchant_name="一号测试商店",
    tmk=TMK,
    ecr_link="tcp",
)


def config(**changes):
    """Return the usual set-up with changes."""
    return replace(CONFIG, **changes)


SIGN_IN = zvt.with_password(zvt.SIGN_IN)
REPRINT = zvt.with_password(zvt.REPEAT_RECEIPT)
LAST = zvt.Message(zvt.LAST_RESULT)
ECHOED = (3, 4, 11, 25, 41, 42, 48, 49, 60)
RESULT_PLACES = (30, 61)  # of domestic and foreign cards in field 48


SETTLE = zvt.with_password(zvt.END_OF_DAY)


def void(voucher, **more):
    return zvt.reversal(voucher=f"{voucher:06}", **more)


def refund(amount_minor=1000, named="RRN 000000004808 DATE 0105", **more):
    return zvt.refund(amount_minor, additional_text=named, **more)


def sale(amount_minor=1234):
    return zvt.authorisation(amount_minor, currency="0156")


def answer_to(request, code="00", *, mak=MAK, **changes):
    """Return the answer of a host; `changes` by field as F38="..."; None takes a field away."""
    echoed = {n: request.fields[n] for n in ECHOED if n in request.fields}
    results, batch = changes.pop("results", "11"), changes.pop("batch", "000007")
    own = {12: "101112", 13: "0105", 37: "000000004808", 39: code}
    if request.mti == "0200" and code == "00":
        own |= {15: "0105", 38: "A1B2C3", 44: f"{'01020000':<11}{'48021000':<11}"}
    if request.mti == "0800" and code == "00":
        own[62] = format_working_keys(TMK, PIK, MAK)
        own[60] = f"00{batch}003"
    if request.mti == "0500":
        own[48] = with_results(request.text(48), results)
    mti = changes.pop("mti", f"{int(request.mti) + 10:04}")
    changed = {int(name[1:]): text for name, text in changes.items()}
    fields = {n: text for n, text in {**echoed, **own, **changed}.items() if text is not None}
    message = Message(mti, fields)
    has_mac = is_authenticated(request) and mak is not None
    return sign(message, mak, UNIONPAY) if has_mac else message


def with_results(totals, results):
    """Return field 48 with what the host makes of it: 1 balanced, 2 not, 3 an error."""
    signs = list(totals)
    for place, result in zip(RESULT_PLACES, results, strict=True):
        signs[place] = result
    return "".join(signs)


def asking(frame, digit):
    """Return an answer in whose header the host asks for something."""
    data = bytearray(frame)
    data[9] = (data[9] & 0xF0) | int(digit)
    return bytes(data)


def frame_of(message):
    return wrap_body("6000000003", "603100310100", iso8583.encode(message, UNIONPAY))


def approve(request):
    return [answer_to(request)]


def silence(_request):
    return []


@dataclass
class Bench:
    config: TerminalConfig = CONFIG
    nv: dict = field(default_factory=dict)
    boot: type = Terminal
    host: object = approve
    card: Card = CARD
    pin: str = "135790"
    has_paper: bool = True
    answers_calls: bool | None = True  # None: nobody says anything
    dead_at: tuple = ()  # MTIs before which the line is lost
    fails: tuple = ()  # areas that cannot be written
    cut_at: int = 0  # the power fails after so many effects
    log: list = field(default_factory=list)
    sent: list = field(default_factory=list)  # messages to the host
    told: list = field(default_factory=list)  # messages to the till
    slips: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    now_ns: int = 0

    def __post_init__(self):
        self.timers, self.queue, self.is_open, self.is_on = {}, deque(), False, True
        self.applied = 0
        self.terminal = self.boot(self.config, dict(self.nv))
        self.give(PoweredOn())

    def give(self, event):
        """Hand over one event and what follows from it, until all is quiet."""
        self.queue.append(event)
        while self.queue and self.is_on:
            self.now_ns += 1_000_000
            self.apply(self.terminal.handle(self.now_ns, self.queue.popleft()))

    def apply(self, effects):
        for effect in effects:
            self.log.append(f"{effect.kind} {effect.label}")
            self.perform(effect)
            self.applied += 1
            if self.applied == self.cut_at:
                self.is_on = False
                return

    def perform(self, effect):
        match effect:
            case Transmit(port="ecr", data=data):
                self.told.append(zvt.decode_message(data))
                self.react(data)
            case Transmit(port="host", label=label, data=data):
                self.send(label, data)
            case Store(label=area) if area in self.fails:
                self.queue.append(StoreFailed(area))
            case Store(label=area, data=data):
                self.nv[area] = data
                self.queue.append(Stored(area))
            case SetTimer(label=name, after_s=after_s):
                self.timers[name] = self.now_ns + int(after_s * 1e9)
            case CancelTimer(label=name):
                self.timers.pop(name, None)
            case Show():
                self.shown.append(effect.label)
            case Print(data=data):
                self.print(data)
            case _:
                self.call(effect)

    def call(self, effect):
        if isinstance(effect, Disconnect):
            self.is_open = False
        elif isinstance(effect, Connect) and self.answers_calls is not None:
            self.is_open = self.answers_calls
            self.queue.append(Connected("host") if self.is_open else Refused("host"))

    def send(self, label, data):
        if label in self.dead_at:
            self.is_open = False
        if not self.is_open:
            self.queue.append(SendFailed("host", label))
            return
        request = decode_frame(data).message
        self.sent.append(request)
        for answer in self.host(request):
            data = answer if isinstance(answer, bytes) else frame_of(answer)
            self.queue.append(Received("host", data))

    def print(self, data):
        if self.has_paper:
            self.slips.append(escpos.decode(data))
        self.queue.append(Printed() if self.has_paper else PaperOut())

    def react(self, data):
        if data[0] in (0x80, 0x84):
            return
        self.queue.append(Received("ecr", zvt.encode_message(zvt.acknowledgement())))
        match zvt.decode_message(data):
            case zvt.Message(command=zvt.INTERMEDIATE_STATUS, fields={"status": 0x0A}):
                if self.card:
                    self.queue.append(CardPresented(self.card.track2))
            case zvt.Message(command=zvt.INTERMEDIATE_STATUS, fields={"status": 0x01}):
                if self.pin is not None:
                    self.queue.append(PinKeyed(self.pin))

    def order(self, message):
        """Give a command of the till; return what it is told, without what is just progress."""
        self.told.clear()
        self.give(Received("ecr", zvt.encode_message(message)))
        return self.results()

    def results(self):
        progress = (zvt.INTERMEDIATE_STATUS, zvt.ACKNOWLEDGE)
        return [each for each in self.told if each.command not in progress]

    def fire(self, name):
        """Let a timer run out."""
        due = self.timers.pop(name)
        self.now_ns = max(self.now_ns, due)
        self.give(TimerFired(name))

    def sign_in(self):
        host, self.host = self.host, approve
        self.order(SIGN_IN)
        self.host = host
        self.forget()
        return self

    def forget(self):
        for each in (self.log, self.sent, self.slips, self.shown, self.told):
            each.clear()

    def reboot(self, **changes):
        """Return a bench with a terminal that has just what survived."""
        fresh = {"log": [], "sent": [], "told": [], "slips": [], "shown": [], "cut_at": 0}
        return replace(self, **{**fresh, "nv": dict(self.nv), **changes})

    @property
    def memory(self):
        return self.terminal.memory

    @property
    def mtis(self):
        return [message.mti for message in self.sent]

    def read(self, index=-1):
        """Return what a printed slip says."""
        return slip.parse(self.slips[index].texts)


def close(bench):
    bench.is_open = False
    bench.give(Closed("host"))


def codes(results):
    """Return commands and result codes of what the till was told."""
    return [
        (f"{each.command:04X}", each.fields.get("result_code"))
        for each in results
        if each.command != zvt.PRINT_LINE
    ]
