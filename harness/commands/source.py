"""Where a value of the command line comes from: the argument, standard input, or a file.

"-" is standard input and "@path" a file, so that a secret need not stand in the list of
processes.  No error shows any of the value.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from harness.errors import MisuseError

STANDARD_INPUT, FILE_MARK = "-", "@"
SIZE_MAX = 1 << 24  # bytes: a history of a day is smaller, and a typing error is not read for ever
HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def text_of(argument: str, name: str) -> str:
    """Return the text that an argument gives or names.  Raises MisuseError."""
    if argument == STANDARD_INPUT:
        return _decoded(_standard_input(name), name)
    if argument.startswith(FILE_MARK):
        return text_of_file(argument.removeprefix(FILE_MARK), name)
    return argument


def word_of(argument: str, name: str) -> str:
    """Return the text without blanks around it.  Raises MisuseError, also when nothing is left."""
    word = text_of(argument, name).strip()
    if not word:
        raise MisuseError(f"{name} is empty: give a value, - for standard input, or @file")
    return word


def hex_of(argument: str, name: str) -> bytes:
    """Return the bytes whose hexadecimal digits an argument gives or names.

    Raises MisuseError with the position, counted from 1, of the first character that is wrong.
    """
    text = text_of(argument, name)
    places = [place for place, character in enumerate(text) if not character.isspace()]
    wrong = [place for place in places if text[place] not in HEX_DIGITS]
    if wrong:
        where = _position(text, wrong[0])
        raise MisuseError(f"{name}: no hexadecimal digit at {where}: give 0-9, A-F and blanks only")
    if len(places) % 2:
        where = _position(text, places[-1])
        raise MisuseError(
            f"{name}: {len(places)} digits are no whole bytes: half a byte is missing after {where}"
        )
    if not places:
        raise MisuseError(
            f"{name} is empty: give hexadecimal digits, - for standard input or @file"
        )
    return bytes.fromhex("".join(text[place] for place in places))


def require_one_standard_input(arguments: Mapping[str, str | None]) -> None:
    """Raise MisuseError when more than one argument is to come from standard input."""
    names = [name for name, argument in arguments.items() if argument == STANDARD_INPUT]
    if len(names) > 1:
        raise MisuseError(
            f"{' and '.join(names)} cannot both come from standard input: give one as @file"
        )


def bytes_of_file(path: str, name: str) -> bytes:
    """Return the content of a file, or of standard input for "-".  Raises MisuseError."""
    if path == STANDARD_INPUT:
        return _standard_input(name)
    try:
        with Path(path).open("rb") as file:
            return _limited(file.read(SIZE_MAX + 1), name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise MisuseError(
            f"{name}: cannot read the file {path}: {reason}: give a file that can be read"
        ) from error


def text_of_file(path: str, name: str) -> str:
    """Return the text of a UTF-8 file, or of standard input for "-".  Raises MisuseError."""
    return _decoded(bytes_of_file(path, name), name)


def _standard_input(name: str) -> bytes:
    if sys.stdin is None:  # as under a service manager
        raise MisuseError(f"{name}: there is no standard input: give a value or @file")
    return _limited(sys.stdin.buffer.read(SIZE_MAX + 1), name)


def _limited(data: bytes, name: str) -> bytes:
    if len(data) > SIZE_MAX:
        raise MisuseError(f"{name} has more than {SIZE_MAX} bytes: give the part that matters")
    return data


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MisuseError(
            f"{name}: byte {error.start + 1} is not UTF-8 text: give a text file"
        ) from None


def _position(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return f"position {place + 1}" + (f" (line {line}, column {column})" if line > 1 else "")
