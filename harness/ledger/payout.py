"""What merchants are paid: the net of ended batches on the next day, or each sale at once.

Everything is told by the books: what a merchant is owed is the balance of the account
`merchant:ID`, what was paid that of `paid:ID`.  So nothing is paid twice, and what is below zero
is carried forward: it stays on the account and lessens the next payout.  A batch that is settled
and has not ended yet waits: its records may still be on their way.
"""

from harness.ledger.batch import BATCH_END
from harness.ledger.books import Books, Entry, Posting
from harness.ledger.transaction import merchant_account, sale_behind

PAYOUT, CLAWBACK = "payout", "clawback"


def paid_account(merchant_id: str) -> str:
    """Return the name of the account of what a merchant has been paid."""
    return f"paid:{merchant_id}"


def moved_minor(posting: Posting) -> int:
    """Return what a posting gives to its merchant, below zero if it takes."""
    account = merchant_account(posting.merchant_id)
    return sum(one.amount_minor for one in posting.entries if one.account == account)


def payout_of_day(books: Books, merchant_id: str, business_date: str) -> Posting | None:
    """Return the payout of batches ended before this day, None if there is nothing to pay."""
    reference = f"{PAYOUT} {merchant_id} {business_date}"
    due_minor = due_minor_of(books, merchant_id, business_date)
    if due_minor <= 0 or books.get(reference) is not None:
        return None
    return payment(
        PAYOUT, reference, merchant_id=merchant_id, minor=due_minor, business_date=business_date
    )


def due_minor_of(books: Books, merchant_id: str, business_date: str) -> int:
    """Return the net of all batches ended before this day, less what was paid for them."""
    ends = books.find(name=BATCH_END, merchant_id=merchant_id)
    ended = {(one.terminal_id, one.batch) for one in ends if one.business_date < business_date}
    waiting_minor = sum(
        moved_minor(one)
        for one in books.find(merchant_id=merchant_id)
        if one.batch and (one.terminal_id, one.batch) not in ended
    )
    return books.balance_minor(merchant_account(merchant_id)) - waiting_minor


def payout_at_once(books: Books, posting: Posting, business_date: str) -> Posting | None:
    """Return the payout of one posting, or the clawback if it takes; None if it moves nothing.

    Either names the sale behind the posting as its original.
    """
    minor = moved_minor(posting)
    if minor == 0 or posting.name in (PAYOUT, CLAWBACK):
        return None
    name = PAYOUT if minor > 0 else CLAWBACK
    return payment(
        name,
        f"{name} {posting.reference}",
        merchant_id=posting.merchant_id,
        minor=minor,
        business_date=business_date,
        original=sale_behind(books, posting).reference,
    )


def unpaid(books: Books, merchant_id: str, business_date: str) -> list[Posting]:
    """Return the payouts and clawbacks at once that are not in the books yet, oldest first."""
    moving = books.find(merchant_id=merchant_id)
    due = [payout_at_once(books, one, business_date) for one in moving]
    return [one for one in due if one is not None and books.get(one.reference) is None]


def payment(
    name: str,
    reference: str,
    *,
    merchant_id: str,
    minor: int,
    business_date: str,
    original: str = "",
) -> Posting:
    """Return the posting that pays a merchant, or takes back what is below zero."""
    return Posting(
        reference=reference,
        name=name,
        entries=(
            Entry(merchant_account(merchant_id), -minor),
            Entry(paid_account(merchant_id), minor),
        ),
        amount_minor=abs(minor),
        merchant_id=merchant_id,
        original=original,
        business_date=business_date,
    )
