"""Requests and postings for ledger tests."""

from harness.ledger.books import opened
from harness.ledger.sale import approve_sale, decline, recall
from harness.ledger.transaction import Request

DAY = "20260105"


def books_with_card(minor=10_000, **more):
    return opened([("card:card-1", minor), ("card:card-2", minor)], **more)


def request(stan=1, amount_minor=1_000, card="card-1", **more):
    plain = {"terminal_id": "T1", "merchant_id": "M1", "batch": "000001", "business_date": DAY}
    return Request(stan=stan, amount_minor=amount_minor, card=card, **plain | more)


def post(books, decision):
    """Post what is new in a decision, and return the decision."""
    if decision.is_new:
        books.post(decision.posting)
    return decision


def sell(books, asked, code="00"):
    """Deal with a sale as a host does: recall, else decline or approve."""
    known = recall(books, asked)
    if known is None:
        known = approve_sale(asked, "ABCDEF") if code == "00" else decline(asked, code)
    return post(books, known)


def balance(books, card="card-1"):
    return books.balance_minor(f"card:{card}")
