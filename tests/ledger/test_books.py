import pytest

from harness.errors import MisuseError
from harness.ledger.books import Entry, MemoryBooks, Posting, open_accounts, opened


def posting(reference, *entries, **more):
    return Posting(
        reference=reference, name="sale", entries=tuple(Entry(*each) for each in entries), **more
    )


def test_opened_books_hold_each_balance_and_sum_to_zero():
    books = opened([("card:a", 500), ("card:b", 7)])
    assert books.balance_minor("card:a") == 500
    assert books.balance_minor("card:b") == 7
    assert books.balance_minor("opening") == -507
    assert books.balance_minor("card:c") == 0


def test_an_account_is_opened_once():
    books = opened([("card:a", 500)])
    open_accounts(books, [("card:a", 900), ("card:b", 7)])
    assert (books.balance_minor("card:a"), books.balance_minor("card:b")) == (500, 7)


def test_a_posting_moves_money_between_accounts():
    books = opened([("card:a", 500)])
    books.post(posting("one", ("card:a", -120), ("merchant:m", 120)))
    assert books.balance_minor("card:a") == 380
    assert books.balance_minor("merchant:m") == 120
    assert books.get("one").entries[0] == Entry("card:a", -120)
    assert books.get("two") is None


def test_an_unbalanced_posting_is_refused_whole():
    books = opened([("card:a", 500)])
    with pytest.raises(MisuseError, match="'one': its entries sum to -20, expected 0"):
        books.post(posting("one", ("card:a", -120), ("merchant:m", 100)))
    assert books.get("one") is None
    assert books.balance_minor("card:a") == 500
    assert books.find(name="sale") == []


def test_unchecked_books_take_an_unbalanced_posting():
    books = opened([("card:a", 500)], is_checked=False)
    books.post(posting("one", ("card:a", -120), ("merchant:m", 100)))
    assert books.balance_minor("card:a") == 380


@pytest.mark.parametrize("is_checked", [True, False])
def test_a_reference_is_posted_once_even_in_unchecked_books(is_checked):
    books = MemoryBooks(is_checked=is_checked)
    books.post(posting("one"))
    with pytest.raises(MisuseError, match="'one' is in the books already"):
        books.post(posting("one"))


def test_postings_are_found_by_any_attributes_oldest_first():
    books = MemoryBooks()
    for n in range(4):
        books.post(posting(f"p{n}", card=f"card-{n % 2}", stan=n, terminal_id=f"T{n // 2}"))
    assert [p.reference for p in books.find(card="card-1")] == ["p1", "p3"]
    assert [p.reference for p in books.find(terminal_id="T1")] == ["p2", "p3"]
    assert [p.reference for p in books.find(card="card-1", terminal_id="T1")] == ["p3"]
    assert [p.reference for p in books.find(stan=0)] == ["p0"]
    assert books.find(stan=9) == []
    assert len(books.find()) == 4


def test_latest_gives_the_same_newest_first():
    books = MemoryBooks()
    for n in range(3):
        books.post(posting(f"p{n}", card="card-1"))
    assert [p.reference for p in books.latest(card="card-1")] == ["p2", "p1", "p0"]


def test_indexed_attributes_are_found_without_reading_all_postings():
    books = MemoryBooks()
    for n in range(200):
        books.post(posting(f"p{n}", stan=n, card=f"card-{n}"))
    books.postings = None  # whoever reads them all fails
    assert [p.reference for p in books.find(stan=77, terminal_id="")] == ["p77"]
    assert [p.reference for p in books.find(card="card-3")] == ["p3"]


def test_a_copy_goes_its_own_way():
    books = opened([("card:a", 500)])
    twin = books.copy()
    twin.post(posting("one", ("card:a", -100), ("merchant:m", 100)))
    assert (books.balance_minor("card:a"), twin.balance_minor("card:a")) == (500, 400)
    assert books.find(name="sale") == []
    assert books.get("one") is None
    assert twin.is_checked
