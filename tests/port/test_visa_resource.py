"""An SCPI supply, by pyvisa-py over TCP and over a serial line."""

from contextlib import closing

import pytest

from harness.device.scpi_supply import ScpiSupply
from harness.errors import BenchTimeoutError, MisuseError, PortLostError, RigError
from harness.port.visa_resource import VisaResource
from tests.device.fake import Clock
from tests.peers.scpi_supply import PtySupply, Supply, TcpSupply


@pytest.fixture(params=[TcpSupply, PtySupply])
def served(request):
    with closing(request.param(Supply())) as found:
        yield found


@pytest.fixture
def resource(served):
    with closing(VisaResource(served.resource, "supply")) as found:
        yield found


@pytest.fixture
def supply(resource):
    return ScpiSupply(resource, voltage_v=5.0, current_limit_a=2.0)


def test_supply_is_set_up_and_switched(served, supply):
    supply.connect()
    assert (served.supply.voltage_v, served.supply.limit_a, served.supply.is_on) == (5.0, 2.0, True)
    assert supply.current_a() > 0.2
    assert supply.voltage_now_v() == 5.0
    supply.interrupt()
    assert not served.supply.is_on


def test_supply_whose_output_does_not_move_is_told(served, supply):
    served.supply.is_stuck = True
    with pytest.raises(RigError, match='OUTP ON was told, and it is not: 0,"No error"'):
        supply.connect()


def test_supply_that_takes_another_voltage_is_told(served, supply):
    supply.voltage_v = 5.004  # it rounds to 5.00: within its steps
    supply.set_up()
    served.supply.volt_max_v = 3.0
    with pytest.raises(RigError, match="VOLT 5.004 was set, and it took 3"):
        supply.set_up()


def test_supply_that_was_left_at_another_voltage_is_told(served, supply):
    supply.connect()
    supply.require_set_up()
    served.supply.voltage_v = 12.0
    with pytest.raises(RigError, match="it is on at VOLT 12, the bench wants 5: switch its output"):
        supply.require_set_up()


def test_voltage_goes_in_steps(served, supply):
    supply.connect()
    supply.ramp(3.6, 0.5, Clock())
    assert served.supply.voltage_v == 3.6


def test_supply_that_is_silent_is_told_and_asked_anew(served, supply):
    served.supply.silent.set()
    with pytest.raises(BenchTimeoutError, match="no answer within 1 s: check its power and cable"):
        supply.is_on()
    served.supply.silent.clear()
    assert not supply.is_on()


def test_question_that_was_broken_off_answers_no_other(supply, monkeypatch):
    supply.connect()
    broken_off(supply, monkeypatch)
    assert supply.resource.ask_number("VOLT?") == 5.0


def broken_off(supply, monkeypatch):
    """Ask, and be interrupted before the answer is read."""

    session = supply.resource._open
    monkeypatch.setattr(session, "query", lambda text: (session.write(text), interrupt()))
    with pytest.raises(KeyboardInterrupt):
        supply.is_on()
    monkeypatch.undo()


def interrupt():
    raise KeyboardInterrupt


def test_instrument_that_is_not_there_is_named():
    with pytest.raises(PortLostError, match="supply TCPIP::127.0.0.1::1::SOCKET: .*check"):
        VisaResource("TCPIP::127.0.0.1::1::SOCKET", "supply")


def test_backend_that_is_not_there_is_misuse():
    with pytest.raises(MisuseError, match="no VISA backend '@nothing' here"):
        VisaResource("TCPIP::127.0.0.1::1::SOCKET", "supply", "@nothing")
