import pytest

from harness.emulator import KeyPressed, Printed
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    LAST,
    MAK,
    SIGN_IN,
    Bench,
    answer_to,
    approve,
    close,
    codes,
    config,
    sale,
    silence,
)


@pytest.fixture
def bench():
    return pending()


def pending(**changes):
    """Return a bench whose last sale, of 5.00 and STAN 2, has no answer."""
    bench = Bench(config=config(**changes)).sign_in()
    bench.host = silence
    bench.order(sale(500))
    bench.fire("answer")
    bench.forget()
    bench.host = approve
    return bench


def answering(code, **changes):
    """Return a host that answers every 0400 so, and approves all else."""

    def host(request):
        return [answer_to(request, code, **changes)] if request.mti == "0400" else approve(request)

    return host


def silent_to_reversals(request):
    return [] if request.mti == "0400" else approve(request)


@pytest.mark.parametrize("order", [sale(99), zvt.Message(zvt.BALANCE)])
def test_the_reversal_goes_before_the_next_card_transaction(bench, order):
    assert codes(bench.order(order))[-1] == ("060F", None)
    assert bench.mtis == ["0400", "0200"]
    assert not bench.memory.is_owing


def test_a_reversal_is_counted_before_and_cleared_after_on_one_line(bench):
    bench.order(sale(99))
    begin = bench.log.index("cancel connect")
    assert bench.log[begin : begin + 9] == [
        "cancel connect", "nv reversal", "show REVERSING", "tx 0400", "timer answer",
        "cancel answer", "nv reversal", "nv counters", "nv reversal",
    ]  # fmt: skip
    assert bench.log.count("connect host") == 1


def test_the_till_is_told_that_a_reversal_goes_first(bench):
    bench.order(sale(99))
    statuses = [each.fields.get("status") for each in bench.told if each.command == 0x04FF]
    assert statuses == [0x0A, 0x01, 0x05, 0x04]


def test_the_0400_repeats_the_original_without_its_card(bench):
    bench.order(sale(99))
    reversal = bench.sent[0]
    assert {n: reversal.text(n) for n in sorted(reversal.fields) if n != 64} == {
        3: "000000", 4: "000000000500", 11: "000002", 22: "021", 25: "00", 39: "98",
        41: "12345678", 42: "898310059120001", 49: "156", 60: "2200000700020",
    }  # fmt: skip


def test_a_reversal_may_have_a_stan_of_its_own():
    bench = pending(reversal_stan="new")
    bench.order(sale(99))
    assert [message.text(11) for message in bench.sent] == ["000003", "000004"]
    assert bench.sent[0].text(61) == "000007000002"


@pytest.mark.parametrize("code", ["00", "12", "25"])
def test_three_codes_conclude_a_reversal(bench, code):
    bench.host = answering(code)
    assert codes(bench.order(sale(99)))[-1] == ("060F", None)
    assert not bench.memory.is_owing


@pytest.mark.parametrize("code", ["96", "22", "11", "A2", "94", "ZZ"])
def test_no_other_code_does(bench, code):
    bench.host = answering(code)
    assert codes(bench.order(sale(99))) == [("061E", 0xA1)]
    assert bench.mtis == ["0400"]
    assert bench.memory.is_owing
    assert bench.memory.reversal.attempts == 1


def test_silence_concludes_nothing_and_starts_no_sale(bench):
    bench.host = silence
    bench.order(sale(99))
    bench.fire("answer")
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert bench.memory.reversal.attempts == 1
    assert bench.memory.is_owing


@pytest.mark.parametrize("changes", [{"F11": "000003"}, {"F4": "000000000501"}, {"mti": "0210"}])
def test_an_answer_to_something_else_concludes_nothing(bench, changes):
    bench.host = answering("00", **changes)
    bench.order(sale(99))
    assert bench.terminal.phase.name == "REVERSING"


