"""What batches turn out to lack, and how it is closed by hand."""

from dataclasses import replace

from harness.emulator.host.orders import ManualReturn, Reconcile
from harness.ledger.batch import foreign_cards
from harness.ledger.open_items import open_items
from tests.emulator.host.bench import (
    CARDS,
    CONFIG,
    reversal,
    settlement,
    signed_in,
    upload,
    upload_end,
    void,
)


def settled(*uploaded, voided=(), **more):
    """Return a bench with sales 2, 3 and 4 after a settlement that uploads only some of them."""
    bench = signed_in(replace(CONFIG, **more))
    for stan, card in ((2, "card-1"), (3, "card-2"), (4, "card-visa")):
        bench.ask(bench.sale(stan=stan, card=card))
    for stan in voided:
        bench.ask(void(bench.sale(stan=stan), stan=10 + stan))
    visas = sum(card == "card-visa" for *_, card in uploaded)
    bench.ask(settlement(1, len(uploaded) - visas, 0, 0, foreign=(1, visas, 0, 0)))
    if uploaded:
        bench.ask(upload(*uploaded))
    bench.ask(upload_end(network="202"))
    bench.notices.clear()
    return bench


def test_each_sale_that_the_batch_lacks_is_given_back_and_notified():
    bench = settled((3, 1_234, "card-2"))
    bench.tell(Reconcile())
    assert bench.notices == [("return", "card-1", 1_234), ("return", "card-visa", 1_234)]
    assert [bench.balance(card) for card in ("card-1", "card-2", "card-visa")] == [
        100_000,
        98_766,
        100_000,
    ]


def test_each_return_is_told_and_taken_back_from_the_merchant_before_the_next():
    bench = settled((3, 1_234, "card-2"), payout="D+0")
    bench.effects.clear()
    bench.tell(Reconcile())
    assert [each.label for each in bench.effects] == ["manual_return", "return", "clawback"] * 2


def test_reconciling_again_finds_nothing_more():
    bench = settled()
    bench.tell(Reconcile())
    bench.tell(Reconcile())
    assert len(bench.books.find(name="manual_return")) == 3
    assert open_items(bench.books, foreign_cards(CARDS)) == []


def test_what_was_uploaded_is_left_alone():
    bench = settled((2, 1_234, "card-1"), (3, 1_234, "card-2"), (4, 1_234, "card-visa"))
    bench.tell(Reconcile())
    assert bench.notices == []


def test_a_void_that_the_batch_lacks_is_undone_and_the_card_debited():
    others = (3, 1_234, "card-2"), (4, 1_234, "card-visa")
    bench = settled((2, 1_234, "card-1"), *others, voided=(2,))
    (item,) = open_items(bench.books, foreign_cards(CARDS))
    assert item.name == "void"
    bench.tell(ManualReturn(item.reference))
    assert bench.notices == [("debit", "card-1", 1_234)]
    assert bench.balance() == 98_766


def test_a_reversal_after_the_return_by_hand_gives_nothing_again():
    bench = settled()
    bench.tell(Reconcile())
    assert bench.ask(reversal(bench.sale(stan=2))).text(39) == "12"
    assert bench.balance() == 100_000
