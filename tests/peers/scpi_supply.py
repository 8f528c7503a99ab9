"""A supply that takes SCPI, over TCP or a pty: what it feeds draws a current that looks real."""

import math
import socket
import threading
import time
from contextlib import suppress

from tests.peers.pty_peer import PtyPeer

IDLE_A, BOOT_A, WORK_A = 0.085, 0.320, 0.140
BOOT_S, DISCHARGE_S, WORK_EVERY_S = 1.2, 0.08, 3.0
RESIDUE_A = 0.0004  # what a meter shows where nothing flows
IDENTITY = "GINKGO,PSU-1,A77,1.0"


class Supply:
    """Its state, and the load that hangs on it; `switched` is told of each change of the output."""

    def __init__(self, switched=lambda _is_on: None, clock=time.monotonic):
        self.switched, self._clock = switched, clock
        self.voltage_v, self.limit_a, self.is_on = 0.0, 1.0, False
        self.volt_max_v = 60.0
        self.has_load = True
        self.is_stuck = False  # the output relay does not move
        self.is_bypassed = False  # a battery feeds the terminal, through the meter
        self.silent = threading.Event()
        self._since_s, self._at_off_a = clock(), 0.0

    def answer(self, line):
        """Return what it answers to a line, None for a command."""
        word, _, value = line.strip().upper().partition(" ")
        if word.endswith("?"):
            return ANSWERS[word](self)
        if word == "OUTP":
            self.switch(value in ("ON", "1"))
        elif word == "VOLT":
            self.voltage_v = min(round(float(value), 2), self.volt_max_v)
        elif word == "CURR":
            self.limit_a = round(float(value), 3)
        return None

    def switch(self, is_on):
        if self.is_stuck or is_on == self.is_on:
            return
        self._at_off_a = self.current_a()
        self.is_on, self._since_s = is_on, self._clock()
        self.switched(is_on)

    def current_a(self):
        """Inrush and boot, then idle with some work now and then; capacitors when it is off."""
        age_s = self._clock() - self._since_s
        if self.is_bypassed:
            return IDLE_A
        if not self.is_on:
            return RESIDUE_A + self._at_off_a * math.exp(-age_s / DISCHARGE_S)
        if not self.has_load:
            return RESIDUE_A
        drawn_a = BOOT_A if age_s < BOOT_S else IDLE_A
        if age_s >= BOOT_S and age_s % WORK_EVERY_S < 0.5:
            drawn_a += WORK_A
        return min(self.limit_a, drawn_a + 0.002 * math.sin(50 * age_s))


ANSWERS = {
    "*IDN?": lambda _: IDENTITY,
    "OUTP?": lambda supply: str(int(supply.is_on)),
    "VOLT?": lambda supply: f"{supply.voltage_v:.3f}",
    "CURR?": lambda supply: f"{supply.limit_a:.3f}",
    "MEAS:CURR?": lambda supply: f"{supply.current_a():.4f}",
    "MEAS:VOLT?": lambda supply: f"{supply.voltage_v if supply.is_on else 0.0:.3f}",
    "SYST:ERR?": lambda _: '0,"No error"',
}


class TcpSupply:
    """The supply at a TCP port; `pulled` hangs up and listens no more."""

    def __init__(self, supply, port=0):
        self.supply = supply
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = self._server.getsockname()[1]
        self.resource = f"TCPIP::127.0.0.1::{self.port}::SOCKET"
        self._lines = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                line, _ = self._server.accept()
                self._lines.append(line)
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), line.makefile("r", newline="\n") as lines:
            for each in lines:
                answer = self.supply.answer(each)
                if answer is not None and not self.supply.silent.is_set():
                    line.sendall(answer.encode() + b"\n")

    def pull(self):
        """Be gone: all connections reset, nobody listens."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    close = pull


class PtySupply:
    """The supply at a serial port."""

    def __init__(self, supply):
        self.supply = supply
        self._heard = b""
        self._line = PtyPeer(self._take)
        self.resource = f"ASRL{self._line.address}::INSTR"

    def _take(self, data):
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            answer = self.supply.answer(line.decode())
            if answer is not None and not self.supply.silent.is_set():
                self._line.write(answer.encode() + b"\n")

    def pull(self):
        """Be gone."""
        self._line.close()

    close = pull
