"""What happened: one header, then rows, append-only; masked on entry.  Pure.

A row's `value` is masked text for people.  What judging needs of the clear bytes stands beside it
as facts; whoever adds a row hands in the clear bytes, and nobody else gets to see them.
The vocabulary of kinds, addresses and facts is docs/history.md.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from harness.errors import MisuseError
from harness.terms.card import is_luhn, mask
from harness.terms.immutable import immutable

SCHEMA = 1
PLANNED = "planned"  # address of the note of a step that the header's plan has not
PAN_SIZE_MIN = 13
_SUSPECT = re.compile(r"\d{13}|\d{4}[ -]\d{4}[ -]\d{4}")  # most text is spared the whole search
_IN_GROUPS = re.compile(r"(?<!\d)\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?(?!\d)")
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


@immutable
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


def planned(history: History) -> tuple[Expected, ...]:
    """Return the steps of the header's plan, then those that were planned while the case ran."""
    notes = [row for row in history.rows if row.kind == "note" and row.address == PLANNED]
    return (*history.header.plan, *map(_expected, notes))


def _expected(note: Row) -> Expected:
    rules = note.facts.get("rules", ())
    return Expected(
        str(note.facts.get("point", "")),
        str(note.facts.get("action", "")),
        rules if isinstance(rules, tuple) else (),
    )


class MaskedFacts(dict[str, Fact]):
    """Facts without any PAN or track, which several rows may share; not to be changed."""

    __slots__ = ()


_NO_FACTS = MaskedFacts()


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
        self._guard, self._sink = guard, sink
        self._rows: list[Row] = []
        if sink:
            sink(_line(header))

    def add(
        self, actor: str, kind: str, address: str = "", value: str = "", facts: Facts | None = None
    ) -> Row:
        """Append a row; all its text is masked here.  Raises MisuseError for an unknown kind."""
        if kind not in KINDS:
            raise MisuseError(f"{kind!r} is not a kind of row")
        safe = mask_facts(facts) if facts else _NO_FACTS
        address = address if len(address) < PAN_SIZE_MIN else _searched(address)
        value = value if len(value) < PAN_SIZE_MIN else _searched(value)
        if self._guard is None:
            return self._append(actor, kind, address, value, safe)
        with self._guard:
            return self._append(actor, kind, address, value, safe)

    def _append(self, actor: str, kind: str, address: str, value: str, facts: MaskedFacts) -> Row:
        row = Row(len(self._rows), self.now_ns(), actor, kind, address, value, facts)
        self._rows.append(row)
        if self._sink:
            self._sink(_line(row))
        return row

    def history(self) -> History:
        """Return what was recorded so far."""
        with self._guard or nullcontext():
            return History(self._header, tuple(self._rows))

    def since(self, index: int) -> list[Row]:
        """Return the rows from this index on."""
        with self._guard or nullcontext():
            return self._rows[index:]


def masked(text: str) -> str:
    """Return `text` without any PAN or track, in one run of digits or in groups of four."""
    return text if len(text) < PAN_SIZE_MIN else _searched(text)


@lru_cache(maxsize=4096)  # merchant numbers, lines of slips: most texts come again and again
def _searched(text: str) -> str:
    return _IN_GROUPS.sub(_masked_groups, mask(text)) if _SUSPECT.search(text) else text


def _masked_groups(found: re.Match[str]) -> str:
    digits = found[0].replace(found[1], "")
    return digits[:6] + "*" * (len(digits) - 10) + digits[-4:] if is_luhn(digits) else found[0]


def mask_facts(facts: Facts) -> MaskedFacts:
    """Return the facts with all their text masked; themselves if they are that already."""
    if isinstance(facts, MaskedFacts):
        return facts
    safe = MaskedFacts(facts)
    for name, fact in facts.items():
        if isinstance(fact, str):
            if len(fact) >= PAN_SIZE_MIN:
                safe[name] = _searched(fact)
        elif isinstance(fact, tuple) and max(map(len, fact), default=0) >= PAN_SIZE_MIN:
            safe[name] = tuple(map(masked, fact))
    return safe


def _line(part: Header | Row) -> str:
    return _as_json(_fields(part) if isinstance(part, Row) else asdict(part)) + "\n"


