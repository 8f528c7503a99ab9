"""The emulated acquirer host: UnionPay POS on port `terminal`, an issuer and books behind it.

It deals with one thing after the other: while a posting or a non-volatile write is on its way,
what comes in waits.  So a repeat never meets a decision that is not in the books yet.

Before anything is decided a request is refused: 30 malformed, 97 unknown terminal, 03 unknown
merchant, 77 not signed in, A0 wrong MAC, 77 another batch (reversals name their original's batch
and are exempt), 40 a transaction that this host has not.  Nothing of it is booked.  Answers carry
a MAC where requests do, except A0 and what no working key exists for.

Lost with power: the answer to what was posted last, its notice, and the script as told.
Kept: sign-ins and business date, in non-volatile areas; the books, which are somebody else's.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from harness.emulator import (
    Effect,
    Event,
    Notify,
    Post,
    Posted,
    Received,
    Store,
    Stored,
    StoreFailed,
    Told,
    Transmit,
)
from harness.emulator.host import safe_area
from harness.emulator.host.calendar import local_time, next_day
from harness.emulator.host.card_desk import CardDesk
from harness.emulator.host.config import NO_OVERRIDE, HostConfig, Override
from harness.emulator.host.exchange import AUTHENTICATED, Exchange
from harness.emulator.host.intake import format_code, read
from harness.emulator.host.key_store import KeyStore, parse_key_store
from harness.emulator.host.orders import Block, ManualReturn, NextDay, Script
from harness.emulator.host.sign_in import form_of, management_rrn, sign_in_fields
from harness.errors import MisuseError
from harness.ledger.books import Books, Posting
from harness.ledger.enquiry import close_by_hand
from harness.ledger.transaction import APPROVED, MANUAL_RETURN, REVERSAL, SALE, Decision
from harness.wire.dialects.unionpay_messages import REVERSAL_MTI, transaction_name
from harness.wire.mac import is_mac_right

SIGN_INS, CALENDAR = "sign_ins", "calendar"  # non-volatile areas
UNKNOWN_MERCHANT, UNKNOWN_TERMINAL, UNSUPPORTED = "03", "97", "40"
SIGN_IN_AGAIN, WRONG_MAC, MALFUNCTION = "77", "A0", "96"
NOTICES = {SALE: "debit", REVERSAL: "return", MANUAL_RETURN: "return"}

Act = Callable[[], list[Effect]]


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """What the host waits for, by reference or area, and what it does then."""

    name: str
    done: Act
    failed: Act


class Host:
    """One acquirer host; construction is `boot`."""

    desk_type = CardDesk

    def __init__(self, config: HostConfig, books: Books, survived: Mapping[str, bytes]) -> None:
        self._config, self._books = config, books
        self._desk = self.desk_type(config, books)
        self._areas = {area: survived.get(area, b"") for area in (SIGN_INS, CALENDAR)}
        self._sign_ins = parse_key_store(safe_area.read(self._areas[SIGN_INS]))
        self._business_date = safe_area.read(self._areas[CALENDAR]) or config.business_date
        self._script, self._heard = config.script, Counter[str]()
        self._waiting: deque[Received | Told] = deque()
        self._unsettled: _Unsettled | None = None

    def handle(self, now_ns: int, event: Event) -> list[Effect]:
        """Take one event; return what is to be done, in order."""
        effects: list[Effect] = []
        match event:
            case Received() | Told():
                self._waiting.append(event)
            case Posted(reference=name) | Stored(area=name):
                effects += self._settle(name, is_done=True)
            case StoreFailed(area=name):
                effects += self._settle(name, is_done=False)
        while self._waiting and self._unsettled is None:
            effects += self._take(now_ns, self._waiting.popleft())
        return effects

    def _settle(self, name: str, *, is_done: bool) -> list[Effect]:
        unsettled = self._unsettled
        if unsettled is None or unsettled.name != name:
            return []
        self._unsettled = None
        return unsettled.done() if is_done else unsettled.failed()

    def _take(self, now_ns: int, event: Received | Told) -> list[Effect]:
        return self._obey(event.order) if isinstance(event, Told) else self._receive(now_ns, event)

    # --- what comes to a decision needs to be kept first

    def _post(self, posting: Posting, *answers: Effect) -> list[Effect]:
        self._unsettled = _Unsettled(
            posting.reference, lambda: [*self._notices(posting), *answers], list
        )
        return [Post(posting.name, posting)]

    def _notices(self, posting: Posting) -> list[Effect]:
        """Return what the cardholder is told of a posting."""
        direction = NOTICES.get(posting.name)
        if direction is None:
            return []
        return [Notify(direction, posting.card, direction, posting.amount_minor, posting.reference)]

    def _store(self, area: str, text: str, done: Act, failed: Act = list) -> list[Effect]:
        data = safe_area.written(self._areas[area], text)
        self._unsettled = _Unsettled(area, partial(self._stored, area, data, done), failed)
        return [Store(area, data)]

    def _stored(self, area: str, data: bytes, done: Act) -> list[Effect]:
        self._areas[area] = data
        return done()

    # --- orders of the bench

    def _obey(self, order: object) -> list[Effect]:
        match order:
            case NextDay():
                date = next_day(self._business_date)
                return self._store(CALENDAR, date, partial(self._begin_day, date))
            case Script(overrides=overrides):
                self._script = overrides
                self._heard.clear()
                return []
            case ManualReturn(reference=reference):
                return self._return_by_hand(reference)
            case Block(posting=posting):
                return self._post(posting) if self._books.get(posting.reference) is None else []
        raise MisuseError(f"the host does not understand {type(order).__name__}")

    def _begin_day(self, business_date: str) -> list[Effect]:
        self._business_date = business_date
        return []

    def _return_by_hand(self, reference: str) -> list[Effect]:
        sale = self._books.get(reference)
        if sale is None:
            raise MisuseError(f"{reference!r} is not in the books: nothing to give back")
        return self._post(close_by_hand(self._books, sale, business_date=self._business_date))

    # --- requests

    def _receive(self, now_ns: int, event: Received) -> list[Effect]:
        frame = read(event.data)
        if frame is None:
            return []
        override = self._next_override(frame.message.mti)
        time = local_time(self._config.start_time, now_ns)
        exchange = Exchange(frame, time, self._business_date, override)
        if override.silent:
            return []
        code = self._refusal(exchange)
        return [self._answer(exchange, code)] if code else self._serve(exchange)

    def _next_override(self, mti: str) -> Override:
        self._heard[mti] += 1
        return self._script.get((mti, self._heard[mti]), NO_OVERRIDE)

    def _refusal(self, exchange: Exchange) -> str:
        """Return the code of a request that comes to nothing, "" for one that can be served."""
        if code := format_code(exchange.frame):
            return code
        if exchange.terminal_id not in self._config.terminal_ids:
            return UNKNOWN_TERMINAL
        if exchange.message.text(42) != self._config.merchant_id:
            return UNKNOWN_MERCHANT
        return self._security_code(exchange) if exchange.mti in AUTHENTICATED else ""

    def _security_code(self, exchange: Exchange) -> str:
        keys = self._sign_ins.keys(exchange.terminal_id)
        if keys is None:
            return SIGN_IN_AGAIN
        if not is_mac_right(exchange.frame.body, keys.mak, width=self._config.mac_width):
            return WRONG_MAC
        is_other = exchange.batch != self._config.batch and exchange.mti != REVERSAL_MTI
        return SIGN_IN_AGAIN if is_other else ""

    def _serve(self, exchange: Exchange) -> list[Effect]:
        name = transaction_name(exchange.message)
        match name:
            case "sale" | "balance":
                return self._decided(exchange, self._decide(exchange, name))
            case "reversal":
                return self._decided(exchange, self._desk.decide_reversal(exchange))
            case "sign_in" | "sign_out" | "echo" if exchange.override.refusal:
                return [self._answer(exchange, exchange.override.refusal)]
            case "sign_in":
                return self._sign_in(exchange)
            case "sign_out":
                return self._sign_out(exchange)
            case "echo":
                return [self._answer(exchange, APPROVED)]
        return [self._answer(exchange, UNSUPPORTED)]

    # --- card transactions

    def _decide(self, exchange: Exchange, name: str) -> Decision:
        keys = self._sign_ins.keys(exchange.terminal_id)
        assert keys is not None
        return self._desk.decide(exchange, name, keys.pik)

    def _decided(self, exchange: Exchange, decision: Decision) -> list[Effect]:
        fields = self._desk.fields(exchange, decision)
        answer = self._answer(exchange, decision.response_code, fields)
        if decision.is_new and decision.posting is not None:
            return self._post(decision.posting, answer)
        return [answer]

    def _answer(
        self, exchange: Exchange, response_code: str, fields: Mapping[int, str] | None = None
    ) -> Transmit:
        message = exchange.answer(response_code, fields or {})
        has_mac = exchange.mti in AUTHENTICATED and response_code != WRONG_MAC
        keys = self._sign_ins.keys(exchange.terminal_id) if has_mac else None
        return exchange.transmit(message, keys.mak if keys else None, self._config.mac_width)

    # --- sign-in and sign-out

    def _sign_in(self, exchange: Exchange) -> list[Effect]:
        form = form_of(exchange, self._config)
        if form is None:
            return [self._answer(exchange, UNSUPPORTED)]
        terminal_id = exchange.terminal_id
        store = self._sign_ins.signed_in(terminal_id, exchange.message.text(11), form)
        generation = store.sign_ins[terminal_id].generation
        fields = sign_in_fields(exchange, self._config, generation, form)
        return self._keep_sign_ins(store, exchange, self._answer(exchange, APPROVED, fields))

    def _sign_out(self, exchange: Exchange) -> list[Effect]:
        fields = {37: management_rrn(exchange, self._config)}
        answer = self._answer(exchange, APPROVED, fields)
        return self._keep_sign_ins(
            self._sign_ins.signed_out(exchange.terminal_id), exchange, answer
        )

    def _keep_sign_ins(self, store: KeyStore, exchange: Exchange, answer: Effect) -> list[Effect]:
        if store == self._sign_ins:
            return [answer]
        failed = partial(self._fail, exchange)
        return self._store(SIGN_INS, str(store), partial(self._adopt, store, answer), failed)

    def _adopt(self, store: KeyStore, answer: Effect) -> list[Effect]:
        self._sign_ins = store
        return [answer]

    def _fail(self, exchange: Exchange) -> list[Effect]:
        return [self._answer(exchange, MALFUNCTION)]
