"""V1, V2, V5: what the host books as a void, of what amount, and how often."""

import pytest

from harness.check import void as checker
from tests.check.literal import row
from tests.check.slip_rows import begin, blind, changed, hang_up
from tests.check.undoing_rows import (
    NEXT_DAY,
    ask,
    asked,
    at_host,
    done,
    found,
    judged,
    locally,
    made,
    post,
    refund,
    refusal,
    refused,
    reversal,
    said,
    sale,
    settled,
    told,
    undo,
    void,
)

LATE = {"business_date": "20261126"}
OPEN = {"profile": {"refund_enabled": True, "refund_same_batch": "allowed"}}


def v1(*rows, **header):
    return judged(checker, "V1", made(*rows, **header))


def v2(*rows, **header):
    return judged(checker, "V2", made(*rows, **header))


def v5(*rows, **header):
    return judged(checker, "V5", made(*rows, **header))


def changed_sale(**facts):
    return changed(sale(), 2, **facts)


def reversed_sale(stan=101):
    """Return a sale that the terminal reversed, as the host has it."""
    return [*sale(stan)[:3], undo(stan, stan), hang_up()]


def test_a_void_of_a_live_sale_is_right():
    assert v1(*sale(), *void()) == (1, 0, 0)
    assert v1(*at_host([*sale(), *void()]), host_wire_at="host") == (1, 0, 0)
    assert found(made(*sale(), *void())) == []


def test_without_a_void_there_is_nothing_to_judge():
    assert v1(*sale()) == v2(*sale()) == v5(*sale()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"terminal_id": "10000002"}, "another terminal"),
        ({"batch": "000006"}, "another batch"),
        ({"business_date": "20261124"}, "another day"),
    ],
)
def test_a_booked_void_of_another_terminal_batch_or_day_is_a_finding(facts, seen):
    whole = made(*changed_sale(**facts), *void(), observes=("host_wire", "ledger"))
    assert found(whole) == ["V1"]
    assert seen in str(checker.check(whole)[0].findings[0])


def test_a_booked_void_of_no_sale_is_a_finding():
    nothing = changed(void(102, 107), 2, original=None)
    assert v1(*sale(), *nothing) == (1, 1, 0)
    assert found(made(*sale(), *nothing, observes=("host_wire", "ledger"))) == ["V1"]


def test_a_booked_void_of_a_reversed_sale_is_a_finding():
    assert v1(*reversed_sale(), *void()) == (1, 1, 0)


def test_a_booked_void_of_a_refund_is_a_finding():
    rows = [*sale(), *refund(), *changed(void(103, 102, 3), 2, original="p102")]
    assert v1(*rows, **OPEN) == (1, 1, 0)


@pytest.mark.parametrize(("day", "wrong"), [("batch_only", 0), ("calendar", 1)])
def test_the_day_counts_by_profile(day, wrong):
    rows = [*sale(), *changed(void(), 2, **LATE)]
    assert v1(*rows, profile={"void_day": day}) == (1, wrong, 0)


def test_without_dates_in_the_books_the_note_of_the_next_day_tells():
    undated = [*changed_sale(business_date=None), NEXT_DAY, *changed(void(), 2, business_date="")]
    assert v1(*undated) == (1, 1, 0)
    assert v1(*undated, profile={"void_day": "batch_only"}) == (1, 0, 0)


@pytest.mark.parametrize("code", ["12", "22", "25"])
def test_a_void_that_cannot_be_is_refused_with_one_of_three_codes(code):
    assert v1(*sale(), *void(), *refused(103, 101, 3, code)) == (2, 0, 0)
    assert v1(*sale(), *refused(102, 107, 2, code)) == (1, 0, 0)


def test_another_code_for_a_void_that_cannot_be_is_a_finding():
    whole = made(*sale(), *void(), *refused(103, 101, 3, "05"), observes=("host_wire", "ledger"))
    assert found(whole) == ["V1"]
    assert v1(*sale(), *refused(102, 107, 2, "05")) == (1, 1, 0)


def test_a_sale_of_before_the_history_may_be_refused_for_reasons_of_its_own():
    assert v1(*sale(), *refused(102, 55, 2, "05")) == (0, 0, 0)


