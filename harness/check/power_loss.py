"""D2 and D3: writes that the power cut short, and power that comes and goes."""

from harness.check import Judgement, Rule
from harness.check.bounce import judge_bounces
from harness.check.exchange import line_of
from harness.check.torn_write import judge_torn
from harness.history.record import History

RULES = (
    Rule("D2", "nv"),
    Rule("D3", "host_wire & power"),
)


def check(history: History) -> list[Judgement]:
    """Judge both."""
    line = line_of(history)
    return [judge_torn(line), judge_bounces(line)]
