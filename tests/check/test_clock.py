"""W6: date and time of the terminal."""

import pytest

from harness.check import obedience as checker
from tests.check.settlement_rows import totals
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    done,
    hang_up,
    management,
    posting,
    request,
    reversal,
    sign_in,
    slip,
)
from tests.check.undoing_rows import at_host, found, judged, made, paper, sale

PAPER = {"observes": ("slip",)}
SYNCED = {"F12": "101110", "F13": "1125"}


def w6(*rows, **header):
    return judged(checker, "W6", made(*rows, **header))


def other(kind, *, date="2026/11/25", time="101112", at_s=None, **facts):
    """Return a slip that is no receipt, by the terminal's own clock."""
    own = {"kind": kind, "says_approved": False, "is_complete": True, "is_duplicate": False}
    own |= {"date": date, "time": time, "text": (), "leaks": 0}
    return "terminal", "print", "slip", "", at_s, own | facts


def test_slips_of_approved_sales_show_the_time_of_their_answers():
    assert w6(*sale()) == (2, 0, 0)
    assert w6(*at_host(sale()), host_wire_at="host") == (2, 0, 0)
    assert w6(request(101), answer(101)) == (0, 0, 0)


def test_a_slip_of_another_time_is_a_finding():
    rows = [request(101), answer(101)]
    assert w6(*rows, slip(date="2000/01/01", time="000012")) == (1, 1, 0)
    assert w6(*rows, slip(date="2026/11/24")) == (1, 1, 0)
    assert w6(*rows, slip(time="101215")) == (1, 1, 0)
    assert w6(*rows, slip(time="10:12")) == (1, 0, 0)
    assert w6(*rows, slip(date="2026/02/30")) == (1, 1, 0)


def test_a_slip_that_is_no_receipt_is_by_the_terminals_clock():
    rows = [*sign_in(**SYNCED)]
    assert w6(*rows, other("totals", time="101212", at_s=62)) == (1, 0, 0)
    assert w6(*rows, other("totals", time="101112", at_s=600)) == (1, 1, 0)
    whole = made(*rows, other("totals", date="2020/01/01"), observes=("host_wire", "slip"))
    assert found(whole) == ["W6"]


def test_a_receipt_that_came_late_has_the_time_of_its_transaction():
    assert w6(request(101), answer(101), slip(at_s=9000)) == (1, 0, 0)
    assert w6(request(101), answer(101), slip(voucher=None, at_s=9000)) == (1, 1, 0)


def test_a_fault_slip_may_have_the_time_of_what_it_is_about_or_its_own():
    lost = [*sign_in(**SYNCED), request(101, at_s=100)]
    for time, wrong in (("101250", 0), ("101600", 0), ("110000", 1), ("101000", 1)):
        assert w6(*lost, other("fault", voucher=101, time=time, at_s=400)) == (1, wrong, 0)


def test_a_settlement_slip_may_have_the_time_of_its_totals():
    asked, told = totals(102, (0, 0, 0, 0))
    rows = [*sign_in(**SYNCED), asked, told]
    assert w6(*rows, other("settlement", at_s=4000)) == (1, 0, 0)
    assert w6(*rows, other("settlement", time="091112", at_s=4000)) == (1, 1, 0)
    assert w6(*sign_in(**SYNCED), other("settlement"), *rows[-2:]) == (1, 0, 0)
    again = [(*one[:4], 2000, one[5]) for one in totals(104, (0, 0, 0, 0))]
    assert w6(*rows, *again, other("settlement", at_s=4000)) == (1, 1, 0)
    assert w6(*rows, request(105, at_s=2000), other("settlement", at_s=4000)) == (1, 0, 0)


def test_reprints_show_what_was_once_right():
    rows = [request(101), answer(101)]
    assert w6(*rows, slip(is_duplicate=True, date="2020/01/01")) == (0, 0, 0)


def test_a_request_with_date_and_time_shows_the_terminals_clock():
    own = {"F12": "101115", "F13": "1125"}
    assert w6(*sign_in(**SYNCED), request(101, **own)) == (1, 0, 0)
    assert w6(*sign_in(**SYNCED), request(101, **own | {"F13": "0101"})) == (1, 1, 0)
    assert w6(request(101, **own)) == (0, 0, 0)


def test_only_answers_since_the_last_sign_in_set_the_clock():
    new = {"F12": "101110", "F13": "1126"}
    rows = [*sign_in(**SYNCED), *sign_in(101, **new)]
    assert w6(*rows, other("totals", date="2026/11/26")) == (1, 0, 0)
    assert w6(*rows, other("totals", date="2026/11/25")) == (1, 1, 0)
    refused = sign_in(101, response_code="05", **new)
    assert w6(*sign_in(**SYNCED), *refused, other("totals", date="2026/11/25")) == (1, 0, 0)


