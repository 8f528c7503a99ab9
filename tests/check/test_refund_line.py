"""F3 and F5: refunds on the line."""

import pytest

from harness.check import refund as checker
from tests.check.literal import row
from tests.check.slip_rows import blind, changed, done, fault, hang_up, power, sign_in
from tests.check.undoing_rows import (
    NEXT,
    REST,
    ask,
    asked,
    at_host,
    found,
    judged,
    made,
    paper,
    refund,
    refusal,
    refused,
    reversal,
    sale,
    settled,
    told,
    void,
)

PROFILE = {"profile": {"refund_enabled": True, "refund_same_batch": "allowed"}}
OPEN_ITEM = row("bench", "note", "open item", stan=102, amount_minor=1234, closed=False)
LINE = {"observes": ("host_wire",)}


def f3(*rows, **header):
    return judged(checker, "F3", made(*rows, **PROFILE | header))


def f5(*rows, **header):
    return judged(checker, "F5", made(*rows, **PROFILE | header))


def lost(stan=102, call=2, at_s=None):
    """Return a refund that the host books and whose answer is lost."""
    start, request, posted, *_ = refund(stan, call=call)
    return [start, request, posted, hang_up(at_s), done(call, "refund", "info")]


def test_a_refund_without_an_answer_is_listed_and_not_reversed():
    assert f3(*sale(), *lost(), *sale(103, 3), *REST[:1], OPEN_ITEM, *REST[1:]) == (2, 0, 0)
    assert f3(*sale(), *refund()) == (0, 0, 0)
    assert f3(*sale(), *lost()) == (0, 0, 0)
    assert f3(*REST, *sale(), *lost()) == (0, 0, 0)


def test_a_refund_that_nobody_lists_is_a_finding():
    rows = [*sale(), *lost(at_s=70), *sale(103, 3), *REST]
    assert f3(*rows) == (2, 1, 0)
    assert found(made(*rows, **PROFILE | LINE)) == ["F3"]


def test_a_refund_that_was_reversed_is_a_finding():
    kind = {"type_code": "25", "F3": "200000"}
    assert f3(*sale(), *lost(), *reversal(102, name="refund", **kind)) == (1, 1, 0)
    assert f3(*sale(), *refund(), *reversal(102, name="refund", **kind)) == (1, 1, 0)


def test_an_answer_that_may_have_come_proves_nothing():
    start, request, posted, answer, *rest = refund()
    rows = [start, request, posted, fault("delay", "tx host 0230 #1"), answer, *rest[-1:]]
    at_end = {"host_wire_at": "host"}
    assert f3(*at_host([*sale(), *rows, *sale(103, 3), *REST]), **at_end) == (0, 0, 0)


