"""Hosts that break one rule on purpose; the rule is the one that must name the defect."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from harness.emulator import Effect, Transmit
from harness.emulator.host.card_desk import CardDesk
from harness.emulator.host.defect import (
    BendingDesk,
    Enquire,
    HostDefect,
    KeepingDesk,
    boots,
    with_desk,
)
from harness.emulator.host.exchange import Exchange, spoilt_mac
from harness.emulator.host.machine import Host
from harness.ledger.books import Books, Entry, Posting
from harness.ledger.enquiry import Enquiry, Question, enquire
from harness.ledger.pin_tries import TRIES_EXCEEDED, WRONG_PIN
from harness.ledger.sale import TOO_LATE, approve_sale
from harness.ledger.transaction import (
    APPROVED,
    REVERSAL,
    SALE,
    Decision,
    Request,
    posting,
    transfer,
)
from harness.wire.mac import MAC_SIZE


class _ShortOfOne(BendingDesk):
    def bend(self, right: Posting) -> Posting:
        debit, credit = right.entries
        return replace(right, entries=(debit, Entry(credit.account, credit.amount_minor - 1)))


class _Twice(BendingDesk):
    def bend(self, right: Posting) -> Posting:
        return replace(
            right, entries=tuple(Entry(e.account, 2 * e.amount_minor) for e in right.entries)
        )


class _OtherAmount(BendingDesk):
    def bend(self, right: Posting) -> Posting:
        amount_minor = right.amount_minor + 1
        entries = transfer(right.card, right.merchant_id, amount_minor)
        return replace(right, amount_minor=amount_minor, entries=entries)


class _KeepsMoney(KeepingDesk):
    bends = REVERSAL


class _ForgetsReversal(CardDesk):
    def decide_reversal(self, exchange: Exchange) -> Decision:
        decision = super().decide_reversal(exchange)
        is_return = decision.is_new and decision.response_code == APPROVED
        return replace(decision, is_new=False) if is_return else decision


class _Repeats(CardDesk):
    def decide(self, exchange: Exchange, name: str, pik: bytes) -> Decision:
        decision = super().decide(exchange, name, pik)
        known = decision.posting
        if decision.is_new or known is None or known.name != SALE:
            return decision
        count = len(self._books.find(rrn=known.rrn, name=SALE))
        again = replace(known, reference=f"{known.reference} again {count}")
        return Decision(APPROVED, again, is_new=True)


class _TakesLateOriginal(CardDesk):
    def decide(self, exchange: Exchange, name: str, pik: bytes) -> Decision:
        decision = super().decide(exchange, name, pik)
        if name != "sale" or decision.response_code != TOO_LATE:
            return decision
        request = self._request(exchange)
        is_debited = self._books.get(posting(SALE, request).reference) is not None
        late = replace(request, rrn=self._rrn(request))
        return decision if is_debited else approve_sale(late, self._approval_code(late))


class _AnyPin(CardDesk):
    def _code(self, exchange: Exchange, request: Request, pik: bytes, record: str) -> str:
        code = super()._code(exchange, request, pik, record)
        return APPROVED if code in (WRONG_PIN, TRIES_EXCEEDED) else code


class _NotifiesTwice(Host):
    def _notices(self, posting: Posting) -> list[Effect]:
        return super()._notices(posting) * (2 if posting.name == SALE else 1)


class _NoReturnNotice(Host):
    def _notices(self, posting: Posting) -> list[Effect]:
        return super()._notices(posting) if posting.name == SALE else []


class _NoDebitNotice(Host):
    def _notices(self, posting: Posting) -> list[Effect]:
        return [] if posting.name == SALE else super()._notices(posting)


class _WrongMac(Host):
    def _answer(
        self, exchange: Exchange, response_code: str, fields: Mapping[int, str] | None = None
    ) -> Transmit:
        answer = super()._answer(exchange, response_code, fields)
        if answer.label != "0210" or response_code != APPROVED:
            return answer
        data = answer.data[:-MAC_SIZE] + spoilt_mac(answer.data[-MAC_SIZE:])
        return replace(answer, data=data)


def _too_early(books: Books, question: Question) -> Enquiry:
    """Answer "succeeded" while a reversal may still come."""
    found = enquire(books, question)
    return replace(found, answer="succeeded") if found.posting and found.answer == "open" else found


def _defect(
    rule: str,
    what: str,
    host: type[Host] = Host,
    *,
    unchecked_books: bool = False,
    ask: Enquire = enquire,
) -> HostDefect:
    return HostDefect(
        rule=rule, what=what, boot=boots(host), unchecked_books=unchecked_books, enquire=ask
    )


MONEY_DEFECTS: Mapping[str, HostDefect] = MappingProxyType(
    {
        "unbalanced-posting": _defect(
            "M1", "credits the merchant one less than it debits the card",
            with_desk(_ShortOfOne), unchecked_books=True,
        ),
        "debits-twice-the-amount": _defect(
            "M2", "takes twice the amount of a sale from the card", with_desk(_Twice)
        ),
        "reversal-keeps-the-money": _defect(
            "M2", "books a reversal and gives the money to nobody", with_desk(_KeepsMoney)
        ),
        "books-another-amount": _defect(
            "M3", "books one more than it answers and the slip says", with_desk(_OtherAmount)
        ),
        "posts-repeat-again": _defect(
            "M4", "posts a repeated request a second time", with_desk(_Repeats)
        ),
        "forgets-the-reversal": _defect(
            "M5", "answers 00 to a reversal and books nothing", with_desk(_ForgetsReversal)
        ),
        "takes-late-original": _defect(
            "R11", "debits a sale whose reversal came before it", with_desk(_TakesLateOriginal)
        ),
        "notifies-debit-twice": _defect(
            "M6", "tells the cardholder of one debit twice", _NotifiesTwice
        ),
        "debit-not-notified": _defect(
            "M6", "does not tell the cardholder of a debit", _NoDebitNotice
        ),
        "return-not-notified": _defect(
            "M6", "does not tell the cardholder of the return", _NoReturnNotice
        ),
        "wrong-mac-on-approval": _defect(
            "W3", "puts a wrong MAC on the approval of a sale", _WrongMac
        ),
        "accepts-any-pin": _defect("K4", "posts a sale with a wrong PIN", with_desk(_AnyPin)),
        "enquiry-too-early": _defect(
            "Q1", "says succeeded while a reversal may still come", ask=_too_early
        ),
    }
)  # fmt: skip
