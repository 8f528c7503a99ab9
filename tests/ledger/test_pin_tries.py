from harness.ledger.pin_tries import wrong_pin_tries
from harness.ledger.sale import approve_inquiry
from tests.ledger.requests import DAY, books_with_card, post, request, sell, sold, void


def tries_after(*codes):
    books = books_with_card()
    for stan, code in enumerate(codes, start=1):
        sell(books, request(stan=stan), code)
    return wrong_pin_tries(books, "card-1", DAY)


def test_wrong_pins_in_a_row_are_counted():
    assert [tries_after(*["55"] * n) for n in range(3)] == [0, 1, 2]


def test_a_right_pin_ends_the_row():
    assert tries_after("55", "55", "00") == 0
    assert tries_after("55", "51", "55") == 1


def test_declines_before_the_pin_neither_count_nor_end_the_row():
    assert tries_after("55", "61", "55") == 2


def test_exceeded_tries_stay_exceeded_on_that_day_only():
    books = books_with_card()
    sell(books, request(), "75")
    sell(books, request(stan=2))
    assert wrong_pin_tries(books, "card-1", DAY) == 3
    assert wrong_pin_tries(books, "card-1", "20260106") == 0
    assert wrong_pin_tries(books, "card-2", DAY) == 0


def test_an_inquiry_with_the_right_pin_ends_the_row():
    books = books_with_card()
    sell(books, request(), "55")
    post(books, approve_inquiry(request(stan=2)))
    assert wrong_pin_tries(books, "card-1", DAY) == 0


def test_a_void_with_the_right_pin_ends_the_row():
    books = sold(1)
    sell(books, request(2), "55")
    void(books)
    assert wrong_pin_tries(books, "card-1", DAY) == 0
