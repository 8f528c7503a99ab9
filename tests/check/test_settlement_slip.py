import pytest

from tests.check.literal import BLACK_BOX, row, without
from tests.check.settlement_rows import (
    NET,
    RECORDS,
    SALE_ROW,
    VISA,
    black_box,
    edit,
    figures,
    fired,
    journal,
    place,
    put,
    record,
    ruling,
    settlement_slip,
    sold,
    totals,
    unbalanced,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, heal, power

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
SLIP_AND_LINE = {"observes": ("slip", "host_wire"), "host_wire_at": "host"}


def printing(*rows, **facts):
    return whole_day(slip=[settlement_slip(*rows, **facts)])


def findings(rows, **header):
    return ruling("S3", rows, **header).findings


def test_a_slip_of_net_rows_is_right_at_both_ends():
    assert word("S3", whole_day()) == "PASS"
    assert word("S3", list(black_box(whole_day())), **AT_HOST) == "PASS"


def test_rows_of_nothing_and_rows_of_totals_do_not_count():
    rows = ["domestic|completion|0|0", "domestic|refund|0|0", "foreign|sale|0|0", SALE_ROW]
    assert word("S3", printing(*rows, "domestic|net_total|1|100")) == "PASS"
    assert word("S3", printing("|sale|1|100")) == "PASS"


@pytest.mark.parametrize("wrong", [
    ["domestic|sale|2|200"],  # gross
    ["domestic|sale|2|200", "domestic|void|1|100"],
    ["domestic|sale|2|100"],
    ["domestic|sale|1|99"],
    ["foreign|sale|1|100"],
    ["domestic|completion|1|100"],
    [SALE_ROW, "domestic|refund|1|10"],
    [SALE_ROW, "domestic|refund|1|0"],
    ["|sale|2|200"],
    [],
])  # fmt: skip
def test_any_other_rows_are_found_alone(wrong):
    assert fired(printing(*wrong)) == ["S3"]
    assert findings(list(black_box(printing(*wrong))), **AT_HOST)


def test_a_wrong_slip_says_what_it_must_print_and_by_how_much_it_is_off():
    (finding,) = findings(printing("domestic|sale|2|200"))
    assert finding.what == "the domestic rows of the settlement slip do not fit the 0500"
    assert finding.expected == "sale 1.00 in 1, as in the batch"
    assert finding.seen.startswith(
        "sale 2.00 in 2; field 48 has 0.00 in 0 more debit and 1.00 in 1"
    )


@pytest.mark.parametrize(("result", "foreign_result"), [
    ("not_balanced", "balanced"), ("error", "balanced"), ("balanced", "not_balanced"),
    (None, "balanced"),
])  # fmt: skip
def test_another_result_than_the_hosts_is_found_alone(result, foreign_result):
    rows = printing(SALE_ROW, result=result, foreign_result=foreign_result)
    assert fired(rows) == ["S3"]


def test_a_group_without_transactions_may_be_left_out():
    assert word("S3", printing(SALE_ROW, foreign_result=None)) == "PASS"
    sale = [*sold(101, [record(101)]), *totals(105, (100, 1, 0, 0))]
    assert ruling("S3", [*sale, settlement_slip(SALE_ROW, result=None)]).findings


def test_a_result_other_than_balanced_is_printed():
    assert word("S3", whole_day(**unbalanced())) == "PASS"
    wrong = whole_day(**unbalanced(sides=("not_balanced", "balanced")) | {
        "slip": [settlement_slip(SALE_ROW)]})  # fmt: skip
    assert fired(wrong) == ["S3"]
    sides = ("not_balanced", "not_balanced")
    assert word("S3", whole_day(**unbalanced(sides=sides))) == "PASS"


def test_a_result_that_nobody_can_read_is_not_compared():
    bare = dict.fromkeys(figures(NET))
    assert not findings(edit(whole_day(), "rx", "host/0510", **bare))
    lost = list(black_box(printing(SALE_ROW, result="error")))
    lost = put(lost, place(lost, "tx", "terminal/0510"), fault("delay", "tx host 0510 #1"))
    assert not findings(lost, **AT_HOST)


def test_a_slip_that_is_not_whole_is_not_judged():
    rows = put(printing("domestic|sale|2|200", is_complete=False), 60, fault("paper_out"))
    assert ruling("S3", rows) is None


def test_a_settlement_without_its_slip_is_found_alone():
    assert fired(whole_day(slip=[])) == ["S3"]
    unasked = [each for each in whole_day(slip=[]) if each[2] != "settle"]
    assert "S3" in fired(unasked)


def test_a_missing_slip_is_excused_by_paper_power_or_an_end_that_never_came():
    bare = whole_day(slip=[])
    for trouble in (fault("paper_out"), power("off")):
        assert ruling("S3", put(bare, place(bare, "nv", "settlement", 2), trouble)) is None
    unfinished = without(bare, place(bare, "rx", "host/0330"))
    assert ruling("S3", unfinished) is None
    refused = edit(bare, "rx", "host/0510", response_code="77")
    assert ruling("S3", refused) is None
    assert ruling("S3", bare[: place(bare, "nv", "counters")]) is None
    assert not findings(put(bare, 3, blind("slip")))


def test_a_missing_slip_is_a_gap_where_paper_and_power_may_fail_unseen():
    rows = list(black_box(whole_day(slip=[])))
    assert not findings(rows, **SLIP_AND_LINE)
    assert any("nobody saw" in gap for gap in ruling("S3", rows, **SLIP_AND_LINE).gaps)
    assert findings(rows, **SLIP_AND_LINE | {"observes": ("slip", "host_wire", "paper")})


def test_a_reprint_is_judged_too_but_makes_no_first_slip():
    again = settlement_slip("domestic|sale|2|200", is_duplicate=True)
    rows = whole_day(slip=[settlement_slip(SALE_ROW), again])
    assert len(findings(rows)) == 1


def test_slips_belong_to_the_settlement_of_their_batch():
    assert word("S3", printing(SALE_ROW, batch=None)) == "PASS"
    other = settlement_slip("domestic|sale|9|900", batch="000006")
    inside = place(whole_day(), "print", "slip", 6)
    for index in (3, inside):
        assert not findings(put(whole_day(), index, other))
    assert len(findings(put(whole_day(slip=[]), inside, other))) == 1  # none of its own


def test_rows_by_group_and_type_are_those_of_the_batch():
    own = [record(101), record(102, amount=50), record(103, "refund", 30)]
    day = [*sold(101, own[:1]), *sold(102, own[:2], amount=50, org=VISA), journal(*own)]

    def paper(*rows):
        ask = totals(110, (100, 1, 30, 1), (50, 1, 0, 0))
        return ruling("S3", [*day, *ask, settlement_slip(*rows)]).findings

    assert not paper("domestic|sale|1|100", "domestic|refund|1|30", "foreign|sale|1|50")
    assert paper("domestic|sale|1|100", "foreign|sale|1|50")
    named = [*day[:-1], journal(own[0], own[1])]
    ask = totals(110, (100, 1, 0, 0), (50, 1, 0, 0))
    right = settlement_slip("domestic|sale|1|100", "foreign|sale|1|50")
    assert not ruling("S3", [*named, *ask, right]).findings
    swapped = settlement_slip("domestic|sale|1|50", "foreign|sale|1|100")
    assert ruling("S3", [*named, *ask, swapped]).findings


def test_off_line_and_adjusted_sales_share_a_row():
    own = [record(101, "offline_sale", 70), record(102, "adjust", 30)]
    rows = [journal(*own), *totals(110, (100, 2, 0, 0)), settlement_slip("|offline|2|100")]
    assert not ruling("S3", rows).findings
    assert not ruling("S3", [*rows[:-1], settlement_slip("|offline|1|70", "|adjustment|1|30")]
                      ).findings  # fmt: skip


def test_where_the_batch_is_not_known_both_sides_must_miss_the_same():
    header = SLIP_AND_LINE | {"world": "hardware", "bench": {"kind": "external"}}

    def paper(*rows):
        day = [*sold(101), *totals(110, (500, 5, 100, 1)), settlement_slip(*rows)]
        return findings(list(black_box(day)), **header)

    assert not paper("domestic|sale|4|400")
    (finding,) = paper("domestic|sale|5|500")
    assert finding.expected == "field 48 less the voids"
    assert paper("domestic|sale|4|500")
    assert not paper("domestic|sale|5|500", "domestic|refund|1|100")


def test_without_the_0500_there_is_nothing_to_compare_with():
    bare = dict.fromkeys(figures(NET))
    rows = edit(whole_day(), "tx", "host/0500", **bare)
    assert any("cannot be compared" in gap for gap in ruling("S3", rows).gaps)


def test_a_right_slip_beside_wrong_totals_is_left_to_s2():
    wrong = (100, 1, 100, 1)
    rows = edit(whole_day(**unbalanced()), "tx", "host/0500", **figures(wrong))
    rows = edit(rows, "rx", "host/0510", **figures(wrong, results=(2, 1)))
    rows = edit(rows, "ledger", "settlement", **figures(wrong, results=(2, 1)))
    assert len(RECORDS) == 3
    assert fired(rows) == ["S2"]
    assert findings([each for each in black_box(rows) if each[1] != "ledger"], **SLIP_AND_LINE)


def test_trouble_that_was_over_before_excuses_no_missing_slip():
    bare = whole_day(slip=[])
    over = put(bare, 5, fault("paper_out"), heal("paper_out"), power("off"), power("on"))
    assert len(findings(over)) == 1
    still = put(bare, 5, fault("paper_out"))
    assert ruling("S3", still) is None


def test_trouble_after_the_call_excuses_no_missing_slip():
    bare = whole_day(slip=[])
    later = put(bare, place(bare, "invoke", "balance"), fault("paper_out"))
    assert len(findings(later)) == 1
    assert findings(bare[: place(bare, "note", "rest", 1)])
    unasked = [each for each in bare if each[2] != "settle"]
    later = put(unasked, place(unasked, "invoke", "status"), fault("paper_out"))
    assert len(findings(later)) == 1


def test_a_slip_is_due_when_call_next_transaction_or_rest_show_that_it_is_over():
    bare = [each for each in whole_day(slip=[]) if each[2] not in {"settle", "host/0200"}]
    end = place(bare, "rx", "host/0330")
    settled_only = [*totals(104, NET), *bare[end - 2 : end + 1]]
    assert ruling("S3", settled_only) is None
    rested = [*settled_only, *bare[place(bare, "note", "rest") :]]
    assert findings(rested)
    before = [*bare[place(bare, "note", "rest") :], *settled_only]
    assert ruling("S3", before) is None
    begun = [*settled_only, row("bench", "note", "rest", "begin"), row("bench", "note", "x", "end")]
    assert ruling("S3", begun) is None


def test_rows_of_totals_are_neither_debit_nor_credit():
    rows = printing(SALE_ROW, "domestic|debit_total|2|200", "domestic|credit_total|1|100")
    line_only = [each for each in black_box(rows) if each[1] != "ledger"]
    assert not findings(line_only, **SLIP_AND_LINE)


def test_totals_that_are_off_on_both_sides_alike_are_found():
    wrong = (300, 3, 200, 2)
    rows = edit(whole_day(), "tx", "host/0500", **figures(wrong))
    line_only = [each for each in black_box(rows) if each[1] != "ledger"]
    assert findings(line_only, **SLIP_AND_LINE)


def test_a_slip_without_rows_says_so():
    (finding,) = findings(printing())
    assert finding.seen.startswith("no rows; ")
    shown = findings(printing(SALE_ROW, result="error"))[0]
    assert (shown.expected, shown.seen) == ("domestic balanced", "domestic error")


def test_a_slip_of_a_settlement_begun_before_has_nothing_to_compare_with():
    rows = [*whole_day()[place(whole_day(), "rx", "host/0510") + 1 :]]
    found = ruling("S3", rows)
    assert any("cannot be compared" in gap for gap in found.gaps)
    assert not found.findings


def test_a_slip_after_a_refused_settlement_is_of_the_next_one():
    """Both have the same batch number, and the first one has settled nothing."""
    refused = edit(totals(103, (100, 1, 0, 0)), "rx", "host/0510", response_code="30")
    own = [record(101), record(104)]
    rows = [*sold(101, own[:1]), *refused, *sold(104, own), *totals(105, (200, 2, 0, 0)),
            settlement_slip("domestic|sale|2|200")]  # fmt: skip
    assert not findings(rows)
    assert findings([*rows[:-1], settlement_slip("domestic|sale|1|100")])
