"""Settlement over the host line: totals, results, and the number of the batch."""

from dataclasses import replace

import pytest

from harness.emulator import Received
from harness.emulator.host.config import Override
from harness.emulator.host.orders import Script
from harness.wire.dialects.unionpay import decode_frame
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from tests.emulator.host.bench import (
    BATCH,
    CONFIG,
    OTHER_TERMINAL,
    inquiry,
    reversal,
    settlement,
    sign_in,
    signed_in,
    upload,
    upload_end,
    void,
)


def sold(*cards, **more):
    """Return a bench with a sale of each card."""
    bench = signed_in(**more)
    for stan, card in enumerate(cards or ("card-1",), start=2):
        bench.ask(bench.sale(stan=stan, card=card))
    return bench


def results(answer):
    return answer.text(48)[30] + answer.text(48)[61]


def test_a_settlement_is_answered_with_its_totals_and_results():
    bench = sold("card-1", "card-visa")
    asked = settlement(1_234, 1, 0, 0, foreign=(1_234, 1, 0, 0))
    answer = bench.ask(asked)
    assert answer.mti == "0510"
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert answer.text(48) == f"{asked.text(48)[:30]}1{asked.text(48)[31:61]}1"
    assert (answer.text(39), answer.text(64)) == ("", "")
    assert (answer.text(63), answer.text(15), answer.text(60)) == ("01 ", "0105", f"00{BATCH}201")
    assert bench.names()[-1] == ("settlement", "00")
    assert bench.balance() == 98_766


def test_it_is_posted_before_it_is_answered_and_notifies_nobody():
    bench = sold()
    bench.effects.clear()
    bench.ask(settlement(1_234, 1, 0, 0))
    assert [each.label for each in bench.effects] == ["settlement", "0510"]


def test_totals_are_gross_and_those_that_differ_are_not_balanced():
    bench = sold("card-1", "card-2")
    bench.ask(void(bench.sale(stan=2)))
    assert results(bench.ask(settlement(2_468, 2, 1_234, 1))) == "11"
    assert results(bench.ask(settlement(1_234, 1, 0, 0, stan=91))) == "21"
    foreign = (1, 1, 0, 0)
    assert results(bench.ask(settlement(2_468, 2, 1_234, 1, foreign=foreign, stan=92))) == "12"


def test_field_39_is_the_profiles():
    bench = sold(config=replace(CONFIG, settlement_answer_f39="00"))
    answer = bench.ask(settlement(1_234, 1, 0, 0))
    assert answer.text(39) == "00"
    assert profile_deviations(answer, spec_for(answer)) == ()


def test_a_repeated_settlement_is_answered_as_before_and_posted_once():
    bench = sold()
    first, again = (bench.ask(settlement(1_234, 1, 0, 0)) for _ in range(2))
    assert first.text(48) == again.text(48)
    assert len(bench.books.find(name="settlement")) == 1
    assert bench.ask(settlement(1, 1, 0, 0)).text(39) == "94"


def test_another_batch_and_a_stranger_are_told_to_sign_in():
    bench = sold()
    assert bench.ask(settlement(batch="000002")).text(39) == "77"
    assert bench.ask(settlement(terminal=OTHER_TERMINAL)).text(39) == "77"
    assert bench.books.find(name="settlement") == []


def test_an_operator_that_cannot_be_said_again_is_left_out():
    bench = sold()
    frame = bench.sealed(settlement(1_234, 1, 0, 0)).replace(b"\x00\x0301 ", b"\x00\x03\x001 ")
    (answer,) = bench.hear(frame)
    assert (answer.text(48)[30], answer.text(63)) == ("1", "")


def test_totals_that_cannot_be_read_are_told_30():
    bench = sold()
    assert bench.ask(settlement().having({48: "0" * 61})).text(39) == "30"
    assert bench.ask(settlement().without(48)).text(39) == "30"


def test_a_settled_batch_takes_no_sale_but_what_moves_nothing():
    bench = sold()
    bench.ask(settlement(1_234, 1, 0, 0))
    sale = bench.sale(stan=8)
    assert bench.ask(sale).text(39) == "77"
    assert bench.ask(inquiry(stan=9)).text(39) == "00"
    assert bench.ask(bench.sale(stan=2)).text(39) == "00"  # a repeat
    assert bench.names()[1:] == [("settlement", "00"), ("inquiry", "00")]


