"""What happened: one header, then rows, append-only; masked on entry.  Pure.

A row's `value` is masked text for people.  What judging needs of the clear bytes stands beside it
as facts; whoever adds a row hands in the clear bytes, and nobody else gets to see them.
The vocabulary of kinds, addresses and facts is docs/history.md.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.errors import MisuseError
from harness.terms.card import mask

SCHEMA = 1
Fact = str | int | bool | tuple[str, ...]
Facts = Mapping[str, Fact]
KINDS = frozenset(
    [
        "invoke",
        "ok",
        "fail",
        "info",
        "connect",
        "disconnect",
        "tx",
        "rx",
        "nv",
        "ledger",
        "notify",
        "print",
        "show",
        "level",
        "timer",
        "cancel",
        "power",
        "fault",
        "heal",
        "act",
        "sees",
        "blind",
        "note",
    ]
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One step of the plan, as text: what should happen where, and which rules depend on it."""

    point: str
    action: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the run was meant to be; `due` are the rules it exists to evaluate."""

    world: str
    observes: tuple[str, ...]
    case: str = ""
    host_wire_at: str = "terminal"
    plan: tuple[Expected, ...] = ()
    due: tuple[str, ...] = ()
    profile: Facts = field(default_factory=dict)
    bench: Facts = field(default_factory=dict)
    versions: Facts = field(default_factory=dict)
    seed: int = 0
    timer_scale: float = 1.0
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened; `time_ns` is the world's."""

    index: int
    time_ns: int
    actor: str
    kind: str
    address: str = ""
    value: str = ""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """A finished run: all that a checker gets."""

    header: Header
    rows: tuple[Row, ...]


class Recorder:
    """Writes the history of a running world.

    `sink` gets each line at once; `guard` is entered for each row where several threads add.
    """

    def __init__(
        self,
        header: Header,
        now_ns: Callable[[], int],
        *,
        guard: AbstractContextManager[object] | None = None,
        sink: Callable[[str], object] | None = None,
    ) -> None:
        self._header, self.now_ns = header, now_ns
        self._guard, self._sink = guard or nullcontext(), sink
        self._rows: list[Row] = []
        if sink:
            sink(_line(header))

    def add(
        self, actor: str, kind: str, address: str = "", value: str = "", facts: Facts | None = None
    ) -> Row:
        """Append a row; all its text is masked here.  Raises MisuseError for an unknown kind."""
        if kind not in KINDS:
            raise MisuseError(f"{kind!r} is not a kind of row")
        safe = {name: _masked(fact) for name, fact in (facts or {}).items()}
        with self._guard:
            row = Row(len(self._rows), self.now_ns(), actor, kind, mask(address), mask(value), safe)
            self._rows.append(row)
            if self._sink:
                self._sink(_line(row))
        return row

    def history(self) -> History:
        """Return what was recorded so far."""
        with self._guard:
            return History(self._header, tuple(self._rows))


def _masked(fact: Fact) -> Fact:
    if isinstance(fact, str):
        return mask(fact)
    return tuple(map(mask, fact)) if isinstance(fact, tuple) else fact


def _line(part: Header | Row) -> str:
    return json.dumps(asdict(part), sort_keys=True, ensure_ascii=False) + "\n"


def dump(history: History) -> str:
    """Return the history as lines of JSON, the same bytes for the same history."""
    return "".join([_line(history.header), *map(_line, history.rows)])


def load(lines: Iterable[str]) -> History:
    """Return the history that `dump` or a sink wrote.  Raises MisuseError for anything else."""
    rows = [_parsed(number, line) for number, line in enumerate(lines, start=1)]
    if not rows:
        raise MisuseError("the history is empty: expected a header line and rows")
    try:
        header = _header(rows[0])
        return History(header, tuple(map(_row, rows[1:])))
    except (TypeError, KeyError, AttributeError) as error:
        raise MisuseError(f"this is no history of schema {SCHEMA}: {error}") from error


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        part = json.loads(line)
    except ValueError:
        part = None
    if not isinstance(part, dict):
        raise MisuseError(f"line {number} of the history is damaged: expected a JSON object")
    return part


def _header(fields: dict[str, Any]) -> Header:
    if fields.get("schema") != SCHEMA:
        raise MisuseError(f"history of schema {fields.get('schema')!r}: expected {SCHEMA}")
    plan = (Expected(**step | {"rules": tuple(step["rules"])}) for step in fields["plan"])
    lists = {name: tuple(fields[name]) for name in ("observes", "due")}
    maps = {name: _facts(fields[name]) for name in ("profile", "bench", "versions")}
    return Header(**fields | lists | maps | {"plan": tuple(plan)})


def _row(fields: dict[str, Any]) -> Row:
    return Row(**fields | {"facts": _facts(fields["facts"])})


def _facts(found: dict[str, Any]) -> dict[str, Fact]:
    return {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in found.items()}


def normal_form(history: History) -> dict[str, list[tuple[str, str, str]]]:
    """Return kind, address and value of the rows of each actor, link and machine.

    Equal in all worlds for one plan: times differ, and so does the order between actors, and
    between links of one actor, where nothing but luck decides it.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in history.rows:
        if row.kind in {"sees", "blind"}:
            continue
        line = row.address.partition("/")[0] if row.kind in {"tx", "rx"} else ""
        found.setdefault(f"{row.actor} {line}".strip(), []).append(
            (row.kind, row.address, row.value)
        )
    return found
