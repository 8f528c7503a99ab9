import pytest

from tests.check.literal import BLACK_BOX, row, without
from tests.check.settlement_rows import (
    NET,
    NEXT,
    RECORDS,
    asked,
    balance,
    begin,
    black_box,
    closed,
    done,
    edit,
    ended,
    exchanged,
    fired,
    journal,
    morning,
    place,
    put,
    record,
    rest,
    ruling,
    settled,
    single,
    stage,
    took,
    totals,
    unbalanced,
    upload,
    whole_day,
    word,
)
from tests.check.slip_rows import (
    at_host,
    blind,
    fault,
    hang_up,
    power,
    reversal,
    reversal_answer,
)

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
CUT = [power("off"), power("on")]
CANCEL = row("operator", "act", "key", key="CANCEL")
ABORT = row("till", "tx", "ecr/06B0", command="06B0")
ASK, TOLD = totals(104, NET)
U = [upload(105, one) for one in RECORDS]
END = ended(106, "202", 3)
SALE = asked(109, batch=NEXT)


def seen(rows, rule="S8", **header):
    judged = ruling(rule, rows, **header)
    return judged and [finding.seen for finding in judged.findings]


def line(*parts):
    """Return rows given one by one or as lists."""
    return [each for part in parts for each in (part if isinstance(part, list) else [part])]


def test_a_settlement_without_interruption_leaves_nothing_to_say():
    assert ruling("S8", whole_day()) is None
    assert word("S8", whole_day(**unbalanced())) == "PASS"


def resumed(stop):
    """Return a settlement that power cuts stop before one of its rows, and its resumption."""
    rows = line(ASK, TOLD, stage("totals"), U[0], stage("upload", sent=("101",)), U[1:2][0], U[2],
                END)  # fmt: skip
    return [*rows[:stop], *CUT, *rows[stop:], SALE]


@pytest.mark.parametrize("stop", range(1, 13))
def test_a_settlement_goes_on_after_a_power_cut_at_any_stage(stop):
    rows = resumed(stop)
    if 1 <= stop < len(rows) and rows[stop - 1] is ASK:
        rows = put(rows, stop + 2, ASK)
    cut_off = rows[stop - 1]
    if cut_off[1] == "tx":  # it was sent and not answered: it is sent again
        rows = put(rows, stop + 2, cut_off)
    assert seen(rows) == []
    assert ruling("S8", rows).evaluated
    assert not ruling("S8", rows).gaps


@pytest.mark.parametrize(("rows", "stage_"), [
    (line(ASK, CUT, SALE), "the 0500 without its answer"),
    (line(ASK, hang_up(), SALE), "the 0500 without its answer"),
    (line(ASK, TOLD, CUT, SALE), "the 0510, and no end"),
    (line(ASK, TOLD, U[0], CUT, SALE), "1 messages with records, and no end"),
    (line(ASK, TOLD, *U, END[:1], SALE), "the end of the upload without its answer"),
    (line(ASK, TOLD, CUT, totals(110, NET, batch=NEXT)), "the 0510, and no end"),
    (line(U[0], CUT, SALE), "1 messages with records, and no end"),
])  # fmt: skip
def test_a_transaction_before_the_settlement_is_finished_is_found(rows, stage_):
    assert seen(line(*rows)) == [stage_]


def test_a_settlement_that_a_power_cut_made_forgotten_is_found_alone():
    rows = [*morning(), *settled()]
    at = place(rows, "rx", "host/0510") + 1
    day = [*rows[:at], *CUT, ("till", "info", "settle", "", None, {"call": 50}),
           *rest(*balance(105, batch="000007"), balance_minor=900)]  # fmt: skip
    assert fired(day) == ["S8"]


def test_the_same_holds_at_the_hosts_end():
    rows = list(black_box(line(ASK, TOLD, CUT, SALE)))
    assert seen(rows, **AT_HOST) == ["the 0510, and no end"]
    good = list(black_box(resumed(3)))
    assert seen(good, **AT_HOST) == []


