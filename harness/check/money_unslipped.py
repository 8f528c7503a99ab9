"""M5: no slip means the sale did not succeed, and the money comes back.

A slip that the terminal would print again counts as one.  Whether it would, a reprint shows; where
nobody tried, a terminal that itself calls the sale approved gets the benefit of the doubt, and the
rule is not due.  After the settlement no terminal prints it again: then a refusal shows nothing.
"""

from harness.check import Judgement, fact
from harness.check.deals import Deal
from harness.check.money_views import PAPER, UNHEARD, Money
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number
from harness.terms.amount import in_units

_HOUR_NS = 3_600 * 1_000_000_000


def judge_unslipped(money: Money) -> Judgement:
    """M5: judge every debit without an approval slip, after the rest."""
    tally = Tally("M5")
    for deal in money.rested():
        posting = next((row for row in deal.postings if money.books.moved_minor(row) < 0), None)
        if posting and not deal.slips:
            if money.index.is_blind("slip", deal.first.index):
                tally.gap(f"slip was blind: an approval slip of {deal.title} may have been missed")
            else:
                _is_returned(tally, money, deal, posting)
    return tally.judgement()


def _is_returned(tally: Tally, money: Money, deal: Deal, posting: Row) -> None:
    item = money.open_items.get(deal.stan)
    undoing = money.books.chain(posting)[1:]
    if item is not None:
        is_right, seen = item.facts.get("closed") is True, "an open item that nobody closed"
        expected = f"closed by hand within {number(money.index.profile, 'manual_return_days')} days"
    elif all(money.books.net_minor(row) >= 0 for row in deal.postings):
        limit_h = number(money.index.profile, "reversal_effect_h")
        waited_ns = max((row.time_ns for row in undoing), default=0) - posting.time_ns
        is_right, seen = waited_ns <= limit_h * _HOUR_NS, f"after {waited_ns // _HOUR_NS} h"
        expected = f"the money back within {limit_h} h"
    elif money.index.is_blind("ledger", posting.index):
        tally.gap(f"ledger was blind: the return of {deal.title} may have been missed")
        return
    elif money.is_unheard(deal):
        tally.gap(UNHEARD.format(deal.title))
        return
    elif _is_not_due(tally, money, deal):
        return
    else:
        taken = in_units(-money.books.net_minor(posting))
        is_right, seen = False, f"{taken} taken, and no open item"
        expected = "net effect zero, or an open item"
    tally.require(
        is_right, f"{deal.title} has no approval slip", expected=expected, seen=seen,
        at=[posting, *undoing, item, *deal.words],
    )  # fmt: skip


def _is_not_due(tally: Tally, money: Money, deal: Deal) -> bool:
    """Tell whether the terminal may still have a slip to print again."""
    if _is_reprint_refused(money, deal):
        return False
    said = [one for one in (money.till(deal), money.in_journal(deal)) if one]
    if not said and money.is_paper_hindered(deal):
        tally.gap(f"nobody asked for a reprint of {deal.title}, or for its outcome")
        return True
    return any(one.is_approved for one in said)


def _is_reprint_refused(money: Money, deal: Deal) -> bool:
    """Tell whether its reprint was asked for, as the last or by its voucher, with no result."""
    later = (one.first.index for one in money.sorted.all if one.first.index > deal.first.index)
    settled = min(
        (one.index for one in money.index.of("ledger") if _settles(one, deal)),
        default=money.index.size,
    )
    until = {None: min([*later, settled]), deal.stan: settled}  # by the voucher that was asked for
    return any(
        call.verb == "reprint"
        and call.end is not None
        and call.end.kind != "info"
        and deal.first.index
        < call.invoke.index
        < until.get(fact.number(call.invoke, "original_voucher"), 0)
        and not _is_paper_out(money, call.end)
        for call in money.sorted.calls
    )


def _settles(row: Row, deal: Deal) -> bool:
    return row.address == "settlement" and row.index > deal.first.index


def _is_paper_out(money: Money, end: Row) -> bool:
    """Tell whether there may have been no paper: it is loaded at rest at the latest."""
    rests = [one.index for one in money.index.notes("rest") if one.index < end.index]
    begin = rests[-1] if rests else 0
    return any(
        begin < one.index < end.index and fact.text(one, "action") in PAPER
        for one in money.index.of("fault")
    )
