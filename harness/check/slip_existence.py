"""L1: an approval slip exists exactly if the transaction is approved.

Paper and power faults excuse that it is missing; then it can be reprinted.  A slip under a number
that must have been seen on the line, and was not, belongs to nothing that can be approved.
"""

from harness.check import fact
from harness.check.calls import Call
from harness.check.message import SETTLEMENT, STAN_MAX, mti_of, stan_of
from harness.check.paper import NOT_JUDGED, Paper, Slip
from harness.check.subject import State, Subject
from harness.check.tally import Tally
from harness.history.record import Row

_QUIET = frozenset({"reprint", "status", "enquire", "settle"})
_WHY = {
    State.DECLINED: "a decline",
    State.UNANSWERED: "no valid answer",
    State.REVERSED: "its reversal",
}


def judge_existence(tally: Tally, paper: Paper) -> None:
    """Judge each approval slip by its transaction, and each transaction by its slips."""
    observes = paper.line.history.header.observes
    source = "host_wire" if "host_wire" in observes else "ledger"
    if paper.line.is_blind(source):
        tally.gap(f"{source} was blind: what was approved is not certain")
    for slip in paper.slips:
        if slip.is_approval and slip.row.facts.get("type") not in NOT_JUDGED:
            _slip(tally, paper, slip)
    for place, subject in enumerate(paper.subjects):
        if subject.state in _WHY:
            _absence(tally, paper, subject)
        elif subject.state is State.APPROVED:
            _presence(tally, paper, subject)
            if not _is_printed(paper, subject) and _is_excused(paper, subject):
                _reprintable(tally, paper, place)


def _slip(tally: Tally, paper: Paper, slip: Slip) -> None:
    subject = slip.subject
    if subject is None:
        if _is_from_nowhere(paper, slip):
            _wrong(tally, slip, seen="no request under that number", at=())
        return
    is_early = subject.answer is not None and slip.row.index < subject.answer.index
    if not (subject.state in _WHY or is_early):
        return
    if _is_broken_off(slip.row) and not _is_in_call(paper, slip, subject):
        tally.gap(f"the slip of row {slip.row.index} ended before its number: nobody knows whose")
    else:
        seen = _WHY.get(subject.state, "an answer only afterwards")
        _wrong(tally, slip, seen=f"{seen} of {subject.title}", at=subject.evidence)


def _is_broken_off(row: Row) -> bool:
    """Tell whether a slip ended before its number."""
    return row.facts.get("is_complete") is False and "voucher" not in row.facts


def _is_in_call(paper: Paper, slip: Slip, subject: Subject) -> bool:
    """Tell whether it was printed in the call that made the transaction: it is no reprint then."""
    call = None if paper.is_unguarded else paper.line.call_at(slip.row.index)
    return call is not None and call is paper.line.call_at(subject.begin)


def _wrong(tally: Tally, slip: Slip, *, seen: str, at: tuple[Row | None, ...]) -> None:
    tally.wrong(
        f"{slip.title} says approved",
        expected="an approval that was taken and not reversed",
        seen=seen,
        at=(slip.row, *at),
    )


def _is_from_nowhere(paper: Paper, slip: Slip) -> bool:
    """Tell whether the slip's request must be in the history and is not."""
    line, row = paper.line, slip.row
    is_blind = any(line.is_blind(name, 0, row.index) for name in ("host_wire", "ledger"))
    if slip.reprint or slip.is_marked or is_blind:
        return False
    before = [one.request for one in line.exchanges if one.request.index < row.index]
    if _is_after(fact.number(row, "voucher"), before):
        return True
    call = line.call_at(row.index)
    return call is not None and call.verb not in _QUIET


def _is_after(voucher: int | None, before: list[Row]) -> bool:
    """Tell whether the number is higher than the first that was seen on the line."""
    first = next((stan for row in before if (stan := stan_of(row)) is not None), None)
    return voucher is not None and first is not None and 0 < (voucher - first) % STAN_MAX < 500_000


def _absence(tally: Tally, paper: Paper, subject: Subject) -> None:
    """Count a transaction that rightly has no slip; a slip it has is judged by itself."""
    is_said = any(slip.is_approval for slip in paper.of(subject))
    if not is_said and not paper.line.is_blind("slip", subject.begin, subject.over - 1):
        tally.right()


def _is_printed(paper: Paper, subject: Subject) -> bool:
    return any(slip.is_approval and slip.is_whole for slip in paper.of(subject))


def _is_excused(paper: Paper, subject: Subject) -> bool:
    """Tell whether paper or power failed when the slip was due."""
    return paper.is_hindered(subject)


def _presence(tally: Tally, paper: Paper, subject: Subject) -> None:
    is_printed = _is_printed(paper, subject)
    if is_printed:
        tally.right()
        return
    if _is_excused(paper, subject) or not _is_due(paper, subject):
        return
    if paper.is_unguarded:
        tally.gap(f"nobody saw whether paper or power failed before the slip of {subject.title}")
    elif not any(paper.line.is_blind(name, subject.begin) for name in ("slip", "host_wire")):
        tally.wrong(
            f"{subject.title} was approved",
            expected="an approval slip, as neither paper nor power failed",
            seen="none",
            at=subject.evidence,
        )


def _is_due(paper: Paper, subject: Subject) -> bool:
    """Tell whether the terminal has done with it: it went on, its call ended, or all is at rest."""
    line = paper.line
    if line.history.header.profile.get("ecr_confirm") == "required":
        return False  # without the till's word it is taken back
    call = line.call_at(subject.begin)
    is_over = subject.over <= line.last or (call is not None and call.end is not None)
    return is_over or any(row.value == "end" for row in line.of("note") if row.address == "rest")


def _reprintable(tally: Tally, paper: Paper, place: int) -> None:
    """Judge the first reprint of the last transaction that had paper and power."""
    subject = paper.subjects[place]
    call = reprint_of_last(paper, place)
    if call is None or call.end is None:
        return
    begin, end = call.invoke.index, call.end.index
    if paper.is_troubled(begin, end) or paper.line.is_blind("slip", begin, end):
        return
    tally.require(
        any(slip.is_approval for slip in paper.slips if slip.reprint is call),
        f"the slip of {subject.title} was not printed whole, and the last slip was asked for",
        expected="its reprint",
        seen="no slip",
        at=(*subject.evidence, call.invoke, call.end),
    )


def reprint_of_last(paper: Paper, place: int) -> Call | None:
    """Return the first reprint-last call at which this transaction is the last approved one."""
    subject, line = paper.subjects[place], paper.line
    asked = (call for call in line.calls if call.invoke.index > subject.begin)
    first = next(filter(_is_for_last, asked), None)
    if first is None:
        return None
    until = line.last + 1
    for later in paper.subjects[place + 1 :]:
        if later.state in {State.APPROVED, State.UNSURE}:
            until = later.begin
            break
    settled = [one.request.index for one in line.exchanges if mti_of(one.request) == SETTLEMENT]
    until = min([until, *(index for index in settled if index > subject.begin)])
    return first if first.invoke.index < until else None


def _is_for_last(call: Call) -> bool:
    return call.verb == "reprint" and "original_voucher" not in call.invoke.facts
