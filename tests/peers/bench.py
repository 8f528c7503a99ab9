"""A bench of real instruments: an SCPI supply, a Modbus relay in the line, a serial printer tap, a
gate before the host.

The terminal is a foreign process (tests.live.bench).  The supply feeds it: off is the end of the
process, on starts it again.  The relay opens the cable between terminal and gate.
"""

import threading
from contextlib import ExitStack, closing, contextmanager, suppress

import yaml

from tests.live.bench import free_port, outside_bench, run
from tests.peers.gate_process import GateProcess
from tests.peers.relay_board import RelayBoard
from tests.peers.scpi_supply import Supply, TcpSupply
from tests.peers.tcp_cable import TcpCable

LINE_COIL, POWER_COIL = 3, 0
BOOT_S = 6.0  # a process starts in less, also on a busy PC


class Mains:
    """What the supply's output does to the terminal; it boots on its own time."""

    def __init__(self, switch):
        self._switch = switch
        self._booting = threading.Thread()

    def switched(self, is_on):
        self.wait()
        if not is_on:
            run(self._switch, "off")
            return
        self._booting = threading.Thread(target=self._boot)
        self._booting.start()

    def _boot(self):
        with suppress(RuntimeError):  # what is off then shows in the case
            run(self._switch, "on")

    def wait(self):
        """Wait until it has booted."""
        if self._booting.ident:
            self._booting.join()


class PeerBench:
    """A bench of peers; `stack` takes it apart."""

    def __init__(self, folder, stack):
        self.outside = stack.enter_context(outside_bench(folder))
        self._stack = stack
        self.mains = Mains(self.outside.switch)
        self._host = free_port()
        self.gate = stack.enter_context(closing(GateProcess(self._host)))
        self.cable = stack.enter_context(closing(TcpCable(self.outside.host, self.gate.port)))
        self.supply = self.board = None
        self.plug()
        stack.callback(self.mains.wait)

    def plug(self):
        """Put new parts in place of all that were pulled."""
        self.unplug()
        self._is_power_wired = True
        self.gate.start()
        supply = Supply(self.mains.switched)
        supply.voltage_v, supply.limit_a, supply.is_on = 5.0, 2.0, True
        self.supply = TcpSupply(supply)
        self.board = RelayBoard(self._relay_moved)
        self.board_address = self.board.serve_tcp()
        for line in (self.outside.till, self.outside.paper):
            line.pull()
            line.plug()

    def _relay_moved(self, coil, is_energised):
        """Open a contact that is normally closed, or close it again."""
        if coil == LINE_COIL:
            self.cable.set_open(is_energised)
        elif coil == POWER_COIL and self._is_power_wired:
            self.mains.switched(not is_energised)

    @property
    def is_safe(self):
        """Tell whether the terminal has power and its line."""
        return self.supply.supply.is_on and not self.board.coils[LINE_COIL]

    def detach_power(self):
        """Take the power relay out of the terminal's circuit."""
        self._is_power_wired = False

    def unplug(self):
        for part in filter(None, (self.supply, self.board)):
            part.close()
        self.cable.set_open(False)

    def device(self, **more):
        """Return what devices.yaml says of it; `more` keys of the device come on top."""
        device = yaml.safe_load(self.outside.devices.read_text("utf-8"))["devices"]["ext"]
        device["terminal"] |= {
            "ecr": self.outside.till.ends[1], "printer": self.outside.paper.ends[1],
        }  # fmt: skip
        device["host"]["listen"] = f"127.0.0.1:{self._host}"
        device["gate"] = self.gate.seat
        device["power"] = {
            "kind": "supply", "resource": self.supply.resource, "voltage_v": 5.0,
            "current_limit_a": 2.0, "boot_s": BOOT_S,
        }  # fmt: skip
        device["line_relay"] = {"kind": "modbus", "board": self.board_address, "coil": LINE_COIL}
        return device | more

    def write(self, **more):
        """Write the file of the bench; return its path."""
        path = self.outside.folder / "peers.yaml"
        found = {"version": 1, "devices": {"peers": self.device(**more)}}
        path.write_text(yaml.safe_dump(found, allow_unicode=True), "utf-8")
        return path


def gpio_power():
    """Return a relay at a chip in the terminal's supply, whose silence proves that it is off."""
    relay = {"kind": "gpio", "chip": "/dev/gpiochip0", "line": "POWER"}
    return {"kind": "relay", "relay": relay, "proof": "silence", "boot_s": BOOT_S}


@contextmanager
def peer_bench(folder):
    """Put the bench together in a folder, and take it apart afterwards."""
    with ExitStack() as stack:
        bench = PeerBench(folder, stack)
        stack.callback(bench.unplug)
        yield bench
