"""A terminal with a past, brought to where its batch is empty."""

from collections.abc import Iterable

from harness.errors import RigError
from harness.rig.rig import Rig
from harness.terms.outcome import Outcome

ABOUT_BATCH = ("F", "S")  # how the ids of the rules of refunds and settlement begin
ALSO = frozenset({"M7", "M8", "V3"})  # what is paid, found by hand, refused as unknown
SALE_MINOR = 100


def needs_empty_batch(due: Iterable[str]) -> bool:
    """Tell whether a case with these rules must know all that the batch holds."""
    return any(rule.startswith(ABOUT_BATCH) or rule in ALSO for rule in due)


def empty_batch(rig: Rig) -> None:
    """Settle what the terminal holds.  Raises RigError if it will not.

    One that refuses may have nothing to settle, or not know its supervisor: with a sale in its
    batch it must.
    """
    rig.bring_to()
    if rig.till.settle() is Outcome.APPROVED:
        return
    rig.till.sale(SALE_MINOR)
    if rig.till.settle() is not Outcome.APPROVED:
        raise RigError(
            "the terminal could not be settled before the case, so nobody knows what its batch "
            "holds: settle it by hand, and see that `password_file` has its supervisor's digits"
        )
