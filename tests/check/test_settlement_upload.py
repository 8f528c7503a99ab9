import pytest

from tests.check.literal import BLACK_BOX, without
from tests.check.settlement_rows import (
    NET,
    RECORDS,
    VISA,
    asked,
    black_box,
    drop,
    edit,
    ended,
    evening,
    figures,
    fired,
    journal,
    morning,
    place,
    put,
    record,
    ruling,
    settled,
    single,
    sold,
    totals,
    unbalanced,
    upload,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, power
from tests.check.test_settlement_order import moved

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
ALL = {"profile": {"upload_on_mismatch": "all"}}


def seen(rows, **header):
    return [finding.seen for finding in ruling("S4", rows, **header).findings]


def day(**facts):
    return whole_day(**unbalanced(**facts))


def test_balanced_ends_with_207_and_unbalanced_uploads_and_ends_with_202():
    assert word("S4", whole_day()) == "PASS"
    assert word("S4", day()) == "PASS"
    assert word("S4", list(black_box(whole_day())), **AT_HOST) == "PASS"
    assert word("S4", list(black_box(day())), **AT_HOST) == "PASS"


def test_a_group_that_is_balanced_is_uploaded_only_if_all_must_be():
    sides = ("balanced", "not_balanced")
    assert word("S4", day(records=(), total=0, sides=sides)) == "PASS"
    assert seen(day(records=(), total=0, sides=sides), **ALL)
    assert seen(day(sides=sides)) == ["000101, 000102, 000103 uploaded"]
    assert word("S4", day(sides=sides), **ALL) == "PASS"


@pytest.mark.parametrize(("facts", "what"), [
    ({"end": "202"}, "202"),
    ({"uploads": [upload(105, *RECORDS)], "total": 3}, "000101, 000102, 000103 uploaded"),
    ({"uploads": [single(101)], "total": 1}, "000101 uploaded"),
    ({"total": 1}, "1"),
])  # fmt: skip
def test_what_a_balanced_settlement_must_not_do_is_found_alone(facts, what):
    assert fired(whole_day(**facts)) == ["S4"]
    assert seen(whole_day(**facts)) == [what]


@pytest.mark.parametrize(("facts", "what"), [
    ({"network": "207"}, "207"),
    ({"records": RECORDS[:2], "total": 2}, "without void 000103 of 1.00"),
    ({"records": RECORDS[1:], "total": 2}, "without sale 000101 of 1.00"),
    ({"records": (*RECORDS[:2], "103|card-1|99|domestic")}, "of 0.99"),
    ({"records": (*RECORDS[:2], "103|card-2|100|domestic")}, "with card-2"),
    ({"records": (*RECORDS[:2], "103|unknown card|100|domestic")}, "with unknown card"),
    ({"total": 2}, "2"),
    ({"total": 4}, "4"),
])  # fmt: skip
def test_what_an_unbalanced_settlement_must_not_do_is_found(facts, what):
    assert what in seen(day(**facts))
    assert "S4" in fired(day(**facts))


def test_an_upload_that_leaves_a_record_out_is_found_alone():
    left_out = day(records=RECORDS[:2], total=2)
    assert [rule for rule in fired(left_out) if rule != "S4"] == []


def test_a_record_of_the_other_group_is_found():
    wrong = (*RECORDS[:2], "103|card-1|100|foreign")
    assert "as foreign" in seen(day(records=wrong))
    assert "000103 uploaded" in seen(day(records=wrong))


def test_a_record_that_the_batch_does_not_hold_is_found():
    more = (*RECORDS, "99|card-1|5|domestic")
    assert seen(day(records=more, total=4)) == ["000099, which it does not hold"]
    chip = whole_day(**unbalanced() | {"uploads": [upload(105, *RECORDS),
                     single(99, network="206")], "total": 4})  # fmt: skip
    assert not seen(chip)


def test_a_record_twice_in_one_message_is_found():
    twice = (*RECORDS, RECORDS[0])
    assert seen(day(records=twice)) == ["one twice in a message"]


def test_refunds_go_alone():
    own = [record(101), record(102, "refund", 30)]
    refund = asked(102, "refund", 30)

    def ask(*uploads, total):
        first = [*sold(101, own[:1]), refund, journal(*own)]
        sent = [each for one in uploads for each in one]
        both = totals(105, (100, 1, 30, 1), results=(2, 1))
        return seen([*first, *both, *sent, *ended(110, "202", total)], **ALL)

    sale = "101|card-1|100|domestic"
    assert not ask(upload(106, sale), single(102, amount=30), total=2)
    assert ask(upload(106, sale, "102|card-1|30|domestic"), total=2) == ["among others"]
    assert ask(upload(106, sale), single(102, amount=31), total=2) == ["of 0.31"]
    assert ask(upload(106, sale), total=1) == ["without refund 000102 of 0.30"]


def test_chip_records_may_go_with_a_balanced_settlement():
    assert not seen(whole_day(uploads=[single(101, network="203")], total=1))
    assert not seen(whole_day(uploads=[single(101, network="204")], total=1))
    assert seen(whole_day(uploads=[single(101, network="205")], total=1))
    nameless = single(None, network="203")
    assert not seen(whole_day(uploads=[nameless], total=0))


def test_error_counts_as_not_balanced_and_a_group_without_totals_as_balanced():
    error = unbalanced() | {"results": (3, 0)}
    assert not seen(whole_day(**error))
    assert seen(whole_day(results=(3, 0))) == ["207", "without sale 000101 of 1.00, sale 000102 of"
                                               " 1.00, void 000103 of 1.00"]  # fmt: skip
    zero = edit(whole_day(), "rx", "host/0510", result=0)
    assert any("cannot be read" in gap for gap in ruling("S4", zero).gaps)
    bare = edit(whole_day(), "rx", "host/0510", **dict.fromkeys(figures(NET)))
    assert any("cannot be read" in gap for gap in ruling("S4", bare).gaps)


def stopped(results=(2, 1), **facts):
    """Return a day whose settlement goes no further than its 0510."""
    rows = [*morning(), *settled(results=results, **facts), *evening()]
    first, last = place(rows, "tx", "host/0320"), place(rows, "rx", "host/0330")
    return [*rows[:first], *rows[last + 1 :]]


def test_a_settlement_that_its_result_stops_is_found():
    assert seen(stopped()) == ["0 records, and no end of the upload"]
    assert seen(stopped((1, 1))) == ["0 records, and no end of the upload"]
    assert seen(list(black_box(stopped())), **AT_HOST)
    unasked = [each for each in stopped() if each[2] != "settle"]
    assert seen(unasked)
    told = drop(stopped(), "ok", "settle")
    assert seen(told)


def test_a_settlement_that_something_else_stopped_is_not_its_matter():
    rows = stopped()
    at = place(rows, "rx", "host/0510") + 1
    assert not seen_or_none(put(rows, at, power("off")))
    assert not seen_or_none(put(rows, at, fault("link_down", "host")))
    pressed = put(rows, at, ("operator", "act", "key", "", None, {"key": "CANCEL"}))
    assert not seen_or_none(pressed)
    assert not seen_or_none(rows[: at + 1])
    blinded = put(rows, at, blind("host_wire"))
    assert not seen_or_none(blinded)
    assert ruling("S4", blinded).gaps


def seen_or_none(rows, **header):
    found = ruling("S4", rows, **header)
    return found.findings if found else ()


def test_a_settlement_is_over_when_the_next_one_begins():
    rows = [*sold(101, [record(101)]), *totals(105, (100, 1, 0, 0), results=(2, 1)),
            *totals(106, (100, 1, 0, 0), batch="000008")]  # fmt: skip
    assert seen(rows) == ["0 records, and no end of the upload"]


def test_refused_or_unanswered_it_has_no_end_to_come():
    refused = edit(stopped(), "rx", "host/0510", response_code="94")
    assert ruling("S4", refused) is None
    assert ruling("S4", without(stopped(), place(stopped(), "rx", "host/0510"))) is None


def test_what_was_lost_before_the_host_is_a_gap():
    rows = list(black_box(day(records=RECORDS[:2], total=3)))
    lossy = put(rows, place(rows, "rx", "terminal/0320"), fault("drop", "tx terminal 0320 #1"))
    assert not seen(lossy, **AT_HOST)
    assert any("lost on their way" in gap for gap in ruling("S4", lossy, **AT_HOST).gaps)
    whole = list(black_box(whole_day()))
    whole = put(whole, place(whole, "rx", "terminal/0320"), fault("delay", "tx terminal 0320 #1"))
    assert word("S4", whole, **AT_HOST) == "PASS"


@pytest.mark.parametrize(("action", "is_lossy"), [("drop", False), ("cut", True)])
def test_an_answer_that_is_lost_takes_no_record_with_it(action, is_lossy):
    rows = list(black_box(day()))
    lossy = put(rows, place(rows, "rx", "terminal/0320"), fault(action, "tx host 0330 #1"))
    assert bool(ruling("S4", lossy, **AT_HOST).gaps) == is_lossy


def test_what_the_batch_held_before_is_a_gap():
    header = AT_HOST | {"world": "hardware", "bench": {"kind": "external"}}
    rows = list(black_box(day()))
    assert any("before this history" in gap for gap in ruling("S4", rows, **header).gaps)
    unnamed = [*sold(101, [record(101)], org={"F63": None}), *totals(105, (100, 1, 0, 0),
               results=(2, 1)), *ended(106, "202")]  # fmt: skip
    assert any("card group" in gap for gap in ruling("S4", unnamed).gaps)
    foreign = [*sold(101, [record(101)], org=VISA), *totals(105, (0, 0, 0, 0), (100, 1, 0, 0),
               (1, 2)), *upload(106, "101|card-1|100|foreign"), *ended(107, "202", 1)]  # fmt: skip
    assert word("S4", foreign) == "PASS"


def test_a_lost_0330_and_the_same_record_again_count_once():
    lost = [upload(105, *RECORDS)[0]]
    rows = day()
    again = put(rows, place(rows, "tx", "host/0320"), *lost)
    assert not seen(again)
    answerless = [each for each in again if each[2] != "host/0330"]
    assert not seen(answerless)


def test_an_end_that_does_not_count_is_not_compared():
    assert not seen(edit(whole_day(), "tx", "host/0320", sent_total=None))


def test_the_0510_by_which_it_goes_on_is_the_last_before_the_upload():
    rows = whole_day()
    first = totals(104, NET, results=(2, 1))
    again = put(rows, place(rows, "tx", "host/0500"), *first)
    assert not seen(again)
    assert seen(moved(again, ("rx", "host/0330"), ("tx", "host/0820"))) == []


ASK, TOLD = totals(105, (100, 1, 0, 0), results=(2, 1))
SALE = sold(101, [record(101)])
ONE = "101|card-1|100|domestic"


def line(*parts):
    return [each for part in parts for each in (part if isinstance(part, list) else [part])]


def test_a_call_of_unknown_end_may_still_settle():
    rows = [each for each in stopped() if each[2] != "host/0200"]
    assert seen(rows)
    unsure = edit(rows, "ok", "settle")
    at = place(unsure, "ok", "settle")
    unsure[at] = ("till", "info", *unsure[at][2:])
    assert not seen_or_none(unsure)


def test_what_disturbs_after_the_call_or_the_next_transaction_excuses_nothing():
    rows = stopped()
    late = ("operator", "act", "key", "", None, {"key": "CANCEL"})
    at = place(rows, "invoke", "balance")
    assert seen(put(rows, at, late))
    assert seen([*rows, power("off")])
    assert seen([fault("link_down", "host"), power("off"), *rows])
    lost = ("terminal", "disconnect", "host", "lost", None, {})
    assert seen([lost, *rows])


def test_an_answer_that_may_not_have_been_taken_stops_nothing():
    request, answer = (*ASK[:4], 100, ASK[5]), (*TOLD[:4], 160, TOLD[5])
    assert not seen_or_none(line(SALE, request, answer, asked(110)))


def test_the_end_counts_what_was_sent_or_what_was_acknowledged():
    second = upload(107, "101|card-1|100|domestic")[:1]
    own = [record(101), record(102)]
    both = [*sold(101, own[:1]), *sold(102, own)]
    ask = totals(105, (200, 2, 0, 0), results=(2, 1))
    first = upload(106, "102|card-1|100|domestic")
    for total in (1, 2):
        assert not seen(line(both, ask, first, second, ended(108, "202", total)))
    wrong = ruling("S4", line(both, ask, first, second, ended(108, "202", 3))).findings
    assert [finding.expected for finding in wrong] == ["1 to 2"]
    whole = ruling("S4", day(total=2)).findings
    assert [finding.expected for finding in whole] == ["3 sent"]
    bare = edit(whole_day(), "tx", "host/0320", sent_total=None)
    assert not ruling("S4", bare).gaps


def test_a_balanced_settlement_uploads_nothing_whatever_the_profile():
    assert word("S4", whole_day(), **ALL) == "PASS"
    (finding,) = ruling("S4", whole_day(uploads=[single(101)], total=1)).findings
    assert finding.expected == "no records"
    (finding,) = ruling("S4", day(sides=("balanced", "not_balanced"))).findings
    assert finding.expected == "records of foreign cards only"


def test_of_a_balanced_settlement_nothing_more_need_be_known():
    header = AT_HOST | {"world": "hardware", "bench": {"kind": "external"}}
    assert word("S4", list(black_box(whole_day())), **header) == "PASS"
    unnamed = [*sold(101, [record(101)], org={"F63": None}), *totals(105, (100, 1, 0, 0)),
               *ended(106)]  # fmt: skip
    assert word("S4", unnamed) == "PASS"
    both = [
        *sold(101, [record(101)], org={"F63": None}),
        *totals(105, (100, 1, 0, 0), results=(2, 2)),
        *upload(106, ONE),
        *ended(107, "202", 1),
    ]
    assert word("S4", both) == "PASS"


def test_a_single_record_is_of_the_group_of_its_transaction():
    own = [record(101), record(102, "refund", 30)]
    refund = [asked(102, "refund", 30, F63="VIS"), journal(*own)]
    day = line(sold(101, own[:1]), refund, totals(105, (100, 1, 0, 0), (0, 0, 30, 1), (2, 1)))
    sent = line(day, upload(106, ONE), single(102, amount=30), ended(107, "202", 2))
    assert "000102 uploaded" in seen(sent)


def test_a_record_of_before_the_history_may_be_anything():
    header = AT_HOST | {"world": "hardware", "bench": {"kind": "external"}}
    rows = line(
        sold(101), ASK, TOLD, upload(106, ONE, "44|card-1|5|domestic"), ended(107, "202", 2)
    )
    assert not seen(list(black_box(rows)), **header)
    lonely = line(SALE, ASK, TOLD, upload(106, ONE), single(44, amount=5), ended(107, "202", 2))
    assert seen(lonely) == ["000044, which it does not hold"]


def test_a_card_that_nobody_knows_is_not_compared():
    rows = [journal(record(101)), ASK, TOLD, *upload(106, ONE), *ended(107, "202", 1)]
    assert not seen(rows, **ALL)
    unknown = [*sold(101, [record(101)], card="unknown card"), ASK, TOLD, *upload(106, ONE),
               *ended(107, "202", 1)]  # fmt: skip
    assert not seen(unknown)


def test_at_the_terminal_a_fault_hides_no_record():
    rows = day(records=RECORDS[:2], total=2)
    rows = put(rows, place(rows, "tx", "host/0320"), fault("delay", "tx terminal 0320 #1"))
    assert seen(rows) == ["without void 000103 of 1.00"]


def test_what_may_not_be_in_the_batch_need_not_be_uploaded():
    sale = list(black_box(sold(102)))
    doubtful = [*sale[:4], fault("drop", "rx terminal 0210 #2"), *sale[4:]]
    rows = line(list(black_box(sold(101))), doubtful, list(black_box([ASK, TOLD, *upload(106, ONE),
                *ended(107, "202", 1)])))  # fmt: skip
    assert not seen(rows, **AT_HOST)
    stored = asked(103, "offline_sale", 70)
    rows = line(list(black_box([*sold(101), stored, ASK, TOLD, *upload(106, ONE),
                *ended(107, "202", 1)])))  # fmt: skip
    assert not seen(rows, **AT_HOST, **ALL)
    listed = [journal(record(101), record(102, "offline_sale", 70)), *rows]
    assert not seen(
        [*SALE, *listed[:1], ASK, TOLD, *upload(106, ONE), *ended(107, "202", 1)], **ALL
    )
