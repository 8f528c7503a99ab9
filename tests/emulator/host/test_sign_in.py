from dataclasses import replace

import pytest

from harness.emulator.host.config import Override
from harness.errors import DecodeError
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from harness.wire.keys import parse_working_keys
from tests.emulator.host.bench import (
    BATCH,
    CONFIG,
    MERCHANT,
    OTHER_TERMINAL,
    TERMINAL,
    TMK,
    Bench,
    management,
    sale,
    sign_in,
    signed_in,
)


def test_a_sign_in_is_answered_with_keys_clock_and_batch():
    (answer,) = Bench().hear(Bench().sealed(sign_in(stan=7)), now_ns=3_661 * 10**9)
    assert answer.mti == "0810"
    assert answer.without(62).fields == {
        11: "000007",
        12: "100101",
        13: "0105",
        32: "48021000",
        37: "600501000007",
        39: "00",
        41: TERMINAL,
        42: MERCHANT,
        60: f"00{BATCH}003",
    }
    assert profile_deviations(answer, spec_for(answer)) == ()


@pytest.mark.parametrize(("form", "sizes"), [("001", (8, 8, 0)), ("003", (16, 8, 0))])
def test_each_form_of_keys_opens_under_the_master_key(form, sizes):
    keys = parse_working_keys(TMK, Bench().ask(sign_in(form)).text(62))
    assert (len(keys.pik), len(keys.mak), len(keys.track_key)) == sizes


def test_form_004_has_a_track_key_and_trades():
    bench = Bench()
    assert len(parse_working_keys(TMK, bench.sign_in("004").text(62)).track_key) == 16
    assert bench.ask(bench.sale(pin="135790")).text(39) == "00"


@pytest.mark.parametrize("form", ["001", "003"])
def test_a_terminal_trades_with_the_keys_it_got(form):
    bench = Bench()
    bench.sign_in(form)
    assert bench.ask(bench.sale(pin="135790")).text(39) == "00"


def test_keys_differ_by_terminal_and_by_sign_in():
    bench = Bench()
    first, second = bench.sign_in(stan=1).text(62), bench.sign_in(stan=2).text(62)
    other = bench.sign_in(stan=1, terminal=OTHER_TERMINAL).text(62)
    assert len({first, second, other}) == 3
    assert Bench().sign_in(stan=1).text(62) == first


def test_a_repeated_sign_in_gets_the_same_keys_again():
    bench = Bench()
    assert bench.sign_in(stan=5).text(62) == bench.sign_in(stan=5).text(62)
    assert [each.kind for each in bench.effects] == ["nv", "tx", "tx"]
    assert bench.ask(bench.sale()).text(39) == "00"


def test_the_keys_before_the_last_sign_in_are_no_good():
    bench = Bench()
    bench.sign_in(stan=1)
    old = bench.keys[TERMINAL]
    bench.sign_in(stan=2)
    assert bench.ask(bench.sale(), mak=old.mak).text(39) == "A0"


@pytest.mark.parametrize("form", ["005", "006"])
def test_sets_of_keys_that_the_host_has_not_are_refused(form):
    bench = Bench()
    answer = bench.ask(sign_in(form))
    assert (answer.text(39), answer.text(62)) == ("40", "")
    assert bench.areas == {}


def test_only_the_form_on_record_is_given():
    bench = Bench(replace(CONFIG, keys_form="004"))
    assert bench.ask(sign_in("003")).text(39) == "40"
    assert bench.ask(sign_in("004")).text(39) == "00"


def test_a_sign_out_ends_trading_until_the_next_sign_in():
    bench = signed_in()
    out = bench.ask(management("0820", "002", 3))
    assert (out.mti, out.text(39), out.text(11)) == ("0830", "00", "000003")
    assert profile_deviations(out, spec_for(out)) == ()
    assert bench.ask(bench.sale(stan=4)).text(39) == "77"
    bench.sign_in(stan=5)
    assert bench.ask(bench.sale(stan=6)).text(39) == "00"


def test_an_echo_is_answered_without_a_number():
    message = management("0820", "301", None)
    answer = Bench().ask(message.without(63))
    assert (answer.mti, answer.text(39)) == ("0830", "00")
    assert profile_deviations(answer, spec_for(answer)) == ()


def test_before_any_sign_in_the_terminal_is_told_to_sign_in():
    bench = Bench()
    answer = bench.ask(sale(None))
    assert (answer.text(39), answer.text(64)) == ("77", "")
    assert bench.names() == []


def test_a_wrong_check_value_is_no_key_but_the_right_length():
    bench = Bench(replace(CONFIG, script={("0800", 1): Override(wrong_check_value=True)}))
    answer = bench.ask(sign_in())
    with pytest.raises(DecodeError, match="check value of the PIK"):
        parse_working_keys(TMK, answer.text(62))
    bench.sign_in(stan=2)
