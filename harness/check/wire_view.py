"""The host line as checkers see it: every financial request, its answer, what reversed it.

Where the bench sits at the terminal (`host_wire_at: terminal`) its own rows are the truth.  Where
only the host's rows exist, what the host received stands for what was sent, and what the host
sent may have arrived: `Attempt.doubt` then says why an answer proves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

from harness.check import fact
from harness.check.answer import Taken, next_message, take
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    is_answer_mti,
    is_same_stan,
    is_whole,
    mti_of,
    original_of,
    stan_of,
    title,
)
from harness.check.message import is_reversible as is_reversible
from harness.check.unsent import is_unsent
from harness.check.view import INDEX, View, between, view
from harness.history.record import History, Row
from harness.profile.defaults import parameter
from harness.terms.immutable import immutable


@immutable
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
    repeats: tuple[Row, ...] = ()  # the same request sent again, as it was
    reuse: int = 0  # index at which another request has its STAN, else that after the last row

    @property
    def stan(self) -> int | None:
        """Return the STAN, None if it could not be read."""
        return stan_of(self.request)

    @property
    def is_overtaken(self) -> bool:
        """Tell whether a fault kept the request back until its own reversal had been seen."""
        return self.begin is not self.request

    @property
    def begin(self) -> Row:
        """Return the request, or the 0400 that was seen before it: the terminal has gone on."""
        return min((self.request, *self.reversals[:1]), key=INDEX)

    @property
    def title(self) -> str:
        """Return "sale 000123"."""
        return title(self.request)


def departures(history: History) -> list[Row]:
    """Return the messages that left the terminal, those cut short included."""
    return list(view(history).left)


def attempts(history: History) -> list[Attempt]:
    """Return every financial request in order; an identical repeat belongs to its original."""
    return attempts_in(view(history))


def attempts_in(line: View) -> list[Attempt]:
    """Return the same of a history that is sorted already."""
    sends = _sends(line)
    owners = _owners(line, [one[0] for one in sends])
    used: dict[int | None, list[int]] = {}
    for own in sends:
        used.setdefault(stan_of(own[0]), []).append(own[0].index)
    return [_attempt(line, own, owners, used) for own in sends]


def _sends(line: View) -> list[list[Row]]:
    """Return the financial requests, each with its repeats."""
    sends: list[list[Row]] = []
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in _with_late(line):
        if mti_of(row) in FINANCIAL:
            name = _identity(row)
            own = found.get(name)
            if own is not None and _is_repeat(line, own, row, is_last=own is sends[-1]):
                own.append(row)
            else:
                found[name] = [row]
                sends.append(found[name])
    return sends


def _with_late(line: View) -> Sequence[Row]:
    """Return what left the terminal with what a fault kept back, as it was seen."""
    late = {row.index: row for row in line.overtaken.values()}
    return sorted([*line.left, *late.values()], key=INDEX) if late else line.left


def _is_repeat(line: View, own: list[Row], row: Row, *, is_last: bool) -> bool:
    """Tell whether it repeats one: an advice at any time, any other request only at once."""
    if stan_of(row) is None or mti_of(row) == "0220":
        return stan_of(row) is not None
    begun = line.rows("invoke", own[-1].index, row.index)
    return is_last and not begun and not line.power_cuts(own[-1], row.index)


def _identity(row: Row) -> tuple[object, ...]:
    get = row.facts.get
    return (
        mti_of(row), get("stan"), get("batch"), get("F3"), get("amount_minor"), get("card"),
        get("type_code"),
    )  # fmt: skip


def _owners(line: View, requests: list[Row]) -> dict[int, Row]:
    """Return the request that each 0400 (by index) undoes; one that undoes none is absent."""
    found: dict[int, Row] = {}
    earlier: list[Row] = []  # latest first
    for row in line.left:
        if mti_of(row) == REVERSAL:
            before = [request for request in reversed(requests) if request.index < row.index]
            again = (found[one.index] for one in earlier if is_same_stan(row, one))
            late = line.overtaken.get(row.index)
            named = [late] if late else _named(line, row, before)
            owner = next(iter([*named, *again]), None) or _meant(line, row, before, found)
            if owner is not None:
                found[row.index] = owner
                earlier.insert(0, row)
    return found


def _named(line: View, reversal: Row, latest_first: list[Row]) -> list[Row]:
    """Return the requests that the reversal names, by field 61 or by its STAN."""
    by_stan = [one for one in latest_first if is_same_stan(reversal, one)]
    if parameter(line.profile, "reversal_stan") == "new":
        return [one for one in latest_first if is_named_in_f61(reversal, one)] or by_stan
    return by_stan


def is_named_in_f61(reversal: Row, request: Row) -> bool:
    """Tell whether field 61 begins with batch and STAN of the request."""
    stan, batch = stan_of(request), fact.number(request, "batch")
    return stan is not None and original_of(reversal) == (batch, stan)


def _meant(
    line: View, reversal: Row, latest_first: list[Row], found: Mapping[int, Row]
) -> Row | None:
    """Return the request that a 0400 must mean which names none, unless its own never left."""
    like = next(iter(_like(reversal, latest_first)), None)
    if like is None:
        return None
    is_reversed = any(one is like for one in found.values())
    is_open = not is_reversed and take(line, like).answer is None
    before = between(line.left, 0, reversal.index - 1)
    is_own = is_unsent(line.history, line.kinds, reversal, before, is_open=is_open)
    return None if is_own else like


def _like(reversal: Row, latest_first: list[Row]) -> Iterable[Row]:
    """Return the requests that all but the STAN says are meant.

    A request that was cut too short to be read fits any reversal that follows.
    """
    for one in latest_first:
        is_readable = stan_of(one) is not None or is_whole(one)
        if not is_readable or _is_like(reversal, one):
            yield one


def _is_like(reversal: Row, request: Row) -> bool:
    alike = ("F3", "amount_minor", "type_code")
    is_known = all(name in reversal.facts and name in request.facts for name in alike)
    return is_known and fact.agree(reversal, request, *alike, "card")


def orphans_in(line: View, found: Iterable[Attempt]) -> list[Row]:
    """Return the 0400s that undo none of the requests."""
    owned = {row.index for one in found for row in one.reversals}
    return [row for row in line.left if mti_of(row) == REVERSAL and row.index not in owned]


def _attempt(
    line: View, sends: list[Row], owners: Mapping[int, Row], used: Mapping[int | None, list[int]]
) -> Attempt:
    request, own = sends[0], {row.index for row in sends}
    following = next_message(line.left, request, own)
    until = following.index if following else line.end - 1
    reuse = _reuse(line, request, used)
    reversals = tuple(row for row in line.left if owners.get(row.index) is request)
    taken = next((one for row in sends if (one := take(line, row, own)).answer), Taken(None))
    return Attempt(
        request=request,
        answers=tuple(_answers(line, request, until, reuse)),
        answer=taken.answer,
        until=until,
        power_cut=next(iter(line.power_cuts(request, until)), None),
        reversals=reversals,
        reversal_answers=tuple(_answers_to(line, reversals, reuse)),
        following=following,
        doubt=taken.doubt,
        repeats=tuple(sends[1:]),
        reuse=reuse,
    )


def _reuse(line: View, request: Row, used: Mapping[int | None, list[int]]) -> int:
    """Return the index at which another request has the same STAN, else that after the last."""
    stan = stan_of(request)
    again = () if stan is None else used[stan]
    return next((index for index in again if index > request.index), line.end)


def _answers(line: View, request: Row, until: int, reuse: int) -> list[Row]:
    first = between(line.came, request.index + 1, min(until, reuse - 1))
    later = between(line.came, until + 1, reuse - 1)
    own = (row for row in later if is_same_stan(row, request))
    return [*first, *(row for row in own if is_answer_mti(row, request))]


def _answers_to(line: View, reversals: Sequence[Row], reuse: int) -> Iterable[Row]:
    if not reversals:
        return ()
    last = reuse if reversals[-1].index < reuse else line.end
    return (
        row
        for row in line.came
        if reversals[0].index < row.index < last
        and is_answer_mti(row, reversals[0])
        and any(is_same_stan(row, one) for one in reversals)
    )
