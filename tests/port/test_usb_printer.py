"""USB printers: this machine as one, and the paper of one."""

import os

import pytest

from harness.errors import PortLostError
from harness.port.usb_printer import PAPER_EMPTY, UsbPrinterPort, has_paper, status_of
from tests.peers.pty_peer import PtyPeer


def test_printer_gadget_gives_what_is_printed_and_is_gone_when_it_is_pulled():
    peer = PtyPeer(lambda _data: None)
    port = UsbPrinterPort(peer.address, "printer tap", timeout_s=5)
    peer.write(b"\x1b@slip")
    assert port.read() == b"\x1b@slip"
    port.require_there()
    peer.close()
    with pytest.raises(PortLostError, match="printer tap /dev/pts/.*pulled"):
        port.require_there()
    with pytest.raises(PortLostError, match="printer tap /dev/pts/"):
        port.read()
    port.close()
    port.close()


def test_what_was_printed_while_nobody_had_the_printer_is_no_part_of_what_comes():
    peer = PtyPeer(lambda _data: None)
    peer.write(b"\x1b@slip of an earlier case")
    port = UsbPrinterPort(peer.address, "printer tap", timeout_s=5)
    peer.write(b"\x1b@slip")
    assert port.read() == b"\x1b@slip"
    port.close()
    peer.close()


def test_printer_that_is_pulled_while_it_is_opened_is_named_and_given_back():
    before = os.listdir("/proc/self/fd")
    with pytest.raises(PortLostError, match="printer tap .*Input/output error: pulled"):
        UsbPrinterPort("/proc/self/mem", "printer tap")  # it opens, and cannot be read at 0
    assert os.listdir("/proc/self/fd") == before


def test_printer_that_is_not_there_or_tells_no_status_is_named(tmp_path):
    with pytest.raises(PortLostError, match="is the printer gadget bound"):
        UsbPrinterPort("/dev/g_printer99", "printer tap")
    with pytest.raises(PortLostError, match="printer /dev/usb/lp99: No such file"):
        has_paper("/dev/usb/lp99")
    (tmp_path / "file").touch()
    with pytest.raises(PortLostError, match="it tells no status"):
        has_paper(str(tmp_path / "file"))


def test_paper_is_a_bit_of_the_status():
    assert status_of((0x38).to_bytes(4, "little")) & PAPER_EMPTY
    assert not status_of((0x18).to_bytes(4, "little")) & PAPER_EMPTY
