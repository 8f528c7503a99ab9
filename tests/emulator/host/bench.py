"""A host, its books and areas without a world: effects are carried out as they come."""

from collections import deque
from functools import partial

from harness.emulator import (
    Notify,
    Post,
    Posted,
    PoweredOn,
    Received,
    Store,
    Stored,
    Told,
    Transmit,
)
from harness.emulator.host.config import HostConfig
from harness.emulator.host.machine import Host
from harness.ledger.books import opened
from harness.terms.card import Card
from harness.wire import pin_block
from harness.wire.dialects.unionpay import (
    UNIONPAY,
    Frame,
    Header,
    decode_frame,
    encode_frame,
    inspect_frame,
)
from harness.wire.dialects.unionpay_subfields import (
    GroupTotals,
    SettlementTotals,
    UploadRecord,
    format_upload,
    format_upload_end,
)
from harness.wire.iso8583 import Message
from harness.wire.keys import parse_working_keys
from harness.wire.mac import is_mac_right, sign

TMK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
TERMINAL, OTHER_TERMINAL, MERCHANT = "10000001", "10000002", "123456789012345"
BATCH = "000001"
CARDS = (
    Card("card-1", "6225887319460289", pin="135790", balance_minor=100_000),
    Card("card-2", "6225884190736523", pin="246801", balance_minor=100_000),
    Card("card-old", "6225883751908463", expiry="2001"),
    Card("card-poor", "6225882068495172", balance_minor=50),
    Card("card-visa", "4012887319460281", organisation="VIS", balance_minor=100_000),
)
BY_TOKEN = {card.token: card for card in CARDS}
CONFIG = HostConfig(
    cards=CARDS,
    merchant_id=MERCHANT,
    tmk=TMK,
    terminal_ids=(TERMINAL, OTHER_TERMINAL),
    batch=BATCH,
    amount_limit_minor=90_000,
)
IDENTITY = {41: TERMINAL, 42: MERCHANT}


def new_books(*, is_checked=True):
    """Return books in which the cards have their balances."""
    return opened(((f"card:{c.token}", c.balance_minor) for c in CARDS), is_checked=is_checked)


class Bench:
    """One host; `hear` returns its answers, `notices` and `effects` collect what it did."""

    def __init__(self, config=CONFIG, *, books=None, boot=None):
        self.books = new_books() if books is None else books
        self._boot = boot or partial(Host, config, self.books)
        self.config, self.areas, self.keys = config, {}, {}
        self.notices, self.effects = [], []
        self.power_on()

    def power_on(self):
        self.host = self._boot(dict(self.areas))
        self.give(PoweredOn())

    def give(self, *events, now_ns=0):
        """Hand events over, then what their effects report; return the frames that were sent."""
        queue, sent = deque(events), []
        while queue:
            for effect in self.host.handle(now_ns, queue.popleft()):
                queue.extend(self._carry_out(effect, sent))
        return sent

    def _carry_out(self, effect, sent):
        self.effects.append(effect)
        match effect:
            case Transmit(data=data):
                sent.append(data)
            case Notify():
                self.notices.append((effect.direction, effect.card, effect.amount_minor))
            case Post(posting=posting):
                self.books.post(posting)
                return [Posted(posting.reference)]
            case Store(label=area, data=data):
                self.areas[area] = data
                return [Stored(area)]
        return []

    def tell(self, order):
        return self.give(self.told(order))

    @staticmethod
    def told(order):
        return Told(order)

    def hear(self, *frames, now_ns=0):
        """Return the answers to frames that come in one after the other at once."""
        events = [Received("terminal", data) for data in frames]
        return [decode_frame(data).message for data in self.give(*events, now_ns=now_ns)]

    def ask(self, message, **more):
        """Return the one answer to a message, sealed with the terminal's key if it has one."""
        (answer,) = self.hear(self.sealed(message, **more))
        return answer

    def sealed(self, message, *, mak=None, has_mac=True):
        keys = self.keys.get(message.text(41))
        if has_mac and message.mti in {"0200", "0400", "0100", "0220"} and (mak or keys):
            message = sign(message, mak or keys.mak, UNIONPAY)
        return frame_of(message)

    def sign_in(self, form="003", stan=1, terminal=TERMINAL):
        answer = self.ask(sign_in(form, stan, terminal=terminal))
        self.keys[terminal] = parse_working_keys(TMK, answer.text(62))
        return answer

    def sale(self, **wanted):
        """Return a sale request with the PIN block made under the key in force."""
        return sale(self.keys.get(wanted.get("terminal", TERMINAL)), **wanted)

    def balance(self, token="card-1"):
        return self.books.balance_minor(f"card:{token}")

    def names(self):
        """Return the postings of transactions as name and code."""
        return [(p.name, p.response_code) for p in self.books.postings.values() if p.terminal_id]

    def has_right_mac(self, data):
        """Tell whether an answer's frame has the MAC of the terminal's key."""
        return is_mac_right(inspect_frame(data).body, self.keys[TERMINAL].mak)


