"""L5, L8, L9: copies and captions, legibility, and slips that must not be taken for another kind.

L8 knows the width of the paper by the bench fact `paper_columns`; where that is not given, lines
of any length are right.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from harness.check import fact
from harness.check.paper import Paper, Slip
from harness.check.subject import State, Subject
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number
from harness.wire.escpos import columns
from harness.wire.escpos_commands import BROKEN
from harness.wire.slip_labels import KINDS

_CAPTIONS = ("merchant", "cardholder", "bank")
_UNSIGNED = frozenset({"cardholder"})
_OTHERS = {"fault": ("receipt", "settlement"), "totals": ("receipt", "settlement")}
_RESULTS = ("result", "foreign_result")
_FAULT = re.compile(
    r"冲正(?:不成功|失败)|故障报告单|故障单|FAULT REPORT|REVERSAL (?:FAILED|NOT DELIVERED)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"不|非|\bNOT?\b", re.IGNORECASE)


def judge_copies(tally: Tally, paper: Paper) -> None:
    """L5: judge the copies of every approval, and every signature line."""
    for subject in paper.subjects:
        if subject.state is State.APPROVED:
            _of_subject(tally, paper, subject)
    for slip in paper.slips:
        if slip.row.facts.get("has_signature_line") is True:
            _signature(tally, slip)


def _of_subject(tally: Tally, paper: Paper, subject: Subject) -> None:
    """Judge how many copies came out at first, and what they call themselves."""
    own = [slip for slip in paper.of(subject) if _is_first(slip)]
    line = paper.line
    last, call = min(subject.over, line.last), line.call_at(subject.begin)
    is_over = subject.over <= line.last or (call is not None and call.end is not None)
    if not own or not is_over or paper.is_hindered(subject):
        return  # that there is a slip is L1's matter
    is_torn = any(slip.row.facts.get("is_complete") is False for slip in own)
    if is_torn or line.is_blind("slip", subject.begin, last):
        return
    most = number(line.history.header.profile, "copies")
    captions = [fact.text(slip.row, "copy") or "none" for slip in own]
    if paper.is_unguarded and len(own) < most:
        tally.gap(f"nobody saw whether paper or power failed in {subject.title}")
        return
    tally.require(
        _are_right(captions, most),
        f"the slips of {subject.title}",
        expected=f"{most} copies: {', '.join(_CAPTIONS[:most])}",
        seen=f"{len(own)}: {', '.join(captions)}",
        at=[slip.row for slip in own],
    )


def _are_right(captions: list[str], most: int) -> bool:
    """Tell whether there are enough copies, each with its caption; one that comes again is L6's."""
    are_due = set(_CAPTIONS[:most]) <= set(captions[:most])
    return are_due and len(captions) >= most >= len(set(captions))


def _is_first(slip: Slip) -> bool:
    return slip.is_approval and not slip.is_marked and slip.reprint is None


def _signature(tally: Tally, slip: Slip) -> None:
    """Judge that only an approval is signed, and not on the cardholder's copy."""
    copy = fact.text(slip.row, "copy")
    tally.require(
        slip.is_approval and copy not in _UNSIGNED,
        f"{slip.title} has a line for a signature",
        expected="one on the merchant's copy of an approval only",
        seen=f"one on {'the ' + copy + ' copy' if copy else 'what is no approval'}",
        at=(slip.row,),
    )


def judge_legibility(tally: Tally, paper: Paper) -> None:
    """L8: judge every slip that no fault ended."""
    width = paper.line.history.header.bench.get("paper_columns")
    for slip in paper.slips:
        if not slip.is_whole:
            continue
        lines = fact.words(slip.row, "text")
        seen = [*_broken(lines), *_too_long(lines, width), *_unfed(slip.row)]
        if not seen:
            tally.right()
        else:
            tally.wrong(
                f"{slip.title} ({slip.row.facts.get('kind', 'other')})",
                expected=f"characters of the printer's set, {width or 'any number of'} columns, "
                "fed or cut at the end",
                seen=", ".join(seen),
                at=(slip.row,),
            )


def _broken(lines: Iterable[str]) -> list[str]:
    broken = [text for text in lines if BROKEN in text]
    return [f"{len(broken)} lines with bytes that are no characters"] if broken else []


def _too_long(lines: Iterable[str], width: object) -> list[str]:
    sizes = [columns(text) for text in lines]
    over = [size for size in sizes if isinstance(width, int) and size > width]
    return [f"{len(over)} lines too long, up to {max(over)} columns"] if over else []


def _unfed(row: Row) -> list[str]:
    return ["no feed or cut at its end"] if row.facts.get("is_complete") is False else []


def judge_kinds(tally: Tally, paper: Paper) -> None:
    """L9: judge every fault slip and every slip of totals; these also by the call for them."""
    for slip in paper.slips:
        kind = _meant(paper, slip.row)
        if kind:
            seen = list(dict.fromkeys(_taken_for(slip.row, kind)))
            tally.require(
                not seen,
                f"a {kind} slip can be taken for another",
                expected="nothing on it that a receipt or a settlement slip has",
                seen=", ".join(seen),
                at=(slip.row,),
            )


def _meant(paper: Paper, row: Row) -> str | None:
    """Return what a slip is meant to be, if it is one of those that must not be taken for more."""
    kind, call = fact.text(row, "kind"), paper.line.call_at(row.index)
    is_asked_for = call is not None and call.verb == "totals"
    if is_asked_for and (kind != "receipt" or "voucher" not in row.facts):
        return "totals"  # a receipt with its number has been waiting for paper
    if kind in _OTHERS["fault"] and any(map(_says_fault, fact.words(row, "text"))):
        return "fault"
    return kind if kind in _OTHERS else None


@lru_cache(maxsize=1024)  # the lines of slips are mostly those of slips before
def _says_fault(text: str) -> bool:
    return bool(_FAULT.search(text))


def _taken_for(row: Row, kind: str) -> list[str]:
    """Return what a slip has that only another kind may have."""
    lines = fact.words(row, "text")
    found = [f"the title of a {name}" for name in _OTHERS[kind] if _has_title(lines, name)]
    own = fact.text(row, "kind")
    found += [f"the title of a {own}"] if own in _OTHERS[kind] else []
    found += ["the word approved"] if row.facts.get("says_approved") is True else []
    found += ["a line for a signature"] if row.facts.get("has_signature_line") is True else []
    return found + ["the result of a settlement"] * any(name in row.facts for name in _RESULTS)


def _has_title(lines: Iterable[str], name: str) -> bool:
    """Tell whether a line has such a title, other than to say that it is none."""
    return any(KINDS[name].search(text) and not _DENIED.search(text) for text in lines)
