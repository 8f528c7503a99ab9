"""What became of every reversible request: whether it has to be reversed, and what was done.

The next on-line card transaction or settlement is the *gate*: what is pending has to be concluded
before it leaves.  Without a gate nothing is overdue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum

from harness.check import signs
from harness.check.answer import Taken, fits, fits_but_mac, is_mac_good, take, wait_of
from harness.check.calls import Call, calls
from harness.check.message import (
    CONCLUDING,
    REVERSAL,
    REVERSIBLE,
    SETTLEMENT,
    has_left,
    is_approval,
    is_cancel,
    is_card_transaction,
    is_code_known,
    is_reversible,
    is_whole,
    mti_of,
    name_of,
    value_of,
)
from harness.check.view import View, view
from harness.check.wire_view import Attempt, attempts_in, orphans_in
from harness.history.record import History, Row
from harness.profile.defaults import number, words
from harness.terms.immutable import immutable
from harness.wire.response_codes import PARTIAL_APPROVAL

NO_ANSWER, BAD_MAC, CANNOT_FINISH, OTHER = "98", "A0", "96", "06"
REASONS = frozenset({NO_ANSWER, BAD_MAC, CANNOT_FINISH, OTHER})


class State(Enum):
    """What the terminal has to make of a request."""

    NOT_SENT = "no byte left"  # it may be reversed, but need not
    UNSURE = "its answer may not have arrived"
    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "to be reversed"


@immutable
class Send:
    """One 0400, and the answer that a correct terminal takes for it."""

    row: Row
    taken: Taken

    @property
    def code(self) -> object:
        """Return the response code of the answer, None if there is none."""
        return value_of(self.taken.answer, "F39") if self.taken.answer else None

    @property
    def is_concluding(self) -> bool:
        """Tell whether the answer, if it arrived, concludes the reversal."""
        return self.code in CONCLUDING


@immutable
class Fate:
    """One reversible request; indices and rows only, the rules say what is wrong with them."""

    _: KW_ONLY
    attempt: Attempt
    state: State
    cause: str  # why it has to be reversed, or why nobody can tell
    reasons: frozenset[str]  # what field 39 of its reversal may say
    gate: Row | None
    sends: tuple[Send, ...]
    cuts: tuple[Row, ...]  # of the terminal's power, from the request to the gate or the end
    shown: tuple[Row, ...]  # where it shows as approved
    told: Row | None  # where a given-up reversal shows
    late: tuple[Row, ...]  # valid answers that came too late
    hidden: str  # why the absence of a reversal before the gate proves nothing

    @property
    def request(self) -> Row:
        """Return the request."""
        return self.attempt.request

    @property
    def in_time(self) -> tuple[Send, ...]:
        """Return the sends before the gate."""
        return tuple(one for one in self.sends if not self.gate or one.row.index < self.gate.index)

    @property
    def too_late(self) -> tuple[Send, ...]:
        """Return the sends after the gate."""
        return self.sends[len(self.in_time) :]

    @property
    def conclusion(self) -> Row | None:
        """Return the answer that surely concluded the reversal, before the gate or not."""
        sure = (one.taken.answer for one in self.sends if one.is_concluding and not one.taken.doubt)
        return next(sure, None)

    @property
    def may_be_concluded(self) -> bool:
        """Tell whether a reversal before the gate was concluded, or may have been."""
        return any(one.is_concluding for one in self.in_time)

    @property
    def horizon(self) -> int:
        """Return the index of the gate; if there is none, of the last send or the request."""
        last = self.sends[-1].row if self.sends else self.request
        return self.gate.index if self.gate else last.index


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the rules of reversals look at, worked out once."""

    line: View
    attempts: tuple[Attempt, ...]
    orphans: tuple[Row, ...]  # 0400s that undo no request of the history
    calls: tuple[Call, ...]
    fates: tuple[Fate, ...]
    gates: tuple[Row, ...]


def case_of(history: History) -> Case:
    """Work out a history."""
    line = view(history)
    found, made = attempts_in(line), calls(history)
    reversible = [one for one in found if _is_reversible(one, made)]
    gates = gates_of(line, found)
    return Case(
        line=line,
        attempts=tuple(found),
        orphans=tuple(orphans_in(line, found)),
        calls=tuple(made),
        gates=tuple(gates),
        fates=tuple(_fate(line, one, gates, made) for one in reversible),
    )


def _is_reversible(attempt: Attempt, made: Sequence[Call]) -> bool:
    """Tell it by the call or the reversal where the request was cut too short to be read."""
    if is_whole(attempt.request) or name_of(attempt.request) != "unknown":
        return is_reversible(attempt.request)
    call = signs.call_of_attempt(made, attempt)
    return bool(attempt.reversals) or (call is not None and call.verb in REVERSIBLE)


def _fate(line: View, attempt: Attempt, gates: Iterable[Row], made: Sequence[Call]) -> Fate:
    gate = next((row for row in gates if row.index > attempt.begin.index), None)
    last = gate.index if gate else line.end - 1
    sends = tuple(Send(row, take(line, row)) for row in attempt.reversals)
    cuts = line.power_cuts(attempt.begin, last)
    is_plain = attempt.answer and not attempt.doubt and not sends and not cuts
    shown = [] if is_plain else signs.approvals(line, made, attempt)
    state, cause = _state(line, attempt, is_shown=bool(shown))
    return Fate(
        attempt=attempt,
        state=state,
        cause=cause,
        reasons=_reasons(line, attempt, state) if sends else REASONS,
        gate=gate,
        sends=sends,
        cuts=tuple(cuts),
        shown=tuple(shown),
        told=None if is_plain else _told(line, attempt, sends, last),
        late=tuple(_late(line, attempt)),
        hidden="" if is_plain else _hidden(line, attempt, last),
    )


