"""E4 and E6: what the till learns of a transaction when its line was lost, and at the end.

E4 begins where the line is lost after the host has approved: the transaction stands, and the till
can fetch its result.  Where the profile demands that the till confirms (`ecr_confirm`), the
terminal takes the transaction back instead.  E6 holds the last thing that the terminal said of a
transaction against what stands after the rest.
"""

import re

from harness.check import Judgement, Rule, books, fact
from harness.check.calls import Call, calls
from harness.check.observability import is_blind
from harness.check.tally import Tally
from harness.check.wire_view import HARMLESS, is_cancel
from harness.history.record import History, Row
from harness.profile.defaults import parameter

RULES = (Rule("E4", "till & ledger"), Rule("E6", "till & ledger", after_rest=True))
_LOSSES = frozenset({"link_down", "cut", "drop", "truncate"})
_ECR_LABEL = re.compile(r"\becr\b|\b(?:04(?:0F|FF)|06[0-9A-F]{2}|80[0-9A-F]{2})\b")
_HOST_LABEL = re.compile(r"\bhost\b|\b06[23]0\b")
_ASKING = frozenset({"status", "enquire"})
_LOCAL = _ASKING | {"reprint"}
_SAYING = frozenset({"approved", "not_approved", "pending"})


def check(history: History) -> list[Judgement]:
    """Judge both rules; they need no eye on the host line."""
    return [_lost_lines(history), _last_results(history)]


def _lost_lines(history: History) -> Judgement:
    tally, made = Tally("E4"), calls(history)
    judged: list[Row] = []
    for fault in filter(_is_ecr_loss, history.rows):
        call = next((one for one in made if one.holds(fault) and _is_unknown(one)), None)
        posting = _posted_before(history, call, fault) if call else None
        if call and posting and posting not in judged:
            judged.append(posting)
            _stands(tally, history, posting, fault)
            _is_fetched(tally, history, made[made.index(call) + 1 :], posting)
    return tally.judgement()


def _is_ecr_loss(row: Row) -> bool:
    if row.kind != "fault" or row.facts.get("action") not in _LOSSES:
        return False
    device = fact.text(row, "device")
    if device:
        return device.startswith("ecr")
    return bool(_ECR_LABEL.search(row.address)) and not _HOST_LABEL.search(row.address)


def _is_unknown(call: Call) -> bool:
    return call.verb not in _LOCAL and call.end is not None and call.end.kind == "info"


def _posted_before(history: History, call: Call, fault: Row) -> Row | None:
    """Return what the call had made the host post when the line was lost.

    None if the host line or the power was disturbed too: then the approval may not have arrived.
    """
    end = call.end.index if call.end else len(history.rows)
    for row in history.rows[call.invoke.index : end]:
        if _may_keep_the_answer(row):
            return None
    begin = call.invoke.index
    found = (row for row in books.originals(history) if begin < row.index < fault.index)
    return next((row for row in found if fact.agree(row, call.invoke, "amount_minor")), None)


def _may_keep_the_answer(row: Row) -> bool:
    is_fault = row.kind == "fault" and row.facts.get("action") not in HARMLESS
    is_lost = row.kind == "disconnect" and row.value == "lost"
    return row.kind == "power" or is_cancel(row) or is_lost or (is_fault and not _is_ecr_loss(row))


def _stands(tally: Tally, history: History, posting: Row, fault: Row) -> None:
    reversal = books.reversal_of(history, posting)
    undone = reversal or books.void_of(history, posting)
    if parameter(history.header.profile, "ecr_confirm") == "required":
        if undone or _rest_end(history) is not None:
            _require(tally, posting, "taken back, as the till did not confirm it", "it stands",
                     is_right=undone is not None, at=(posting, fault, undone))  # fmt: skip
    elif not reversal and is_blind(history, "ledger", posting.index, history.rows[-1].index):
        tally.gap(f"ledger was blind after row {posting.index}")
    else:
        _require(tally, posting, "that it stands", "its reversal",
                 is_right=reversal is None, at=(posting, fault, reversal))  # fmt: skip


def _is_fetched(tally: Tally, history: History, later: list[Call], posting: Row) -> None:
    """Judge what the till was told, until it began another transaction."""
    if parameter(history.header.profile, "ecr_confirm") == "required":
        return
    for call in later:
        told = call.end if call.verb in _ASKING else None
        if call.verb not in _LOCAL:
            return
        if told and told.kind == "ok" and told.facts.get("last") not in (None, "pending"):
            is_same = told.facts["last"] == "approved" and fact.agree(told, posting, "amount_minor")
            if "voucher" in told.facts:
                is_same = is_same and fact.agree_as(told, "voucher", posting, "stan")
            _require(tally, posting, "an approval of this transaction when the till asks",
                     _said(told), is_right=is_same, at=(posting, told))  # fmt: skip


