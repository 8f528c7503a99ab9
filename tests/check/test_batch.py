import pytest

from harness.check.batch import Batches, Content, Item
from harness.check.closing import closings
from harness.check.exchange import line_of
from tests.check.literal import BLACK_BOX, history, row
from tests.check.settlement_rows import (
    BATCH,
    NEXT,
    VISA,
    answered,
    asked,
    black_box,
    edit,
    ended,
    exchanged,
    journal,
    record,
    signed_in,
    single,
    sold,
    totals,
    voided,
)
from tests.check.slip_rows import blind, fault

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
OUTSIDE = {"world": "hardware", "bench": {"kind": "external"}}
R1, R2 = record(101), record(102)


def batches(rows, **header):
    line = line_of(history(*rows, **header))
    return Batches(line, closings(line))


def content(rows, *, batch=7, at=None, **header):
    rows = list(rows)
    return batches(rows, **header).before(len(rows) if at is None else at, batch)


def stans(rows, **facts):
    return [item.stan for item in content(rows, **facts).items]


def seen(rows, **facts):
    return stans(list(black_box(rows)), **AT_HOST | facts)


def held(name, group="domestic", *, is_sure=True):
    return Item(1, name, 100, group, None, is_sure=is_sure)


def test_a_batch_is_sure_only_if_all_of_it_is():
    sale, doubtful = held("sale"), held("sale", is_sure=False)
    assert Content([sale], is_whole=True).is_sure
    assert not Content([sale], is_whole=False).is_sure
    assert not Content([sale, doubtful], is_whole=True).is_sure


def test_groups_are_told_apart_only_if_all_are_known():
    assert Content([held("sale"), held("void", "foreign")], is_whole=True).groups[0] == "domestic"
    assert Content([held("sale"), held("void", "")], is_whole=True).groups == ("",)
    assert Content([], is_whole=True).groups == ("domestic", "foreign")


def test_the_records_are_those_last_written_whole_and_readable():
    rows = [*sold(101, [R1]), *sold(102, [R1])]
    assert stans(rows) == [101]
    assert stans([*rows, row("terminal", "nv", "journal", records=(R1, R2), torn=True)]) == [101]
    assert stans([*rows, row("terminal", "nv", "journal")]) == [101]
    for broken in ("?|sale|100|approved", "102|sale|x|approved", "102|sale|100"):
        assert stans([*rows, journal(R1, broken)]) == [101, 102]  # by the line
    assert stans(rows, at=6) == [101]  # by the line, nothing was written yet
    assert stans(rows, at=2) == []


@pytest.mark.parametrize("channel", ["nv", "journal", "host_wire"])
def test_where_the_bench_was_blind_the_line_tells(channel):
    rows = [*sold(101, [R1]), *sold(102, [R1]), blind(channel)]
    found = content(rows)
    assert [item.stan for item in found.items] == ([101] if channel == "host_wire" else [101, 102])
    assert found.is_journal == (channel == "host_wire")
    bare = [each for each in rows if each[1] != "nv"]
    assert content(bare).is_whole == (channel != "host_wire")


def test_on_the_line_it_holds_what_was_approved_and_counts():
    rows = [*sold(101), asked(102, "balance"), answered(102, "balance"), asked(103)]
    declined = [asked(104), answered(104, response_code="51")]
    hold = [asked(105, "preauth"),
            answered(105, "preauth")]  # fmt: skip
    assert seen([*rows, *declined, *hold]) == [101]


def test_it_begins_with_the_last_settlement_that_was_finished():
    settled = [*totals(104, (100, 1, 0, 0)), *ended(105)]
    new = sold(106, batch=NEXT)
    assert seen([*sold(101), *settled, *new], batch=8) == [106]
    assert seen([*sold(101), *settled, *sold(106)]) == [106]
    unfinished = [*sold(101), *settled[:-1], *sold(106)]
    assert seen(unfinished) == [101, 106]


def test_a_number_that_the_host_gave_begins_no_batch():
    rows = [*sold(101), *signed_in(102, NEXT), *sold(103, batch=NEXT)]
    for batch in (7, 8, None):
        assert seen(rows, batch=batch) == [101, 103]
    refused = edit(totals(104, (100, 1, 0, 0)), "rx", "host/0510", response_code="77")
    rows = [*sold(101), *refused, *signed_in(105, NEXT), *sold(106, batch=NEXT)]
    assert seen(rows, batch=8) == [101, 106]


def test_a_batch_after_one_that_was_left_unfinished_is_another_one():
    left = [*sold(101), *totals(104, (100, 1, 0, 0)), *sold(106, batch=NEXT)]
    assert seen(left, batch=8) == [106]
    assert seen(left, batch=7) == [101]
    assert seen(left, batch=None) == [101, 106]
    assert seen([*left, *sold(107, batch=None)], batch=8) == [106]


