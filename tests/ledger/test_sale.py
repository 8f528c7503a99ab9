from harness.ledger.books import Entry
from harness.ledger.enquiry import Question, enquire
from harness.ledger.reversal import decide_reversal
from harness.ledger.sale import approve_inquiry, recall
from tests.ledger.requests import DAY, balance, books_with_card, post, request, sell


def test_a_new_request_is_not_known():
    assert recall(books_with_card(), request()) is None


def test_an_approved_sale_debits_the_card_for_the_merchant():
    books = books_with_card()
    decision = sell(books, request(rrn="600501000001"))
    sale = books.get("sale T1 000001 000001")
    assert decision.response_code == "00"
    assert sale.entries == (Entry("card:card-1", -1_000), Entry("merchant:M1", 1_000))
    assert (sale.rrn, sale.approval_code, sale.business_date) == ("600501000001", "ABCDEF", DAY)
    assert balance(books) == 9_000


def test_an_identical_repeat_is_answered_as_before_and_posted_once():
    books = books_with_card()
    first = sell(books, request(rrn="600501000001"))
    again = sell(books, request())
    assert (again.response_code, again.posting, again.is_new) == ("00", first.posting, False)
    assert balance(books) == 9_000


def test_a_repeated_decline_is_answered_as_before():
    books = books_with_card()
    sell(books, request(), "51")
    again = sell(books, request())
    assert (again.response_code, again.is_new) == ("51", False)
    assert balance(books) == 10_000


def test_another_transaction_under_a_used_number_is_a_duplicate():
    books = books_with_card()
    sell(books, request())
    assert sell(books, request(amount_minor=999)).response_code == "94"
    assert sell(books, request(card="card-2")).response_code == "94"
    assert recall(books, request(), "inquiry").response_code == "94"
    assert balance(books) == 9_000


def test_the_same_number_in_another_batch_or_terminal_is_new():
    books = books_with_card()
    sell(books, request())
    assert recall(books, request(batch="000002")) is None
    assert recall(books, request(terminal_id="T2")) is None
    assert recall(books, request(merchant_id="M2")) is None


def test_a_sale_of_an_unknown_card_is_remembered_as_declined():
    books = books_with_card()
    sell(books, request(card=None), "14")
    assert sell(books, request(card=None)).response_code == "14"
    assert sell(books, request(card="")).response_code == "14"


def test_an_original_that_its_reversal_has_overtaken_is_refused_and_remembered_once():
    books = books_with_card()
    post(books, decide_reversal(books, request()))
    assert [sell(books, request()).response_code for _ in range(3)] == ["12"] * 3
    assert books.get("refusal T1 000001 000001 late").response_code == "12"
    assert balance(books) == 10_000


def test_an_original_told_not_to_have_succeeded_is_refused_when_it_comes():
    books = books_with_card()
    sell(books, request(stan=2))
    question = Question(merchant_id="M1", terminal_id="T1", stan=1, batch="000001")
    books.post(enquire(books, question).block)
    assert sell(books, request()).response_code == "12"
    assert balance(books) == 9_000


def test_the_repeat_of_a_reversed_sale_is_refused():
    books = books_with_card()
    sell(books, request())
    post(books, decide_reversal(books, request()))
    late = sell(books, request())
    assert (late.response_code, late.posting) == ("12", None)
    assert balance(books) == 10_000


def test_an_inquiry_is_recorded_and_moves_nothing():
    books = books_with_card()
    post(books, approve_inquiry(request(amount_minor=0)))
    assert books.get("inquiry T1 000001 000001").entries == ()
    assert recall(books, request(amount_minor=0), "inquiry").response_code == "00"
    assert balance(books) == 10_000
