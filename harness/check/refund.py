"""F1 to F5: a refund gives back at most what is left of an old sale, if the provider allows it."""

from harness.check import Judgement, Rule
from harness.check.refund_books import judge_amounts, judge_sales
from harness.check.refund_line import judge_batches, judge_lost
from harness.check.refund_permission import judge_function
from harness.check.tally import Tally
from harness.check.undoing_scene import Scene
from harness.history.record import History

RULES = (
    Rule("F1", "host_wire & ledger"),
    Rule("F2", "ledger"),
    Rule("F3", "host_wire"),
    Rule("F4", "ledger"),
    Rule("F5", "host_wire"),
)
_JUDGES = {
    "F1": judge_function,
    "F2": judge_amounts,
    "F3": judge_lost,
    "F4": judge_sales,
    "F5": judge_batches,
}


def check(history: History) -> list[Judgement]:
    """Judge all five."""
    scene = Scene(history)
    if scene.is_idle:
        return [Tally(rule.id).judgement() for rule in RULES]
    return [judge(scene) for judge in _JUDGES.values()]
