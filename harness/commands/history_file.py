"""Stored histories: read whole and checked, or refused with the number of the bad line."""

import json
from collections.abc import Sequence
from pathlib import Path

from harness.commands.source import bytes_of_file
from harness.errors import MisuseError
from harness.history.record import Header, History, load
from harness.runner.place import REPORTS

HISTORY = "history.jsonl"
REMEDY = "give a history.jsonl as a run has written it"


def history_files(source: str) -> list[Path]:
    """Return the histories that the argument names.  Raises MisuseError if there are none."""
    if source == "-" or Path(source).is_file():
        return [Path(source)]
    run, _, case = source.strip("/").partition("/")
    places = (Path(source), REPORTS / run / "cases" / case if case else REPORTS / run)
    for place in places:
        found = [place / HISTORY] if (place / HISTORY).is_file() else []
        found += sorted(place.glob(f"cases/[!.]*/{HISTORY}"))
        if found:
            return found
    raise MisuseError(
        f"no history at {source} nor in {places[1]}: give a history.jsonl, or a run in {REPORTS}/ "
        "with or without a case, or run a suite first"
    )


def history_of(path: str) -> History:
    """Return the history in a file, or on standard input for "-".

    Raises MisuseError with the number of the first line that is damaged.
    """
    lines = _lines(bytes_of_file(path, "HISTORY"), path)
    found = _loaded(lines, path)
    if not _is_header(found.header):
        raise _damaged(path, 1, "a value of the header is of another type")
    for row in found.rows:
        if not _are_facts(row.facts):
            raise _damaged(path, row.index + 2, "a fact is no text, number or list of texts")
    return found


def _lines(data: bytes, path: str) -> list[str]:
    """Return lines that end in a line feed: text may hold what Unicode takes for line ends."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise _damaged(path, number, "it is not UTF-8 text") from None
    if not text:
        raise MisuseError(f"{path} is empty: expected a header line and rows: {REMEDY}")
    return text.removesuffix("\n").split("\n")


def _loaded(lines: Sequence[str], path: str) -> History:
    try:
        return load(lines)
    except MisuseError as error:
        where = "" if str(error).startswith("line ") else "line 1: "
        raise MisuseError(f"{path}: {where}{error}") from error
    except RecursionError:
        deep = (number for number, line in enumerate(lines, 1) if _is_too_deep(line))
        raise _damaged(path, next(deep), "it is nested too deep") from None


def _is_too_deep(line: str) -> bool:
    try:
        json.loads(line)
    except RecursionError:
        return True
    return False


def _damaged(path: str, number: int, why: str) -> MisuseError:
    return MisuseError(f"{path}: line {number} of the history is damaged: {why}: {REMEDY}")


def _is_header(header: Header) -> bool:
    texts = (header.world, header.case, header.host_wire_at)
    lists = (header.observes, header.due, *(step.rules for step in header.plan))
    maps = (header.profile, header.bench, header.versions)
    return (
        all(map(_is_text, texts))
        and all(map(_is_texts, lists))
        and all(_is_text(step.point) and _is_text(step.action) for step in header.plan)
        and all(map(_are_facts, maps))
        and isinstance(header.timer_scale, int | float)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _are_facts(facts: object) -> bool:
    return isinstance(facts, dict) and all(
        isinstance(fact, str | int) or _is_texts(fact) for fact in facts.values()
    )
