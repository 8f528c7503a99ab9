"""Hands at the terminal: a robot that takes lines, and solenoids at a board of relays."""

import socket

from tests.peers.pty_peer import PtyPeer
from tests.peers.relay_board import RelayBoard


def do(control, act):
    """Have the terminal's own robot do it; return what it says."""
    with socket.create_connection(("127.0.0.1", control), timeout=60) as line:
        line.sendall(act.encode() + b"\n")
        return line.makefile().readline().strip()


class Robot(PtyPeer):
    """Takes `card TOKEN`, `key NAME` and `rest`, and says when it is done."""

    def __init__(self, control):
        self._control, self._heard = control, b""
        super().__init__(self._hear)

    def _hear(self, data):
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            act = line.decode()
            said = "ok" if act == "rest" else do(self._control, act)
            self.write(b"done\n" if said == "ok" else said.encode() + b"\n")


class Fingers:
    """One coil for each act; it is done when the coil is energised."""

    def __init__(self, control, acts):
        self._control, self._acts = control, acts
        self._board = RelayBoard(self._pushed)
        self._address = self._board.serve_tcp()

    def _pushed(self, coil, is_energised):
        if is_energised:
            do(self._control, self._acts[coil])

    def relay(self, act):
        """Return the relay of an act, as devices.yaml has it."""
        place = {"kind": "modbus", "board": self._address, "coil": self._acts.index(act)}
        return place | {"contact": "normally_open"}

    def close(self):
        self._board.close()
