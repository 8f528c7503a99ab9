"""R10, R11, R13: reversals that come twice, too early, or for a void."""

import pytest

from harness.check import early_reversal as checker
from tests.check.slip_rows import at_host as at_end
from tests.check.slip_rows import blind, changed, done, fault, hang_up, sign_in
from tests.check.undoing_rows import (
    ask,
    asked,
    at_host,
    found,
    judged,
    locally,
    made,
    post,
    refund,
    refused,
    reversal,
    sale,
    told,
    undo,
    void,
)

NEW = {"profile": {"reversal_stan": "new"}}
AT_HOST = {"host_wire_at": "host", "observes": ("host_wire", "ledger")}
OPEN = {"refund_enabled": True, "refund_same_batch": "allowed"}
LEDGER = {"observes": ("ledger",)}


def r10(*rows, **header):
    return judged(checker, "R10", made(*rows, **header))


def r11(*rows, **header):
    return judged(checker, "R11", made(*rows, **AT_HOST | header))


def r13(*rows, **header):
    return judged(checker, "R13", made(*rows, **header))


def asking(stan=101, **facts):
    return reversal(stan, "00", "sale", **facts)[0]


def lost_sale(stan=101):
    return [*sale(stan)[:3], hang_up(), done(1, kind="info")]


def twice(*between, stan=101):
    """Return a sale whose 0400 leaves twice."""
    return [*lost_sale(stan), asking(stan), *between, hang_up(), *reversal(stan, "00", "sale")]


def test_a_reversal_that_came_twice_counts_once():
    assert r10(*twice(undo(101, 101))) == (1, 0, 0)
    assert r10(*twice()) == (1, 0, 0)
    assert r10(*at_host(twice(undo(101, 101))), **AT_HOST) == (1, 0, 0)
    assert r10(*lost_sale(), asking(), undo(101, 101)) == (0, 0, 0)
    assert r10(*sale()) == (0, 0, 0)


def test_a_reversal_that_the_host_counts_twice_is_a_finding():
    again = [undo(101, 101), undo(101, 101, reference="again")]
    assert r10(*twice(*again)) == (1, 1, 0)
    unnamed = [undo(101, None), undo(101, None, reference="again")]
    assert r10(*twice(*unnamed)) == (1, 1, 0)


def test_reversals_in_the_books_are_known_by_what_they_undo_too():
    own_number = [undo(900, 101), undo(901, 101)]
    assert r10(*twice(*own_number)) == (1, 1, 0)
    assert r10(*sale(100, 9), *twice(undo(101, 101)), undo(902, 100)) == (1, 0, 0)
    assert r10(*twice(undo(101, 101)), undo(903, None)) == (1, 0, 0)


def test_a_repeat_that_undoes_something_else_is_found_alone():
    other = [*sale(100, 9), *lost_sale(), asking(), undo(101, 101)]
    rows = [*other, hang_up(), asking(), undo(101, 100, reference="r100"), reversal(101)[1]]
    assert r10(*rows) == (1, 1, 0)
    assert found(made(*rows, **LEDGER)) == ["R10"]


def test_reversals_with_numbers_of_their_own_are_known_by_field_61():
    named = {"original_stan": 101, "F61": "000007000101"}
    rows = [*lost_sale(), asking(102, **named), undo(102, 101), hang_up(), asking(103, **named)]
    assert r10(*rows, **NEW) == (1, 0, 0)
    again = undo(103, 101, reference="again")
    assert r10(*rows, again, **NEW) == (1, 1, 0)
    nameless = {"original_stan": None, "F61": None, "original_batch": None}
    assert r10(asking(102, **nameless), asking(103, **nameless), **NEW) == (0, 0, 0)


def test_a_number_used_again_begins_anew():
    first = [*lost_sale(), asking(), undo(101, 101), hang_up()]
    second = [*sale(101, 5), asking(), undo(101, 101, reference="r2")]
    assert r10(*first, *second) == (0, 0, 0)
    assert r10(*twice(undo(101, 101)), *second) == (1, 1, 0)


