"""What a page shows of one case: its history, told in the order of what people ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.check import Finding, fact
from harness.history.record import Expected, Fact, Facts, History, Row, planned
from harness.report.batch_words import batch_words
from harness.report.case import Case
from harness.report.fault_text import means
from harness.report.plain_text import money, seconds, visible

ENDS = {"ok": "done", "fail": "not approved", "info": "outcome unknown"}
FACTS_SIZE_MAX = 3000  # characters of a row's facts; the history has them whole
_ASKED = frozenset({"amount_minor", "card", "pin", "tender", "original_voucher"})
_POSTED = frozenset({"name", "reference", "card", "amount_minor", "stan", "response_code"})


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of the plan; `fired_at` is the row in which it happened, None if it never did.

    means: at which layer it was done, and by whom.
    """

    point: str
    action: str
    rules: str
    fired_at: int | None
    means: str = ""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One verb at the till, and what it came to."""

    row: int
    verb: str
    asked: str
    outcome: str
    reported: str


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One posting, decline, refusal or answer of the host's books."""

    row: int
    name: str
    card: str
    stan: str
    amount: str
    entries: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """What an account had at the first and at the last look."""

    card: str
    first: str
    last: str
    change: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What came out on paper; `number` counts from 1 and names its picture."""

    number: int
    row: int
    title: str
    numbers: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of the history."""

    index: int
    time: str
    what: str
    value: str
    facts: str


def anchor(case: Case) -> str:
    """Return the id of the case on its page; all ids of its parts begin with it."""
    return f"case-{case.slug}"


def plan(history: History) -> list[PlanStep]:
    """Return the plan, and what of it happened."""
    fired: dict[str, Row] = {}
    for row in history.rows:
        if row.kind in {"fault", "act"}:
            fired.setdefault(row.address, row)
    return [_step(step, fired.get(step.point)) for step in planned(history)]


def _step(step: Expected, row: Row | None) -> PlanStep:
    rules = " ".join(step.rules)
    if row is None:
        return PlanStep(step.point, step.action, rules, None)
    return PlanStep(step.point, step.action, rules, row.index, means(row))


def heals(history: History) -> list[Row]:
    """Return the rows in which something was healed."""
    return [row for row in history.rows if row.kind == "heal"]


def calls(history: History) -> list[CallLine]:
    """Return what the till asked for, and how each call ended; one without an end says so."""
    ends = {row.facts.get("call"): row for row in history.rows if row.kind in ENDS}
    return [
        _call(row, ends.get(row.facts["call"]) if "call" in row.facts else None)
        for row in history.rows
        if row.kind == "invoke"
    ]


def _call(asked: Row, end: Row | None) -> CallLine:
    wanted = {name: found for name, found in asked.facts.items() if name in _ASKED}
    if end is None:
        return CallLine(asked.index, asked.address, facts_text(wanted), "never ended", "")
    told = {name: found for name, found in end.facts.items() if name != "call"}
    outcome = ENDS[end.kind]
    return CallLine(end.index, asked.address, facts_text(wanted), outcome, facts_text(told))


def postings(history: History) -> list[PostingLine]:
    """Return the host's books in order, without the balances."""
    rows = (row for row in history.rows if row.kind == "ledger" and row.address != "balances")
    return list(map(_posting, rows))


def _posting(row: Row) -> PostingLine:
    stan, amount = fact.number(row, "stan"), fact.number(row, "amount_minor")
    names = ("response_code", "original", "question", "answer", "reference")
    entries = tuple(map(_entry, fact.words(row, "entries")))
    more = facts_text({name: row.facts[name] for name in names if row.facts.get(name)})
    return PostingLine(
        row.index,
        row.address,
        fact.text(row, "card") or "",
        "" if stan is None else f"{stan:06d}",
        money(amount) if amount or (entries and amount is not None) else "",
        entries,
        " · ".join(filter(None, [batch_words(row), more])),
    )


def _entry(text: str) -> str:
    account, _, amount = text.rpartition(" ")
    digits = amount.removeprefix("-").removeprefix("+")
    if not account or not (digits.isascii() and digits.isdigit()):
        return text
    return f"{account} {money(int(amount), signed=True)}"


