"""Which answer a correct terminal takes for a message that it sent, and when nobody can tell.

Source: UnionPay POS messages: the answer's MTI is the request's + 10, it repeats fields 3, 4, 11,
41 and 42, and its MAC is right (on declines by profile).
"""

from collections.abc import Collection, Iterable

from harness.check.message import (
    REVERSAL,
    is_answer_mti,
    is_approval,
    is_cancel,
    is_power_cut,
    mti_of,
    name_of,
    value_of,
)
from harness.check.view import HARMLESS as HARMLESS
from harness.check.view import View, between
from harness.history.record import Facts, Row
from harness.profile.defaults import parameter
from harness.terms.immutable import immutable
from harness.wire.response_codes import PARTIAL_APPROVAL

REPEATED = ("F3", "F4", "F11", "F41", "F42")
READ_OUT = "caller hung up"  # in order, all that was sent to it read


@immutable
class Taken:
    """The answer that a correct terminal takes for a message it sent."""

    answer: Row | None
    doubt: str = ""


def next_message(left: Iterable[Row], row: Row, own: Collection[int] = ()) -> Row | None:
    """Return the terminal's next message after `row`, leaving out those of index `own`."""
    return next((one for one in left if one.index > row.index and one.index not in own), None)


def take(view: View, send: Row, own: Collection[int] = ()) -> Taken:
    """Return the answer that a correct terminal takes for the message `send`.

    The wait ends with the terminal's next message, its power, its end of the line, CANCEL (by
    profile) or the time-out; `own` are the indices of its repeats, which end nothing.
    """
    following = next_message(view.left, send, own)
    last = following.index if following else view.end
    end = _end_of_wait(view, send, last)
    for answer in between(view.came, send.index + 1, end - 1):
        fit = fits(send, answer, view.profile)
        keys = _key_doubt(view, send, answer)
        if fit is None and keys:
            fit = fits_but_mac(send, answer, view.profile)
        if fit is not None:
            doubt = fit or keys or _line_doubt(view, answer, last)
            return _in_time(view, send, answer, doubt)
    return Taken(None)


def wait_of(view: View, send: Row, own: Collection[int] = ()) -> list[Row]:
    """Return everything that came while the terminal waited, an answer to `send` or not."""
    following = next_message(view.left, send, own)
    end = _end_of_wait(view, send, following.index if following else view.end)
    last_ns = send.time_ns + view.answer_timeout_ns + view.tolerance_ns
    came = between(view.came, send.index + 1, end - 1)
    return [row for row in came if row.time_ns <= last_ns]


def _key_doubt(view: View, send: Row, answer: Row) -> str:
    """Return why the terminal may think otherwise of the MAC than we do."""
    has_key = send.facts.get("mac_ok") is True or answer.facts.get("mac") != "present"
    if has_key or view.are_keys_certain(answer):
        return ""
    return "the keys of the last sign-in may not have arrived"


def _end_of_wait(view: View, send: Row, last: int) -> int:
    hung_up = [row for row in view.rows("disconnect", send.index, last) if _is_own_end(row)]
    ends = [*view.power_cuts(send, last)[:1], *hung_up[:1]]
    return min((row.index for row in ends), default=last)


def _is_own_end(row: Row) -> bool:
    return row.actor == "terminal" and row.address.startswith("host")


def _in_time(view: View, send: Row, answer: Row, doubt: str) -> Taken:
    profile = view.profile
    tolerance, limit = view.tolerance_ns, view.answer_timeout_ns
    waited = answer.time_ns - send.time_ns
    if waited > limit + tolerance:
        return Taken(None)
    if waited >= limit - tolerance:
        return Taken(answer, doubt or "the answer came within the tolerance of the time-out")
    cancelled = next(filter(is_cancel, view.rows("act", send.index, answer.index)), None)
    if cancelled and parameter(profile, "cancel_while_waiting") == "reverse":
        if answer.time_ns - cancelled.time_ns > tolerance and mti_of(send) != REVERSAL:
            return Taken(None)
        return Taken(answer, doubt or "CANCEL was pressed before the answer came")
    if between(view.aborts, send.index, answer.index):
        return Taken(answer, doubt or "the till had aborted before the answer came")
    return Taken(answer, doubt)


def fits(request: Row, answer: Row, profile: Facts) -> str | None:
    """Return None if the answer is not the request's, else what is doubtful about it, or ""."""
    if not is_mac_good(answer, profile):
        return None
    return fits_but_mac(request, answer, profile)


def fits_but_mac(request: Row, answer: Row, profile: Facts) -> str | None:
    """Return the same whatever the answer's MAC."""
    if not is_answer_mti(answer, request) or answer.facts.get("malformed"):
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


def is_mac_good(answer: Row, profile: Facts) -> bool:
    """Tell whether nothing is wrong with the MAC, as far as it is checked."""
    is_checked = is_approval(answer, profile) or parameter(profile, "mac_on_decline") == "checked"
    is_right = answer.facts.get("mac_ok") is not False and not answer.facts.get("key_missing")
    return not is_checked or is_right


def _line_doubt(view: View, answer: Row, last: int) -> str:
    """At the host's end a fault, power or line loss may have kept the answer away."""
    if view.is_at_terminal:
        return ""
    if answer.facts.get("spoiled"):
        return "the host's answer was spoiled on the way"
    last = _read_by(view, answer, last)
    for fault in view.line_faults(answer.index - 2, last):
        return f"the host's answer may not have arrived: {fault.facts.get('action')}"
    for kind in ("power", "disconnect"):
        for row in filter(_is_loss, view.rows(kind, answer.index + 1, last)):
            return f"the host's answer may not have arrived: {row.kind} {row.value}"
    return ""


def _read_by(view: View, answer: Row, last: int) -> int:
    """Return where the caller hung up in order, having read all that was sent, else `last`."""
    ends = (row for row in view.rows("disconnect", answer.index + 1, last) if row.value == READ_OUT)
    return next((row.index for row in ends), last)


def _is_loss(row: Row) -> bool:
    return is_power_cut(row) or (row.kind == "disconnect" and row.value == "lost")