def _require(
    tally: Tally, posting: Row, expected: str, seen: str, *, is_right: bool,
    at: tuple[Row | None, ...],
) -> None:  # fmt: skip
    what = f"{books.title(posting)} was approved before the till line was lost"
    tally.require(is_right, what, expected=expected, seen=seen, at=at)


def _said(told: Row) -> str:
    parts = [f"{name} {told.facts[name]}" for name in ("voucher", "amount_minor") if name in told.facts]
    return ", ".join([str(told.facts.get("last")).replace("_", " "), *parts])


def _rest_end(history: History) -> int | None:
    notes = (row for row in history.rows if row.kind == "note" and row.address == "rest")
    return next((row.index for row in notes if row.value == "end"), None)


def _last_results(history: History) -> Judgement:
    """Judge the last word about each voucher."""
    tally, end = Tally("E6"), _rest_end(history)
    if end is not None:
        for told in _last_words(history):
            _judge_word(tally, history, told, is_after_rest=told.index > end)
    return tally.judgement()


def _last_words(history: History) -> list[Row]:
    found: dict[object, Row] = {}
    for call in calls(history):
        told = call.end
        if told and call.verb in _ASKING and told.kind == "ok" and "voucher" in told.facts:
            found[told.facts["voucher"]] = told
    return [row for row in found.values() if row.facts.get("last") in _SAYING]


def _judge_word(tally: Tally, history: History, told: Row, *, is_after_rest: bool) -> None:
    if is_blind(history, "ledger", 0, history.rows[-1].index):
        tally.gap("ledger was blind: what the till was told cannot be compared")
        return
    match told.facts["last"]:
        case "approved":
            _approved(tally, history, told)
        case "not_approved":
            _not_approved(tally, history, told)
        case _ if is_after_rest and fact.number(told, "voucher") not in books.open_stans(history):
            _word(tally, told, "one outcome after the rest, or an open item", "neither",
                  is_right=False, at=(told,))  # fmt: skip


def _postings_of(history: History, told: Row) -> list[Row]:
    """Return the postings of the voucher up to the end of the call that told of it."""
    own = (row for row in books.originals(history) if fact.agree_as(told, "voucher", row, "stan"))
    return [row for row in own if row.index < told.index]


def _subject(history: History, told: Row) -> Call | None:
    """Return the last call before that was no mere question."""
    done = [call for call in calls(history) if call.end and call.end.index < told.index]
    return next((call for call in reversed(done) if call.verb not in _LOCAL), None)


def _approved(tally: Tally, history: History, told: Row) -> None:
    posted = _postings_of(history, told)
    if not posted and not fact.number(told, "amount_minor"):
        return  # a transaction that posts nothing
    posting = posted[-1] if posted else None
    reversal = books.reversal_of(history, posting) if posting else None
    seen = "none" if posting is None else "one that was reversed" if reversal else ""
    if posting and not seen and not fact.agree(told, posting, "amount_minor"):
        seen = f"one of {posting.facts['amount_minor']}"
    _word(tally, told, "a posting of that amount that stands", seen,
          is_right=not seen, at=(told, posting, reversal))  # fmt: skip


def _not_approved(tally: Tally, history: History, told: Row) -> None:
    """An older transaction may have had the same voucher number: it does not count."""
    subject = _subject(history, told)
    begin = subject.invoke.index if subject else told.index
    is_open = fact.number(told, "voucher") in books.open_stans(history)
    posted = [row for row in _postings_of(history, told) if row.index > begin and not is_open]
    stands = [row for row in posted if books.reversal_of(history, row) is None]
    slips = [
        row
        for row in history.rows[begin : told.index]
        if row.kind == "print" and row.facts.get("says_approved") is True
        and fact.agree_as(told, "voucher", row, "voucher")
    ]  # fmt: skip
    _word(tally, told, "no posting that stands, and no approval slip",
          f"{len(stands)} and {len(slips)}", is_right=not stands and not slips,
          at=(told, *stands, *slips))  # fmt: skip


def _word(
    tally: Tally, told: Row, expected: str, seen: str, *, is_right: bool,
    at: tuple[Row | None, ...],
) -> None:  # fmt: skip
    what = f"the till was told of voucher {fact.number(told, 'voucher')}: {_said(told)}"
    tally.require(is_right, what, expected=expected, seen=seen, at=at)
