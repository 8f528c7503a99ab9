"""L3, what is no receipt: fault slips, lists of transactions and settlement slips tell the truth.

People clear open items by the fault slip, and look transactions up by lists.
"""

from collections.abc import Iterator

from harness.check import fact
from harness.check.exchange import Line
from harness.check.item import in_words
from harness.check.message import SETTLEMENT, STAN_MAX, mti_of, number_of, stan_of, value_of
from harness.check.paper import Paper, Slip
from harness.check.safety import UNKNOWN_CARD
from harness.check.slip_values import Told, differs, known
from harness.check.subject import Subject
from harness.check.tally import Tally
from harness.history.record import Fact, Row
from harness.wire.response_codes import PARTIAL_APPROVAL

_LISTS = frozenset({"details", "uploads"})
_LISTED = ("voucher", "type", "amount_minor", "approval_code", "card")
_OF_TERMINAL = ("terminal_id", "merchant_id", "batch")


def judge_lists(tally: Tally, paper: Paper) -> None:
    """Judge every fault slip, list and settlement slip whose transactions have been seen."""
    for slip in paper.slips:
        kind = slip.row.facts.get("kind")
        if kind == "fault":
            _fault(tally, paper, slip)
        elif kind in _LISTS:
            _list(tally, paper, slip)
        elif kind == "settlement":
            _settlement(tally, paper.line, slip)


def _fault(tally: Tally, paper: Paper, slip: Slip) -> None:
    voucher = fact.number(slip.row, "voucher")
    subject = _subject(paper, slip.row, voucher)
    if subject and subject.request:
        _compare(
            tally, slip.row, "the fault slip", dict(slip.row.facts), list(_sent(subject.request))
        )
    elif voucher is not None and _is_nobodys(paper.line, slip.row, voucher):
        tally.wrong(
            "the fault slip names a transaction that never was",
            expected="the voucher of a transaction that was begun",
            seen=f"{voucher:06}",
            at=(slip.row,),
        )


def _subject(paper: Paper, row: Row, voucher: int | None) -> Subject | None:
    """Return the last transaction of this number before a row, of the batch that it names."""
    batch = fact.number(row, "batch")
    own = (one for one in reversed(paper.subjects) if one.stan == voucher)
    fitting = (one for one in own if None in (batch, one.batch) or one.batch == batch)
    return next((one for one in fitting if one.begin < row.index), None)


def _sent(request: Row) -> Iterator[Told]:
    yield from known(request, *_OF_TERMINAL, "amount_minor")
    yield from _card(request)


def _card(request: Row) -> Iterator[Told]:
    return iter(()) if fact.text(request, "card") == UNKNOWN_CARD else known(request, "card")


def _is_nobodys(line: Line, row: Row, voucher: int) -> bool:
    """Tell whether a number is higher than the first on the line, and was never used there."""
    sent = [one.request for one in line.exchanges if one.request.index < row.index]
    profile = line.history.header.profile
    used = {number for one in sent for number in (stan_of(one), number_of(one, profile))} - {None}
    first = next((stan for one in sent if (stan := stan_of(one)) is not None), voucher)
    is_later = 0 < (voucher - first) % STAN_MAX < STAN_MAX // 2
    return is_later and voucher not in used and not line.is_blind("host_wire", 0, row.index)


def _list(tally: Tally, paper: Paper, slip: Slip) -> None:
    for text in fact.words(slip.row, "details"):
        parts = text.split("|")
        subject = _subject(paper, slip.row, int(parts[0]) if parts[0].isdecimal() else None)
        if len(parts) == len(_LISTED) and subject and subject.request and subject.answer:
            told = list(_kept(subject.name, subject.request, subject.answer))
            _compare(tally, slip.row, f"line {parts[0]:0>6} of the list", _shown(parts), told)


def _shown(parts: list[str]) -> dict[str, Fact]:
    shown: dict[str, Fact] = dict(zip(_LISTED, parts, strict=True))
    return shown | ({"amount_minor": int(parts[2])} if parts[2].isdecimal() else {})


def _kept(name: str, request: Row, answer: Row) -> Iterator[Told]:
    """Return what the journal must have of a transaction that was approved."""
    yield "type", name, request
    yield from known(answer, "approval_code")
    is_part = value_of(answer, "F39") == PARTIAL_APPROVAL
    yield from known(answer if is_part else request, "amount_minor")
    yield from _card(request)


def _settlement(tally: Tally, line: Line, slip: Slip) -> None:
    """Compare with the last 0500; a reprint may be that of any before."""
    sent = [one.request for one in line.exchanges if mti_of(one.request) == SETTLEMENT]
    before = [row for row in sent if row.index < slip.row.index]
    own = before if slip.is_marked else before[-1:]
    told = [list(known(row, *_OF_TERMINAL)) for row in own]
    shown = dict(slip.row.facts)
    best = min(told, key=lambda each: len(_wrong(shown, each)), default=[])
    if best:
        _compare(tally, slip.row, "the settlement slip", shown, best)


def _wrong(shown: dict[str, Fact], told: list[Told]) -> list[Told]:
    present = [each for each in told if shown.get(each[0]) not in (None, "", each[1])]
    return [each for each in present if differs(each[0], shown[each[0]], each[1])]


def _compare(tally: Tally, row: Row, what: str, shown: dict[str, Fact], told: list[Told]) -> None:
    wrong = _wrong(shown, told)
    tally.require(
        not wrong,
        f"{what} prints other values",
        expected=", ".join(in_words(name, value) for name, value, _ in wrong),
        seen=", ".join(in_words(name, shown[name]) for name, _, _ in wrong),
        at=(row, *(source for _, _, source in wrong)),
    )
