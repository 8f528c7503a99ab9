"""The emulated acquirer host: UnionPay POS on port `terminal`, an issuer and books behind it.

Before anything is decided a request is refused: 30 malformed, 97 unknown terminal, 03 unknown
merchant, 77 not signed in, A0 wrong MAC, 77 another batch than the one that is open here for the
terminal (reversals name their original's batch and are exempt, uploads may be of the last one),
40 a transaction that this host has not, or that the merchant may not make.  Nothing of it is
booked.  Answers carry a MAC where requests do, except A0 and what no working key exists for.

Lost with power: the answer to what was posted last, its notice, and the script as told.
Kept: sign-ins, business date and whether refunds are open, in non-volatile areas; the books, which
are somebody else's, with batches and payouts.  A payout that power prevented is made at power-on.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from harness.emulator import Effect, Notify, PoweredOn, Received, Told, Transmit
from harness.emulator.host.batch_desk import BatchDesk, Filing
from harness.emulator.host.calendar import local_time, next_day
from harness.emulator.host.card_desk import CardDesk
from harness.emulator.host.config import NO_OVERRIDE, HostConfig, Override
from harness.emulator.host.exchange import UPLOAD_MTI, Exchange
from harness.emulator.host.intake import format_code, read
from harness.emulator.host.keeper import Keeper
from harness.emulator.host.key_store import KeyStore, parse_key_store
from harness.emulator.host.numbers import management_rrn, next_approval_code, next_rrn
from harness.emulator.host.orders import (
    Block,
    Elsewhere,
    ManualReturn,
    NextDay,
    Reconcile,
    Refunds,
    Script,
)
from harness.emulator.host.paymaster import Paymaster
from harness.emulator.host.sign_in import form_of, sign_in_fields
from harness.errors import MisuseError
from harness.ledger.batch import foreign_cards
from harness.ledger.books import Books, Posting
from harness.ledger.enquiry import close_by_hand
from harness.ledger.reconciliation import missing_at_terminals
from harness.ledger.sale import approve_sale
from harness.ledger.transaction import (
    APPROVED,
    MANUAL_RETURN,
    REFUND,
    REVERSAL,
    SALE,
    TAKEN_BACK,
    VOID,
    Decision,
    Request,
)
from harness.wire.dialects.unionpay_messages import REVERSAL_MTI, transaction_name
from harness.wire.mac import is_mac_right

SIGN_INS, CALENDAR, FUNCTIONS = "sign_ins", "calendar", "functions"  # non-volatile areas
UNKNOWN_MERCHANT, UNKNOWN_TERMINAL, UNSUPPORTED = "03", "97", "40"
SIGN_IN_AGAIN, WRONG_MAC, MALFUNCTION = "77", "A0", "96"
MONEY_MTIS = frozenset({"0100", "0200", "0220", "0400", "0500", "0320"})  # need a sign-in
ANY_BATCH = frozenset({REVERSAL_MTI, UPLOAD_MTI})
NOTICES = {SALE: "debit", VOID: "return", REFUND: "return"}
NOTICES |= {REVERSAL: "return", MANUAL_RETURN: "return"}


class Host(Keeper):
    """One acquirer host; construction is `boot`."""

    areas = (SIGN_INS, CALENDAR, FUNCTIONS)
    desk_type = CardDesk
    batch_desk_type = BatchDesk
    paymaster_type = Paymaster

    def __init__(self, config: HostConfig, books: Books, survived: Mapping[str, bytes]) -> None:
        super().__init__(survived)
        self._config, self._books = config, books
        self._desk = self.desk_type(config, books)
        self._batches = self.batch_desk_type(config, books)
        self._paymaster = self.paymaster_type(config, books)
        self._sign_ins = parse_key_store(self._read(SIGN_INS))
        self._business_date = self._read(CALENDAR) or config.business_date
        functions = self._read(FUNCTIONS)
        self._has_refunds = config.refund_enabled if functions is None else REFUND in functions
        self._script, self._heard = config.script, Counter[str]()

    def _take(self, now_ns: int, event: PoweredOn | Received | Told) -> list[Effect]:
        if isinstance(event, Received):
            return self._receive(now_ns, event)
        return self._obey(event.order) if isinstance(event, Told) else self._pay()

    def _notices(self, posting: Posting) -> list[Effect]:
        direction = NOTICES.get(posting.name)
        if direction is None:
            return []
        original = self._books.get(posting.original) if posting.name in TAKEN_BACK else None
        if original is not None and original.name == VOID:
            direction = "debit"  # the sale that it had undone stands again
        return [Notify(direction, posting.card, direction, posting.amount_minor, posting.reference)]

    def _consequences(self, posting: Posting) -> list[Posting]:
        return self._paymaster.consequences(posting, self._business_date)

    def _pay(self) -> list[Effect]:
        return self._post(self._paymaster.overdue(self._business_date))

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
                is_new = self._books.get(posting.reference) is None
                return self._post([posting] if is_new else [])
            case Elsewhere(request=request):
                return self._post([self._sold_elsewhere(request)])
            case Refunds(is_open=is_open):
                done = partial(self._open_refunds, is_open=is_open)
                return self._store(FUNCTIONS, REFUND if is_open else "none", done)
            case Reconcile():
                return self._post(map(self._undone, self._missing()))
        raise MisuseError(f"the host does not understand {type(order).__name__}")

    def _sold_elsewhere(self, request: Request) -> Posting:
        date = self._business_date
        rrn = next_rrn(self._books, date, len(self._config.terminal_ids) + 1, request.stan)
        sold = replace(request, business_date=date, rrn=rrn)
        sale = approve_sale(sold, next_approval_code(self._books, rrn)).posting
        assert sale is not None  # an approval is a posting
        return sale

    def _begin_day(self, business_date: str) -> list[Effect]:
        self._business_date = business_date
        return self._pay()

    def _open_refunds(self, *, is_open: bool) -> list[Effect]:
        self._has_refunds = is_open
        return []

    def _missing(self) -> list[Posting]:
        """Return what the reconciliation of all ended batches finds to be closed by hand."""
        return missing_at_terminals(self._books, foreign_cards(self._config.cards))

    def _return_by_hand(self, reference: str) -> list[Effect]:
        item = self._books.get(reference)
        if item is None:
            raise MisuseError(f"{reference!r} is not in the books: nothing to give back")
        return self._post([self._undone(item)])

    def _undone(self, item: Posting) -> Posting:
        return close_by_hand(self._books, item, business_date=self._business_date)

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
        return self._security_code(exchange) if exchange.mti in MONEY_MTIS else ""

    def _security_code(self, exchange: Exchange) -> str:
        keys = self._sign_ins.keys(exchange.terminal_id)
        if keys is None:
            return SIGN_IN_AGAIN
        is_right = not exchange.is_sealed or is_mac_right(
            exchange.frame.body, keys.mak, width=self._config.mac_width
        )
        if not is_right:
            return WRONG_MAC
        return SIGN_IN_AGAIN if self._is_other_batch(exchange) else ""

    def _is_other_batch(self, exchange: Exchange) -> bool:
        is_bound = exchange.mti not in ANY_BATCH
        return is_bound and exchange.batch != self._batches.batch_of(exchange.terminal_id)

    def _serve(self, exchange: Exchange) -> list[Effect]:
        name, refusal = transaction_name(exchange.message), exchange.override.refusal
        match name:
            case _ if not self._has_function(name):
                return [self._answer(exchange, UNSUPPORTED)]
            case "sale" | "balance" | "void" | "refund":
                return self._decided(exchange, self._decide(exchange, name))
            case "reversal":
                return self._decided(exchange, self._desk.decide_reversal(exchange))
            case "sign_in" | "sign_out" | "echo" | "settlement" | "batch_upload" if refusal:
                return [self._answer(exchange, refusal)]
            case "settlement":
                return self._filed(exchange, self._batches.settle(exchange))
            case "batch_upload":
                return self._filed(exchange, self._batches.upload(exchange))
            case "sign_in":
                return self._sign_in(exchange)
            case "sign_out":
                return self._sign_out(exchange)
            case "echo":
                return [self._answer(exchange, APPROVED)]
        return [self._answer(exchange, UNSUPPORTED)]

    def _has_function(self, name: str) -> bool:
        return name != "refund" or self._has_refunds

    # --- card transactions and batches

    def _decide(self, exchange: Exchange, name: str) -> Decision:
        keys = self._sign_ins.keys(exchange.terminal_id)
        assert keys is not None
        return self._desk.decide(exchange, name, keys.pik)

    def _decided(self, exchange: Exchange, decision: Decision) -> list[Effect]:
        fields = self._desk.fields(exchange, decision)
        answer = self._answer(exchange, decision.response_code, fields)
        posting = decision.posting if decision.is_new else None
        return self._post([posting] if posting else [], answer)

    def _filed(self, exchange: Exchange, filing: Filing) -> list[Effect]:
        fields = self._batches.fields(exchange, filing)
        return self._post(filing.postings, self._answer(exchange, filing.response_code, fields))

    def _answer(
        self, exchange: Exchange, response_code: str, fields: Mapping[int, str] | None = None
    ) -> Transmit:
        message = exchange.answer(response_code, fields or {})
        has_mac = exchange.is_sealed and response_code != WRONG_MAC
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
        batch = self._batches.batch_of(terminal_id)
        fields = sign_in_fields(exchange, self._config, batch, generation, form)
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
