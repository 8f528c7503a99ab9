"""E3 and E5: the till waits as long as the terminal says that it works, and repeats no payment.

Source: ZVT timer T4: 180 s, which each message of the terminal starts anew.
"""

from harness.check import Judgement
from harness.check.calls import Call
from harness.check.exchange import SECOND_NS, Line, seconds, tolerance_ns
from harness.check.message import is_power_cut
from harness.check.tally import Tally
from harness.check.till_frames import (
    ENDS,
    FRAMING,
    LOSSES,
    PAYING,
    command_of,
    frames,
    is_ecr_fault,
)
from harness.check.view import between
from harness.history.record import Row

_T4_NS = 180 * SECOND_NS
_REPEATS_NS = 20 * SECOND_NS  # the till's own three tries of five seconds, and some
_MONEY = frozenset({"0601", "0622", "0624", "0625", "0630", "0631", "0F03"})
_ASKING = frozenset({"status", "enquire"})
_ABORT = "06B0"


def judge_timers(line: Line) -> Judgement:
    """E3: judge every call that took long, or that the till gave up."""
    tally = Tally("E3")
    waited = [call for call in line.calls if call.verb in PAYING and not _is_quick(call)]
    own = frames(line, "till") if waited else []
    disturbing = _disturbing(line) if waited else []
    for call in waited:
        if not any(map(call.holds, disturbing)):
            end = call.end.index if call.end else line.last + 1
            _wait(tally, line, call, between(own, call.invoke.index + 1, end - 1))
    return tally.judgement()


def _is_quick(call: Call) -> bool:
    """Tell whether a call had its result before any timer could end it."""
    end = call.end
    return end is not None and end.kind == "ok" and end.time_ns - call.invoke.time_ns <= _T4_NS


def _disturbing(line: Line) -> list[Row]:
    """Return what else may have ended the till's waiting."""
    faults = (row for row in line.of("fault") if is_ecr_fault(row, FRAMING | LOSSES))
    cuts = (row for row in line.of("power") if is_power_cut(row))
    aborts = (row for row in line.of("tx") if row.actor == "till" and command_of(row) == _ABORT)
    return [*faults, *cuts, *aborts]


def _wait(tally: Tally, line: Line, call: Call, own: list[Row]) -> None:
    """Judge how long the till waited after each message of the terminal."""
    came = [row for row in own if row.kind == "rx"]
    if not came or any(command_of(row) in ENDS for row in came):
        _went_on(tally, call, came)
        return
    last, end = came[-1], call.end or line.history.rows[-1]
    waited_ns, slack_ns = end.time_ns - last.time_ns, tolerance_ns(line.history.header)
    is_early = call.end is not None and waited_ns < _T4_NS - slack_ns
    is_late = waited_ns > _T4_NS + _REPEATS_NS + slack_ns
    if not is_late and (call.end is None or command_of(last).startswith("84")):
        return
    if line.is_blind("ecr_wire", call.invoke.index, end.index):
        tally.gap(f"ecr_wire was blind after row {call.invoke.index}: a message may have come")
        return
    tally.require(
        not (is_early or is_late),
        f"the terminal fell silent in a {call.verb}",
        expected=f"the till to wait {seconds(_T4_NS)} from its last message, and no longer",
        seen=f"{'given up after' if call.end else 'still waiting after'} {seconds(waited_ns)}",
        at=(call.invoke, last, call.end),
    )


def _went_on(tally: Tally, call: Call, came: list[Row]) -> None:
    """Count a call that took longer than the timer, because messages kept coming."""
    if came and came[-1].time_ns - call.invoke.time_ns > _T4_NS:
        tally.right()


def judge_resends(line: Line) -> Judgement:
    """E5: judge every call for money in which the till's line was lost, and every stray command."""
    tally = Tally("E5")
    sent = [row for row in line.of("tx") if row.actor == "till" and command_of(row) in _MONEY]
    own = frames(line, "till") if sent else []
    losses = [row for row in line.of("fault") if is_ecr_fault(row, LOSSES | {"drop"})]
    wrong = [row for row in sent if _is_resent(line, row, own, losses)]
    for row in wrong:
        tally.wrong(
            f"the till sent {command_of(row)} again on its own",
            expected="a question for the result: the first command may have been carried out",
            seen="the command once more",
            at=(*[one for one in sent if one.index < row.index][-1:], row),
        )
    for call in line.calls:
        lost = next((row for row in losses if call.holds(row)), None)
        if lost and any(call.holds(row) for row in sent):
            _is_quiet(tally, line, call, wrong)
    return tally.judgement()


def _is_quiet(tally: Tally, line: Line, call: Call, wrong: list[Row]) -> None:
    end = call.end.index if call.end else line.last
    if line.is_blind("ecr_wire", call.invoke.index, end):
        tally.gap(f"ecr_wire was blind in the call of row {call.invoke.index}")
    elif not any(call.holds(row) for row in wrong):
        tally.right()


def _is_resent(line: Line, row: Row, own: list[Row], losses: list[Row]) -> bool:
    """Tell whether nobody asked for a command: in no call, or for the second time in one.

    A frame may be repeated until the terminal has said anything; a refusal is no carrying out.
    """
    call = line.call_at(row.index)
    if call is None or call.verb in _ASKING:
        return True
    begin = call.invoke.index
    earlier = between(own, begin + 1, row.index - 1)
    first = next((one for one in earlier if command_of(one) == command_of(row)), None)
    if first is None:
        return False
    said = [one for one in earlier if one.index > first.index and one.kind == "rx"]
    is_heard = any(not command_of(one).startswith("84") for one in said)
    is_cut = any(
        first.index < one.index < row.index and one.facts.get("action") == "cut" for one in losses
    )
    return is_heard or is_cut
