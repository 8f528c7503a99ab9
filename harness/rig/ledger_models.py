"""devices.yaml: where the books of a bench are, and the ledgers of others beside them."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from harness.rig.wiring import Part

SQLITE, MEMORY = "sqlite", "memory"
_PASSWORD = re.compile(r"[^:]+://[^/@]*:[^/@]*@")  # in a URL


def _ledger(text: str) -> str:
    """Take a kind of books, or the URL of a database without a password in it."""
    if _PASSWORD.match(text):
        raise ValueError("a password has no place here: put the URL into a file (ledger_file)")
    if text not in (SQLITE, MEMORY) and "://" not in text:
        raise ValueError("expected sqlite, memory, sqlite:///FILE or postgresql+psycopg://...")
    return text


BooksAt = Annotated[str, AfterValidator(_ledger)]
Compared = Literal["when asked", "after every case"]


class FileLedger(Part):
    """An acquirer's reconciliation file, and the file that says how it is laid out."""

    kind: Literal["file"]
    compare: Compared = "when asked"
    path: str
    layout: str
    charset: str = "utf-8"


class SqlLedger(Part):
    """A table of any database, read only, and the file that maps its columns."""

    kind: Literal["sql"]
    compare: Compared = "when asked"
    url: BooksAt = ""
    url_file: str = ""  # file that holds the URL instead, where it has a password
    mapping: str

    @model_validator(mode="after")
    def _has_one_url(self) -> "SqlLedger":
        if bool(self.url) == bool(self.url_file):
            raise ValueError("expected `url` or `url_file`, one of them")
        return self
