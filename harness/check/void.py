"""V1 to V9: a void gives back a whole sale of the batch, once, to its card, and on paper as one."""

from harness.check import Judgement, Rule
from harness.check.tally import Tally
from harness.check.undoing_scene import Scene
from harness.check.void_agreement import judge_agreement
from harness.check.void_books import judge_amounts, judge_once, judge_voidable
from harness.check.void_card import judge_cards
from harness.check.void_paper import judge_slips
from harness.check.void_permission import judge_permission
from harness.check.void_terminal import judge_settled, judge_vouchers
from harness.history.record import History

RULES = (
    Rule("V1", "host_wire & ledger"),
    Rule("V2", "host_wire & ledger"),
    Rule("V3", "host_wire & display | host_wire & till"),
    Rule("V4", "host_wire & ledger"),
    Rule("V5", "ledger"),
    Rule("V6", "host_wire & ledger"),
    Rule("V7", "display | host_wire"),
    Rule("V8", "slip"),
    Rule(
        "V9",
        "till & slip | till & host_wire | till & journal | till & ledger | slip & host_wire"
        " | slip & journal | slip & ledger | host_wire & journal | host_wire & ledger"
        " | journal & ledger",
    ),
)
_JUDGES = {
    "V1": judge_voidable,
    "V2": judge_amounts,
    "V3": judge_vouchers,
    "V4": judge_cards,
    "V5": judge_once,
    "V6": judge_settled,
    "V7": judge_permission,
    "V8": judge_slips,
    "V9": judge_agreement,
}


def check(history: History) -> list[Judgement]:
    """Judge all nine; without a void or refund only slips are looked at."""
    scene = Scene(history)
    if scene.is_idle:
        quiet = [Tally(rule.id).judgement() for rule in RULES if rule.id != "V8"]
        return [*quiet, judge_slips(scene)]
    return [judge(scene) for judge in _JUDGES.values()]
