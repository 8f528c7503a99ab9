"""R7 and R8: what concludes a reversal, and how one is given up.

00, 12 and 25 conclude it.  Anything else, and silence, make the terminal send it again, up to
`reversal_attempts_max` times; then the operator is told, or new transactions stay blocked.
"""

from harness.check import Judgement, Rule, fact
from harness.check.blame import blame, is_exhausted, last_try, vain_dials
from harness.check.fate import Case, Fate, State
from harness.check.message import is_whole, title
from harness.check.signs import GIVEN_UP_CHANNELS
from harness.check.tally import Tally
from harness.check.unseen_cut import may_be_cut, may_forget
from harness.history.record import Row
from harness.profile.defaults import number, parameter

RULES = (
    Rule("R7", "host_wire"),
    Rule("R8", "host_wire & slip | host_wire & display | host_wire & till"),
)
_CAME = "rx host 0400 "  # to our host, before it has it
_BLOCK = "keep_and_block"
_PAPER = frozenset({"paper_out", "printer_dead"})


def judge(case: Case) -> list[Judgement]:
    """Judge both rules."""
    concluding, giving_up = Tally("R7"), Tally("R8")
    for fate in case.fates:
        if fate.conclusion is not None:
            _stays_concluded(concluding, case, fate, fate.conclusion)
        else:
            _goes_on(concluding, case, fate)
        if fate.sends or fate.state is State.PENDING:
            _limit(giving_up, case, fate)
    return [concluding.judgement(), giving_up.judgement()]


def _stays_concluded(tally: Tally, case: Case, fate: Fate, answer: Row) -> None:
    again = [one.row for one in fate.sends if one.row.index > answer.index]
    went_on = [row for row in case.line.left if row.index > answer.index]
    is_excused = bool(again) and _is_cut_before(case, answer, went_on[0])
    if not went_on or is_excused:
        return
    if again and may_forget(case.line, case.calls, answer, again[0].index):
        tally.gap(f"the power may have been cut unseen after the answer of row {answer.index}")
        return
    if not again and case.line.is_blind("host_wire", answer.index, went_on[0].index):
        tally.gap(f"host_wire was blind after the answer to a reversal (row {answer.index})")
        return
    tally.require(
        not again,
        f"the reversal of {fate.attempt.title} was concluded by {answer.facts.get('response_code')}"
        " and sent again",
        expected="no 0400 after 00, 12 or 25",
        seen=f"{len(again)} of them",
        at=(fate.request, answer, *again),
    )


def _is_cut_before(case: Case, answer: Row, following: Row) -> bool:
    """Tell whether the terminal may have lost the answer again before it had stored it."""
    return bool(case.line.power_cuts(answer, following.index))


def _goes_on(tally: Tally, case: Case, fate: Fate) -> None:
    """Judge what follows an answer that does not conclude, or silence."""
    if blame(case, fate) == "R7" and fate.hidden:
        tally.gap(fate.hidden)
    elif blame(case, fate) == "R7":
        last = fate.in_time[-1]
        tally.wrong(
            f"the reversal of {fate.attempt.title} was not concluded, and a new transaction began",
            expected="the 0400 again: only 00, 12 and 25 conclude it",
            seen=f"{title(fate.gate)} after {last.code or 'silence'}" if fate.gate else "",
            at=(fate.request, last.row, last.taken.answer, fate.gate),
        )
    elif len(fate.sends) > 1:
        tally.right()


def _limit(tally: Tally, case: Case, fate: Fate) -> None:
    attempts_max = number(case.line.profile, "reversal_attempts_max")
    end = fate.conclusion.index if fate.conclusion else case.line.end
    whole = [one.row for one in fate.sends if is_whole(one.row) and one.row.index < end]
    if len(whole) > attempts_max:
        tally.wrong(
            f"the reversal of {fate.attempt.title} was sent {len(whole)} times",
            expected=f"at most {attempts_max} times (reversal_attempts_max)",
            seen=str(len(whole)),
            at=(fate.request, *whole),
        )
    elif blame(case, fate) == "R8" and not is_exhausted(case, fate):
        _given_up_early(tally, case, fate)
    elif is_exhausted(case, fate) and fate.may_be_concluded:
        tally.right()
    elif is_exhausted(case, fate) and fate.state is not State.NOT_SENT:
        _exhausted(tally, case, fate)


