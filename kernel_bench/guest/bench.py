"""A bench on this kernel's drivers: till and slips over USB, power and line by relays at a chip.

The terminal is a foreign process whose serial port is the adapter's own end and whose printer is a
USB printer, which is the harness.  What a relay does is told by the wire at the chip's far end:
power off is the end of the process, a line that is open lets nothing through.
"""

import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import yaml

from tests.live.bench import Bench, free_port, write_bench
from tests.peers.patience import holds
from tests.peers.tcp_cable import TcpCable

LOOK_S = 0.1
LOADS_S = 200.0  # an emulated processor, on a PC that has much else to do
BOOT_S = 8.0
TIMES = {"answer_timeout_s": 6, "connect_timeout_s": 6, "reversal_due_s": 60}
POWER, LINE = "POWER", "LINE"


@dataclass
class Ends:
    """The two ends of a line: the terminal's and the harness'."""

    ends: tuple[str, str]


class Terminal:
    """Its process and its power; `boots` counts them."""

    def __init__(self, command, control, log):
        self.boots = 0
        self._control = control
        words = [sys.executable, "-m", "kernel_bench.guest.boots", *command[1:]]
        with log.open("ab") as said:
            self._loaded = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
            )

    def switch(self, is_on):
        """Give it power, or take it; return at once."""
        self.boots += is_on
        self._loaded.stdin.write("on\n" if is_on else "off\n")
        self._loaded.stdin.flush()
        assert self._loaded.stdout.readline().strip(), "its program has ended"

    def wait(self):
        """Wait until it has booted: its hands can be told what to do."""
        assert holds(self._is_ready, LOADS_S), "the terminal does not boot"

    def _is_ready(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._control)) == 0

    def close(self):
        with self._loaded:
            self._loaded.stdin.close()


class Wire:
    """Looks at the far end of a wire; `moved` is told of each change, in a thread."""

    def __init__(self, chip, line, moved):
        self._far_end = os.open(chip.far_end(line), os.O_RDONLY)
        self._moved = moved
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        was_energised = False
        while not self._ended.wait(LOOK_S):
            if (is_energised := self.is_energised()) != was_energised:
                was_energised = is_energised
                self._moved(is_energised)

    def is_energised(self):
        """Tell what the wire carries: nothing, if its chip is gone."""
        try:
            return os.pread(self._far_end, 1, 0) == b"1"
        except OSError:
            return False

    def close(self):
        self._ended.set()
        self._thread.join()
        os.close(self._far_end)


class KernelBench:
    """`adapter` and `slip_printer` are plugged in; `stack` takes the bench apart."""

    def __init__(self, folder, chip, adapter, slip_printer, stack):
        self.chip, self.adapter = chip, adapter
        till = Ends((adapter.near, adapter.far))
        paper = Ends((slip_printer.far, f"usb://{slip_printer.near}"))
        self._outside = Bench(folder, till, paper, free_port(), free_port())
        command = write_bench(self._outside, (), TIMES)
        self.terminal = stack.enter_context(
            closing(Terminal(command, self._outside.control, folder / "terminal.log"))
        )
        self._host = free_port()
        cable = stack.enter_context(closing(TcpCable(self._outside.host, self._host)))
        moved = {POWER: self._power_moved, LINE: cable.set_open}
        self._wires = [
            stack.enter_context(closing(Wire(chip, line, moved[line]))) for line in moved
        ]
        self.restart()

    def _power_moved(self, is_energised):
        """Take the terminal's power through a contact that is normally closed, or give it back."""
        self.terminal.switch(not is_energised)

    def restart(self):
        """Have the terminal without power for a moment, and wait for its boot."""
        for is_on in (False, True):
            self.terminal.switch(is_on)
        self.terminal.wait()

    @property
    def is_safe(self):
        """Tell whether no relay has current: then the terminal has power and its line."""
        return not any(wire.is_energised() for wire in self._wires)

    def write(self):
        """Write the file of the bench; return its path."""
        found = yaml.safe_load(self._outside.devices.read_text("utf-8"))
        device = found["devices"].pop("ext")
        device["host"]["listen"] = f"127.0.0.1:{self._host}"
        relay = {"kind": "gpio", "chip": self.chip.label}
        device["power"] = {
            "kind": "relay", "relay": relay | {"line": POWER}, "proof": "silence", "boot_s": BOOT_S,
        }  # fmt: skip
        device["line_relay"] = relay | {"line": LINE}
        path = self._outside.folder / "kernel.yaml"
        found["devices"]["kernel"] = device
        path.write_text(yaml.safe_dump(found, allow_unicode=True), "utf-8")
        return path


@contextmanager
def kernel_bench(folder, chip, adapter, slip_printer):
    """Put the bench together in a folder, and take it apart afterwards."""
    with ExitStack() as stack:
        yield KernelBench(folder, chip, adapter, slip_printer, stack)
