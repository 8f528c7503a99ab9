"""M2: each balance has changed by what till and slips say was approved, and by nothing else."""

from collections import defaultdict
from dataclasses import dataclass, field

from harness.check import Judgement, books, fact
from harness.check.deals import Deal
from harness.check.money_views import UNHEARD, Money
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.amount import in_units

_UNKNOWN_CARD = "unknown card"


@dataclass(slots=True)
class _Account:
    """What one card should have got, by whose word, and what may be added to it by hand."""

    expected_minor: int = 0
    rows: list[Row | None] = field(default_factory=list)
    open_minors: list[int] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def judge_balances(money: Money) -> Judgement:
    """M2: compare the change of every balance with the approvals, after the rest."""
    tally, end = Tally("M2"), money.index.rest_end
    if end is None:
        return tally.judgement()
    if money.index.is_blind("ledger"):
        tally.gap("ledger was blind: the changes of the balances are not known")
    elif not any(_is_seen(money, channel) for channel in ("till", "slip")):
        tally.gap("till and slip were blind: an approval may have been missed")
    else:
        changes, accounts = _changes(money, end), _accounts(tally, money)
        for card in sorted(changes.keys() | accounts.keys()):
            _judge(tally, card, accounts[card], changes.get(card))
    return tally.judgement()


def _is_seen(money: Money, channel: str) -> bool:
    return money.index.observes(channel) and not money.index.is_blind(channel)


def _judge(tally: Tally, card: str, account: _Account, change_minor: int | None) -> None:
    for doubt in account.doubts:
        tally.gap(doubt)
    if change_minor is None:
        tally.gap(f"the balance of {card} was not noted")
    elif not account.doubts:
        tally.require(
            change_minor - account.expected_minor in _sums(account.open_minors),
            f"the balance of {card} does not fit the approvals",
            expected=f"a change by {in_units(account.expected_minor)}{_but(account)}",
            seen=f"by {in_units(change_minor)}",
            at=account.rows,
        )


def _but(account: _Account) -> str:
    return f", but for {len(account.open_minors)} open items" if account.open_minors else ""


def _sums(minors: list[int]) -> set[int]:
    """Return what the open items may come to: each is closed by hand or not."""
    sums = {0}
    for minor in minors:
        sums |= {total + sign * minor for total in sums for sign in (1, -1)}
    return sums


def _accounts(tally: Tally, money: Money) -> defaultdict[str, _Account]:
    found: defaultdict[str, _Account] = defaultdict(_Account)
    for deal in money.rested():
        card = _card(deal)
        if card is not None:
            _claim(money, deal, found[card])
        elif _sign(deal) and deal.posting:
            tally.gap(f"nobody knows the card of {deal.title}")
    return found


def _claim(money: Money, deal: Deal, account: _Account) -> None:
    """Add what till and paper say of one transaction."""
    said = [one for one in (money.till(deal), money.slip(deal)) if one]
    approvals = [one for one in said if one.is_approved]
    account.rows += [*(one.row for one in said), *deal.postings]
    item = money.open_items.get(deal.stan)
    amount_minor = _amount_minor(deal, [one.amount_minor for one in approvals])
    if item:
        account.open_minors.append(fact.number(item, "amount_minor") or amount_minor or 0)
    if money.is_unheard(deal) and not approvals:
        account.doubts.append(UNHEARD.format(deal.title))
    if not said and not item and _is_standing(money, deal):
        account.doubts.append(f"neither till nor slip told the outcome of {deal.title}")
    if approvals and amount_minor is None:
        account.doubts.append(f"neither till nor slip told the amount of {deal.title}")
    if approvals:
        account.expected_minor += _sign(deal) * (amount_minor or 0)


def _is_standing(money: Money, deal: Deal) -> bool:
    return any(money.books.net_minor(posting) for posting in deal.postings)


def _amount_minor(deal: Deal, said: list[int | None]) -> int | None:
    """Return what was approved: the last that was said of it, else what was asked for."""
    asked = [*deal.requests, *([deal.call.invoke] if deal.call else [])]
    known = [*reversed(said), *(fact.number(row, "amount_minor") for row in asked)]
    return next((minor for minor in known if minor is not None), None)


def _sign(deal: Deal) -> int:
    return (deal.name in books.GIVES) - (deal.name in books.TAKES)


def _card(deal: Deal) -> str | None:
    ends = [deal.call.end, deal.call.invoke] if deal.call else []
    rows = [*deal.slips, *ends, *deal.requests, *deal.postings]
    cards = (fact.text(row, "card") for row in rows if row)
    return next((card for card in cards if card not in (None, _UNKNOWN_CARD)), None)


def _changes(money: Money, end: int) -> dict[str, int]:
    """Return what each card got until the rest ended: by the snapshots, else by the postings."""
    notes = [row for row in money.index.of("ledger") if row.address == "balances"]
    begin = next((row for row in notes if row.facts.get("when") == "begin"), None)
    last = next((row for row in reversed(notes) if row.facts.get("when") != "begin"), None)
    changes: defaultdict[str, int] = defaultdict(int)
    if begin and last:
        before, after = _balances(begin), _balances(last)
        changes.update({card: after[card] - before[card] for card in before.keys() & after.keys()})
    for posting in money.books.all:
        is_noted = begin and last and begin.index < posting.index < last.index
        weight = (posting.index < end and _is_own(money, posting)) - bool(is_noted)
        for card, minor in money.books.cards(posting):
            if not (begin and last) or card in changes:
                changes[card] += weight * minor
    return changes


def _is_own(money: Money, posting: Row) -> bool:
    """Tell whether this terminal made it: what another one sells is none of its approvals."""
    own = money.index.history.header.bench.get("terminal_id")
    said = posting.facts.get("terminal_id")
    return own is None or said is None or own == said


def _balances(row: Row) -> dict[str, int]:
    return {name: minor for name, minor in row.facts.items() if isinstance(minor, int)}