def test_what_never_left_is_no_lost_refund():
    start, request, *_ = lost()
    (unsent,) = changed([request], 0, partial=True, size=0)
    assert f3(*sale(), start, unsent, hang_up(), *REST) == (0, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert f3(*sale(), *lost(), blind("host_wire"), *sale(103, 3)) == (0, 0, 1)


def test_a_refund_is_of_the_terminals_batch():
    assert f5(*sale(), *refund()) == (1, 0, 0)
    later = [*sale(), *settled(), *refund(106, call=9, batch=NEXT)]
    assert f5(*later) == (1, 0, 0)
    assert f5(ask(102, "refund"), told(102, "refund")) == (0, 0, 0)
    assert f5(*sale(), ask(102, "refund", batch=None)) == (0, 0, 0)


def test_a_refund_with_the_batch_of_its_sale_is_a_finding():
    rows = [*sale(), *settled(), *refund(106, call=9, batch="000007")]
    assert f5(*rows) == (1, 1, 0)
    between = [*sign_in(), *refund(102), *settled(103, debit=(0, 0), credit=(1234, 1))]
    assert f5(*between) == (2, 0, 0)


def test_right_after_a_settlement_the_next_batch_is_right():
    closing = settled()[:7]
    assert f5(*sale(), *closing, ask(106, "refund", batch=NEXT)) == (1, 0, 0)
    assert f5(*sale(), *closing, ask(106, "refund", batch="000009")) == (1, 1, 0)
    assert f5(*sale(), ask(106, "refund", batch=NEXT)) == (1, 1, 0)


def counted(credit):
    """Return a sale, a refund of 200, a void of another sale, and a settlement of them."""
    rows = [*sale(), *sale(102, 2), *void(103, 102, 3), *refund(104, call=4, amount=200)]
    return [*rows, *settled(105, credit=credit, debit=(2468, 2))]


def test_the_credits_of_a_settlement_hold_its_refunds():
    assert f5(*counted((1434, 2))) == (2, 0, 0)
    assert f5(*sale(), *settled()) == (0, 0, 0)


def test_a_refund_that_is_in_no_credits_is_a_finding():
    rows = counted((1234, 1))
    assert f5(*rows) == (2, 1, 0)
    assert found(made(*rows, **PROFILE | LINE)) == ["F5"]


def test_other_differences_are_no_matter_of_refunds():
    assert f5(*counted((200, 1))) == (1, 0, 0)
    assert f5(*counted((1434, 3))) == (1, 0, 0)


def test_a_refund_of_another_batch_in_the_credits_is_a_finding():
    later = [*sale(106, 9), *settled(107, credit=(1434, 2), debit=(1234, 1))]
    other = [changed([one], 0, batch=NEXT)[0] if "batch" in one[5] else one for one in later]
    assert f5(*counted((1434, 2)), *other) == (2, 0, 0)
    wrong = [*sale(106, 9), *settled(107, credit=(200, 1), debit=(1234, 1))]
    other = [changed([one], 0, batch=NEXT)[0] if "batch" in one[5] else one for one in wrong]
    assert f5(*counted((1434, 2)), *other) == (3, 1, 0)


def test_what_nobody_knows_makes_no_finding():
    closing = settled(103, debit=(1234, 1), credit=(0, 0))
    assert f5(*sale(), *lost(), *closing) == (1, 0, 0)
    pushed = reversal(103, name="void", F61=None, original_stan=103)
    rows = [*sale(), *refund(), asked(3), ask(103), hang_up(), done(3, "void", "info"), *pushed]
    assert f5(*rows, *settled(104, credit=(1234, 1))) == (2, 0, 0)


def test_other_messages_are_no_gate_and_settlements_are():
    assert f3(*sale(), *lost(), *sign_in(103)) == (0, 0, 0)
    assert f3(*sale(), *lost(), *settled(103)[1:4]) == (1, 0, 0)


def test_a_rest_that_has_only_begun_demands_no_list():
    assert f3(*sale(), *lost(), *sale(103, 3), REST[0]) == (1, 0, 0)
    day = row("bench", "note", "bring_to", "end")
    assert f3(*sale(), *lost(), *sale(103, 3), day) == (1, 0, 0)


def test_only_an_open_item_lists_it():
    other = row("bench", "note", "expectation", stan=102)
    assert f3(*sale(), *lost(), *sale(103, 3), other, *REST) == (2, 1, 0)


def test_only_the_nearest_messages_tell_the_batch():
    later = changed(sale(104, 4), 1, batch=NEXT)
    early = changed(sale(100, 9), 1, batch=NEXT)
    wrong = ask(102, "refund", batch=NEXT)
    assert f5(*early, *sale(), wrong, *sale(103, 3), *later) == (1, 1, 0)


def test_only_what_was_approved_and_stands_is_a_credit():
    declined = refused(103, 101, 3, "57", "refund")
    rows = [*sale(), *refund(), *declined, *settled(104, credit=(1234, 1))]
    assert f5(*rows) == (3, 0, 0)
    start, request, posted, *_ = void(103, 101, 3)
    undone = [start, request, posted, hang_up(), *reversal(103)]
    rows = [*sale(), *refund(), *undone, *settled(104, credit=(1234, 1))]
    assert f5(*rows) == (2, 0, 0)
    assert f5(*sale(), *refund(), *lost(103, 3), *settled(104, credit=(0, 0))) == (2, 0, 0)


def test_credits_without_all_the_voids_are_no_matter_of_refunds():
    assert f5(*counted((0, 0))) == (1, 0, 0)


def test_a_settlement_that_cannot_be_read_is_not_judged():
    closing = [changed([one], 0, credit_minor=None)[0] for one in settled(103)[1:4]]
    assert f5(*sale(), *refund(), *closing) == (1, 0, 0)
    later = [*sale(), *settled(), ask(106, "refund", batch=NEXT), told(106, "refund", batch=NEXT)]
    assert f5(*later) == (1, 0, 0)


@pytest.mark.parametrize("booked", [[], [refusal(102, "57", "refund")]])
def test_a_refund_that_the_books_do_not_have_owes_nobody_anything(booked):
    start, request, posted, *rest = lost(at_s=70)
    rows = [*sale(), start, request, *booked, *rest, *sale(103, 3), *REST]
    assert f3(*rows) == (1, 0, 0)
    assert f3(*rows, blind("ledger")) == (2, 1, 0)
    assert f3(*rows, **LINE) == (2, 1, 0)
    assert f3(*sale(), start, request, posted, *rest, *sale(103, 3), *REST) == (2, 1, 0)


def cut_short(*rest):
    """Return a refund whose approval came, what happened then, and a settlement without it."""
    return [*sale(), *refund()[:4], *rest, *settled(103, credit=(0, 0))]


def test_an_approval_that_a_power_cut_may_have_lost_is_no_credit_that_is_missing():
    assert f5(*cut_short(hang_up(), power("off"), power("on"), done(2, "refund", "info"))) == (
        1, 0, 0,
    )  # fmt: skip
    assert f5(*cut_short(power("off"), power("on"))) == (1, 0, 0)
    late = cut_short(hang_up(), done(2, "refund", voucher=102), power("off"), power("on"))
    assert f5(*late) == (2, 1, 0)
    printed = cut_short(*paper(102, "refund", 101), power("off"), done(2, "refund", "info"))
    assert f5(*printed) == (2, 1, 0)
    assert f5(*cut_short(power("on"), done(2, "refund", "info"))) == (2, 1, 0)
    other = cut_short(*paper(101), power("off"), power("on"))
    assert f5(*other) == (1, 0, 0)