def test_an_answer_with_a_wrong_mac_concludes_nothing(bench):
    bench.host = answering("00", mak=bytes(8))
    assert codes(bench.order(sale(99))) == [("061E", 0xA1)]
    assert bench.memory.is_owing
    assert bench.memory.reversal.reason == "98"


def test_an_answer_without_amount_concludes(bench):
    bench.host = answering("00", F4=None)
    bench.order(sale(99))
    assert not bench.memory.is_owing


def test_cancel_ends_the_wait_for_the_0410(bench):
    bench.host = silence
    bench.order(sale(99))
    bench.give(KeyPressed("CANCEL"))
    assert codes(bench.results()) == [("061E", 0x6C)]
    assert bench.memory.is_owing


def test_a_line_that_is_down_counts_no_attempt_and_starts_no_sale(bench):
    bench.answers_calls = False
    assert codes(bench.order(sale(99))) == [("061E", 0xA3)]
    assert bench.memory.reversal.attempts == 0
    assert bench.memory.reversal.number == 2


def test_a_0400_that_could_not_leave_is_no_attempt(bench):
    bench.dead_at = ("0400",)
    assert codes(bench.order(sale(99))) == [("061E", 0xA3)]
    assert bench.memory.reversal.attempts == 0
    assert bench.memory.is_owing


def test_the_line_may_be_lost_while_the_0410_is_awaited(bench):
    bench.host = silence
    bench.order(sale(99))
    close(bench)
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert bench.memory.reversal.attempts == 1


def exhaust(bench):
    bench.host = silent_to_reversals
    for _ in range(bench.config.reversal_attempts_max):
        bench.forget()
        bench.order(sale(99))
        bench.fire("answer")
    return bench


def test_after_the_last_attempt_the_operator_is_told_and_it_is_dropped(bench):
    exhaust(bench)
    assert codes(bench.results()) == [("061E", 0xA4)]
    assert "REVERSAL_FAILED" in bench.shown
    assert bench.read().kind == "fault"
    assert not bench.memory.is_owing
    assert bench.log[-9:-3] == [
        "disconnect host", "show REVERSAL_FAILED", "print slip", "nv reversal", "nv last",
        "show RESULT",
    ]  # fmt: skip


def test_the_fault_slip_tells_the_sale_and_cannot_pass_for_a_receipt(bench):
    fields = exhaust(bench).read()
    assert (fields.amount_minor, fields.voucher, fields.batch) == (500, "000002", "000007")
    assert fields.pan_masked == "622588******0289"
    assert not fields.says_approved
    assert fields.fault


def test_a_fault_slip_without_paper_still_drops_it(bench):
    bench.has_paper = False
    exhaust(bench)
    assert not bench.memory.is_owing
    assert "REVERSAL_FAILED" in bench.shown


def test_after_a_drop_the_next_sale_goes_on(bench):
    exhaust(bench)
    bench.forget()
    assert codes(bench.order(sale(99)))[-1] == ("060F", None)
    assert bench.mtis == ["0200"]


def test_a_profile_may_keep_it_and_block():
    bench = exhaust(pending(reversal_exhausted="keep_and_block"))
    assert codes(bench.results()) == [("061E", 0xA4)]
    assert bench.slips == []
    bench.forget()
    assert codes(bench.order(sale(99))) == [("061E", 0xA4)]
    assert codes(bench.order(zvt.Message(zvt.BALANCE))) == [("061E", 0xA4)]
    assert bench.sent == []
    assert bench.reboot().shown == ["REVERSAL_FAILED"]


def test_a_cut_before_the_drop_tells_the_operator_again(bench):
    bench.host, bench.print = silent_to_reversals, lambda _data: None
    for _ in range(3):
        bench.order(sale(99))
        bench.fire("answer")
    fresh = bench.reboot()
    assert fresh.shown == ["REVERSAL_FAILED"]
    assert codes(fresh.order(sale(99))) == [("061E", 0xA4)]
    assert fresh.mtis == []
    assert fresh.read().kind == "fault"
    assert not fresh.memory.is_owing


