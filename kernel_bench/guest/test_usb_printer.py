"""The printer gadget: this machine as the terminal's USB printer, and the paper of a real one."""

import os
import select
from contextlib import closing

import pytest

from harness.errors import PortLostError
from harness.port.usb_printer import NO_ERROR, PAPER_EMPTY, SELECTED, UsbPrinterPort, has_paper
from harness.wire import escpos
from kernel_bench.guest.gadget import tell_status
from tests.peers.patience import holds

PART = "printer tap"
LINES = ("持卡人存根 CARDHOLDER COPY", "金额:RMB 12.34", "*" * 32) * 80
NOTICED_S = 1.0


@pytest.fixture
def tap(slip_printer):
    with closing(UsbPrinterPort(slip_printer.near, PART, timeout_s=1.0)) as found:
        yield found


def printed(device, slip):
    """Print as a terminal does; it never waits for its printer."""
    handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
    os.write(handle, slip)
    return handle


def test_slip_comes_out_as_it_was_printed(slip_printer, tap):
    slip = escpos.encode(map(escpos.Line, LINES))
    assert 4096 < len(slip) < 8192, "of more than one read"
    handle = printed(slip_printer.far, slip)
    found = b""
    while len(found) < len(slip) and (data := tap.read()):
        found += data
    os.close(handle)
    assert found == slip
    tap.require_there()


def test_slip_that_was_printed_while_nobody_had_the_printer_is_thrown_away(slip_printer, tap):
    tap.read()
    tap.close()  # the gadget goes on taking what is printed
    handle = printed(slip_printer.far, b"\x1b@of an earlier case\n")
    assert select.select([], [handle], [], NOTICED_S)[1], "the gadget does not take it"
    with closing(UsbPrinterPort(slip_printer.near, PART, timeout_s=5.0)) as port:
        os.write(handle, b"\x1b@of this case\n")
        assert port.read() == b"\x1b@of this case\n"
    os.close(handle)


@pytest.mark.parametrize(
    ("status", "is_there"),
    [(SELECTED | NO_ERROR, True), (PAPER_EMPTY | SELECTED | NO_ERROR, False), (PAPER_EMPTY, False)],
)
def test_paper_is_what_the_printer_says(slip_printer, status, is_there):
    handle = os.open(slip_printer.near, os.O_RDWR | os.O_NONBLOCK)
    tell_status(handle, status)
    assert has_paper(slip_printer.far) is is_there
    os.close(handle)


def test_gadget_has_one_owner(slip_printer, tap):
    with pytest.raises(PortLostError, match=f"{PART} {slip_printer.near}: Device or resource busy"):
        UsbPrinterPort(slip_printer.near, PART)
    tap.require_there()


def test_printer_that_is_pulled_is_gone_within_a_second(slip_printer, tap):
    slip_printer.unplug()

    def is_gone():
        try:
            tap.require_there()
        except PortLostError as error:
            return str(error).startswith(f"{PART} {slip_printer.near}: pulled")
        return False

    assert holds(is_gone, NOTICED_S)
    with pytest.raises(PortLostError, match=f"{PART} {slip_printer.near}: .*pulled"):
        tap.read()
    with pytest.raises(PortLostError, match=f"printer {slip_printer.far}: No such file"):
        has_paper(slip_printer.far)