def test_it_is_whole_if_its_beginning_was_seen():
    settled = [*totals(104, (100, 1, 0, 0)), *ended(105)]
    rows = list(black_box(sold(106)))
    assert content(rows, **AT_HOST).is_whole
    assert not content(rows, **AT_HOST | OUTSIDE).is_whole
    assert content(rows, **AT_HOST | OUTSIDE | {"bench": {"kind": "emulated"}}).is_whole
    own = {"bench": {"kind": "external", "batch": "empty"}}
    assert content(rows, **AT_HOST | OUTSIDE | own).is_whole
    assert content([*black_box(settled), *rows], **AT_HOST | OUTSIDE).is_whole
    assert not content([*black_box(settled[:-1]), *rows], **AT_HOST | OUTSIDE).is_whole


def amounts(rows, **header):
    return [item.amount_minor for item in content(rows, **header).items]


def test_a_part_that_was_approved_counts_as_approved():
    part = [asked(101), answered(101, amount_minor=60, response_code="10")]
    assert amounts(part) == [60]
    bare = [asked(101), answered(101, amount_minor=None)]
    assert amounts(bare) == [100]
    assert amounts([asked(101, amount_minor=None), answered(101, amount_minor=None)]) == []


def test_what_nobody_saw_answered_is_doubtful():
    rows = [*black_box([asked(101)]), blind("host_wire")]
    (item,) = content(rows, **AT_HOST).items
    assert not item.is_sure
    assert item.amount_minor == 100


def test_off_line_sales_count_once_in_the_batch_in_which_they_were_sent():
    stored = asked(102, "offline_sale", 70)
    (item,) = content(list(black_box([stored, stored])), **AT_HOST).items
    assert (item.stan, item.is_sure, item.group) == (102, False, "")
    settled = [*totals(104, (70, 1, 0, 0)), *ended(105)]
    assert seen([stored, *settled]) == []
    assert seen([asked(None, "offline_sale")]) == []
    assert seen([asked(102, "offline_sale", amount_minor=None)]) == []
    assert stans([*black_box([stored]), stored], at=1, **AT_HOST) == [102]


def groups(rows, **header):
    return [item.group for item in content(rows, **header).items]


def test_the_card_group_is_that_of_the_transaction_and_not_of_a_later_one():
    rows = [*sold(101, org=VISA), *single(101), *ended(102)]
    assert batches(rows).group_of(101, len(rows)) == "foreign"
    again = [*sold(101, org=VISA), *sold(101)]
    assert batches(again).group_of(101, 5) == "foreign"
    assert batches(again).group_of(101, len(again)) == "domestic"
    assert batches(again).group_of(999, len(again)) == ""


def test_of_a_request_only_that_of_a_refund_names_the_card_group():
    sale = [asked(101, F63="VIS"), answered(101, F63=None)]
    assert groups(sale) == [""]
    refund = [asked(101, "refund", F63="VIS"), answered(101, "refund", F63="   ")]
    assert groups(refund) == ["foreign"]
    bare = [asked(101, "refund"), answered(101, "refund", F63=None)]
    assert groups(bare) == [""]


def test_a_void_of_unknown_group_has_that_of_its_sale():
    rows = [*sold(101, org=VISA), *voided(102, 101, org={"F63": None})]
    assert groups(list(black_box(rows)), **AT_HOST) == ["foreign", "foreign"]
    own = [
        *sold(101, card="card-2"),
        *edit(voided(102, 102, org={"F63": None}), "nv", "journal", records=None),
    ]
    assert groups(list(black_box(own)), **AT_HOST) == ["domestic", ""]


@pytest.mark.parametrize(("card", "group"), [("card-2", "foreign"), ("card-9", "")])
def test_a_card_whose_answer_nobody_saw_has_the_group_that_it_had_at_other_times(card, group):
    rows = [*sold(101, org=VISA, card="card-2"), asked(103, card=card), *sold(104)]
    assert batches(rows).group_of(103, len(rows)) == group


def voids(*rows):
    found = content(list(black_box([each for part in rows for each in part])), **AT_HOST).items
    return [item.stan for item in found if item.is_voided]


def test_a_sale_is_voided_by_a_void_that_names_it():
    assert voids(sold(101), sold(102), voided(103, 101)) == [101]
    other = edit(voided(103, 101), "tx", "host/0200", original_batch=6)
    assert voids(sold(101), other) == []
    unknown = edit(voided(103, 101), "tx", "host/0200", original_batch=0)
    assert voids(sold(101), unknown) == [101]
    nameless = edit(voided(103, 101), "tx", "host/0200", original_batch=None,
                    original_stan=None, F61=None)  # fmt: skip
    assert voids(sold(101), nameless) == []
    sale_with_a_name = edit(sold(102), "tx", "host/0200", F61=f"{BATCH}000101")
    assert voids(sold(101), sale_with_a_name) == []


def test_an_answer_that_may_be_lost_makes_a_transaction_doubtful():
    rows = list(black_box([asked(101), answered(101)]))
    sure = [item.is_sure for item in content(rows, **AT_HOST).items]
    lossy = [rows[0], fault("drop", "rx terminal 0210 #1"), rows[1]]
    doubtful = [item.is_sure for item in content(lossy, **AT_HOST).items]
    assert (sure, doubtful) == ([True], [False])


def test_other_messages_hold_nothing():
    assert seen([*exchanged("0820", "echo", 101), *signed_in(102)]) == []
