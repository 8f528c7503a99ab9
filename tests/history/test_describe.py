"""What a row says of each effect."""

import pytest

from harness.emulator import (
    Arrival,
    CancelTimer,
    Connect,
    Disconnect,
    Level,
    Notify,
    Post,
    Print,
    SetTimer,
    Show,
    Store,
    Transmit,
)
from harness.history.describe import Describer
from harness.ledger.books import Entry, Posting
from harness.link.zvt_serial import frame
from harness.terms.card import Card
from harness.wire import zvt

CARD = Card("card-1", "6228480000000000018")
OTHER = Card("card-2", "6228480000009990018")
SALE = zvt.encode_message(zvt.authorisation(1250, currency="0156"))
POSTING = Posting(
    reference="r-1",
    name="sale",
    entries=(Entry("card:card-1", -1250), Entry("merchant", 1250)),
    card="card-1",
    amount_minor=1250,
    stan=7,
)
SLIP = """POS签购单
商户名称: 测试商户
卡号 CARD NO:
622848*********0018 /S
交易类型 TYPE:
消费 (SALE)
凭证号 VOUCHER NO:   000012
日期/时间: 2026/07/01 10:11:12
金额 AMOUNT:
 RMB 12.50
"""


def describer(*cards):
    return Describer(cards or (CARD,), records=lambda area, data: {"area": area, "size": len(data)})


def said(effect, actor="terminal"):
    return describer()(actor, effect)


@pytest.mark.parametrize(
    ("effect", "row"),
    [
        (Show("WAIT", "please wait"), ("WAIT", "please wait", {"leaks": 0})),
        (SetTimer("answer", 1.5), ("answer", "", {"after_ms": 1500})),
        (CancelTimer("answer"), ("answer", "", {})),
        (Connect("host"), ("host", "dial", {})),
        (Disconnect("host"), ("host", "hang up", {})),
        (Level("lamp", "on"), ("lamp", "on", {})),
        (Store("keys", b"123"), ("keys", "area=keys size=3", {"area": "keys", "size": 3})),
        (
            Notify("card-1", "card-1", "debit", 1250, "r-1"),
            (
                "card-1",
                "debit 12.50",
                {"card": "card-1", "direction": "debit", "amount_minor": 1250, "reference": "r-1"},
            ),
        ),
    ],
)
def test_effect_has_address_value_and_facts(effect, row):
    assert said(effect) == row


def test_posting_has_its_entries():
    address, value, facts = said(Post("sale", POSTING), "host")
    assert (address, value) == ("sale", "sale STAN 000007 00: card:card-1 -1250, merchant +1250")
    assert facts["entries"] == ("card:card-1 -1250", "merchant 1250")
    assert facts["stan"] == 7


def test_till_and_terminal_say_the_same_of_an_apdu():
    serial = said(Transmit("0601", "ecr", frame(SALE)))
    assert serial[0] == "ecr/0601"
    assert serial[1:] == describer().apdu(SALE)
    assert serial[2] == {"command": "0601", "amount_minor": 1250}


def test_apdu_with_doubled_bytes_is_read():
    message = zvt.encode_message(zvt.authorisation(10101010, currency="0156"))
    assert b"\x10\x10" in frame(message)
    assert describer().apdu(frame(message)) == describer().apdu(message)


@pytest.mark.parametrize("data", [b"\x06", b"\x10\x02\x06", frame(SALE)[:-1] + b"\x00"])
def test_what_is_no_frame_is_named_by_its_size(data):
    assert describer().apdu(data) == (f"{len(data)} bytes", {"size": len(data)})


def test_frame_behind_line_noise_of_another_frame_is_read():
    assert describer().apdu(frame(SALE) + b"\x06")[1]["command"] == "0601"


def test_apdu_that_cannot_be_read_is_malformed_whichever_end_shows_it():
    payload = b"\x06\x01\x05\x04\x00"
    value, facts = describer().apdu(payload)
    assert (value, facts["malformed"], facts["size"]) == ("unreadable", True, 5)
    assert describer().apdu(frame(payload)) == (value, facts)


def test_apdu_of_a_command_that_is_not_known_is_a_refusal():
    value, facts = describer().apdu(bytes.fromhex("849C00"))
    assert value == "refusal"
    assert facts["command"] == "849C"


def result(pan):
    fields = {"result_code": 0, "voucher": "000012", "amount_minor": 1250, "pan": pan}
    return describer().apdu(zvt.encode_message(zvt.Message(zvt.STATUS_INFORMATION, fields)))[1]


