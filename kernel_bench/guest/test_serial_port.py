"""A USB serial adapter: the PC's end by the harness' port, the terminal's end by its own."""

import os
import termios
from contextlib import closing, contextmanager, suppress

import pytest

from harness.errors import PortLostError
from harness.port.serial_port import close_port, is_gone, mapped_errors, modem_lines, open_port
from harness.port.tty_line import TtyLine
from tests.peers.patience import holds

PART = "till line"
NOTICED_S = 1.0
EVERY_BYTE = bytes(range(256))


@pytest.fixture
def terminal(adapter):
    with closing(TtyLine(adapter.near)) as found:
        yield found


@pytest.fixture
def port(adapter):
    with closing(open_port(adapter.far, PART, timeout_s=5)) as found:
        yield found


def heard(line, size):
    """Return what comes to the terminal's end, so many bytes."""
    found = bytearray()

    def is_whole():
        with suppress(BlockingIOError):
            found.extend(line.read())
        return len(found) >= size

    holds(is_whole)
    return bytes(found)


def test_every_byte_passes_both_ways(terminal, port):
    port.write(EVERY_BYTE)
    assert heard(terminal, len(EVERY_BYTE)) == EVERY_BYTE
    terminal.write(EVERY_BYTE)
    assert port.read(len(EVERY_BYTE)) == EVERY_BYTE


@pytest.mark.parametrize(
    ("character", "bits", "parity"),
    [
        ("7E1", termios.CS7, termios.PARENB),
        ("7O2", termios.CS7, termios.PARENB | termios.PARODD),
        ("8N1", termios.CS8, 0),
    ],
)
def test_driver_takes_the_character_and_carries_text(adapter, terminal, character, bits, parity):
    with closing(open_port(adapter.far, PART, character=character, timeout_s=5)) as port:
        flags = termios.tcgetattr(port.fd)[2]
        assert flags & termios.CSIZE == bits
        assert flags & (termios.PARENB | termios.PARODD) == parity
        port.write(b"\x0612.34")
        assert heard(terminal, 6) == b"\x0612.34"


def test_port_is_ours_alone(adapter, port):
    assert not is_gone(port)
    with pytest.raises(PortLostError, match=f"{PART} {adapter.far}: another program has it"):
        open_port(adapter.far, PART)


def test_modem_lines_follow_the_far_end(adapter, port):
    assert modem_lines(port).keys() == {"cts", "dsr", "cd", "ri"}

    def carrier():
        lines = modem_lines(port)
        return lines["cd"], lines["dsr"]

    assert holds(lambda: carrier() == (False, False))
    with closing(TtyLine(adapter.near)):
        assert holds(lambda: carrier() == (True, True))
    assert holds(lambda: carrier() == (False, False))


@contextmanager
def told_as_lost(adapter):
    said = f"{PART} {adapter.far}: "
    with pytest.raises(PortLostError, match=said), mapped_errors(adapter.far, PART):
        yield


def test_adapter_that_is_pulled_is_gone_within_a_second(adapter, port):
    adapter.unplug()
    assert holds(lambda: is_gone(port), NOTICED_S)
    with told_as_lost(adapter):
        port.read(1)
    with told_as_lost(adapter):
        port.write(b"\x06")


def test_adapter_that_is_plugged_in_again_carries_again(adapter):
    lost = open_port(adapter.far, PART)
    adapter.unplug()
    assert holds(lambda: not os.path.exists(adapter.far))
    with pytest.raises(PortLostError, match=f"{PART} {adapter.far}: No such file"):
        open_port(adapter.far, PART)
    close_port(lost)
    adapter.plug()
    with (
        closing(TtyLine(adapter.near)) as terminal,
        closing(open_port(adapter.far, PART, timeout_s=5)) as port,
    ):
        port.write(b"again")
        assert heard(terminal, 5) == b"again"
