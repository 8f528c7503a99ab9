"""A slip printer and its paper: bytes in, what comes out on paper, and what the printer reports.

It is no machine of its own: it hangs on its device's supply, and forgets nothing but the paper.
Its seeded defects are ways of spoiling what it prints or reports.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.emulator import PaperOut, Printed, PrinterDead

Report = Printed | PaperOut | PrinterDead
Work = Callable[[bytes, int | None], tuple[bytes, Report]]
"""Data, and how many bytes the paper still takes (None: all) -> what came out, report."""


def print_faithfully(data: bytes, room: int | None) -> tuple[bytes, Report]:
    """Print what the paper takes, and say whether that was all."""
    return (data, Printed()) if room is None else (data[:room], PaperOut())


@dataclass
class Printer:
    """One printer; `work` is how it prints and reports."""

    work: Work = print_faithfully
    has_paper: bool = True
    _ends_after: int | None = field(init=False, default=None)

    def paper_out_after(self, size: int) -> None:
        """Let the paper end after so many bytes of the next slip."""
        self._ends_after = size

    def load_paper(self) -> None:
        """Put in a new roll."""
        self.has_paper, self._ends_after = True, None

    def feed(self, data: bytes) -> tuple[bytes, Report]:
        """Return what comes out on paper, and what the printer reports."""
        if not self.has_paper:
            return self.work(data, 0)
        room, self._ends_after = self._ends_after, None
        self.has_paper = room is None
        return self.work(data, room)


@dataclass(frozen=True, slots=True)
class PrinterDefect:
    """A printer that is wrong in one way, and the rule that must name it."""

    rule: str
    what: str
    work: Work


def _cut_short(data: bytes, room: int | None) -> tuple[bytes, Report]:
    paper, report = print_faithfully(data, room)
    return paper[: len(data) // 2], report


def _mute(data: bytes, room: int | None) -> tuple[bytes, Report]:
    _, report = print_faithfully(data, room)
    return b"", report


def _add_digit(data: bytes, room: int | None) -> tuple[bytes, Report]:
    return print_faithfully(data.replace(b"RMB", b"RMB 9", 1).replace(b"RMB 9 ", b"RMB 9"), room)


def _see_no_end(data: bytes, room: int | None) -> tuple[bytes, Report]:
    paper, _ = print_faithfully(data, room)
    return paper, Printed()


PRINTER_DEFECTS: Mapping[str, PrinterDefect] = {
    "printer-cuts-slips-short": PrinterDefect(
        "L2", "The printer reports slips as printed of which it prints the first half.", _cut_short
    ),
    "printer-prints-nothing": PrinterDefect(
        "L1", "The printer reports slips as printed that never come out.", _mute
    ),
    "printer-blind-to-missing-paper": PrinterDefect(
        "R14", "The printer reports slips as printed although its paper has ended.", _see_no_end
    ),
    "printer-adds-a-digit": PrinterDefect(
        "L3", "The printer puts a digit before every amount.", _add_digit
    ),
}