def test_a_reversal_that_was_late_still_gives_the_money_back():
    bench = sold()
    bench.ask(settlement(1_234, 1, 0, 0))
    assert bench.ask(reversal(bench.sale(stan=2))).text(39) == "00"
    assert bench.balance() == 100_000


@pytest.mark.parametrize("network", ["207", "202"])
def test_the_end_raises_the_batch_by_one_and_the_sign_in_tells_it(network):
    bench = sold()
    bench.ask(settlement(1_234, 1, 0, 0))
    answer = bench.ask(upload_end(network=network))
    assert (answer.mti, answer.text(39), answer.text(64)) == ("0330", "00", "")
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert bench.names()[-1] == ("batch_end", "00")
    assert bench.ask(sign_in(stan=50)).text(60) == "00000002003"
    bench.sign_in(stan=51)
    assert bench.ask(bench.sale(stan=52)).text(39) == "77"
    assert bench.ask(bench.sale(stan=53, batch="000002")).text(39) == "00"


def test_a_repeated_end_after_a_lost_answer_is_told_00_and_raises_nothing():
    bench = sold()
    bench.ask(settlement(1_234, 1, 0, 0))
    answers = [bench.ask(upload_end(stan=stan)) for stan in (99, 99, 100)]
    assert [each.text(39) for each in answers] == ["00"] * 3
    assert bench.ask(sign_in(stan=50)).text(60)[2:8] == "000002"


def test_an_end_without_settlement_is_told_12_and_one_of_another_batch_77():
    bench = sold()
    assert bench.ask(upload_end()).text(39) == "12"
    assert bench.ask(upload_end(batch="000002")).text(39) == "77"
    assert bench.ask(upload_end().having({48: "1"})).text(39) == "30"


def test_after_999999_comes_1():
    bench = signed_in(replace(CONFIG, batch="999999"))
    bench.ask(settlement(batch="999999"))
    bench.ask(upload_end(batch="999999"))
    assert bench.ask(sign_in(stan=50)).text(60)[2:8] == "000001"


def test_each_terminal_has_a_batch_of_its_own():
    bench = sold()
    bench.sign_in(terminal=OTHER_TERMINAL)
    bench.ask(settlement(1_234, 1, 0, 0))
    bench.ask(upload_end())
    assert bench.ask(bench.sale(terminal=OTHER_TERMINAL)).text(39) == "00"
    assert bench.ask(sign_in(stan=50, terminal=OTHER_TERMINAL)).text(60)[2:8] == "000001"
    totals = settlement(1_234, 1, 0, 0, terminal=OTHER_TERMINAL)
    assert results(bench.ask(totals)) == "11"


def test_the_batch_survives_a_power_cut():
    bench = sold()
    bench.ask(settlement(1_234, 1, 0, 0))
    (post,) = bench.host.handle(0, Received("terminal", bench.sealed(upload_end())))
    bench.books.post(post.posting)  # and the power goes
    bench.power_on()
    assert bench.ask(upload_end()).text(39) == "00"
    assert len(bench.books.find(name="batch_end")) == 1
    assert bench.ask(bench.sale(stan=9, batch="000002")).text(39) == "00"


def test_the_bench_can_order_results_and_refusals():
    bench = sold()
    orders = {("0500", 1): Override(response_code="96"), ("0500", 2): Override(results=(3, 2))}
    bench.tell(Script({**orders, ("0320", 1): Override(response_code="96")}))
    assert bench.ask(settlement()).text(39) == "96"
    assert bench.books.find(name="settlement") == []
    (data,) = bench.give(Received("terminal", bench.sealed(settlement())))
    assert results(decode_frame(data).message) == "32"
    assert bench.effects[-1].on_purpose
    assert bench.books.find(name="settlement")[0].details[30] == "3"
    assert bench.ask(upload_end()).text(39) == "96"
    assert bench.ask(upload(*[(2, 1_234, "card-1")])).text(39) == "00"


def test_an_approval_that_is_ordered_stands_in_field_39():
    bench = sold()
    bench.tell(Script({("0500", 1): Override(response_code="11")}))
    assert bench.ask(settlement(1_234, 1, 0, 0)).text(39) == "11"
