"""Q1: what the back office says of a transaction must stay true.

"Succeeded" is right only for what is posted and can no longer be reversed; "not succeeded" only
for what is not posted, and nothing late may post it afterwards; what is unresolved is "open", and
after the rest it must be listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from harness.check import Judgement, Rule, fact
from harness.check.books import books_of
from harness.check.index import Index
from harness.check.tally import Tally
from harness.check.wire_view import Attempt, attempts, is_reversible
from harness.history.record import History, Row
from harness.profile.defaults import number, parameter

RULES = (Rule("Q1", "ledger & host_wire"),)
_ANSWERS = frozenset({"succeeded", "not_succeeded", "open"})
_SAME = ("stan", "batch", "card", "amount_minor", "terminal_id")
_CONCLUDING = frozenset({"00", "12", "25"})


@dataclass(frozen=True, slots=True)
class _Breach:
    """What contradicts an answer, and the rows where it shows."""

    expected: str
    seen: str
    rows: Sequence[Row | None] = ()


class _Office:
    """The answers of the back office, and all that can prove them wrong."""

    def __init__(self, history: History) -> None:
        self.index = Index(history)
        self.books = books_of(history)

    @cached_property
    def attempts(self) -> list[Attempt]:
        """Return what the line shows of each request."""
        return attempts(self.index.history)

    @cached_property
    def is_blind(self) -> bool:
        """Tell whether something may have been missed."""
        return self.index.is_blind("host_wire") or self.index.is_blind("ledger")

    def posted(self, enquiry: Row) -> list[Row]:
        """Return the postings that the enquiry is about."""
        return [row for row in self.books.originals if fact.agree(row, enquiry, *_SAME)]


def check(history: History) -> list[Judgement]:
    """Judge every answer of the back office against all that came before and after it."""
    tally, office = Tally("Q1"), _Office(history)
    for row in office.index.of("ledger"):
        if row.address == "enquiry":
            _judge(tally, office, row)
    return [tally.judgement()]


def _judge(tally: Tally, office: _Office, row: Row) -> None:
    enquiry = _with_subject(office, row)
    stan = fact.number(enquiry, "stan")
    if stan is None and enquiry.facts.get("answer") == "open":
        return  # nothing of that card is known, and nothing is claimed
    if stan is None:
        tally.gap(f"the enquiry of row {enquiry.index} does not name its transaction")
        return
    breach = _seen(office, enquiry)
    if breach is None and office.is_blind:
        tally.gap(f"ledger or host_wire was blind around the enquiry of row {enquiry.index}")
        return
    breach = breach or _missing(office, enquiry)
    if breach is None and _is_doubtful(office, enquiry):
        tally.gap(f"nobody can tell whether the terminal had an answer at row {enquiry.index}")
        return
    tally.require(
        breach is None,
        f"the back office answered {enquiry.facts.get('answer')} about transaction {stan:06}",
        expected=breach.expected if breach else "",
        seen=breach.seen if breach else "",
        at=[enquiry, *(breach.rows if breach else ())],
    )


def _with_subject(office: _Office, enquiry: Row) -> Row:
    """Return the enquiry with the number of what it is about.

    Asked by card or amount, it is about the last request that the line shows to fit.
    """
    if "stan" in enquiry.facts or not enquiry.facts.keys() & {"card", "amount_minor"}:
        return enquiry
    fitting = _asked(office, enquiry)
    known = fitting[-1].request.facts if fitting else {}
    subject = {name: known[name] for name in _SAME if name in known}
    return replace(enquiry, facts={**subject, **enquiry.facts})


def _seen(office: _Office, enquiry: Row) -> _Breach | None:
    """Return a contradiction that stands in the rows."""
    answer = enquiry.facts.get("answer")
    if answer not in _ANSWERS:
        return _Breach("succeeded, not succeeded or open", str(answer))
    posted = office.posted(enquiry)
    if answer == "not_succeeded":
        return _is_posted(office, enquiry, posted)
    undone = [row for row in map(office.books.reversal_of, posted) if row]
    if answer == "succeeded" and undone and len(undone) == len(posted):
        return _Breach("open, or not succeeded, of what is reversed", "a reversal", undone)
    return None


def _is_posted(office: _Office, enquiry: Row, posted: list[Row]) -> _Breach | None:
    """Return what makes "not succeeded" wrong: a posting that stood then, or a late one."""
    for posting in posted:
        undone = office.books.reversal_of(posting) or office.books.void_of(posting)
        if posting.index > enquiry.index:
            return _Breach("nothing late that makes it succeed", "a posting after it", [posting])
        if undone is None or undone.index > enquiry.index:
            return _Breach("succeeded, or open", "a posting that stood", [posting, undone])
    return None


def _missing(office: _Office, enquiry: Row) -> _Breach | None:
    """Return a contradiction that lies in what is not in the rows."""
    if enquiry.facts.get("answer") == "open":
        return _is_unlisted(office.index, enquiry)
    if enquiry.facts.get("answer") != "succeeded":
        return None
    if not any(row.index < enquiry.index for row in office.posted(enquiry)):
        return _Breach("a posting before succeeded is said", "none")
    for attempt in _asked(office, enquiry):
        if _is_pending(office, attempt, enquiry):
            expected = "open, as long as the terminal may still reverse it"
            return _Breach(expected, "no answer at the terminal", [attempt.request])
    return None


def _is_unlisted(index: Index, enquiry: Row) -> _Breach | None:
    """Return what is wrong with "open": after the rest it must be on the list of open items."""
    items = (fact.agree_as(row, "stan", enquiry, "stan") for row in index.notes("open item"))
    if index.rest_end is None or enquiry.index < index.rest_end or any(items):
        return None
    return _Breach("one outcome after the rest, or an open item", "neither")


def _asked(office: _Office, enquiry: Row) -> list[Attempt]:
    """Return the requests before the enquiry that it is about."""
    before = (one for one in office.attempts if one.request.index < enquiry.index)
    return [one for one in before if fact.agree(one.request, enquiry, *_SAME)]


def _is_pending(office: _Office, attempt: Attempt, enquiry: Row) -> bool:
    """Tell whether the terminal may still reverse what the enquiry is about."""
    if not is_reversible(attempt.request) or attempt.answer is not None:
        return False
    concluded = any(
        row.facts.get("response_code") in _CONCLUDING and row.index < enquiry.index
        for row in attempt.reversal_answers
    )
    return not concluded and not _is_given_up(office, attempt, enquiry)


def _is_given_up(office: _Office, attempt: Attempt, enquiry: Row) -> bool:
    profile = office.index.profile
    sent = [row for row in attempt.reversals if row.index < enquiry.index]
    is_kept = parameter(profile, "reversal_exhausted") == "keep_and_block"
    return not is_kept and len(sent) >= number(profile, "reversal_attempts_max")


def _is_doubtful(office: _Office, enquiry: Row) -> bool:
    """Tell whether "succeeded" was said before the terminal showed that it had an answer."""
    return enquiry.facts.get("answer") == "succeeded" and any(
        one.doubt and (one.following is None or one.following.index > enquiry.index)
        for one in _asked(office, enquiry)
    )
