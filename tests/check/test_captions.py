import pytest

from harness.check import slip as checker
from harness.check.all import ALL_CHECKERS
from harness.check.compose import compose
from tests.check.literal import fired, history, judgements
from tests.check.settlement_rows import edit, other_slip, settlement_slip, whole_day
from tests.check.settlement_rows import fired as fired_in_all
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    copies,
    done,
    fault,
    hang_up,
    heal,
    posting,
    power,
    reprint,
    request,
    rested,
    sale,
    slip,
)

SIGNED = {"has_signature_line": True}


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def seen(rule, *rows, **header):
    return [finding.seen for finding in one(rule, *rows, **header).findings]


def alone(*rows, **header):
    """Return the rules of all checkers that have a finding."""
    return sorted({each.rule for each in compose(history(*rows, **header), ALL_CHECKERS).findings})


def sold(*slips, **facts):
    """Return a sale that prints these slips."""
    asked = {"rrn": None} | facts
    return [begin(), request(), posting(), answer(**asked), hang_up(), *slips,
            done(voucher=101)]  # fmt: skip


def clean(rule, *rows, **header):
    judged = one(rule, *rows, **header)
    return judged.evaluated > 0 and not judged.findings and not judged.gaps


# L5


def test_two_copies_with_their_captions_are_right():
    assert clean("L5", *sale())
    assert clean("L5", *sold(slip(copy="cardholder"), slip()))


@pytest.mark.parametrize(("count", "names"), [
    (1, ["merchant"]), (3, ["merchant", "cardholder", "bank"]),
])  # fmt: skip
def test_the_profile_says_how_many_copies_there_are(count, names):
    slips = [slip(copy=name) for name in names]
    assert clean("L5", *sold(*slips), profile={"copies": count})
    assert one("L5", *sold(*slips), profile={"copies": count + 1}).findings
    assert one("L5", *sold(*slips), profile={"copies": count - 1}).findings


def test_a_missing_copy_is_found_alone():
    rows = [each for each in sale() if each[5].get("copy") != "cardholder"]
    assert fired(checker, history(*rows)) == ["L5"]
    assert seen("L5", *rows) == ["1: merchant"]


@pytest.mark.parametrize("caption", ["merchant", "bank", None])
def test_a_wrong_caption_is_found(caption):
    rows = sold(slip(), slip(copy=caption))
    assert one("L5", *rows).findings
    assert clean("L5", *sold(slip(), slip(copy="cardholder")))


def test_a_caption_that_is_missing_is_found_alone():
    rows = [*sold(slip(rrn=None), slip(copy=None, rrn=None))]
    assert fired(checker, history(*rows)) == ["L5"]


def test_copies_are_not_counted_where_paper_or_power_failed_or_is_not_seen():
    short = sold(slip())
    for trouble in (fault("paper_out"), power("off")):
        assert one("L5", *short[:5], trouble, *short[5:]).evaluated == 0
    assert one("L5", *sold(slip(is_complete=False))).evaluated == 0
    assert one("L5", *short[:5], blind("slip"), *short[5:]).evaluated == 0
    assert one("L5", blind("slip"), *short).gaps
    unseen = one("L5", *short, observes=("slip", "host_wire"))
    assert not unseen.findings
    assert unseen.gaps
    whole = one("L5", *sale(), observes=("slip", "host_wire"))
    assert whole.evaluated == 0 or not whole.findings


def test_a_sale_that_is_not_over_may_still_print():
    assert one("L5", *sold(slip())[:-1]).evaluated == 0
    assert seen("L5", *sold(slip())[:-1], request(102))


def test_no_slip_at_all_is_left_to_l1():
    assert one("L5", *sold()).evaluated == 0
    assert "L5" not in fired(checker, history(*sold()))


def test_a_copy_that_comes_again_is_left_to_l6():
    rows = sold(slip(), slip(copy="cardholder"), slip())
    assert fired(checker, history(*rows)) == ["L6"]


def test_reprints_are_no_copies():
    again = slip(is_duplicate=True)
    assert clean("L5", *sale(), *reprint(again))
    rows = [*sold(slip()), *reprint(slip(copy="cardholder", is_duplicate=True))]
    assert seen("L5", *rows) == ["1: merchant"]


def test_declined_and_off_line_transactions_owe_no_copies():
    declined = sold(slip(says_approved=False), response_code="51")
    assert one("L5", *declined).evaluated == 0


def test_slips_that_say_approved_without_approval_are_left_to_l1():
    declined = sold(slip(), response_code="51")
    assert one("L5", *declined).evaluated == 0
    assert fired(checker, history(*declined)) == ["L1"]