def signed_in(config=CONFIG, **more):
    """Return a bench whose terminal is signed in."""
    bench = Bench(config, **more)
    bench.sign_in()
    return bench


def frame_of(message, header=None):
    return encode_frame(Frame("6000030000", str(Header()) if header is None else header, message))


def management(mti, network, stan=1, *, terminal=TERMINAL):
    stans = {11: f"{stan:06}"} if stan is not None else {}
    return Message(mti, {**stans, 41: terminal, 42: MERCHANT, 60: f"00{BATCH}{network}", 63: "01 "})


def sign_in(form="003", stan=1, *, terminal=TERMINAL):
    return management("0800", form, stan, terminal=terminal)


def sale(keys, *, minor=1234, stan=2, card="card-1", pin=None, terminal=TERMINAL, batch=BATCH):
    """Return a sale; `pin` None means none was keyed."""
    fields = {3: "000000", 4: f"{minor:012}", 11: f"{stan:06}", 22: "022", 25: "00"}
    fields |= {35: BY_TOKEN[card].track2, 41: terminal, 42: MERCHANT, 49: "156"}
    fields |= {60: f"22{batch}00060"}
    if pin is not None:
        block = pin_block.encrypt(pin, keys.pik, BY_TOKEN[card].pan)
        fields |= {22: "021", 26: "12", 52: block, 53: "2600000000000000"}
    return Message("0200", fields)


def inquiry(stan=2, card="card-1"):
    fields = {3: "310000", 11: f"{stan:06}", 22: "022", 25: "00", 35: BY_TOKEN[card].track2}
    return Message("0200", {**fields, **IDENTITY, 49: "156", 60: f"01{BATCH}00060"})


def void(of, *, stan=5, rrn="000000000000", **fields):
    """Return the void of a sale request, with some fields otherwise."""
    named = {3: "200000", 11: f"{stan:06}", 37: rrn, 60: f"23{of.text(60)[2:]}"}
    named[61] = of.text(60)[2:8] + of.text(11)
    return Message("0200", {**of.without(26, 52, 53).fields, **named, **_changed(fields)})


def refund(of, answer, *, stan=7, **fields):
    """Return the refund of a sale by its request and its answer, with some fields otherwise."""
    named = {3: "200000", 11: f"{stan:06}", 37: answer.text(37), 60: f"25{of.text(60)[2:]}"}
    named |= {61: f"000000000000{answer.text(13)}", 63: "000"}
    return Message("0220", {**of.without(26, 52, 53).fields, **named, **_changed(fields)})


def settlement(*domestic, foreign=(0, 0, 0, 0), stan=90, batch=BATCH, terminal=TERMINAL):
    """Return a settlement: debit amount and count, credit amount and count of each card group."""
    totals = SettlementTotals(GroupTotals(*domestic or (0, 0, 0, 0)), GroupTotals(*foreign))
    more = {48: str(totals), 49: "156", 60: f"00{batch}201"}
    return management("0500", "201", stan, terminal=terminal).having(more)


def upload(*records, stan=91, batch=BATCH, terminal=TERMINAL):
    """Return a group of records: STAN, amount and card of each."""
    wanted = [
        UploadRecord(card == "card-visa", f"{stan:06}", BY_TOKEN[card].pan, minor)
        for stan, minor, card in records
    ]
    more = {48: format_upload(wanted), 60: f"00{batch}201"}
    return management("0320", "201", stan, terminal=terminal).having(more).without(63)


def upload_end(count=0, *, network="207", stan=99, batch=BATCH, terminal=TERMINAL):
    more = {48: format_upload_end(count), 60: f"00{batch}{network}"}
    return management("0320", network, stan, terminal=terminal).having(more).without(63)


def _changed(fields):
    return {int(name[1:]): text for name, text in fields.items()}


def reversal(of, *, reason="98", **fields):
    """Return the reversal of a request, with some fields otherwise."""
    kept = of.without(26, 35, 36, 37, 52, 53, 64)
    return Message("0400", {**kept.fields, 39: reason, **_changed(fields)})
