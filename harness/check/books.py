"""The host's ledger as a history shows it: postings that moved or held money."""

from collections.abc import Iterable

from harness.check import fact
from harness.history.record import History, Row

_NO_POSTINGS = frozenset({"decline", "refusal", "balances", "enquiry", "balance", "settlement"})
_UNDOING = frozenset({"reversal"})


def postings(history: History) -> list[Row]:
    """Return the postings of terminals, reversals included."""
    ledger = (row for row in history.rows if row.kind == "ledger" and row.actor == "host")
    return [row for row in ledger if "stan" in row.facts and name_of(row) not in _NO_POSTINGS]


def name_of(posting: Row) -> str:
    """Return the name of the transaction that was posted."""
    return fact.text(posting, "name") or posting.address


def originals(history: History) -> list[Row]:
    """Return the postings that undo no other by reversal."""
    return [row for row in postings(history) if name_of(row) not in _UNDOING]


def reversal_of(history: History, posting: Row) -> Row | None:
    """Return the posting that reversed this one, None if it stands."""
    return next((row for row in _undoing(history) if _reverses(row, posting)), None)


def void_of(history: History, posting: Row) -> Row | None:
    """Return the posting that voided this one, None if there is none that stands."""
    found = (row for row in originals(history) if name_of(row).endswith("void"))
    own = (row for row in found if row.facts.get("original", "") == posting.facts.get("reference"))
    return next((row for row in own if reversal_of(history, row) is None), None)


def title(posting: Row) -> str:
    """Return "sale 000123"."""
    return f"{name_of(posting)} {fact.number(posting, 'stan') or 0:06}"


def _undoing(history: History) -> Iterable[Row]:
    return (row for row in postings(history) if name_of(row) in _UNDOING)


def _reverses(reversal: Row, posting: Row) -> bool:
    if "original" in reversal.facts and "reference" in posting.facts:
        return reversal.facts["original"] == posting.facts["reference"]
    later = reversal.index > posting.index
    return later and fact.agree(reversal, posting, "stan", "batch", "terminal_id")


def open_stans(history: History) -> frozenset[int]:
    """Return the STANs that the terminal or the host listed as unresolved."""
    notes = (row for row in history.rows if row.kind == "note" and row.address == "open item")
    return frozenset(stan for row in notes if (stan := fact.number(row, "stan")) is not None)
