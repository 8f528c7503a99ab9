import pytest

from tests.check.literal import BLACK_BOX, row, without
from tests.check.settlement_rows import (
    NEXT,
    SALE_ROW,
    begin,
    black_box,
    booked,
    closed,
    done,
    drop,
    fired,
    place,
    posted,
    put,
    ruling,
    settlement_slip,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, heal, power

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
PAPER = {"observes": ("slip", "ledger", "till", "paper", "power")}
OUT, BACK = fault("paper_out"), heal("paper_out")
TORN = settlement_slip(SALE_ROW, is_complete=False)
WHOLE = settlement_slip(SALE_ROW)
AGAIN = settlement_slip(SALE_ROW, is_duplicate=True)
TOTALS = (100, 1, 0, 0)


def seen(rows, **header):
    judged = ruling("S11", rows, **header)
    return judged and [finding.seen for finding in judged.findings]


def day(*slips):
    return whole_day(slip=list(slips))


def asked(*printed, kind="ok"):
    return [begin(60, "reprint_settlement"), *printed, done(60, "reprint_settlement", kind)]


def test_a_slip_that_comes_later_leaves_the_settlement_complete():
    assert word("S11", day(OUT, TORN, BACK, WHOLE)) == "PASS"
    assert not fired(day(OUT, TORN, BACK, WHOLE))
    rows = list(black_box(day(OUT, TORN, BACK, WHOLE)))
    assert word("S11", rows, **AT_HOST) == "PASS"


def test_a_slip_that_comes_when_it_is_asked_for_is_right_too():
    rows = day(OUT, TORN)
    rows = put(rows, place(rows, "note", "rest"), BACK, *asked(AGAIN))
    assert word("S11", rows) == "PASS"


def test_a_slip_that_never_comes_is_found():
    rows = day(OUT, TORN)
    rows = put(rows, place(rows, "note", "rest"), BACK, *asked(kind="fail"))
    assert seen(rows) == ["none"]
    assert fired(rows) == ["S11", "S5"]
    without_s5 = fired(rows, profile={"not_applicable": ("S5",)})
    assert without_s5 == ["S11"]


def test_a_slip_that_nobody_asked_for_is_a_gap():
    rows = day(OUT, TORN, BACK)
    assert seen(rows) == []
    assert any("nobody asked" in gap for gap in ruling("S11", rows).gaps)
    assert not ruling("S11", rows[: place(rows, "note", "rest", 1)]).gaps


def test_paper_that_never_came_back_owes_no_slip():
    rows = without(day(OUT, TORN), -1)
    rows = [each for each in rows if each[2] != "rest"]
    assert word("S11", rows) == "PASS"
    lasting = day(OUT, TORN, *asked(kind="fail"))
    assert seen(lasting) == []


def test_a_batch_that_stays_open_is_found_alone():
    rows = drop(day(OUT, TORN, BACK, WHOLE), "ledger", "batch_end")
    assert seen(rows) == ["it is still open"]
    assert "S11" in fired(rows)
    assert fired([booked(TOTALS), OUT, TORN, BACK, WHOLE], **PAPER) == ["S11"]


@pytest.mark.parametrize("trouble", [power("off"), fault("link_down", "host"),
                         row("operator", "act", "key", key="CANCEL")])  # fmt: skip
def test_a_batch_that_something_else_kept_open_is_not_its_matter(trouble):
    rows = [booked(TOTALS), OUT, TORN, trouble, BACK, WHOLE]
    assert seen(rows, **PAPER) == []


def test_the_batch_is_closed_before_the_next_money():
    sale = posted(108, batch=NEXT)
    late = [booked(TOTALS), OUT, TORN, BACK, WHOLE, sale, closed()]
    assert seen(late, **PAPER) == ["it is still open"]
    assert seen([booked(TOTALS), OUT, TORN, BACK, WHOLE, closed(), sale], **PAPER) == []


def test_paper_that_was_out_before_hits_the_slip_as_well():
    rows = [OUT, booked(TOTALS), closed(), BACK, WHOLE]
    assert seen(rows, **PAPER) == []
    assert ruling("S11", rows, **PAPER).evaluated == 2
    assert ruling("S11", [OUT, BACK, booked(TOTALS), closed(), WHOLE], **PAPER) is None


def test_paper_that_ends_after_the_slip_is_not_its_matter():
    assert ruling("S11", day(WHOLE, OUT)) is None
    assert ruling("S11", day(WHOLE)) is None
    assert ruling("S11", [OUT, TORN], **PAPER) is None


def test_a_settlement_that_never_came_to_its_slip_is_not_its_matter():
    assert ruling("S11", [booked(TOTALS), OUT], **PAPER) is None


def test_each_settlement_has_its_own_paper():
    second = [booked(TOTALS, batch=NEXT), closed(NEXT, "000009"),
              settlement_slip(SALE_ROW, batch=NEXT)]  # fmt: skip
    rows = [booked(TOTALS), booked(TOTALS), closed(), WHOLE, *second[:1], OUT, TORN, BACK,
            *second[1:]]  # fmt: skip
    judged = ruling("S11", rows, **PAPER)
    assert not judged.findings
    assert judged.evaluated == 2
    first = [booked(TOTALS), OUT, closed(), TORN, BACK, *second]
    assert any("nobody" in gap for gap in ruling("S11", [*first, row("bench", "note", "rest",
               "end")], **PAPER).gaps)  # fmt: skip


def test_blind_books_or_slips_leave_a_gap():
    rows = [booked(TOTALS), OUT, TORN, blind("ledger"), BACK, WHOLE]
    assert not seen(rows, **PAPER)
    assert any("closed is not known" in gap for gap in ruling("S11", rows, **PAPER).gaps)
    rows = [booked(TOTALS), OUT, closed(), TORN, blind("slip"), BACK, *asked()]
    assert seen(rows, **PAPER) == []


def test_a_0500_sent_twice_is_one_settlement():
    rows = [booked(TOTALS), OUT, booked(TOTALS), closed(), TORN, BACK, WHOLE]
    assert ruling("S11", rows, **PAPER).evaluated == 2


def test_slips_of_another_batch_are_none_of_it():
    other = settlement_slip(SALE_ROW, batch="000006")
    rows = [booked(TOTALS), other, OUT, closed(), TORN, BACK, WHOLE]
    assert ruling("S11", rows, **PAPER).evaluated == 2
    rows = [booked(TOTALS), OUT, closed(), TORN, BACK, other, *asked()]
    assert seen(rows, **PAPER) == ["none"]
    torn = settlement_slip(SALE_ROW, is_complete=False)
    assert ruling("S11", [torn, booked(TOTALS), OUT, WHOLE], **PAPER) is None


def test_a_batch_that_was_closed_before_or_after_the_rest_does_not_count():
    end = row("bench", "note", "rest", "end")
    rows = [booked(TOTALS), OUT, TORN, BACK, WHOLE, end, closed()]
    assert seen(rows, **PAPER) == ["it is still open"]
    early = [closed(), booked(TOTALS), OUT, TORN, BACK, WHOLE]
    assert seen(early, **PAPER) == ["it is still open"]
    other = [booked(TOTALS), OUT, TORN, closed("000006"), BACK, WHOLE]
    assert seen(other, **PAPER) == ["it is still open"]


def test_a_disturbance_that_closed_it_all_the_same_is_right():
    rows = [booked(TOTALS), OUT, TORN, power("off"), closed(), BACK, WHOLE]
    assert ruling("S11", rows, **PAPER).evaluated == 2


def test_only_requests_with_an_end_and_in_time_count():
    begun = [booked(TOTALS), OUT, closed(), TORN, BACK, begin(60, "reprint_settlement")]
    assert seen(begun, **PAPER) == []
    early = [*asked(), booked(TOTALS), OUT, closed(), TORN, BACK]
    assert seen(early, **PAPER) == []
