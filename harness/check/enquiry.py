"""Q1: what the back office says of a transaction must stay true.

"Succeeded" is right only for what is posted and can no longer be reversed; after "not succeeded"
nothing late may post it; what is unresolved is "open".
"""

from dataclasses import dataclass

from harness.check import Judgement, Rule, books, fact
from harness.check.observability import is_blind
from harness.check.tally import Tally
from harness.check.wire_view import Attempt, attempts, is_reversible
from harness.history.record import History, Row
from harness.profile.defaults import number

RULES = (Rule("Q1", "ledger & host_wire"),)
_ANSWERS = frozenset({"succeeded", "not_succeeded", "open"})
_SAME = ("stan", "batch", "card", "amount_minor")
_CONCLUDING = frozenset({"00", "12", "25"})


@dataclass(frozen=True, slots=True)
class _Breach:
    """What contradicts an answer; `row` is where it shows, None if it is missing."""

    expected: str
    seen: str
    row: Row | None = None


def check(history: History) -> list[Judgement]:
    """Judge every answer of the back office against all that came before and after it."""
    tally = Tally("Q1")
    for row in history.rows:
        if row.kind == "ledger" and row.address == "enquiry":
            _judge(tally, history, row)
    return [tally.judgement()]


def _judge(tally: Tally, history: History, enquiry: Row) -> None:
    stan = fact.number(enquiry, "stan")
    if stan is None:
        tally.gap(f"the enquiry of row {enquiry.index} does not name its transaction")
        return
    breach = _seen(history, enquiry)
    if breach is None and _is_blind(history):
        tally.gap(f"ledger or host_wire was blind around the enquiry of row {enquiry.index}")
        return
    breach = breach or _missing(history, enquiry)
    tally.require(
        breach is None,
        f"the back office answered {enquiry.facts.get('answer')} about transaction {stan:06}",
        expected=breach.expected if breach else "",
        seen=breach.seen if breach else "",
        at=(enquiry, breach.row if breach else None),
    )


def _is_blind(history: History) -> bool:
    last = history.rows[-1].index
    return is_blind(history, "host_wire", 0, last) or is_blind(history, "ledger", 0, last)


def _seen(history: History, enquiry: Row) -> _Breach | None:
    """Return a contradiction that stands in the rows."""
    answer = enquiry.facts.get("answer")
    if answer not in _ANSWERS:
        return _Breach("succeeded, not succeeded or open", str(answer))
    posted = _posted(history, enquiry)
    late = [row for row in posted if row.index > enquiry.index]
    if answer == "not_succeeded" and late:
        return _Breach("nothing late that makes it succeed", "a posting after it", late[0])
    undone = books.reversal_of(history, posted[-1]) if posted else None
    if answer == "succeeded" and undone:
        return _Breach("open, or not succeeded, of what is reversed", "a reversal", undone)
    return None


def _missing(history: History, enquiry: Row) -> _Breach | None:
    """Return a contradiction that lies in what is not in the rows."""
    if enquiry.facts.get("answer") != "succeeded":
        return None
    if not any(row.index < enquiry.index for row in _posted(history, enquiry)):
        return _Breach("a posting before succeeded is said", "none")
    attempts_max = number(history.header.profile, "reversal_attempts_max")
    for attempt in attempts(history):
        if _is_pending(attempt, enquiry, attempts_max):
            expected = "open, as long as the terminal may still reverse it"
            return _Breach(expected, "no answer at the terminal", attempt.request)
    return None


def _posted(history: History, enquiry: Row) -> list[Row]:
    return [row for row in books.originals(history) if fact.agree(row, enquiry, *_SAME)]

def _is_pending(attempt: Attempt, enquiry: Row, attempts_max: int) -> bool:
    """Tell whether the terminal may still reverse what the enquiry is about."""
    request = attempt.request
    if request.index > enquiry.index or not fact.agree(request, enquiry, *_SAME):
        return False
    sent = [row for row in attempt.reversals if row.index < enquiry.index]
    concluded = any(
        row.facts.get("response_code") in _CONCLUDING and row.index < enquiry.index
        for row in attempt.reversal_answers
    )
    is_answered = attempt.answer is not None or bool(attempt.doubt)
    is_over = is_answered or concluded or len(sent) >= attempts_max
    return is_reversible(request) and not is_over
