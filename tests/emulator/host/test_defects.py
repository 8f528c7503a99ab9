"""Each defective host does the one wrong thing that it is for, and sells otherwise."""

import pytest

from harness.emulator import Received
from harness.emulator.host.all_defects import HOST_DEFECTS
from harness.ledger.enquiry import Question, enquire
from harness.report.rules import CATALOGUE
from tests.emulator.host.bench import (
    CONFIG,
    MERCHANT,
    TERMINAL,
    Bench,
    new_books,
    reversal,
)


def defective(name):
    defect = HOST_DEFECTS[name]
    books = new_books(is_checked=not defect.unchecked_books)
    bench = Bench(books=books, boot=defect.boot(CONFIG, books))
    bench.sign_in()
    return bench


def sold(name, **wanted):
    bench = defective(name)
    asked = bench.sale(**wanted)
    bench.ask(asked)
    return bench, asked


@pytest.mark.parametrize("name", HOST_DEFECTS)
def test_every_defect_names_a_rule_and_still_answers_a_sale(name):
    defect = HOST_DEFECTS[name]
    assert defect.rule in {each.id for each in CATALOGUE}
    assert defect.what
    bench = defective(name)
    assert bench.ask(bench.sale()).text(39) == "00"


@pytest.mark.parametrize("name", HOST_DEFECTS)
def test_defects_other_than_m1_keep_their_postings_balanced(name):
    bench, asked = sold(name)
    bench.ask(asked)
    bench.ask(reversal(asked))
    sums = {sum(e.amount_minor for e in p.entries) for p in bench.books.postings.values()}
    assert (sums != {0}) == HOST_DEFECTS[name].unchecked_books
    assert HOST_DEFECTS[name].unchecked_books == (HOST_DEFECTS[name].rule == "M1")


def test_money_goes_wrong_as_the_defect_says():
    assert sold("unbalanced-posting")[0].books.balance_minor(f"merchant:{MERCHANT}") == 1_233
    assert sold("debits-twice-the-amount")[0].balance() == 100_000 - 2 * 1_234
    assert sold("books-another-amount")[0].balance() == 100_000 - 1_235
    assert sold("books-another-amount")[0].books.find(name="sale")[0].amount_minor == 1_235


@pytest.mark.parametrize("name", ["reversal-keeps-the-money", "forgets-the-reversal"])
def test_a_reversal_is_answered_00_and_the_money_stays_away(name):
    bench, asked = sold(name)
    assert bench.ask(reversal(asked)).text(39) == "00"
    assert bench.balance() == 100_000 - 1_234
    is_booked = bool(bench.books.find(name="reversal"))
    assert is_booked == (name == "reversal-keeps-the-money")


def test_a_repeat_is_posted_again_each_time():
    bench, asked = sold("posts-repeat-again")
    assert [bench.ask(asked).text(39) for _ in range(2)] == ["00", "00"]
    assert bench.balance() == 100_000 - 3 * 1_234


def test_a_late_original_is_debited():
    bench = defective("takes-late-original")
    asked = bench.sale()
    assert bench.ask(reversal(asked)).text(39) == "25"
    assert [bench.ask(asked).text(39) for _ in range(2)] == ["00", "00"]
    assert bench.balance() == 100_000 - 1_234


@pytest.mark.parametrize(
    ("name", "directions"),
    [
        ("notifies-debit-twice", ["debit", "debit", "return"]),
        ("debit-not-notified", ["return"]),
        ("return-not-notified", ["debit"]),
    ],
)
def test_notices_go_wrong_as_the_defect_says(name, directions):
    bench, asked = sold(name)
    bench.ask(reversal(asked))
    assert [direction for direction, *_ in bench.notices] == directions


def test_only_approvals_of_sales_have_the_wrong_mac():
    bench = defective("wrong-mac-on-approval")
    approved, declined = bench.sale(), bench.sale(stan=3, minor=0)
    messages = (approved, declined, reversal(approved))
    sent = [bench.give(Received("terminal", bench.sealed(each)))[0] for each in messages]
    assert [bench.has_right_mac(data) for data in sent] == [False, True, True]


def test_a_wrong_pin_is_as_good_as_the_right_one():
    bench, _ = sold("accepts-any-pin", pin="000000")
    assert bench.names() == [("sale", "00")]


def test_success_is_told_while_a_reversal_may_come():
    bench, _ = sold("enquiry-too-early")
    question = Question(merchant_id=MERCHANT, terminal_id=TERMINAL, card="card-1")
    assert enquire(bench.books, question).answer == "open"
    ask = HOST_DEFECTS["enquiry-too-early"].enquire
    assert ask(bench.books, question).answer == "succeeded"
    unknown = Question(merchant_id=MERCHANT, terminal_id=TERMINAL, card="card-2")
    assert ask(bench.books, unknown).answer == "open"