def _given_up_early(tally: Tally, case: Case, fate: Fate) -> None:
    line, first = case.line, fate.request.index
    if _is_spent_with_dropped(case, fate):
        tally.right()
        return
    if fate.hidden:
        tally.gap(fate.hidden)
        return
    if not line.is_at_terminal and line.line_faults(first, fate.horizon):
        tally.gap(f"reversals of {fate.attempt.title} may have been lost before the host")
        return
    is_last = len(fate.in_time) == number(line.profile, "reversal_attempts_max") - 1
    if is_last and may_be_cut(line, case.calls, first, fate.horizon):
        tally.gap(f"the power may have been cut unseen before the last 0400 (row {first})")
        return
    dials = vain_dials(case, fate)
    seen = f"given up after {len(fate.in_time)}, with {len(dials)} calls refused"
    tally.wrong(
        f"the reversal of {fate.attempt.title} was dropped",
        expected="sends up to reversal_attempts_max: a refused call is none",
        seen=seen,
        at=(fate.request, *dials, fate.told, fate.gate),
    )


def _is_spent_with_dropped(case: Case, fate: Fate) -> bool:
    """Tell whether the operator was told after as many 0400s as allowed, dropped ones among them.

    A bench that drops a 0400 before its host has seen that it came, whole.  Where the terminal's
    own end is seen, each of them was counted when it left.
    """
    faults = case.line.line_faults(fate.request.index, fate.horizon)
    at_host = [] if case.line.is_at_terminal else faults
    dropped = [row for row in at_host if row.address.startswith(_CAME) and _is_dropped(row)]
    tried = len(fate.in_time) + len(dropped)
    return fate.told is not None and tried >= number(case.line.profile, "reversal_attempts_max")


def _is_dropped(fault: Row) -> bool:
    return fault.facts.get("action") == "drop"


def _exhausted(tally: Tally, case: Case, fate: Fate) -> None:
    """Judge a reversal that was sent as often as allowed, in vain."""
    is_kept = parameter(case.line.profile, "reversal_exhausted") == _BLOCK
    if is_kept and fate.gate:
        tally.require(
            _is_closed(case, fate, fate.gate),
            f"the reversal of {fate.attempt.title} was never concluded",
            expected="new transactions blocked (reversal_exhausted: keep_and_block)",
            seen=title(fate.gate),
            at=(fate.request, fate.in_time[-1].row, fate.gate),
        )
    elif fate.told or (is_kept and _is_refused(case, fate)):
        tally.right()
    elif fate.gate:
        _silent(tally, case, fate)


def _is_closed(case: Case, fate: Fate, gate: Row) -> bool:
    """Tell whether the open item was closed by hand before."""
    notes = case.line.rows("note", fate.request.index, gate.index)
    items = (row for row in notes if row.address == "open item" and row.facts.get("closed"))
    return any(fact.number(row, "stan") == fate.attempt.stan for row in items)


def _is_refused(case: Case, fate: Fate) -> bool:
    """Tell whether a later call failed and sent nothing."""
    last = last_try(fate).index
    later = [call for call in case.calls if call.invoke.index > last and call.end]
    return any(call.end and call.end.kind == "fail" for call in later)


def _silent(tally: Tally, case: Case, fate: Fate) -> None:
    line, last = case.line, last_try(fate)
    blind = [name for name in GIVEN_UP_CHANNELS if line.is_blind(name, last.index, line.end - 1)]
    if fate.hidden or blind:
        tally.gap(fate.hidden or f"{', '.join(blind)} was blind after row {last.index}")
    elif not line.observes("slip") or _is_paper_out(case, last):
        tally.gap(f"no paper was seen on which the fault of row {last.index} could be told")
    else:
        tally.wrong(
            f"the reversal of {fate.attempt.title} was dropped silently",
            expected="the operator told of it: fault slip, display or till",
            seen="nothing",
            at=(fate.request, last, fate.gate),
        )


def _is_paper_out(case: Case, last: Row) -> bool:
    """Tell whether there may have been no paper at or after this row."""
    faults = list(filter(_is_paper, case.line.rows("fault", 0, case.line.end)))
    if not faults:
        return False
    back = case.line.paper_back(faults[-1])
    return back is None or back.index > last.index


def _is_paper(row: Row) -> bool:
    return row.facts.get("action") in _PAPER
