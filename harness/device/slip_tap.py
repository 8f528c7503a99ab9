"""Slips of a terminal that is no machine of ours, as rows of the history.

They come from a port that taps its printer, or in the lines it gives the till to print.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

import serial

from harness.device.zvt_terminal import mapped_errors
from harness.errors import PortLostError
from harness.history.describe import Describer
from harness.history.record import Recorder
from harness.wire import escpos

READ_S = 0.2  # real seconds between two looks at the port
SILENCE_READS = 5  # reads without a byte after which an unfinished slip is taken for what came out


def record_slip(recorder: Recorder, describe: Describer, data: bytes) -> None:
    """Add the row of one slip."""
    value, facts = describe.slip(data)
    recorder.add("terminal", "print", "slip", value, facts)


def record_lines(recorder: Recorder, describe: Describer, lines: Iterable[str]) -> None:
    """Add the row of a slip that the till was given line by line, up to its marked end."""
    record_slip(recorder, describe, escpos.encode([escpos.Line(line) for line in lines]))


@dataclass
class SlipTap:
    """Listens on a port of its own, in a thread; a port that is lost makes the channel blind."""

    address: str
    baud: int
    recorder: Recorder
    describe: Describer
    _ended: threading.Event = field(init=False, default_factory=threading.Event)

    def __post_init__(self) -> None:
        with mapped_errors(self.address):
            self._port = serial.serial_for_url(self.address, baudrate=self.baud, timeout=READ_S)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._ended.set()
        self._thread.join()
        self._port.close()

    def _listen(self) -> None:
        paper, silent = b"", 0
        while not self._ended.is_set():
            try:
                data = self._read()
            except PortLostError as error:
                self.recorder.add("bench", "blind", "slip", str(error))
                return
            silent = 0 if data else silent + 1
            slips, paper = escpos.split(paper + data)
            if paper and silent >= SILENCE_READS:
                slips, paper = [*slips, paper], b""
            for slip in slips:
                record_slip(self.recorder, self.describe, slip)

    def _read(self) -> bytes:
        with mapped_errors(self.address):
            return self._port.read(1) + self._port.read(self._port.in_waiting)
