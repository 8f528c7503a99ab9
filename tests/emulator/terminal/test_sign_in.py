import pytest

from harness.emulator import KeyPressed
from harness.wire import zvt
from harness.wire.keys import format_working_keys, kcv
from tests.emulator.terminal.bench import (
    MAK,
    PIK,
    SIGN_IN,
    TMK,
    Bench,
    answer_to,
    codes,
    config,
    sale,
    silence,
)


@pytest.fixture
def bench():
    return Bench()


def wrong_keys(request):
    """Answer with keys whose check values are wrong."""
    keys = format_working_keys(TMK, PIK, bytes(8))
    return [answer_to(request, F62=keys.replace(kcv(PIK).hex().upper(), "00000000"))]


def test_sign_in_takes_keys_batch_and_signs_nothing(bench):
    assert codes(bench.order(SIGN_IN)) == [("060F", None)]
    request = bench.sent[0]
    assert (request.mti, request.text(11)) == ("0800", "000001")
    assert (request.text(60), request.text(63)) == ("00000001003", "01 ")
    assert 64 not in request.fields
    assert bench.memory.working.mak == MAK
    assert bench.memory.counters.batch == "000007"
    assert [line for line in bench.log if line.startswith("nv")] == [
        "nv counters", "nv counters", "nv keys",
    ]  # fmt: skip


def test_keys_with_a_wrong_check_value_are_refused_and_the_old_ones_stay(bench):
    bench.sign_in()
    bench.host = wrong_keys
    assert codes(bench.order(SIGN_IN)) == [("061E", 0x85)]
    assert bench.memory.keys.generation == 1
    assert bench.memory.working.mak == MAK
    assert "nv keys" not in bench.log


def test_wrong_keys_do_not_sign_in(bench):
    bench.host = wrong_keys
    bench.order(SIGN_IN)
    assert codes(bench.order(sale())) == [("061E", 0x6B)]


@pytest.mark.parametrize(("code", "result"), [("03", 3), ("97", 5), ("ZZ", 5)])
def test_a_host_that_declines_leaves_all_as_it_was(bench, code, result):
    bench.host = lambda request: [answer_to(request, code)]
    assert codes(bench.order(SIGN_IN)) == [("061E", result)]
    assert not bench.memory.is_signed_in


def test_no_answer_no_connection_and_cancel_end_it(bench):
    bench.host = silence
    bench.order(SIGN_IN)
    bench.fire("answer")
    assert codes(bench.results()) == [("061E", 0xA1)]
    bench.order(SIGN_IN)
    bench.give(KeyPressed("CANCEL"))
    assert codes(bench.results()) == [("061E", 0x6C)]
    bench.dead_at = ("0800",)
    assert codes(bench.order(SIGN_IN)) == [("061E", 0xA3)]
    bench.answers_calls = False
    assert codes(bench.order(SIGN_IN)) == [("061E", 0xA3)]


@pytest.mark.parametrize("changes", [{"F11": "000009"}, {"F41": "99999999"}, {"mti": "0830"}])
def test_an_answer_to_something_else_signs_nobody_in(bench, changes):
    bench.host = lambda request: [answer_to(request, **changes)]
    bench.order(SIGN_IN)
    assert not bench.memory.is_signed_in


def test_an_answer_without_batch_keeps_ours(bench):
    bench.host = lambda request: [answer_to(request, F60=None)]
    bench.order(SIGN_IN)
    assert bench.memory.is_signed_in
    assert bench.memory.counters.batch == "000001"


@pytest.mark.parametrize("area", ["keys", "counters"])
def test_what_cannot_be_stored_signs_nobody_in(bench, area):
    bench.fails = (area,)
    assert codes(bench.order(SIGN_IN)) == [("061E", 0xB1)]
    assert not bench.memory.is_signed_in


def test_single_length_keys_use_single_des():
    bench = Bench(config=config(keys_form="001"))
    keys = format_working_keys(TMK, PIK[:8], MAK, "001")
    bench.host = lambda request: [
        answer_to(request, F62=keys) if request.mti == "0800" else answer_to(request)
    ]
    bench.order(SIGN_IN)
    bench.order(sale())
    assert bench.sent[0].text(60).endswith("001")
    assert bench.sent[1].text(53) == "2000000000000000"


def test_sign_in_survives_a_power_cut(bench):
    bench.order(SIGN_IN)
    fresh = bench.reboot()
    assert fresh.shown == ["IDLE"]
    assert codes(fresh.order(sale()))[-1] == ("060F", None)


def test_a_pin_block_without_pan_says_so():
    bench = Bench(config=config(pin_block_with_pan=False)).sign_in()
    bench.order(sale())
    assert bench.sent[0].text(53) == "1600000000000000"


def test_status_says_whether_it_is_signed_in(bench):
    status = zvt.with_password(zvt.STATUS_ENQUIRY)
    assert bench.order(status)[0].fields == {"terminal_status": 0x6B}
    bench.order(SIGN_IN)
    assert bench.order(status)[0].fields == {"terminal_status": 0}


def test_a_host_line_without_header():
    bench = Bench(config=config(header="absent"))
    bench.order(SIGN_IN)
    assert bench.memory.is_signed_in


def test_binary_macs_by_profile():
    bench = Bench(config=config(mac_width="binary8")).sign_in()
    bench.order(sale())
    assert bench.memory.reversal.reason == "A0"
