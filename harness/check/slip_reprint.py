"""L6 and L7: a reprint is marked and otherwise the same slip; after a printer fault it is the last.

A reprint is what the call `reprint` prints, and what comes out again after as many whole slips of
the same transaction as it has copies.
"""

from collections.abc import Iterator

from harness.check import fact
from harness.check.calls import Call
from harness.check.item import in_words
from harness.check.paper import NOT_JUDGED, Paper, Slip
from harness.check.slip_existence import reprint_of_last
from harness.check.subject import State, Subject
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number

_ITEMS = (
    "kind", "type", "says_approved", "is_test", "merchant_name", "merchant_id", "terminal_id",
    "operator", "entry", "card", "batch", "voucher", "approval_code", "rrn", "date", "time",
    "amount_minor", "currency", "original_voucher", "original_rrn",
)  # fmt: skip
_OF_COPY = ("pan_masked", "mask")
_SHOWN = ("date", "time", "amount_minor", "card")


def judge_reprints(tally: Tally, paper: Paper) -> None:
    """Judge each reprint against the first whole slip of its transaction, and of its copy."""
    printed: dict[tuple[object, ...], list[Slip]] = {}
    for slip in paper.slips:
        if not slip.is_approval or slip.row.facts.get("type") in NOT_JUDGED:
            continue
        originals = printed.setdefault(_key(slip), [])
        if slip.reprint or _is_again(paper, slip, originals):
            _reprint(tally, paper, slip, originals)
        elif slip.is_marked:
            _marked(tally, paper, slip, originals)
        if slip.is_whole:
            originals.append(slip)
    for place, subject in enumerate(paper.subjects):
        if subject.state is State.APPROVED and not _is_spoiled(paper, subject):
            _is_of_last(tally, paper, place)


def _is_of_last(tally: Tally, paper: Paper, place: int) -> None:
    """Judge that nothing older comes when the last slip is asked for."""
    subject, call = paper.subjects[place], reprint_of_last(paper, place)
    for slip in paper.slips if call else ():
        is_asked_for = slip.reprint is call and slip.is_approval and slip.is_whole
        if is_asked_for and slip.subject not in (None, subject):
            tally.wrong(
                f"{slip.title} was printed again, and the last slip was asked for",
                expected=f"the slip of {subject.title}",
                seen="an older one",
                at=(*subject.evidence, slip.row),
            )


def _key(slip: Slip) -> tuple[object, ...]:
    row, subject = slip.row, slip.subject
    if subject:
        return (subject.begin,)
    return "", fact.number(row, "batch"), fact.number(row, "voucher")


def _is_again(paper: Paper, slip: Slip, originals: list[Slip]) -> bool:
    """Tell whether it comes out once more though all its copies were there."""
    copy = fact.text(slip.row, "copy")
    same = [one for one in originals if copy is not None and fact.text(one.row, "copy") == copy]
    if len(originals) >= number(paper.line.history.header.profile, "copies"):
        return bool(same) or copy is None
    return bool(same) and (slip.subject is None or _is_later(paper, same[-1], slip))


def _is_later(paper: Paper, before: Slip, slip: Slip) -> bool:
    """Tell whether something came between two slips that makes the second one a reprint."""
    first, last = before.row.index, slip.row.index
    is_other_call = paper.line.call_at(first) is not paper.line.call_at(last)
    return is_other_call or paper.is_troubled(first, last)


def _reprint(tally: Tally, paper: Paper, slip: Slip, originals: list[Slip]) -> None:
    tally.require(
        slip.is_marked or not slip.is_whole,
        f"{slip.title} is a reprint",
        expected="the mark of a reprint",
        seen="none",
        at=(slip.row, *(one.row for one in originals[:1])),
    )
    if slip.is_whole and originals:
        _compare(tally, slip, originals)
    elif slip.is_whole and slip.reprint:
        _is_known(tally, paper, slip, slip.reprint)