def test_what_was_sent_before_and_kept_back_begins_nothing_new():
    late = asked(103)
    held = fault("hold", "tx terminal 0200 #3")
    rows = line(ASK, held, late, TOLD, CUT, END, SALE)
    assert seen(rows) == []
    assert seen(line(ASK, late, TOLD, CUT, END, SALE))  # nothing was kept back
    nameless = asked(None)
    assert seen(line(ASK, held, nameless, TOLD, CUT, END, SALE))


def test_a_settlement_that_the_host_refused_is_none():
    refused = edit([ASK, TOLD], "rx", "host/0510", response_code="77")
    assert ruling("S8", line(refused, CUT, SALE)) is None
    taken = edit([ASK, TOLD], "rx", "host/0510", response_code="00")
    assert seen(line(taken, CUT, SALE))


def test_a_0500_of_which_no_byte_left_begins_nothing():
    unsent = edit([ASK], "tx", "host/0500", partial=True, size=0)
    assert ruling("S8", line(unsent, CUT, SALE)) is None


def test_over_a_blind_line_nothing_is_found():
    rows = line(ASK, TOLD, CUT, blind("host_wire"), SALE)
    assert not seen(rows)
    assert ruling("S8", rows).gaps


def test_a_line_that_was_lost_is_an_interruption():
    lost = row("terminal", "disconnect", "host", "lost")
    assert seen(line(ASK, TOLD, lost, SALE)) == ["the 0510, and no end"]
    other = row("host", "disconnect", "terminal", "lost")
    assert ruling("S8", line(ASK, TOLD, other, SALE)) is None


def test_a_0500_after_its_answer_was_stored_is_found():
    again = [ASK, TOLD]
    assert seen(line(ASK, TOLD, again, END, SALE)) == ["1 more"]
    assert seen(line(ASK, TOLD, CUT, again, END, SALE)) == []  # it may not have been stored
    assert seen(line(ASK, TOLD, stage("totals"), CUT, again, END, SALE)) == ["1 more"]
    torn = row("terminal", "nv", "settlement", stage="totals", torn=True)
    assert seen(line(ASK, TOLD, torn, CUT, again, END, SALE)) == []
    assert seen(line(ASK, TOLD, stage("begun"), CUT, again, END, SALE)) == []
    assert seen(line(ASK, TOLD, U[0], CUT, again, END, SALE)) == ["1 more"]


def test_a_0500_again_is_found_alone():
    rows = whole_day()
    at = place(rows, "rx", "host/0510") + 1
    again = put(rows, at, *totals(104, NET))
    assert fired(again) == ["S8", "W2"] or fired(again) == ["S8"]


def test_an_unanswered_0500_is_sent_again():
    assert seen(line(ASK, ASK, TOLD, END, SALE)) == []
    doubtful = list(black_box(line(ASK, TOLD, ASK, TOLD, END, SALE)))
    doubtful = put(doubtful, 1, fault("drop", "rx terminal 0510 #1"))
    assert seen(doubtful, **AT_HOST) == []


def test_a_record_again_after_its_0330_is_found():
    assert seen(line(ASK, TOLD, U[0], U[1], U[0], END, SALE)) == ["000101"]
    grouped = upload(105, *RECORDS)
    assert seen(line(ASK, TOLD, grouped, upload(106, *RECORDS[:2]), END)) == ["000101, 000102"]
    one = single(102)
    assert seen(line(ASK, TOLD, one, one, END, SALE)) == ["000102"]


