"""Whatever comes in whatever order: books balance, and nothing is taken or returned twice."""

from hypothesis import given
from hypothesis import strategies as st

from harness.ledger.enquiry import Question, enquire
from harness.ledger.reversal import decide_reversal
from tests.ledger.requests import balance, books_with_card, post, request, sell

STEPS = st.tuples(
    st.sampled_from(["sale", "reversal", "next-day reversal", "enquiry", "decline"]),
    st.integers(1, 3),
    st.sampled_from([1_000, 999]),
)


def take(books, step):
    what, stan, minor = step
    asked = request(stan=stan, amount_minor=minor)
    if what in {"sale", "decline"}:
        return sell(books, asked, "00" if what == "sale" else "51").response_code
    if what == "enquiry":
        question = Question(merchant_id="M1", terminal_id="T1", stan=stan, batch="000001")
        found = enquire(books, question)
        if found.block:
            books.post(found.block)
        return found.answer
    day = "20260106" if what == "next-day reversal" else "20260105"
    late = request(stan=stan, amount_minor=minor, business_date=day)
    return post(books, decide_reversal(books, late)).response_code


def net_minor(books, stan):
    postings = books.find(stan=stan, terminal_id="T1")
    return sum(e.amount_minor for p in postings for e in p.entries if e.account == "card:card-1")


@given(st.lists(STEPS, max_size=12))
def test_any_order_leaves_books_balanced_and_each_number_debited_at_most_once(steps):
    books = books_with_card()
    for step in steps:
        take(books, step)
        assert all(sum(e.amount_minor for e in p.entries) == 0 for p in books.postings.values())
        assert all(net_minor(books, stan) in (0, -1_000, -999) for stan in (1, 2, 3))
    assert balance(books) == 10_000 + sum(net_minor(books, stan) for stan in (1, 2, 3))


@given(st.lists(STEPS, max_size=12))
def test_a_number_is_reversed_once_and_never_debited_after_that(steps):
    books = books_with_card()
    for step in steps:
        take(books, step)
    for stan in (1, 2, 3):
        undone = books.find(name="reversal", stan=stan)
        assert len(undone) <= 1
        assert not undone or net_minor(books, stan) == 0


@given(st.lists(STEPS, max_size=12))
def test_what_was_told_not_to_have_succeeded_never_succeeds_later(steps):
    books, told = books_with_card(), set()
    for step in steps:
        if take(books, step) == "not_succeeded":
            told.add(step[1])
        assert all(net_minor(books, stan) == 0 for stan in told)
