"""What the commands that run until Ctrl-C share: rows as they come, acts as they are typed."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from harness.commands.output import print_lines
from harness.errors import HarnessError
from harness.history.record import Row
from harness.report.plain_text import seconds, visible
from harness.runner.console_lines import Acts
from harness.world.live import LiveWorld

QUIET = frozenset({"timer", "cancel", "nv", "connect", "disconnect", "level", "heal"})
POLL_S = 0.2

Tell = Callable[[Sequence[Row]], None]


def follow(rows: Sequence[Row]) -> None:
    """Print rows for people, as far as they tell them something."""
    for row in rows:
        _follow(row)


def _follow(row: Row) -> None:
    """Print one row, a slip line by line."""
    if row.kind in QUIET or row.address.endswith(("/ACK", "/NAK")):
        return
    said = visible(row.value)
    print_lines(
        [f"{seconds(row.time_ns):>10}  {row.actor:<8} {row.kind:<6} {row.address:<14} {said}"]
    )
    lines = row.facts.get("text")
    if row.kind == "print" and isinstance(lines, tuple):
        print_lines(f"{'':>12}| {visible(line)}" for line in lines)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Have Ctrl-C, or a request to end, set an event instead; enter it before anything is open."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def take_acts(acts: Acts) -> None:
    """Do what a person types, from now on."""
    if sys.stdin and sys.stdin.isatty():
        threading.Thread(target=_take_lines, args=(acts,), daemon=True).start()


def tell_until(ended: threading.Event, world: LiveWorld, tell: Tell | None) -> None:
    """Tell of rows as they come.  Raises RigError when the world fails meanwhile."""
    told, is_last = 0, False
    while not is_last:
        sys.stdout.flush()
        is_last = world.wait(ended.is_set, POLL_S)
        if tell:
            rows = world.recorder.history().rows
            tell(rows[told:])
            told = len(rows)


def _take_lines(acts: Acts) -> None:
    for line in sys.stdin:
        if line.strip():
            try:
                print_lines([acts.do(line)])
            except HarnessError as error:
                print_lines([f"error: {error}"])
