"""C1: no card number in clear in what the harness itself writes.

The history is judged by its own text, and by the scans of other outputs noted in it.  A scan is
worth something only if it looked for canaries: numbers known to have passed through the bench.
Numbers that look alike by design are left out by name: merchant identifiers, reference numbers,
and the totals of a settlement.
"""

import re
from collections.abc import Iterator

from harness.check import Judgement, Rule, fact
from harness.check.tally import Tally
from harness.history.record import Fact, Facts, History, Row
from harness.terms.card import is_luhn

EVERY_BENCH = "till | ecr_wire | host_wire | ledger | notify | slip | display | journal | nv | key"
RULES = (Rule("C1", EVERY_BENCH),)
_RUN = re.compile(r"\d{13,}", re.ASCII)
_PAN_SIZE_MAX = 19
_LOOK_ALIKE = frozenset({"merchant_id", "F42", "rrn", "F37", "original_rrn"})
_SETTLEMENT = frozenset({"0500", "0510"})


def check(history: History) -> list[Judgement]:
    """Judge the text of the history, and every noted scan."""
    tally = Tally("C1")
    header = history.header
    shown = [text for facts in (header.profile, header.bench) for _, text in _texts(facts)]
    in_header = sum(map(_count, [header.case, *shown]))
    in_rows = [(row, count) for row in history.rows if (count := _count_in(row))]
    if history.rows:
        tally.require(
            not in_header and not in_rows,
            "the history shows what can be a card number",
            expected="every such number masked",
            seen=f"{in_header} in clear in the header, {sum(count for _, count in in_rows)} in rows",
            at=tuple(row for row, _ in in_rows),
        )
    for row in history.rows:
        if row.kind == "note" and row.address == "scan":
            _scan(tally, row)
    return [tally.judgement()]


def _count_in(row: Row) -> int:
    is_settlement = row.facts.get("mti") in _SETTLEMENT
    texts = (text for name, text in _texts(row.facts) if not (is_settlement and name == "F48"))
    return sum(map(_count, (row.address, row.value, *texts)))


def _count(text: str) -> int:
    """Count what can be, or hold, a card number: longer runs are never left in clear."""
    runs = (run[0] for run in _RUN.finditer(text))
    return sum(len(run) > _PAN_SIZE_MAX or is_luhn(run) for run in runs)


def _texts(facts: Facts) -> Iterator[tuple[str, str]]:
    for name, found in facts.items():
        if name not in _LOOK_ALIKE:
            yield from ((name, text) for text in _parts(found))


def _parts(found: Fact) -> tuple[str, ...]:
    return found if isinstance(found, tuple) else (str(found),)


def _scan(tally: Tally, row: Row) -> None:
    hits, output = fact.number(row, "hits"), fact.text(row, "output") or "an output"
    if hits is None or (not hits and not fact.number(row, "canaries")):
        tally.gap(f"the scan of {output} proves nothing: it looked for no canary")
    else:
        tally.require(
            not hits,
            f"{output} shows numbers that must stay secret",
            expected="none in clear, packed or encoded",
            seen=f"{hits}",
            at=(row,),
        )