def test_the_end_of_the_year_is_no_jump():
    rows = sign_in(F12="235959", F13="1231")
    assert w6(*rows, other("totals", date="2027/01/01", time="000005", at_s=8)) == (1, 0, 0)
    assert w6(*rows, other("totals", date="2026/12/31", time="000005", at_s=8)) == (1, 1, 0)


def test_what_the_host_says_wrongly_tells_no_time():
    assert w6(request(101), answer(101, F13="9999"), slip(date="2020/01/01")) == (0, 0, 0)
    assert w6(*sale(), management("0830", "echo", 102, F12="101112")) == (2, 0, 0)


def test_an_answer_that_came_later_is_not_known_yet():
    assert w6(other("totals"), *sign_in(**SYNCED)) == (0, 0, 0)


def test_the_slack_of_a_scaled_run_counts():
    rows = [*sign_in(**SYNCED), other("totals", time="101312", at_s=2)]
    assert w6(*rows) == (1, 1, 0)
    assert w6(*rows, bench={"slack_ms": 200_000}) == (1, 0, 0)


def test_slips_alone_must_not_go_back_in_time():
    first, second = paper(101)[0], paper(102)[0]
    assert w6(first, second, **PAPER) == (1, 0, 0)
    assert w6(first, slip(voucher=102, time="101111"), **PAPER) == (1, 1, 0)
    assert w6(first, slip(voucher=102, date="2026/11/24"), **PAPER) == (1, 1, 0)
    assert w6(slip(date="2026/00/00"), slip(voucher=102), **PAPER) == (1, 1, 0)
    assert w6(slip(), slip(voucher=102, date="2026/00/00"), **PAPER) == (1, 1, 0)
    assert found(made(first, slip(voucher=102, time="101111"), **PAPER)) == ["W6"]


@pytest.mark.parametrize("facts", [{"voucher": 100}, {"voucher": None}, {"kind": "other"}])
def test_an_order_is_taken_from_rising_numbers_only(facts):
    assert w6(slip(), slip(time="000000", **facts), **PAPER) == (0, 0, 0)


def test_slips_without_date_or_time_say_nothing():
    assert w6(request(101), answer(101), slip(date=None), slip(time=None)) == (0, 0, 0)


def test_a_reversal_and_an_unanswered_request_tell_no_time():
    rows = [begin(), request(101), posting(101), hang_up(), reversal(101), done()]
    assert w6(*rows, other("fault")) == (0, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert w6(*sale(), blind("host_wire")) == (2, 0, 1)
    assert w6(blind("host_wire")) == (0, 0, 0)


def test_a_sale_sets_no_clock_that_only_a_sign_in_sets():
    sold = [request(101), answer(101, F13="1126")]
    assert w6(*sign_in(**SYNCED), *sold, other("totals", date="2026/11/25")) == (1, 0, 0)


def test_a_receipt_keeps_the_time_of_its_answer_over_a_sign_in():
    new = sign_in(102, F12="101110", F13="1126")
    assert w6(request(101), answer(101), *new, slip()) == (1, 0, 0)


def test_a_date_that_is_none_is_never_right():
    midnight = sign_in(F12="000000", F13="0101")
    assert w6(*midnight, other("totals", date="2026/02/30", time="000000")) == (1, 1, 0)
    assert w6(*midnight, other("totals", date="2026/01/01", time="000001")) == (1, 0, 0)


def test_an_order_is_taken_from_receipts_only():
    kind = slip(voucher=102, time="000000", kind="other")
    assert w6(slip(), kind, **PAPER) == (0, 0, 0)


def test_a_finding_says_which_slip_and_what_time():
    def of(*rows, **header):
        return next(one for one in checker.check(made(*rows, **header)) if one.rule == "W6")

    rows = [*sign_in(**SYNCED), request(101, F12="000000", F13="0101"), other("totals", time="1")]
    asked, paper_of_totals = of(*rows).findings
    assert asked.what == "sale 000101 shows another time than the host's"
    assert asked.expected == "1125 101110 and 2 s more"
    assert asked.seen == "0101 000000"
    assert paper_of_totals.what.startswith("the totals slip shows")
    (late,) = of(slip(), slip(voucher=102, time="000000"), **PAPER).findings
    assert late.what == "the receipt slip 000102 is of an earlier time than the receipt slip 000101"
