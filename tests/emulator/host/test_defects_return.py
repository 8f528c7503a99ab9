"""Each host that is wrong about voids and refunds does its one wrong thing, and no other."""

from dataclasses import replace

import pytest

from harness.emulator.host.defects_return import RETURN_DEFECTS
from harness.emulator.host.orders import NextDay, Refunds
from tests.emulator.host.bench import (
    BY_TOKEN,
    CONFIG,
    Bench,
    new_books,
    refund,
    reversal,
    settlement,
    upload_end,
    void,
)

OPEN = replace(CONFIG, refund_enabled=True, refund_same_batch="allowed")


def sold(name, config=OPEN, **wanted):
    """Return a defective host, or a right one without a name, after a sale."""
    books = new_books()
    boot = RETURN_DEFECTS[name].boot(config, books) if name else None
    bench = Bench(config, books=books, boot=boot)
    bench.sign_in()
    asked = bench.sale(**wanted)
    return bench, asked, bench.ask(asked)


def script(bench, asked, _answer):
    """Return the codes of all that can be asked about a sale, right and wrong."""
    other = bench.sale(stan=3, minor=500)
    other_answer = bench.ask(other)
    undo = void(asked)
    return [
        bench.ask(message).text(39)
        for message in (
            void(asked, stan=11, F61="000001000009"),
            refund(other, other_answer, stan=12, F4="000000000200"),
            undo,
            undo,
            reversal(undo),
            reversal(other),
        )
    ]


@pytest.mark.parametrize("name", RETURN_DEFECTS)
def test_every_defect_names_a_rule_and_keeps_the_books_balanced(name):
    assert RETURN_DEFECTS[name].rule in {
        "M2",
        "V1",
        "V2",
        "V4",
        "V5",
        "V6",
        "F1",
        "F2",
        "F4",
        "R10",
        "R11",
        "R13",
    }
    assert RETURN_DEFECTS[name].what
    bench, asked, answer = sold(name)
    script(bench, asked, answer)
    sums = {sum(e.amount_minor for e in p.entries) for p in bench.books.postings.values()}
    assert sums == {0}


@pytest.mark.parametrize("name", RETURN_DEFECTS)
def test_what_is_asked_rightly_is_answered_as_by_a_right_host(name):
    expected = ["25", "00", "00", "00", "00", "22"]
    assert script(*sold(None)) == expected
    assert script(*sold(name)) == expected


def code(name, message_of, **more):
    bench, asked, answer = sold(name, **more)
    return bench.ask(message_of(asked, answer)).text(39), bench


def part(asked, _answer):
    return void(asked, F4="000000000234")


def strange(asked, _answer):
    return void(asked, F35=BY_TOKEN["card-2"].track2)


def test_a_void_keeps_the_money():
    found, bench = code("void-keeps-the-money", lambda asked, _: void(asked))
    assert (found, bench.balance()) == ("00", 98_766)


def test_a_part_of_a_sale_is_voided():
    assert code(None, part)[0] == "64"
    found, bench = code("takes-partial-void", part)
    assert (found, bench.balance()) == ("00", 99_000)
    more = void(bench.sale(stan=3, minor=100), F4="000000000101")
    bench.ask(bench.sale(stan=3, minor=100))
    assert bench.ask(more.having({11: "000020"})).text(39) == "64"


def test_a_void_goes_to_the_card_that_asks():
    assert code(None, strange)[0] == "14"
    found, bench = code("voids-with-another-card", strange)
    assert (found, bench.balance(), bench.balance("card-2")) == ("00", 98_766, 101_234)
    assert bench.ask(strange(bench.sale(), None).having({11: "000020"})).text(39) == "14"


def test_a_sale_is_voided_as_often_as_asked():
    bench, asked, _ = sold("voids-twice")
    assert [bench.ask(void(asked, stan=stan)).text(39) for stan in (5, 6, 8)] == ["00"] * 3
    assert bench.balance() == 100_000 + 2 * 1_234
    bench.ask(bench.sale(stan=3))
    bench.ask(reversal(bench.sale(stan=3)))
    assert bench.ask(void(bench.sale(stan=3), stan=9)).text(39) == "22"


