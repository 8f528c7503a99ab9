"""The mark of one row of a history, and the words on it."""

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile

from harness.check import fact
from harness.history.record import Row
from harness.report.batch_words import results, totals, upload
from harness.report.mark import Arrow, Band, Box, Lane, Mark
from harness.report.plain_text import money

ACTORS = {
    "operator": Lane.OPERATOR,
    "till": Lane.TILL,
    "terminal": Lane.TERMINAL,
    "host": Lane.HOST,
}


def box(row: Row, lane: Lane, text: str, look: str = "note") -> Box:
    """Return what happened on one lane."""
    return Box(time_ns=row.time_ns, row=row.index, lane=lane, text=text, look=look)


def message(row: Row, source: Lane, target: Lane, look: str, arrival: Row | None = None) -> Arrow:
    """Return a message of a line, from where it left to where it came.

    arrival: the row in which the other end got it, if that is the same arrow.
    """
    code = row.address.partition("/")[2]
    name = fact.text(row, "name") or _said_name(row)
    answer = fact.text(row, "response_code") or results(row)
    label = " ".join(filter(None, [code, name]))
    return Arrow(time_ns=row.time_ns, row=row.index, source=source, target=target, look=look,
                 label=label + (f" · {answer}" if answer else ""), detail=_detail(row),
                 arrival=arrival.index if arrival else None)  # fmt: skip


def _said_name(row: Row) -> str:
    """Return the words of a command of the ECR line: what stands before its values."""
    is_command = "command" in row.facts
    return " ".join(takewhile(lambda word: "=" not in word, row.value.split())) * is_command


def _detail(row: Row) -> str:
    amount, stan = fact.number(row, "amount_minor"), fact.number(row, "stan")
    parts = [
        "" if stan is None else f"STAN {stan:06d}",
        "" if amount is None else money(amount),
        totals(row),
        upload(row),
        f"reason {row.facts['reason']}" if "reason" in row.facts else "",
        {"True": "MAC ok", "False": "MAC wrong"}.get(str(row.facts.get("mac_ok")), ""),
        f"result {row.facts['result_code']}" if "result_code" in row.facts else "",
        f"only {row.facts.get('size', '?')} bytes" if row.facts.get("partial") else "",
        "lost" if row.facts.get("lost") else "",
        "a bit turned over on the way" if row.facts.get("spoiled") else "",
        "unreadable" if row.facts.get("malformed") else "",
    ]
    return " · ".join(filter(None, parts))


def single(row: Row) -> Iterator[Mark]:
    """Yield the mark of a row that needs no other; timers and levels have none."""
    if row.kind in _SINGLE and not (row.kind == "ledger" and row.address == "balances"):
        yield _SINGLE[row.kind](row, ACTORS.get(row.actor, Lane.TERMINAL))


def _invoke(row: Row, lane: Lane) -> Mark:
    return box(row, lane, _words(row.address, _amount(row), row.facts.get("card")))


def _end_of_call(row: Row, lane: Lane) -> Mark:
    word, look = _ENDS[row.kind]
    return box(row, lane, f"{row.address}: {word}", look)


_ENDS = {
    "ok": ("done", "good"),
    "fail": ("not approved", "fault"),
    "info": ("outcome unknown", "nv"),
}


def _act(row: Row, _lane: Lane) -> Mark:
    said = [f"{name} {row.facts[name]}" for name in ("card", "pin", "key") if name in row.facts]
    label = ", ".join(said) or row.value or row.address
    return Arrow(time_ns=row.time_ns, row=row.index, source=Lane.OPERATOR,
                 target=Lane.TERMINAL, label=label)  # fmt: skip


def _connection(row: Row, lane: Lane) -> Mark:
    line = Lane.ECR_LINE if lane is Lane.TILL or row.address == "ecr" else Lane.LINE
    return box(row, line, f"{row.actor}: {row.value or row.kind}")


def _write(row: Row, lane: Lane) -> Mark:
    torn = "torn!" if row.facts.get("torn") else ""
    said = [row.facts.get(name) for name in ("state", "stage", "outcome", "generation")]
    return box(row, lane, _words("nv", row.address, *said, _stan(row), *_kept(row), torn), "nv")


def _stan(row: Row) -> str:
    stan = fact.number(row, "stan")
    return "" if stan is None else f"{stan:06d}"


def _kept(row: Row) -> Iterator[str]:
    """Yield how many records a journal has, how many a settlement has sent, and the batch."""
    if "records" in row.facts:
        count = len(fact.words(row, "records"))
        yield f"{count} record{'s' * (count != 1)}" if count else "empty"
    if sent := fact.words(row, "sent"):
        yield f"{len(sent)} sent"
    if row.address in {"counters", "settlement"} and "batch" in row.facts:
        yield f"batch {row.facts['batch']}"


def _posting(row: Row, lane: Lane) -> Mark:
    said = row.facts.get("answer") or results(row) or row.facts.get("response_code")
    moved = _amount(row) if row.facts.get("amount_minor") or row.facts.get("entries") else ""
    stan = _stan(row) if row.address == "upload" else ""
    text = _words(row.address, stan, moved, row.facts.get("card"), said)
    return box(row, lane, text, "post" if row.facts.get("entries") else "note")


def _notice(row: Row, _lane: Lane) -> Mark:
    text = _words(row.facts.get("direction"), "notice", _amount(row))
    return Arrow(time_ns=row.time_ns, row=row.index, source=Lane.HOST,
                 target=Lane.CARDHOLDER, label=text)  # fmt: skip


def _slip(row: Row, lane: Lane) -> Mark:
    words = _words(*map(row.facts.get, ("kind", "type", "copy")))
    return box(row, lane, _words("slip:", words or "printed"))


def _prompt(row: Row, lane: Lane) -> Mark:
    return box(row, lane, row.address or row.value)


def _power(row: Row, lane: Lane) -> Mark:
    return box(row, lane, f"power {row.value}", "power")


def _heal(row: Row, _lane: Lane) -> Mark:
    return box(row, Lane.LINE, f"healed: {row.value or row.address}", "good")


def _said_by_bench(row: Row, _lane: Lane) -> Mark:
    kind = "" if row.kind == "note" else row.kind
    return Band(_words(kind, row.address, row.value))


_SINGLE: Mapping[str, Callable[[Row, Lane], Mark]] = {
    "invoke": _invoke,
    "ok": _end_of_call,
    "fail": _end_of_call,
    "info": _end_of_call,
    "act": _act,
    "connect": _connection,
    "disconnect": _connection,
    "nv": _write,
    "ledger": _posting,
    "notify": _notice,
    "print": _slip,
    "show": _prompt,
    "power": _power,
    "heal": _heal,
    "note": _said_by_bench,
    "sees": _said_by_bench,
    "blind": _said_by_bench,
}


def _amount(row: Row) -> str:
    amount = fact.number(row, "amount_minor")
    return "" if amount is None else money(amount)


def _words(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))
