"""S1 to S13: a batch is settled in order, whole, once, and the terminal is empty afterwards.

Each rule has a module of its own, or shares one with what it is judged by; they share one look at
the history.
"""

from collections.abc import Callable

from harness.check import Judgement, Rule
from harness.check.batch_number import judge_numbers
from harness.check.settlement_after import judge_emptiness
from harness.check.settlement_books import judge_books, judge_days
from harness.check.settlement_failed import judge_failed
from harness.check.settlement_limits import judge_empty_batch, judge_full_journal
from harness.check.settlement_order import judge_order
from harness.check.settlement_paper import judge_paper
from harness.check.settlement_resume import judge_cancel, judge_resumption
from harness.check.settlement_slip import judge_slips
from harness.check.settlement_totals import judge_totals
from harness.check.settlement_upload import judge_uploads
from harness.check.settling import Settling, settling
from harness.check.tally import Tally
from harness.history.record import History

RULES = (
    Rule("S1", "host_wire"),
    Rule("S2", "host_wire & journal | host_wire & ledger | host_wire & slip"),
    Rule("S3", "slip & host_wire"),
    Rule("S4", "host_wire & slip"),
    Rule("S5", "slip & display | slip & till"),
    Rule("S6", "ledger"),
    Rule("S7", "host_wire"),
    Rule("S8", "host_wire & ledger"),
    Rule("S9", "display | till"),
    Rule("S10", "host_wire"),
    Rule("S11", "slip & ledger"),
    Rule("S12", "ledger"),
    Rule("S13", "host_wire & ledger"),
)


def _judge_uploads(tally: Tally, scene: Settling) -> None:
    judge_uploads(tally, scene)
    judge_failed(tally, scene)


_JUDGES: dict[str, Callable[[Tally, Settling], None]] = {
    "S1": judge_order,
    "S2": judge_totals,
    "S3": judge_slips,
    "S4": _judge_uploads,
    "S5": judge_emptiness,
    "S6": judge_books,
    "S7": judge_numbers,
    "S8": judge_resumption,
    "S9": judge_full_journal,
    "S10": judge_empty_batch,
    "S11": judge_paper,
    "S12": judge_days,
    "S13": judge_cancel,
}
_BLIND = {  # by rule: the channels without which something of a settlement may have been missed
    "S1": ("host_wire",),
    "S2": ("host_wire",),
    "S3": ("slip", "host_wire"),
    "S4": ("host_wire",),
    "S5": ("slip",),
    "S6": ("ledger",),
    "S7": ("host_wire",),
    "S8": ("host_wire", "ledger"),
    "S10": ("host_wire",),
    "S11": ("slip", "ledger"),
    "S12": ("ledger",),
    "S13": ("host_wire", "ledger"),
}


def check(history: History) -> list[Judgement]:
    """Judge the thirteen rules."""
    scene = settling(history)
    found: list[Judgement] = []
    for rule, judge in _JUDGES.items():
        tally = Tally(rule)
        judge(tally, scene)
        for channel in _BLIND.get(rule, ()) if _is_settled(scene) else ():
            if scene.line.is_blind(channel):
                tally.gap(f"{channel} was blind: something of a settlement may have been missed")
        found.append(tally.judgement())
    return found


def _is_settled(scene: Settling) -> bool:
    """Tell whether anything was settled, or asked to be."""
    return bool(scene.closings or scene.calls or scene.ledger("settlement", "batch_end"))
