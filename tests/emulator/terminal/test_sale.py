import pytest

from harness.emulator import CardPresented, KeyPressed
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    CARD,
    LAST,
    Bench,
    answer_to,
    close,
    codes,
    config,
    sale,
    silence,
)

UNTIL_REQUEST = [
    "tx 8000", "nv last", "tx 04FF", "timer ecr", "show PRESENT_CARD", "timer operator",
    "cancel ecr", "tx 04FF", "timer ecr", "show ENTER_PIN", "timer operator", "cancel ecr",
    "cancel operator", "tx 04FF", "timer ecr", "show DIALLING", "connect host", "timer connect",
    "cancel ecr", "cancel connect", "nv counters", "nv reversal", "show WAIT", "tx 0200",
    "timer answer",
]  # fmt: skip


@pytest.fixture
def bench():
    return Bench().sign_in()


def declining(code, **changes):
    return lambda request: [answer_to(request, code, **changes)]


def test_an_approved_sale_does_everything_in_this_order(bench):
    told = bench.order(sale())
    assert bench.log == [
        *UNTIL_REQUEST, "cancel answer", "disconnect host", "nv journal", "nv reversal",
        "show PRINTING", "print slip", "print slip", "nv last", "show RESULT", "tx 040F",
        "timer ecr", "tx 060F", "timer ecr", "cancel ecr",
    ]  # fmt: skip
    assert codes(told) == [("040F", 0), ("060F", None)]


def test_the_till_is_told_amount_voucher_and_masked_card(bench):
    told = bench.order(sale(1234))[0].fields
    assert told["amount_minor"] == 1234
    assert (told["voucher"], told["receipt"]) == ("000002", "0002")
    assert told["pan"] == "622588******0289"
    assert told["approval_code"] == "A1B2C3"
    assert told["additional_text"] == "RRN 000000004808"


def test_a_decline_clears_the_reversal_before_it_is_stored_and_told(bench):
    bench.host = declining("55")
    told = bench.order(sale())
    assert bench.log[len(UNTIL_REQUEST) :] == [
        "cancel answer", "disconnect host", "nv reversal", "nv last", "show RESULT", "tx 040F",
        "timer ecr", "tx 061E", "timer ecr", "cancel ecr",
    ]  # fmt: skip
    assert codes(told) == [("040F", 0x55), ("061E", 0x55)]
    assert told[0].fields["additional_text"] == "55 密码错"
    assert not bench.slips


@pytest.mark.parametrize(
    ("code", "result"), [("51", 0x51), ("62", 0x62), ("65", 5), ("91", 5), ("A3", 5), ("05", 5)]
)
def test_a_host_code_is_one_byte_for_the_till(bench, code, result):
    bench.host = declining(code)
    bench.order(sale())
    assert [code for _, code in codes(bench.results())] == [result, result]


def test_no_answer_in_time_leaves_a_pending_reversal(bench):
    bench.host = silence
    bench.order(sale())
    assert bench.timers["answer"] - bench.now_ns <= 60 * 10**9
    bench.fire("answer")
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert bench.memory.is_owing
    assert bench.memory.reversal.reason == "98"
    assert not bench.slips


def test_a_lost_line_ends_the_wait_at_once(bench):
    bench.host = silence
    bench.order(sale())
    close(bench)
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert "disconnect host" not in bench.log
    assert bench.memory.is_owing


def test_a_line_lost_before_the_request_leaves_says_no_connection(bench):
    bench.host = silence
    bench.dead_at = ("0200",)
    assert codes(bench.order(sale())) == [("061E", 0xA3)]


def test_cancel_while_waiting_leaves_a_reversal_for_another_reason(bench):
    bench.host = silence
    bench.order(sale())
    bench.give(KeyPressed("CANCEL"))
    assert codes(bench.results()) == [("061E", 0x6C)]
    assert (bench.memory.is_owing, bench.memory.reversal.reason) == (True, "06")
    assert bench.log[-7:] == [
        "disconnect host", "nv reversal", "nv last", "show RESULT", "tx 061E", "timer ecr",
        "cancel ecr",
    ]  # fmt: skip


def test_a_profile_may_ignore_cancel_while_waiting():
    bench = Bench(config=config(cancel_while_waiting="ignored")).sign_in()
    bench.host = silence
    bench.order(sale())
    bench.give(KeyPressed("CANCEL"))
    assert bench.results() == []
    assert bench.terminal.phase.name == "AWAITING_ANSWER"


@pytest.mark.parametrize("key", ["CANCEL", "06B0"])
def test_a_sale_without_card_is_cancelled_by_key_or_till(bench, key):
    bench.card = None
    bench.order(sale())
    if key == "CANCEL":
        bench.give(KeyPressed("CANCEL"))
    else:
        bench.order(zvt.Message(zvt.ECR_ABORT))
    assert codes(bench.results()) == [("061E", 0x6C)]
    assert bench.sent == []


def test_nobody_at_the_terminal_ends_the_sale(bench):
    bench.pin = None
    bench.order(sale())
    bench.fire("operator")
    assert codes(bench.results()) == [("061E", 0x6C)]
    assert bench.timers == {}


