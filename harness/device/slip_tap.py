"""Slips of a terminal that is no machine of ours, as rows of the history.

They come from a port that taps its printer, or in the lines it gives the till to print.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import serial

from harness.errors import PortLostError
from harness.history.describe import Describer
from harness.history.record import Recorder
from harness.port.serial_port import (
    LineSetting,
    close_port,
    mapped_errors,
    open_port,
    require_there,
)
from harness.port.usb_printer import GADGET, UsbPrinterPort
from harness.wire import escpos

PART = "printer tap"
EARLIER = "earlier slip"  # the note about it
EARLIER_TEXT = "the terminal was still printing when the case was opened: no slip of it"
READ_S = 0.05  # real seconds that one look at the port takes if nothing comes
SILENCE_READS = 20  # reads without a byte after which an unfinished slip is taken for what came out
HEAR_OUT_S = 30.0  # real seconds that a slip may take; one that never ends is no reason to hang


def record_slip(recorder: Recorder, describe: Describer, data: bytes) -> None:
    """Add the row of one slip."""
    value, facts = describe.slip(data)
    recorder.add("terminal", "print", "slip", value, facts)


def record_lines(recorder: Recorder, describe: Describer, lines: Iterable[str]) -> None:
    """Add the row of a slip that the till was given line by line, up to its marked end."""
    record_slip(recorder, describe, escpos.encode([escpos.Line(line) for line in lines]))


class Paper(Protocol):
    """Where what is printed comes out; PortLostError when it is gone."""

    def read(self) -> bytes:
        """Return what has come, waiting a moment for it."""

    def require_there(self) -> None:
        """Raise PortLostError if it is gone; reads nothing."""

    def close(self) -> None:
        """Give it back."""


@dataclass
class SerialPaper:
    """A serial port that hears the printer's line."""

    address: str
    setting: LineSetting
    _port: serial.Serial = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._port = open_port(
            self.address, PART, baud=self.setting.baud, timeout_s=READ_S,
            character=self.setting.character, flow_control=self.setting.flow_control,
        )  # fmt: skip

    def read(self) -> bytes:
        """Return what has come."""
        with mapped_errors(self.address, PART):
            return self._port.read(1) + self._port.read(self._port.in_waiting)

    def require_there(self) -> None:
        """Raise PortLostError if it is gone."""
        require_there(self._port, self.address, PART)

    def close(self) -> None:
        """Give it back."""
        close_port(self._port)


def open_paper(address: str, setting: LineSetting) -> Paper:
    """Open a serial port that taps the printer, or the printer that this machine poses as.

    Raises PortLostError.
    """
    if address.startswith(GADGET):
        return UsbPrinterPort(address.removeprefix(GADGET), PART, READ_S)
    return SerialPaper(address, setting)


@dataclass
class SlipTap:
    """Listens in a thread; paper that is lost makes the channel blind.

    `is_begun`: what comes out is recorded.  Else it is of before, until `begin`.
    """

    paper: Paper
    recorder: Recorder
    describe: Describer
    is_begun: bool = True
    _ended: threading.Event = field(init=False, default_factory=threading.Event)
    _looked: threading.Condition = field(init=False, default_factory=threading.Condition)
    _silences: int = field(init=False, default=0)  # looks at which no slip was coming out
    _loss: PortLostError | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._ended.set()
        self._thread.join()
        self.paper.close()

    def look(self) -> None:
        """Raise PortLostError if the paper is gone."""
        if self._loss:
            raise self._loss
        self.paper.require_there()

    def begin(self) -> None:
        """Wait until nothing comes out, and record from now on."""
        self.hear_out()
        self.is_begun = True

    def hear_out(self) -> None:
        """Wait until nothing comes out: this line and the till's are not in step."""
        with self._looked:
            enough = self._silences + 2  # the look of this moment may have begun before
            is_deaf = self._ended.is_set
            self._looked.wait_for(lambda: self._silences >= enough or is_deaf(), HEAR_OUT_S)

    def _listen(self) -> None:
        paper, silent = b"", 0
        while not self._ended.is_set():
            try:
                data = self.paper.read()
            except PortLostError as error:
                self.recorder.add("bench", "blind", "slip", str(error))
                self._loss = error
                self._ended.set()
                break
            silent = 0 if data else silent + 1
            slips, paper = escpos.split(paper + data)
            if silent >= SILENCE_READS:
                slips, paper = [*slips, paper], b""
            self._record(slips)
            self._tell_look(is_silent=not data and not paper)
        self._record([paper])
        self._tell_look(is_silent=False)

    def _tell_look(self, *, is_silent: bool) -> None:
        with self._looked:
            self._silences += is_silent
            self._looked.notify_all()

    def _record(self, slips: Iterable[bytes]) -> None:
        for slip in filter(None, slips):
            if self.is_begun:
                record_slip(self.recorder, self.describe, slip)
            else:
                self.recorder.add("bench", "note", EARLIER, EARLIER_TEXT)