def test_what_did_not_come_whole_did_not_come():
    for mark in ("lost", "spoiled", "partial"):
        assert r10(*lost_sale(), asking(**{mark: True}), hang_up(), asking()) == (0, 0, 0)


def test_books_that_went_blind_leave_a_second_count_open():
    assert r10(*twice(undo(101, 101)), blind("ledger")) == (0, 0, 1)
    again = [undo(101, 101), undo(101, 101, reference="again")]
    assert r10(*twice(*again), blind("ledger")) == (1, 1, 0)


def late(*after, **facts):
    """Return a sale that is kept back until its reversal has come, by the host's rows."""
    hold = fault("hold", "rx host 0200 #1")
    original = at_end(sale()[1])
    early = [at_end(one) for one in changed(reversal(101, "25", "sale"), 0, **facts)]
    return [sale()[0], *early, hold, original, *after]


def declined(**facts):
    refused_sale = sale()[3][5] | {"response_code": "22"} | facts
    return "host", "tx", "terminal/0210", "", None, refused_sale


def test_an_original_that_comes_after_its_reversal_is_refused():
    assert r11(*late(declined())) == (1, 0, 0)
    assert r11(*at_host(sale()), at_end(asking()), undo(101, 101)) == (0, 0, 0)
    assert r11(*sale(), *reversal(101, name="sale")) == (0, 0, 0)


def test_an_original_booked_after_its_reversal_is_a_finding():
    whole = made(*late(post(101), declined()), **AT_HOST)
    assert judged(checker, "R11", whole) == (1, 1, 0)
    assert found(whole) == ["R11"]


def test_an_original_approved_after_its_reversal_is_a_finding():
    assert r11(*late(declined(response_code="00"))) == (1, 1, 0)
    assert r11(*late(declined(response_code="00", on_purpose=True))) == (1, 0, 0)
    assert r11(*late(declined(response_code="00", stan=102))) == (1, 0, 0)


def test_only_its_own_reversal_overtakes_a_request():
    assert r11(*late(post(101), amount_minor=99)) == (0, 0, 0)
    assert r11(*late(post(101), stan=None)) == (0, 0, 0)
    assert r11(*late(), at_end(sale()[1]), post(101)) == (1, 1, 0)
    twice_early = [at_end(asking()), *late(post(101))]
    assert r11(*twice_early) == (1, 1, 0)


def test_a_reversal_with_a_number_of_its_own_overtakes_what_it_names():
    named = {"stan": 102, "original_stan": 101, "F61": "000007000101"}
    assert r11(*late(post(101), **named), **NEW) == (1, 1, 0)


def test_books_that_went_blind_before_a_late_request_are_a_gap():
    assert r11(*late(declined()), blind("ledger")) == (0, 0, 1)
    assert r11(*late(post(101)), blind("ledger")) == (1, 1, 0)


def lost_void(stan=102):
    start, request, posted, *_ = void(stan)
    return [start, request, posted, hang_up(), done(2, "void", "info")]


def undone(stan=102, code="00", **facts):
    """Return the reversal of a void, as line and books show it."""
    request, answer = reversal(stan, code)
    return [request, undo(stan, stan, sign=-1, **facts), answer, hang_up()]


def restored(*later):
    """Return sign-in, a sale whose void was reversed, and what is tried then."""
    return [*sign_in(), *sale(), *lost_void(), *undone(), *later]


def test_a_reversed_void_leaves_what_was_before_it():
    assert r13(*sale(), *lost_void(), *undone()) == (2, 0, 0)
    assert r13(*sale(), *lost_void(), *undone(entries=None)) == (2, 0, 0)
    assert r13(*twice(undo(101, 101))) == (0, 0, 0)
    assert r13(*sale(), *void()) == (0, 0, 0)


