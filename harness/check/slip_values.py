"""L3: every printed value is that of the wire, of what the till was told, and of the ledger."""

from collections.abc import Iterator

from harness.check import fact
from harness.check.item import in_words
from harness.check.message import original_of, value_of
from harness.check.paper import NOT_JUDGED, Paper, Slip
from harness.check.safety import UNKNOWN_CARD
from harness.check.subject import Subject
from harness.check.tally import Tally
from harness.history.record import Fact, Row
from harness.profile.entry_letters import letters
from harness.wire.response_codes import PARTIAL_APPROVAL

Told = tuple[str, Fact, Row]  # item, its value elsewhere, where
_FROM_REQUEST = ("terminal_id", "merchant_id", "batch")
_FROM_ANSWER = ("approval_code", "rrn")
_FROM_LEDGER = ("amount_minor", "card", "rrn", "batch", "terminal_id", "merchant_id")
_FROM_TILL = ("amount_minor", "voucher", "approval_code", "rrn", "card")
_CURRENCIES = {"156": "CNY"}
_ALIASES = {"preauth_addition": "preauth_addon", "adjustment": "adjust"}
_NUMBERS = frozenset({"amount_minor", "batch", "voucher", "original_voucher"})
_PUNCTUATION = str.maketrans("", "", "/:-. ")


def judge_values(tally: Tally, paper: Paper) -> None:
    """Judge every whole approval slip whose transaction has been seen."""
    told: dict[int, list[Told]] = {}
    for slip in paper.slips:
        subject = slip.subject
        is_receipt = slip.is_approval and slip.row.facts.get("type") not in NOT_JUDGED
        if subject and subject.request and subject.answer and is_receipt and slip.is_whole:
            if subject.begin not in told:
                told[subject.begin] = list(_elsewhere(paper, subject))
            _judge(tally, paper, slip, told[subject.begin])


def _judge(tally: Tally, paper: Paper, slip: Slip, told: list[Told]) -> None:
    facts = slip.row.facts
    named = [one for one in told if one[0] in facts and facts[one[0]] != one[1]]
    wrong = [one for one in named if differs(one[0], facts[one[0]], one[1])]
    wrong += _letter(paper, slip)
    if not wrong:
        tally.right()
        return
    tally.wrong(
        f"{slip.title} prints other values",
        expected=", ".join(in_words(name, value) for name, value, _ in wrong),
        seen=", ".join(in_words(name, facts[name]) for name, _, _ in wrong),
        at=(slip.row, *(row for _, _, row in wrong)),
    )


def differs(name: str, printed: Fact, told: Fact) -> bool:
    """Tell whether two values that are written differently are not the same."""
    if name == "type":
        return _ALIASES.get(str(printed)) != told
    mine, other = str(printed).strip(), str(told).strip()
    if name == "date":  # the wire has month and day
        return mine.translate(_PUNCTUATION)[-4:] != other
    if name == "time":  # as exactly as it is printed
        return not other.startswith(mine.translate(_PUNCTUATION))
    if name in _NUMBERS:
        return mine.lstrip("0") != other.lstrip("0")
    return mine != other


def _letter(paper: Paper, slip: Slip) -> list[Told]:
    """Return which letter must stand after the card number, if it is another one."""
    request = slip.subject.request if slip.subject else None
    if request is None or "entry" not in slip.row.facts or "F22" not in request.facts:
        return []
    allowed = letters(paper.line.history.header.profile, str(request.facts["F22"]))
    is_right = not allowed or slip.row.facts["entry"] in allowed
    return [] if is_right else [("entry", " or ".join(sorted(allowed)), request)]


def _elsewhere(paper: Paper, subject: Subject) -> Iterator[Told]:
    """Return what the other views say."""
    request, answer = subject.request, subject.answer
    assert request is not None
    assert answer is not None
    yield "voucher", subject.stan, request
    yield "type", subject.name, request
    yield from known(request, *_FROM_REQUEST)
    yield from known(answer, *_FROM_ANSWER)
    if fact.text(request, "card") != UNKNOWN_CARD:
        yield from known(request, "card")
    is_part = value_of(answer, "F39") == PARTIAL_APPROVAL
    yield from known(answer if is_part else request, "amount_minor")
    for name, number in (("date", "F13"), ("time", "F12")):
        yield from ((name, value, row) for _, value, row in known(answer, number))
    currency = _CURRENCIES.get(str(request.facts.get("F49")))
    if currency:
        yield "currency", currency, request
    named = original_of(request)
    if named and subject.name in {"void", "completion_void"}:
        yield "original_voucher", named[1], request
    if subject.name == "refund":
        yield from (("original_rrn", rrn, row) for _, rrn, row in known(request, "rrn"))
    if subject.posting:
        yield from known(subject.posting, *_FROM_LEDGER)
    yield from _reported(paper, subject)


def known(row: Row, *names: str) -> Iterator[Told]:
    """Return what a row says of items."""
    facts = row.facts
    return ((name, facts[name], row) for name in names if facts.get(name) not in (None, ""))


def _reported(paper: Paper, subject: Subject) -> Iterator[Told]:
    """Return what the till was told at the end of the call."""
    call = paper.line.call_at(subject.begin)
    end = call.end if call else None
    if end is not None and end.kind == "ok" and end.index <= subject.over:
        yield from known(end, *_FROM_TILL)
