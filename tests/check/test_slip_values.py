import pytest

from harness.check import slip as checker
from tests.check.literal import fired, history, judgements, row
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    changed,
    copies,
    done,
    fault,
    hang_up,
    posting,
    request,
    sale,
    slip,
)  # fmt: skip

ONE_COPY = {"copies": 1}


def l3(*rows, **header):
    return judgements(checker, history(*rows, **header))["L3"]


def printed(paper=None, told=None, asked=None, **end):
    asked = asked or {}
    return [
        begin(), request(**asked), answer(**asked | {"mti": "0210"} | (told or {})), hang_up(),
        slip(**paper or {}), done(**end),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": 1235}, {"rrn": "000000000778"}, {"approval_code": "12345"},
        {"batch": "000008"}, {"terminal_id": "10000002"}, {"merchant_id": "104290070110002"},
        {"card": "card-2"}, {"date": "2026/11/26"}, {"time": "101113"}, {"time": "10:12"},
        {"currency": "USD"}, {"type": "refund"}, {"entry": "M"}, {"voucher": 109},
    ],
)  # fmt: skip
def test_each_value_that_differs_from_the_wire_is_found(wrong):
    assert fired(checker, history(*printed(wrong), profile=ONE_COPY)) == ["L3"]


def test_what_is_not_printed_or_not_told_is_not_compared():
    assert not l3(*printed({"rrn": None, "entry": None})).findings
    assert not l3(*printed(told={"rrn": "", "approval_code": None, "F12": None})).findings
    assert not l3(*printed(asked={"F49": None, "F22": None})).findings


def test_other_ways_to_write_the_same_are_no_differences():
    assert not l3(*printed({"batch": "7", "time": "10:11", "date": "2026-11-25"})).findings
    assert not l3(*printed({"merchant_id": "104290070110001 "})).findings


def test_numbers_with_meaningful_zeros_are_compared_as_they_are():
    assert l3(*printed({"rrn": "777"})).findings


def test_a_part_that_was_approved_is_printed():
    told = {"amount_minor": 1000, "response_code": "10"}
    assert not l3(*printed({"amount_minor": 1000}, told)).findings
    assert l3(*printed({"amount_minor": 1234}, told)).findings


def test_an_addition_to_a_preauthorisation_has_two_names():
    asked = {"mti": "0100", "name": "preauth_addon", "F3": "030000", "type_code": "10"}
    told = {"mti": "0110"}
    assert not l3(*printed({"type": "preauth_addition"}, told, asked)).findings


VOID = {"name": "void", "F3": "200000", "type_code": "23", "F61": "0000070000551125"}


@pytest.mark.parametrize(("original", "field", "is_right"), [
    (55, VOID["F61"], True),
    (54, VOID["F61"], False),
    (54, "000007******1125", True),
    (54, None, True),
])  # fmt: skip
def test_a_void_prints_the_number_that_it_voids(original, field, is_right):
    rows = printed({"type": "void", "original_voucher": original}, asked=VOID | {"F61": field})
    assert bool(l3(*rows).findings) is not is_right


def test_letters_that_the_profile_does_not_name_are_not_judged():
    assert not l3(*printed({"entry": "X"}, asked={"F22": "991"})).findings
    assert not l3(*printed({"entry": "X"}), profile={"entry_letters": ()}).findings


@pytest.mark.parametrize("wrong", [
    {"amount_minor": 1}, {"card": "card-2"}, {"rrn": "000000000001"}, {"terminal_id": "10000009"},
])  # fmt: skip
def test_what_the_ledger_says_otherwise_is_found(wrong):
    rows = sale()
    assert fired(checker, history(*rows[:2], posting(**wrong), *rows[3:])) == ["L3"]


@pytest.mark.parametrize("told", [
    {"amount_minor": 1}, {"voucher": 102}, {"approval_code": "999999"}, {"card": "card-2"},
])  # fmt: skip
def test_what_the_till_was_told_otherwise_is_found(told):
    assert fired(checker, history(*changed(sale(), -1, **told))) == ["L3"]


def test_only_an_approval_at_the_till_of_the_same_call_is_compared():
    assert not l3(*printed(), done(kind="fail", amount_minor=5)).findings
    assert not l3(*printed()[:-1], done(kind="info", amount_minor=5)).findings
    assert not l3(*printed()[1:-1]).findings
    later = [begin(), *printed()[1:-1], request(102), done(amount_minor=5)]
    assert not l3(*later).findings


def test_the_card_of_somebody_else_is_not_compared():
    assert not l3(*printed(asked={"card": "unknown card"})).findings


def test_a_posting_of_another_batch_or_number_is_not_this_one():
    others = [posting(batch="000008", amount_minor=1), posting(102, amount_minor=1)]
    others += [posting(name="reversal", amount_minor=1), posting(None, amount_minor=1)]
    rows = sale()
    assert not l3(*rows[:2], *others, *rows[2:]).findings


def test_a_number_used_again_has_a_posting_of_its_own():
    rows = [*sale(), *sale(2)]
    second = [index for index, each in enumerate(rows) if each[1] == "ledger"][1]
    assert len(l3(*changed(rows, second, amount_minor=1)).findings) == 2


def test_an_interrupted_slip_is_not_compared():
    rows = [*printed()[:-2], fault("paper_out"), slip(is_complete=False, amount_minor=12), done()]
    assert l3(*rows).evaluated == 0


def test_a_slip_without_its_transaction_is_not_compared():
    assert l3(*copies()).evaluated == 0
    assert l3(begin(), request(), *copies(amount_minor=1), done()).evaluated == 0
    assert l3(*copies(amount_minor=1), observes=("slip", "ledger")).evaluated == 0


def test_a_blind_printer_leaves_a_gap():
    assert l3(*sale()[:5], blind("slip"), *sale()[7:]).gaps


def test_papers_that_say_no_approval_are_not_compared():
    for facts in ({"kind": "totals"}, {"says_approved": False}, {"type": "balance"}):
        assert l3(*printed(facts | {"amount_minor": 1})).evaluated == 0


def test_answers_of_the_back_office_are_no_postings():
    asked = row("host", "ledger", "enquiry", stan=101, batch="000007", amount_minor=1)
    rows = sale()
    assert not l3(*rows[:2], asked, *rows[2:]).findings


def test_the_facts_of_field_61_name_the_voided_sale_where_its_text_is_masked():
    named = VOID | {"F61": "000007******1125", "original_batch": "000007", "original_stan": 55}
    for voucher, wrong in ((55, False), (54, True)):
        rows = printed({"type": "void", "original_voucher": voucher}, asked=named)
        assert bool(l3(*rows).findings) is wrong


def test_a_refund_prints_the_reference_of_its_sale():
    asked = {"mti": "0220", "name": "refund", "type_code": "25", "rrn": "000000000555"}
    told = {"mti": "0230", "rrn": "000000000777"}
    for reference, wrong in (("000000000555", False), ("000000000777", True)):
        rows = printed({"type": "refund", "original_rrn": reference}, told, asked)
        assert bool(l3(*rows).findings) is wrong
