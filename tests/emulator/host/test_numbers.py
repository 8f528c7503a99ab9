from harness.emulator.host.calendar import local_time, next_day
from harness.emulator.host.numbers import make_rrn, next_approval_code, next_rrn
from harness.ledger.books import MemoryBooks, Posting


def test_an_rrn_tells_day_terminal_and_number():
    assert make_rrn("20260105", 1, 42) == "600501000042"
    assert make_rrn("20281231", 101, 999_999) == "836601999999"


def test_an_rrn_in_the_books_is_not_given_again():
    books = MemoryBooks()
    for n in range(3):
        rrn = next_rrn(books, "20260105", 1, 42)
        books.post(Posting(reference=f"p{n}", name="sale", rrn=rrn))
    assert len({p.rrn for p in books.find(name="sale")}) == 3


def test_an_approval_code_in_the_books_is_not_given_again():
    books = MemoryBooks()
    for n in range(3):
        code = next_approval_code(books, "600501000042")
        books.post(Posting(reference=f"p{n}", name="sale", approval_code=code))
    codes = {p.approval_code for p in books.find(name="sale")}
    assert len(codes) == 3
    assert all(len(code) == 6 and code.isalpha() for code in codes)


def test_the_clock_begins_anew_after_midnight():
    assert local_time("235959", 0) == "235959"
    assert local_time("235959", 10**9) == "000000"
    assert local_time("090000", 3_723 * 10**9) == "100203"


def test_days_follow_each_other():
    assert next_day("20260105") == "20260106"
    assert next_day("20280228") == "20280229"
    assert next_day("20261231") == "20270101"
