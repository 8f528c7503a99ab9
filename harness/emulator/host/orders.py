"""What somebody at the bench may tell the host, as the `order` of a `Told` event."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.emulator.host.config import Override
from harness.ledger.books import Posting
from harness.ledger.transaction import Request


@dataclass(frozen=True, slots=True)
class NextDay:
    """The business date becomes that of the next day; then the day's payout is made."""


@dataclass(frozen=True, slots=True)
class Script:
    """These overrides replace the ones before; occurrences of each MTI count anew from 1."""

    overrides: Mapping[tuple[str, int], Override]


@dataclass(frozen=True, slots=True)
class ManualReturn:
    """The sale or void of this reference is an open item: it is undone by hand."""

    reference: str


@dataclass(frozen=True, slots=True)
class Block:
    """An enquiry was told "not succeeded": its posting `block` goes into the books."""

    posting: Posting


@dataclass(frozen=True, slots=True)
class Refunds:
    """The provider opens the refund function for the merchant, or closes it; it stays so."""

    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Whatever ended batches turn out to miss is undone by hand, one posting for each."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another terminal of the merchant has sold: the `request`, of today, goes into the books."""

    request: Request


Order = NextDay | Script | ManualReturn | Block | Refunds | Reconcile | Elsewhere