@pytest.mark.parametrize("code", ["55", "96", "77", "A0", "98"])
def test_what_is_wrong_with_pin_line_or_host_comes_first(code):
    assert v1(*sale(), *refused(102, 101, 2, code)) == (0, 0, 0)


def test_another_card_or_amount_has_codes_of_its_own():
    assert v1(*sale(), *refused(102, 101, 2, "14", card="card-2")) == (0, 0, 0)
    assert v1(*sale(), *refused(102, 101, 2, "64", amount_minor=500)) == (0, 0, 0)
    assert v1(*sale(), *refused(102, 101, 2, "22", card="card-2")) == (0, 0, 0)
    assert v1(*sale(), *void(), *refused(103, 101, 3, "14")) == (2, 1, 0)


def test_a_live_sale_refused_as_if_it_could_not_be_voided_is_a_finding():
    whole = made(*sale(), *refused(102, 101, 2, "22"))
    assert v1(*sale(), *refused(102, 101, 2, "22")) == (1, 1, 0)
    assert found(whole) == ["V1"]


@pytest.mark.parametrize(
    "facts",
    [
        {"mac_ok": False}, {"spoiled": True}, {"partial": True, "size": 40},
        {"rrn": "000000000999"},
    ],
)  # fmt: skip
def test_a_request_that_is_not_in_order_may_be_refused(facts):
    assert v1(*sale(), *refused(102, 101, 2, "25", **facts)) == (0, 0, 0)


def test_a_request_that_its_reversal_has_overtaken_may_be_refused():
    asks, late, refusing, answer, *rest = refused(102, 101, 2, "25")
    assert v1(*sale(), asks, late, *reversal(102), refusing, answer, *rest) == (0, 0, 0)


def test_a_sale_that_is_refunded_in_part_may_be_refused():
    assert v1(*sale(), *refund(amount=100), *refused(103, 101, 3, "22"), **OPEN) == (0, 0, 0)


def test_a_refusal_on_purpose_is_nobodys_fault():
    start, request, _, _, *rest = refused(102, 101, 2, "22")
    answer = told(102, code="22")
    host = ("host", "tx", "terminal/0210", "", None, answer[5] | {"on_purpose": True})
    assert v1(*sale(), start, request, host, answer, *rest) == (0, 0, 0)
    plain = ("host", "tx", "terminal/0210", "", None, answer[5])
    assert v1(*sale(), start, request, plain, answer, *rest) == (1, 1, 0)


def test_an_answer_that_approves_and_a_void_without_any_are_not_refusals():
    assert v1(*sale(), asked(), ask(102), told(102)) == (0, 0, 0)
    assert v1(*sale(), asked(), ask(102)) == (0, 0, 0)


def test_a_refusal_without_a_code_says_nothing():
    rows = refused()
    rows[2] = refusal(102, "25")
    rows[2][5].pop("response_code")
    assert v1(*sale(), *rows) == (0, 0, 0)


def test_a_sale_that_the_books_do_not_show_is_a_gap():
    foreign = changed(void(), 2, original="p9")
    assert v1(*sale(), *foreign) == (0, 0, 1)
    assert v1(blind("ledger"), *sale()[:2], *changed(void(), 2, original=None)) == (0, 0, 1)
    assert v1(blind("ledger"), *sale()[:2], *refused(102, 107, 2, "05")) == (0, 0, 0)


def test_a_void_that_is_booked_without_a_line_is_judged_by_the_books():
    whole = [post(101), post(102, "void", 101), post(103, "void", 101)]
    assert v1(*whole) == (1, 0, 0)
    assert v5(*whole) == (1, 1, 0)


def test_what_was_settled_or_voided_before_is_named_by_other_rules():
    assert v1(*sale(), *settled(), *void(106, 101, 9)) == (0, 0, 0)
    assert v1(*sale(), *void(), *void(103, 101, 3)) == (1, 0, 0)


def test_the_whole_amount_is_right():
    assert v2(*sale(), *void()) == (1, 0, 0)
    assert v2(*sale(), *changed(void(), 2, entries=None)) == (1, 0, 0)