def _is_known(tally: Tally, paper: Paper, slip: Slip, call: Call) -> None:
    """Judge that the last slip is asked for, and one of the transactions before comes."""
    is_last = "original_voucher" not in call.invoke.facts
    before = [one for one in paper.subjects if one.begin < call.invoke.index and _has_slip(one)]
    if is_last and before and slip.subject is None and fact.number(slip.row, "voucher") is not None:
        tally.wrong(
            f"{slip.title} is a reprint of the last one",
            expected=f"the slip of a transaction before, such as {before[-1].title}",
            seen="a number that none of them has",
            at=(call.invoke, slip.row),
        )


def _has_slip(subject: Subject) -> bool:
    return subject.state is State.APPROVED


def _compare(tally: Tally, slip: Slip, originals: list[Slip]) -> None:
    same = [one for one in originals if one.row.facts.get("copy") == slip.row.facts.get("copy")]
    original = (same or originals)[0].row
    names = _ITEMS + _OF_COPY if same else _ITEMS
    facts = slip.row.facts
    wrong = [name for name in names if facts.get(name) != original.facts.get(name)]
    tally.require(
        not wrong,
        f"{slip.title} is a reprint and not the same slip",
        expected=", ".join(in_words(name, original.facts.get(name, "absent")) for name in wrong),
        seen=", ".join(in_words(name, facts.get(name, "absent")) for name in wrong),
        at=(slip.row, original),
    )


def _marked(tally: Tally, paper: Paper, slip: Slip, originals: list[Slip]) -> None:
    """Judge a mark on what nobody asked for: right only after a fault of printer or power."""
    subject = slip.subject
    if originals or subject is None or slip.row.index > subject.over:
        return
    if not paper.is_troubled(subject.begin, slip.row.index):
        tally.wrong(
            f"{slip.title} is the first one of {subject.title}",
            expected="no mark of a reprint",
            seen="one",
            at=(slip.row,),
        )


def judge_last(tally: Tally, paper: Paper) -> None:
    """Judge the reprint of the last slip where a fault had spoiled it."""
    for place, subject in enumerate(paper.subjects):
        call = reprint_of_last(paper, place) if _is_spoiled(paper, subject) else None
        if call is None or subject.posting is None:
            continue
        if paper.line.is_blind("ledger", subject.begin):
            tally.gap("ledger was blind: what the last transaction was is not certain")
            continue
        for slip in paper.slips:
            if slip.reprint is call and slip.is_whole:
                _last(tally, slip.row, subject, subject.posting)


def _is_spoiled(paper: Paper, subject: Subject) -> bool:
    if subject.state is not State.APPROVED:
        return False
    own = [slip for slip in paper.of(subject) if not slip.reprint]
    return paper.is_hindered(subject) and (not own or not all(slip.is_whole for slip in own))


def _last(tally: Tally, row: Row, subject: Subject, posting: Row) -> None:
    wrong = list(_wrong(row, _true(posting, subject.answer)))
    tally.require(
        not wrong,
        f"the last slip was reprinted after a printer fault in {subject.title}",
        expected=", ".join(in_words(name, told) for name, _, told in wrong),
        seen=", ".join(in_words(name, shown) for name, shown, _ in wrong),
        at=(row, *subject.evidence),
    )


def _wrong(row: Row, told: dict[str, object]) -> Iterator[tuple[str, object, object]]:
    """Return what the slip shows otherwise: item, what it shows, what is true."""
    for name in _SHOWN:
        shown, true = row.facts.get(name), told.get(name)
        if name == "card" and shown is None and "pan_masked" in row.facts:
            continue  # the masked number fits several cards
        if shown is None:
            yield name, "nothing", "" if true is None else true
        elif true is not None and _digits(name, shown) != _digits(name, true):
            yield name, shown, true


def _true(posting: Row, answer: Row | None) -> dict[str, object]:
    told: dict[str, object] = {name: posting.facts.get(name) for name in ("amount_minor", "card")}
    if answer is not None:
        told |= {"date": answer.facts.get("F13"), "time": answer.facts.get("F12")}
    return told


def _digits(name: str, value: object) -> str:
    """Return month and day, hours and minutes, or the value as text."""
    text = str(value)
    digits = "".join(sign for sign in text if sign.isdigit())
    return {"date": digits[-4:], "time": digits[:4]}.get(name, text)
