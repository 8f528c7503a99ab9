"""C2: slips, display and the till's line show no card number, track or PIN in clear.

What was shown is masked in the history; whether it was in clear is told by the facts `leaks`, and
on the till's line by the form of the card number.
"""

from harness.check import Judgement, Rule, fact
from harness.check.exchange import line_of
from harness.check.tally import Tally
from harness.history.record import Facts, History, Row
from harness.profile.pan_mask import forms

RULES = (Rule("C2", "slip | display | ecr_wire"),)
_CHANNELS = ("slip", "display", "ecr_wire")
_CLEAR = "clear"


def check(history: History) -> list[Judgement]:
    """Judge all that the terminal printed, showed and told the till."""
    tally, line = Tally("C2"), line_of(history)
    profile = history.header.profile
    for row in filter(_is_shown, line.of("print", "show", "tx")):
        leaks = fact.number(row, "leaks")
        is_clear = row.facts.get("pan_form") == _CLEAR
        if not (leaks or is_clear) or is_allowed(row, profile):
            tally.right()
        else:
            tally.wrong(
                f"{_where(row)} shows a card number or track in clear",
                expected="none",
                seen=str(leaks or 1),
                at=(row,),
            )
    for channel in _CHANNELS:
        if channel in history.header.observes and line.is_blind(channel):
            tally.gap(f"{channel} was blind: what was shown there may have been missed")
    return [tally.judgement()]


def _is_shown(row: Row) -> bool:
    """Tell whether the terminal brought it out, and it was searched for card numbers."""
    is_searched = "leaks" in row.facts or "pan_form" in row.facts
    is_out = row.kind != "tx" or row.address.startswith("ecr/")
    return is_searched and is_out and row.actor == "terminal"


def _where(row: Row) -> str:
    if row.kind == "print":
        return "a slip"
    if row.kind == "show":
        return f"the display ({row.address})"
    return f"the till's line ({row.address.removeprefix('ecr/')})"


def is_allowed(row: Row, profile: Facts) -> bool:
    """Tell whether a slip may show the number in clear, by profile or as an off-line sale."""
    if row.kind != "print" or row.facts.get("mask") != _CLEAR:
        return False
    copy, kind = fact.text(row, "copy") or "", fact.text(row, "type") or ""
    return _CLEAR in forms(profile, copy, kind)
