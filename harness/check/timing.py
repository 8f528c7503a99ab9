"""T1 and T2: how long the terminal waits, how soon it reverses, and that everything ends."""

from harness.check import Judgement, Rule
from harness.check.exchange import line_of
from harness.check.liveness import judge_liveness
from harness.check.reversal_due import judge_reversals_due
from harness.check.secrecy import EVERY_BENCH
from harness.check.tally import Tally
from harness.check.time_out import judge_time_outs
from harness.history.record import History

RULES = (Rule("T1", "host_wire"), Rule("T2", EVERY_BENCH))


def check(history: History) -> list[Judgement]:
    """Judge both."""
    line, tally = line_of(history), Tally("T1")
    judge_time_outs(tally, line)
    judge_reversals_due(tally, line)
    if line.is_blind("host_wire"):
        tally.gap("host_wire was blind: waits and reversals may have passed unseen")
    return [tally.judgement(), judge_liveness(line)]
