"""Hosts that break one rule of voids, refunds or reversals of voids on purpose."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from harness.emulator.host.card_desk import CardDesk
from harness.emulator.host.defect import HostDefect, KeepingDesk, Unheard, boots, with_desk
from harness.emulator.host.exchange import Exchange
from harness.emulator.host.machine import Host
from harness.ledger.batch import current_batch, is_settled
from harness.ledger.books import Books, Posting
from harness.ledger.open_items import unheard
from harness.ledger.reversal import (
    ALREADY_UNDONE,
    OTHER_AMOUNT,
    OTHER_CARD,
    UNKNOWN_ORIGINAL,
)
from harness.ledger.transaction import (
    APPROVED,
    REFUND,
    REFUSAL,
    REVERSAL,
    SALE,
    VOID,
    Decision,
    Request,
    Ruling,
    posting,
    transfer,
    undoing,
)
from harness.ledger.void import NOT_VOIDABLE
from harness.wire.dialects.unionpay_messages import transaction_name


class _VoidKeepsMoney(KeepingDesk):
    bends = VOID


class _LaxOnVoids(CardDesk, ABC):
    """Gives the amount that is asked for to the card that asks, where it should refuse."""

    def _rule(self, request: Request, record: str) -> Ruling:
        ruling = super()._rule(request, record)
        sale = self._named(request) if record == VOID else None
        is_taken = sale is not None and self._takes(ruling.response_code, request, sale)
        return Ruling(APPROVED, sale) if is_taken else ruling

    def _named(self, request: Request) -> Posting | None:
        named = request.original
        found = self._books.find(
            name=SALE, stan=named.stan, batch=named.batch, terminal_id=request.terminal_id
        )
        return next(iter(found), None)

    @abstractmethod
    def _takes(self, code: str, request: Request, sale: Posting) -> bool:
        """Tell whether the void is taken although it should be told this code."""

    def _approve_return(self, request: Request, ruling: Ruling, record: str) -> Decision:
        right = super()._approve_return(request, ruling, record)
        assert right.posting is not None
        entries = transfer(request.card or "", request.merchant_id, -request.amount_minor)
        return replace(right, posting=replace(right.posting, entries=entries))


class _TakesPartialVoid(_LaxOnVoids):
    def _takes(self, code: str, request: Request, sale: Posting) -> bool:
        return code == OTHER_AMOUNT and 0 < request.amount_minor < sale.amount_minor


class _TakesAnyCard(_LaxOnVoids):
    def _takes(self, code: str, request: Request, sale: Posting) -> bool:
        is_whole = request.amount_minor == sale.amount_minor
        return code == OTHER_CARD and is_whole and not undoing(self._books, sale)


class _VoidsTwice(_LaxOnVoids):
    def _takes(self, code: str, _request: Request, sale: Posting) -> bool:
        undone = undoing(self._books, sale)
        return code == ALREADY_UNDONE and undone is not None and undone.name == VOID


class _VoidsSettled(_LaxOnVoids):
    def _takes(self, code: str, _request: Request, sale: Posting) -> bool:
        is_old = sale.batch != current_batch(self._books, sale.terminal_id, self._config.batch)
        is_over = is_old or is_settled(self._books, sale.terminal_id, sale.batch)
        return code == NOT_VOIDABLE and is_over and not undoing(self._books, sale)


class _VoidsSettledBatches(Host):
    desk_type = _VoidsSettled

    def _is_other_batch(self, exchange: Exchange) -> bool:
        is_void = transaction_name(exchange.message) == "void"
        return not is_void and super()._is_other_batch(exchange)


class _VoidsYesterdays(_LaxOnVoids):
    def _takes(self, code: str, request: Request, sale: Posting) -> bool:
        is_old = sale.business_date != request.business_date
        is_open = sale.batch == request.batch and not undoing(self._books, sale)
        return code == NOT_VOIDABLE and is_old and is_open


class _VoidedForEver(CardDesk):
    def _rule(self, request: Request, record: str) -> Ruling:
        ruling = super()._rule(request, record)
        sale = ruling.sale if record == VOID else None
        was_voided = sale and self._books.find(name=VOID, original=sale.reference)
        return Ruling(ALREADY_UNDONE) if was_voided else ruling


class _RefundsUnknown(CardDesk):
    def _rule(self, request: Request, record: str) -> Ruling:
        ruling = super()._rule(request, record)
        is_taken = record == REFUND and ruling.response_code in (UNKNOWN_ORIGINAL, OTHER_CARD)
        return Ruling(APPROVED) if is_taken else ruling

    def _approve_return(self, request: Request, ruling: Ruling, record: str) -> Decision:
        if ruling.sale is not None:
            return super()._approve_return(request, ruling, record)
        entries = transfer(request.card or "", request.merchant_id, -request.amount_minor)
        return Decision(APPROVED, replace(posting(REFUND, request), entries=entries), is_new=True)


class _RefundsMore(CardDesk):
    def _rule(self, request: Request, record: str) -> Ruling:
        ruling = super()._rule(request, record)
        if record != REFUND or ruling.response_code != OTHER_AMOUNT:
            return ruling
        return Ruling(APPROVED, self._books.find(name=SALE, rrn=request.original.rrn)[0])


class _RefundsVoided(CardDesk):
    def _rule(self, request: Request, record: str) -> Ruling:
        ruling = super()._rule(request, record)
        if record != REFUND or ruling.response_code != ALREADY_UNDONE:
            return ruling
        return Ruling(APPROVED, self._books.find(name=SALE, rrn=request.original.rrn)[0])


class _RefundsUnasked(Host):
    def _has_function(self, _name: str) -> bool:
        return True


class _ReversesTwice(CardDesk):
    def decide_reversal(self, exchange: Exchange) -> Decision:
        decision = super().decide_reversal(exchange)
        known = decision.posting
        if decision.is_new or known is None or known.name != REVERSAL:
            return decision
        count = len(self._books.find(name=REVERSAL, original=known.original))
        again = replace(known, reference=f"{known.reference} again {count}")
        return Decision(APPROVED, again, is_new=True)


class _TakesLateVoid(CardDesk):
    def decide(self, exchange: Exchange, name: str, pik: bytes) -> Decision:
        decision = super().decide(exchange, name, pik)
        refused = decision.posting
        if name != "void" or refused is None or refused.name != REFUSAL:
            return decision
        request = self._request(exchange, VOID)
        late = replace(request, rrn=self._rrn(request))
        return self._decide_return(exchange, late, pik, VOID)


class _LeavesVoided(CardDesk):
    def decide_reversal(self, exchange: Exchange) -> Decision:
        decision = super().decide_reversal(exchange)
        undone = self._books.get(decision.posting.original) if decision.posting else None
        is_of_void = undone is not None and undone.name == VOID
        return replace(decision, is_new=False) if is_of_void else decision


def _sales_only(
    books: Books, terminal_id: str, numbers: Iterable[tuple[str, int]]
) -> list[Posting]:
    """Leave out the voids that a terminal could not reverse."""
    return [one for one in unheard(books, terminal_id, numbers) if one.name == SALE]


def _defect(
    rule: str, what: str, host: type[Host] = Host, *, beside: str = "", unheard: Unheard = unheard
) -> HostDefect:
    return HostDefect(rule=rule, what=what, boot=boots(host), beside=beside, unheard=unheard)


RETURN_DEFECTS: Mapping[str, HostDefect] = MappingProxyType(
    {
        "void-keeps-the-money": _defect(
            "M2", "books a void and gives the money to nobody", with_desk(_VoidKeepsMoney)
        ),
        "takes-partial-void": _defect(
            "V2", "voids a part of a sale", with_desk(_TakesPartialVoid), beside="voids-in-part"
        ),
        "voids-with-another-card": _defect(
            "V4", "voids a sale to another card than its own", with_desk(_TakesAnyCard)
        ),
        "voids-twice": _defect(
            "V5", "voids a voided sale again", with_desk(_VoidsTwice), beside="voids-again"
        ),
        "voids-after-settlement": _defect(
            "V6", "voids a sale of a settled batch", _VoidsSettledBatches, beside="keeps-journal"
        ),
        "voids-yesterdays-sale": _defect(
            "V1", "voids a sale of another day", with_desk(_VoidsYesterdays)
        ),
        "refunds-voided-sale": _defect(
            "F4", "refunds a sale that was voided", with_desk(_RefundsVoided)
        ),
        "refunds-though-not-opened": _defect(
            "F1", "refunds although the provider has not opened it", _RefundsUnasked
        ),
        "refunds-without-original": _defect(
            "F2", "refunds to any card, whatever sale is named", with_desk(_RefundsUnknown)
        ),
        "refunds-more-than-the-sale": _defect(
            "F2", "refunds more than is left of the sale", with_desk(_RefundsMore)
        ),
        "counts-reversal-twice": _defect(
            "R10", "gives the money back again for a repeated 0400", with_desk(_ReversesTwice)
        ),
        "takes-late-void": _defect(
            "R11", "books a void whose reversal came before it", with_desk(_TakesLateVoid)
        ),
        "reversed-void-stays": _defect(
            "R13", "answers 00 to the reversal of a void and books nothing",
            with_desk(_LeavesVoided),
        ),
        "lists-no-void": _defect(
            "M2", "leaves a void as it is whose reversal the terminal gave up",
            unheard=_sales_only,
        ),
        "reversed-void-bars-the-next": _defect(
            "R13", "refuses to void a sale again whose void was reversed",
            with_desk(_VoidedForEver),
        ),
    }
)  # fmt: skip
