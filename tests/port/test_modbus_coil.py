"""Relays of a board that is pymodbus' own server, over TCP and RTU."""

from contextlib import closing

import pytest

from harness.errors import BenchTimeoutError, PortLostError, RigError
from harness.port.modbus_coil import ModbusBoard, ModbusCoil
from harness.port.serial_port import LineSetting
from tests.peers.patience import holds
from tests.peers.relay_board import RelayBoard

RTU = LineSetting(baud=19_200)


@pytest.fixture
def relays():
    with closing(RelayBoard()) as board:
        yield board


def opened(board, is_rtu):
    return ModbusBoard(board.serve_rtu() if is_rtu else board.serve_tcp(), RTU)


@pytest.mark.parametrize("is_rtu", [False, True])
def test_coil_is_written_and_read_back(relays, is_rtu):
    with closing(opened(relays, is_rtu)) as board:
        first, second = (ModbusCoil(board, number) for number in (0, 3))
        second.energise(True)
        assert (first.is_energised(), second.is_energised()) == (False, True)
        assert [place for place, is_on in enumerate(relays.coils) if is_on] == [3]
        second.energise(False)
        assert not any(relays.coils)


@pytest.mark.parametrize("is_rtu", [False, True])
def test_relay_that_does_not_move_is_told(relays, is_rtu):
    relays.is_stuck = True
    with closing(opened(relays, is_rtu)) as board, pytest.raises(RigError, match="other state"):
        ModbusCoil(board, 1).energise(True)


@pytest.mark.parametrize("is_rtu", [False, True])
def test_board_that_is_silent_is_told_once_and_asked_anew(relays, is_rtu):
    with closing(opened(relays, is_rtu)) as board:
        relays.is_silent = True
        with pytest.raises(BenchTimeoutError, match=r"unit 1: no answer within 1 s: check its"):
            ModbusCoil(board, 1).is_energised()
        relays.is_silent = False
        ModbusCoil(board, 1).energise(True)
    assert relays.coils[1]


def test_coil_that_the_board_does_not_have_is_refused(relays):
    with closing(opened(relays, False)) as board, pytest.raises(RigError, match="it refuses"):
        ModbusCoil(board, 99).energise(True)


def is_lost(board):
    try:
        ModbusCoil(board, 1).is_energised()
    except RigError as error:
        return "relay board tcp://" in str(error)
    return False


def test_board_that_was_reset_is_told_once_and_then_called_again(relays):
    with closing(opened(relays, False)) as board:
        assert not ModbusCoil(board, 1).is_energised()
        relays.reset_connections()
        assert holds(lambda: is_lost(board))
        assert not ModbusCoil(board, 1).is_energised()


def test_board_that_is_not_there_is_named():
    with pytest.raises(PortLostError, match="relay board tcp://127.0.0.1:1: no connection: check"):
        ModbusBoard("tcp://127.0.0.1:1")