def gates_of(line: View, found: Iterable[Attempt]) -> list[Row]:
    """Return the on-line card transactions and settlements that left, in order."""
    begun = (one.request for one in found if not one.is_overtaken)
    cards = filter(is_card_transaction, begun)
    batches = [row for row in line.left if mti_of(row) == SETTLEMENT]
    return sorted(filter(has_left, [*cards, *batches]), key=lambda row: row.index)


def _state(line: View, attempt: Attempt, *, is_shown: bool) -> tuple[State, str]:
    answer, profile = attempt.answer, line.profile
    if not has_left(attempt.request):
        return State.NOT_SENT, ""
    if attempt.is_overtaken:
        return State.PENDING, "its reversal came before it"
    if answer is None:
        return State.PENDING, _silence(line, attempt)
    code = value_of(answer, "F39")
    if is_approval(answer, profile):
        is_taken = is_shown or not attempt.doubt
        return (State.APPROVED, "") if is_taken else (State.UNSURE, attempt.doubt)
    if attempt.doubt or code == PARTIAL_APPROVAL:
        return State.UNSURE, attempt.doubt or f"code {code} approves a part of a sale only"
    if not is_code_known(answer, profile):
        return State.PENDING, f"response code {code} is not in the profile's table"
    if is_reversed_by_profile(line, attempt):
        return State.PENDING, f"the profile reverses after response code {code}"
    return State.DECLINED, ""


def is_reversed_by_profile(line: View, attempt: Attempt) -> bool:
    """Tell whether the profile reverses after this answer, though it is a valid decline."""
    listed = words(line.profile, "reversal_on_f39")
    return attempt.answer is not None and value_of(attempt.answer, "F39") in listed


def may_be_approved(case: Case, fate: Fate) -> bool:
    """Tell whether the host approved, whether the answer arrived or not."""
    answer = fate.attempt.answer
    return answer is not None and is_approval(answer, case.line.profile)


def _silence(line: View, attempt: Attempt) -> str:
    """Say why there is no valid answer."""
    if attempt.power_cut:
        return "the power was cut before a valid answer came"
    if any(map(is_cancel, line.rows("act", attempt.request.index, attempt.until))):
        return "CANCEL was pressed before a valid answer came"
    return "no valid answer came" if wait_of(line, attempt.request) else "no answer came"


def _reasons(line: View, attempt: Attempt, state: State) -> frozenset[str]:
    """Return what field 39 of its reversal may say; the causes that coincide add up."""
    is_unclear = state in (State.NOT_SENT, State.UNSURE) or attempt.doubt
    if is_unclear or is_disturbed(line, attempt):
        return REASONS
    if attempt.answer is not None:
        unclear = {NO_ANSWER} if attempt.power_cut or state is not State.APPROVED else set()
        return frozenset({CANNOT_FINISH, OTHER, *unclear})
    first, last = attempt.request.index + 1, attempt.until
    came = wait_of(line, attempt.request, {row.index for row in attempt.repeats})
    has_bad_mac = [row for row in came if _is_bad_mac(line, attempt, row)]
    spoils = (
        any(row.value == "lost" for row in line.rows("disconnect", first, last))
        or any(map(is_cancel, line.rows("act", first, last)))
        or attempt.power_cut
        or not is_whole(attempt.request)
        or len(came) > len(has_bad_mac)
    )
    if spoils:
        return frozenset({NO_ANSWER, OTHER, *({BAD_MAC} if came else ())})
    return frozenset({BAD_MAC if has_bad_mac else NO_ANSWER})


def is_disturbed(line: View, attempt: Attempt) -> bool:
    """Tell whether something else came before the valid answer, and may have ended the wait."""
    if attempt.answer is None:
        return False
    came = wait_of(line, attempt.request, {row.index for row in attempt.repeats})
    return any(row.index < attempt.answer.index for row in came)


def _is_bad_mac(line: View, attempt: Attempt, answer: Row) -> bool:
    is_alike = fits_but_mac(attempt.request, answer, line.profile) is not None
    return is_alike and not is_mac_good(answer, line.profile)


def _late(line: View, attempt: Attempt) -> list[Row]:
    """Return the answers that would have been valid, had they come in time.

    One that CANCEL made late is not among them: a terminal that takes it has ignored CANCEL.
    """
    if attempt.answer is not None:
        return []
    limit_ns = attempt.request.time_ns + line.answer_timeout_ns
    rows = (row for row in attempt.answers if row.index > attempt.until or row.time_ns > limit_ns)
    return [row for row in rows if fits(attempt.request, row, line.profile) is not None]


def _told(line: View, attempt: Attempt, sends: Sequence[Send], last: int) -> Row | None:
    """Look after the last send that may have been the limit, else up to the gate."""
    attempts_max = number(line.profile, "reversal_attempts_max")
    if len(sends) < attempts_max:
        return signs.given_up(line, attempt, attempt.begin.index, last)
    begin = sends[-1].row.index
    later = (row.index for row in line.left if row.index > begin and mti_of(row) == REVERSAL)
    end = next(later, line.end)
    return signs.given_up(line, attempt, begin, end)


def _hidden(line: View, attempt: Attempt, last: int) -> str:
    if line.is_blind("host_wire", attempt.begin.index, last):
        return f"host_wire was blind after {attempt.title} (row {attempt.request.index})"
    faults = [] if line.is_at_terminal else line.line_faults(attempt.begin.index, last)
    hit = next((row for row in faults if "0400" in row.address), None)
    return f"a reversal may have been lost before the host (row {hit.index})" if hit else ""
