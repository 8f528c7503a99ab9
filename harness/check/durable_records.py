"""D1, the records: after a boot the terminal and the books tell the same of each transaction."""

from collections.abc import Sequence

from harness.check.boots import Boot
from harness.check.deals import Deal
from harness.check.money_views import Money, outcome_of
from harness.check.tally import Tally
from harness.check.wire_view import Attempt
from harness.history.record import Row

_GOOD = frozenset({"ok", "approved"})
_BAD = frozenset({"not_approved", "none"})  # a call that fails may have been given up by the till
_BALANCED = 1  # field 48 of a settlement


def judge_records(
    tally: Tally, money: Money, boot: Boot, last: Attempt | None, given_up: Sequence[Attempt]
) -> None:
    """Judge the transactions before the cut; `last` is the last that the line shows.

    given_up: those whose reversal may have been dropped: they are open items then.
    """
    if not money.index.observes("ledger"):
        return
    if money.index.is_blind("ledger"):
        tally.gap("ledger was blind: it cannot be compared with what the terminal kept")
        return
    for deal in money.sorted.all:
        is_spent = any(_is_of(deal, one) for one in given_up)
        is_past = deal.first.index < boot.cut.index and money.sorted.is_latest(deal)
        if not is_past or is_spent or deal.stan in money.open_items:
            continue
        if money.journal.is_known:
            _compare(tally, money, boot, deal)
        elif last is None or _is_of(deal, last):
            _ask(tally, money, boot, deal)


def _is_of(deal: Deal, attempt: Attempt) -> bool:
    return attempt.request in deal.requests


def _standing(money: Money, deal: Deal, until: int) -> Row | None:
    """Return the posting that stood just before a row."""
    for posting in reversed(deal.postings):
        undone = money.books.reversal_of(posting)
        if posting.index < until and (undone is None or undone.index > until):
            return posting
    return None


def _compare(tally: Tally, money: Money, boot: Boot, deal: Deal) -> None:
    """Compare with the records that the bench saw written."""
    standing = _standing(money, deal, boot.until)
    record = money.journal.at(boot.until).get(deal.stan)
    is_pending = boot.request is None and money.journal.pending_at(boot.until) == deal.stan
    if record is None and not deal.postings:
        return
    tally.require(
        is_pending or (standing is None) == (record is None),
        f"after the power cut the terminal and the books disagree about {deal.title}",
        expected="in both or in neither, once no reversal is pending",
        seen="only the books have it" if standing else "only the journal has it",
        at=(boot.cut, boot.on, deal.posting, record.row if record else None),
    )


def _ask(tally: Tally, money: Money, boot: Boot, deal: Deal) -> None:
    """Compare with what the terminal said and printed, where its records are not seen, and with
    the totals that it sent.

    While a reversal waits, "not approved" is right although the posting still stands.
    """
    standing = _standing(money, deal, money.index.size)
    good = [row for row in deal.words if outcome_of(row) in _GOOD] + deal.slips
    bad = [row for row in deal.words if row.index > boot.cut.index and outcome_of(row) in _BAD]
    if standing and not _is_settled(boot, good, bad) and not _is_totalled(money, boot, standing):
        tally.gap(f"after the boot nothing told what the terminal knows of {deal.title}")
    elif deal.postings:
        tally.require(
            not bad if standing else not good,
            f"after the power cut the terminal and the books disagree about {deal.title}",
            expected="one outcome in both",
            seen=f"it stands in the books, the till was told {outcome_of(bad[-1])}"
            if standing and bad
            else "an approval, and a reversal in the books",
            at=[boot.cut, boot.on, deal.posting, *good, *bad],
        )


def _is_totalled(money: Money, boot: Boot, posting: Row) -> bool:
    """Tell whether the terminal's totals after the boot were those of books that have it."""
    begin, batch = max(boot.cut.index, posting.index), posting.facts.get("batch")
    totals = (row for row in money.index.of("ledger") if row.address == "settlement")
    later = (row for row in totals if row.index > begin and row.facts.get("batch") == batch)
    return any(_is_balanced(row) for row in later)


def _is_balanced(totals: Row) -> bool:
    found = (totals.facts.get(name, _BALANCED) for name in ("result", "foreign_result"))
    return all(one == _BALANCED for one in found)


def _is_settled(boot: Boot, good: list[Row], bad: list[Row]) -> bool:
    is_said_good = any(row.index > boot.cut.index for row in good)
    return is_said_good or (bool(bad) and boot.request is not None)
