"""`pos-harness ledger reconcile`: what the host booked against the books of somebody else."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.exit_code import FAIL, PASS
from harness.commands.history_file import history_files, history_of
from harness.commands.output import print_lines, print_object
from harness.errors import MisuseError
from harness.history.record import History, Row
from harness.ledger.books import Entry, MemoryBooks, Posting
from harness.ledger.reconciliation import Difference
from harness.ledger.reconciliation_file import FileRecord, booked, compare
from harness.rig.ledgers import card_token, file_records, records, sql_records
from harness.rig.parts import Parts
from harness.runner.place import DEVICES, load_parts

RULE = "M3"  # the views of a transaction agree


def reconcile(
    source: Annotated[
        str, typer.Argument(metavar="FILE|RUN/CASE", help="A history.jsonl, or a case of a run.")
    ],
    file: Annotated[Path | None, typer.Option(help="A file of the acquirer's.")] = None,
    url: Annotated[str, typer.Option(help="A database instead, without a password in it.")] = "",
    layout: Annotated[Path | None, typer.Option(help="File that lays it out, or maps it.")] = None,
    ledger: Annotated[str, typer.Option(help="A ledger that the bench names, instead.")] = "",
    device: Annotated[str, typer.Option(help="The bench, for its cards and ledgers.")] = "",
    devices: Annotated[Path, typer.Option(help="The file of the benches.")] = DEVICES,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Compare what our host booked in a case with a file or a database of somebody else.

    Each row that is missing, extra or altered there is one finding of rule M3.
    Exit codes: 0 no difference, 1 otherwise.
    """
    (parts,) = load_parts(devices, [device] if device else [])[:1]
    theirs = _theirs(parts, ledger, file, url, layout)
    found = compare(booked(_books(_history(source))), theirs)
    if json:
        findings = [_object(each) for each in found]
        print_object({"rule": RULE, "rows": len(theirs), "findings": findings})
    else:
        print_lines(_lines(found, theirs))
    return FAIL if found else PASS


def _history(source: str) -> History:
    files = history_files(source)
    if len(files) > 1:
        raise MisuseError(f"{source} has {len(files)} cases, each with books of its own: name one")
    return history_of(str(files[0]))


def _theirs(
    parts: Parts, ledger: str, file: Path | None, url: str, layout: Path | None
) -> list[FileRecord]:
    if ledger:
        return records(parts, ledger)
    if layout is None or bool(file) == bool(url):
        raise MisuseError("name --ledger, or --layout and one of --file and --url")
    token = card_token(parts)
    return file_records(file, layout, token) if file else sql_records(url, layout, token)


def _books(history: History) -> MemoryBooks:
    """Return books with the postings that a history has; those of accounts alone are left out."""
    books = MemoryBooks(is_checked=False)
    for row in history.rows:
        if row.kind == "ledger" and "reference" in row.facts and "entries" in row.facts:
            books.post(_posting(row))
    return books


def _posting(row: Row) -> Posting:
    said = {
        name: row.facts[name]
        for name in Posting.__annotations__
        if name in row.facts and name != "entries"
    }
    entries = row.facts["entries"]
    assert isinstance(entries, tuple)  # docs/history.md
    return Posting(**said | {"entries": tuple(map(_entry, entries))})  # type: ignore[arg-type]


def _entry(text: str) -> Entry:
    account, _, minor = text.rpartition(" ")
    return Entry(account, int(minor))


def _object(found: Difference) -> dict[str, str]:
    return {"rule": RULE, "kind": found.kind, "what": found.what}


def _lines(found: Sequence[Difference], theirs: Sequence[FileRecord]) -> Iterator[str]:
    yield from (f"{RULE}: {each.kind}: {each.what}" for each in found)
    yield f"{len(found)} differences, {len(theirs)} rows of theirs"
