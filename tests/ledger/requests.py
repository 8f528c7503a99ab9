"""Requests and postings for ledger tests."""

from harness.ledger.batch import end_batch
from harness.ledger.books import opened
from harness.ledger.refund import RefundRules, approve_refund, rule_refund
from harness.ledger.reversal import decide_reversal
from harness.ledger.sale import approve_sale, decline, recall
from harness.ledger.settlement import batch_totals, decide_settlement
from harness.ledger.transaction import Original, Request
from harness.ledger.void import approve_void, rule_void

DAY, NEXT = "20260105", "20260106"
BATCH, FOREIGN = "000001", frozenset({"card-visa"})
ANY_RULES = RefundRules(refund_same_batch="allowed")


def books_with_card(minor=10_000, **more):
    return opened([(f"card:{name}", minor) for name in ("card-1", "card-2", "card-visa")], **more)


def request(stan=1, amount_minor=1_000, card="card-1", **more):
    plain = {"terminal_id": "T1", "merchant_id": "M1", "batch": BATCH, "business_date": DAY}
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


def sold(*stans, **more):
    """Return books with a sale of each STAN, which its RRN ends with."""
    books = books_with_card()
    for stan in stans:
        sell(books, request(stan, rrn=rrn(stan), **more))
    return books


def rrn(stan):
    return f"60050{stan:07}"


def void(books, of=1, stan=5, rules=None, original=None, **more):
    """Deal with a void as a host does; `original` is what it names besides batch and STAN."""
    named = Original(**{"batch": BATCH, "stan": of} | (original or {}))
    asked = request(stan, original=named, **more)
    known = recall(books, asked, "void")
    if known is None:
        ruling = rule_void(books, asked, **rules or {})
        is_right = ruling.response_code == "00"
        known = approve_void(asked, ruling.sale, "VVVVVV") if is_right else None
        known = known or decline(asked, ruling.response_code)
    return post(books, known)


def refund(books, of=1, stan=7, rules=ANY_RULES, original=None, **more):
    """Deal with a refund as a host does; `original` is what it names otherwise."""
    named = Original(**{"rrn": rrn(of), "date": DAY[4:]} | (original or {}))
    asked = request(stan, original=named, **more)
    known = recall(books, asked, "refund")
    if known is None:
        ruling = rule_refund(books, asked, rules)
        is_right = ruling.response_code == "00"
        known = approve_refund(asked, ruling.sale) if is_right else None
        known = known or decline(asked, ruling.response_code)
    return post(books, known)


def reverse(books, stan=1, of="sale", on_repeat="ok", **more):
    return post(books, decide_reversal(books, request(stan, **more), of=of, on_repeat=on_repeat))


def settle(books, stan=90, batch=BATCH, claimed=None, results=None, **more):
    """Settle a batch by totals, which are those of the books if none are given."""
    asked = request(stan, 0, None, batch=batch, **more)
    claimed = claimed or batch_totals(books, asked.terminal_id, batch, FOREIGN)
    decision = decide_settlement(books, asked, claimed, foreign=FOREIGN, results=results)
    return post(books, decision)


def end(books, stan=91, batch=BATCH, **more):
    return post(books, end_batch(books, request(stan, 0, None, batch=batch, **more), BATCH))


def balance(books, card="card-1"):
    return books.balance_minor(f"card:{card}")