def test_result_names_the_card_that_its_masked_number_fits():
    facts = result("622848EEEEEEEEE0018".replace("E", "*"))
    wanted = {"result_code": "00", "voucher": 12, "amount_minor": 1250, "card": "card-1"}
    assert wanted.items() <= facts.items()


def test_status_and_text_are_told():
    fields = {"status": 0x0A}
    message = zvt.encode_message(zvt.Message(zvt.INTERMEDIATE_STATUS, fields))
    assert describer().apdu(message)[1]["status_code"] == "0A"
    assert describer().apdu(zvt.encode_message(zvt.print_line("  OK ")))[1]["text"] == "OK"


def slip_of(text, *cards, cut=b"\x1dV\x00"):
    return describer(*cards).slip(b"\x1b@" + text.encode("gb18030") + b"\n" + cut)[1]


def test_slip_is_read_into_facts():
    address, _, facts = said(Print("slip", b"\x1b@" + SLIP.encode("gb18030") + b"\n\x1dV\x00"))
    assert address == "slip"
    wanted = {"voucher": 12, "amount_minor": 1250, "date": "2026/07/01", "time": "101112"}
    wanted |= {"card": "card-1", "mask": "6x4", "is_complete": True, "leaks": 0}
    assert wanted.items() <= facts.items()


def test_slip_without_cut_or_card_says_so():
    facts = slip_of("欢迎光临", cut=b"")
    assert facts["is_complete"] is False
    assert not {"card", "mask", "amount_minor", "voucher", "date"} & facts.keys()


def test_card_that_fits_two_declared_ones_is_not_named():
    assert "card" not in slip_of(SLIP, CARD, OTHER)


def test_number_in_clear_is_counted_as_a_leak_and_its_mask_is_none():
    facts = slip_of(SLIP.replace("622848*********0018", CARD.pan))
    assert (facts["leaks"], facts["mask"], facts["pan_masked"]) == (1, "clear", "clear")


def test_tables_of_a_slip_are_facts():
    facts = slip_of(
        "POS结算单\n内卡对帐平\n消费 2 200.00\n退货 1 -5.00\n外卡对帐不平\n消费 1 9.00\n"
        "原参考号:260105000007"
    )
    assert facts["rows"] == (
        "domestic|sale|2|20000", "domestic|refund|1|-500", "foreign|sale|1|900",
    )  # fmt: skip
    assert (facts["result"], facts["foreign_result"]) == ("balanced", "not_balanced")
    assert facts["original_rrn"] == "260105000007"


def test_detail_list_names_cards_by_token():
    lines = "000007 消费 A1B2C3\n12.34 622848*********0018\n000008 消费\n1.00 411111******1111"
    found = slip_of(f"交易明细\n{lines}", CARD)["details"]
    assert found == ("7|sale|1234|A1B2C3|card-1", "8|sale|100||unknown card")


def test_slip_is_read_once_however_often_it_is_shown():
    found, data = describer(), SLIP.encode("gb18030")
    assert found.slip(data)[1] is found.slip(data)[1]


def test_frame_that_is_wrong_on_purpose_says_so_where_it_was_sent_only():
    found, data = describer(), b"\x00\x02\x08\x00"
    _, value, facts = found("host", Transmit("0800", "terminal", data, on_purpose=True))
    assert value.endswith("(wrong on purpose)")
    assert facts["on_purpose"] is True
    assert "on_purpose" not in found("terminal", Arrival("0800", "host", data))[2]


def test_frame_is_read_once_for_both_its_ends():
    found = describer()
    sent = found("terminal", Transmit("0800", "host", b"\x00\x02\x08\x00"))
    came = found("host", Arrival("0800", "terminal", b"\x00\x02\x08\x00"))
    assert (sent[0], came[0]) == ("host/0800", "terminal/0800")
    assert sent[2] is came[2]


def test_text_on_display_and_till_line_is_searched_for_card_numbers():
    assert said(Show("RESULT", f"CARD {CARD.pan}"))[2] == {"leaks": 1}
    assert said(Show("RESULT", "622848*********0018"))[2] == {"leaks": 0}
    line = zvt.encode_message(
        zvt.Message(zvt.PRINT_LINE, {"attribute": 0, "text": f"NO {CARD.pan}"})
    )
    assert describer(CARD, OTHER).apdu(line)[1]["leaks"] == 1
    masked = zvt.encode_message(
        zvt.Message(zvt.PRINT_LINE, {"attribute": 0, "text": "622848*********0018"})
    )
    assert describer().apdu(masked)[1]["leaks"] == 0
    assert "leaks" not in describer().apdu(SALE)[1]
