"""Sale and balance inquiry by stripe: from the till's command to the stored outcome."""

from collections.abc import Mapping
from dataclasses import replace

from harness.emulator import Connect, Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.memory import CLEAR, PENDING
from harness.emulator.terminal.nv import Last, Reversal, Voucher
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.prompts import show
from harness.emulator.terminal.requests import KEYED, STRIPE
from harness.emulator.terminal.slips import mask
from harness.emulator.terminal.state import CONNECT, HOST, OPERATOR, TerminalState
from harness.emulator.terminal.task import OTHER_REASON, UNABLE_REASON, Kind
from harness.errors import DecodeError
from harness.wire.dialects.unionpay_subfields import parse_host_text
from harness.wire.iso8583 import Message
from harness.wire.response_codes import PARTIAL_APPROVAL, SIGN_IN_AGAIN
from harness.wire.track import is_luhn, parse_track_2
from harness.wire.zvt_codes import INSERT_CARD, SENDING_REVERSAL, WAITING_FOR_HOST

WATCH_PIN_PAD = 0x01
_REFUSAL_PROMPTS = {
    till_messages.NOT_REGISTERED: "SIGN_IN_FIRST",
    till_messages.JOURNAL_FULL: "JOURNAL_FULL",
    till_messages.REVERSAL_LEFT: "REVERSAL_FAILED",
    till_messages.SETTLE_FIRST: "SETTLE_FIRST",
}


def _group(answer: Message, original: Voucher | None) -> str:
    """Return the card group: foreign is what has an organisation other than UnionPay's."""
    organisation = parse_host_text(answer.text(63)).organisation
    if not organisation and original:
        return original.group
    return "domestic" if organisation in ("", "000", "CUP") else "foreign"


