"""Sales, voids, refunds, reversals, settlements and payouts in any order: no money is lost."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.host.calendar import next_day
from harness.ledger.batch import current_batch
from harness.ledger.books import MemoryBooks
from harness.ledger.payout import payout_at_once, payout_of_day
from harness.ledger.transaction import UNDOING, sale_behind, undoing
from tests.ledger.requests import (
    BATCH,
    DAY,
    books_with_card,
    end,
    refund,
    request,
    reverse,
    rrn,
    sell,
    settle,
    void,
)

STEPS = st.tuples(
    st.sampled_from(["sale", "sale", "void", "refund", "settle", "end", "next day"]),
    st.sampled_from(["card-1", "card-2"]),
    st.integers(1, 5),
    st.sampled_from([1_000, 1_000, 400]),
    st.booleans(),
)


@dataclass
class Host:
    """What a host does with its books, without messages; every STAN is new."""

    is_at_once: bool
    books: MemoryBooks = field(default_factory=books_with_card)
    day: str = DAY
    stan: int = 0
    paid_minor: int = 0  # what should have been paid by now

    def take(self, what, card, of, minor, is_reversed):
        self.stan += 1
        if what == "next day":
            self.begin_day()
        elif what in ("settle", "end"):
            {"settle": settle, "end": end}[what](self.books, self.stan, self.batch)
        else:
            self.transact(what, card, of, minor)
            if is_reversed:
                self.keep(reverse, self.stan, of=what, amount_minor=minor, card=card, **self.now)

    def transact(self, what, card, of, minor):
        asked = {"amount_minor": minor, "card": card, **self.now}
        if what == "sale":
            self.keep(sell, request(self.stan, rrn=rrn(self.stan), **asked))
        elif what == "void":
            self.keep(void, of, self.stan, original={"batch": self.batch}, **asked)
        else:
            dates = {one.business_date for one in self.books.find(name="sale", stan=of)}
            date = next(iter(dates), DAY)[4:]
            self.keep(refund, of, self.stan, original={"date": date}, **asked)

    def keep(self, act, *what, **more):
        """Do something, and pay at once what it is to be paid for."""
        decision = act(self.books, *what, **more)
        if self.is_at_once and decision.is_new and decision.posting.entries:
            self.books.post(payout_at_once(self.books, decision.posting, self.day))

    @property
    def batch(self):
        return current_batch(self.books, "T1", BATCH)

    @property
    def now(self):
        return {"batch": self.batch, "business_date": self.day}

    def begin_day(self):
        self.day = next_day(self.day)
        if self.is_at_once:
            return
        due_minor = sum(map(self.net_minor, self.ended())) - self.paid_minor
        self.paid_minor += max(due_minor, 0)
        if payout := payout_of_day(self.books, "M1", self.day):
            self.books.post(payout)

    def ended(self):
        found = self.books.find(name="batch_end")
        return {one.batch for one in found if one.business_date < self.day}

    def net_minor(self, batch):
        signs = {"sale": 1, "void": -1, "refund": -1}
        return sum(
            signs[one.name] * one.amount_minor
            for one in self.books.find(batch=batch)
            if one.name in signs and not self.books.find(name="reversal", original=one.reference)
        )


def balances(books):
    found = Counter()
    for posting in books.postings.values():
        assert sum(entry.amount_minor for entry in posting.entries) == 0
        for entry in posting.entries:
            found[entry.account.partition(":")[0]] += entry.amount_minor
    return found


def played(steps, *, is_at_once):
    host = Host(is_at_once)
    for step in steps:
        host.take(*step)
    return host


@given(st.lists(STEPS, max_size=25), st.booleans())
def test_all_accounts_together_are_always_at_zero(steps, is_at_once):
    host = played(steps, is_at_once=is_at_once)
    found = balances(host.books)
    assert sum(found.values()) == 0
    assert found["opening"] + found["card"] + found["merchant"] + found["paid"] == 0
    assert found["opening"] == -30_000


@given(st.lists(STEPS, max_size=25))
def test_no_transaction_is_undone_twice_nor_given_back_for_more_than_it_took(steps):
    books = played(steps, is_at_once=False).books
    given_minor = Counter()
    for posting in books.postings.values():
        undone = [one for one in books.find(original=posting.reference) if one.name in UNDOING]
        assert sum(undoing(books, one) is None for one in undone) <= 1
        sides = (one for one in posting.entries if one.account.startswith("card:"))
        given_minor[sale_behind(books, posting).reference] += sum(one.amount_minor for one in sides)
    for sale in books.find(name="sale"):
        assert -sale.amount_minor <= given_minor[sale.reference] <= 0


@given(st.lists(STEPS, max_size=25))
def test_the_next_day_pays_the_net_of_ended_batches_less_what_was_below_zero(steps):
    host = played(steps, is_at_once=False)
    assert host.books.balance_minor("paid:M1") == host.paid_minor


@given(st.lists(STEPS, max_size=25))
def test_at_once_nothing_is_left_owed(steps):
    books = played(steps, is_at_once=True).books
    assert books.balance_minor("merchant:M1") == 0
    assert books.balance_minor("paid:M1") + balances(books)["card"] == 30_000


@given(st.lists(STEPS, max_size=25))
def test_a_settlement_moves_nothing_and_each_batch_ends_once(steps):
    books = played(steps, is_at_once=False).books
    for name in ("settlement", "batch_end"):
        assert all(one.entries == () for one in books.find(name=name))
    ended = [one.batch for one in books.find(name="batch_end")]
    assert ended == sorted(set(ended))
