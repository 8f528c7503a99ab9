"""EXPECT: what the author of a case expects at a place in it, beside the rules that hold anywhere.

The bench notes each expectation in the history, with what it saw; so a stored case fails again.
"""

from harness.check import Judgement, Rule, fact
from harness.check.index import notes
from harness.check.secrecy import EVERY_BENCH
from harness.check.tally import Tally
from harness.history.record import History

RULES = (Rule("EXPECT", EVERY_BENCH),)


def check(history: History) -> list[Judgement]:
    """Judge every noted expectation."""
    tally = Tally("EXPECT")
    for row in notes(history):
        if row.address == "expectation" and row.facts.get("is_seen") is False:
            tally.gap(f"this bench cannot see it: {fact.text(row, 'what')}")
        elif row.address == "expectation":
            tally.require(
                row.facts.get("is_met") is True,
                fact.text(row, "what") or "an expectation of the case",
                expected=fact.text(row, "expected") or "what the case says",
                seen=fact.text(row, "seen") or "something else",
                at=(row,),
            )
    return [tally.judgement()]
