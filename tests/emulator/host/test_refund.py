"""Refunds over the host line, and the function that the provider has to open."""

from dataclasses import replace

import pytest

from harness.emulator import StoreFailed, Told
from harness.emulator.host.orders import NextDay, Refunds
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from tests.emulator.host.bench import (
    BY_TOKEN,
    CONFIG,
    refund,
    reversal,
    settlement,
    signed_in,
    upload_end,
    void,
)

OPEN = replace(CONFIG, refund_enabled=True)
NEXT_BATCH = {"F60": "2500000200060"}


def sold(config=OPEN):
    """Return a bench with a sale, its request and its answer."""
    bench = signed_in(config)
    asked = bench.sale()
    return bench, asked, bench.ask(asked)


def settled(config=OPEN):
    """Return the same after its batch was settled."""
    bench, asked, answer = sold(config)
    bench.ask(settlement(1_234, 1, 0, 0))
    bench.ask(upload_end())
    return bench, asked, answer


def test_a_refund_returns_its_amount_and_tells_the_cardholder():
    bench, asked, sale_answer = settled()
    answer = bench.ask(refund(asked, sale_answer, F4="000000000234", **NEXT_BATCH))
    assert (answer.mti, answer.text(39), answer.text(38)) == ("0230", "00", "")
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert bench.balance() == 99_000
    assert bench.notices[-1] == ("return", "card-1", 234)
    assert [each.label for each in bench.effects[-3:]] == ["refund", "return", "0230"]


def test_a_repeated_refund_is_counted_and_notified_once():
    bench, asked, sale_answer = settled()
    message = refund(asked, sale_answer, F4="000000000234", **NEXT_BATCH)
    first, again = bench.ask(message), bench.ask(message)
    assert (again.text(39), again.text(37)) == ("00", first.text(37))
    assert len(bench.notices) == 2
    assert bench.balance() == 99_000


def test_without_the_function_it_is_told_40_and_nothing_is_booked():
    bench, asked, sale_answer = settled(CONFIG)
    message = refund(asked, sale_answer, **NEXT_BATCH)
    booked = len(bench.books.postings)
    assert bench.ask(message).text(39) == "40"
    assert len(bench.books.postings) == booked
    bench.tell(Refunds())
    assert bench.ask(message).text(39) == "00"
    bench.tell(Refunds(is_open=False))
    assert bench.ask(message).text(39) == "40"


def test_whether_the_function_is_open_survives_a_power_cut():
    bench, asked, sale_answer = settled(CONFIG)
    bench.tell(Refunds())
    bench.power_on()
    assert bench.ask(refund(asked, sale_answer, **NEXT_BATCH)).text(39) == "00"
    bench.tell(Refunds(is_open=False))
    bench.power_on()
    assert bench.ask(refund(asked, sale_answer, **NEXT_BATCH)).text(39) == "40"


def test_what_could_not_be_stored_is_not_opened():
    bench, asked, sale_answer = settled(CONFIG)
    bench.host.handle(0, Told(Refunds()))
    bench.host.handle(0, StoreFailed("functions"))
    assert bench.ask(refund(asked, sale_answer, **NEXT_BATCH)).text(39) == "40"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"F37": "600500000009"}, "25"),
        ({"F37": "000000000000"}, "25"),
        ({"F61": "0000000000000106"}, "25"),
        ({"F61": "0000000000000000"}, "25"),
        ({"F61": "000000000000"}, "25"),
        ({"F61": "0000010000020105"}, "00"),
        ({"F61": "01"}, "30"),
        ({"F35": BY_TOKEN["card-2"].track2}, "14"),
        ({"F4": "000000001235"}, "64"),
        ({"F4": "000000000000"}, "13"),
    ],
)
def test_the_original_is_named_by_fields_37_and_61_and_compared(changed, code):
    bench, asked, sale_answer = settled()
    message = refund(asked, sale_answer, **NEXT_BATCH | changed)
    assert bench.ask(message).text(39) == code
    assert bench.balance() == (100_000 if code == "00" else 98_766)


def test_rules_of_the_profile_hold():
    rules = {"refund_days": 1, "refund_amount_max": 1_000}
    bench, asked, sale_answer = sold(replace(OPEN, **rules))
    part = {"F4": "000000000100"}
    assert bench.ask(refund(asked, sale_answer, stan=11, **part)).text(39) == "22"
    bench, asked, sale_answer = sold(replace(OPEN, refund_same_batch="allowed", **rules))
    assert bench.ask(refund(asked, sale_answer, stan=11, **part)).text(39) == "00"
    assert bench.ask(refund(asked, sale_answer, stan=12)).text(39) == "61"
    bench.tell(NextDay())
    assert bench.ask(refund(asked, sale_answer, stan=13, **part)).text(39) == "00"
    bench.tell(NextDay())
    assert bench.ask(refund(asked, sale_answer, stan=14, **part)).text(39) == "22"


def test_a_voided_sale_is_not_refunded_and_a_refunded_one_not_voided():
    bench, asked, sale_answer = sold(replace(OPEN, refund_same_batch="allowed"))
    bench.ask(void(asked))
    assert bench.ask(refund(asked, sale_answer)).text(39) == "22"
    other = bench.sale(stan=3)
    other_answer = bench.ask(other)
    assert bench.ask(refund(other, other_answer, stan=8)).text(39) == "00"
    assert bench.ask(void(other, stan=9)).text(39) == "22"


def test_a_refund_in_a_batch_that_is_settled_is_told_to_sign_in_again():
    bench, asked, sale_answer = sold(replace(OPEN, refund_same_batch="allowed"))
    bench.ask(settlement(1_234, 1, 0, 0))
    assert bench.ask(refund(asked, sale_answer)).text(39) == "77"


def test_a_refund_is_never_reversed():
    bench, asked, sale_answer = settled()
    message = refund(asked, sale_answer, **NEXT_BATCH)
    bench.ask(message)
    assert bench.ask(reversal(message)).text(39) == "25"
    assert bench.balance() == 100_000
