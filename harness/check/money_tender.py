"""M9: one tender is debited at most once, net, however often the cashier retries it."""

from collections import defaultdict

from harness.check import Judgement, fact
from harness.check.calls import Call
from harness.check.deals import Deal
from harness.check.money_views import Money
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.amount import in_units


def judge_tenders(money: Money) -> Judgement:
    """M9: sum what the calls of one tender cost the card, after the rest."""
    tally, end = Tally("M9"), money.index.rest_end
    tenders: defaultdict[str, list[Call]] = defaultdict(list)
    for call in money.sorted.calls if end is not None else ():
        tender = fact.text(call.invoke, "tender")
        if tender is not None and end is not None and call.invoke.index < end:
            tenders[tender].append(call)
    if not tenders:
        return tally.judgement()
    if money.index.is_blind("ledger"):
        tally.gap("ledger was blind: a second debit of a tender may have been missed")
    for tender, calls in tenders.items():
        _is_paid_once(tally, money, tender, calls)
    return tally.judgement()


def _is_paid_once(tally: Tally, money: Money, tender: str, calls: list[Call]) -> None:
    debits: list[Row] = []
    paid_minor = 0
    for deal in _deals(money, calls):
        for posting in deal.postings:
            minor = money.books.net_minor(posting)
            if minor < 0 and not _is_closed(money, deal):
                debits.append(posting)
                paid_minor -= minor
    asked_minor = max((fact.number(call.invoke, "amount_minor") or 0 for call in calls), default=0)
    tally.require(
        len(debits) <= 1 or paid_minor <= asked_minor,  # parts may be approved one by one
        f"tender {tender}, asked for {len(calls)} times, was debited more than once",
        expected=f"at most one debit, net, or parts of {in_units(asked_minor)}",
        seen=f"{len(debits)} debits, {in_units(paid_minor)} in all",
        at=[*(call.invoke for call in calls), *debits],
    )


def _deals(money: Money, calls: list[Call]) -> list[Deal]:
    found: list[Deal] = []
    for call in calls:
        found += [deal for deal in money.sorted.of_call(call) if deal not in found]
    return found


def _is_closed(money: Money, deal: Deal) -> bool:
    item = money.open_items.get(deal.stan)
    return item is not None and item.facts.get("closed") is True