def test_a_record_again_without_its_0330_is_right():
    lost = U[0][:1]
    assert seen(line(ASK, TOLD, lost, U[0], END, SALE)) == []
    assert seen(line(ASK, TOLD, U[0], CUT, U[0], END, SALE)) == []
    noted = stage("upload", sent=("101",))
    assert seen(line(ASK, TOLD, U[0], noted, CUT, U[0], END, SALE)) == ["000101"]
    assert seen(line(ASK, TOLD, U[0], CUT, U[0], noted, END, SALE)) == []
    other = stage("upload", sent=("102",))
    assert seen(line(ASK, TOLD, U[0], other, CUT, U[0], END, SALE)) == []
    assert seen(line(ASK, TOLD, U[0], U[1], CUT, U[0], END, SALE)) == ["000101"]
    refused = edit(U[0], "rx", "host/0330", response_code="30")
    assert seen(line(ASK, TOLD, refused, U[0], END, SALE)) == ["000101"]


def test_a_record_whose_0330_may_be_lost_may_be_sent_again():
    rows = list(black_box(line(ASK, TOLD, U[0], U[0], END, SALE)))
    lossy = put(rows, place(rows, "tx", "terminal/0330"), fault("drop", "rx terminal 0330 #1"))
    assert seen(lossy, **AT_HOST) == []
    assert seen(rows, **AT_HOST) == ["000101"]


def test_a_record_that_was_kept_back_may_come_after_its_own_repeat():
    held = fault("delay", "rx host 0320 #1")
    assert seen(line(ASK, TOLD, held, U[0], U[0], END, SALE)) == []
    other = upload(105, RECORDS[0], RECORDS[1])
    assert seen(line(ASK, TOLD, held, U[0], other, END, SALE)) == ["000101"]
    assert seen(line(ASK, TOLD, held, U[0], upload(107, RECORDS[0]), ended(110), SALE)) == [
        "000101"
    ]


def test_a_record_again_is_found_alone():
    facts = unbalanced(records=RECORDS)
    rows = whole_day(**facts | {"uploads": [upload(105, *RECORDS), upload(106, RECORDS[0])]})
    at = place(rows, "ledger", "upload", 3)
    assert fired(without(rows, at)) == ["S8"]


def test_the_host_counts_each_record_once():
    assert seen([took(101), took(102)]) == []
    assert seen([took(101), took(101)]) == ["2"]
    assert seen([took(101), took(101, batch=NEXT), took(101, terminal_id="2")]) == []
    rows = whole_day(**unbalanced())
    assert fired(put(rows, place(rows, "ledger", "upload"), took(101))) == ["S8"]


# CANCEL: S13


def pressed(at, *, what=CANCEL, rows=None):
    """Return a day in which somebody cancels before a row of the settlement."""
    rows = whole_day() if rows is None else rows
    return put(rows, place(rows, *at), what)


def left_alone(*middle):
    """Return a day whose settlement is begun and cancelled: nothing is settled."""
    call = [begin(50, "settle"), *middle, done(50, "settle", "fail")]
    return [*morning(), *call, *rest(*balance(104, batch="000007"), balance_minor=900)]


@pytest.mark.parametrize("what", [CANCEL, ABORT])
def test_cancel_before_the_0500_changes_nothing(what):
    assert word("S13", left_alone(what)) == "PASS"
    assert not fired(left_alone(what))
    assert word("S13", list(black_box(left_alone(what))), **AT_HOST) == "PASS"


def test_a_0500_after_cancel_is_found_alone():
    rows = pressed(("nv", "settlement"))
    assert fired(rows) == ["S13"]
    assert "tx host/0500" in seen(rows, "S13")[0]


def test_a_0500_that_was_on_its_way_proves_nothing():
    assert ruling("S13", pressed(("tx", "host/0500"))) is None


@pytest.mark.parametrize("change", [
    closed(), row("terminal", "nv", "journal", records=()),
    row("terminal", "nv", "counters", stan=103, batch=NEXT),
])  # fmt: skip
def test_a_change_after_cancel_is_found(change):
    counters = row("terminal", "nv", "counters", stan=103, batch="000007")
    assert seen([counters, *left_alone(CANCEL, change)], "S13")
    assert not seen([counters, *left_alone(change, CANCEL)], "S13")


