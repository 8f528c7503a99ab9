"""R2: what may be reversed, and what never is: a reversal itself among the latter."""

from harness.check import Judgement, Rule
from harness.check.fate import Case
from harness.check.message import NAMES, REVERSIBLE, name_of, title
from harness.check.tally import Tally
from harness.check.wire_view import Attempt, is_named_in_f61
from harness.history.record import Row

RULES = (Rule("R2", "host_wire"),)
_SETTLING = "00"  # type code of settlement, upload and management


def judge(case: Case) -> list[Judgement]:
    """Judge every 0400, and every request that must not have one."""
    tally = Tally("R2")
    for attempt in case.attempts:
        name = name_of(attempt.request)
        if name in NAMES.values() and name not in REVERSIBLE:
            _is_left_alone(tally, case, attempt)
        elif name in REVERSIBLE:
            _is_original(tally, case, attempt)
    for reversal in case.orphans:
        _orphan(tally, reversal)
    return [tally.judgement()]


def _is_left_alone(tally: Tally, case: Case, attempt: Attempt) -> None:
    gate = next((row for row in case.gates if row.index > attempt.request.index), None)
    reversals = attempt.reversals
    if not reversals and (attempt.answer or gate is None):
        return
    last = gate.index if gate else attempt.until
    if not reversals and case.line.is_blind("host_wire", attempt.request.index, last):
        tally.gap(f"host_wire was blind after {attempt.title} (row {attempt.request.index})")
        return
    tally.require(
        not reversals,
        f"{attempt.title} was reversed",
        expected=f"no 0400: a {name_of(attempt.request)} is not reversible",
        seen=f"{len(reversals)} of them",
        at=(attempt.request, *reversals),
    )


def _is_original(tally: Tally, case: Case, attempt: Attempt) -> None:
    """Judge whether a 0400 names the STAN which an earlier 0400 had for itself."""
    numbers = {one.stan for one in case.attempts} if attempt.reversals else frozenset()
    for reversal in attempt.reversals:
        earlier = (row for row in attempt.reversals if row.index < reversal.index)
        own = (row for row in earlier if row.facts.get("stan") not in numbers)
        named = next((row for row in own if names_another(reversal, row)), None)
        tally.require(
            named is None,
            f"a reversal of {attempt.title} reverses a reversal",
            expected="field 61 to name a transaction: a reversal is never reversed",
            seen="batch and STAN of another 0400",
            at=(reversal, named),
        )


def names_another(reversal: Row, other: Row) -> bool:
    """Tell whether field 61 names another 0400, and not the reversal's own STAN."""
    return is_named_in_f61(reversal, other) and not is_named_in_f61(reversal, reversal)


def _orphan(tally: Tally, reversal: Row) -> None:
    kind = str(reversal.facts.get("type_code", ""))
    name = NAMES.get(kind, "settlement or management message" if kind == _SETTLING else "")
    if name:
        tally.require(
            name in REVERSIBLE,
            f"a 0400 is of type {kind}",
            expected=f"no 0400: a {name} is not reversible",
            seen=title(reversal),
            at=(reversal,),
        )
