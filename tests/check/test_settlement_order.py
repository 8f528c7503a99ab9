import pytest

from tests.check.literal import BLACK_BOX, row
from tests.check.settlement_rows import (
    BATCH,
    NET,
    NEXT,
    SALE_ROW,
    asked,
    begin,
    black_box,
    cleared,
    done,
    drop,
    edit,
    ended,
    evening,
    exchanged,
    fired,
    journal,
    morning,
    place,
    put,
    record,
    ruling,
    settled,
    settlement_slip,
    signed_in,
    signed_out,
    sold,
    totals,
    unbalanced,
    upload,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, power

U1, U2 = "101|card-1|100|domestic", "102|card-1|100|domestic"
SLIP = settlement_slip(SALE_ROW)


def seen(rows, **header):
    return [finding.seen for finding in ruling("S1", rows, **header).findings]


def moved(rows, what, before):
    """Return the rows with one of them before another, each by kind and address."""
    index = place(rows, *what)
    rest = [*rows[:index], *rows[index + 1 :]]
    return put(rest, place(rest, *before), rows[index])


def test_a_settlement_in_order_is_right():
    assert word("S1", whole_day()) == "PASS"


@pytest.mark.parametrize(("after", "stan"), [
    ([], 106),
    (signed_in(106, NEXT), 107),
    (signed_out(106), 107),
    ([*signed_in(106, NEXT), *signed_out(107)], 108),
])  # fmt: skip
def test_sign_out_and_sign_in_are_due_after_it(after, stan):
    rows = whole_day(after=after, stan=stan)
    assert "S1" in fired(rows)
    assert not ruling("S1", rows, profile={"auto_sign_out": False}).findings or "0820" in str(after)


def test_a_missing_sign_out_is_found_alone():
    rows = whole_day(after=[], stan=106)
    assert fired(rows) == ["S1"]
    assert seen(rows) == ["neither"]
    assert word("S1", rows, profile={"auto_sign_out": False}) == "PASS"


def test_a_terminal_that_must_not_sign_out_is_found_if_it_does():
    assert seen(whole_day(), profile={"auto_sign_out": False}) == ["1 (0820)"]
    own = [begin(60, "sign_out"), *signed_out(106), *signed_in(107, NEXT), done(60, "sign_out")]
    rows = [*morning(), *settled(after=[]), *own, *evening()]
    assert not ruling("S1", rows, profile={"auto_sign_out": False}).findings
    unasked = drop(drop(whole_day(), "invoke", "settle"), "ok", "settle")
    assert not ruling("S1", unasked, profile={"auto_sign_out": False}).findings


def test_sign_out_is_not_due_where_the_line_failed_or_nobody_saw_it():
    bare = whole_day(after=[], stan=106)
    at = place(bare, "invoke", "balance")
    for trouble in (fault("link_down", "host"), power("off")):
        assert not seen(put(bare, at, trouble))
    rows = put(bare, at, blind("host_wire"))
    assert not seen(rows)
    assert any("host_wire was blind after" in gap for gap in ruling("S1", rows).gaps)


@pytest.mark.parametrize("name", ["offline_sale", "script_notice"])
def test_what_belongs_before_the_0500_is_found_after_it(name):
    mti = {"offline_sale": "0220", "script_notice": "0620"}[name]
    late = exchanged(mti, name, 105, asks={"amount_minor": 5})
    rows = [*morning(), *settled(uploads=[late]), *evening(109)]
    assert any(f"({mti}) after it" in one for one in seen(rows))


def test_a_sign_out_inside_a_settlement_is_found():
    rows = [*morning(), *settled(uploads=[signed_out(105)]), *evening(109)]
    assert any("sign_out 000105 (0820) after it" in one for one in seen(rows))


def test_before_the_0500_notices_reversals_and_off_line_sales_have_an_order():
    notice = exchanged("0620", "script_notice", 104)
    stored = exchanged("0220", "offline_sale", 105, asks={"amount_minor": 5})

    def begun(*first):
        day = [*morning(), *settled(stan=106), *evening(110)]
        return seen(put(day, place(day, "tx", "host/0500"), *first))

    assert begun(*notice, *stored) == []
    assert begun(*stored, *notice) == ["a script notice after a transaction approved off line"]


def test_records_before_the_0510_are_found():
    rows = [*morning(), *settled(results=(2, 1), uploads=[upload(105, U1)], end="202"), *evening()]
    early = moved(moved(rows, ("rx", "host/0330"), ("rx", "host/0510")), ("tx", "host/0320"),
                  ("rx", "host/0510"))  # fmt: skip
    assert seen(early)[0] == "2 0320 before it"  # that it never took the 0510 is one with it


def test_records_after_the_end_are_found():
    rows = [*morning(), *settled(results=(2, 1), end="202"), *evening(109)]
    at = place(rows, "print", "slip", 6)
    assert "1 records after it" in seen(put(rows, at, *upload(106, U1)))


def test_a_slip_before_the_end_is_found_alone():
    rows = put(whole_day(slip=[]), place(whole_day(), "tx", "host/0320"), SLIP)
    assert fired(rows) == ["S1"]
    assert seen(rows) == ["the slip first"]
    kept_back = put(rows, place(rows, "tx", "host/0320"), fault("delay", "tx terminal 0320 #1"))
    assert not ruling("S1", kept_back).findings


def test_a_journal_cleared_before_the_end_is_found():
    rows = moved(whole_day(), ("nv", "journal", 3), ("tx", "host/0320"))
    assert "cleared before" in seen(rows)
    assert ruling("S1", rows, observes=BLACK_BOX).findings == ()


def test_a_journal_cleared_without_any_end_is_found():
    rows = whole_day()
    begin_at, end_at = place(rows, "tx", "host/0320"), place(rows, "rx", "host/0330")
    assert "cleared before" in seen([*rows[:begin_at], *rows[end_at + 1 :]])


def test_a_journal_cleared_before_the_slip_is_found_unless_the_paper_failed():
    rows = moved(whole_day(), ("nv", "journal", 3), ("print", "slip", 6))
    assert "cleared first" in seen(rows)
    assert fired(rows) == ["S1"]
    paper = put(rows, place(rows, "nv", "journal", 3), fault("paper_out"))
    assert not ruling("S1", paper).findings


def test_a_number_that_rises_before_the_journal_is_cleared_is_found():
    rows = moved(whole_day(), ("nv", "counters"), ("nv", "journal", 3))
    assert seen(rows) == ["the number first"]
    kept = drop(whole_day(), "nv", "journal", 3)
    assert seen(kept) == ["the number, and the journal as it was"]


def test_writes_are_not_judged_where_they_are_not_whole_or_not_seen():
    rows = moved(whole_day(), ("nv", "counters"), ("nv", "journal", 3))
    assert not ruling("S1", put(rows, 60, blind("nv"))).findings
    torn = edit(rows, "nv", "counters", torn=True)
    assert not ruling("S1", torn).findings


def test_a_number_may_rise_alone_where_nothing_was_to_be_cleared():
    empty = edit(whole_day(), "nv", "journal", 2, records=())
    assert not ruling("S1", drop(empty, "nv", "journal", 3)).findings


def test_a_settlement_that_the_host_refuses_has_no_order():
    refused = edit(whole_day(), "rx", "host/0510", response_code="77")
    assert ruling("S1", refused) is None


def test_order_at_the_hosts_end_is_that_of_what_it_received():
    rows = [*morning(), *settled(uploads=[signed_out(105)]), *evening(109)]
    header = {"observes": BLACK_BOX, "host_wire_at": "host"}
    assert any("sign_out" in one for one in seen(list(black_box(rows)), **header))


def test_an_upload_without_its_0500_has_an_order_too():
    first = [*ended(101), *upload(102, U1), *cleared(), asked(103, batch=NEXT)]
    assert seen(first) == ["1 records after it", "neither"]  # no sign-out either


ASK, TOLD = totals(104, NET)
END = ended(106)
CUT = [power("off"), power("on")]
NEW = asked(109, batch=NEXT)


def line(*parts):
    return [each for part in parts for each in (part if isinstance(part, list) else [part])]


def test_an_unbalanced_settlement_is_in_order_too():
    rows = whole_day(**unbalanced())
    assert word("S1", rows) == "PASS"
    assert ruling("S1", rows).evaluated == ruling("S1", whole_day()).evaluated == 3


def test_what_was_sent_before_an_older_sale_has_no_order():
    notice, stored = (exchanged("0620", "script_notice", 104),
                      exchanged("0220", "offline_sale", 102, asks={"amount_minor": 5}))  # fmt: skip
    assert not seen(line(stored, asked(103), notice, totals(105, NET)))
    assert not seen(line(asked(101), stored, asked(103), notice, totals(105, NET)))
    assert not seen(line(notice, notice, stored, stored, ASK, TOLD))
    signs = exchanged("0800", "sign_in", 101)
    assert not seen(line(stored, signs, ASK, TOLD))
    assert seen(line(stored, signs, notice, ASK, TOLD))


def test_what_comes_after_an_unfinished_settlement_is_not_in_it():
    rows = line(ASK, TOLD, NEW, signed_out(110), exchanged("0620", "script_notice", 111))
    assert not seen(rows)


def test_a_0510_that_came_twice_is_taken_from_the_first_on():
    records = upload(105, U1)
    assert not seen(line(ASK, TOLD, records, ASK, TOLD, END))


def test_a_reprint_is_no_slip_before_the_end():
    again = settlement_slip(SALE_ROW, is_duplicate=True)
    rows = put(whole_day(), place(whole_day(), "tx", "host/0320"), again)
    assert not ruling("S1", rows).findings


def test_writes_of_other_times_and_of_the_same_number_are_none():
    early = [journal(), *whole_day()]
    assert word("S1", early) == "PASS"
    counting = row("terminal", "nv", "counters", stan=104, batch=BATCH)
    rows = put(whole_day(), place(whole_day(), "rx", "host/0510"), counting)
    assert word("S1", rows) == "PASS"
    other_area = row("terminal", "nv", "settlement", stage="totals", batch=NEXT)
    rows = put(whole_day(), place(whole_day(), "rx", "host/0510"), other_area)
    assert word("S1", rows) == "PASS"
    nameless = edit([ASK, TOLD, *END], "tx", "host/0500", batch=None)
    nameless = edit(nameless, "tx", "host/0320", batch=None)
    assert not seen([*sold(101), *nameless, row("terminal", "nv", "counters", batch="000001")])


def test_writes_after_the_next_transaction_are_none_of_the_settlement():
    rows = line(*sold(101, [record(101)]), ASK, TOLD, NEW, journal(), END)
    assert not seen(rows)


def test_a_journal_cleared_too_early_is_found_whatever_the_counters():
    rows = drop(whole_day(), "nv", "counters")
    early = moved(rows, ("nv", "journal", 3), ("tx", "host/0320"))
    assert "cleared before" in seen(early)
    assert not ruling("S1", early).gaps


def test_sign_out_is_due_only_between_end_and_next_transaction():
    early = line(ASK, TOLD, NEW, END)
    assert not seen(early)
    by_call = drop(drop(whole_day(), "invoke", "settle"), "ok", "settle")
    assert not ruling("S1", by_call, profile={"auto_sign_out": False}).gaps
    inside = [begin(60, "details"), *settled(after=[])[1:-1], *signed_out(106), done(60, "details")]
    rows = [*morning(), *inside, *signed_in(107, NEXT), *evening()]
    assert not seen(rows, profile={"auto_sign_out": False})


def test_findings_say_what_came_instead():
    assert seen(whole_day(after=signed_out(106), stan=107)) == ["only 0820"]
    assert seen(whole_day(after=signed_in(106, NEXT), stan=107)) == ["only 0800"]
    turned = [*signed_in(106, NEXT), *signed_out(107)]
    assert "the sign-in first" in seen(whole_day(after=turned, stan=108))


def test_a_number_that_a_sign_in_gave_is_none_that_rose_too_early():
    """The host has closed the batch already: it tells the next number while the rest is to do."""
    risen = row("terminal", "nv", "counters", stan=107, batch=NEXT)
    given = exchanged("0800", "sign_in", 107, tells={"batch": NEXT})
    rest = [*ended(108), settlement_slip(SALE_ROW), journal(), NEW]
    sold_first = sold(101, [record(101)])
    assert "the number first" not in seen(line(sold_first, ASK, TOLD, given, risen, rest))
    other = exchanged("0800", "sign_in", 107, tells={"batch": BATCH})
    assert "the number first" in seen(line(sold_first, ASK, TOLD, other, risen, rest))
    assert "the number first" in seen(line(sold_first, given, ASK, TOLD, risen, rest))
    assert "the number first" in seen(line(sold_first, ASK, TOLD, risen, given, rest))
    echo = exchanged("0820", "echo", 107, tells={"batch": NEXT})
    assert "the number first" in seen(line(sold_first, ASK, TOLD, echo, risen, rest))


def test_sign_out_is_not_due_where_the_host_lost_its_power():
    bare = whole_day(after=[], stan=106)
    off = row("host", "power", "", "off")
    assert not seen(put(bare, place(bare, "rx", "host/0330"), off))
    hit = fault("power_off", "tx host 0330 #1", device="host")
    assert not seen(put(bare, place(bare, "rx", "host/0330"), hit))
    assert seen(put(bare, place(bare, "tx", "host/0320"), off))