def test_a_reversed_void_that_leaves_something_is_a_finding():
    part = ("card:card-1 -1000", "merchant:m 1000")
    whole = made(*sale(), *lost_void(), *undone(entries=part), observes=("host_wire", "ledger"))
    assert judged(checker, "R13", whole) == (2, 1, 0)
    assert "R13" in found(whole)
    books = [post(101), post(102, "void", 101), undo(102, 102, sign=-1, entries=part)]
    assert found(made(*books, observes=("ledger", "host_wire"))) == ["R13"]


def test_a_reversed_hold_is_brought_back_too():
    held = ("hold:card-1 -500", "limit:card-1 500")
    freed = ("hold:card-1 500", "limit:card-1 -500")
    completion = post(102, "completion", None, entries=(*freed, "card:card-1 -9", "merchant:m 9"))
    back = (*held, "card:card-1 9", "merchant:m -9")
    assert r13(completion, undo(102, 102, entries=back)) == (1, 0, 0)
    assert r13(completion, undo(102, 102, entries=back[2:])) == (1, 1, 0)


def test_a_void_that_stands_though_its_reversal_was_answered_is_a_finding():
    pair = reversal(102)
    assert r13(*sale(), *lost_void(), *pair) == (1, 1, 0)
    for code in ("12", "96"):
        assert r13(*sale(), *lost_void(), *reversal(102, code)) == (0, 0, 0)
    assert r13(*sale(), *lost_void(), *changed(pair, 1, on_purpose=True)) == (0, 0, 0)
    unposted = [one for one in lost_void() if one[1] != "ledger"]
    assert r13(*sale(), *unposted, *reversal(102, "25")) == (0, 0, 0)
    assert r13(*sale(), *lost_void(), pair[0]) == (0, 0, 0)


def test_books_that_went_blind_before_a_reversal_are_a_gap():
    assert r13(*sale(), *lost_void(), blind("ledger"), *reversal(102)) == (0, 0, 1)


def test_a_sale_that_is_live_again_can_be_voided():
    assert r13(*restored(*void(103, 101, 3))) == (3, 0, 0)
    assert found(made(*restored(*void(103, 101, 3)), observes=("host_wire", "ledger"))) == ["T1"]


@pytest.mark.parametrize("code", ["12", "22", "25"])
def test_a_live_sale_that_the_host_refuses_to_void_is_a_finding(code):
    assert r13(*restored(*refused(103, 101, 3, code))) == (3, 1, 0)


def test_another_reason_to_refuse_is_none_against_the_sale():
    assert r13(*restored(*refused(103, 101, 3, "55"))) == (2, 0, 0)
    assert r13(*restored(*refused(103, 101, 3, "22", card="card-2"))) == (2, 0, 0)
    assert r13(*restored(*refused(103, 109, 3, "25"))) == (2, 0, 0)
    undated = changed(sale(), 2, terminal_id="10000009")
    assert r13(*sign_in(), *undated, *lost_void(), *undone(), *refused(103, 101, 3)) == (2, 0, 0)


def test_a_live_sale_that_the_terminal_refuses_to_void_is_a_finding():
    assert r13(*restored(*locally(3))) == (3, 1, 0)
    assert r13(*restored(*locally(3, card="card-2"))) == (2, 0, 0)
    assert r13(*restored(*locally(3, amount_minor=500))) == (2, 0, 0)
    assert r13(*restored(asked(3))) == (2, 0, 0)
    assert r13(*restored(asked(3), ask(103), told(103, code="55"))) == (2, 0, 0)


def test_a_sale_that_is_refunded_meanwhile_is_not_live():
    rows = restored(*refund(103, call=3, amount=9), *locally(4))
    assert r13(*rows, profile=OPEN) == (2, 0, 0)


def test_without_reversals_nothing_is_looked_at():
    assert r13(*sale()) == r11(*sale()) == r10(*sale()) == (0, 0, 0)
    assert r13(undo(102, None, sign=-1)) == (0, 0, 0)


