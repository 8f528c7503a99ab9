"""A serial port that is there already, as the device's end."""

from contextlib import suppress

import pytest

from harness.errors import PortLostError
from harness.port.pty_line import PtyLine
from harness.port.tty_line import TtyLine

EVERY_BYTE = bytes(range(256))


@pytest.fixture
def line():
    found = PtyLine()
    yield found
    with suppress(OSError):  # a test may have closed it
        found.close()


def test_every_byte_goes_both_ways_unchanged(line):
    device = TtyLine(line.address)
    device.write(EVERY_BYTE)
    assert line.read() == EVERY_BYTE
    line.write(EVERY_BYTE)
    assert device.read() == EVERY_BYTE
    device.close()


def test_what_came_before_the_device_was_there_is_lost(line):
    line.write(b"before")
    device = TtyLine(line.address)
    line.write(b"after")
    assert device.read() == b"after"
    device.close()


def test_line_that_nobody_reads_blocks_nobody(line):
    device = TtyLine(line.address)
    for _ in range(100):
        device.write(EVERY_BYTE * 4)
    device.close()


def test_port_that_is_not_there_is_named_with_the_remedy(tmp_path):
    with pytest.raises(PortLostError, match="nowhere: No such file .*: name a serial port"):
        TtyLine(str(tmp_path / "nowhere"))


def test_port_that_is_pulled_is_told_to_who_reads_and_to_who_writes(line):
    device = TtyLine(line.address)
    line.close()
    with pytest.raises(PortLostError, match="port /dev/pts/.*: pulled, or its far end is gone"):
        device.read()
    with pytest.raises(PortLostError, match="port /dev/pts/.*: .*pulled, or its far end is gone"):
        device.write(b"slip")
    device.close()