def test_a_reversal_may_be_sent_at_once():
    bench = Bench(config=config(reversal_at_once=True)).sign_in()
    bench.host = lambda request: approve(request) if request.mti == "0400" else []
    bench.order(sale(500))
    bench.fire("answer")
    assert bench.mtis == ["0200", "0400"]
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert not bench.memory.is_owing
    told = bench.order(LAST)[0].fields
    assert (told["result_code"], told["voucher"]) == (0xA1, "000002")


def test_a_reversal_at_once_that_fails_is_left_for_later():
    bench = Bench(config=config(reversal_at_once=True)).sign_in()
    bench.host = silence
    bench.order(sale(500))
    bench.fire("answer")
    bench.fire("answer")
    assert bench.mtis == ["0200", "0400"]
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert bench.memory.is_owing


@pytest.mark.parametrize("code", ["A0", "77", "99"])
def test_a_0400_that_asks_for_a_sign_in_is_repeated_with_new_key_and_old_batch(bench, code):
    refusals = [code]

    def host(request):
        if request.mti == "0400" and refusals:
            refusals.clear()
            return [answer_to(request, code, mak=None)]
        if request.mti == "0800":
            return [answer_to(request, batch="000008")]
        return approve(request)

    bench.host = host
    assert codes(bench.order(sale(99)))[-1] == ("060F", None)
    assert bench.mtis == ["0400", "0800", "0400", "0200"]
    first, _, second, request = bench.sent
    assert second.text(60)[2:8] == first.text(60)[2:8] == "000007"
    assert request.text(60)[2:8] == "000008"
    assert not bench.memory.is_owing


def test_a_host_that_asks_for_a_sign_in_again_and_again_is_left(bench):
    bench.host = answering("A0", mak=None)
    assert codes(bench.order(sale(99))) == [("061E", 0xA1)]
    assert bench.mtis == ["0400", "0800", "0400"]
    assert bench.memory.reversal.attempts == 2


def test_a_sign_in_that_fails_is_made_up_for_before_the_reversal(bench):
    bench.host = lambda request: [answer_to(request, "A0", mak=None)]
    bench.order(sale(99))
    assert bench.mtis == ["0400", "0800"]
    assert not bench.memory.is_signed_in
    bench.forget()
    bench.host = approve
    assert codes(bench.order(sale(99)))[-1] == ("060F", None)
    assert bench.mtis == ["0800", "0400", "0200"]


def test_sign_in_is_not_held_up_by_a_reversal(bench):
    bench.order(SIGN_IN)
    assert bench.mtis == ["0800"]
    assert bench.memory.is_owing


def test_the_inquiry_settles_what_the_last_result_says(bench):
    assert codes(bench.order(LAST))[0] == ("040F", 0x9C)
    bench.order(zvt.Message(zvt.BALANCE))
    assert bench.log.count("nv last") == 1
    told = bench.order(LAST)[0].fields
    assert (told["result_code"], told["voucher"], told["amount_minor"]) == (0xA1, "000002", 500)


def test_a_clear_that_cannot_be_stored_leaves_it_pending(bench):
    bench.fails = ("reversal",)
    assert codes(bench.order(sale(99))) == [("061E", 0xB1)]
    assert bench.memory.is_owing


def test_a_stray_printed_does_not_drop_anything(bench):
    bench.give(Printed())
    assert bench.memory.is_owing


def test_the_mac_of_a_0400_is_right(bench):
    frames = []
    bench.send = lambda _label, data: frames.append(data)
    bench.order(sale(99))
    body = frames[0][13:]
    assert bench.terminal.requests.mac(MAK, body[:-8]) == body[-8:]


def test_a_profile_without_attempts_reports_the_fault_over_the_open_line():
    bench = Bench(config=config(reversal_at_once=True, reversal_attempts_max=0)).sign_in()
    bench.host = silence
    bench.order(sale(500))
    bench.fire("answer")
    assert bench.mtis == ["0200"]
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert bench.read().kind == "fault"
    assert not bench.memory.is_owing