def test_other_postings_are_no_reversals():
    back = post(101, "manual_return", 101, reference="m1")
    assert r10(*twice(undo(101, 101)), back) == (1, 0, 0)
    earlier = [*lost_sale(), asking(), undo(101, 101), hang_up()]
    again = [*sale(101, 5), asking(), undo(101, 101, reference="r2"), hang_up(), asking()]
    assert r10(*earlier, *again) == (1, 0, 0)
    assert r10(*twice(undo(101, 101)), *sale(100, 9), undo(902, 100)) == (1, 0, 0)
    assert r10(*sign_in(), *twice(undo(101, 101))) == (1, 0, 0)


def test_a_copy_of_an_original_that_came_in_time_is_not_overtaken():
    copy = [at_end(sale()[1]), post(101, reference="again")]
    assert r11(*at_host(sale()), at_end(asking()), undo(101, 101), *copy) == (0, 0, 0)


def test_what_is_booked_or_answered_of_others_does_not_count():
    assert r11(post(101), *late(declined(), post(102))) == (1, 0, 0)
    done_reversal = reversal(101, "00", "sale")[1]
    assert r11(*late(declined(), at_end(done_reversal))) == (1, 0, 0)
    terminals = ("terminal", "tx", "host/0210", "", None, declined(response_code="00")[5])
    assert r11(declined(response_code="00"), *late(declined(), terminals)) == (1, 0, 0)
    assert r11(*late(declined(response_code="00")), blind("ledger")) == (1, 1, 0)


def test_a_finding_says_what_the_host_did():
    def of(*rows):
        judged_there = checker.check(made(*rows, **AT_HOST))
        return next(one for one in judged_there if one.rule == "R11").findings[0]

    assert of(*late(post(101))).seen == "booked"
    assert of(*late(declined(response_code="00"))).seen == "approved"
    assert "transaction 000101 came" in of(*late(post(101))).what


def test_blind_books_hide_no_reversal_that_they_show():
    assert r13(*sale(), *lost_void(), *undone(), blind("ledger")) == (2, 0, 0)


@pytest.mark.parametrize(
    "facts", [{"stan": 109}, {"batch": "000006"}, {"name": "refund"}, {"reference": "x"}]
)
def test_only_the_posting_of_the_void_itself_must_be_undone(facts):
    start, request, posted, *rest = lost_void()
    (other,) = changed([posted], 0, **facts)
    wrong = int("reference" in facts)
    assert r13(*sale(), start, request, other, *rest, *reversal(102)) == (wrong, wrong, 0)
    early = [posted, *sale(), start, request, *rest]
    assert r13(*early, *reversal(102)) == (0, 0, 0)


def test_another_day_is_a_reason_to_refuse_a_live_sale():
    rows = changed(refused(103, 101, 3, "12"), 2, business_date="20261126")
    assert r13(*restored(*rows)) == (2, 0, 0)


def test_a_void_that_the_host_declined_was_not_refused_by_the_terminal():
    rows = [asked(3), ask(103), told(103, code="55"), hang_up(), done(3, "void", "fail")]
    assert r13(*restored(*rows)) == (2, 0, 0)


def test_a_reversal_that_the_host_confirms_and_does_not_count_is_a_finding():
    once = [*lost_sale(), *reversal(101, "00", "sale")]
    assert (
        r10(*at_host([*lost_sale(), undo(101, 101), *reversal(101, "00", "sale")]), **AT_HOST)[1]
        == 0
    )
    assert r10(*at_host(once), **AT_HOST)[1] == 1
    assert r10(*at_host([*once, undo(101, 101)]), **AT_HOST)[1] == 1
    assert r10(*at_host([blind("ledger"), *once]), **AT_HOST)[1] == 0


def test_a_reversal_of_what_the_host_never_booked_or_refused_needs_no_posting():
    unbooked = [row for row in lost_sale() if row[1] != "ledger"]
    assert r10(*at_host([*unbooked, *reversal(101, "00", "sale")]), **AT_HOST)[1] == 0
    assert r10(*at_host([*lost_sale(), *reversal(101, "25", "sale")]), **AT_HOST)[1] == 0
    ordered = [*lost_sale(), *reversal(101, "00", "sale", on_purpose=True)]
    assert r10(*at_host(ordered), **AT_HOST)[1] == 0
