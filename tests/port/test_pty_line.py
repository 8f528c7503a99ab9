"""Pseudo terminals: the far end is an ordinary serial port."""

import pytest
import serial

from harness.port.pty_line import PtyLine

EVERY_BYTE = bytes(range(256))


@pytest.fixture
def line():
    found = PtyLine()
    yield found
    found.close()


def test_every_byte_goes_both_ways_unchanged(line):
    with serial.Serial(line.address, timeout=5) as port:
        port.write(EVERY_BYTE)
        port.flush()
        assert line.read() == EVERY_BYTE
        line.write(EVERY_BYTE)
        assert port.read(256) == EVERY_BYTE


def test_driver_may_come_and_go(line):
    for _ in "12":
        with serial.Serial(line.address, timeout=5) as port:
            line.write(b"x")
            assert port.read(1) == b"x"


def test_line_that_nobody_reads_blocks_nobody(line):
    for _ in range(100):
        line.write(EVERY_BYTE * 4)


def test_nothing_is_echoed(line):
    with serial.Serial(line.address, timeout=0) as port:
        port.write(b"x")
        port.flush()
        assert port.read(1) == b""
