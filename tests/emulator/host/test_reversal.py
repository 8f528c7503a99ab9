from dataclasses import replace

import pytest

from harness.emulator.host.orders import NextDay
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from tests.emulator.host.bench import (
    CARDS,
    CONFIG,
    OTHER_TERMINAL,
    TERMINAL,
    inquiry,
    reversal,
    signed_in,
)


def sold(**more):
    bench = signed_in(**more)
    asked = bench.sale()
    answer = bench.ask(asked)
    return bench, asked, answer


def test_a_reversal_returns_the_money_and_tells_the_cardholder():
    bench, asked, sale_answer = sold()
    answer = bench.ask(reversal(asked))
    assert (answer.mti, answer.text(39), answer.text(37)) == ("0410", "00", sale_answer.text(37))
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert bench.balance() == 100_000
    assert bench.notices == [("debit", "card-1", 1_234), ("return", "card-1", 1_234)]


def test_the_return_is_posted_before_anything_is_told():
    bench, asked, _ = sold()
    bench.effects.clear()
    bench.ask(reversal(asked))
    assert [each.label for each in bench.effects] == ["reversal", "return", "0410"]


def test_a_repeated_reversal_is_counted_and_notified_once():
    bench, asked, _ = sold()
    again = bench.sealed(reversal(asked, reason="06"))
    answers = bench.hear(bench.sealed(reversal(asked)), again, again)
    assert [each.text(39) for each in answers] == ["00", "00", "00"]
    assert [name for name, _ in bench.names()] == ["sale", "reversal"]
    assert len(bench.notices) == 2


def test_a_host_that_says_22_to_a_repeat_counts_it_once_too():
    bench, asked, _ = sold(config=replace(CONFIG, host_reversal_repeat="22"))
    assert [bench.ask(reversal(asked)).text(39) for _ in range(2)] == ["00", "22"]
    assert len(bench.notices) == 2


def test_a_reversal_that_overtakes_its_original_makes_it_refused():
    bench = signed_in()
    asked = bench.sale()
    assert bench.ask(reversal(asked)).text(39) == "25"
    assert bench.ask(asked).text(39) == "12"
    assert bench.ask(asked).text(39) == "12"
    assert bench.balance() == 100_000
    assert bench.notices == []


def test_two_frames_at_once_are_dealt_with_in_their_order():
    bench = signed_in()
    asked = bench.sale()
    answers = bench.hear(bench.sealed(asked), bench.sealed(reversal(asked)), bench.sealed(asked))
    assert [(each.mti, each.text(39)) for each in answers] == [
        ("0210", "00"),
        ("0410", "00"),
        ("0210", "12"),
    ]
    assert bench.balance() == 100_000


def test_a_declined_sale_is_told_12():
    bench = signed_in()
    asked = bench.sale(pin="000000")
    bench.ask(asked)
    assert bench.ask(reversal(asked)).text(39) == "12"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"F4": "000000000001"}, "64"),
        ({"F2": CARDS[1].pan}, "14"),
        ({"F2": "6225880000000000"}, "14"),
        ({"F2": CARDS[0].pan}, "00"),
        ({"F60": "2300000100060", "F3": "200000"}, "25"),
        ({"F60": "2200000200060"}, "25"),
        ({"F60": "9900000100060"}, "25"),
        ({"F11": "000009"}, "25"),
        ({"F60": "22000001"}, "00"),
    ],
)
def test_the_original_is_found_by_number_and_batch_and_compared(changed, code):
    bench, asked, _ = sold()
    assert bench.ask(reversal(asked, **changed)).text(39) == code
    assert bench.balance() == (100_000 if code == "00" else 98_766)


def test_a_reversal_without_reason_or_currency_is_taken():
    bench, asked, _ = sold()
    assert bench.ask(reversal(asked).without(22, 25, 39, 49)).text(39) == "00"


def test_a_sale_of_another_terminal_is_told_58():
    bench, asked, answer = sold()
    bench.sign_in(terminal=OTHER_TERMINAL)
    other = reversal(asked, F41=OTHER_TERMINAL, F38=answer.text(38))
    assert bench.ask(other).text(39) == "58"


def test_an_inquiry_is_not_reversed():
    bench = signed_in()
    bench.ask(inquiry())
    asked = bench.sale()
    assert bench.ask(reversal(asked)).text(39) == "12"


def test_the_next_day_is_too_late():
    bench, asked, _ = sold()
    bench.tell(NextDay())
    assert bench.ask(reversal(asked)).text(39) == "12"
    assert bench.balance() == 98_766


def test_after_signing_in_again_the_reversal_comes_with_the_new_key():
    bench, asked, _ = sold()
    old = bench.keys[TERMINAL].mak
    bench.sign_in(stan=3)
    assert bench.ask(reversal(asked), mak=old).text(39) == "A0"
    assert bench.balance() == 98_766
    assert bench.ask(reversal(asked)).text(39) == "00"


def test_a_reversal_with_a_number_of_its_own_names_its_original_in_field_61():
    bench, asked, _ = sold(config=replace(CONFIG, reversal_stan="new"))
    bench.ask(bench.sale(stan=3, minor=1_234))
    answers = [bench.ask(reversal(asked, F11=f"{stan:06}", F61="000001000002")) for stan in (4, 5)]
    assert [(each.text(11), each.text(39)) for each in answers] == [
        ("000004", "00"),
        ("000005", "00"),
    ]
    assert bench.books.find(name="reversal")[0].stan == 2
    assert bench.balance() == 100_000 - 1_234


@pytest.mark.parametrize("more", [{}, {"F61": "0001"}])
def test_without_field_61_its_own_number_has_to_do(more):
    bench, asked, _ = sold(config=replace(CONFIG, reversal_stan="new"))
    assert bench.ask(reversal(asked, **more)).text(39) == "00"
    assert bench.ask(reversal(asked, F11="000009", **more)).text(39) == "25"


def test_field_61_is_not_asked_where_the_number_is_the_originals():
    bench, asked, _ = sold()
    assert bench.ask(reversal(asked, F61="000001000009")).text(39) == "00"