def test_a_counter_of_the_same_batch_is_no_change():
    same = row("terminal", "nv", "counters", stan=104, batch="000007")
    assert seen([same, *left_alone(CANCEL, same)], "S13") == []
    assert seen(left_alone(CANCEL, same), "S13") == []
    assert seen(left_alone(CANCEL, journal(record(101))), "S13") == []


def test_cancel_after_the_0500_stops_nothing():
    rows = pressed(("rx", "host/0510"))
    assert word("S13", rows) == "PASS"
    assert not fired(rows)
    later = pressed(("nv", "settlement", 1))
    assert word("S13", later) == "PASS"


def test_a_settlement_that_cancel_undid_is_found_alone():
    rows = [*morning(), *settled()]
    at = place(rows, "rx", "host/0510") + 1
    day = [*rows[:at], CANCEL, done(50, "settle", "fail"),
           *rest(*balance(105, batch="000007"), balance_minor=900)]  # fmt: skip
    assert fired(day) == ["S13"]
    assert seen(day, "S13") == ["balance 000105, and the 0510, and no end"]


def test_cancel_while_the_0510_is_awaited_ends_no_settlement():
    """The terminal takes the answer all the same, whatever the profile says of a sale."""
    rows = whole_day()
    at = place(rows, "rx", "host/0510")
    slow = [*rows[:at], CANCEL, (*rows[at][:4], 460, rows[at][5]), *rows[at + 1 :]]
    for value in ("reverse", "ignored"):
        assert word("S13", slow, profile={"cancel_while_waiting": value}) == "PASS"


def test_a_cancelled_settlement_may_still_be_under_way():
    rows = [*morning(), *settled()]
    at = place(rows, "rx", "host/0510") + 1
    assert ruling("S13", [*rows[:at], CANCEL]) is None
    hidden = [*rows[:at], CANCEL, blind("host_wire"), SALE]
    assert not seen(hidden, "S13")
    assert ruling("S13", hidden).gaps
    early = [*morning(), begin(50, "settle"), CANCEL, blind("host_wire")]
    assert not seen(early, "S13")


def test_cancel_in_a_resumed_settlement_is_after_the_0500():
    rows = line(begin(50, "settle"), ASK, TOLD, CUT, begin(51, "settle"), CANCEL, END,
                done(51, "settle"), SALE)  # fmt: skip
    assert seen(rows, "S13") == []
    refused = edit(rows, "rx", "host/0510", response_code="77")
    assert not seen(refused, "S13")


def test_other_keys_and_other_calls_are_no_cancel_of_a_settlement():
    assert ruling("S13", pressed(("nv", "settlement"), what=row("operator", "act", "key",
                  key="ENTER"))) is None  # fmt: skip
    assert ruling("S13", pressed(("invoke", "settle"))) is None
    assert ruling("S13", pressed(("nv", "settlement"), what=at_host(ASK))) is None


BACK = exchanged("0800", "sign_in", 107)


def test_a_sign_in_after_the_boot_shows_nothing_of_what_was_stored():
    assert seen(line(ASK, TOLD, CUT, BACK, ASK, TOLD, END, SALE)) == []
    assert seen(line(ASK, TOLD, U[0], CUT, BACK, U[0], END, SALE)) == []


def test_of_several_interruptions_and_transactions_the_first_counts():
    second = totals(110, NET, batch=NEXT)
    rows = line(ASK, TOLD, CUT, SALE, second)
    assert ruling("S8", rows).findings[0].evidence == (0, 2, 4)
    assert "sale 000109" in ruling("S8", rows).findings[0].what
    rows = line(ASK, TOLD, CUT, second, SALE)
    assert "settlement 000110" in ruling("S8", rows).findings[0].what


def test_an_answer_of_a_doubtful_first_0500_is_not_the_one_that_counts():
    rows = list(black_box(line(ASK, TOLD, ASK, TOLD, ASK, TOLD, END, SALE)))
    lossy = put(rows, 1, fault("drop", "rx terminal 0510 #1"))
    assert seen(lossy, **AT_HOST) == ["1 more"]


