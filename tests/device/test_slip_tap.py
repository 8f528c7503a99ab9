"""Slips of a terminal outside, as its printer's line shows them."""

import fcntl
import os
import sys
import termios
import time

import pytest

from harness.device.slip_tap import SlipTap, open_paper, record_lines
from harness.errors import PortLostError
from harness.port.pty_line import PtyLine
from harness.port.serial_port import LineSetting, open_port
from harness.rig.inside import describer
from harness.runner.place import load_parts
from harness.wire import escpos
from tests.device.fake import recorder
from tests.live.program import ROOT

SOON_S = 5.0
LINES = ("持卡人存根 CARDHOLDER COPY", "金额:RMB 12.34")


@pytest.fixture
def describe():
    return describer(load_parts(ROOT / "devices.yaml")[0])


@pytest.fixture
def paper():
    line = PtyLine()
    yield line
    line.close()


def until(kept, kind):
    """Return the rows of a kind, as soon as there are any."""
    end_s = time.monotonic() + SOON_S
    while time.monotonic() < end_s:
        if rows := [row for row in kept.history().rows if row.kind == kind]:
            return rows
    raise AssertionError(f"no row {kind}")


def slip(*lines, cut=True):
    return escpos.encode(map(escpos.Line, lines), cut=cut)


def amount_and_end(row):
    return row.facts["amount_minor"], row.facts["is_complete"]


def test_slip_is_a_row_as_soon_as_it_is_cut(describe, paper):
    kept = recorder()
    tap = SlipTap(open_paper(paper.address, LineSetting()), kept, describe)
    paper.write(slip(*LINES))
    (row,) = until(kept, "print")
    tap.close()
    assert (row.actor, *amount_and_end(row)) == ("terminal", 1234, True)


def test_slip_that_ends_in_the_middle_is_what_came_out(describe, paper):
    kept = recorder()
    tap = SlipTap(open_paper(paper.address, LineSetting()), kept, describe)
    paper.write(slip(*LINES, cut=False))
    (row,) = until(kept, "print")
    tap.close()
    assert amount_and_end(row) == (1234, False)


def test_slip_that_is_printing_when_the_tap_is_closed_is_not_lost(describe, paper):
    kept = recorder()
    tap = SlipTap(open_paper(paper.address, LineSetting()), kept, describe)
    paper.write(slip(*LINES, cut=False))
    while is_unread(paper):
        pass
    tap.close()
    (row,) = until(kept, "print")
    assert amount_and_end(row) == (1234, False)


def is_unread(line):
    return bool(int.from_bytes(fcntl.ioctl(line.fd, termios.TIOCOUTQ, bytes(4)), sys.byteorder))


def test_tap_whose_port_is_lost_is_blind_from_then_on(describe):
    near, far = os.openpty()
    kept = recorder()
    tap = SlipTap(open_paper(os.ttyname(far), LineSetting()), kept, describe)
    os.close(far)
    os.close(near)
    (row,) = until(kept, "blind")
    tap.close()
    assert (row.address, "printer tap" in row.value) == ("slip", True)


def test_lines_that_the_till_is_given_to_print_are_a_slip(describe):
    kept = recorder()
    record_lines(kept, describe, LINES)
    assert amount_and_end(until(kept, "print")[0]) == (1234, True)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/dev/nowhere", "No such file or directory"),
        ("socket://127.0.0.1:1", "Connection refused"),
        ("strange://x", "protocol 'strange' not known"),
    ],
)
def test_port_that_is_not_there_is_named_with_reason_and_remedy(address, why):
    with pytest.raises(PortLostError, match=f"^till line {address}: .*{why}.*: name ") as raised:
        open_port(address, "till line", baud=9600)
    assert "\n" not in str(raised.value)
