"""R14: printing problems never cause a reversal; the sale stays, and a reprint is offered."""

from collections.abc import Iterable

from harness.check import Judgement, Rule, fact
from harness.check.fate import Case, Fate, State
from harness.check.tally import Tally
from harness.check.unseen_cut import may_forget
from harness.history.record import Row

RULES = (Rule("R14", "host_wire & slip"),)
_PRINTING = frozenset({"paper_out", "printer_dead"})
_NO_RECEIPT = frozenset({"fault", "settlement", "totals", "details", "uploads", "other"})


def judge(case: Case) -> list[Judgement]:
    """Judge every approved transaction whose slip met a printing problem."""
    tally = Tally("R14")
    for fate in case.fates:
        _judge(tally, case, fate)
    return [tally.judgement()]


def _judge(tally: Tally, case: Case, fate: Fate) -> None:
    trouble = printing_trouble(case, fate)
    if trouble is None:
        return
    _stands(tally, case, fate, trouble)
    _reprint(tally, case, fate, trouble)
    _is_noted(tally, case, fate, trouble)


def _stands(tally: Tally, case: Case, fate: Fate, trouble: Row) -> None:
    """Judge whether no reversal came of it."""
    sends = [one.row for one in fate.sends]
    if sends or fate.gate:
        first = max(trouble.index, fate.request.index)
        if not sends and case.line.is_blind("host_wire", first, fate.horizon):
            tally.gap(f"host_wire was blind after the printing problem of row {trouble.index}")
        elif sends and _is_cut_unseen(case, fate, trouble):
            tally.gap(f"the power may have been cut unseen within the slip of row {trouble.index}")
        else:
            tally.require(
                not sends,
                f"{fate.attempt.title} was approved and could not be printed",
                expected="that it stands: the slip is printed again later",
                seen=f"its reversal ({len(sends)} 0400)",
                at=(fate.request, trouble, *sends),
            )


def _is_cut_unseen(case: Case, fate: Fate, trouble: Row) -> bool:
    """Tell whether an unseen power cut may have ended the slip, and the sale with it."""
    answer, until = fate.attempt.answer or fate.request, fate.sends[0].row.index
    is_shown = any(row.kind != "print" or "voucher" in row.facts for row in fate.shown)
    is_bare = trouble.kind == "print" and not is_shown
    return is_bare and may_forget(case.line, case.calls, answer, until)


def printing_trouble(case: Case, fate: Fate) -> Row | None:
    """Return the first printing problem of an approved transaction, before any power cut.

    One that began before it and lasts is its own as well.
    """
    answer = fate.attempt.answer
    if fate.state is not State.APPROVED or answer is None:
        return None
    last = min([fate.attempt.until, *(cut.index for cut in fate.cuts)])
    faults = [*_lasting(case, answer), *case.line.rows("fault", answer.index, last)]
    found = [row for row in faults if row.facts.get("action") in _PRINTING]
    prints = case.line.rows("print", answer.index, last)
    if not fate.cuts:  # what a power cut ended is no printing problem
        found += [row for row in prints if _is_torn_off(row)]
    first = min(found, key=lambda row: row.index, default=None)
    return None if first is None or _is_other_slip(prints, first) else first


def _lasting(case: Case, answer: Row) -> list[Row]:
    """Return the last printing problem before an answer, if it was not over by then."""
    faults = case.line.rows("fault", 0, answer.index - 1)
    last = [row for row in faults if row.facts.get("action") in _PRINTING][-1:]
    back = case.line.paper_back(last[0]) if last else None
    return [] if back and back.index < answer.index else last


def _is_torn_off(row: Row) -> bool:
    return row.facts.get("is_complete") is False


def _is_other_slip(prints: Iterable[Row], trouble: Row) -> bool:
    """Tell whether what could not be printed was no receipt."""
    near = (row for row in prints if row.index >= trouble.index and _is_torn_off(row))
    return next((row.facts.get("kind") in _NO_RECEIPT for row in near), False)


def _reprint(tally: Tally, case: Case, fate: Fate, trouble: Row) -> None:
    """Judge whether the slip can be had once the paper is back and the last one is asked for."""
    back = case.line.paper_back(trouble)
    later = [call for call in case.calls if back and call.invoke.index > back.index]
    call = next((one for one in later if one.verb == "reprint" and one.end), None)
    if call is None or call.end is None or call.invoke.index > fate.attempt.until:
        return
    if call.end.kind == "info" or _is_hit(case, call.invoke, call.end):
        return  # nobody can tell what became of it
    tally.require(
        call.end.kind == "ok",
        f"{fate.attempt.title} could not be printed, and there is paper again",
        expected="its slip when the last one is asked for",
        seen=f"reprint {call.end.kind}",
        at=(fate.request, trouble, call.invoke, call.end),
    )


def _is_hit(case: Case, first: Row, last: Row) -> bool:
    """Tell whether power or paper failed again between two rows."""
    faults = case.line.rows("fault", first.index, last.index)
    is_printing = any(row.facts.get("action") in _PRINTING for row in faults)
    return is_printing or bool(case.line.power_cuts(first, last.index))


def _is_noted(tally: Tally, case: Case, fate: Fate, trouble: Row) -> None:
    """Judge what the terminal keeps of it: what is not printed it offers to print again."""
    if trouble.kind != "fault":
        return
    begin = max(trouble.index, fate.request.index)
    writes = case.line.rows("nv", begin, fate.attempt.until)
    note = next((row for row in writes if _says_printed(row, fate)), None)
    slips = case.line.rows("print", begin, note.index) if note else []
    if note is None or any(map(_is_whole_approval, slips)):
        return
    tally.wrong(
        f"{fate.attempt.title} could not be printed, and the terminal noted that it was",
        expected="the slip as missing, and a reprint offered",
        seen="printed, and no whole slip since the paper ended",
        at=(fate.request, trouble, note),
    )


def _says_printed(row: Row, fate: Fate) -> bool:
    is_last = row.address == "last" and not row.facts.get("torn")
    is_own = is_last and fact.number(row, "stan") == fate.attempt.stan
    return is_own and row.facts.get("printed") is True


def _is_whole_approval(row: Row) -> bool:
    return row.facts.get("says_approved") is True and not _is_torn_off(row)
