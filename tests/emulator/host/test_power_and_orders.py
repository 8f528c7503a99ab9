"""What survives the host's own power cut, what the bench can order, and one thing at a time."""

from dataclasses import replace
from functools import partial

import pytest

from harness.emulator import Post, Posted, Received, Stored, StoreFailed, Told
from harness.emulator.host import safe_area
from harness.emulator.host.config import TERMINALS_MAX
from harness.emulator.host.machine import Host
from harness.emulator.host.orders import Block, ManualReturn, NextDay
from harness.errors import MisuseError
from harness.ledger.enquiry import Question, enquire
from harness.ledger.open_items import open_items
from harness.wire.dialects.unionpay import decode_frame
from tests.emulator.host.bench import (
    BATCH,
    CONFIG,
    MERCHANT,
    TERMINAL,
    Bench,
    new_books,
    reversal,
    sign_in,
    signed_in,
)


def restarted(bench):
    bench.power_on()
    return bench


def test_keys_and_business_date_survive_a_power_cut():
    bench = signed_in()
    bench.tell(NextDay())
    answer = restarted(bench).ask(bench.sale())
    assert (answer.text(39), answer.text(15)) == ("00", "0106")


def test_the_next_keys_after_a_power_cut_are_new_ones():
    bench = signed_in()
    before = bench.keys[TERMINAL]
    restarted(bench).sign_in(stan=9)
    assert bench.keys[TERMINAL] != before


def test_a_sale_posted_before_the_cut_can_be_reversed_or_repeated_after_it():
    bench = signed_in()
    asked = bench.sale()
    (post,) = bench.host.handle(0, Received("terminal", bench.sealed(asked)))
    bench.books.post(post.posting)  # and the power goes
    assert restarted(bench).ask(asked).text(39) == "00"
    assert bench.ask(reversal(asked)).text(39) == "00"
    assert bench.balance() == 100_000


def test_a_write_that_was_torn_leaves_the_state_before_it():
    bench = signed_in()
    whole = bench.areas["sign_ins"]
    (store,) = bench.host.handle(0, Received("terminal", bench.sealed(sign_in(stan=5))))
    half = safe_area.PLACE_SIZE
    for size in (*range(1, 80), *range(half + 1, half + 80)):  # beyond are blanks
        bench.areas["sign_ins"] = store.data[:size] + whole[size:]
        restarted(bench)
        code = bench.ask(bench.sale(stan=size + 2)).text(39)
        assert code == ("00" if bench.areas["sign_ins"] != store.data else "A0")


def test_nothing_is_promised_before_the_keys_are_safe():
    host = Host(CONFIG, new_books(), {})
    (store,) = host.handle(0, Received("terminal", Bench().sealed(sign_in())))
    assert store.kind == "nv"
    assert host.handle(0, Stored("calendar")) == []
    (answer,) = host.handle(0, Stored("sign_ins"))
    assert answer.label == "0810"
    assert host.handle(0, Stored("sign_ins")) == []


def test_keys_that_could_not_be_stored_are_not_given():
    host = Host(CONFIG, new_books(), {})
    host.handle(0, Received("terminal", Bench().sealed(sign_in())))
    (answer,) = host.handle(0, StoreFailed("sign_ins"))
    message = decode_frame(answer.data).message
    assert (message.text(39), message.text(62)) == ("96", "")
    (store,) = host.handle(0, Received("terminal", Bench().sealed(sign_in())))
    assert store.kind == "nv"


def test_while_a_posting_is_on_its_way_everything_else_waits():
    bench = signed_in()
    data, undo = bench.sealed(bench.sale()), bench.sealed(reversal(bench.sale()))
    (post,) = bench.host.handle(0, Received("terminal", data))
    assert isinstance(post, Post)
    later = [Received("terminal", data), Received("terminal", undo), Told(NextDay())]
    assert [bench.host.handle(0, event) for event in later] == [[], [], []]
    assert bench.host.handle(0, Posted("another")) == []
    bench.books.post(post.posting)
    effects = bench.host.handle(0, Posted(post.posting.reference))
    assert [each.label for each in effects] == ["debit", "0210", "0210", "reversal"]


def test_a_date_that_could_not_be_stored_does_not_move():
    bench = signed_in()
    bench.host.handle(0, Told(NextDay()))
    assert bench.host.handle(0, StoreFailed("calendar")) == []
    assert bench.ask(bench.sale()).text(15) == "0105"


def test_the_day_moves_by_one_and_over_the_year():
    bench = signed_in(replace(CONFIG, business_date="20261231"))
    bench.tell(NextDay())
    answer = bench.ask(bench.sale())
    assert (answer.text(13), answer.text(15), answer.text(37)[:4]) == ("0101", "0101", "7001")


def test_an_open_item_is_returned_by_hand_and_notified_once():
    bench = signed_in()
    asked = bench.sale()
    bench.ask(asked)
    bench.tell(NextDay())
    assert bench.ask(reversal(asked)).text(39) == "12"
    (item,) = open_items(bench.books)
    bench.tell(ManualReturn(item.reference))
    assert bench.notices == [("debit", "card-1", 1_234), ("return", "card-1", 1_234)]
    assert bench.balance() == 100_000
    assert bench.books.find(name="manual_return")[0].business_date == "20260106"


@pytest.mark.parametrize(
    ("order", "what"),
    [
        (ManualReturn("sale of nobody"), "'sale of nobody' is not in the books"),
        ("dance", "does not understand str"),
    ],
)
def test_orders_that_cannot_be_carried_out_are_the_benchs_mistake(order, what):
    with pytest.raises(MisuseError, match=what):
        Bench().tell(order)


def test_a_block_makes_the_host_refuse_the_late_original():
    bench = signed_in()
    missed, later = bench.sale(stan=2), bench.sale(stan=3)
    bench.ask(later)
    question = Question(merchant_id=MERCHANT, terminal_id=TERMINAL, stan=2, batch=BATCH)
    found = enquire(bench.books, question)
    bench.tell(Block(found.block))
    bench.tell(Block(found.block))
    assert bench.ask(missed).text(39) == "12"
    assert len(bench.notices) == 1


def test_as_many_terminals_as_allowed_can_sign_in():
    ids = tuple(f"{n:08}" for n in range(TERMINALS_MAX))
    config = replace(CONFIG, terminal_ids=ids)
    bench = Bench(config)
    for terminal in ids:
        bench.sign_in(stan=999_999, terminal=terminal)
    again = Bench(config, boot=partial(Host, config, bench.books))
    again.areas = bench.areas
    again.power_on()
    again.keys = bench.keys
    answers = [again.ask(again.sale(terminal=each)).text(39) for each in ids]
    assert answers == ["00"] * TERMINALS_MAX


def test_an_area_takes_no_more_than_it_can_hold():
    with pytest.raises(MisuseError, match="do not fit"):
        safe_area.written(b"", "x" * (safe_area.TEXT_SIZE_MAX + 1))
    with pytest.raises(MisuseError, match="do not fit"):
        safe_area.written(b"", "é")
