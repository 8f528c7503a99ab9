"""M6: the cardholder hears of every debit once, and of its return once, and of nothing else.

A notice names the posting by its reference, or by that of the posting it undoes; one with a number
of the bank's own, or none, is recognised by card and amount.
"""

from collections import Counter

from harness.check import Judgement, books, fact
from harness.check.money_views import Money
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.amount import in_units


def judge_notices(money: Money) -> Judgement:
    """M6: pair every posting that moved a card's money with one notice."""
    tally, notices = Tally("M6"), money.index.of("notify")
    if not money.index.observes("ledger"):
        _are_single(tally, notices)
    else:
        _are_founded(tally, money, _unexplained(tally, money, list(notices)))
    if money.index.is_blind("notify"):
        tally.gap("notify was blind: a second notice may have been missed")
    return tally.judgement()


def _unexplained(tally: Tally, money: Money, left: list[Row]) -> list[Row]:
    """Judge each posting, and return the notices that belong to none."""
    known: set[object] = {row.facts.get("reference") for row in money.books.all}
    for posting in money.books.all:
        minor = money.books.moved_minor(posting)
        if not minor:
            continue
        direction = "debit" if minor < 0 else "return"
        notice = _notice_of(posting, direction, abs(minor), left, known)
        if notice is None:
            _is_silent(tally, money, posting, direction)
        else:
            left.remove(notice)
            _is_true(tally, posting, notice, abs(minor))
    return left


def _notice_of(
    posting: Row, direction: str, minor: int, left: list[Row], known: set[object]
) -> Row | None:
    fitting = [row for row in left if row.facts.get("direction") == direction]
    for name in ("reference", "original"):
        reference = posting.facts.get(name)
        for row in fitting:
            if reference and row.facts.get("reference") == reference:
                return row
    alien = (row for row in fitting if row.facts.get("reference") not in known - {None})
    alike = (row for row in alien if row.facts.get("amount_minor") == minor)
    return next((row for row in alike if fact.agree(row, posting, "card")), None)


def _is_true(tally: Tally, posting: Row, notice: Row, minor: int) -> None:
    is_right = fact.number(notice, "amount_minor") == minor
    tally.require(
        is_right and fact.agree(notice, posting, "card"),
        f"the notice of {books.title(posting)} says something else than the books",
        expected=f"{in_units(minor)} to the holder of {posting.facts.get('card', 'the card')}",
        seen=f"{_amount(notice)} to that of {notice.facts.get('card')}",
        at=(posting, notice),
    )


def _is_silent(tally: Tally, money: Money, posting: Row, direction: str) -> None:
    if money.index.is_blind("notify", posting.index):
        tally.gap(f"notify was blind after {books.title(posting)} (row {posting.index})")
    elif _is_interrupted(money, posting):
        tally.gap(f"the host was stopped before it could notify of row {posting.index}")
    else:
        tally.wrong(
            f"the cardholder never heard of the {direction} by {books.title(posting)}",
            expected="one notice",
            seen="none",
            at=(posting,),
        )


def _is_interrupted(money: Money, posting: Row) -> bool:
    """Tell whether the host lost its power, or the history ended, within the same request."""
    rows, is_answered = money.index.history.rows, False
    asked = next((row for row in reversed(rows[: posting.index]) if _is_request(row)), None)
    for row in rows[posting.index + 1 :]:
        if row.actor != "host" or (not is_answered and asked and _is_copy(row, asked)):
            continue
        if row.kind in {"rx", "ledger", "power"}:
            return row.kind == "power"
        is_answered = is_answered or row.kind == "tx"
    return not is_answered


def _is_request(row: Row) -> bool:
    return row.actor == "host" and row.kind == "rx"


def _is_copy(row: Row, asked: Row) -> bool:
    """Tell whether it is the same request once more: the host has begun nothing new by it."""
    is_same = row.address == asked.address and dict(row.facts) == dict(asked.facts)
    return _is_request(row) and is_same and bool(asked.facts)


def _are_founded(tally: Tally, money: Money, left: list[Row]) -> None:
    """Judge the notices that no posting explains."""
    told = Counter(map(_name, money.index.of("notify")))
    for notice in left:
        is_again = told[_name(notice)] > 1 and "reference" in notice.facts
        if not is_again and money.index.is_blind("ledger"):
            tally.gap(f"ledger was blind: the cause of the notice of row {notice.index} is unseen")
            continue
        named = notice.facts.get("reference")
        tally.wrong(
            f"the cardholder was told of a {notice.facts.get('direction')} of"
            f" {_amount(notice)} {'again' if is_again else 'without cause'}",
            expected="one notice for each posting that moves money",
            seen=f"one more, of {named}" if named else "one more",
            at=(row for row in money.index.of("notify") if row is notice or _is_same(row, notice)),
        )


def _are_single(tally: Tally, notices: list[Row]) -> None:
    """Judge what can be judged without the books: that nothing is told twice."""
    named = [row for row in notices if "reference" in row.facts]
    told = Counter(map(_name, named))
    for name, count in told.items():
        tally.require(
            count == 1,
            f"the cardholder was told of the {name[1]} {name[0]} more than once",
            expected="one notice",
            seen=str(count),
            at=(row for row in named if _name(row) == name),
        )


def _name(notice: Row) -> tuple[object, object]:
    return notice.facts.get("reference"), notice.facts.get("direction")


def _is_same(one: Row, other: Row) -> bool:
    return "reference" in other.facts and _name(one) == _name(other)


def _amount(notice: Row) -> str:
    return in_units(fact.number(notice, "amount_minor"))