def test_another_amount_in_the_message_is_a_finding_though_the_host_refuses_it():
    rows = [*sale(), *refused(102, 101, 2, "64", amount_minor=500)]
    assert found(made(*rows)) == ["V2"]
    assert v2(*rows) == (1, 1, 0)


@pytest.mark.parametrize(
    "facts",
    [
        {"amount_minor": 500},
        {"entries": ("card:card-1 500", "merchant:m -500")},
    ],
)
def test_another_amount_in_the_books_is_a_finding(facts):
    assert v2(*sale(), *changed(void(), 2, **facts)) == (1, 1, 0)


def test_a_part_that_the_till_asks_for_is_refused():
    part = {"amount_minor": 500}
    assert v2(*sale(), *locally(amount_minor=500)) == (1, 0, 0)
    assert v2(*sale(), *refused(102, 101, 2, "64", till=part, **part)) == (1, 1, 0)
    assert v2(*sale(), *refused(102, 101, 2, "55", till=part)) == (1, 0, 0)
    assert v2(*sale(), asked(amount_minor=500)) == (0, 0, 0)
    whole = made(*sale(), *changed(void(), 0, amount_minor=500))
    assert found(whole) == ["V2"]


def test_a_sale_approved_in_part_is_voided_for_that_part():
    part = changed(sale(), 2, amount_minor=1000, entries=("card:card-1 -1000", "merchant:m 1000"))
    assert v2(*part, *void(amount=1000)) == (1, 0, 0)
    assert v2(*part, *void()) == (1, 1, 0)
    asked_for = changed(part, 2, amount_minor=1234)
    assert v2(*asked_for, *void(amount=1000)) == (1, 0, 0)
    assert v2(*changed(part, 2, entries=None), *void(amount=1000)) == (1, 0, 0)
    hold = changed(part, 2, entries=("hold:card-1 -1000", "limit:card-1 1000"))
    assert v2(*hold, *void(amount=1000)) == (1, 0, 0)


def test_a_void_that_was_refused_at_the_till_says_nothing_of_amounts():
    assert v2(*sale(), *locally()) == (0, 0, 0)
    assert v2(*changed_sale(amount_minor=None, entries=None), *void()) == (0, 0, 0)
    assert v2(*sale()[:2], *refused(102, 107)) == (0, 0, 0)


def test_a_second_void_is_refused_wherever():
    assert v5(*sale(), *void(), *refused(103, 101, 3, "22")) == (1, 0, 0)
    assert v5(*sale(), *void(), *locally(3)) == (1, 0, 0)
    assert v5(*sale(), *void(), asked(3)) == (0, 0, 0)
    assert v5(*sale(), *void()) == (0, 0, 0)


def test_a_second_void_in_the_books_is_a_finding():
    whole = made(*sale(), *void(), *void(103, 101, 3), observes=("ledger",))
    assert found(whole) == ["V5"]


def test_a_refund_of_a_voided_sale_is_a_finding():
    assert v5(*sale(), *void(), *refund(103, call=3), **OPEN) == (1, 1, 0)
    assert v5(*sale(), *void(), *locally(3, "refund"), **OPEN) == (1, 0, 0)


def test_a_void_after_a_reversed_void_is_a_first_one():
    start, request, posted, *_ = void()
    lost = [
        start,
        request,
        posted,
        done(2, "void", "info"),
        *reversal(102),
        undo(102, 102, sign=-1),
    ]
    assert v5(*sale(), *lost, *void(103, 101, 3)) == (0, 0, 0)


def test_books_that_went_blind_are_a_gap():
    assert v5(*sale(), *void(), blind("ledger"), *locally(3)) == (0, 0, 1)
    assert v5(*sale(), *void(), blind("ledger"), *void(103, 101, 3)) == (1, 1, 0)


def test_a_copy_of_a_request_belongs_to_its_void():
    start, request, posted, answer, *rest = void()
    again = row(
        "host", "ledger", "refusal", name="void", stan=102, batch="000007", response_code="22"
    )
    assert v5(*sale(), start, request, request, posted, answer, again, *rest) == (0, 0, 0)
    assert v1(*sale(), start, request, request, posted, answer, again, *rest) == (1, 0, 0)


