"""Serial ports by their addresses: a tty, socket://, rfc2217://."""

import gc
import os
import socket
import struct
import termios
import threading
from contextlib import closing

import pytest
import serial

from harness.errors import MisuseError, PortLostError
from harness.port.serial_port import (
    character_of,
    close_port,
    is_gone,
    mapped_errors,
    modem_lines,
    open_port,
)
from tests.peers.patience import holds
from tests.peers.pty_peer import PtyPeer
from tests.peers.ser2net import MISSING, PROGRAM, ser2net
from tests.peers.serial_server import SerialServer


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's own
def test_rfc2217_carries_bytes_settings_and_modem_lines():
    with closing(SerialServer()) as server:
        port = open_port(server.address, "till line", baud=19_200, character="8N1", timeout_s=5)
        port.write(b"\x02\x00\xff\x03")
        assert os.read(server.near, 4) == b"\x02\x00\xff\x03"
        os.write(server.near, b"\xff\xff")
        assert port.read(2) == b"\xff\xff"
        assert modem_lines(port).keys() <= {"cts", "dsr", "cd", "ri"}
        assert not is_gone(port)
        server.pull()
        assert holds(lambda: is_gone(port))
        close_port(port)


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's own
@pytest.mark.skipif(PROGRAM is None, reason=MISSING)
def test_ser2net_carries_bytes_and_its_end_is_seen(tmp_path):
    heard = []
    with closing(PtyPeer(heard.append)) as peer:
        with ser2net(tmp_path, peer.address) as address:
            port = open_port(address, "till line", timeout_s=5)
            port.write(b"\x02\x00\xff\x03")
            assert holds(lambda: b"".join(heard) == b"\x02\x00\xff\x03")
            peer.write(b"\xff\x06")
            assert port.read(2) == b"\xff\x06"
            assert not is_gone(port)
        assert holds(lambda: is_gone(port))
        close_port(port)


def test_socket_that_is_closed_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = open_port(f"socket://127.0.0.1:{server.getsockname()[1]}", "till line")
        far, _ = server.accept()
        assert not is_gone(port)
        far.close()
        assert holds(lambda: is_gone(port))
        close_port(port)


def test_socket_that_is_reset_while_it_is_opened_is_left_closed(monkeypatch):
    monkeypatch.setattr(serial, "protocol_handler_packages", ["tests.port"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=reset_next, args=[server])
        thread.start()
        with pytest.raises(PortLostError, match="till line slow://.*reset by peer"):
            open_port(f"slow://127.0.0.1:{server.getsockname()[1]}", "till line")
        thread.join()
    gc.collect()  # a socket that is left open warns


def reset_next(server):
    near, _ = server.accept()
    near.recv(4)
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    near.close()


def test_tty_is_ours_alone_and_gone_when_it_is_pulled():
    peer = PtyPeer(lambda _data: None)
    port = open_port(peer.address, "till line")
    assert modem_lines(port) == {}
    with pytest.raises(PortLostError, match="till line /dev/pts/.*: another program has it: name"):
        open_port(peer.address, "till line")
    assert not is_gone(port)
    peer.close()
    assert is_gone(port)
    close_port(port)


def test_settings_that_a_port_does_not_take_are_told():
    with (
        pytest.raises(PortLostError, match="till line /dev/tty0: .* does not take these settings"),
        mapped_errors("/dev/tty0", "till line"),
    ):
        raise termios.error(22, "Invalid argument")


@pytest.mark.parametrize(
    ("text", "found"), [("8N1", (8, "N", 1.0)), ("7E2", (7, "E", 2.0)), ("5O1.5", (5, "O", 1.5))]
)
def test_character_is_bits_parity_and_stop_bits(text, found):
    assert character_of(text) == found


@pytest.mark.parametrize("text", ["", "8", "9N1", "8X1", "8N3", "8N1 "])
def test_other_characters_are_misuse(text):
    with pytest.raises(MisuseError, match="expected data bits, parity"):
        character_of(text)
