"""Books of others: an acquirer's reconciliation file, or a table of a database; never written.

A layout file says where each part of a record is:

    version: 1
    columns: {terminal_id: TERM, batch: BATCH, stan: TRACE, amount_minor: AMOUNT, name: TYPE}
    names: {S: sale, V: void, R: refund}

In a file of fixed width a place is a pair, where it begins and where it ends, from 0; for a
database `table` names the table.  The parts are those of a record: terminal_id, batch, stan,
amount_minor, name, card, rrn, date.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.errors import ConfigError, DecodeError, MisuseError, RigError
from harness.ledger.reconciliation_file import FileRecord, Layout, read_records, records_of
from harness.rig.config_sentence import sentence
from harness.rig.ledger_models import FileLedger, SqlLedger
from harness.rig.parts import Parts
from harness.rig.secret_file import read_url
from harness.terms.card import token_of

Token = Callable[[str], str]
UNKNOWN = "unknown card"


class _Layout(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1]
    columns: dict[str, str] | dict[str, tuple[int, int]]
    names: dict[str, str] = {}
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    head_lines: int = Field(default=0, ge=0)
    table: str = ""


def records(parts: Parts, name: str) -> list[FileRecord]:
    """Return the records of a ledger that the bench names.

    Raises MisuseError for a name that the bench has not, ConfigError for a file that is wrong,
    RigError for a database that cannot be read.
    """
    ledgers, root = parts.device.ledgers, parts.root
    if name not in ledgers:
        known = ", ".join(ledgers) or "none: add one under `ledgers`"
        raise MisuseError(f"{parts.name} has no ledger {name!r}; there is {known}")
    token = card_token(parts)
    match ledgers[name]:
        case FileLedger() as file:
            return file_records(root / file.path, root / file.layout, token, file.charset)
        case SqlLedger() as sql:
            url = read_url(root / sql.url_file) if sql.url_file else sql.url
            return sql_records(url, root / sql.mapping, token)
    raise AssertionError("no other kind of ledger is declared")


def compared_always(parts: Parts) -> tuple[str, ...]:
    """Return the names of the ledgers that every case is compared with."""
    ledgers = parts.device.ledgers
    return tuple(name for name, one in ledgers.items() if one.compare == "after every case")


def card_token(parts: Parts) -> Token:
    """Return what finds the declared card of a number, masked or not."""
    return lambda number: token_of(number, parts.cards) or UNKNOWN


def file_records(
    path: Path, layout: Path, token: Token, charset: str = "utf-8"
) -> list[FileRecord]:
    """Return the records of a file.  Raises ConfigError with the file, the line and the remedy."""
    found, _ = _layout(layout)
    try:
        return read_records(path.read_text(charset), found, token)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: name the acquirer's file") from error
    except (LookupError, ValueError) as error:
        raise ConfigError(f"{path}: this is no text in {charset}: set `charset`") from error
    except DecodeError as error:
        raise ConfigError(f"{path}: {_where(error)}: mend it, or its layout") from error


def sql_records(url: str, mapping: Path, token: Token) -> list[FileRecord]:
    """Return the records of a table.  Raises ConfigError for the mapping, RigError otherwise."""
    found, table = _layout(mapping)
    if not table:
        raise ConfigError(f"{mapping}: table: missing: add it")
    columns = {part: place for part, place in found.columns.items() if isinstance(place, str)}
    if len(columns) < len(found.columns):
        raise ConfigError(f"{mapping}: columns: expected names of columns, no places")
    from harness.port.sql_rows import read_rows  # late: it takes as long to load as all the rest

    try:
        return records_of(enumerate(read_rows(url, table, columns), start=1), found, token)
    except DecodeError as error:
        raise RigError(f"ledger: {table}, {_where(error)}: mend its mapping") from error


def _where(error: DecodeError) -> str:
    line = f"row {error.offset}: " if error.offset else ""
    return f"{line}{error.field + ': ' if error.field else ''}{error.what}"


def _layout(path: Path) -> tuple[Layout, str]:
    """Return layout and table of a file.  Raises ConfigError with the place and the remedy."""
    try:
        found = _Layout.model_validate(yaml.safe_load(path.read_text("utf-8")))
        layout = Layout(
            columns=found.columns, names=found.names, delimiter=found.delimiter,
            head_lines=found.head_lines,
        )  # fmt: skip
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: write the layout there") from error
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError(f"{path}: this is no YAML; mend it") from None
    except ValidationError as error:
        raise ConfigError(sentence(path, [dict(each) for each in error.errors()])) from None
    except MisuseError as error:
        raise ConfigError(f"{path}: {error}") from None
    return layout, found.table
