"""Who did what when: the rows of a history as marks on lanes, in the order they happened.

Both ends of a line have their own rows; what left and what arrived become one arrow where they
are one message.  What never arrived ends on the line, what arrived late begins there again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from harness.check import fact
from harness.errors import MisuseError
from harness.fault.point import Point, parse
from harness.history.record import History, Row
from harness.report.plain_text import money

LATE_NS = 10**9
PAUSE_NS = 5 * 10**9
_MTIS = frozenset(
    "0100 0110 0200 0210 0220 0230 0320 0330 0400 0410 0500 0510 0800 0810 0820 0830".split()
)
_MESSAGES = frozenset({"tx", "rx"})


class Lane(Enum):
    """Where a mark stands; the value is its heading."""

    OPERATOR = "Operator"
    TILL = "Till"
    ECR_LINE = ""
    TERMINAL = "Terminal"
    LINE = "Line"
    HOST = "Host"
    CARDHOLDER = "Cardholder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Something that goes from lane to lane; look: plain, fault, lost (fault with a cross)."""

    time_ns: int
    row: int
    source: Lane
    target: Lane
    label: str
    detail: str = ""
    look: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something that happens on one lane; look: note, nv, post, fault, good, power."""

    time_ns: int
    row: int
    lane: Lane
    text: str
    look: str = "note"


@dataclass(frozen=True, slots=True)
class Band:
    """Something that concerns all lanes: time that passes, a word of the bench."""

    text: str


Mark = Arrow | Box | Band
_ACTORS = {
    "operator": Lane.OPERATOR,
    "till": Lane.TILL,
    "terminal": Lane.TERMINAL,
    "host": Lane.HOST,
}
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
                case "tx":
                    yield from self._sent(row)
                case "rx":
                    yield from self._got(row)
                case "fault":
                    yield self._fault(row)
                case _:
                    yield from _single(row)

    def _sent(self, row: Row) -> Iterator[Mark]:
        source, target, line = self._lanes(row)
        arrival = self._arrivals.get(row.index)
        if arrival is None and _FAR.get(_end(row)) in self._seen:
            yield _message(row, source, line, "lost")
        elif arrival and arrival.time_ns - row.time_ns >= LATE_NS:
            yield _message(row, source, line, "fault")
        else:
            yield _message(row, source, target, "plain")

    def _got(self, row: Row) -> Iterator[Mark]:
        target, source, line = self._lanes(row)
        departure = self._departures.get(row.index)
        if departure is None:
            is_seen = _FAR.get(_end(row)) in self._seen
            yield _message(row, line if is_seen else source, target, "fault" if is_seen else "plain")
        elif row.time_ns - departure.time_ns >= LATE_NS:
            yield _message(row, line, target, "fault")

    def _lanes(self, row: Row) -> tuple[Lane, Lane, Lane]:
        """Return the lane of the row's actor, of the other end, and of the line between."""
        near = _ACTORS.get(row.actor, Lane.TERMINAL)
        far, _ = _FAR.get(_end(row), ("terminal", ""))
        return near, _ACTORS[far], Lane.ECR_LINE if "ecr" in _end(row) else Lane.LINE

    def _fault(self, row: Row) -> Mark:
        """A fault stands before what is left of its effect; a message wholly lost has no row."""
        action = fact.text(row, "action") or row.value
        point = _point(row.address)
        if point is None:
            return _box(row, Lane.LINE, f"fault: {action}", "fault")
        actor, _, code = point.label.partition(" ")
        near, line = _ACTORS.get(actor, Lane.LINE), _line_lane(actor, code)
        if row.index in self._losses:
            return Arrow(time_ns=row.time_ns, row=row.index, source=near, target=line, label=code,
                         detail=f"fault: {action}", look="lost")  # fmt: skip
        lane = line if point.kind in _MESSAGES | {"connect"} else near
        return _box(row, lane, f"fault: {action} at {row.address}", "fault")


_LOSING = frozenset({"drop", "cut", "link_down", "power_off", "truncate"})


def _losses(rows: Sequence[Row]) -> set[int]:
    after = [*rows[1:], None]
    return {row.index for row, later in zip(rows, after, strict=True) if _is_loss(row, later)}


