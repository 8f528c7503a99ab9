import pytest

from harness.emulator import Received
from harness.ledger.books import Entry
from harness.wire.dialects.unionpay import decode_frame
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from tests.emulator.host.bench import (
    CONFIG,
    MERCHANT,
    OTHER_TERMINAL,
    TERMINAL,
    inquiry,
    signed_in,
)

ENDS = (TERMINAL, OTHER_TERMINAL)


def test_an_approved_sale_is_posted_notified_and_answered():
    bench = signed_in()
    answer = bench.ask(bench.sale(minor=1_234, stan=2, pin="135790"))
    posting = bench.books.get(f"sale {TERMINAL} 000001 000002")
    assert posting.entries == (
        Entry("card:card-1", -1_234),
        Entry(f"merchant:{MERCHANT}", 1_234),
    )
    assert (posting.rrn, posting.approval_code) == (answer.text(37), answer.text(38))
    assert bench.notices == [("debit", "card-1", 1_234)]
    assert bench.balance() == 98_766


def test_the_answer_has_what_an_approval_owes():
    bench = signed_in()
    answer = bench.ask(bench.sale(pin="135790"))
    assert answer.mti == "0210"
    assert answer.without(38, 64).fields == {
        3: "000000",
        4: "000000001234",
        11: "000002",
        12: "090000",
        13: "0105",
        15: "0105",
        25: "00",
        32: "48021000",
        37: "600501000002",
        39: "00",
        41: TERMINAL,
        42: MERCHANT,
        44: "01020000   48021000   ",
        49: "156",
        53: "2600000000000000",
        60: "2200000100060",
        63: "CUP",
    }
    assert profile_deviations(answer, spec_for(answer)) == ()


def test_answers_are_sealed_with_the_terminals_key_and_their_route_is_turned():
    bench = signed_in()
    for message in (bench.sale(), bench.sale(stan=3, minor=0), inquiry(stan=4)):
        (data,) = bench.give(Received("terminal", bench.sealed(message)))
        assert bench.has_right_mac(data)
        frame = decode_frame(data)
        assert (frame.tpdu, frame.header) == ("6000000003", "603100310100")


def test_the_posting_comes_before_anything_is_told():
    bench = signed_in()
    bench.effects.clear()
    bench.ask(bench.sale())
    assert [each.kind for each in bench.effects] == ["ledger", "notify", "tx"]
    assert [each.label for each in bench.effects] == ["sale", "debit", "0210"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"minor": 0}, "13"),
        ({"minor": 90_001}, "61"),
        ({"minor": 90_000}, "00"),
        ({"minor": 51, "card": "card-poor"}, "51"),
        ({"minor": 50, "card": "card-poor"}, "00"),
        ({"card": "card-old"}, "54"),
        ({"pin": "000000"}, "55"),
        ({"pin": "135790"}, "00"),
        ({"pin": None}, "00"),
    ],
)
def test_the_issuer_says_why_not(wanted, code):
    bench = signed_in()
    answer = bench.ask(bench.sale(**wanted))
    assert answer.text(39) == code
    assert bench.names() == [("sale" if code == "00" else "decline", code)]
    assert len(bench.notices) == (code == "00")
    assert (38 in answer.fields) == (code == "00")


def test_an_unknown_card_and_two_cards_in_one_message_are_declined_14():
    bench = signed_in()
    asked = bench.sale()
    assert bench.ask(asked.having({35: "6225880000000000D4912220"})).text(39) == "14"
    other = bench.sale(stan=3).having({2: CONFIG.cards[1].pan})
    assert bench.ask(other).text(39) == "14"
    same = bench.sale(stan=4).having({2: CONFIG.cards[0].pan})
    assert bench.ask(same).text(39) == "00"
    assert bench.ask(bench.sale(stan=5).without(35).having({36: "9" * 40})).text(39) == "14"


def test_a_block_that_is_no_pin_is_declined_99():
    bench = signed_in()
    asked = bench.sale(pin="135790").having({52: "0123456789ABCDEF"})
    assert bench.ask(asked).text(39) == "99"
    assert bench.balance() == 100_000


def test_a_pin_announced_but_not_sent_is_wrong():
    bench = signed_in()
    assert bench.ask(bench.sale().having({22: "021"})).text(39) == "55"


def test_the_third_wrong_pin_closes_the_card_for_the_day():
    bench = signed_in()
    wrong = [bench.ask(bench.sale(stan=n, pin="000000")).text(39) for n in (2, 3, 4)]
    assert wrong == ["55", "55", "75"]
    assert bench.ask(bench.sale(stan=5, pin="135790")).text(39) == "75"
    assert bench.ask(bench.sale(stan=6, card="card-2", pin="246801")).text(39) == "00"


def test_a_right_pin_forgives_the_wrong_ones():
    bench = signed_in()
    pins = ["000000", "000000", "135790", "000000", "000000"]
    codes = [bench.ask(bench.sale(stan=n, pin=pin)).text(39) for n, pin in enumerate(pins, 2)]
    assert codes == ["55", "55", "00", "55", "55"]


def test_a_repeated_sale_is_answered_as_before_and_posted_once():
    bench = signed_in()
    asked = bench.sale()
    first, second = bench.hear(bench.sealed(asked), bench.sealed(asked))
    assert first == second
    assert bench.names() == [("sale", "00")]
    assert bench.notices == [("debit", "card-1", 1_234)]


def test_a_repeated_decline_is_answered_as_before_and_recorded_once():
    bench = signed_in()
    asked = bench.sale(pin="000000")
    assert bench.ask(asked) == bench.ask(asked)
    assert bench.names() == [("decline", "55")]


def test_a_number_used_again_for_something_else_is_refused_94():
    bench = signed_in()
    bench.ask(bench.sale())
    assert bench.ask(bench.sale(minor=1)).text(39) == "94"
    assert bench.ask(inquiry()).text(39) == "94"
    assert bench.names() == [("sale", "00")]


def test_a_balance_inquiry_tells_the_balance_and_moves_nothing():
    bench = signed_in()
    bench.ask(bench.sale(minor=1_000))
    answer = bench.ask(inquiry(stan=3))
    assert answer.text(39) == "00"
    assert answer.text(54) == "1002156C000000099000"
    assert {4, 38}.isdisjoint(answer.fields)
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert bench.names() == [("sale", "00"), ("inquiry", "00")]
    assert len(bench.notices) == 1


def test_an_inquiry_is_declined_as_a_sale_is():
    bench = signed_in()
    answer = bench.ask(inquiry(card="card-old"))
    assert (answer.text(39), answer.text(54)) == ("54", "")
    assert bench.ask(inquiry(stan=3, card="card-poor")).text(39) == "00"


def test_an_amount_in_an_inquiry_is_not_asked_of_the_card():
    bench = signed_in()
    assert bench.ask(inquiry(card="card-poor").having({4: "000000999999"})).text(39) == "00"


def test_numbers_of_transactions_are_unique_and_the_same_in_every_run():
    def numbers():
        bench = signed_in()
        bench.sign_in(terminal=OTHER_TERMINAL)
        asked = [bench.sale(stan=n, minor=1, terminal=t) for n in range(2, 40) for t in ENDS]
        answers = [bench.ask(each) for each in asked]
        return [(each.text(37), each.text(38)) for each in answers]

    first = numbers()
    assert first == numbers()
    assert len({rrn for rrn, _ in first}) == len({code for _, code in first}) == len(first)