def balances(history: History) -> list[BalanceLine]:
    """Return how the cardholders' balances moved between the first and the last snapshot."""
    looks = [row for row in history.rows if row.kind == "ledger" and row.address == "balances"]
    if not looks:
        return []
    first, last = looks[0], looks[-1]
    return [_balance(first, last, card) for card in last.facts if card != "when"]


def _balance(first: Row, last: Row, card: str) -> BalanceLine:
    before, after = fact.number(first, card), fact.number(last, card)
    if before is None or after is None:
        return BalanceLine(card, str(first.facts.get(card, "")), str(last.facts.get(card, "")), "")
    return BalanceLine(card, money(before), money(after), money(after - before, signed=True))


def slips(history: History) -> list[Slip]:
    """Return what came out on paper, numbered from 1."""
    rows = [row for row in history.rows if row.kind == "print"]
    return [_slip(number, row) for number, row in enumerate(rows, start=1)]


def _slip(number: int, row: Row) -> Slip:
    words = [row.facts.get(name) for name in ("kind", "type", "copy")]
    marks = ["reprint"] * (row.facts.get("is_duplicate") is True)
    marks += ["broken off"] * (row.facts.get("is_complete") is False)
    title = " ".join(str(word) for word in [*words, *marks] if word)
    lines = fact.words(row, "text") or (row.value,)
    return Slip(number, row.index, title or "paper", _numbers(row), lines)


def _numbers(row: Row) -> str:
    """Return what leads from a slip to its posting: voucher, batch and amount."""
    names = ("voucher", "batch", "amount_minor")
    return facts_text({name: row.facts[name] for name in names if name in row.facts})


def rows(history: History) -> list[RowLine]:
    """Return every row; times in seconds of the world."""
    return [_row(row) for row in history.rows]


def _row(row: Row) -> RowLine:
    what = " ".join(filter(None, [row.actor, row.kind, row.address]))
    kept = {
        name: found for name, found in row.facts.items() if row.kind != "print" or name != "text"
    }
    return RowLine(row.index, seconds(row.time_ns), what, row.value, _facts_of(row, kept))


def _facts_of(row: Row, kept: Facts) -> str:
    if (row.kind, row.address) != ("ledger", "balances"):
        return facts_text(kept)
    amounts = {card: found for card, found in kept.items() if isinstance(found, int)}
    words = {card: found for card, found in kept.items() if card not in amounts}
    return facts_text(words | {card: money(found) for card, found in amounts.items()})


def evidence(history: History, found: Finding | Sequence[int]) -> list[RowLine]:
    """Return the rows a finding rests on, as far as the history has them."""
    wanted = set(found.evidence if isinstance(found, Finding) else found)
    return [_row(row) for row in history.rows if row.index in wanted]


def facts_text(facts: Facts) -> str:
    """Return facts as one line; amounts as people write them, STANs in six digits."""
    parts = (f"{name.removesuffix('_minor')} {_fact(name, found)}" for name, found in facts.items())
    return visible(" · ".join(parts), size_max=FACTS_SIZE_MAX)


def _fact(name: str, found: Fact) -> str:
    if isinstance(found, tuple):
        return ", ".join(found) or "none"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, int) and name.endswith("_minor"):
        return money(found)
    if isinstance(found, int) and name in {"stan", "voucher", "original_voucher"}:
        return f"{found:06d}"
    return str(found)


def bench(history: History) -> list[tuple[str, str]]:
    """Return the facts of the bench, what is not declared of a foreign terminal included."""
    facts = dict(history.header.bench)
    said = [(name.replace("_", " "), _fact(name, found)) for name, found in _in_order(facts)]
    if facts.get("kind") == "emulated":
        return said
    missing = [name for name in ("model", "serial number", "firmware") if not _has(facts, name)]
    return [*said, *((name, "not declared") for name in missing)]


_FIRST = (
    "name",
    "kind",
    "device",
    "model",
    "serial",
    "firmware",
    "terminal",
    "host",
    "operator",
    "power",
)


def _in_order(facts: Facts) -> Iterable[tuple[str, Fact]]:
    def place(item: tuple[str, Fact]) -> int:
        found = [at for at, word in enumerate(_FIRST) if item[0].startswith(word)]
        return found[0] if found else len(_FIRST)

    return sorted(facts.items(), key=place)


def _has(facts: Facts, name: str) -> bool:
    return any(key.endswith(name.replace(" ", "_")) and facts[key] for key in facts)