def test_other_paper_of_the_call_is_no_copy():
    totals = other_slip("totals", copy="merchant")
    rows = sold(totals, slip(copy="cardholder"))
    assert seen("L5", *rows) == ["1: cardholder"]
    assert seen("L5", *sold(slip(), slip(copy="cardholder", is_duplicate=True))) == ["1: merchant"]
    unmarked = [*sold(slip()), *reprint(slip(copy="cardholder"))]
    assert seen("L5", *unmarked) == ["1: merchant"]


def test_one_torn_copy_leaves_the_others_unjudged():
    assert one("L5", *sold(slip(), slip(copy="bank", is_complete=False))).evaluated == 0


def test_without_a_till_a_sale_is_over_with_the_next_message():
    bare = [each for each in sold(slip()) if each[0] != "till"]
    assert one("L5", *bare).evaluated == 0
    assert seen("L5", *bare, request(102)) == ["1: merchant"]


def test_whole_copies_count_where_nobody_sees_paper_and_power():
    channels = {"observes": ("slip", "host_wire")}
    assert clean("L5", *sale(), **channels)
    more = sold(slip(), slip(copy="bank"))
    assert one("L5", *more, **channels).findings


def test_a_line_for_a_signature_on_the_merchants_copy_is_right():
    slips = [slip(**SIGNED), slip(copy="cardholder")]
    assert one("L5", *sold(*slips)).evaluated == 2
    assert not one("L5", *sold(*slips)).findings
    bank = slip(copy="bank", **SIGNED)
    assert not one("L5", *sold(*slips, bank), profile={"copies": 3}).findings


def test_a_signature_on_the_cardholders_copy_is_found_alone():
    rows = sold(slip(), slip(copy="cardholder", **SIGNED))
    assert fired(checker, history(*rows)) == ["L5"]
    assert seen("L5", *rows) == ["one on the cardholder copy"]
    assert "L5" in alone(*rows)


@pytest.mark.parametrize("paper", [
    slip(says_approved=False, **SIGNED), settlement_slip(**SIGNED), other_slip("other", **SIGNED),
])  # fmt: skip
def test_a_signature_where_nothing_is_approved_is_found(paper):
    assert one("L5", paper).findings


# L8


def test_a_readable_slip_that_is_cut_is_right():
    assert clean("L8", slip(text=("签购单", "AMOUNT RMB 1.00")))
    assert clean("L8", slip(text=("x" * 99,)))


@pytest.mark.parametrize(("facts", "what"), [
    ({"text": ("ok", "\ufffd\ufffd", "a\ufffd")}, "2 lines with bytes that are no characters"),
    ({"is_complete": False}, "no feed or cut at its end"),
])  # fmt: skip
def test_what_cannot_be_read_or_is_not_cut_is_found_alone(facts, what):
    rows = sold(slip(), slip(copy="cardholder", **facts))
    assert fired(checker, history(*rows)) == ["L8"]
    assert seen("L8", *rows) == [what]


def test_lines_fit_the_paper_where_its_width_is_known():
    bench = {"bench": {"paper_columns": 32}}
    assert clean("L8", slip(text=("汉" * 16, "x" * 32)), **bench)
    assert seen("L8", slip(text=("汉" * 17, "x" * 33)), **bench) == [
        "2 lines too long, up to 34 columns"]  # fmt: skip
    assert clean("L8", slip(text=("x" * 33,)), bench={"paper_columns": "32"})


def test_what_a_fault_ended_is_not_judged():
    rows = [*sold(), request(102), slip(is_complete=False, voucher=102)]
    torn = [*rows[:-1], fault("paper_out"), rows[-1], heal("paper_out")]
    assert one("L8", *torn).evaluated == 0
    assert one("L8", *rows).findings


def test_every_kind_of_slip_is_judged():
    assert seen("L8", settlement_slip(is_complete=False))
    assert seen("L8", other_slip("details", text=("\ufffd",)))


# L9


FAULT = ("故障报告单", "冲正不成功", "请人工处理")
TOTALS = ("交易总计单", "借记总计 2 200.00")


@pytest.mark.parametrize(("kind", "text"), [
    ("fault", FAULT), ("fault", (*FAULT, "此单不是签购单 NOT A SALES RECEIPT")),
    ("totals", TOTALS), ("totals", (*TOTALS, "非结算单")),
])  # fmt: skip
def test_a_slip_that_says_what_it_is_is_right(kind, text):
    assert clean("L9", other_slip(kind, text=text))
    assert alone(other_slip(kind, text=text), observes=("slip",)) == []


