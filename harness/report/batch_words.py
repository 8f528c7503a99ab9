"""What a settlement, its uploads and its end say, in words short enough for a diagram or a table.

Totals are gross and by card group: domestic, and foreign where there is anything to say of it.
Source: field 48 of 0500 and 0510, field 60.3 of 0320, as docs/history.md has their facts.
"""

from collections.abc import Iterator

from harness.check import fact
from harness.history.record import Row
from harness.report.plain_text import money

RESULTS = {1: "balanced", 2: "not balanced", 3: "error"}
_NAMES = ("debit_count", "debit_minor", "credit_count", "credit_minor")
_ENDS = {"207": "end, all balanced", "202": "end, after uploads"}


def batch_words(row: Row) -> str:
    """Return what a row has of a batch: totals, results, records; "" if it has none of them."""
    return " · ".join(filter(None, [totals(row), results(row), upload(row), _next_batch(row)]))


def totals(row: Row) -> str:
    """Return the gross totals by card group, "" if the row has none."""
    own, foreign = _group(row, ""), _group(row, "foreign_")
    return f"{own or 'nothing'}; foreign {foreign}" if foreign else own


def _group(row: Row, prefix: str) -> str:
    numbers = [fact.number(row, prefix + name) for name in _NAMES]
    if None in numbers:
        return ""
    debits, debit_minor, credits_, credit_minor = (found or 0 for found in numbers)
    sums = [(debits, "debit", debit_minor), (credits_, "credit", credit_minor)]
    parts = [f"{count} {name} {money(minor)}" for count, name, minor in sums if count or minor]
    is_own = not prefix
    return ", ".join(parts) or "nothing" * is_own


def results(row: Row) -> str:
    """Return how the host found both card groups, "" if the row says nothing of it."""
    own, foreign = (
        RESULTS.get(fact.number(row, name) or 0) for name in ("result", "foreign_result")
    )
    return f"{own}; foreign {foreign}" if own and foreign else own or ""


def upload(row: Row) -> str:
    """Return what a batch upload has: its code, how many records, how many in all."""
    return " · ".join(_upload(row))


def _upload(row: Row) -> Iterator[str]:
    network, total = row.facts.get("network"), fact.number(row, "sent_total")
    if row.facts.get("name") == "batch_upload" and network:
        yield f"60.3 = {network}"
    if network in _ENDS and total is not None:
        yield f"{_ENDS[str(network)]}, {total} sent"
    if records := fact.words(row, "records"):
        yield f"{len(records)} record{'s' * (len(records) != 1)}"


def _next_batch(row: Row) -> str:
    return f"next batch {row.facts['next_batch']}" if row.facts.get("next_batch") else ""
