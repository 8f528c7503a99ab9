"""What the host's books promise: postings of balanced entries, all or none, each once."""

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Protocol

from harness.errors import MisuseError
from harness.terms.immutable import immutable


@immutable
class Entry:
    """One side of a posting; positive is to the account's credit."""

    account: str
    amount_minor: int


@immutable
class Posting:
    """One line of the books: a transaction decided upon, with its entries (none: refused).

    `reference` is unique; `original` the reference that this one undoes.  `business_date` is
    YYYYMMDD, `response_code` what the terminal was told.  `details` is what only one kind of
    posting has to say: the totals of a settlement as in field 48, the batch that follows another.
    """

    _: KW_ONLY
    reference: str
    name: str
    entries: tuple[Entry, ...] = ()
    card: str = ""
    amount_minor: int = 0
    terminal_id: str = ""
    merchant_id: str = ""
    batch: str = ""
    stan: int = 0
    rrn: str = ""
    approval_code: str = ""
    response_code: str = "00"
    original: str = ""
    business_date: str = ""
    details: str = ""


class Books(Protocol):
    """Read by the host's decisions at any time; written by the world only, when it applies Post."""

    def get(self, reference: str) -> Posting | None:
        """Return the posting of this reference."""

    def find(self, **equal: str | int) -> list[Posting]:
        """Return the postings whose attributes have these values, oldest first."""

    def latest(self, **equal: str | int) -> Iterator[Posting]:
        """Return the same as `find`, newest first, and no faster than they are asked for."""

    def post(self, posting: Posting) -> None:
        """Add it whole.  Raises MisuseError if it is unbalanced or a repeat."""

    def balance_minor(self, account: str) -> int:
        """Return the sum of all entries of an account."""


INDEXED = ("name", "stan", "card", "original", "rrn", "approval_code", "response_code")


@dataclass
class MemoryBooks:
    """Books for campaigns; unchecked ones take what no real books would, for defective hosts.

    `find` is quick for attributes in INDEXED, and reads all postings for others alone.
    """

    postings: dict[str, Posting] = field(default_factory=dict)
    is_checked: bool = True
    _index: dict[tuple[str, str | int], list[Posting]] = field(init=False, repr=False)
    _balances_minor: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._index, self._balances_minor = {}, {}
        for posting in self.postings.values():
            self._take(posting)

    def get(self, reference: str) -> Posting | None:
        """Return the posting of this reference."""
        return self.postings.get(reference)

    def find(self, **equal: str | int) -> list[Posting]:
        """Return the postings whose attributes have these values, oldest first."""
        return list(self.latest(**equal))[::-1]

    def latest(self, **equal: str | int) -> Iterator[Posting]:
        """Return the same as `find`, newest first, and no faster than they are asked for."""
        rest = list(equal.items())
        for posting in reversed(self._place(equal)):
            if all(getattr(posting, name) == value for name, value in rest):
                yield posting

    def _place(self, equal: dict[str, str | int]) -> list[Posting]:
        """Return the shortest list that holds all that can fit."""
        places = [self._index.get((name, equal[name]), []) for name in INDEXED if name in equal]
        return min(places, key=len) if places else list(self.postings.values())

    def post(self, posting: Posting) -> None:
        """Add it whole.  Raises MisuseError if it is unbalanced or a repeat."""
        if posting.reference in self.postings:
            raise MisuseError(f"posting {posting.reference!r} is in the books already")
        if self.is_checked:
            require_balanced(posting)
        self.postings[posting.reference] = posting
        self._take(posting)

    def balance_minor(self, account: str) -> int:
        """Return the sum of all entries of an account."""
        return self._balances_minor.get(account, 0)

    def copy(self) -> "MemoryBooks":
        """Return books of the same postings, for a snapshot."""
        return replace(self, postings=dict(self.postings))

    def _take(self, posting: Posting) -> None:
        for name in INDEXED:
            self._index.setdefault((name, getattr(posting, name)), []).append(posting)
        for entry in posting.entries:
            balance_minor = self.balance_minor(entry.account)
            self._balances_minor[entry.account] = balance_minor + entry.amount_minor


def require_balanced(posting: Posting) -> None:
    """Raise MisuseError unless the entries sum to zero."""
    sum_minor = sum(entry.amount_minor for entry in posting.entries)
    if sum_minor:
        raise MisuseError(
            f"posting {posting.reference!r}: its entries sum to {sum_minor}, expected 0"
        )


def opened(balances: Iterable[tuple[str, int]], *, is_checked: bool = True) -> MemoryBooks:
    """Return new books with one opening posting for each account and its balance."""
    books = MemoryBooks(is_checked=is_checked)
    open_accounts(books, balances)
    return books


def open_accounts(books: Books, balances: Iterable[tuple[str, int]]) -> None:
    """Give each account its balance by a posting of its own, unless it has had one."""
    for account, minor in balances:
        reference = f"opening {account}"
        if books.get(reference) is None:
            entries = (Entry(account, minor), Entry("opening", -minor))
            books.post(Posting(reference=reference, name="opening", entries=entries))
