"""The till's commands: which can be obeyed now, and those that are answered from memory."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from harness.emulator import Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.slips import Slip
from harness.emulator.terminal.slips_batch import BatchSlips
from harness.emulator.terminal.task import Kind, Task
from harness.errors import DecodeError
from harness.wire import zvt

PRINT_AT_TILL = 0x06  # bits of the configuration: the till prints payments, other receipts
CURRENCIES = (zvt.CURRENCY_CNY, "", None)

Order = tuple[list[Effect], Trigger | None]  # what is answered at once, what it sets going


class Commands(Flows):
    """What a command means to a terminal that is free."""

    def order(self, command: bytes) -> Order:
        """Return what a command brings about; one that is unknown is refused."""
        try:
            message = zvt.decode_message(command)
        except DecodeError:
            return self.till.answer(till_messages.UNKNOWN, self.now_s), None
        take = self.orders.get(message.command)
        if take is None:
            return self.till.answer(till_messages.UNKNOWN, self.now_s), None
        return take(self, message)

    def report(self, *payloads: bytes) -> Order:
        """Return the whole answer to a command that starts nothing."""
        effects = self.accept()
        for payload in payloads:
            effects += self.say(payload)
        return effects, None

    def order_registration(self, message: zvt.Message) -> Order:
        """Take note of how the till is set up."""
        self.prints_at_till = bool(message.number("configuration") & PRINT_AT_TILL)
        return self.report(till_messages.COMPLETION)

    def order_sale(self, message: zvt.Message) -> Order:
        """Begin a sale."""
        amount = message.fields.get("amount_minor")
        minor = amount if isinstance(amount, int) else 0
        self.task = Task(Kind.SALE, amount_minor=minor, ticket=self.memory.ticket + 1)
        fault = self.sale_fault(minor, message.fields.get("currency"))
        return self._begin(fault, Trigger.SALE)

    def order_void(self, message: zvt.Message) -> Order:
        """Begin a void."""
        self.task = Task(Kind.VOID, ticket=self.memory.ticket + 1)
        fault = self.payment_fault() or self.void_fault(message)
        return self._begin(fault, Trigger.SALE)

    def order_refund(self, message: zvt.Message) -> Order:
        """Begin a refund."""
        amount = message.fields.get("amount_minor")
        minor = amount if isinstance(amount, int) else 0
        self.task = Task(Kind.REFUND, amount_minor=minor, ticket=self.memory.ticket + 1)
        fault = 0 if minor else till_messages.NO_AMOUNT
        return self._begin(
            fault or self.payment_fault(minor) or self.refund_fault(message), Trigger.SALE
        )

    def order_settlement(self, message: zvt.Message) -> Order:
        """Begin a settlement, or go on with one that was interrupted."""
        self.task = Task(Kind.SETTLEMENT)
        fault = self.password_fault(message) or self.settlement_fault()
        return self._begin(fault, Trigger.SETTLEMENT)

    def order_sign_out(self, _message: zvt.Message) -> Order:
        """Begin a sign-out; with transactions in the journal the batch is settled first."""
        self.task = Task(Kind.SIGN_OUT)
        fault = 0 if self.memory.is_signed_in else till_messages.NOT_REGISTERED
        if self.memory.journal.vouchers or self.memory.is_settling:
            fault = till_messages.SETTLE_FIRST
        return self._begin(fault, Trigger.SIGN_OUT)

    def order_inquiry(self, _message: zvt.Message) -> Order:
        """Begin a balance inquiry."""
        self.task = Task(Kind.INQUIRY)
        return self._begin(self.card_transaction_fault(), Trigger.INQUIRY)

    def _begin(self, fault: int, trigger: Trigger) -> Order:
        self.task.result_code = fault
        return [], Trigger.REFUSED if fault else trigger

    def sale_fault(self, amount_minor: int, currency: object) -> int:
        """Return why no sale can be begun now, 0 if it can."""
        if currency not in CURRENCIES:
            return till_messages.WRONG_CURRENCY
        if not amount_minor:
            return till_messages.NO_AMOUNT
        return self.payment_fault(amount_minor)

    def payment_fault(self, amount_minor: int = 0) -> int:
        """Return why nothing of this amount can be begun that the journal keeps, 0 if it can."""
        if self.memory.is_full or not self.memory.has_room(amount_minor):
            return till_messages.JOURNAL_FULL
        return self.card_transaction_fault()

    def settlement_fault(self) -> int:
        """Return why no settlement can be begun or gone on with, 0 if it can."""
        memory = self.memory
        if memory.is_settling:
            return 0
        if not memory.journal.vouchers and self.config.empty_settlement == "local":
            self.task.prompt = "EMPTY_BATCH"
            return till_messages.NO_SETTLEMENT
        return 0 if memory.is_signed_in else till_messages.NOT_REGISTERED

    def card_transaction_fault(self) -> int:
        """Return why no card transaction can be begun now, 0 if it can.

        Where a reversal waits for another sign-in, the transaction begins with that.
        """
        if self.memory.is_settling:
            return till_messages.SETTLE_FIRST
        is_kept = self.config.reversal_exhausted == "keep_and_block"
        if is_kept and self.memory.is_exhausted:
            return till_messages.REVERSAL_LEFT
        may_renew = self.memory.is_owing and self.memory.keys.generation > 0
        if not (self.memory.is_signed_in or may_renew):
            return till_messages.NOT_REGISTERED
        return 0

    def order_sign_in(self, _message: zvt.Message) -> Order:
        """Begin a sign-in."""
        self.task = Task(Kind.SIGN_IN)
        return [], Trigger.SIGN_IN

    def order_reprint(self, _message: zvt.Message) -> Order:
        """Begin to print the last slip again."""
        return self._print(self.reprints(self.voucher_to_print()))

    def order_voucher(self, message: zvt.Message) -> Order:
        """Begin to print the slip of a voucher number again."""
        return self._print(self.reprints(self.original(message)))

    def order_details(self, _message: zvt.Message) -> Order:
        """Begin to print the list of all transactions of the batch."""
        vouchers, batch = self.memory.journal.vouchers, self.memory.counters.batch
        writer = BatchSlips(self.config)
        return self._print([writer.details(vouchers, batch, self.date_time())] * bool(vouchers))

    def order_totals(self, _message: zvt.Message) -> Order:
        """Begin to print what the batch comes to so far."""
        vouchers, batch = self.memory.journal.vouchers, self.memory.counters.batch
        writer = BatchSlips(self.config)
        return self._print([writer.totals(vouchers, batch, self.date_time())] * bool(vouchers))

    def order_settlement_slip(self, _message: zvt.Message) -> Order:
        """Begin to print the last settlement slip again."""
        is_known = bool(self.memory.settlement.rows) and not self.memory.is_settling
        slips = self.settlement_slips(is_duplicate=True) if is_known else []
        return self._print(slips, Kind.SETTLEMENT_SLIP)

    def _print(self, slips: list[Slip], kind: Kind = Kind.REPRINT) -> Order:
        if not slips:
            return self.report(till_messages.abort(till_messages.NOT_POSSIBLE))
        self.task = Task(kind, slips=slips)
        return [], Trigger.REPRINT

    def order_last_result(self, _message: zvt.Message) -> Order:
        """Tell what became of the till's last payment."""
        last = self.memory.last
        if not last.ticket:
            return self.report(till_messages.abort(till_messages.NOT_POSSIBLE))
        result = till_messages.last_result(last, self.memory.journal.last)
        return self.report(result, till_messages.COMPLETION)

    def order_status(self, _message: zvt.Message) -> Order:
        """Tell whether the terminal is ready."""
        code = 0 if self.memory.is_signed_in else till_messages.NOT_REGISTERED
        code = till_messages.NO_PAPER if self.unprinted or self.memory.is_slip_left else code
        return self.report(till_messages.terminal_status(code))

    def order_abort(self, _message: zvt.Message) -> Order:
        """Accept an abort of nothing."""
        return self.accept(), None

    orders: ClassVar[Mapping[int, Callable[["Commands", zvt.Message], Order]]] = {
        zvt.REGISTRATION: order_registration,
        zvt.AUTHORISATION: order_sale,
        zvt.BALANCE: order_inquiry,
        zvt.SIGN_IN: order_sign_in,
        zvt.REPEAT_RECEIPT: order_reprint,
        zvt.REVERSAL: order_void,
        zvt.REFUND: order_refund,
        zvt.END_OF_DAY: order_settlement,
        zvt.SIGN_OUT: order_sign_out,
        zvt.REPEAT_VOUCHER: order_voucher,
        zvt.DETAILS: order_details,
        zvt.TOTALS: order_totals,
        zvt.REPEAT_SETTLEMENT: order_settlement_slip,
        zvt.LAST_RESULT: order_last_result,
        zvt.STATUS_ENQUIRY: order_status,
        zvt.ECR_ABORT: order_abort,
    }
