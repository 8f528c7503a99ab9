"""The host line as checkers see it: what left the terminal, what reached it, what it was about.

Where the bench sits at the terminal (`host_wire_at: terminal`) its own rows are the truth.  Where
only the host's rows exist, what the host received stands for what was sent, and what the host
sent may have arrived: `Attempt.doubt` then says why an answer proves nothing.  An order is taken
only from the terminal's own doings or along a message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.check.answer import Taken, next_message, take
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    is_answer_mti,
    is_power_cut,
    is_same_stan,
    is_seen_at_terminal,
    is_whole,
    mti_of,
    stan_of,
    title,
    value_of,
)
from harness.check.message import is_approval as is_approval
from harness.check.message import is_card_transaction as is_card_transaction
from harness.check.message import is_reversible as is_reversible
from harness.history.record import History, Row
from harness.profile.defaults import parameter

DEADLY = frozenset({"drop", "truncate", "corrupt"})  # to the frame at whose point they are


@dataclass(frozen=True, slots=True)
class Attempt:
    """One financial request and what became of it, until its STAN is used again."""

    request: Row
    answers: tuple[Row, ...]  # all that came before `following`, and later ones that name it
    answer: Row | None  # the one that a correct terminal takes; see `doubt`
    until: int  # index of `following`, else of the last row
    power_cut: Row | None  # of the terminal, after the request and before `until`
    reversals: tuple[Row, ...]  # its 0400s, whole or cut short
    reversal_answers: tuple[Row, ...]  # 0410s that name them
    following: Row | None = None  # the terminal's next message that is no repeat of this one
    doubt: str = ""  # why nobody can tell from the line whether the answer was taken

    @property
    def stan(self) -> int | None:
        """Return the STAN, None if it could not be read."""
        return stan_of(self.request)

    @property
    def title(self) -> str:
        """Return "sale 000123"."""
        return title(self.request)


def sent(history: History) -> list[Row]:
    """Return the whole messages that left the terminal."""
    return [row for row in departures(history) if is_whole(row)]


def departures(history: History) -> list[Row]:
    """Return the messages that left the terminal, those cut short included."""
    if is_seen_at_terminal(history):
        return _rows(history, "terminal", "tx", "host/")
    return _without_copies(history, _rows(history, "host", "rx", "terminal/"))


def got(history: History) -> list[Row]:
    """Return the whole messages that reached the terminal, or may have."""
    if is_seen_at_terminal(history):
        came = _rows(history, "terminal", "rx", "host/")
    else:
        tx = _rows(history, "host", "tx", "terminal/")
        came = [row for row in tx if not _is_lost(history, row)]
    return [row for row in came if is_whole(row)]


def is_seen_at_terminal(history: History) -> bool:
    return history.header.host_wire_at == "terminal"


def _rows(history: History, actor: str, kind: str, prefix: str) -> list[Row]:
    return [
        row
        for row in history.rows
        if row.kind == kind and row.actor == actor and row.address.startswith(prefix)
    ]


def faults(history: History, first: int, last: int) -> list[Row]:
    """Return the faults that happened between two rows, both included."""
    return [row for row in history.rows[max(first, 0) : last + 1] if row.kind == "fault"]


def _without_copies(history: History, received: list[Row]) -> list[Row]:
    """Leave out what the bench itself doubled on the way to the host."""
    kept: list[Row] = []
    used: set[int] = set()
    for row in received:
        before = kept[-1] if kept else None
        copies = faults(history, before.index - 1, row.index) if before else []
        made = [
            fault.index
            for fault in copies
            if fault.facts.get("action") == "duplicate" and fault.index not in used
        ]
        if before and made and _same(before, row):
            used.add(made[0])
        else:
            kept.append(row)
    return kept


def _same(one: Row, other: Row) -> bool:
    return one.address == other.address and dict(one.facts) == dict(other.facts)


def _is_lost(history: History, row: Row) -> bool:
    """Tell whether a fault at the very point of this frame kept it from the terminal."""
    near = history.rows[max(row.index - 2, 0) : row.index + 3]
    return any(
        fault.kind == "fault"
        and fault.facts.get("action") in DEADLY
        and f" {mti_of(row)} " in fault.address
        for fault in near
    )


def attempts(history: History) -> list[Attempt]:
    """Return every financial request in order; an identical repeat belongs to its original."""
    left, came = departures(history), got(history)
    sends: list[list[Row]] = []
    for row in left:
        if mti_of(row) not in FINANCIAL:
            continue
        own = next((one for one in reversed(sends) if _is_repeat(history, one, row, sends)), None)
        if own is None:
            sends.append([row])
        else:
            own.append(row)
    requests = [one[0] for one in sends]
    owners = _owners(history, requests, left)
    return [_attempt(history, one, left, came, owners) for one in sends]


def _is_repeat(history: History, own: list[Row], row: Row, sends: list[list[Row]]) -> bool:
    """An advice is repeated until it is accepted; any other request only at once, if ever."""
    if _identity(own[0]) != _identity(row) or stan_of(row) is None:
        return False
    if mti_of(row) == "0220":
        return True
    between = history.rows[own[-1].index : row.index]
    return own is sends[-1] and not any(
        other.kind == "invoke" or is_power_cut(other) for other in between
    )


def _identity(row: Row) -> tuple[object, ...]:
    names = ("stan", "batch", "F3", "amount_minor", "card", "type_code")
    return (mti_of(row), *(row.facts.get(name) for name in names))


def _owners(history: History, requests: list[Row], left: list[Row]) -> dict[int, Row]:
    """Return the request that each 0400 (by index) undoes; one that undoes none is absent."""
    found: dict[int, Row] = {}
    for row in left:
        if mti_of(row) == REVERSAL:
            before = [request for request in requests if request.index < row.index]
            owner = _owner(history, row, list(reversed(before)), found)
            if owner is not None:
                found[row.index] = owner
    return found


def _owner(
    history: History, reversal: Row, latest_first: list[Row], found: dict[int, Row]
) -> Row | None:
    by_original = [one for one in latest_first if is_same_stan(reversal, one)]
    if parameter(history.header.profile, "reversal_stan") == "new":
        by_original = [one for one in latest_first if _names_in_f61(reversal, one)] or by_original
    if by_original:
        return by_original[0]
    repeated = [
        found[row.index]
        for row in reversed(history.rows[: reversal.index])
        if row.index in found and is_same_stan(reversal, row)
    ]
    return next(iter([*repeated, *(one for one in latest_first if _is_like(reversal, one))]), None)


def _names_in_f61(reversal: Row, request: Row) -> bool:
    stan, batch = stan_of(request), str(request.facts.get("batch", ""))
    return stan is not None and str(value_of(reversal, "F61"))[:12] == f"{batch}{stan:06}"


def _is_like(reversal: Row, request: Row) -> bool:
    """Tell whether all but the STAN say that the request is meant."""
    alike = ("F3", "amount_minor", "type_code", "card")
    return "F3" in reversal.facts and all(
        reversal.facts.get(name) == request.facts.get(name) for name in alike
    )


def orphans(history: History) -> list[Row]:
    """Return the 0400s that undo no request of this history."""
    owned = {row.index for one in attempts(history) for row in one.reversals}
    left = departures(history)
    return [row for row in left if mti_of(row) == REVERSAL and row.index not in owned]


def _attempt(
    history: History, sends: list[Row], left: list[Row], came: list[Row], owners: dict[int, Row]
) -> Attempt:
    request, own = sends[0], {row.index for row in sends}
    following = next_message(left, request, own)
    until = following.index if following else history.rows[-1].index
    reuse = _reuse(history, request, own, left)
    reversals = tuple(row for row in left if owners.get(row.index) is request)
    takes = [take(history, row, left, came, own) for row in sends]
    taken = next((one for one in takes if one.answer), Taken(None))
    return Attempt(
        request=request,
        answers=tuple(row for row in came if _is_its_own(row, request, until, reuse)),
        answer=taken.answer,
        until=until,
        power_cut=next(filter(is_power_cut, history.rows[request.index + 1 : until + 1]), None),
        reversals=reversals,
        reversal_answers=tuple(_answers_to(reversals, came, reuse)),
        following=following,
        doubt=taken.doubt,
    )


def _reuse(history: History, request: Row, own: set[int], left: list[Row]) -> int:
    """Return the index at which another request has the same STAN, else that after the last."""
    later = (row for row in left if row.index > request.index and row.index not in own)
    again = (row for row in later if mti_of(row) in FINANCIAL and is_same_stan(row, request))
    return next((row.index for row in again), len(history.rows))


def _is_its_own(answer: Row, request: Row, until: int, reuse: int) -> bool:
    if not request.index < answer.index < reuse:
        return False
    return answer.index <= until or (
        is_answer_mti(answer, request) and is_same_stan(answer, request)
    )


def _answers_to(reversals: Sequence[Row], came: list[Row], reuse: int) -> Iterable[Row]:
    if not reversals:
        return ()
    return (
        row
        for row in came
        if reversals[0].index < row.index < max(reuse, reversals[-1].index)
        and is_answer_mti(row, reversals[0])
        and any(is_same_stan(row, one) for one in reversals)
    )