def test_a_call_that_is_refused_sends_and_pends_nothing(bench):
    bench.answers_calls = False
    assert codes(bench.order(sale())) == [("061E", 0xA3)]
    assert not bench.memory.is_owing


def test_a_call_that_nobody_answers_ends(bench):
    bench.answers_calls = None
    bench.order(sale())
    bench.fire("connect")
    assert bench.log[-6:-3] == ["disconnect host", "nv last", "show RESULT"]
    assert codes(bench.results()) == [("061E", 0xA3)]


@pytest.mark.parametrize(
    ("track2", "code"),
    [
        ("not a track", 0x64),
        ("6225887319460280D49122200000", 0x64),
        (f"{CARD.pan}D20012200000", 0x78),
    ],
)
def test_cards_that_cannot_be_used_are_refused_before_anything_leaves(bench, track2, code):
    bench.card = None
    bench.order(sale())
    bench.give(CardPresented(track2))
    assert codes(bench.results()) == [("061E", code)]
    assert bench.sent == []


def test_a_profile_may_let_expired_cards_through():
    bench = Bench(config=config(refuse_expired=False)).sign_in()
    bench.card = bench.pin = None
    bench.order(sale())
    bench.give(CardPresented(f"{CARD.pan}=20012200000"))
    assert bench.terminal.phase.name == "AWAITING_PIN"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (zvt.authorisation(100, currency="0978"), 0x6F),
        (zvt.authorisation(0), 0xC8),
        (zvt.Message(zvt.AUTHORISATION), 0xC8),
    ],
)
def test_orders_that_make_no_sale_are_refused(bench, message, code):
    assert codes(bench.order(message)) == [("061E", code)]
    assert "show PRESENT_CARD" not in bench.log


def test_without_sign_in_nothing_financial_is_begun():
    bench = Bench()
    assert codes(bench.order(sale())) == [("061E", 0x6B)]
    assert codes(bench.order(zvt.Message(zvt.BALANCE))) == [("061E", 0x6B)]
    assert bench.sent == []
    assert bench.shown[-2:] == ["SIGN_IN_FIRST", "RESULT"]


def test_a_full_journal_is_refused_before_the_card():
    bench = Bench(config=config(journal_size_max=1)).sign_in()
    bench.order(sale())
    assert codes(bench.order(sale())) == [("061E", 0xB2)]
    assert "JOURNAL_FULL" in bench.shown


@pytest.mark.parametrize(("pin", "entry"), [("135790", "021"), ("", "022")])
def test_pin_fields_are_there_exactly_when_a_pin_was_keyed(bench, pin, entry):
    bench.pin = pin
    bench.order(sale())
    request = bench.sent[0]
    assert request.text(22) == entry
    assert [number in request.fields for number in (26, 52, 53)] == [bool(pin)] * 3
    assert request.text(35) == CARD.track2


def test_a_pin_of_two_digits_is_asked_for_again(bench):
    bench.pin = "12"
    bench.order(sale())
    assert bench.terminal.phase.name == "AWAITING_PIN"


def test_a_partial_approval_books_the_part(bench):
    bench.host = declining("10", F4="000000000500")
    told = bench.order(sale(1234))
    assert told[0].fields["amount_minor"] == 500
    assert bench.memory.journal.last.amount_minor == 500


@pytest.mark.parametrize(
    "changes",
    [
        {"mti": "0230"},
        {"F3": "310000"},
        {"F4": "000000001235"},
        {"F11": "000001"},
        {"F41": "87654321"},
        {"F42": "898310059120002"},
        {"F4": None},
        {"F11": None},
    ],
)
def test_answers_that_are_not_ours_are_waited_past(bench, changes):
    bench.host = lambda request: [answer_to(request, **changes)]
    bench.order(sale())
    assert bench.terminal.phase.name == "AWAITING_ANSWER"
    bench.fire("answer")
    assert (bench.memory.is_owing, bench.memory.reversal.reason) == (True, "98")


@pytest.mark.parametrize("mak", [bytes(8), None])
def test_an_approval_with_a_wrong_mac_or_none_is_reversed(bench, mak):
    bench.host = lambda request: [answer_to(request, mak=mak)]
    assert codes(bench.order(sale())) == [("061E", 0xA1)]
    assert (bench.memory.is_owing, bench.memory.reversal.reason) == (True, "A0")
    assert bench.log[bench.log.index("timer answer") + 1 :][:4] == [
        "cancel answer", "disconnect host", "nv reversal", "nv last",
    ]  # fmt: skip


@pytest.mark.parametrize(("rule", "is_owing"), [("checked", True), ("skipped", False)])
def test_the_mac_of_a_decline_counts_by_profile(rule, is_owing):
    bench = Bench(config=config(mac_on_decline=rule)).sign_in()
    bench.host = declining("51", mak=bytes(8))
    bench.order(sale())
    assert bench.memory.is_owing is is_owing


def test_a_decline_without_mac_is_valid(bench):
    bench.host = declining("51", mak=None, F4=None, F3=None)
    assert codes(bench.order(sale()))[-1] == ("061E", 0x51)
    assert not bench.memory.is_owing