class CardFlow(TerminalState):
    """The actions of card transactions."""

    def begin_sale(self) -> list[Effect]:
        """Take the till's order; until more is known it counts as cancelled."""
        task = self.task
        begun = Last(
            task.ticket, amount_minor=task.amount_minor, outcome="not_approved",
            result_code=till_messages.CANCELLED,
        )  # fmt: skip
        return [*self.accept(), self.memory.store_last(begun)]

    def refuse(self) -> list[Effect]:
        """Refuse a card transaction before it begins."""
        prompt = self.task.prompt or _REFUSAL_PROMPTS.get(self.task.result_code)
        shown: list[Effect] = [show(prompt)] if prompt else []
        return [*self.accept(), *shown, *self.finish()]

    def begin_inquiry(self) -> list[Effect]:
        """Take the till's order of an inquiry, of which nothing is stored."""
        return [*self.accept(), *self.ask_card()]

    def ask_card(self) -> list[Effect]:
        """Ask for the card."""
        timer = self.start(OPERATOR, self.config.operator_timeout_s)
        return [*self.say_status(INSERT_CARD), show("PRESENT_CARD"), *timer]

    def card_fault(self, track2: str) -> int:
        """Return why the card is refused, 0 if it is not; a good one is kept in the task."""
        try:
            card = parse_track_2(track2)
        except DecodeError:
            return till_messages.UNREADABLE
        if not is_luhn(card.pan):
            return till_messages.UNREADABLE
        if self.config.refuse_expired and f"20{card.expiry}" < self.date_time()[:6]:
            return till_messages.EXPIRED
        self.task.track2, self.task.pan = track2.replace("=", "D"), card.pan
        return 0

    def ask_pin(self) -> list[Effect]:
        """Ask for the PIN."""
        timer = self.start(OPERATOR, self.config.operator_timeout_s)
        return [*self.say_status(WATCH_PIN_PAD), show("ENTER_PIN"), *timer]

    def dial(self) -> list[Effect]:
        """Call the host."""
        self.note_line(is_open=True)
        status = SENDING_REVERSAL if self.memory.is_owing else WAITING_FOR_HOST
        return [
            *self.stop(OPERATOR),
            *self.say_status(status),
            show("DIALLING"),
            Connect(HOST),
            *self.start(CONNECT, self.config.connect_timeout_s),
        ]

    def number(self) -> list[Effect]:
        """Use the next number; it is stored before it is sent."""
        self.task.number = self.next_number()
        return [self.store_number(self.task.number)]

    def number_aside(self) -> list[Effect]:
        """Use the next number for a message that goes before the request."""
        self.task.side_number = self.next_number()
        return [self.store_number(self.task.side_number)]

    def next_number(self) -> int:
        """Return the number of the next message."""
        return self.memory.number + 1

    def store_number(self, number: int) -> Effect:
        """Return the write of a number that will be used."""
        counters = replace(self.memory.counters, number=number, clock_s=self.clock_s)
        return self.memory.store_counters(counters)

    def request(self) -> Message:
        """Return the request of the task."""
        stan, batch = self.stan(self.task.number), self.memory.counters.batch
        return self._bare_request(stan, batch).having(self._card_fields())

    def _bare_request(self, stan: str, batch: str) -> Message:
        task = self.task
        match task.kind:
            case Kind.INQUIRY:
                return self.requests.inquiry(stan, batch)
            case Kind.VOID if task.original:
                return self.requests.void(stan, batch, task.original)
            case Kind.REFUND:
                return self.requests.refund(stan, batch, task)
        return self.requests.sale(stan, batch, task.amount_minor)

    def _card_fields(self) -> Mapping[int, str]:
        task, keys = self.task, self.memory.working
        if not task.track2:  # a void without a card
            return self.requests.keyed(task.pan, task.pin, keys)
        return self.requests.card(task.track2, task.pan, task.pin, keys)

    def secure(self) -> list[Effect]:
        """Store the reversal that will be due if nothing valid is answered."""
        task = self.task
        task.request = self.request()
        pending = Reversal(
            state=PENDING,
            number=task.number,
            ticket=task.ticket,
            batch=self.memory.counters.batch,
            reason=task.reason,
            amount_minor=task.amount_minor,
            pan_masked=mask(task.pan, self.config.pan_mask),
            fields=self.requests.repeated(task.request),
        )
        return [self.memory.store_reversal(pending)]

    def send_request(self) -> list[Effect]:
        """Send the request that is made."""
        status = self.say_status(WAITING_FOR_HOST)
        return [*status, show("WAIT"), *self.transmit(self.task.request)]

    def send_inquiry(self) -> list[Effect]:
        """Send a balance inquiry, which nothing has to be stored for."""
        self.task.request = self.request()
        return self.send_request()

    def journal(self) -> list[Effect]:
        """Store the approved sale."""
        return [*self.end_wait(), self.memory.store_voucher(self.voucher())]

    def voucher(self) -> Voucher:
        """Return the approved sale as the journal keeps it."""
        task, answer = self.task, self.task.answer
        own = self.date_time()
        year = own[:4]
        return Voucher(
            number=task.number,
            ticket=task.ticket,
            kind=task.kind.name.lower(),
            state="approved",
            amount_minor=self.approved_minor(),
            batch=self.memory.counters.batch,
            pan_masked=mask(task.pan, self.config.pan_mask),
            entry=self.config.entry_letter(STRIPE if task.track2 else KEYED),
            approval_code=answer.text(38),
            rrn=answer.text(37),
            date=year + (answer.text(13) or own[4:8]),
            time=answer.text(12) or own[8:],
            institutions=answer.text(44),
            clearing_date=answer.text(15),
            group=_group(answer, task.original),
            original=task.original.number if task.original else 0,
            original_rrn=task.original_rrn,
            original_date=task.original_date,
            pan=task.pan,
        )

    def approved_minor(self) -> int:
        """Return the amount that was approved: a part of it only with its own code."""
        answer = self.task.answer
        is_part = answer.text(39) == PARTIAL_APPROVAL
        return int(answer.text(4)) if is_part else self.task.amount_minor

    def clear(self) -> list[Effect]:
        """Store that no reversal is pending: the request has its valid answer."""
        if self.memory.reversal.state == CLEAR:  # of a refund, which is never reversed
            self.then = Trigger.STORED
            return self.end_wait()
        cleared = replace(self.memory.reversal, state=CLEAR)
        return [*self.end_wait(), self.memory.store_reversal(cleared)]

    def weigh_decline(self) -> list[Effect]:
        """Find out whether the decline asks for another sign-in."""
        code = self.task.answer.text(39)
        self.task.result_code = till_messages.host_code(code)
        self.task.text = till_messages.decline_text(code)
        self.then = Trigger.SIGN_OUT_DUE if code in SIGN_IN_AGAIN else Trigger.NOTHING_DUE
        return self.end_wait()

    def give_up(self) -> list[Effect]:
        """Leave the reversal pending, and store why, if that is not what is stored."""
        ended = self.end_wait()
        if self.task.reason == self.memory.reversal.reason:
            self.then = Trigger.STORED
            return ended
        reversal = replace(self.memory.reversal, reason=self.task.reason)
        return [*ended, self.memory.store_reversal(reversal)]

    def give_up_unsent(self) -> list[Effect]:
        """Leave the reversal pending: the line was gone before the request could leave."""
        self.task.result_code = till_messages.NO_CONNECTION
        return self.give_up()

    def give_up_cancelled(self) -> list[Effect]:
        """Leave the reversal pending: nobody wants to wait any longer."""
        self.task.reason = OTHER_REASON
        self.task.result_code = till_messages.CANCELLED
        return self.give_up()

    def give_up_journal(self) -> list[Effect]:
        """Leave the reversal pending: the approved sale could not be stored."""
        self.task.reason = UNABLE_REASON
        self.task.result_code = till_messages.MEMORY_FAULT
        return self.give_up()