def test_a_settled_sale_is_voided_in_its_batch_and_after_it():
    bench, asked, _ = sold("voids-after-settlement")
    bench.ask(bench.sale(stan=3))
    bench.ask(settlement())
    assert bench.ask(void(asked)).text(39) == "00"
    bench.ask(upload_end())
    assert bench.ask(void(bench.sale(stan=3), stan=6)).text(39) == "00"
    assert bench.ask(void(asked, stan=8)).text(39) == "22"
    assert bench.ask(bench.sale(stan=9)).text(39) == "77"
    assert bench.balance() == 100_000


def test_a_sale_of_another_day_is_voided():
    for name, expected in ((None, "12"), ("voids-yesterdays-sale", "00")):
        bench, asked, _ = sold(name)
        bench.tell(NextDay())
        assert bench.ask(void(asked)).text(39) == expected
    assert bench.balance() == 100_000
    assert bench.ask(void(asked, stan=8)).text(39) == "22"


def test_a_voided_sale_is_refunded():
    for name, expected in ((None, "22"), ("refunds-voided-sale", "00")):
        bench, asked, answer = sold(name)
        bench.ask(void(asked))
        assert bench.ask(refund(asked, answer)).text(39) == expected
    assert bench.balance() == 101_234


def test_a_refund_is_made_though_nobody_opened_it():
    bench, asked, answer = sold("refunds-though-not-opened", replace(OPEN, refund_enabled=False))
    bench.tell(Refunds(is_open=False))
    assert bench.ask(refund(asked, answer)).text(39) == "00"


@pytest.mark.parametrize("changed", [{"F37": "000000000000"}, {"F61": "0" * 16}])
def test_a_refund_needs_no_sale(changed):
    bench, asked, answer = sold("refunds-without-original")
    assert bench.ask(refund(asked, answer, **changed)).text(39) == "00"
    assert bench.books.find(name="refund")[0].original == ""
    other = refund(asked, answer, stan=8, F35=BY_TOKEN["card-2"].track2)
    assert bench.ask(other).text(39) == "00"
    assert bench.balance("card-2") == 101_234


def test_a_refund_may_be_more_than_the_sale():
    bench, asked, answer = sold("refunds-more-than-the-sale")
    assert bench.ask(refund(asked, answer, F4="000000009999")).text(39) == "00"
    assert bench.balance() == 100_000 - 1_234 + 9_999


def test_a_repeated_reversal_gives_the_money_again():
    bench, asked, _ = sold("counts-reversal-twice")
    assert [bench.ask(reversal(asked)).text(39) for _ in range(3)] == ["00"] * 3
    assert bench.balance() == 100_000 + 2 * 1_234
    assert bench.ask(reversal(bench.sale(stan=9))).text(39) == "25"


def test_a_late_void_is_booked():
    bench, asked, _ = sold("takes-late-void")
    undo = void(asked)
    assert bench.ask(reversal(undo)).text(39) == "25"
    assert [bench.ask(undo).text(39) for _ in range(2)] == ["00", "00"]
    assert bench.balance() == 100_000
    late = bench.sale(stan=9)
    bench.ask(reversal(late))
    assert bench.ask(late).text(39) == "12"


def test_a_reversed_void_stays_as_it_is():
    bench, asked, _ = sold("reversed-void-stays")
    bench.ask(void(asked))
    assert bench.ask(reversal(void(asked))).text(39) == "00"
    assert bench.balance() == 100_000
    assert bench.books.find(name="reversal") == []


def test_a_sale_whose_void_was_reversed_is_not_voided_again():
    bench, asked, _ = sold("reversed-void-bars-the-next")
    bench.ask(void(asked))
    bench.ask(reversal(void(asked)))
    assert bench.balance() == 98_766
    assert bench.ask(void(asked, stan=6)).text(39) == "22"
