"""F2 and F4: which refunds the host books, and of how much.

What is refused says so: a refund that must be refused and was is right, by whom ever.  A refund
that was refused though nothing was in its way is F1's matter.
"""

from collections.abc import Callable

from harness.check import Judgement, books, fact
from harness.check.message import is_whole
from harness.check.tally import Tally
from harness.check.undoing import REFUNDS, Undoing
from harness.check.undoing_flaws import Flaw, days_between, flaw_of
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.profile.defaults import number, parameter
from harness.terms.amount import in_units

_Judge = Callable[[Scene, Undoing, Row | None], str]
_YEAR_SIZE = 4  # of a date YYYYMMDD


def judge_amounts(scene: Scene) -> Judgement:
    """F2: judge reference, date and amount of every refund."""
    return _judge(Tally("F2"), scene, data_flaw, "a refusal: it needs the sale's data and amount")


def judge_sales(scene: Scene) -> Judgement:
    """F4: judge every refund by what became of its sale, and by when it was made."""
    return _judge(Tally("F4"), scene, sale_flaw, "a refusal")


def _judge(tally: Tally, scene: Scene, flaw: _Judge, expected: str) -> Judgement:
    for undoing in scene.of(REFUNDS):
        posting, sale = undoing.posting, scene.sale_of(undoing)
        what = flaw(scene, undoing, sale)
        if posting and _is_hidden(scene, undoing, sale):
            tally.gap(f"the books do not show the sale of {undoing.title}")
        elif what and posting is None and scene.line.is_blind("ledger", undoing.at):
            tally.gap(f"ledger was blind after {undoing.title}: it may have been booked")
        elif posting or (what and is_over(undoing)):
            tally.require(
                not (what and posting),
                f"the host booked {undoing.title}",
                expected=expected,
                seen=what,
                at=(*undoing.rows, sale),
            )
    return tally.judgement()


def _is_hidden(scene: Scene, undoing: Undoing, sale: Row | None) -> bool:
    """Tell whether the sale is one of before the history, or one that nobody could see."""
    return sale is None and (scene.is_of_elsewhere(undoing) or scene.is_blind("ledger"))


def is_over(undoing: Undoing) -> bool:
    """Tell whether the host has decided, or the till has been told."""
    return bool(undoing.booked) or undoing.end is not None


def data_flaw(scene: Scene, undoing: Undoing, sale: Row | None) -> str:
    """Return what is wrong with reference, date or amount of a refund; empty if nothing is."""
    if sale is None:
        return "a reference of no sale in the books"
    return (
        _missing(undoing)
        or _wrong_reference(undoing, sale)
        or _wrong_date(scene, undoing, sale)
        or _too_much(scene, undoing, sale)
    )


def _missing(undoing: Undoing) -> str:
    """Return what the message lacks of what names its sale."""
    request = undoing.request
    if request is None or not is_whole(request) or "present" not in request.facts:
        return ""
    has_reference = bool((fact.text(request, "rrn") or "").strip("0 "))
    has_date = "original_date" in request.facts
    return "" if has_reference and has_date else "a message without reference and date of the sale"


def _wrong_reference(undoing: Undoing, sale: Row) -> str:
    own = sale.facts.get("rrn")
    is_right = undoing.rrn is None or own in (None, undoing.rrn)
    return "" if is_right else f"reference {undoing.rrn}, that of the sale is {own}"


def _wrong_date(scene: Scene, undoing: Undoing, sale: Row) -> str:
    """Return the date that was given, if it is none of those of the sale."""
    booked = str(sale.facts.get("business_date", ""))[_YEAR_SIZE:]
    dates = {booked, *_told_dates(scene, sale)} - {""}
    given = _given_date(undoing)
    is_right = given is None or not dates or given in dates
    return "" if is_right else f"the date {given}, that of the sale is {' or '.join(sorted(dates))}"


def _too_much(scene: Scene, undoing: Undoing, sale: Row) -> str:
    minor, limit = undoing.number("amount_minor") or 0, number(scene.profile, "refund_amount_max")
    if 0 < limit < minor:
        return f"{in_units(minor)}, more than {in_units(limit)} (refund_amount_max)"
    left = _left_minor(scene, undoing, sale)
    is_more = left is not None and minor > left
    return f"{in_units(minor)}, with {in_units(left)} left of the sale" if is_more else ""


def _given_date(undoing: Undoing) -> str | None:
    sent = fact.text(undoing.request, "original_date") if undoing.request else None
    return sent or (fact.text(undoing.invoke, "original_date") if undoing.invoke else None)


def _told_dates(scene: Scene, sale: Row) -> set[str]:
    """Return the dates of a sale that its answer and its slips say."""
    answers = [one.taken for one in scene.line.exchanges if one.taken]
    own = (row for row in answers if fact.agree_as(row, "rrn", sale, "rrn"))
    slips = (row for row in scene.line.of("print") if fact.agree_as(row, "rrn", sale, "rrn"))
    said = {fact.text(row, "F13") or "" for row in own}
    return said | {_month_and_day(fact.text(row, "date") or "") for row in slips}


def _month_and_day(date: str) -> str:
    return "".join(filter(str.isdigit, date))[_YEAR_SIZE:]


def _left_minor(scene: Scene, undoing: Undoing, sale: Row) -> int | None:
    """Return what is left of a sale after the refunds before this one."""
    whole = scene.worth_minor(sale)
    named = (row for row in scene.books.chain(sale)[1:] if books.name_of(row) in REFUNDS)
    earlier = (row for row in named if row.index < undoing.at and row not in undoing.booked)
    standing = (row for row in earlier if scene.stood(row, undoing.at))
    refunded = sum(fact.number(row, "amount_minor") or 0 for row in standing)
    return None if whole is None else whole - refunded


def sale_flaw(scene: Scene, undoing: Undoing, sale: Row | None) -> str:
    """Return what forbids to refund a sale, whatever the amount; empty if nothing does."""
    flaw = flaw_of(scene, undoing, sale, undoing.at)
    if sale is None or flaw is not Flaw.NONE:
        return "" if flaw is Flaw.UNKNOWN else flaw.value
    is_same = _batch(scene, undoing) == fact.number(sale, "batch") is not None
    if is_same and parameter(scene.profile, "refund_same_batch") == "refused":
        return "a sale of the same batch (refund_same_batch)"
    days = days_between(scene, undoing, sale, undoing.at)
    limit = number(scene.profile, "refund_days")
    return f"a sale of {days} days before ({limit}: refund_days)" if days > limit else ""


def _batch(scene: Scene, undoing: Undoing) -> int | None:
    """Return the batch that it is made in; if nothing left, that of the message before."""
    sent = (one.request for one in scene.line.exchanges if one.request.index < undoing.begin)
    before = [batch for row in sent if (batch := fact.number(row, "batch")) is not None]
    own = undoing.number("batch")
    return own if own is not None or not before else before[-1]
