"""L1 to L9: what comes out on paper, whether it is true, and whether it can be read."""

from harness.check import Judgement, Rule
from harness.check.captions import judge_copies, judge_kinds, judge_legibility
from harness.check.exchange import line_of
from harness.check.list_values import judge_lists
from harness.check.paper import paper_of
from harness.check.slip_content import judge_items, judge_masks
from harness.check.slip_existence import judge_existence
from harness.check.slip_reprint import judge_last, judge_reprints
from harness.check.slip_values import judge_values
from harness.check.tally import Tally
from harness.history.record import History

RULES = (
    Rule("L1", "slip & host_wire | slip & ledger"),
    Rule("L2", "slip"),
    Rule("L3", "slip & host_wire"),
    Rule("L4", "slip"),
    Rule("L5", "slip"),
    Rule("L6", "slip"),
    Rule("L7", "slip & ledger"),
    Rule("L8", "slip"),
    Rule("L9", "slip"),
)
_JUDGES = {
    "L1": (judge_existence,),
    "L2": (judge_items,),
    "L3": (judge_values, judge_lists),
    "L4": (judge_masks,),
    "L5": (judge_copies,),
    "L6": (judge_reprints,),
    "L7": (judge_last,),
    "L8": (judge_legibility,),
    "L9": (judge_kinds,),
}


def check(history: History) -> list[Judgement]:
    """Judge all nine."""
    paper = paper_of(line_of(history))
    found: list[Judgement] = []
    for rule, judges in _JUDGES.items():
        tally = Tally(rule)
        for judge in judges:
            judge(tally, paper)
        if paper.line.is_blind("slip"):
            tally.gap("slip was blind: paper may have come out unseen")
        found.append(tally.judgement())
    return found
