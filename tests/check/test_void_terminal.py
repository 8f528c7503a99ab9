"""V3 and V6: which voids the terminal refuses by itself."""

import pytest

from harness.check import void as checker
from tests.check.slip_rows import answer, begin, blind, changed, done, hang_up, posting, request
from tests.check.undoing_rows import (
    NEXT,
    ask,
    asked,
    at_host,
    found,
    judged,
    locally,
    made,
    post,
    refused,
    reversal,
    said,
    sale,
    settled,
    told,
    undo,
    void,
)

WITH_PAST = {"world": "live", "bench": {"kind": "external"}}
SETTLED_BEFORE = {"world": "live", "bench": {"kind": "external", "batch": "empty"}}
MONEY = {"profile": {"refund_enabled": True, "refund_same_batch": "allowed"}}


def v3(*rows, **header):
    return judged(checker, "V3", made(*rows, **header))


def v6(*rows, **header):
    return judged(checker, "V6", made(*rows, **header))


def declined(stan=101):
    """Return a sale that the host declines."""
    code = {"response_code": "51", "approval_code": None}
    return [begin(1), request(stan), answer(stan, **code), hang_up(), done(1, kind="fail")]


def balance(stan=102):
    own = {"name": "balance", "F3": "310000", "type_code": "01", "amount_minor": None}
    return [request(stan, **own), answer(stan, **own), hang_up()]


def lost_void(stan=102, call=2):
    """Return a void that the host books and whose answer is lost."""
    start, asks, posted, *_ = void(stan, 101, call)
    return [start, asks, posted, hang_up(), done(call, "void", "info")]


def undone(stan=102):
    """Return the reversal of a void, as line and books show it."""
    return [reversal(stan)[0], undo(stan, stan, sign=-1), reversal(stan)[1], hang_up()]


def test_a_void_of_a_live_sale_is_not_its_matter():
    assert v3(*sale(), *void()) == (0, 0, 0)
    assert v3(*sale(), *refused(102, 101, 2, "55")) == (0, 0, 0)


@pytest.mark.parametrize(
    "before",
    [
        [*sale()],  # unknown: 107
        [*sale(), *balance(107)],
        [*sale(), *void(107)],
        [*sale(), *declined(107)],
    ],
)
def test_a_voucher_that_cannot_be_voided_is_refused_by_the_terminal(before):
    assert v3(*before, *locally(9, of=107)) == (1, 0, 0)
    assert v3(*before, *locally(9, of=107, end="ok")) == (1, 1, 0)
    assert v3(*before, *refused(108, 107, 9)) == (1, 1, 0)
    assert v3(*before, asked(9, of=107)) == (0, 0, 0)


def test_a_second_void_that_leaves_is_a_finding_though_the_host_refuses_it():
    whole = made(*sale(), *void(), *refused(103, 101, 3, "22"))
    assert found(whole) == ["V3"]
    assert v3(*sale(), *void(), *locally(3)) == (1, 0, 0)


def test_a_void_without_a_till_is_judged_by_what_it_names():
    rows = [*sale(), *void()]
    assert v3(*rows, ask(103), told(103, code="22")) == (1, 1, 0)
    assert v3(*rows, ask(103, of=102), told(103, code="22")) == (1, 1, 0)
    nameless = ask(103, original_batch=None, original_stan=None)
    assert v3(*rows, nameless, told(103, code="25")) == (1, 1, 0)
    assert v3(*rows, ask(103, partial=True, original_stan=None), hang_up()) == (0, 0, 0)


def test_at_the_hosts_end_a_second_void_shows_too():
    rows = at_host([*sale(), *void(), *refused(103, 101, 3, "22")])
    assert v3(*rows, host_wire_at="host") == (1, 1, 0)


def test_after_its_void_was_reversed_a_sale_is_live_again():
    assert v3(*sale(), *lost_void(), *undone(), *void(103, 101, 3)) == (0, 0, 0)
    assert v3(*sale(), *lost_void(), *locally(3)) == (0, 0, 0)
    assert v3(*sale(), *refused(102, 101, 2, "55"), *void(103, 101, 3)) == (0, 0, 0)


def test_a_void_whose_end_nobody_knows_is_not_judged():
    first = list(at_host([*sale(), *void()]))
    place = next(i for i, one in enumerate(first) if one[2] == "terminal/0210" and i > 9)
    lost = ("nemesis", "fault", "tx host 0210 #2", "delay", None, {"action": "delay"})
    rows = [*first[:place], lost, *first[place:], *at_host(refused(103, 101, 3, "22"))]
    assert v3(*rows, host_wire_at="host") == (0, 0, 0)


def test_what_is_to_be_reversed_is_not_its_matter():
    lost = [begin(1), request(101), posting(101), hang_up(), done(1, kind="info")]
    assert v3(*lost, *locally(2)) == (0, 0, 0)