@pytest.mark.parametrize(("facts", "what"), [
    ({"text": ("银联POS签购单", *FAULT)}, "the title of a receipt"),
    ({"text": (*FAULT, "POS结算单")}, "the title of a settlement"),
    ({"kind": "receipt", "text": FAULT}, "the title of a receipt"),
    ({"kind": "settlement", "text": FAULT}, "the title of a settlement"),
    ({"text": FAULT, "says_approved": True}, "the word approved"),
    ({"text": FAULT, **SIGNED}, "a line for a signature"),
    ({"text": FAULT, "result": "balanced"}, "the result of a settlement"),
    ({"text": FAULT, "foreign_result": "balanced"}, "the result of a settlement"),
])  # fmt: skip
def test_a_fault_slip_that_looks_like_another_is_found(facts, what):
    paper = other_slip(**{"kind": "fault"} | facts)
    assert what in seen("L9", paper)[0]


def test_a_fault_slip_with_the_title_of_a_receipt_is_found_alone():
    paper = other_slip("fault", text=("银联POS签购单", *FAULT))
    assert alone(paper, observes=("slip",)) == ["L9"]


def test_a_slip_of_totals_that_looks_like_a_settlement_is_found_alone():
    paper = other_slip("totals", text=("POS结算单", *TOTALS))
    assert alone(paper, observes=("slip", "till")) == ["L9"]
    asked = [begin(5, "totals"), other_slip("settlement", text=("POS结算单",)), done(5, "totals")]
    assert seen("L9", *asked) == ["the title of a settlement"]
    assert seen("L9", begin(5, "totals"), other_slip("receipt"), done(5, "totals"))
    assert one("L9", begin(5, "settle"), settlement_slip(), done(5, "settle")).evaluated == 0


def test_a_receipt_that_waited_for_paper_may_come_out_among_totals():
    rows = [*sold(), begin(5, "totals"), *copies(), other_slip("totals", text=TOTALS),
            done(5, "totals")]  # fmt: skip
    assert not seen("L9", *rows)


def test_a_list_that_tells_of_failed_reversals_is_no_fault_slip():
    assert one("L9", other_slip("uploads", text=("上送失败", "冲正失败"))).evaluated == 0
    rows = [begin(5, "totals"), settlement_slip(voucher=7), done(5, "totals")]
    assert one("L9", *rows).findings


def test_findings_say_what_paper_there_is():
    (finding,) = one("L8", slip(is_complete=False)).findings
    assert "any number of columns" in finding.expected
    narrow = one("L8", slip(is_complete=False), bench={"paper_columns": 32}).findings[0]
    assert " 32 columns" in narrow.expected


def test_other_slips_are_not_its_matter():
    assert (
        one("L9", *sale(), settlement_slip(text=("POS结算单", "对帐不平 请人工处理"))).evaluated
        == 0
    )
    assert one("L9", other_slip("uploads", text=("上送失败", "请人工处理"))).evaluated == 0


def test_a_blind_slip_channel_leaves_gaps_in_all_three():
    for rule in ("L5", "L8", "L9"):
        assert one(rule, blind("slip")).gaps
    assert rested()


@pytest.mark.parametrize(("facts", "rule"), [
    ({"copy": "bank"}, "L5"), ({"has_signature_line": True}, "L5"),
    ({"text": ("\ufffd",)}, "L8"), ({"is_complete": False}, "L8"),
])  # fmt: skip
def test_each_is_found_alone_in_a_whole_day(facts, rule):
    """The second slip of the day is the cardholder's copy of a sale."""
    assert fired_in_all(edit(whole_day(), "print", "slip", 1, **facts)) == [rule]


def test_the_profile_can_take_them_away():
    taken = {"not_applicable": ("L5", "L8", "L9")}
    judged = compose(history(*sold(slip(is_complete=False)), profile=taken), ALL_CHECKERS)
    assert not {"L5", "L8", "L9"} & judged.words().keys()


@pytest.mark.parametrize("trouble", [power("off"), fault("paper_out")])
def test_trouble_after_the_till_was_told_excuses_no_copy(trouble):
    later = [trouble, begin(2), request(102)]
    assert seen("L5", *sold(slip()), *later) == ["1: merchant"]
    unknown = [*sold(slip())[:-1], done(kind="info")]
    assert seen("L5", *unknown, *later) == []


def test_trouble_after_the_till_was_told_excuses_no_slip_that_is_missing():
    later = [power("off"), begin(2), request(102)]
    assert seen("L1", *sold(), *later) == ["none"]
    assert seen("L1", *sold()[:-1], done(kind="info"), *later) == []
