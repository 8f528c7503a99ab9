"""W5, W6, K2: what the terminal does of what the host's answers tell it beside the transaction."""

from harness.check import Judgement, Rule
from harness.check.clock import judge_clock
from harness.check.demand import judge_demands
from harness.check.exchange import line_of
from harness.check.key_change import judge_keys
from harness.history.record import History

RULES = (
    Rule("W5", "host_wire"),
    Rule("W6", "slip | host_wire"),
    Rule("K2", "host_wire"),
)


def check(history: History) -> list[Judgement]:
    """Judge all three."""
    line = line_of(history)
    return [judge_demands(line), judge_clock(line), judge_keys(line)]