@pytest.mark.parametrize("code", ["ZZ", None])
def test_an_unknown_response_code_is_reversed(bench, code):
    bench.host = lambda request: [answer_to(request, "ZZ", F39=code)]
    assert codes(bench.order(sale())) == [("061E", 0xA1)]
    assert (bench.memory.is_owing, bench.memory.reversal.reason) == (True, "06")


def test_a_profile_may_have_its_own_codes():
    bench = Bench(config=config(f39_table=("00 A", "ZZ C"))).sign_in()
    bench.host = declining("ZZ")
    bench.order(sale())
    assert not bench.memory.is_owing
    bench.host = declining("51")
    bench.order(sale())
    assert bench.memory.is_owing


def test_a_profile_may_reverse_after_some_declines():
    bench = Bench(config=config(reversal_on_f39=("98",))).sign_in()
    bench.host = declining("98")
    bench.order(sale())
    assert bench.memory.is_owing


@pytest.mark.parametrize("code", ["A0", "77", "99"])
def test_some_declines_sign_the_terminal_out(bench, code):
    bench.host = declining(code, mak=None)
    bench.order(sale())
    assert not bench.memory.is_owing
    assert not bench.memory.is_signed_in
    assert codes(bench.order(sale())) == [("061E", 0x6B)]


def test_a_journal_that_cannot_be_written_reverses_the_sale(bench):
    bench.fails = ("journal",)
    assert codes(bench.order(sale())) == [("061E", 0xB1)]
    assert (bench.memory.is_owing, bench.memory.reversal.reason) == (True, "96")
    assert not bench.slips


@pytest.mark.parametrize("area", ["counters", "reversal"])
def test_a_request_whose_record_cannot_be_stored_does_not_leave(bench, area):
    bench.fails = (area,)
    assert codes(bench.order(sale())) == [("061E", 0xB1)]
    assert bench.sent == []


def test_a_second_answer_changes_nothing(bench):
    bench.host = lambda request: [answer_to(request)] * 2
    bench.order(sale())
    assert len(bench.memory.journal.vouchers) == 1
    assert len(bench.slips) == 2


def test_a_late_answer_does_not_pass_for_the_next_one(bench):
    late = []
    bench.host = lambda request: late.append(answer_to(request)) or []
    bench.order(sale(500))
    bench.fire("answer")
    bench.host = lambda request: [late[0]] if request.mti == "0200" else [answer_to(request)]
    bench.order(sale(500))
    assert bench.mtis[-2:] == ["0400", "0200"]
    assert bench.terminal.phase.name == "AWAITING_ANSWER"


def test_the_stan_wraps_from_999999_to_1(bench):
    bench.terminal.memory.store_counters(bench.memory.counters.__class__(999_998, "000007"))
    bench.terminal.memory.commit()
    bench.order(sale())
    bench.order(sale())
    assert [message.text(11) for message in bench.sent] == ["999999", "000001"]
    assert bench.memory.number == 1_000_000
    assert bench.reboot().memory.number == 1_000_000


def test_a_balance_inquiry_moves_and_prints_nothing(bench):
    bench.host = lambda request: [answer_to(request, F54="1002156C000000123456")]
    told = bench.order(zvt.Message(zvt.BALANCE))
    assert codes(told) == [("040F", 0), ("060F", None)]
    assert told[0].fields["additional_text"] == "BALANCE RMB 1,234.56"
    assert bench.sent[0].text(3) == "310000"
    assert 4 not in bench.sent[0].fields
    assert not bench.slips
    assert "nv reversal" not in bench.log
    assert "nv last" not in bench.log


def test_a_balance_inquiry_without_answer_is_not_reversed(bench):
    bench.host = silence
    bench.order(zvt.Message(zvt.BALANCE))
    bench.fire("answer")
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert not bench.memory.is_owing


def test_the_last_result_is_that_of_the_last_payment(bench):
    assert codes(bench.order(LAST)) == [("061E", 0x83)]
    bench.order(sale(100))
    bench.order(zvt.Message(zvt.BALANCE))
    told = bench.order(LAST)
    assert codes(told) == [("040F", 0), ("060F", None)]
    assert (told[0].fields["amount_minor"], told[0].fields["voucher"]) == (100, "000002")
    bench.host = declining("51")
    bench.order(sale(200))
    told = bench.order(LAST)
    assert told[0].fields == {
        "result_code": 0x51, "voucher": "000004", "receipt": "0004", "amount_minor": 200,
    }  # fmt: skip


def test_the_last_result_is_open_while_its_reversal_is_pending(bench):
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    assert codes(bench.order(LAST)) == [("040F", 0x9C), ("060F", None)]


def test_no_secret_is_in_what_survives(bench):
    bench.host = silence
    bench.order(sale())
    whole = b"".join(bench.nv.values())
    assert CARD.pan.encode() not in whole
    assert CARD.track2.encode() not in whole
    assert CARD.pan not in repr(bench.terminal.task) + repr(bench.memory.reversal)
