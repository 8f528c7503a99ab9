"""Which answer a correct terminal takes for a message that it sent, and when nobody can tell.

Source: UnionPay POS messages: the answer's MTI is the request's + 10, it repeats fields 3, 4, 11,
41 and 42, and its MAC is right (on declines by profile).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.check.message import (
    is_answer_mti,
    is_approval,
    is_cancel,
    is_power_cut,
    is_seen_at_terminal,
    name_of,
    value_of,
)
from harness.history.record import Facts, History, Row
from harness.profile.defaults import number, parameter
from harness.wire.response_codes import PARTIAL_APPROVAL

REPEATED = ("F3", "F4", "F11", "F41", "F42")
ECR_ABORT = "ecr/06B0"
HARMLESS = frozenset({"duplicate", "paper_out", "printer_dead"})  # to the host line
SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer that a correct terminal takes for a message it sent."""

    answer: Row | None
    doubt: str = ""


def next_message(left: Iterable[Row], row: Row, own: Collection[int]) -> Row | None:
    """Return the terminal's next message after `row`, leaving out those of index `own`."""
    return next((one for one in left if one.index > row.index and one.index not in own), None)


def take(
    history: History, send: Row, left: list[Row], came: list[Row], own: Collection[int] = ()
) -> Taken:
    """Return the answer that a correct terminal takes for the message `send`.

    The wait ends with the terminal's next message, its power, its end of the line, CANCEL (by
    profile) or the time-out; `own` are the indices of its repeats, which end nothing.
    """
    following = next_message(left, send, {*own, send.index})
    last = following.index if following else len(history.rows)
    ends = (row for row in history.rows[send.index + 1 : last] if _ends_wait(row))
    end = next((row.index for row in ends), last)
    for answer in came:
        if send.index < answer.index < end:
            fit = _fit(send, answer, history.header.profile)
            if fit is not None:
                return _in_time(history, send, answer, fit or _line_doubt(history, answer, last))
    return Taken(None)


def _ends_wait(row: Row) -> bool:
    return is_power_cut(row) or (row.kind == "disconnect" and row.actor == "terminal")


def _in_time(history: History, send: Row, answer: Row, doubt: str) -> Taken:
    profile = history.header.profile
    tolerance = number(profile, "timeout_tolerance_s") * SECOND_NS
    limit = number(profile, "answer_timeout_s") * SECOND_NS
    waited = answer.time_ns - send.time_ns
    if waited > limit + tolerance:
        return Taken(None)
    if waited >= limit - tolerance:
        return Taken(answer, doubt or "the answer came within the tolerance of the time-out")
    for row in history.rows[send.index : answer.index]:
        if is_cancel(row) and parameter(profile, "cancel_while_waiting") == "reverse":
            if answer.time_ns - row.time_ns > tolerance:
                return Taken(None)
            return Taken(answer, doubt or "the answer came at the moment of CANCEL")
        if row.kind == "tx" and row.actor == "till" and row.address == ECR_ABORT:
            return Taken(answer, doubt or "the till had aborted before the answer came")
    return Taken(answer, doubt)


def _fit(request: Row, answer: Row, profile: Facts) -> str | None:
    """Return None if the answer is not the request's, else what is doubtful about it, or ""."""
    is_valid = is_answer_mti(answer, request) and not answer.facts.get("malformed")
    if not is_valid or not _is_mac_good(answer, profile):
        return None
    is_partial = value_of(answer, "F39") == PARTIAL_APPROVAL and name_of(request) == "sale"
    absent = []
    for name in REPEATED:
        asked, told = value_of(request, name), value_of(answer, name)
        if asked is not None and told is None:
            absent.append(name[1:])
        elif asked is not None and asked != told and not (name == "F4" and is_partial):
            return None
    if "11" in absent or (absent and is_approval(answer, profile)):
        return f"the answer lacks field {', '.join(absent)}"
    is_bare = request.facts.get("mac") == "present" and answer.facts.get("mac") == "absent"
    return "the approval carries no MAC" if is_bare and is_approval(answer, profile) else ""


def _is_mac_good(answer: Row, profile: Facts) -> bool:
    is_checked = is_approval(answer, profile) or parameter(profile, "mac_on_decline") == "checked"
    return not is_checked or answer.facts.get("mac_ok") is not False


def _line_doubt(history: History, answer: Row, last: int) -> str:
    """At the host's end a fault, power or line loss may have kept the answer away."""
    if is_seen_at_terminal(history):
        return ""
    for row in history.rows[max(answer.index - 2, 0) : last + 1]:
        if row.kind == "fault" and row.facts.get("action") not in HARMLESS:
            return f"the host's answer may not have arrived: {row.facts.get('action')}"
        if row.index > answer.index and _is_loss(row):
            return f"the host's answer may not have arrived: {row.kind} {row.value}"
    return ""


def _is_loss(row: Row) -> bool:
    return is_power_cut(row) or (row.kind == "disconnect" and row.value == "lost")
