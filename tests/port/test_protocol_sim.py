"""Serial ports into virtual time: ordinary pyserial code on a line that is wound by hand."""

import pytest
import serial

from harness.errors import MisuseError
from harness.port.protocol_sim import bind, unbind

ADDRESS = "sim://terminal/ecr"


class Line:
    """Brings one byte whenever somebody waits, until it has none left."""

    def __init__(self, coming=b""):
        self.incoming = bytearray()
        self.coming = bytearray(coming)
        self.sent, self.waited_s = b"", []

    def wait(self, until, within_s):
        self.waited_s.append(within_s)
        while not until():
            if not self.coming:
                return False
            self.incoming.append(self.coming.pop(0))
        return True

    def write(self, data):
        self.sent += data


@pytest.fixture
def line():
    found = Line(b"one.two.")
    bind(ADDRESS, found)
    yield found
    unbind(ADDRESS)


@pytest.fixture
def port(line):  # noqa: ARG001  # bound
    with serial.serial_for_url(ADDRESS, timeout=3600.0) as found:
        yield found


def test_read_waits_for_as_many_bytes_as_were_asked_for(port, line):
    assert port.read(3) == b"one"
    assert line.waited_s == [3600.0]
    assert bytes(line.coming) == b".two."


def test_read_returns_what_has_come_when_the_time_is_over(port):
    assert port.read(99) == b"one.two."
    assert port.read(1) == b""


def test_read_until_ends_behind_what_it_looks_for(port):
    assert [port.read_until(b"."), port.read_until(b"o."), port.read_until(b".")] == [
        b"one.", b"two.", b""
    ]  # fmt: skip


def test_read_until_takes_no_more_than_its_size(port):
    assert [port.read_until(b".", 2), port.read_until(b".", 99)] == [b"on", b"e."]


def test_bytes_that_wait_are_counted_and_may_be_thrown_away(port, line):
    line.incoming += b"xyz"
    assert port.in_waiting == 3
    port.reset_input_buffer()
    assert port.in_waiting == 0


def test_any_buffer_is_sent_whole(port, line):
    assert port.write(bytearray(b"ab")) == 2
    port.write(memoryview(b"c"))
    port.flush()
    port.reset_output_buffer()
    assert line.sent == b"abc"


def test_settings_of_real_ports_are_accepted(port):
    port.baudrate, port.rts, port.dtr = 9600, False, False
    assert port.is_open


@pytest.mark.parametrize(
    "use", [lambda p: p.read(), lambda p: p.write(b"x"), lambda p: p.in_waiting]
)
def test_closed_port_cannot_be_used(port, use):
    port.close()
    port.close()
    with pytest.raises(serial.SerialException):
        use(port)


@pytest.mark.usefixtures("line")
def test_second_line_at_an_address_is_misuse():
    with pytest.raises(MisuseError, match="bound already"):
        bind(ADDRESS, Line())


def test_address_that_nobody_holds_is_a_port_that_is_missing():
    bind(ADDRESS, Line())
    unbind(ADDRESS)
    unbind(ADDRESS)
    with pytest.raises(serial.SerialException, match="no such line"):
        serial.serial_for_url(ADDRESS)
