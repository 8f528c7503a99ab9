"""V8: the slip of a void."""

import pytest

from harness.check import void as checker
from tests.check.slip_rows import begin, blind, changed, slip
from tests.check.undoing_rows import (
    at_host,
    done,
    found,
    judged,
    made,
    paper,
    refused,
    said,
    sale,
    void,
)

PAPER_ONLY = {"observes": ("slip",)}


def v8(*rows, **header):
    return judged(checker, "V8", made(*rows, **header))


def printed(**facts):
    """Return a void whose first slip has other facts; None takes one away."""
    return [*sale(), *changed(void(), 5, **facts)]


def slips(*, of=101, **facts):
    """Return the slips of a sale and its void, as the only thing that is seen."""
    return [*paper(101), *changed(paper(102, "void", of), 0, **facts)]


def test_the_slip_of_a_void_names_sale_and_amount():
    assert v8(*sale(), *void()) == (2, 0, 0)
    assert v8(*at_host([*sale(), *void()]), host_wire_at="host") == (2, 0, 0)
    assert v8(*slips(), **PAPER_ONLY) == (2, 0, 0)


def test_slips_of_sales_and_of_refused_voids_are_not_its_matter():
    assert v8(*sale()) == (0, 0, 0)
    assert v8(*sale(), *refused()) == (0, 0, 0)
    assert v8(*sale(), *refused()[:-1], *paper(101, is_duplicate=True)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"original_voucher": None}, "original voucher nothing"),
        ({"original_voucher": 100}, "original voucher 100"),
        ({"amount_minor": 500}, "amount 5.00"),
        ({"type": "sale"}, "type sale"),
        ({"voucher": 101, "type": "void"}, "voucher 101"),
        ({"voucher": 101, "type": "sale"}, "type sale, voucher 101"),
    ],
)
def test_each_item_that_is_wrong_is_a_finding(facts, seen):
    assert said(checker, "V8", made(*printed(**facts))) == seen


def test_a_slip_without_the_voucher_of_its_sale_is_found_alone():
    assert found(made(*printed(original_voucher=None))) == ["V8"]


def test_what_is_not_printed_whole_is_not_judged():
    assert v8(*printed(original_voucher=None, is_complete=False)) == (1, 0, 0)
    assert v8(*printed(amount_minor=None, voucher=None)) == (2, 0, 0)


def test_slips_alone_tell_of_number_and_amount():
    assert v8(*slips(voucher=101), **PAPER_ONLY) == (2, 1, 0)
    assert v8(*slips(amount_minor=500), **PAPER_ONLY) == (2, 1, 0)
    assert v8(*slips(amount_minor=-1234), **PAPER_ONLY) == (2, 0, 0)
    assert v8(*slips(original_voucher=None), **PAPER_ONLY) == (2, 1, 0)
    assert v8(*slips(of=55), **PAPER_ONLY) == (2, 0, 0)


def test_a_slip_of_another_batch_is_not_that_of_the_sale():
    older = paper(101, batch="000006", amount_minor=500)
    assert v8(*older, *paper(102, "void", 101), **PAPER_ONLY) == (2, 0, 0)


def test_a_reprint_belongs_to_the_void_of_its_number():
    again = [begin(9, "reprint"), slip(type="void", voucher=102, is_duplicate=True, rrn=None)]
    assert v8(*sale(), *void(), *again, done(9, "reprint")) == (3, 1, 0)
    sales = [begin(9, "reprint"), slip(voucher=101, is_duplicate=True), done(9, "reprint")]
    assert v8(*sale(), *void(), *sales) == (2, 0, 0)


def test_a_slip_of_an_older_sale_that_comes_late_is_its_own():
    start, *rest = void()
    late = slip(voucher=101, amount_minor=1234)
    unprinted = [one for one in sale() if one[1] != "print"]
    assert v8(*unprinted, start, *rest[:3], late, *rest[3:]) == (2, 0, 0)
    assert v8(*unprinted, start, *rest[:-3], late) == (0, 0, 0)


def test_a_reprint_within_the_call_of_a_void_is_that_of_its_number():
    start, *rest = void()
    again = slip(voucher=101, is_duplicate=True)
    assert v8(*sale(), start, *rest[:-3], again, *rest[-3:]) == (2, 0, 0)


def test_what_is_printed_after_the_end_of_the_call_is_not_the_voids():
    assert v8(*sale(), *void(), slip(voucher=101)) == (2, 0, 0)
    assert v8(*sale(), *[one for one in void() if one[0] != "till"]) == (2, 0, 0)


def test_paper_that_went_blind_is_a_gap():
    assert v8(*sale(), *void(), blind("slip")) == (2, 0, 1)
    assert v8(*sale(), blind("slip")) == (0, 0, 0)


def test_other_slips_are_not_those_of_the_void():
    quiet = slip(type="void", voucher=102, says_approved=False, original_voucher=None)
    assert v8(*sale(), *void(), quiet) == (2, 0, 0)
    early = slip(type="void", voucher=102, original_voucher=55)
    assert v8(early, *sale(), *void()) == (3, 0, 0)
    older = slip(type="void", voucher=102, original_voucher=55, batch="000006", is_duplicate=True)
    assert v8(*sale(), *void(), older) == (3, 0, 0)
    assert v8(*sale(), *void(), slip(voucher=101), *sale(103, 3)) == (2, 0, 0)


def test_the_slip_of_a_refused_void_is_judged_by_itself():
    wrong = slip(type="void", voucher=102, original_voucher=55)
    assert v8(*sale(), *refused(), wrong) == (1, 0, 0)


def test_slips_that_say_nothing_approved_are_no_slip_of_the_sale():
    note = slip(voucher=101, says_approved=False, amount_minor=9)
    assert v8(note, *paper(102, "void", 101), **PAPER_ONLY) == (2, 0, 0)


def test_a_void_answered_at_the_second_try_has_its_slip():
    start, request, *rest = void()
    rows = [*sale(), start, request, request, *changed(rest, 3, type="sale", voucher=101)]
    assert said(checker, "V8", made(*rows)) == "type sale, voucher 101"


def test_a_finding_says_what_is_right():
    def of(*rows, **header):
        return next(one for one in checker.check(made(*rows, **header)) if one.rule == "V8")

    named = of(*printed(original_voucher=100)).findings[0]
    assert named.what == "the slip of void 000102 is not that of a void"
    assert named.expected == "original voucher 101"
    alone = of(*slips(original_voucher=None, voucher=None), **PAPER_ONLY).findings[0]
    assert alone.what == "the slip of void 000000 is not that of a void"
    assert (alone.expected, alone.seen) == (
        "original voucher of the sale",
        "original voucher nothing",
    )
    own = of(*printed(voucher=109)).findings[0]
    assert (own.expected, own.seen) == ("voucher 102", "voucher 109")
