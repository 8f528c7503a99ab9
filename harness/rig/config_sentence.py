"""What pydantic found wrong in a devices.yaml, as one sentence with place and remedy.

What was typed is shown where it is a word of ours or a number; never any other text of the file.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Error = Mapping[str, Any]  # pydantic's dictionary of one error
BY_KIND = frozenset({"terminal", "operator", "power", "relay", "line_relay"})  # keys by `kind`
KINDS = frozenset(
    {
        "emulated", "external", "human", "command", "fingers", "robot", "none", "relay", "supply",
        "gpio", "modbus", "dialogue", "file", "sql",
    }
)  # fmt: skip
NAMED = frozenset({"cards", "keys", "ledgers"})  # names of the file, and then such parts
_TYPES = {str: "text", bool: "true or false", int: "a whole number", float: "a number",
          list: "a list", dict: "keys of its own", type(None): "nothing"}  # fmt: skip
_SHOWN_SIZE_MAX = 20

_EXPECTED: Mapping[str, Callable[[Error], str]] = {
    "string_type": lambda _: "text (put it in quotes)",
    "int_type": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "float_type": lambda _: "a number",
    "bool_type": lambda _: "true or false",
    "tuple_type": lambda _: "a list, such as [ONE, TWO]",
    "dict_type": lambda _: "names, each with keys of its own",
    "model_type": lambda _: "keys of its own",
    "literal_error": lambda error: str(error["ctx"]["expected"]).replace("'", ""),
    "greater_than": lambda error: f"more than {error['ctx']['gt']}",
    "greater_than_equal": lambda error: f"{error['ctx']['ge']} or more",
    "less_than_equal": lambda error: f"{error['ctx']['le']} or less",
}


def sentence(path: Path, errors: list[Error]) -> str:
    """Return what is wrong first, and how much more."""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{path}: {_one(errors[0])}{more}"


def _one(error: Error) -> str:
    where, kind = place(error["loc"]), error["type"]
    if kind == "extra_forbidden":
        return f"{where}: unknown key: remove it or mend its spelling"
    if kind == "missing":
        return f"{where}: missing: add it"
    if kind == "union_tag_not_found":
        return f"{where}: expected a `kind`: see fixtures/benches"
    if kind == "union_tag_invalid":
        known = error["ctx"]["expected_tags"].replace("'", "")
        return f"{where}.kind: expected one of {known}, got {_shown(error['ctx']['tag'])}"
    if kind in _EXPECTED:
        return f"{where}: expected {_EXPECTED[kind](error)}, got {_shown(error['input'])}"
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"


def place(loc: tuple[str | int, ...]) -> str:
    """Return the path of a key as it stands in the file."""
    parts: list[str] = []
    kind_at = -1  # where the `kind` stands that pydantic puts into the path
    for index, part in enumerate(loc):
        if index == kind_at and part in KINDS:
            continue
        parts.append(str(part))
        kind_at = index + 1 if part in BY_KIND else index + 2 if part in NAMED else kind_at
    return ".".join(parts) or "the file"


def _shown(found: object) -> str:
    if isinstance(found, str):
        is_word = len(found) <= _SHOWN_SIZE_MAX and found.replace("_", "").isalpha()
        return repr(found) if is_word else "other text"
    if isinstance(found, int | float) and not isinstance(found, bool):
        return f"{found}" if abs(found) < 10**_SHOWN_SIZE_MAX else "a number"
    return _TYPES.get(type(found), type(found).__name__)
