"""E1, E2, E3, E5: the till's line.  What goes wrong on it makes no second transaction.

The till is ours; E3 and E5 judge it, E1 and E2 the terminal.
"""

from harness.check import Judgement, Rule
from harness.check.exchange import line_of
from harness.check.tally import Tally
from harness.check.till_frames import judge_busy, judge_frames
from harness.check.till_timer import judge_resends, judge_timers
from harness.history.record import History

RULES = (
    Rule("E1", "ecr_wire & host_wire"),
    Rule("E2", "ecr_wire"),
    Rule("E3", "ecr_wire"),
    Rule("E5", "ecr_wire"),
)


def check(history: History) -> list[Judgement]:
    """Judge all four; without calls of a till there is nothing to judge."""
    line = line_of(history)
    if not line.calls:
        return [Tally(rule.id).judgement() for rule in RULES]
    return [judge_frames(line), judge_busy(line), judge_timers(line), judge_resends(line)]
