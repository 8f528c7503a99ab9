"""When the merchant is paid, what is taken back, and what power cuts do to it."""

from dataclasses import replace

import pytest

from harness.emulator import Posted, Received
from harness.emulator.host.orders import ManualReturn, NextDay
from tests.emulator.host.bench import (
    CONFIG,
    MERCHANT,
    refund,
    reversal,
    settlement,
    signed_in,
    upload_end,
    void,
)

AT_ONCE = replace(CONFIG, payout="D+0", refund_enabled=True, refund_same_batch="allowed")


def settled(config=CONFIG):
    bench = signed_in(config)
    bench.ask(bench.sale())
    bench.ask(settlement(1_234, 1, 0, 0))
    bench.ask(upload_end())
    return bench


def paid(bench):
    return bench.books.balance_minor(f"paid:{MERCHANT}")


def payouts(bench):
    return [p.amount_minor for p in bench.books.find(name="payout")]


def test_the_next_day_pays_what_is_settled_once():
    bench = settled()
    assert paid(bench) == 0
    bench.tell(NextDay())
    assert (paid(bench), payouts(bench)) == (1_234, [1_234])
    assert bench.books.find(name="payout")[0].business_date == "20260106"
    bench.tell(NextDay())
    assert payouts(bench) == [1_234]


def test_what_is_not_settled_waits():
    bench = signed_in()
    bench.ask(bench.sale())
    bench.tell(NextDay())
    assert payouts(bench) == []


def test_a_payout_that_power_prevented_is_made_at_power_on():
    bench = settled()
    (store,) = bench.host.handle(0, bench.told(NextDay()))
    bench.areas["calendar"] = store.data  # and the power goes
    bench.power_on()
    assert payouts(bench) == [1_234]
    bench.power_on()
    assert payouts(bench) == [1_234]


def test_power_on_pays_nothing_before_its_day():
    bench = settled()
    bench.power_on()
    assert payouts(bench) == []


def test_at_once_a_sale_is_paid_before_it_is_answered():
    bench = signed_in(AT_ONCE)
    bench.effects.clear()
    bench.ask(bench.sale())
    assert [each.label for each in bench.effects] == ["sale", "debit", "payout", "0210"]
    payout = bench.books.find(name="payout")[0]
    assert (payout.amount_minor, payout.original) == (
        1_234,
        bench.books.find(name="sale")[0].reference,
    )
    bench.tell(NextDay())
    assert payouts(bench) == [1_234]


@pytest.mark.parametrize("how", ["void", "reversal", "refund", "by hand"])
def test_whatever_gives_back_is_taken_back_at_once(how):
    bench = signed_in(AT_ONCE)
    asked = bench.sale()
    answer = bench.ask(asked)
    bench.effects.clear()
    if how == "by hand":
        bench.tell(ManualReturn(bench.books.find(name="sale")[0].reference))
    else:
        make = {"void": void, "reversal": reversal}.get(how)
        bench.ask(make(asked) if make else refund(asked, answer))
    (clawback,) = bench.books.find(name="clawback")
    assert clawback.original == bench.books.find(name="sale")[0].reference
    assert [each.label for each in bench.effects][1:3] == ["return", "clawback"]
    assert paid(bench) == 0


def test_a_reversed_void_is_paid_again():
    bench = signed_in(AT_ONCE)
    asked = bench.sale()
    for message in (asked, void(asked), reversal(void(asked))):
        bench.ask(message)
    assert payouts(bench) == [1_234, 1_234]
    assert paid(bench) == 1_234


def test_repeats_are_paid_and_taken_back_once():
    bench = signed_in(AT_ONCE)
    asked = bench.sale()
    for message in (asked, asked, void(asked), void(asked)):
        bench.ask(message)
    assert (len(payouts(bench)), len(bench.books.find(name="clawback"))) == (1, 1)


def test_what_a_power_cut_left_unpaid_is_paid_at_power_on():
    bench = signed_in(AT_ONCE)
    (post,) = bench.host.handle(0, Received("terminal", bench.sealed(bench.sale())))
    bench.books.post(post.posting)
    effects = bench.host.handle(0, Posted(post.posting.reference))
    assert [each.label for each in effects] == ["debit", "payout"]  # and the power goes
    bench.power_on()
    assert payouts(bench) == [1_234]


def test_what_is_below_zero_is_carried_forward():
    bench = settled(replace(CONFIG, refund_enabled=True))
    bench.tell(NextDay())
    close(bench, "000002", (0, 0, 1_234, 1), refund_of(bench, F60="2500000200060"))
    assert payouts(bench) == [1_234]
    close(bench, "000003", (2_000, 1, 0, 0), bench.sale(stan=8, minor=2_000, batch="000003"))
    assert payouts(bench) == [1_234, 766]


def refund_of(bench, **fields):
    """Return the refund of the first sale, as its RRN and date in the books are."""
    sale = bench.books.find(name="sale")[0]
    named = {"F37": sale.rrn, "F61": f"000000000000{sale.business_date[4:]}"}
    return refund(bench.sale(), bench.sale(), **named, **fields)


def close(bench, batch, totals, *messages):
    """Let a batch be of these messages, settle it and begin the next day."""
    assert [bench.ask(each).text(39) for each in messages] == ["00"] * len(messages)
    bench.ask(settlement(*totals, batch=batch))
    bench.ask(upload_end(batch=batch))
    bench.tell(NextDay())
