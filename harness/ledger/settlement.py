"""Settlement in the books: the terminal's totals against those of its batch here.

Totals are gross: a voided sale stays in debit and its void adds to credit; a refund is credit of
the batch in which it was made; what was reversed or returned by hand is in neither.

Source: field 48 of a settlement, in fixtures/unionpay/README.md.
"""

from dataclasses import replace
from typing import Final, Literal

from harness.ledger.batch import DOMESTIC, FOREIGN, SETTLEMENT, group_of, in_totals
from harness.ledger.books import Books, Posting
from harness.ledger.sale import DUPLICATE
from harness.ledger.transaction import (
    APPROVED,
    SALE,
    Decision,
    Request,
    posting,
    reference,
)
from harness.wire.dialects.unionpay_subfields import (
    GroupTotals,
    SettlementTotals,
    parse_settlement_totals,
)

BALANCED: Final = 1
NOT_BALANCED: Final = 2

Result = Literal[1, 2, 3]  # 3: the host could not compare


def batch_totals(
    books: Books, terminal_id: str, batch: str, foreign: frozenset[str]
) -> SettlementTotals:
    """Return what the books have of a batch; `foreign` are the tokens of foreign cards."""
    counted = in_totals(books, terminal_id, batch)
    groups = {
        name: [one for one in counted if group_of(one.card, foreign) == name]
        for name in (DOMESTIC, FOREIGN)
    }
    return SettlementTotals(_totals(groups[DOMESTIC]), _totals(groups[FOREIGN]))


def _totals(counted: list[Posting]) -> GroupTotals:
    debits = [one.amount_minor for one in counted if one.name == SALE]
    credits_ = [one.amount_minor for one in counted if one.name != SALE]
    return GroupTotals(sum(debits), len(debits), sum(credits_), len(credits_))


def decide_settlement(
    books: Books,
    request: Request,
    claimed: SettlementTotals,
    *,
    foreign: frozenset[str],
    results: tuple[Result, Result] | None = None,
) -> Decision:
    """Return the record of a settlement: the totals as claimed, with the result of each group.

    `results` are found instead of what a comparison says.  A repeat is answered as before.
    """
    known = books.get(reference(SETTLEMENT, request))
    claimed = _with_results(claimed, 0, 0)
    if known is not None:
        before = _with_results(parse_settlement_totals(known.details), 0, 0)
        return Decision(APPROVED, known) if before == claimed else Decision(DUPLICATE)
    own = batch_totals(books, request.terminal_id, request.batch, foreign)
    found = results or (
        _result(claimed.domestic, own.domestic),
        _result(claimed.foreign, own.foreign),
    )
    details = str(_with_results(claimed, *found))
    return Decision(APPROVED, replace(posting(SETTLEMENT, request), details=details), is_new=True)


def _result(claimed: GroupTotals, own: GroupTotals) -> Result:
    return BALANCED if claimed == own else NOT_BALANCED


def _with_results(totals: SettlementTotals, domestic: int, foreign: int) -> SettlementTotals:
    return SettlementTotals(
        replace(totals.domestic, result=domestic), replace(totals.foreign, result=foreign)
    )
