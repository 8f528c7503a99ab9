"""Each host that is wrong about batches and payouts does its one wrong thing, and no other."""

from dataclasses import replace

import pytest

from harness.emulator.host.defects_batch import BATCH_DEFECTS
from harness.emulator.host.orders import ManualReturn, NextDay, Reconcile
from harness.ledger.lookup import Search, look_up
from harness.ledger.open_items import open_items
from tests.emulator.host.bench import (
    CONFIG,
    MERCHANT,
    Bench,
    new_books,
    refund,
    reversal,
    settlement,
    sign_in,
    upload,
    upload_end,
)

RECORD = (2, 1_234, "card-1")


def sold(name, **more):
    books, config = new_books(), replace(CONFIG, **more)
    boot = BATCH_DEFECTS[name].boot(config, books) if name else None
    bench = Bench(config, books=books, boot=boot)
    bench.sign_in()
    bench.ask(bench.sale())
    return bench


def settle(bench, *totals, batch="000001", records=()):
    """Settle and end a batch; return the results of both groups."""
    answer = bench.ask(settlement(*totals, batch=batch))
    if records:
        bench.ask(upload(*records, batch=batch))
    bench.ask(upload_end(batch=batch))
    return answer.text(48)[30] + answer.text(48)[61]


def paid(bench):
    return bench.books.balance_minor(f"paid:{MERCHANT}")


@pytest.mark.parametrize("payout", ["T+1", "D+0"])
@pytest.mark.parametrize("name", [None, *BATCH_DEFECTS])
def test_a_day_without_trouble_goes_as_with_a_right_host(name, payout):
    bench = sold(name, payout=payout)
    assert settle(bench, 1_234, 1, 0, 0) == "11"
    bench.tell(NextDay())
    assert paid(bench) == 1_234 + (name == "charges-settlement")
    assert bench.ask(sign_in(stan=60)).text(60)[2:8] == "000002"


@pytest.mark.parametrize("name", BATCH_DEFECTS)
def test_every_defect_names_a_rule_and_keeps_the_books_balanced(name):
    assert BATCH_DEFECTS[name].rule in {"S3", "S6", "S7", "S8", "M7", "M8"}
    assert BATCH_DEFECTS[name].what
    bench = sold(name)
    settle(bench, 1, 1, 0, 0, records=[RECORD])
    sums = {sum(e.amount_minor for e in p.entries) for p in bench.books.postings.values()}
    assert sums == {0}


def test_a_settlement_costs_the_cardholder_something():
    bench = sold("charges-settlement")
    settle(bench, 1_234, 1, 0, 0)
    assert bench.balance() == 98_765
    assert settle(bench, batch="000002") == "11"
    assert bench.balance() == 98_765
    bench = sold("charges-settlement")
    assert [bench.ask(settlement(1_234, 1, 0, 0)).text(39) for _ in range(2)] == ["", ""]
    assert bench.balance() == 98_765


def test_every_total_is_balanced():
    assert settle(sold(None), 1, 1, 0, 0) == "21"
    assert settle(sold("settles-unseen"), 1, 1, 0, 0) == "11"


def test_the_batch_rises_again_with_each_repeated_end():
    bench = sold("raises-batch-twice")
    assert bench.ask(upload_end()).text(39) == "12"
    settle(bench, 1_234, 1, 0, 0)
    for batch in ("000003", "000004"):
        assert bench.ask(upload_end()).text(39) == "00"
        assert bench.ask(sign_in(stan=int(batch))).text(60)[2:8] == batch


def test_a_record_is_taken_again_with_each_repeated_group():
    bench = sold("counts-upload-twice")
    bench.ask(settlement(1, 1, 0, 0))
    assert [bench.ask(upload(RECORD)).text(39) for _ in range(3)] == ["00"] * 3
    assert [one.amount_minor for one in bench.books.find(name="upload")] == [1_234] * 3


def in_debt(name):
    """Return a host that has paid a sale which was refunded then, and a greater one later."""
    bench = sold(name, refund_enabled=True)
    settle(bench, 1_234, 1, 0, 0)
    bench.tell(NextDay())
    sale = bench.books.find(name="sale")[0]
    named = {"F37": sale.rrn, "F61": "0000000000000105", "F60": "2500000200060"}
    bench.ask(refund(bench.sale(), bench.sale(), **named))
    settle(bench, 0, 0, 1_234, 1, batch="000002")
    bench.tell(NextDay())
    bench.ask(bench.sale(stan=9, minor=1_500, batch="000003"))
    settle(bench, 1_500, 1, 0, 0, batch="000003")
    bench.tell(NextDay())
    return bench


def test_what_is_below_zero_is_dropped():
    assert paid(in_debt(None)) == 1_500
    assert paid(in_debt("forgets-debts-of-merchants")) == 1_234 + 1_500


def test_a_payout_stays_though_its_sale_was_undone():
    for name, left in ((None, 0), ("takes-no-payout-back", 1_234)):
        bench = sold(name, payout="D+0")
        bench.ask(reversal(bench.sale()))
        bench.power_on()
        assert paid(bench) == left


def test_the_reconciliation_finds_nothing_but_what_is_told():
    defect = BATCH_DEFECTS["reconciles-nothing"]
    bench = sold("reconciles-nothing")
    settle(bench)
    bench.tell(Reconcile())
    assert bench.books.find(name="manual_return") == []
    (item,) = open_items(bench.books, frozenset())
    assert defect.open_items(bench.books, frozenset()) == []
    bench.tell(ManualReturn(item.reference))
    assert bench.balance() == 100_000


def test_a_refused_reversal_is_listed_all_the_same():
    defect = BATCH_DEFECTS["reconciles-nothing"]
    bench = sold("reconciles-nothing")
    bench.tell(NextDay())
    bench.ask(reversal(bench.sale()))
    assert len(defect.open_items(bench.books, frozenset())) == 1


def test_the_look_up_loses_what_is_settled():
    bench = sold("loses-settled-transactions")
    settle(bench, 1_234, 1, 0, 0)
    bench.ask(bench.sale(stan=3, batch="000002"))
    lose = BATCH_DEFECTS["loses-settled-transactions"].look_up
    assert [one.stan for one in look_up(bench.books, Search(card="card-1"))] == [2, 3]
    assert [one.stan for one in lose(bench.books, Search(card="card-1"))] == [3]