def test_a_request_that_was_kept_back_begins_nothing_new():
    """Its own reversal was seen before it: the terminal has given it up."""
    undo = reversal(109, batch="000007", amount_minor=100)
    held = fault("hold", "tx terminal 0200 #3")
    rows = line(undo, reversal_answer(109, batch="000007"), ASK, TOLD, held,
                asked(109), CUT, END, asked(110, batch=NEXT))  # fmt: skip
    assert seen(rows) == []


def test_what_cancel_stopped_is_s13_alone():
    rows = line(begin(50, "settle"), ASK, CANCEL, hang_up(), done(50, "settle", "fail"), SALE)
    assert ruling("S8", rows) is None
    assert seen(rows, "S13") == ["sale 000109, and the 0500 without its answer"]
    again = line(ASK, CANCEL, hang_up(), totals(110, NET, batch=NEXT))
    assert seen(again, "S13")


def test_cancel_of_something_else_is_no_cancel_of_the_settlement():
    after = line(ASK, TOLD, END, CANCEL, SALE)
    assert ruling("S13", after) is None
    gone_on = line(ASK, TOLD, CUT, SALE, CANCEL)
    assert ruling("S13", gone_on) is None
    assert seen(gone_on) == ["the 0510, and no end"]
    refused = edit(line(ASK, TOLD, CANCEL, SALE), "rx", "host/0510", response_code="77")
    assert ruling("S13", refused) is None


def test_a_0500_of_a_later_call_is_none_of_the_one_that_was_cancelled():
    rows = [*left_alone(CANCEL)[:-8], *settled(stan=104, call=60)]
    assert seen(rows, "S13") == []
    open_ended = [*morning(), begin(50, "settle"), CANCEL, stage("begun"), ASK]
    assert seen(open_ended, "S13")


def test_numbers_in_other_areas_are_no_counters():
    counters = row("terminal", "nv", "counters", stan=103, batch="000007")
    other = row("terminal", "nv", "settlement", stage="none", batch=NEXT)
    assert seen([counters, *left_alone(CANCEL, other)], "S13") == []
    stray = row("terminal", "nv", "keys", batch="000003")
    risen = row("terminal", "nv", "counters", stan=103, batch=NEXT)
    assert seen([counters, *left_alone(stray, CANCEL, risen)], "S13")
    unknown = row("terminal", "nv", "counters", stan=103, batch="000001")
    assert seen(left_alone(CANCEL, unknown), "S13") == []
    later = [counters, *left_alone(CANCEL), risen]
    assert seen(later, "S13") == []


def test_a_cancelled_settlement_is_finished_before_anything_else_or_at_the_end():
    assert seen(line(ASK, CANCEL, TOLD, SALE, END), "S13") == ["sale 000109, and the end of the "
                "upload without its answer"]  # fmt: skip
    assert seen(line(ASK, CANCEL, TOLD, END), "S13") == []


def test_only_the_tills_own_abort_is_one():
    for other in (row("till", "tx", "ecr/0601"), row("terminal", "tx", "ecr/06B0"),
                  row("till", "rx", "ecr/06B0")):  # fmt: skip
        assert ruling("S13", line(begin(50, "settle"), other, done(50, "settle", "fail"))) is None


def test_a_record_that_was_taken_twice_is_named():
    (finding,) = ruling("S8", [took(101), took(101)]).findings
    assert finding.what == "the host took the record of 000101 more than once"


def test_what_the_host_answers_to_a_terminal_without_power_is_not_stored():
    rows = list(black_box(line(ASK, TOLD, ASK, TOLD, U[0], U[0], END, SALE)))
    dark = [power("off"), *rows[:2], power("on"), *rows[2:4], *rows[6:]]
    assert seen(dark, **AT_HOST) == []
    upload_dark = [*rows[2:4], power("off"), *rows[4:6], power("on"), *rows[6:]]
    assert seen(upload_dark, **AT_HOST) == []
