"""What the host asks for in the header of an answer: done afterwards, never inside."""

import pytest

from harness.emulator import KeyPressed, Received
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    LAST,
    SETTLE,
    SIGN_IN,
    Bench,
    answer_to,
    asking,
    codes,
    frame_of,
    sale,
    silence,
)


def wanting(digit, mti="0200", code="00", **changes):
    """Return a host that asks for something beside each answer to an MTI."""

    def host(request):
        answer = answer_to(request, code if request.mti == mti else "00", **changes)
        frame = frame_of(answer)
        return [asking(frame, digit) if request.mti == mti else frame]

    return host


@pytest.fixture
def bench():
    return Bench().sign_in()


def sent(bench):
    return [f"{each.mti} {each.text(60)[8:11]}" for each in bench.sent]


@pytest.mark.parametrize(
    ("digit", "message"), [("1", "0800 360"), ("2", "0820 362"), ("3", "0800 003")]
)
@pytest.mark.parametrize("code", ["00", "51"])
def test_a_demand_is_obeyed_when_till_and_slip_have_the_transaction(bench, digit, message, code):
    bench.host = wanting(digit, code=code)
    told = bench.order(sale())
    assert sent(bench) == ["0200 000", message]
    assert codes(told)[-1] == (("060F", None) if code == "00" else ("061E", 0x51))
    begin = bench.log.index("show RESULT")
    assert "tx 0200" in bench.log[:begin]
    assert f"tx {message[:4]}" in bench.log[begin:]
    assert not [line for line in bench.log[begin:] if line.startswith(("print", "nv journal"))]
    assert bench.terminal.phase.name == "IDLE"


@pytest.mark.parametrize("digit", ["0", "4", "5", "6", "7"])
def test_other_digits_are_left_alone(bench, digit):
    bench.host = wanting(digit)
    bench.order(sale())
    assert sent(bench) == ["0200 000"]


def test_messages_for_the_host_have_no_number_and_no_mac(bench):
    for digit in ("1", "2"):
        bench.host = wanting(digit)
        bench.order(sale())
    parameters, status = bench.sent[1], bench.sent[3]
    assert sorted(parameters.fields) == [41, 42, 60]
    assert sorted(status.fields) == [41, 42, 60, 62]
    assert bytes.fromhex(status.text(62)) == b"11002"
    bench.has_paper = False
    bench.order(sale())
    assert bytes.fromhex(bench.sent[-1].text(62)) == b"10003"


def test_an_answer_with_a_wrong_mac_asks_for_nothing(bench):
    bench.host = wanting("3", mak=bytes(8))
    bench.order(sale())
    assert sent(bench) == ["0200 000"]


def test_a_sign_in_answer_that_asks_for_a_sign_in_is_enough(bench):
    bench.host = wanting("3", mti="0800")
    bench.order(SIGN_IN)
    assert sent(bench) == ["0800 003"]


def test_a_sign_in_that_is_declined_and_asked_for_is_not_tried_again_at_once(bench):
    bench.host = wanting("3", mti="0800", code="96")
    assert codes(bench.order(SIGN_IN)) == [("061E", 0x05)]
    assert sent(bench) == ["0800 003"]


def test_a_host_that_asks_in_every_answer_is_heeded_once_for_each_command(bench):
    bench.host = lambda request: [asking(frame_of(answer_to(request)), "2")]
    bench.order(sale())
    bench.order(sale())
    assert sent(bench) == ["0200 000", "0820 362"] * 2


def test_what_was_not_answered_is_tried_again_after_the_next_command(bench):
    bench.host = lambda request: [] if request.mti == "0820" else wanting("2")(request)
    bench.order(sale())
    bench.fire("answer")
    assert bench.terminal.phase.name == "IDLE"
    bench.order(sale())
    bench.fire("answer")
    assert bench.terminal.requirement == "2"
    bench.forget()
    bench.host = silence
    bench.order(LAST)
    assert sent(bench) == []
    bench.host = lambda request: [answer_to(request)]
    bench.order(sale())
    assert sent(bench) == ["0200 000", "0820 362"]
    bench.forget()
    bench.order(sale())
    assert sent(bench) == ["0200 000"]


def test_a_command_that_comes_meanwhile_waits(bench):
    bench.host = lambda request: [] if request.mti == "0820" else wanting("2")(request)
    bench.order(sale())
    assert bench.terminal.phase.name == "REPORTING"
    bench.told.clear()
    bench.give(Received("ecr", zvt.encode_message(LAST)))
    assert bench.told == []
    bench.fire("answer")
    assert codes(bench.results()) == [("040F", 0), ("060F", None)]


def test_cancel_ends_what_only_the_host_wants(bench):
    bench.host = lambda request: [] if request.mti == "0820" else wanting("2")(request)
    bench.order(sale())
    bench.give(KeyPressed("CANCEL"))
    assert bench.terminal.phase.name == "IDLE"


def test_nothing_is_obeyed_within_a_settlement(bench):
    bench.order(sale())
    bench.forget()
    bench.host = wanting("3", mti="0500", results="21")
    bench.order(SETTLE)
    assert sent(bench) == ["0500 201", "0320 201", "0320 202", "0820 002", "0800 003"]


def test_what_comes_first_is_done_first(bench):
    bench.order(sale())
    bench.forget()

    def host(request):
        digit = {"0500": "2", "0320": "1"}.get(request.mti, "0")
        return [asking(frame_of(answer_to(request)), digit)]

    bench.host = host
    bench.order(SETTLE)
    assert sent(bench)[-2:] == ["0820 362", "0800 360"]