def test_a_request_that_was_repeated_in_vain_is_one_void():
    start, request, *_ = void()
    end = done(2, "void", "info")
    assert v2(*sale(), start, request, request, end) == (1, 0, 0)


def test_what_comes_first_is_also_first_where_the_sale_cannot_be_voided():
    rows = [*sale(), *void()]
    assert v1(*rows, *refused(103, 101, 3, "96")) == (1, 0, 0)
    assert v1(*rows, *refused(103, 101, 3, "14", card="card-2")) == (1, 0, 0)
    nameless = refused(103, 101, 3)
    nameless[2][5].pop("response_code")
    assert v1(*rows, *nameless) == (1, 0, 0)
    assert v1(*sale(), *refused(102, 101, 2, "05")) == (0, 0, 0)
    assert v1(*sale(), *refused(102, 55, 2, "25")) == (1, 0, 0)


def test_what_happens_afterwards_does_not_count():
    assert v1(*sale(), *void(), undo(101, 101)) == (1, 0, 0)
    assert v1(*sale(), *refused(102, 103, 2, "25"), *sale(103, 3)) == (1, 0, 0)


def test_a_request_with_zeros_for_its_reference_is_in_order():
    assert v1(*sale(), *refused(102, 101, 2, "22", rrn="000000000000")) == (1, 1, 0)


def test_blind_books_hide_no_sale_that_they_show():
    assert v1(*reversed_sale(), blind("ledger"), *void()) == (1, 1, 0)


def test_notes_of_other_matters_begin_no_day():
    undated = changed_sale(business_date=None)
    note = row("bench", "note", "rest", "begin")
    assert v1(*undated, note, *changed(void(), 2, business_date="")) == (1, 0, 0)
    after = [*undated, *changed(void(), 2, business_date=""), NEXT_DAY]
    assert v1(NEXT_DAY, *after) == (1, 0, 0)


def test_answers_to_other_messages_are_not_its_own():
    start, request, _, _, *rest = refused(102, 101, 2, "22")
    answer = told(102, code="22")
    meant = {"on_purpose": True}
    other = told(103, code="22")[5] | meant
    echo = answer[5] | meant | {"mti": "0830"}
    host = [("host", "tx", f"terminal/{one['mti']}", "", None, one) for one in (other, echo)]
    early = ("host", "tx", "terminal/0210", "", None, answer[5] | meant)
    rows = [*sale(), early, start, request, *host, answer, *rest]
    assert v1(*rows) == (1, 1, 0)


def test_other_rows_of_the_books_are_not_its_own():
    old = refusal(102, "22", name="sale")
    early, other = refusal(102, "22"), refusal(102, "22", batch="000006")
    start, request, *rest = void()
    assert v1(*sale(), early, start, request, old, other, *rest) == (2, 0, 0)
    assert v2(post(101), post(102, "void", 101)) == (1, 0, 0)
    assert v1(*sale(), asked(), ask(102), refusal(102, "22", name="sale")) == (0, 0, 0)
    assert v1(*sale(), refusal(102, "22"), asked(), ask(102)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"amount_minor": 500}, "5.00 booked"),
        ({"entries": ("card:card-1 500", "merchant:m -500")}, "5.00 booked"),
    ],
)
def test_a_finding_says_what_was_booked(facts, seen):
    assert said(checker, "V2", made(*sale(), *changed(void(), 2, **facts))) == seen


def test_a_finding_says_what_was_asked_for():
    whole = made(*sale(), *refused(102, 101, 2, "22"), *void(103, 101, 3), *locally(4))
    by_rule = {one.rule: one for one in checker.check(whole)}
    assert by_rule["V1"].findings[0].what == "the host refused void 000102"
    twice = made(*sale(), *void(), *locally(3, end="ok"))
    found_there = {one.rule: one for one in checker.check(twice)}["V3"].findings
    assert found_there[0].what.startswith("void of voucher 000101 names")
    nameless = made(*sale(), begin(2, "void", password="wrong"), done(2, "void", "ok"))
    (finding,) = {one.rule: one for one in checker.check(nameless)}["V7"].findings
    assert finding.what.endswith("for the void")
