"""R12: a power cut loses no pending reversal, and creates none for a completed transaction.

A transaction is completed once it shows as approved, or is in the journal as approved.  Cut
between the answer and the journal write it is reversed; a bench that sees no writes accepts
either, and asks what the terminal says of it afterwards.
"""

from harness.check import Judgement, Rule, fact
from harness.check.blame import blame, is_owed, last_try
from harness.check.fate import Case, Fate, Send, State, may_be_approved
from harness.check.signs import ASKING
from harness.check.tally import Tally
from harness.history.record import Row

RULES = (Rule("R12", "nv | host_wire & power"),)
_SAID = frozenset({"fail", "info", "show"})


def judge(case: Case) -> list[Judgement]:
    """Judge every reversible request after which the power was cut."""
    tally = Tally("R12")
    for fate in case.fates:
        if fate.cuts:
            _judge(tally, case, fate)
    return [tally.judgement()]


def _judge(tally: Tally, case: Case, fate: Fate) -> None:
    done = _completion(case, fate)
    if done is not None and done.index < fate.cuts[-1].index:
        _creates_none(tally, case, fate, done)
    elif is_owed(fate):
        _loses_none(tally, case, fate)
    elif fate.state in (State.APPROVED, State.UNSURE):
        _either(tally, case, fate, done)


def _completion(case: Case, fate: Fate) -> Row | None:
    """Return the row at which the transaction surely was at its end, None if there is none."""
    if fate.state is State.DECLINED:
        return _declined_at(case, fate)
    if fate.state is not State.APPROVED:
        return None
    writes = case.line.rows("nv", fate.request.index, fate.attempt.reuse - 1)
    entered = next((row for row in writes if is_in_journal(row, fate)), None)
    found = [row for row in (*fate.shown[:1], entered) if row]
    return min(found, key=lambda row: row.index, default=None)


def is_in_journal(row: Row, fate: Fate) -> bool:
    """Tell whether a whole journal write holds the transaction as approved."""
    if row.address != "journal" or row.facts.get("torn"):
        return False
    stan = fate.attempt.stan
    return any(_is_approved(record, stan) for record in fact.words(row, "records"))


def _is_approved(record: str, stan: int | None) -> bool:
    own = record.partition("|")[0] if record.endswith("|approved") else ""
    return own.isdecimal() and int(own) == stan


def _declined_at(case: Case, fate: Fate) -> Row | None:
    """Return the row at which the terminal said that it was declined."""
    answer = fate.attempt.answer
    first = answer.index if answer else fate.request.index
    rows = [row for kind in _SAID for row in case.line.rows(kind, first, fate.attempt.until)]
    said = [row for row in rows if row.actor == "till" or row.address == "RESULT"]
    return min(said, key=lambda row: row.index, default=None)


def _creates_none(tally: Tally, case: Case, fate: Fate, done: Row) -> None:
    cut = next(row for row in fate.cuts if row.index > done.index)
    sends = [one.row for one in fate.sends if one.row.index > cut.index]
    if not sends and fate.gate is None:
        return
    if not sends and case.line.is_blind("host_wire", cut.index, fate.horizon):
        tally.gap(f"host_wire was blind after the power cut of row {cut.index}")
        return
    tally.require(
        not sends,
        f"{fate.attempt.title} was completed, then the power was cut",
        expected="no reversal of a completed transaction",
        seen=f"{len(sends)} (0400)",
        at=(fate.request, done, cut, *sends),
    )


def _loses_none(tally: Tally, case: Case, fate: Fate) -> None:
    """Judge whether the reversal that was due before the last cut came after it."""
    cut = fate.cuts[-1]
    if _is_over(fate, cut):
        return
    if _after(fate.in_time, cut):
        tally.right()
    elif blame(case, fate) == "R12" and fate.hidden:
        tally.gap(fate.hidden)
    elif blame(case, fate) == "R12":
        _lost(tally, fate, fate.gate)


def _is_over(fate: Fate, cut: Row) -> bool:
    """Tell whether the reversal was concluded before the power was cut."""
    return fate.conclusion is not None and fate.conclusion.index < cut.index


def _after(sends: tuple[Send, ...], cut: Row) -> bool:
    return any(one.row.index > cut.index for one in sends)


def _lost(tally: Tally, fate: Fate, seen: Row | None) -> None:
    tally.wrong(
        f"{fate.attempt.title} was to be reversed when the power was cut",
        expected="its reversal (0400) after the next start",
        seen="none before the next transaction",
        at=(last_try(fate), fate.request, fate.cuts[-1], fate.gate, seen),
    )


def _either(tally: Tally, case: Case, fate: Fate, done: Row | None) -> None:
    """Judge a cut after the answer: reversed or completed, but not neither."""
    if done is not None or _after(fate.sends, fate.cuts[0]):
        tally.right()
        return
    if fate.gate is None or not may_be_approved(case, fate):
        return
    if case.line.observes("nv") and not case.line.is_blind("nv", 0, fate.gate.index):
        _lost(tally, fate, None)
        return
    told = _told_otherwise(case, fate, fate.gate)
    if told is None or fate.hidden:
        why = fate.hidden or "nobody asked the terminal whether it was completed"
        tally.gap(f"{fate.attempt.title} (row {fate.request.index}): {why}")
    else:
        _lost(tally, fate, told)


def _told_otherwise(case: Case, fate: Fate, gate: Row) -> Row | None:
    """Return the first word of the terminal that it did not complete the transaction."""
    asked = (call.end for call in case.calls if call.verb in ASKING and call.end)
    words = [row for row in asked if fate.cuts[0].index < row.index < gate.index]
    last = next((row for row in words if "last" in row.facts), None)
    if last is None:
        return None
    is_own = fact.number(last, "voucher") in (None, fate.attempt.stan)
    return None if is_own and last.facts["last"] == "approved" else last
