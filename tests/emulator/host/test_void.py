"""Voids over the host line, their reversals, and what becomes of the sale."""

from dataclasses import replace

import pytest

from harness.emulator import Received
from harness.emulator.host.orders import NextDay
from harness.wire import pin_block
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from tests.emulator.host.bench import (
    BATCH,
    BY_TOKEN,
    CONFIG,
    OTHER_TERMINAL,
    TERMINAL,
    reversal,
    settlement,
    signed_in,
    upload_end,
    void,
)


def sold(**more):
    bench = signed_in(**more)
    asked = bench.sale()
    return bench, asked, bench.ask(asked)


def voided():
    bench, asked, _ = sold()
    undo = void(asked)
    bench.ask(undo)
    return bench, asked, undo


def test_a_void_returns_the_money_and_tells_the_cardholder():
    bench, asked, sale_answer = sold()
    answer = bench.ask(void(asked, rrn=sale_answer.text(37)))
    assert (answer.mti, answer.text(39), answer.text(3)) == ("0210", "00", "200000")
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert answer.text(37) != sale_answer.text(37)
    assert answer.text(38)
    assert bench.balance() == 100_000
    assert bench.notices == [("debit", "card-1", 1_234), ("return", "card-1", 1_234)]
    assert bench.names() == [("sale", "00"), ("void", "00")]


def test_the_void_is_posted_before_anything_is_told():
    bench, asked, _ = sold()
    bench.effects.clear()
    bench.ask(void(asked))
    assert [each.label for each in bench.effects] == ["void", "return", "0210"]


def test_a_repeated_void_is_answered_as_before_and_notified_once():
    bench, asked, _ = sold()
    first, again = bench.ask(void(asked)), bench.ask(void(asked))
    assert (again.text(39), again.text(37)) == ("00", first.text(37))
    assert len(bench.notices) == 2
    assert bench.ask(void(asked, stan=6)).text(39) == "22"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"F61": f"{BATCH}000009"}, "25"),
        ({"F61": "000009000002"}, "25"),
        ({"F37": "600500000009"}, "25"),
        ({"F61": f"{BATCH}0000020105"}, "00"),
        ({"F61": f"{BATCH}0000020000"}, "00"),
        ({"F61": f"{BATCH}0000020104"}, "25"),
        ({"F4": "000000001233"}, "64"),
        ({"F35": BY_TOKEN["card-2"].track2}, "14"),
        ({"F61": "0001"}, "30"),
    ],
)
def test_the_original_is_named_by_field_61_and_compared(changed, code):
    bench, asked, _ = sold()
    assert bench.ask(void(asked, **changed)).text(39) == code
    assert bench.balance() == (100_000 if code == "00" else 98_766)


@pytest.mark.parametrize("number", [37, 61, 35])
def test_a_void_without_its_original_or_its_card_is_malformed(number):
    bench, asked, _ = sold()
    assert bench.ask(void(asked).without(number)).text(39) == "30"


def test_a_sale_of_another_terminal_is_told_58():
    bench, asked, answer = sold()
    bench.sign_in(terminal=OTHER_TERMINAL)
    elsewhere = void(asked, F41=OTHER_TERMINAL, F37=answer.text(37))
    assert bench.ask(elsewhere).text(39) == "58"


def test_a_declined_sale_is_told_12():
    bench = signed_in()
    asked = bench.sale(pin="000000")
    bench.ask(asked)
    assert bench.ask(void(asked)).text(39) == "12"


def test_a_wrong_pin_declines_the_void():
    bench, asked, _ = sold()
    keys = bench.keys[TERMINAL]
    for pin, code in (("000000", "55"), ("135790", "00")):
        block = pin_block.encrypt(pin, keys.pik, BY_TOKEN["card-1"].pan)
        fields = {"F22": "021", "F26": "12", "F52": block, "F53": "2600000000000000"}
        assert bench.ask(void(asked, stan=int(code) + 10, **fields)).text(39) == code


@pytest.mark.parametrize(
    ("void_day", "code"), [("clearing_date", "12"), ("calendar", "12"), ("batch_only", "00")]
)
def test_until_when_a_sale_can_be_voided_is_the_profiles(void_day, code):
    bench, asked, _ = sold(config=replace(CONFIG, void_day=void_day))
    bench.tell(NextDay())
    assert bench.ask(void(asked)).text(39) == code


def test_after_settlement_it_is_told_12_and_after_the_end_of_the_batch_77():
    bench, asked, _ = sold()
    bench.ask(settlement(1_234, 1, 0, 0))
    assert bench.ask(void(asked)).text(39) == "12"
    bench.ask(upload_end())
    assert bench.ask(void(asked, stan=6)).text(39) == "77"
    assert bench.ask(void(asked, stan=6, F60="2300000200060")).text(39) == "12"
    assert bench.balance() == 98_766


def test_a_reversed_void_debits_again_and_tells_the_cardholder():
    bench, asked, undo = voided()
    bench.effects.clear()
    answer = bench.ask(reversal(undo))
    assert (answer.mti, answer.text(39)) == ("0410", "00")
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert [each.label for each in bench.effects] == ["reversal", "debit", "0410"]
    assert bench.balance() == 98_766
    assert bench.ask(void(asked, stan=6)).text(39) == "00"
    assert [direction for direction, *_ in bench.notices] == ["debit", "return", "debit", "return"]


def test_a_repeated_reversal_of_a_void_is_counted_and_notified_once():
    bench, _, undo = voided()
    assert [bench.ask(reversal(undo)).text(39) for _ in range(3)] == ["00"] * 3
    assert len(bench.notices) == 3


def test_a_reversal_that_overtakes_its_void_makes_it_refused():
    bench, asked, _ = sold()
    undo = void(asked)
    assert bench.ask(reversal(undo)).text(39) == "25"
    assert [bench.ask(undo).text(39) for _ in range(2)] == ["12", "12"]
    assert bench.balance() == 98_766


def test_the_reversal_of_a_voided_sale_is_told_22():
    bench, asked, _ = voided()
    assert bench.ask(reversal(asked)).text(39) == "22"
    assert bench.balance() == 100_000


def test_a_void_posted_before_the_cut_can_be_repeated_or_reversed_after_it():
    bench, asked, _ = sold()
    (post,) = bench.host.handle(0, Received("terminal", bench.sealed(void(asked))))
    bench.books.post(post.posting)  # and the power goes
    bench.power_on()
    assert bench.ask(void(asked)).text(39) == "00"
    assert bench.ask(reversal(void(asked))).text(39) == "00"
    assert bench.balance() == 98_766
