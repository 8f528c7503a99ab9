"""`pos-harness slip`: what a printer made of captured bytes, as text, values and picture."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from harness.commands import exit_code
from harness.commands.concealment import pan, printed, printed_lines
from harness.commands.output import (
    deviation_lines,
    deviation_objects,
    print_lines,
    print_object,
    print_table,
)
from harness.commands.source import bytes_of_file
from harness.errors import MisuseError
from harness.report.slip_picture import draw
from harness.wire import escpos
from harness.wire.escpos import PrintedPaper
from harness.wire.slip import facts, mask_form, parse

Fact = str | int | bool


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of a capture, as it may be shown; `number` counts from 1."""

    number: int
    count: int
    paper: PrintedPaper
    fields: dict[str, Fact]


def slip(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Bytes sent to the printer; - for standard input.")
    ],
    png: Annotated[Path | None, typer.Option("--png", help="Write a picture of the slip.")] = None,
    number: Annotated[int, typer.Option(help="Which slip of a file with several.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Show a slip from its ESC/POS bytes: lines, values, and what a printer would object to.

    A PAN that the slip shows in clear is masked here, and its mask is called "clear".
    """
    found = _slip(bytes_of_file(file, "FILE"), number)
    if png is not None:
        draw(found.paper.lines, png)
    if json:
        print_object(_object(found, png))
    else:
        _print(found, png)
    return exit_code.of_deviations(found.paper.deviations)


def _slip(data: bytes, number: int) -> Slip:
    whole, rest = escpos.split(data)
    pieces = whole + ([rest] if escpos.decode(rest).lines or not whole else [])
    if not data:
        raise MisuseError("FILE is empty: give the bytes that were sent to the printer")
    if not 1 <= number <= len(pieces):
        raise MisuseError(f"--number {number}: the file has slips 1 to {len(pieces)}")
    paper = escpos.decode(pieces[number - 1])
    return Slip(number, len(pieces), _masked(paper), _fields(paper.texts))


def _masked(paper: PrintedPaper) -> PrintedPaper:
    """Return the paper without a PAN; what stands as one on the slip need not pass Luhn."""
    number = parse(paper.texts).pan_masked
    texts = printed_lines(paper.texts)
    if mask_form(number) == "clear":
        texts = [text.replace(number, pan(number)) for text in texts]
    lines = [replace(line, text=text) for line, text in zip(paper.lines, texts, strict=True)]
    return replace(paper, lines=tuple(lines))


def _fields(texts: Iterable[str]) -> dict[str, Fact]:
    found = parse(texts)
    said: dict[str, Fact] = facts(found)
    if found.pan_masked:
        form = mask_form(found.pan_masked)
        said["mask"] = form
        said["pan_masked"] = pan(_digits(found.pan_masked)) if form == "clear" else found.pan_masked
    return {name: printed(one) if isinstance(one, str) else one for name, one in said.items()}


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _object(found: Slip, png: Path | None) -> dict[str, object]:
    return {
        "lines": list(found.paper.texts),
        "fields": found.fields,
        "is_cut": found.paper.is_cut,
        "deviations": deviation_objects(found.paper.deviations),
        "number": found.number,
        "count": found.count,
        "png": None if png is None else str(png),
    }


def _print(found: Slip, png: Path | None) -> None:
    print_lines([*found.paper.texts, ""])
    print_table(("field", "value"), ((name, str(one)) for name, one in found.fields.items()))
    print_lines(deviation_lines(found.paper.deviations))
    if found.count > 1:
        print_lines([f"slip {found.number} of {found.count}: --number shows another"])
    if png is not None:
        print_lines([f"picture: {png}"])
