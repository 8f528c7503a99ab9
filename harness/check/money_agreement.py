"""M3: till, slip, journal and ledger tell one outcome and one amount of each transaction."""

from collections.abc import Sequence

from harness.check import Judgement, fact
from harness.check.calls import Call
from harness.check.deals import NO_MONEY, Deal
from harness.check.journal import VOIDED
from harness.check.money_views import UNHEARD, Money, Statement, outcome_of
from harness.check.tally import Tally
from harness.terms.amount import in_units

_CHANNELS = ("till", "slip", "journal", "ledger")


def judge_agreement(money: Money) -> Judgement:
    """M3: compare all that the channels say after the rest."""
    tally, end = Tally("M3"), money.index.rest_end
    if end is None:
        return tally.judgement()
    for deal in money.rested():
        said = [money.till(deal), money.slip(deal), money.in_journal(deal), money.in_ledger(deal)]
        if said[0]:
            said.append(money.denied(deal) if said[0].is_approved else money.granted(deal))
        is_open = deal.stan in money.open_items or _is_unheard(tally, money, deal, said)
        known = [one for one in said if one and not (is_open and one.channel == "ledger")]
        if said[0] is None and not is_open:
            _is_told(tally, deal, end)
        if len(known) > 1:
            _agree(tally, money, deal, known)
        _is_as_asked(tally, money, deal)
    for call in money.sorted.calls:
        _is_known(tally, money, call, end)
    if money.journal.is_known:
        _is_steady(tally, money)
    for channel in _CHANNELS:
        if money.index.observes(channel) and money.index.is_blind(channel):
            tally.gap(f"{channel} was blind: what it says of a transaction may have been missed")
    return tally.judgement()


def _is_unheard(tally: Tally, money: Money, deal: Deal, said: Sequence[Statement | None]) -> bool:
    """Note a gap if its reversal may have been given up unheard, and nothing says approved."""
    is_said = any(one.is_approved for one in said if one and one.channel != "ledger")
    is_unheard = money.is_unheard(deal) and not is_said
    if is_unheard:
        tally.gap(UNHEARD.format(deal.title))
    return is_unheard


def _agree(tally: Tally, money: Money, deal: Deal, said: list[Statement]) -> None:
    outcomes = {statement.is_approved for statement in said}
    amounts = {one.amount_minor for one in said if one.amount_minor is not None}
    if len(outcomes) > 1 or len(amounts) > 1:
        tally.wrong(
            f"the views of {deal.title} disagree",
            expected="one outcome and one amount in all",
            seen=", ".join(map(str, said)),
            at=[deal.first, *(statement.row for statement in said)],
        )
    elif not _is_void_booked(money, deal, said):
        tally.wrong(
            f"journal and ledger disagree whether {deal.title} is voided",
            expected="voided in both or in none",
            seen=f"journal: {money.records[deal.stan].state}",
            at=[deal.posting, *(statement.row for statement in said)],
        )
    else:
        tally.right()


def _is_known(tally: Tally, money: Money, call: Call, rest_end: int) -> None:
    """Judge that what went well by the word of the till is a transaction that somebody has."""
    index, told = money.index, call.end
    is_good = told is not None and told.kind == "ok" and told.index < rest_end
    if call.verb in NO_MONEY or told is None or not is_good or money.sorted.of_call(call):
        return
    eyes = [name for name in ("host_wire", "ledger") if index.observes(name)]
    if eyes and not any(map(index.is_blind, eyes)):
        tally.wrong(
            f"the till was told that its {call.verb} went well",
            expected="a transaction on the line or in the books",
            seen="none",
            at=(call.invoke, told),
        )


def _is_as_asked(tally: Tally, money: Money, deal: Deal) -> None:
    """Judge that the books have an amount that was on the line, even of what was undone since."""
    amounts = money.on_the_line.get(deal.stan)
    for posting in deal.postings if amounts and deal.requests else ():
        booked = fact.number(posting, "amount_minor")
        if amounts and booked is not None and booked not in amounts:
            tally.wrong(
                f"{deal.title} is booked with an amount that nobody asked for",
                expected=" or ".join(map(in_units, sorted(amounts))),
                seen=in_units(booked),
                at=(*deal.requests, posting),
            )


def _is_steady(tally: Tally, money: Money) -> None:
    """Judge that no record of the journal becomes another one."""
    for stan, first, other in money.journal.changes():
        if money.is_used_again(stan, first.row, other.row):
            continue
        tally.wrong(
            f"the journal tells two stories of {first.name} {stan:06}",
            expected=f"{first.name} {in_units(first.amount_minor)} in each write",
            seen=f"{other.name} {in_units(other.amount_minor)}",
            at=(first.row, other.row),
        )


def _is_void_booked(money: Money, deal: Deal, said: list[Statement]) -> bool:
    """Tell whether a record says `voided` just when the books have a void that stands."""
    if not {"journal", "ledger"} <= {one.channel for one in said} or deal.posting is None:
        return True
    record = money.records.get(deal.stan)
    is_voided = money.books.void_of(deal.posting) is not None
    return record is None or (record.state == VOIDED) == is_voided


def _is_told(tally: Tally, deal: Deal, end: int) -> None:
    """Judge that a till that asked after the rest was not put off once more."""
    last = deal.words[-1] if deal.words else None
    if last and last.index > end and outcome_of(last) == "pending":
        tally.wrong(
            f"the till asked for the outcome of {deal.title} after the rest",
            expected="one outcome, or an open item",
            seen="pending",
            at=deal.words,
        )
