"""Who did what when: the rows of a history as marks on lanes, in the order they happened.

Both ends of a line have their own rows; what left and what arrived become one arrow where they
are one message.  What never arrived ends on the line, what arrived late begins there again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.check import fact
from harness.errors import MisuseError
from harness.fault.point import Point, parse
from harness.history.record import History, Row
from harness.report.fault_text import means
from harness.report.mark import Arrow, Band, Lane, Mark
from harness.report.row_mark import ACTORS, box, message, single

LATE_NS = 10**9
PAUSE_NS = 5 * 10**9
_MTIS = re.compile(r"0[1-8][0-3]0", re.ASCII)
_MESSAGES = frozenset({"tx", "rx"})
_QUIET = frozenset({"ecr/ACK", "ecr/8000"})  # acknowledgements, shown only where a fault met one


_FAR = {  # actor and line -> who is at the other end, what the line is called there
    ("terminal", "host"): ("host", "terminal"),
    ("host", "terminal"): ("terminal", "host"),
    ("terminal", "ecr"): ("till", "ecr"),
    ("till", "ecr"): ("terminal", "ecr"),
}


def marks(history: History) -> list[Mark]:
    """Return the marks of a history; pauses are marks too."""
    story = _Story(history)
    found: list[Mark] = []
    before_ns: int | None = None
    for mark in story.marks():
        if not isinstance(mark, Band):
            if before_ns is not None and mark.time_ns - before_ns >= PAUSE_NS:
                found.append(Band(f"{(mark.time_ns - before_ns) / 10**9:.1f} s pass"))
            before_ns = mark.time_ns
        found.append(mark)
    return found


@dataclass(slots=True)
class _Story:
    """One history, and which of its messages are the two ends of one."""

    history: History
    _arrivals: dict[int, Row] = field(init=False)  # row of the sender -> row of the receiver
    _departures: dict[int, Row] = field(init=False)  # the other way round
    _seen: set[tuple[str, str]] = field(init=False)  # ends of lines of which there are rows
    _losses: set[int] = field(init=False)  # rows of faults that left nothing of their message

    def __post_init__(self) -> None:
        messages = [row for row in self.history.rows if row.kind in _MESSAGES]
        self._seen = {_end(row) for row in messages}
        if self.history.header.bench.get("kind") == "emulated":
            self._seen |= {("terminal", "host"), ("host", "terminal")}
        self._departures = _pairs(messages)
        got = {row.index: row for row in messages}
        self._arrivals = {sent.index: got[row] for row, sent in self._departures.items()}
        self._losses = _losses(self.history.rows)

    def marks(self) -> Iterator[Mark]:
        """Yield what the rows come to, without pauses."""
        for row in self.history.rows:
            match row.kind:
                case "tx" | "rx" if row.address in _QUIET and not _is_spoiled(row):
                    pass
                case "tx":
                    yield from self._sent(row)
                case "rx":
                    yield from self._got(row)
                case "fault":
                    yield self._fault(row)
                case _:
                    yield from single(row)

    def _sent(self, row: Row) -> Iterator[Mark]:
        source, target, line = self._lanes(row)
        arrival = self._arrivals.get(row.index)
        if _is_marked_lost(row) or (arrival is None and _FAR.get(_end(row)) in self._seen):
            yield message(row, source, line, "lost")
        elif arrival and arrival.time_ns - row.time_ns >= LATE_NS:
            yield message(row, source, line, "fault")
        else:
            yield message(row, source, target, "plain", arrival)

    def _got(self, row: Row) -> Iterator[Mark]:
        target, source, line = self._lanes(row)
        departure = self._departures.get(row.index)
        if departure is None:
            is_seen = _FAR.get(_end(row)) in self._seen
            yield message(row, line if is_seen else source, target, "fault" if is_seen else "plain")
        elif row.time_ns - departure.time_ns >= LATE_NS:
            yield message(row, line, target, "fault")

    def _lanes(self, row: Row) -> tuple[Lane, Lane, Lane]:
        """Return the lane of the row's actor, of the other end, and of the line between."""
        near = ACTORS.get(row.actor, Lane.TERMINAL)
        far, _ = _FAR.get(_end(row), ("terminal", ""))
        return near, ACTORS[far], Lane.ECR_LINE if "ecr" in _end(row) else Lane.LINE

    def _fault(self, row: Row) -> Mark:
        """Mark a fault; what is left of its effect follows as a row of its own, if anything is."""
        action = fact.text(row, "action") or row.value
        point = _point(row.address)
        if point is None:
            return box(row, Lane.LINE, f"fault: {action}", "fault")
        if fact.text(row, "layer") != "model" and (how := means(row)):
            action = f"{action} {how}"
        actor, _, code = point.label.partition(" ")
        near, line = ACTORS.get(actor, Lane.LINE), _line_lane(actor, code)
        if row.index in self._losses:
            return Arrow(time_ns=row.time_ns, row=row.index, source=near, target=line, label=code,
                         detail=f"fault: {action}", look="lost")  # fmt: skip
        lane = line if point.kind in _MESSAGES | {"connect"} else near
        return box(row, lane, f"fault: {action} at {row.address}", "fault")


_LOSING = frozenset({"drop", "cut", "link_down", "power_off", "truncate"})


def _losses(rows: Sequence[Row]) -> set[int]:
    after = [*rows, None][1:]
    return {row.index for row, later in zip(rows, after, strict=True) if _is_loss(row, later)}


def _is_loss(row: Row, later: Row | None) -> bool:
    """Tell whether a fault left nothing: what is left of a message follows its fault at once."""
    point = _point(row.address) if row.kind == "fault" else None
    if point is None or point.kind != "tx" or row.facts.get("action") not in _LOSING:
        return False
    return later is None or (later.actor, later.kind) != (point.label.partition(" ")[0], "tx")


def _end(row: Row) -> tuple[str, str]:
    return row.actor, row.address.partition("/")[0]


def _pairs(messages: list[Row]) -> dict[int, Row]:
    """Return for each row that received a message the row that sent it, the latest that fits."""
    waiting: dict[tuple[str, str], list[Row]] = {}
    found: dict[int, Row] = {}
    for row in messages:
        if row.kind == "tx":
            if not _is_marked_lost(row):
                waiting.setdefault(_end(row), []).append(row)
            continue
        sent = waiting.get(_FAR.get(_end(row), ("", "")), [])
        places = reversed(range(len(sent)))
        place = next((each for each in places if _is_one_message(sent[each], row)), None)
        if place is not None:
            found[row.index] = sent.pop(place)
    return found


def _is_marked_lost(row: Row) -> bool:
    return row.kind == "tx" and bool(row.facts.get("lost") or row.facts.get("partial"))


def _is_spoiled(row: Row) -> bool:
    return any(row.facts.get(mark) for mark in ("lost", "partial", "spoiled"))


def _is_one_message(sent: Row, got: Row) -> bool:
    codes = sent.address.partition("/")[2], got.address.partition("/")[2]
    names = ("stan", "amount_minor", "response_code", "rrn", "size")
    return codes[0] == codes[1] and fact.agree(sent, got, *names)


def _point(text: str) -> Point | None:
    try:
        return parse(text)
    except MisuseError:
        return None  # a bench may name its faults in its own way


def _line_lane(actor: str, code: str) -> Lane:
    is_host_line = actor == "host" or (actor != "till" and _MTIS.fullmatch(code) is not None)
    return Lane.LINE if is_host_line or not code else Lane.ECR_LINE
