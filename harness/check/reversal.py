"""R1 to R9, R12, R14, R16: the rules of reversals, judged on one reading of the history."""

from harness.check import (
    Judgement,
    reversal_effect,
    reversal_end,
    reversal_kinds,
    reversal_message,
    reversal_pending,
    reversal_power,
    reversal_printing,
    reversal_record,
)
from harness.check.fate import case_of
from harness.history.record import History

_PARTS = (
    reversal_record,
    reversal_kinds,
    reversal_pending,
    reversal_message,
    reversal_end,
    reversal_effect,
    reversal_printing,
    reversal_power,
)
RULES = tuple(rule for part in _PARTS for rule in part.RULES)


def check(history: History) -> list[Judgement]:
    """Judge all rules of reversals."""
    case = case_of(history)
    return [judgement for part in _PARTS for judgement in part.judge(case)]
