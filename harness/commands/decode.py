"""`pos-harness decode`: a frame of the host line or the till line, read as far as it goes."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from harness.commands import exit_code
from harness.commands.concealment import conceal, stars
from harness.commands.output import (
    deviation_lines,
    deviation_objects,
    print_lines,
    print_object,
    print_table,
)
from harness.commands.plausibility import doubtful_from, is_mti
from harness.commands.source import hex_of
from harness.commands.zvt_concealment import Shown, shown_fields
from harness.commands.zvt_reading import read
from harness.wire.deviation import Deviation
from harness.wire.dialects.unionpay import FIELDS, FrameInspection, inspect_frame
from harness.wire.dialects.unionpay_messages import transaction_name


class DialectName(StrEnum):
    """What the bytes are."""

    UNIONPAY = "unionpay"
    ZVT = "zvt"


def decode(
    hex_words: Annotated[
        list[str],
        typer.Argument(
            metavar="HEX", help="The frame, blanks allowed; - for standard input, @FILE for a file."
        ),
    ],
    dialect: Annotated[
        DialectName, typer.Option(help="unionpay: host line; zvt: till line.")
    ] = DialectName.UNIONPAY,
    clear: Annotated[bool, typer.Option("--clear", help="Hide nothing: test cards only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Show what a frame holds and every deviation from its dialect.

    A length prefix, TPDU and header, or a serial frame around an APDU, are recognised.  PANs,
    tracks, PIN blocks and keys are starred unless --clear is given.  Exit code 1 when the frame
    breaks parsing; fields after one that cannot be right are starred then.
    """
    data = hex_of(hex_words[0] if len(hex_words) == 1 else " ".join(hex_words), "HEX")
    show = _show_zvt if dialect is DialectName.ZVT else _show_unionpay
    return exit_code.of_deviations(show(data, is_clear=clear, is_json=json))


def _show_unionpay(data: bytes, *, is_clear: bool, is_json: bool) -> tuple[Deviation, ...]:
    frame = inspect_frame(data)
    head, fields = _parts(frame, is_clear=is_clear)
    shown = {str(number): text for number, text in fields.items()}
    if is_json:
        found = {"fields": shown, "deviations": deviation_objects(frame.deviations)}
        print_object({**head, **found})
        return frame.deviations
    named = [(name, name, text) for name, text in head.items() if text]
    named.append(("", "transaction", transaction_name(frame.message) if head["mti"] else "unknown"))
    named += [(n, FIELDS[int(n)].name.replace("_", " "), text) for n, text in shown.items()]
    _print([("" if n == name else n, name, text) for n, name, text in named], frame.deviations)
    return frame.deviations


def _parts(frame: FrameInspection, *, is_clear: bool) -> tuple[dict[str, str], dict[int, str]]:
    """Return what routes the message, and its fields, as they may be shown."""
    message = frame.message
    head = {"tpdu": frame.tpdu, "header": frame.header, "mti": message.mti}
    if is_clear:
        return head, dict(message.fields)
    is_right = all(each.kind == "cosmetic" for each in frame.deviations)
    if not (is_right or is_mti(message.mti)):  # nobody knows where anything stands
        hidden = {number: stars(text) for number, text in message.fields.items()}
        return {name: stars(text) for name, text in head.items()}, hidden
    return head, conceal(message, doubtful_from=None if is_right else doubtful_from(message))


def _show_zvt(data: bytes, *, is_clear: bool, is_json: bool) -> tuple[Deviation, ...]:
    reading = read(data)
    deviations = tuple(reading.deviations)
    fields = shown_fields(reading.fields, is_clear=is_clear, is_right=not deviations)
    if is_json:
        print_object(
            {
                "command": reading.command,
                "name": reading.name,
                "fields": fields,
                "deviations": deviation_objects(deviations),
            }
        )
        return deviations
    head = [("", "command", f"{reading.command} {reading.name}".strip())]
    _print([*head, *(("", name, each) for name, each in _lines(fields))], deviations)
    return deviations


def _lines(fields: dict[str, Shown]) -> Iterable[tuple[str, str]]:
    for name, each in fields.items():
        yield name.replace("_", " "), each if isinstance(each, str) else _flat(each)


def _flat(each: Shown) -> str:
    """Return a number, or TLV objects within each other, on one line."""
    if not isinstance(each, list):
        return str(each)
    return " ".join(f"{one['tag']}={{{_flat(one['value'])}}}" for one in each)


def _print(rows: Sequence[tuple[str, str, str]], deviations: tuple[Deviation, ...]) -> None:
    print_table(("field", "name", "value"), rows)
    print_lines(["", *deviation_lines(deviations)] if deviations else [])