_as_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def _fields(row: Row) -> dict[str, object]:
    """Return what `asdict` would, without its copies: a campaign writes many rows."""
    fields: dict[str, object] = {name: getattr(row, name) for name in Row.__match_args__}
    return fields | {"facts": dict(row.facts)}


def dump(history: History) -> str:
    """Return the history as lines of JSON, the same bytes for the same history."""
    return "".join([_line(history.header), *map(_line, history.rows)])


def load(lines: Iterable[str]) -> History:
    """Return the history that `dump` or a sink wrote.  Raises MisuseError for anything else."""
    parts = [(number, _parsed(number, line)) for number, line in enumerate(lines, start=1)]
    if not parts:
        raise MisuseError("the history is empty: expected a header line and rows")
    header = _header(parts[0][1])
    return History(header, tuple(_row(number, fields) for number, fields in parts[1:]))


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        part = json.loads(line)
    except ValueError:
        part = None
    if not isinstance(part, dict):
        raise _damaged(number, "expected a JSON object")
    return part


def _damaged(number: int, why: str) -> MisuseError:
    return MisuseError(f"line {number} of the history is damaged: {why}; run the case again")


def _header(fields: dict[str, Any]) -> Header:
    if fields.get("schema") != SCHEMA:
        raise MisuseError(f"history of schema {fields.get('schema')!r}: expected {SCHEMA}")
    try:
        plan = (Expected(**step | {"rules": tuple(step["rules"])}) for step in fields["plan"])
        lists = {name: tuple(fields[name]) for name in ("observes", "due")}
        maps = {name: _facts(fields[name]) for name in ("profile", "bench", "versions")}
        return Header(**fields | lists | maps | {"plan": tuple(plan)})
    except (TypeError, KeyError, AttributeError) as error:
        raise _damaged(1, f"this is no header ({error})") from error


def _row(number: int, fields: dict[str, Any]) -> Row:
    try:
        row = Row(**fields | {"facts": _facts(fields["facts"])})
    except (TypeError, KeyError, AttributeError) as error:
        raise _damaged(number, f"this is no row ({error})") from error
    texts = (row.actor, row.kind, row.address, row.value)
    if not all(isinstance(text, str) for text in texts) or row.kind not in KINDS:
        raise _damaged(number, "expected actor, kind, address and value as documented")
    if row.index != number - 2 or not isinstance(row.time_ns, int):
        raise _damaged(number, f"expected row {number - 2} and its time in ns")
    return row


def _facts(found: dict[str, Any]) -> dict[str, Fact]:
    return {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in found.items()}


_OF_WORLD = frozenset({"sees", "blind"})
_SENT_BY_LUCK = frozenset({"ecr"})  # lines that are served beside the flow of a transaction


def normal_form(history: History) -> dict[str, list[tuple[str, str, str]]]:
    """Return kind, address and value of the rows of each actor, link and timer, in order.

    Equal in all worlds for one plan.  Times differ; so does the order between actors, between the
    links and timers of one actor, and between what a link brings and what the machine does
    meanwhile, where nothing but luck decides it.  What a machine does (stores, posts, prints,
    shows, sends to the host) keeps one order.  The timer of such a link runs anew with whatever
    comes first, so how often it does says nothing.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in history.rows:
        for group in _groups(row):
            found.setdefault(group, []).append((row.kind, row.address, row.value))
    return found


def _groups(row: Row) -> tuple[str, ...]:
    line = row.address.partition("/")[0]
    is_of_live = row.kind == "note" and row.address in {"listen", "stall"}
    match row.kind:
        case kind if kind in _OF_WORLD or is_of_live:
            return ()
        case "timer" | "cancel" if line in _SENT_BY_LUCK:
            return ()
        case "timer" | "cancel":
            return (f"{row.actor} timer {row.address}",)
        case "tx" if line not in _SENT_BY_LUCK:
            return row.actor, f"{row.actor} {line}"
        case "connect" | "disconnect" if row.value in {"dial", "hang up"}:
            return row.actor, f"{row.actor} {line}"
        case "tx" | "rx" | "connect" | "disconnect":
            return (f"{row.actor} {line}",)
        case "note" if row.facts.get("partial"):
            return (f"{row.actor} {line}",)
    return (row.actor,)