@pytest.mark.parametrize(
    "rows", [[*sale(), *refused(102, 55)], locally(2), [*sale(), *locally(2, of=600_101)]]
)
def test_a_voucher_of_before_the_history_is_judged_if_its_batch_began_empty(rows):
    assert v3(*rows, **WITH_PAST) == (0, 0, 0)
    assert v3(*rows, **SETTLED_BEFORE)[0] == 1
    assert v3(*rows)[0] == 1


def test_a_void_of_what_was_settled_before_the_history_must_not_leave():
    assert v3(*sale(), *refused(102, 55), **SETTLED_BEFORE) == (1, 1, 0)
    assert v3(*sale(), *locally(2, of=55), **SETTLED_BEFORE) == (1, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    start, end = locally(3, of=107)
    assert v3(*sale(), start, blind("host_wire"), end) == (0, 0, 1)
    assert v3(blind("host_wire"), *sale(), *locally(3, of=107)) == (0, 0, 0)


def test_a_void_of_another_kind_than_the_sale_is_refused():
    kind = {"name": "completion_void", "type_code": "21"}
    assert v3(*sale(), ask(102, "completion_void"), told(102, code="25", **kind)) == (1, 1, 0)


def test_after_settlement_a_void_is_refused_by_the_terminal():
    assert v6(*sale(), *settled(), *locally(9)) == (1, 0, 0)
    assert v3(*sale(), *settled(), *locally(9)) == (0, 0, 0)
    assert found(made(*sale(), *settled(), *locally(9))) == []
    refusal = changed(settled()[1:4:2], 1, response_code="30")  # 0500 and 0510: nothing is settled
    assert v6(*sale(), *refusal, *void(103, 101, 9)) == (0, 0, 0)
    assert v6(*sale(), *settled()[1:4:2], *void(103, 101, 9))[1]
    assert v6(*sale(), *void()) == (0, 0, 0)


def test_a_void_that_leaves_after_settlement_is_a_finding():
    whole = made(*sale(), *settled(), *refused(106, 101, 9, "12", batch=NEXT))
    assert found(whole) == ["V6"]


def test_a_void_that_the_host_books_after_settlement_is_one_finding():
    rows = [*sale(), *settled(), *void(106, 101, 9)]
    assert v6(*rows) == (1, 1, 0)
    assert v6(post(101), *settled()[2:7], post(106, "void", 101)) == (1, 1, 0)


def test_a_voucher_of_before_the_history_is_settled_with_its_batch():
    assert v6(*sale(), *settled(), *locally(9, of=55)) == (1, 0, 0)
    assert v6(*sale(), *settled(), *locally(9, of=107)) == (0, 0, 0)
    assert v3(*sale(), *settled(), *locally(9, of=107)) == (1, 0, 0)


def test_a_void_that_a_settlement_overtook_is_the_hosts_to_refuse():
    start, asks, refusing, answered, *rest = refused(106, 101, 9, "12")
    late = [*sale(), start, asks, *settled()[2:7], refusing, answered, *rest]
    assert v6(*late) == (1, 0, 0)


def test_an_answered_settlement_counts_where_the_books_do_not_tell():
    rows = [one for one in settled() if one[2] not in {"settlement", "batch_end"}]
    assert v6(*sale(), *rows, *locally(9)) == (1, 0, 0)
    unanswered = [one for one in rows if one[2] != "host/0510"]
    assert v6(*sale(), *unanswered, *locally(9)) == (0, 0, 0)


def test_a_line_that_went_blind_after_settlement_is_a_gap():
    assert v6(*sale(), *settled(), blind("host_wire"), *locally(9)) == (0, 0, 1)


def test_a_sale_of_the_next_batch_is_live():
    later = [changed([one], 0, batch=NEXT)[0] for one in sale(106, 9)]
    assert v6(*sale(), *settled(), *later, *locally(10, of=106)) == (0, 0, 0)


def test_what_comes_later_is_not_known_yet():
    assert v3(*sale(), *locally(3, of=107), *sale(107, 4)) == (1, 0, 0)
    assert v3(*sale(), *locally(2), *void(102, 101, 3)) == (0, 0, 0)
    assert v6(*sale(), *locally(2, of=55), *settled()) == (0, 0, 0)
    assert v6(*sale(), *locally(2, of=55)) == (0, 0, 0)


def test_the_void_of_another_sale_does_not_count():
    rows = [*sale(), *sale(102, 2), *void(103, 101, 3)]
    assert v3(*rows, *locally(4, of=102)) == (0, 0, 0)


def test_a_voucher_of_another_batch_is_not_that_of_the_sale():
    rows = refused(102, 101, 2, "25", original_batch="000006")
    assert v3(*sale(), *rows) == (1, 1, 0)


def test_a_finding_says_what_was_seen():
    assert said(checker, "V3", made(*sale(), *void(), *refused(103, 101, 3))) == (
        "the request on the line"
    )
    assert said(checker, "V3", made(*sale(), *locally(2, of=107, end="ok"))) == (
        "an approval at the till"
    )
