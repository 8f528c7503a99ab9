"""Which rule is broken where a gate was passed and nothing had concluded a due reversal.

One omission is one finding: the rule that says most about the cause gets it.
"""

from harness.check import signs
from harness.check.answer import fits
from harness.check.fate import Case, Fate, State, is_reversed_by_profile
from harness.check.message import is_approval, stan_of
from harness.check.spent import are_spent
from harness.check.wire_view import Attempt
from harness.history.record import Row


def blame(case: Case, fate: Fate) -> str:
    """Return the id of the rule, "" if nothing was left out or nobody can tell."""
    gate, last = fate.gate, last_try(fate)
    if not is_owed(fate) or gate is None or fate.may_be_concluded:
        return ""
    if is_exhausted(case, fate):
        return "R8"
    if fate.too_late:
        return "R5"
    if fate.told:
        return "R8"
    is_late_taken = any(last.index < row.index < gate.index for row in fate.late)
    if is_late_taken or robber(case, fate.attempt):
        return "R9"
    if case.line.power_cuts(last, gate.index):
        return "R1" if is_never_stored(case, fate) else "R12"
    return _not_concluded(case, last, gate) if fate.in_time else _omitted(case, fate)


def is_owed(fate: Fate) -> bool:
    """Tell whether a reversal has to be concluded: it is due, or the terminal has begun one.

    That a decline is reversed is wrong in itself, and what never left may be forgotten.
    """
    if fate.state in (State.DECLINED, State.NOT_SENT):
        return False
    return fate.state is State.PENDING or bool(fate.in_time)


def last_try(fate: Fate) -> Row:
    """Return the last reversal before the gate, else the request."""
    return fate.in_time[-1].row if fate.in_time else fate.request


def is_exhausted(case: Case, fate: Fate) -> bool:
    """Tell whether as many reversals as allowed, whole or cut short, were tried before the gate."""
    until = fate.gate.index if fate.gate else case.line.end
    return are_spent(case.line, fate.attempt, until, is_told=fate.told is not None)


def vain_dials(case: Case, fate: Fate) -> list[Row]:
    """Return the calls to the host that were refused while the reversal was due."""
    dials = case.line.rows("connect", fate.request.index, fate.horizon)
    return [row for row in dials if row.actor == "terminal" and row.value == "refused"]


def _omitted(case: Case, fate: Fate) -> str:
    if is_reversed_by_profile(case.line, fate.attempt):
        return "R4"
    return "R8" if vain_dials(case, fate) else "R3"


def _not_concluded(case: Case, last: Row, gate: Row) -> str:
    """Tell a terminal that did not wait for the answer from one that was content without it."""
    line = case.line
    is_in_wait = gate.time_ns - last.time_ns < line.answer_timeout_ns - line.tolerance_ns
    ended = line.rows("disconnect", last.index, gate.index)
    came = [row for row in line.came if last.index < row.index < gate.index]
    return "R5" if is_in_wait and not ended and not came else "R7"


def is_never_stored(case: Case, fate: Fate) -> bool:
    """Tell whether the power cut shows that there was no record when the request left."""
    cut = fate.cuts[0]
    if case.line.observes("nv"):
        return not any(is_record_of(row, fate) for row in case.line.rows("nv", 0, cut.index))
    return is_cut_at_request(case, fate)


def is_record_of(row: Row, fate: Fate) -> bool:
    """Tell whether a non-volatile write is the whole reversal record of the request."""
    if row.address != "reversal" or row.facts.get("torn") or row.facts.get("state") != "pending":
        return False
    stan = stan_of(row)
    return stan is None or stan == fate.attempt.stan


def is_cut_at_request(case: Case, fate: Fate) -> bool:
    """Tell whether the power went with the request's bytes, or right after them."""
    if not fate.cuts:
        return False
    cut, request = fate.cuts[0], fate.request
    came = [row for row in case.line.came if request.index < row.index < cut.index]
    return not came and abs(cut.time_ns - request.time_ns) <= case.line.tolerance_ns


def stale(case: Case, attempt: Attempt) -> list[Row]:
    """Return answers to the request that came when another message was waiting for its own."""
    rows = (row for row in attempt.answers if row.index > attempt.until)
    return [row for row in rows if fits(attempt.request, row, case.line.profile) is not None]


def waiting(case: Case, answer: Row) -> Row:
    """Return the terminal's last message before something came."""
    return [row for row in case.line.left if row.index < answer.index][-1]


def robber(case: Case, victim: Attempt) -> Row | None:
    """Return the stale answer to another request that passed for the victim's."""
    shown = signs.approvals(case.line, case.calls, victim)
    if not shown:
        return None
    own = {victim.request.index, *(row.index for row in victim.repeats)}
    for other in case.attempts:
        for answer in stale(case, other) if other is not victim else ():
            if waiting(case, answer).index in own and _is_taken(case, victim, answer, shown):
                return answer
    return None


def _is_taken(case: Case, victim: Attempt, stale_answer: Row, shown: list[Row]) -> bool:
    right = victim.answer
    later = [row for row in shown if row.index > stale_answer.index]
    if not later:
        return False
    if right is None or not is_approval(right, case.line.profile):
        return True
    if later[0].index < right.index:
        return True
    return any(_carries(row, stale_answer, right) for row in later)


def _carries(shown: Row, wrong: Row, right: Row) -> bool:
    """Tell whether it shows a number of the wrong answer that is not in the right one."""
    for name in ("rrn", "approval_code"):
        seen = shown.facts.get(name)
        if seen is not None and seen == wrong.facts.get(name) != right.facts.get(name):
            return True
    return False