def _is_loss(row: Row, later: Row | None) -> bool:
    """What is left of a message follows its fault at once."""
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
            waiting.setdefault(_end(row), []).append(row)
            continue
        sent = waiting.get(_FAR.get(_end(row), ("", "")), [])
        fitting = [each for each in sent if _is_one_message(each, row)]
        if fitting:
            found[row.index] = fitting[-1]
            sent.remove(fitting[-1])
    return found


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
    is_host_line = actor == "host" or (actor != "till" and code in _MTIS)
    return Lane.LINE if is_host_line or not code else Lane.ECR_LINE


def _box(row: Row, lane: Lane, text: str, look: str = "note") -> Box:
    return Box(time_ns=row.time_ns, row=row.index, lane=lane, text=text, look=look)


def _message(row: Row, source: Lane, target: Lane, look: str) -> Arrow:
    code = row.address.partition("/")[2]
    name, answer = fact.text(row, "name"), fact.text(row, "response_code")
    label = " ".join(filter(None, [code, name]))
    return Arrow(time_ns=row.time_ns, row=row.index, source=source, target=target, look=look,
                 label=label + (f" · {answer}" if answer else ""), detail=_detail(row))  # fmt: skip


def _detail(row: Row) -> str:
    amount, stan = fact.number(row, "amount_minor"), fact.number(row, "stan")
    parts = [
        "" if stan is None else f"STAN {stan:06d}",
        "" if amount is None else money(amount),
        f"reason {row.facts['reason']}" if "reason" in row.facts else "",
        {"True": "MAC ok", "False": "MAC wrong"}.get(str(row.facts.get("mac_ok")), ""),
        f"result {row.facts['result_code']}" if "result_code" in row.facts else "",
        f"only {row.facts.get('size', '?')} bytes" if row.facts.get("partial") else "",
        "unreadable" if row.facts.get("malformed") else "",
    ]
    return " · ".join(filter(None, parts))


def _single(row: Row) -> Iterator[Mark]:
    """Yield the mark of a row that needs no other; timers and levels have none."""
    lane = _ACTORS.get(row.actor, Lane.TERMINAL)
    match row.kind:
        case "invoke":
            yield _box(row, lane, _words(row.address, _amount(row), row.facts.get("card")))
        case "ok" | "fail" | "info":
            yield _box(row, lane, f"{row.address}: {_ENDS[row.kind]}", _LOOKS[row.kind])
        case "act":
            yield Arrow(time_ns=row.time_ns, row=row.index, source=Lane.OPERATOR,
                        target=Lane.TERMINAL, label=_act(row))  # fmt: skip
        case "connect" | "disconnect":
            yield _box(row, Lane.LINE, f"{row.actor}: {row.value or row.kind}")
        case "nv":
            torn = "torn!" if row.facts.get("torn") else ""
            state, stan = row.facts.get("state"), row.facts.get("stan")
            yield _box(row, lane, _words("nv", row.address, state, stan, torn), "nv")
        case "ledger":
            yield from _posting(row)
        case "notify":
            text = _words(row.facts.get("direction"), "notice", _amount(row))
            yield Arrow(time_ns=row.time_ns, row=row.index, source=Lane.HOST,
                        target=Lane.CARDHOLDER, label=text)  # fmt: skip
        case "print":
            yield _box(row, lane, _words(*map(row.facts.get, ("kind", "type", "copy"))) or "print")
        case "show":
            yield _box(row, lane, row.address)
        case "power":
            yield _box(row, lane, f"power {row.value}", "power")
        case "heal":
            yield _box(row, Lane.LINE, f"healed: {row.value or row.address}", "good")
        case "note" | "sees" | "blind":
            yield Band(_words(row.kind, row.address, row.value))


_ENDS = {"ok": "done", "fail": "not approved", "info": "outcome unknown"}
_LOOKS = {"ok": "good", "fail": "fault", "info": "nv"}


def _posting(row: Row) -> Iterator[Mark]:
    if row.address == "balances":
        return
    moves = "entries" in row.facts
    said = row.facts.get("answer") or row.facts.get("response_code")
    text = _words(row.address, _amount(row), row.facts.get("card"), said)
    yield _box(row, Lane.HOST, text, "post" if moves else "note")


def _act(row: Row) -> str:
    said = [f"{name} {row.facts[name]}" for name in ("card", "pin", "key") if name in row.facts]
    return ", ".join(said) or row.value or row.address


def _amount(row: Row) -> str:
    amount = fact.number(row, "amount_minor")
    return "" if amount is None else money(amount)


def _words(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))
