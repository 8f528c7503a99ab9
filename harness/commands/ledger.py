"""`pos-harness ledger find`: postings of the host's books, from the histories of runs."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.concealment import printed
from harness.commands.history_file import history_files, history_of
from harness.commands.output import print_lines, print_object, print_table
from harness.errors import MisuseError
from harness.history.record import Fact, Row

LATEST = "latest"
NO_POSTINGS = frozenset({"balances", "enquiry"})  # rows of the books that move nothing
COLUMNS = ("case", "row", "name", "reference", "card", "amount_minor", "stan", "rrn", "original")
DATE_FACT = "business_date"

_DATE = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})", re.ASCII)

Posting = dict[str, Fact]


def find(
    source: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|RUN/CASE|RUN]", help="A history.jsonl, a case, or all cases of a run."
        ),
    ] = LATEST,
    terminal: Annotated[str | None, typer.Option(help="Terminal id.")] = None,
    merchant: Annotated[str | None, typer.Option(help="Merchant id.")] = None,
    card: Annotated[str | None, typer.Option(help="Token of a declared card, as card-1.")] = None,
    rrn: Annotated[str | None, typer.Option(help="Retrieval reference number.")] = None,
    date: Annotated[str | None, typer.Option(help="Business date, as 2026-03-01.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Find postings of the host's books by terminal, merchant, card, RRN and date."""
    asked = {"terminal_id": terminal, "merchant_id": merchant, "card": _token(card), "rrn": rrn}
    wanted: dict[str, Fact] = {name: text for name, text in asked.items() if text is not None}
    files = history_files(source)
    postings = [posting for file in files for posting in _postings(file)]
    if date is not None:
        wanted[DATE_FACT] = _date(date)
        _require_dates(postings)
    found = [posting for posting in postings if wanted.items() <= posting.items()]
    if json:
        print_object({"count": len(found), "postings": found})
    else:
        _print(found, len(postings), len(files))
    return 0


def _token(card: str | None) -> str | None:
    if card is not None and card.isdigit():
        raise MisuseError("--card takes the token of a declared card, as card-1, and no PAN")
    return card


def _date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        raise MisuseError("--date is no date: give year, month and day, as 2026-03-01")
    return found[1] + found[3] + found[4]


def _require_dates(postings: list[Posting]) -> None:
    if postings and not any(DATE_FACT in posting for posting in postings):
        raise MisuseError(
            f"no posting of these histories says its date (fact {DATE_FACT}): "
            "leave --date out, or run the case again"
        )


def _postings(file: Path) -> Iterator[Posting]:
    found = history_of(str(file))
    case = found.header.case or file.parent.name
    for row in found.rows:
        if row.kind == "ledger" and row.address not in NO_POSTINGS:
            yield {"case": printed(case), "row": row.index, **_facts(row)}


def _facts(row: Row) -> Mapping[str, Fact]:
    return {"name": printed(row.address), **{k: _shown(v) for k, v in row.facts.items()}}


def _shown(fact: Fact) -> Fact:
    if isinstance(fact, tuple):
        return tuple(map(printed, fact))
    return printed(fact) if isinstance(fact, str) else fact


def _print(found: list[Posting], total: int, files: int) -> None:
    if found:
        rows = ([str(posting.get(name, "")) for name in COLUMNS] for posting in found)
        print_table(COLUMNS, rows)
    print_lines([f"{len(found)} of {total} postings in {files} histories"])
