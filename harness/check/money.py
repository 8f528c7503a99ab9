"""M1 to M6 and M9: no money appears, vanishes, moves twice, or moves without a trace.

Each rule has a module of its own; they share one look at the history.
"""

from harness.check import Judgement, Rule
from harness.check.index import Index
from harness.check.money_agreement import judge_agreement
from harness.check.money_balance import judge_balances
from harness.check.money_books import judge_entries, judge_once
from harness.check.money_notices import judge_notices
from harness.check.money_tender import judge_tenders
from harness.check.money_unslipped import judge_unslipped
from harness.check.money_views import Money
from harness.history.record import History

RULES = (
    Rule("M1", "ledger"),
    Rule("M2", "ledger & till | ledger & slip", after_rest=True),
    Rule(
        "M3",
        "till & slip | till & journal | till & ledger"
        " | slip & journal | slip & ledger | journal & ledger",
        after_rest=True,
    ),
    Rule("M4", "ledger"),
    Rule("M5", "slip & ledger", after_rest=True),
    Rule("M6", "notify"),
    Rule("M9", "ledger & till", after_rest=True),
)


def check(history: History) -> list[Judgement]:
    """Judge the seven rules of money that one batch can show."""
    money = Money(Index(history))
    return [
        judge_entries(money),
        judge_balances(money),
        judge_agreement(money),
        judge_once(money),
        judge_unslipped(money),
        judge_notices(money),
        judge_tenders(money),
    ]
