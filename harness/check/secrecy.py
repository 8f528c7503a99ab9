"""C1: no card number in clear in what the harness itself writes.

The history is judged by its own text, and by the scans of other outputs noted in it.  A scan is
worth something only if it looked for canaries: numbers known to have passed through the bench.
Numbers that look alike by design are left out by name: merchant identifiers, reference numbers,
and the totals of a settlement.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from harness.check import Judgement, Rule, fact
from harness.check.exchange import line_of
from harness.check.tally import Tally
from harness.history.record import Facts, History, Row
from harness.terms.card import is_luhn

EVERY_BENCH = "till | ecr_wire | host_wire | ledger | notify | slip | display | journal | nv | key"
RULES = (Rule("C1", EVERY_BENCH),)
_RUN = re.compile(r"\d{13,}", re.ASCII)
_PAN_SIZE_MIN, _PAN_SIZE_MAX = 13, 19
_PAN_MIN = 10 ** (_PAN_SIZE_MIN - 1)
_LOOK_ALIKE = frozenset({"merchant_id", "F42", "rrn", "F37", "original_rrn"})
_TOTALS = _LOOK_ALIKE | {"F48"}
_SETTLEMENT = frozenset({"0500", "0510"})


def check(history: History) -> list[Judgement]:
    """Judge the text of the history, and every noted scan."""
    tally = Tally("C1")
    header = history.header
    shown = [_count_facts(facts) for facts in (header.profile, header.bench, header.versions)]
    in_header = _count(header.case) + sum(shown)
    shows = _shows(history.rows)
    in_rows = sum(count for _, count in shows)
    if history.rows:
        tally.require(
            not in_header and not in_rows,
            "the history shows what can be a card number",
            expected="every such number masked",
            seen=f"{in_header} in clear in the header, {in_rows} in rows",
            at=tuple(row for row, _ in shows),
        )
    for row in line_of(history).of("note"):
        if row.address == "scan":
            _scan(tally, row)
    return [tally.judgement()]


def _shows(rows: Sequence[Row]) -> list[tuple[Row, int]]:
    """Return the rows that show anything, and how much; most texts are those of other rows too."""
    texts = {row.address for row in rows}.union([row.value for row in rows])
    in_texts = {text: _count(text) for text in texts if len(text) >= _PAN_SIZE_MIN}
    facts = {id(row.facts): row.facts for row in rows}  # the rows of one frame share them
    in_facts = {name: _count_in(each) for name, each in facts.items()}
    if not any(in_texts.values()) and not any(in_facts.values()):
        return []
    text = in_texts.get
    counts = (in_facts[id(row.facts)] + text(row.address, 0) + text(row.value, 0) for row in rows)
    return [(row, count) for row, count in zip(rows, counts, strict=True) if count]


def _count_in(facts: Facts) -> int:
    is_settlement = facts.get("mti") in _SETTLEMENT
    return _count_facts(facts, _TOTALS if is_settlement else _LOOK_ALIKE)


def _count_facts(facts: Facts, look_alike: frozenset[str] = _LOOK_ALIKE) -> int:
    """Count in facts; most of them are too short to hold anything, which is seen at once."""
    count = 0
    for name, found in facts.items():
        if isinstance(found, str):
            if len(found) >= _PAN_SIZE_MIN and name not in look_alike:
                count += _count(found)
        elif isinstance(found, tuple):
            count += sum(_count(each) for each in found if len(each) >= _PAN_SIZE_MIN)
        elif found >= _PAN_MIN and name not in look_alike:
            count += _count(str(found))
    return count


@lru_cache(maxsize=4096)  # most texts come again and again
def _count(text: str) -> int:
    """Count what can be, or hold, a card number: longer runs are never left in clear."""
    return sum(len(run) > _PAN_SIZE_MAX or is_luhn(run) for run in _RUN.findall(text))


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
