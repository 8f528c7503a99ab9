"""R10, R11, R13: what the host makes of a reversal that comes twice, too early, or for a void."""

from harness.check import Judgement, Rule
from harness.check.early_reversal_order import judge_order, judge_repeats
from harness.check.early_reversal_state import judge_states
from harness.check.tally import Tally
from harness.check.undoing_scene import Scene
from harness.history.record import History

RULES = (
    Rule("R10", "ledger"),
    Rule("R11", "ledger & host_wire"),
    Rule("R13", "ledger & host_wire"),
)


def check(history: History) -> list[Judgement]:
    """Judge all three; without a 0400 and its postings there is nothing to judge."""
    scene = Scene(history)
    if not scene.has_reversals:
        return [Tally(rule.id).judgement() for rule in RULES]
    return [judge_repeats(scene), judge_order(scene), judge_states(scene)]
