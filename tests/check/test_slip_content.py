import pytest

from harness.check import slip as checker
from tests.check.literal import fired, history, judgements
from tests.check.slip_rows import answer, begin, blind, done, fault, hang_up, request, sale, slip

ITEMS = [
    "merchant_name",
    "merchant_id",
    "terminal_id",
    "operator",
    "pan_masked",
    "entry",
    "type",
    "date",
    "time",
    "batch",
    "amount_minor",
    "currency",
    "approval_code",
    "rrn",
]
ONLY_SLIPS = ("slip",)
ONE_COPY = {"copies": 1}


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def printed(given=None, paper=None, asked=None):
    return [
        begin(), request(**asked or {}), answer(**(asked or {}) | {"mti": "0210"} | (given or {})),
        hang_up(), slip(**paper or {}), done(),
    ]  # fmt: skip


@pytest.mark.parametrize("item", ITEMS)
def test_each_missing_item_is_found(item):
    assert fired(checker, history(*printed(paper={item: None}), profile=ONE_COPY)) == ["L2"]


def test_a_missing_voucher_number_is_found():
    assert fired(checker, history(*printed(paper={"voucher": None}), profile=ONE_COPY)) == ["L2"]


def test_an_empty_item_is_a_missing_one():
    assert one("L2", *printed(paper={"operator": ""})).findings


def test_what_the_host_did_not_give_need_not_be_printed():
    given = {"approval_code": None, "rrn": "  "}
    paper = {"approval_code": None, "rrn": None}
    judged = one("L2", *printed(given, paper))
    assert judged.evaluated
    assert not judged.findings


def test_without_the_line_a_sale_owes_both_and_a_refund_no_approval_code():
    def alone(**facts):
        return one("L2", slip(**facts), observes=ONLY_SLIPS).findings

    assert not alone()
    assert alone(approval_code=None)
    assert not alone(type="refund", approval_code=None)
    assert alone(type="refund", rrn=None)


CHIP = ("AID: A000000333010101", "TVR: 0080048000", "TSI: E800", "ATC: 0012", "ARQC: 1122334455")


def test_a_chip_card_owes_its_block():
    asked = {"F22": "051"}
    assert not one("L2", *printed(paper={"text": CHIP, "entry": "I"}, asked=asked)).findings
    for number in range(len(CHIP)):
        text = CHIP[:number] + CHIP[number + 1 :]
        assert one("L2", *printed(paper={"text": text, "entry": "I"}, asked=asked)).findings
    tc = (*CHIP[:4], "TC: 1122334455667788")
    assert not one("L2", *printed(paper={"text": tc, "entry": "I"}, asked=asked)).findings


def test_slips_without_an_approval_are_not_judged():
    for facts in ({"says_approved": False}, {"kind": "fault"}, {"type": "balance"}):
        assert one("L2", slip(operator=None, **facts), observes=ONLY_SLIPS).evaluated == 0


def test_an_interrupted_slip_is_not_judged_and_an_uncut_one_is():
    facts = {"is_complete": False, "operator": None}
    torn = [*printed()[:-2], fault("paper_out"), slip(**facts), done()]
    assert one("L2", *torn).evaluated == 0
    assert one("L2", slip(**facts), observes=ONLY_SLIPS).findings


def test_a_fault_of_another_slip_excuses_nothing():
    facts = {"is_complete": False, "operator": None}
    rows = [fault("power_off"), slip(), slip(**facts)]
    assert len(one("L2", *rows, observes=ONLY_SLIPS).findings) == 1
    rows = [*printed()[:-2], fault("power_off"), request(102), slip(**facts | {"voucher": 102})]
    assert one("L2", *rows).findings
    rows = [*printed()[:-2], slip(**facts), request(102), fault("power_off"), slip(voucher=102)]
    assert one("L2", *rows).findings


@pytest.mark.parametrize("form", ["clear", "other", "last4", "bin8x4"])
def test_a_number_in_another_form_than_the_profiles_is_found(form):
    assert fired(
        checker, history(*printed(paper={"mask": form, "card": None}), profile=ONE_COPY)
    ) == ["L4"]


def test_a_number_in_clear_elsewhere_on_the_slip_is_found():
    assert fired(checker, history(*printed(paper={"leaks": 1}), profile=ONE_COPY)) == ["L4"]
    assert fired(checker, history(slip(kind="fault", says_approved=False, leaks=2))) == ["L4"]


def test_forms_by_copy_and_transaction_are_the_profiles_choice():
    profile = {"pan_mask": ("merchant cup6x4", "cardholder last4", "preauth clear")}
    right = [slip(), slip(copy="cardholder", mask="last4")]
    judged = one("L4", *right, profile=profile)
    assert judged.evaluated == 2
    assert not judged.findings
    assert not one("L4", slip(type="preauth", mask="clear", leaks=1), profile=profile).findings
    assert one("L4", slip(copy="cardholder"), profile=profile).findings
    assert one("L4", slip(leaks=1), profile=profile).findings


def test_an_off_line_slip_may_show_the_whole_number():
    assert not one("L4", slip(type="offline_sale", mask="clear", leaks=1)).findings


def test_a_slip_without_any_number_is_not_judged():
    assert one("L4", slip(mask=None, leaks=None)).evaluated == 0
    assert one("L4", slip(mask=None)).evaluated == 1


def test_a_blind_printer_leaves_gaps():
    found = judgements(checker, history(*sale(), blind("slip")))
    assert all(found[rule].gaps for rule in ("L1", "L2", "L3", "L4", "L6", "L7"))


def test_a_masked_number_does_not_excuse_another_in_clear():
    assert one("L4", slip(type="offline_sale", mask="last4", leaks=1)).findings
