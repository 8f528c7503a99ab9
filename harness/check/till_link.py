"""E4 and E6: what the till learns of a transaction when its line was lost, and at the end.

E4 begins where the line is lost after the host has approved: the transaction stands, and the till
can fetch its result.  Where the profile demands that the till confirms (`ecr_confirm`), the
terminal takes the transaction back instead.  E6 holds the last answer to the till's question about
a transaction against what stands after the rest.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.check import Judgement, Rule, books, fact
from harness.check.answer import HARMLESS
from harness.check.calls import Call
from harness.check.deals import ASKING, NO_MONEY, QUIET, Deal
from harness.check.index import Index
from harness.check.message import is_cancel, is_seen_at_terminal
from harness.check.money_views import Money, outcome_of
from harness.check.tally import Tally
from harness.history.record import History, Row
from harness.profile.defaults import parameter
from harness.terms.amount import in_units

RULES = (Rule("E4", "till & ledger"), Rule("E6", "till & ledger", after_rest=True))
_LOSSES = frozenset({"link_down", "cut", "drop", "truncate"})
_ECR_LABEL = re.compile(r"\becr\b|\b(?:04(?:0F|FF)|06[0-9A-F]{2}|80[0-9A-F]{2})\b")
_HOST_LABEL = re.compile(r"\bhost\b|\b06[23]0\b")
_NO_RESULT = frozenset({"unknown", "pending"})
_SAID = ("voucher", "amount_minor")


@dataclass(frozen=True, slots=True)
class _Loss:
    """The till line lost in a call, after the host had posted what the call was for."""

    call: Call
    fault: Row
    posting: Row

    @property
    def what(self) -> str:
        """Return what a finding begins with."""
        return f"{books.title(self.posting)} was approved before the till line was lost"


def check(history: History) -> list[Judgement]:
    """Judge both rules; they need no eye on the host line."""
    money = Money(Index(history))
    return [_lost_lines(money), _last_results(money)]


def _lost_lines(money: Money) -> Judgement:
    tally = Tally("E4")
    is_confirmed = parameter(money.index.profile, "ecr_confirm") == "required"
    for loss in _losses(money):
        if is_confirmed:
            _is_taken_back(tally, money, loss)
        else:
            _stands(tally, money, loss)
            _is_fetched(tally, money, loss)
    return tally.judgement()


def _losses(money: Money) -> list[_Loss]:
    """Return the first loss of each posting."""
    found: dict[int, _Loss] = {}
    for fault in filter(_is_ecr_loss, money.index.of("fault")):
        for call in money.sorted.calls:
            if call.holds(fault) and _is_unknown(call) and not _is_disturbed(money.index, call):
                for posting in _posted_before(money, call, fault):
                    found.setdefault(posting.index, _Loss(call, fault, posting))
    return list(found.values())


def _is_ecr_loss(row: Row) -> bool:
    if row.facts.get("action") not in _LOSSES:
        return False
    device = fact.text(row, "device")
    if device:
        return device.startswith("ecr")
    return bool(_ECR_LABEL.search(row.address)) and not _HOST_LABEL.search(row.address)


def _is_unknown(call: Call) -> bool:
    return call.verb not in NO_MONEY and call.end is not None and call.end.kind == "info"


def _is_disturbed(index: Index, call: Call) -> bool:
    """Tell whether something else may have kept the approval from the terminal."""
    end = call.end.index if call.end else index.size
    near = "terminal" if is_seen_at_terminal(index.history) else "host"
    rows = index.history.rows[call.invoke.index : end]
    return any(_may_keep_the_answer(row) or _is_line_lost(row, near) for row in rows)


def _may_keep_the_answer(row: Row) -> bool:
    is_fault = row.kind == "fault" and row.facts.get("action") not in HARMLESS
    return row.kind == "power" or is_cancel(row) or (is_fault and not _is_ecr_loss(row))


def _is_line_lost(row: Row, near: str) -> bool:
    """Tell whether the host line was lost; the far end falls whenever the near one hangs up."""
    is_lost = row.kind == "disconnect" and row.value == "lost"
    return is_lost and row.actor == near and row.address != "ecr"


def _posted_before(money: Money, call: Call, fault: Row) -> Iterable[Row]:
    deals = (deal for deal in money.sorted.of_call(call) if deal.call is call)
    return (row for deal in deals for row in deal.postings if row.index < fault.index)


def _stands(tally: Tally, money: Money, loss: _Loss) -> None:
    reversal = money.books.reversal_of(loss.posting)
    if reversal is None and money.index.is_blind("ledger", loss.posting.index):
        tally.gap(f"ledger was blind after row {loss.posting.index}")
        return
    tally.require(
        reversal is None,
        loss.what,
        expected="that it stands",
        seen="its reversal",
        at=(loss.posting, loss.fault, reversal),
    )


def _is_taken_back(tally: Tally, money: Money, loss: _Loss) -> None:
    undone = money.books.reversal_of(loss.posting) or money.books.void_of(loss.posting)
    if undone is None and money.index.is_blind("ledger", loss.posting.index):
        tally.gap(f"ledger was blind after row {loss.posting.index}")
    elif undone or money.index.rest_end is not None:
        tally.require(
            undone is not None,
            loss.what,
            expected="taken back, as the till did not confirm it",
            seen="it stands",
            at=(loss.posting, loss.fault),
        )


def _is_fetched(tally: Tally, money: Money, loss: _Loss) -> None:
    """Judge what the till was told, until it began another transaction."""
    answers = [call.end for call in _questions(money, loss.call) if call.end]
    told = [row for row in answers if row.kind == "ok" and outcome_of(row) not in _NO_RESULT]
    for row in told:
        tally.require(
            _is_approval_of(row, loss.posting),
            loss.what,
            expected="an approval of this transaction when the till asks",
            seen=_said(row),
            at=(loss.posting, loss.fault, row),
        )
    rest = next((row.index for row in money.index.notes("rest")), money.index.size)
    if not told and any(row.index > rest for row in answers):
        tally.wrong(
            loss.what,
            expected="its result when the till asks at rest",
            seen="none",
            at=(loss.posting, loss.fault, *answers),
        )


def _questions(money: Money, lost: Call) -> Iterable[Call]:
    later = [call for call in money.sorted.calls if call.invoke.index > lost.invoke.index]
    for call in later:
        if call.verb not in QUIET:
            return
        if call.verb in ASKING:
            yield call


def _is_approval_of(told: Row, posting: Row) -> bool:
    is_same = told.facts.get("last") == "approved" and fact.agree(told, posting, "amount_minor")
    return is_same and (
        "voucher" not in told.facts or fact.agree_as(told, "voucher", posting, "stan")
    )


def _said(told: Row) -> str:
    parts = [f"{name} {told.facts[name]}" for name in _SAID if name in told.facts]
    return ", ".join([outcome_of(told).replace("_", " "), *parts])


def _last_results(money: Money) -> Judgement:
    """Judge the last answer about each transaction, and those before that left nothing open."""
    tally, index = Tally("E6"), money.index
    if index.rest_end is None:
        return tally.judgement()
    for channel in ("till", "ledger"):
        if index.is_blind(channel):
            tally.gap(f"{channel} was blind: what the till was told cannot be compared")
            return tally.judgement()
    for deal in money.rested():
        for told in _answers(money, deal):
            _judge_word(tally, money, deal, told)
    for row, last in money.sorted.stale:
        _judge_stale(tally, money, row, last)
    for row in money.sorted.strays:
        if outcome_of(row) == "approved":
            _word(tally, row, "one of the transactions of the till", "none of them", ())
    return tally.judgement()


def _answers(money: Money, deal: Deal) -> list[Row]:
    asked = [word for word in deal.words if word.address in ASKING]
    return [told for told in asked[:-1] if _is_final(money, deal, told)] + asked[-1:]


def _is_final(money: Money, deal: Deal, told: Row) -> bool:
    """Tell whether an earlier answer names the transaction and leaves nothing open."""
    is_named = fact.number(told, "voucher") == deal.stan and not _is_open(money, deal)
    is_kept = parameter(money.index.profile, "ecr_confirm") != "required"
    return is_named and is_kept and outcome_of(told) in {"approved", "not_approved"}


def _judge_stale(tally: Tally, money: Money, told: Row, last: Deal) -> None:
    """Judge an answer about an older transaction than the last, where that is the one asked for."""
    is_asked_for = (
        last.call is not None and last.call.end is not None and last.call.end.kind == "info"
    )
    standing = [row for row in last.postings if row.index < told.index]
    if is_asked_for or any(money.books.reversal_of(row) is None for row in standing):
        _word(tally, told, f"the last transaction, {last.title}", "an older one", (last.first,))


def _judge_word(tally: Tally, money: Money, deal: Deal, told: Row) -> None:
    match outcome_of(told):
        case "approved":
            _approved(tally, money, deal, told)
        case "not_approved":
            _not_approved(tally, money, deal, told)
        case "none":
            _none(tally, money, deal, told)
        case "pending" if told.index > (money.index.rest_end or 0) and not _is_open(money, deal):
            _word(tally, told, "one outcome after the rest, or an open item", "neither", ())


def _none(tally: Tally, money: Money, deal: Deal, told: Row) -> None:
    """Judge an answer that there was no transaction."""
    posted = money.in_ledger(deal)
    if posted and posted.is_approved and not _is_open(money, deal):
        expected = f"what became of {deal.title}, which stands in the books"
        _word(tally, told, expected, "no transaction", (posted.row,))


def _is_open(money: Money, deal: Deal) -> bool:
    return deal.stan in money.open_items


def _approved(tally: Tally, money: Money, deal: Deal, told: Row) -> None:
    posted, record = money.in_ledger(deal), money.in_journal(deal)
    posting = posted.row if posted else None
    seen = ""
    if posted is None or not posted.is_approved:
        seen = "one that was reversed" if posting else "none"
    elif posting and not fact.agree(told, posting, "amount_minor"):
        seen = f"one of {in_units(fact.number(posting, 'amount_minor'))}"
    elif record and not record.is_approved:
        seen = "one that the journal does not have"
    _word(tally, told, "a posting of that amount that stands", seen, (posting,))


def _not_approved(tally: Tally, money: Money, deal: Deal, told: Row) -> None:
    posted, record = money.in_ledger(deal), money.in_journal(deal)
    stands = [posted.row] if posted and posted.is_approved and not _is_open(money, deal) else []
    records = [record.row] if record and record.is_approved else []
    found = ["a posting"] * len(stands) + ["a slip"] * len(deal.slips) + ["a record"] * len(records)
    _word(
        tally,
        told,
        "no posting that stands, no approval slip, no record in the journal",
        ", ".join(found),
        (*stands, *deal.slips, *records),
    )


def _word(tally: Tally, told: Row, expected: str, seen: str, at: tuple[Row | None, ...]) -> None:
    """Evaluate E6 once; it is right if nothing is seen against it."""
    what = f"the till was told of voucher {told.facts.get('voucher', 'unknown')}: {_said(told)}"
    tally.require(not seen, what, expected=expected, seen=seen, at=(told, *at))
