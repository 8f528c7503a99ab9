"""L3 of what is no receipt: fault slips, lists of transactions, settlement slips."""

import pytest

from harness.check import slip as checker
from tests.check.literal import history, judgements, row
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    done,
    hang_up,
    management,
    request,
    reversal,
    sale,
    slip,
)  # fmt: skip

KNOWN = {
    "voucher": 101, "batch": "000007", "amount_minor": 1234, "card": "card-1",
    "terminal_id": "10000001", "merchant_id": "104290070110001",
}  # fmt: skip


def paper(kind, **facts):
    facts = {"kind": kind, "says_approved": False, "is_complete": True} | facts
    return "terminal", "print", "slip", "", None, facts


def told(*rows, **header):
    found = judgements(checker, history(*rows, **header))["L3"]
    return [(one.what, one.expected, one.seen) for one in found.findings]


PENDING = [begin(), request(), hang_up(), done(kind="fail"), reversal(), hang_up()]
FAULT = "the fault slip prints other values"


def fault_slip(**facts):
    return paper("fault", **KNOWN | facts)


def test_a_fault_slip_that_tells_the_truth_is_right():
    assert told(*PENDING, fault_slip()) == []
    assert told(*PENDING, paper("fault", voucher=101)) == []
    assert told(*PENDING, paper("fault")) == []


@pytest.mark.parametrize(
    ("facts", "expected", "seen"),
    [
        ({"amount_minor": 1}, "amount 12.34", "amount 0.01"),
        ({"card": "card-2"}, "card card-1", "card card-2"),
        ({"terminal_id": "2"}, "terminal id 10000001", "terminal id 2"),
    ],
)
def test_a_fault_slip_that_says_something_else_is_found(facts, expected, seen):
    assert told(*PENDING, fault_slip(**facts)) == [(FAULT, expected, seen)]


def test_a_card_that_nobody_declared_is_not_compared():
    rows = [begin(), request(card="unknown card"), *PENDING[2:]]
    assert told(*rows, fault_slip()) == []


def test_a_fault_slip_about_a_number_that_was_never_used_is_found():
    what = "the fault slip names a transaction that never was"
    expected = "the voucher of a transaction that was begun"
    assert told(*PENDING, fault_slip(voucher=102)) == [(what, expected, "000102")]
    assert told(*PENDING, reversal(102), fault_slip(voucher=102)) == []
    assert told(*PENDING, fault_slip(voucher=90)) == []
    assert told(blind("host_wire"), *PENDING, fault_slip(voucher=102)) == []
    assert told(fault_slip(), *PENDING) == []


def test_a_fault_slip_of_another_batch_is_that_of_an_older_transaction():
    assert told(*PENDING, fault_slip(batch="000006", amount_minor=1)) == []


def listed(*rows, kind="details", **facts):
    return paper(kind, batch="000007", details=rows, **facts)


GOOD = "101|sale|1234|012345|card-1"


def code(rows):
    return next(each[-1]["approval_code"] for each in rows if "approval_code" in each[-1])


@pytest.mark.parametrize("kind", ["details", "uploads"])
def test_a_list_that_tells_the_truth_is_right(kind):
    good = GOOD.replace("012345", code(sale()))
    assert told(*sale(), listed(good, kind=kind)) == []
    assert told(*sale(), listed(good.replace(code(sale()), ""), kind=kind)) == []


@pytest.mark.parametrize(
    ("text", "expected", "seen"),
    [
        ("101|sale|1235||card-1", "amount 12.34", "amount 12.35"),
        ("101|void|1234||card-1", "type sale", "type void"),
        ("101|sale|1234||card-2", "card card-1", "card card-2"),
        ("101|sale|x||card-1", "amount 12.34", "amount x"),
        ("101|sale|1234|ABC|card-1", None, "approval code ABC"),
    ],
)
def test_a_list_that_says_something_else_is_found(text, expected, seen):
    wanted = expected or f"approval code {code(sale())}"
    assert told(*sale(), listed(text)) == [
        ("line 000101 of the list prints other values", wanted, seen)
    ]


def test_what_of_a_list_cannot_be_known_is_not_compared():
    for text in ("x|sale|1||card-1", "99|sale|1||card-1", "101|sale|1"):
        assert told(*sale(), listed(text)) == []
    assert told(*PENDING, listed("101|sale|1||card-1")) == []
    assert (
        told(
            *sale(),
            listed(
                "101|sale|1||card-1",
            ),
            observes=("slip", "ledger"),
        )
        == []
    )
    strange = [begin(), request(card="unknown card"), *sale()[2:]]
    assert told(*strange, listed("101|sale|1234||card-1")) == []


def test_a_part_that_was_approved_is_listed():
    rows = [begin(), request(), answer(amount_minor=500, response_code="10"), hang_up(), done()]
    assert told(*rows, listed("101|sale|500||card-1")) == []
    assert told(*rows, listed("101|sale|1234||card-1"))


def settle(batch):
    facts = {"terminal_id": "10000001", "merchant_id": "104290070110001", "batch": batch}
    return management("0500", "settlement", 105, **facts)


def settled(batch, **facts):
    return paper("settlement", terminal_id="10000001", batch=batch, **facts)


def test_a_settlement_slip_names_terminal_and_batch_of_its_settlement():
    assert told(settle("000007"), settled("000007")) == []
    what = "the settlement slip prints other values"
    wrong = (what, "batch 000007", "batch 000006")
    assert told(settle("000007"), settled("000006")) == [wrong]
    assert told(settle("000006"), settle("000007"), settled("000006")) == [wrong]
    other = settled("000007", merchant_id="2")
    assert told(settle("000007"), other) == [(what, "merchant id 104290070110001", "merchant id 2")]


def test_a_reprint_may_be_that_of_an_older_settlement():
    rows = [settle("000006"), settle("000007")]
    assert told(*rows, settled("000006", is_duplicate=True)) == []
    assert told(*rows, settled("000005", is_duplicate=True))
    assert told(settled("000005")) == []


def test_other_papers_are_not_compared():
    assert told(*sale(), paper("totals", batch="000009", voucher=900)) == []
    assert told(row("till", "invoke", "sale"), slip(voucher=None, kind="other")) == []
