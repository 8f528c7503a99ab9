"""A terminal that is spoken to, and answers or does not: how it is known that it is off."""

import socket
import threading
from contextlib import closing, suppress

import pytest

from harness.device.zvt_terminal import ZvtTerminal
from harness.errors import PortLostError
from harness.rig.frames import till_link
from harness.rig.inside import describer
from harness.runner.place import load_parts
from tests.device.fake import Clock, recorder
from tests.live.program import ROOT
from tests.peers.patience import holds
from tests.peers.pty_peer import PtyPeer

ACK = b"\x06"
TAKEN = b"\x80\x00\x00"  # of ZVT over TCP
LISTEN_S = 0.2
CALL_S = 5.0


class Terminal(PtyPeer):
    """Acknowledges what it hears while it is on."""

    def __init__(self, *, is_on):
        self.heard, self._is_on = [], is_on
        super().__init__(self._hear)

    def _hear(self, data):
        self.heard.append(data)
        if self._is_on:
            self.write(ACK)


def opened(peer, link="serial"):
    describe = describer(load_parts(ROOT / "devices.yaml")[0])
    return closing(
        ZvtTerminal(
            address=peer.address,
            clock=Clock(),
            recorder=recorder(),
            describe=describe,
            make_link=till_link(link),
            is_call=link == "tcp",
        )  # fmt: skip
    )


class TcpTerminal:
    """Answers each call but the first: that was before it lost its power."""

    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        self._server.settimeout(CALL_S)
        with suppress(TimeoutError), self._server.accept()[0]:
            line, _ = self._server.accept()
            with line:
                line.sendall(line.recv(99) and TAKEN)
                line.recv(1)  # until the till hangs up

    def close(self):
        self._thread.join()
        self._server.close()


@pytest.mark.parametrize("is_on", [True, False])
def test_it_is_spoken_to_and_listened_to(is_on):
    with closing(Terminal(is_on=is_on)) as peer, opened(peer) as driver:
        assert driver.is_silent(LISTEN_S if not is_on else 10.0) != is_on
        assert holds(lambda: peer.heard)


def test_what_came_while_it_was_on_is_no_answer():
    with closing(Terminal(is_on=False)) as peer, opened(peer) as driver:
        peer.write(ACK)
        assert holds(lambda: driver._port.in_waiting)
        assert driver.is_silent(LISTEN_S)


def test_terminal_that_has_booted_is_called_again():
    with closing(TcpTerminal()) as peer, opened(peer, "tcp") as driver:
        assert driver.is_silent(LISTEN_S)
        assert not driver.is_silent(CALL_S)


def test_line_that_is_pulled_is_no_silence():
    peer = Terminal(is_on=False)
    with opened(peer) as driver:
        peer.close()
        with pytest.raises(PortLostError, match="till line /dev/pts/"):
            driver.is_silent(LISTEN_S)
        with pytest.raises(PortLostError, match="till line /dev/pts/"):
            driver.look()
