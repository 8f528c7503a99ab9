"""The host's ledger as a history shows it: postings that moved or held money."""

from collections.abc import Iterable

from harness.check import fact
from harness.check.index import by_kind
from harness.check.once import once
from harness.history.record import History, Row

UNDOING = frozenset({"reversal", "manual_return"})  # by the terminal, or by hand
TAKES = frozenset(
    {"sale", "completion", "completion_advice", "transfer", "offline_sale", "complete"}
)
GIVES = frozenset({"void", "refund", "completion_void"})
OF_MERCHANT = frozenset({"payout", "clawback"})  # money of no card
NO_POSTINGS = frozenset(
    {
        "decline", "refusal", "balances", "enquiry", "balance", "inquiry", "block", "settlement",
        "upload", "batch_end", "lookup",
    }
)  # fmt: skip
_CARD = "card:"
_CARD_SIZE = len(_CARD)


class Books:
    """The postings of one history, and which of them undo which."""

    def __init__(self, ledger: Iterable[Row]) -> None:
        self.all = [row for row in ledger if row.actor == "host" and is_posting(row)]
        self.postings = [row for row in self.all if "stan" in row.facts and not _is_of_shop(row)]
        self._reversals = [row for row in self.all if name_of(row) in UNDOING]
        self.originals = [row for row in self.postings if name_of(row) not in UNDOING]
        self._entries = {row.index: _entries(row) for row in self.all}
        self._moved: dict[int, int] = {}
        self._by_original: dict[object, list[Row]] = {}
        for row in self.all:
            if row.facts.get("original"):
                self._by_original.setdefault(row.facts["original"], []).append(row)

    def reversal_of(self, posting: Row) -> Row | None:
        """Return the posting that took this one back, None if it stands."""
        for row in self._reversals:
            if _reverses(row, posting):
                return row
        return None

    def undone_by(self, reversal: Row) -> Row | None:
        """Return the posting that this one took back, None if it is not known."""
        return next((row for row in self.originals if _reverses(reversal, row)), None)

    def void_of(self, posting: Row) -> Row | None:
        """Return the posting that voided this one, None if there is none that stands."""
        found = (row for row in self._naming(posting) if name_of(row).endswith("void"))
        return next((row for row in found if self.reversal_of(row) is None), None)

    def chain(self, posting: Row) -> list[Row]:
        """Return the posting and all that refer to it, those that refer to them included."""
        found = [posting]
        for row in found:
            loose = [one for one in self._reversals if _reverses(one, row)]
            for one in (*self._naming(row), *loose):
                if one not in found:
                    found.append(one)
        return found

    def _naming(self, posting: Row) -> list[Row]:
        """Return the postings that refer to this one."""
        reference = posting.facts.get("reference")
        return self._by_original.get(reference, [])

    def entries(self, posting: Row) -> list[tuple[str, int]] | None:
        """Return accounts and what they got, None if the ledger does not show that."""
        return self._entries[posting.index]

    def cards(self, posting: Row) -> list[tuple[str, int]]:
        """Return the cards that a posting moved money of, and what they got.

        By its name where the entries are not known.
        """
        known = self.entries(posting)
        if known is None:
            card = fact.text(posting, "card")
            return [(card, self.moved_minor(posting))] if card else []
        return [(name[_CARD_SIZE:], minor) for name, minor in known if name[:_CARD_SIZE] == _CARD]

    def moved_minor(self, posting: Row) -> int:
        """Return what the card got by one posting; by its name where the entries are not known."""
        found = self._moved.get(posting.index)
        if found is None:
            if self.entries(posting) is None:
                found = self._named_minor(posting)
            else:
                found = sum(minor for _, minor in self.cards(posting))
            self._moved[posting.index] = found
        return found

    def _named_minor(self, posting: Row) -> int:
        name = name_of(posting)
        if name in UNDOING:
            undone = self.undone_by(posting)
            return -self.moved_minor(undone) if undone else 0
        amount_minor = fact.number(posting, "amount_minor") or 0
        return amount_minor * ((name in GIVES) - (name in TAKES))

    def net_minor(self, posting: Row) -> int:
        """Return what the card has got by a posting and all that undid it, negative if it paid."""
        return sum(map(self.moved_minor, self.chain(posting)))


def is_posting(row: Row) -> bool:
    """Tell whether a row of the ledger moved or held money."""
    if "entries" in row.facts:
        return bool(row.facts["entries"])
    return row.address not in NO_POSTINGS and name_of(row) not in NO_POSTINGS


def _is_of_shop(row: Row) -> bool:
    return name_of(row) in OF_MERCHANT


def name_of(posting: Row) -> str:
    """Return the name of the transaction that was posted."""
    return fact.text(posting, "name") or posting.address


@once
def books_of(history: History) -> Books:
    """Return the books of a history; do not change them: all who ask share them."""
    return Books(by_kind(history).get("ledger", []))


def title(posting: Row) -> str:
    """Return "sale 000123"."""
    return f"{name_of(posting)} {fact.number(posting, 'stan') or 0:06}"


def _entries(posting: Row) -> list[tuple[str, int]] | None:
    texts = posting.facts.get("entries")
    if not isinstance(texts, tuple):
        return None
    try:
        parts = (text.rpartition(" ") for text in texts)
        return [(account, int(minor)) for account, _, minor in parts]
    except ValueError:
        return None


def _reverses(reversal: Row, posting: Row) -> bool:
    if reversal.facts.get("original") and "reference" in posting.facts:
        return reversal.facts["original"] == posting.facts["reference"]
    later = reversal.index > posting.index and name_of(posting) not in UNDOING
    return later and fact.agree(reversal, posting, "stan", "batch", "terminal_id")
