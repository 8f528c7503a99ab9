"""R3 R4 R5: when a reversal is due, when none is, and that nothing overtakes it.

What was lost by a power cut is R12's matter, what was given up R8's, a late answer R9's.
"""

from harness.check import Judgement, Rule
from harness.check.blame import blame, is_owed
from harness.check.fate import (
    Case,
    Fate,
    Send,
    State,
    is_disturbed,
    is_reversed_by_profile,
    may_be_approved,
)
from harness.check.message import mti_of, name_of, title, value_of
from harness.check.tally import Tally
from harness.check.unseen_cut import may_forget
from harness.history.record import Row
from harness.wire.response_codes import SIGN_IN_AGAIN

RULES = tuple(Rule(name, "host_wire") for name in ("R3", "R4", "R5"))


def judge(case: Case) -> list[Judgement]:
    """Judge the three rules."""
    return [_pending(case), _declined(case), _order(case)]


def _pending(case: Case) -> Judgement:
    """R3: without a valid answer there is a reversal, by the next gate at the latest."""
    tally = Tally("R3")
    for fate in case.fates:
        if fate.state is State.UNSURE:
            _doubtful(tally, fate)
        elif fate.state is State.PENDING and not is_reversed_by_profile(case.line, fate.attempt):
            _is_reversed(tally, case, fate, "R3")
    return tally.judgement()


def _doubtful(tally: Tally, fate: Fate) -> None:
    """Whether its answer arrived or not: a reversal is right, and so is an approval that shows."""
    if fate.gate and not fate.sends and not fate.cuts:
        tally.gap(f"{fate.attempt.title} (row {fate.request.index}): {fate.cause}")


def _is_reversed(tally: Tally, case: Case, fate: Fate, rule: str) -> None:
    if fate.sends:
        if not any(cut.index < fate.sends[0].row.index for cut in fate.cuts):
            tally.right()
        return
    if blame(case, fate) != rule:
        return
    if fate.hidden:
        tally.gap(fate.hidden)
        return
    tally.wrong(
        f"{fate.attempt.title} is pending: {fate.cause}",
        expected=f"its reversal (0400) before {_gate(fate.gate)}",
        seen="none",
        at=(fate.request, fate.attempt.answer, fate.gate),
    )


def _gate(gate: Row | None) -> str:
    return f"{mti_of(gate)} {title(gate)}" if gate else "the end"


def _declined(case: Case) -> Judgement:
    """R4: a valid decline leaves no reversal, unless the profile says so."""
    tally = Tally("R4")
    for fate in case.fates:
        if fate.state is State.PENDING and is_reversed_by_profile(case.line, fate.attempt):
            _is_reversed(tally, case, fate, "R4")
        elif fate.state is State.DECLINED and not fate.cuts:
            _is_left_alone(tally, case, fate)
        elif fate.state is State.UNSURE and fate.sends and not may_be_approved(case, fate):
            tally.gap(f"{fate.attempt.title} (row {fate.request.index}): {fate.cause}")
    return tally.judgement()


def _is_left_alone(tally: Tally, case: Case, fate: Fate) -> None:
    answer = fate.attempt.answer
    if not fate.sends and not fate.gate:
        return
    if fate.sends and is_disturbed(case.line, fate.attempt):
        return
    if not fate.sends and case.line.is_blind("host_wire", fate.request.index, fate.horizon):
        tally.gap(f"host_wire was blind after {fate.attempt.title} (row {fate.request.index})")
        return
    if answer and fate.sends and may_forget(case.line, case.calls, answer, fate.sends[0].row.index):
        tally.gap(f"the power may have been cut unseen when {fate.attempt.title} was declined")
        return
    code = value_of(answer, "F39") if answer else None
    tally.require(
        not fate.sends,
        f"{fate.attempt.title} was declined with {code} and reversed all the same",
        expected="no 0400 after a valid decline",
        seen=f"{len(fate.sends)} of them",
        at=(fate.request, answer, *(one.row for one in fate.sends)),
    )


def _order(case: Case) -> Judgement:
    """R5: the reversal is sent and concluded before the gate, after a sign-in if one is due."""
    tally = Tally("R5")
    for fate in case.fates:
        if is_owed(fate) and fate.gate:
            _is_first(tally, case, fate, fate.gate)
        for before, after in zip(fate.sends, fate.sends[1:], strict=False):
            _sign_in_first(tally, case, before, after)
    return tally.judgement()


def _is_first(tally: Tally, case: Case, fate: Fate, gate: Row) -> None:
    if fate.conclusion is not None and fate.conclusion.index < gate.index:
        tally.right()
    elif blame(case, fate) == "R5" and fate.hidden:
        tally.gap(fate.hidden)
    elif blame(case, fate) == "R5":
        tally.wrong(
            f"{fate.attempt.title} was still to be reversed when {_gate(gate)} left",
            expected="0400 and its answer before it",
            seen="0400 without its answer" if fate.in_time else "0400 only after it",
            at=(fate.request, gate, *(one.row for one in fate.sends)),
        )


def _sign_in_first(tally: Tally, case: Case, before: Send, after: Send) -> None:
    answer = before.taken.answer
    if answer is None or before.taken.doubt or before.code not in SIGN_IN_AGAIN:
        return
    between = (row for row in case.line.left if answer.index < row.index < after.row.index)
    is_signed_in = any(name_of(row) == "sign_in" for row in between)
    if not is_signed_in and case.line.is_blind("host_wire", answer.index, after.row.index):
        tally.gap(f"host_wire was blind before the 0400 of row {after.row.index}")
        return
    tally.require(
        is_signed_in,
        f"the host answered {before.code} to a reversal: the terminal must sign in first",
        expected="0800 before the 0400 is repeated",
        seen="0400 without it",
        at=(before.row, answer, after.row),
    )
