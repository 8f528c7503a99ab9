"""What the commands that run until Ctrl-C share: rows as they come, acts as they are typed."""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from harness.commands.output import print_lines
from harness.errors import HarnessError
from harness.history.record import Row
from harness.report.plain_text import seconds, visible
from harness.runner.console_lines import Acts
from harness.world.live import LiveWorld

TELLING = frozenset(
    {"tx", "rx", "print", "ledger", "notify", "power", "fault", "act", "show", "note"}
)
POLL_S = 0.2

Tell = Callable[[Row], None]


def follow(row: Row) -> None:
    """Print a row for people, if it tells them something; a slip line by line."""
    if row.kind not in TELLING or row.address.endswith(("/ACK", "/NAK")):
        return
    said = visible(row.value)
    print_lines(
        [f"{seconds(row.time_ns):>10}  {row.actor:<8} {row.kind:<6} {row.address:<14} {said}"]
    )
    lines = row.facts.get("text")
    if row.kind == "print" and isinstance(lines, tuple):
        print_lines(f"{'':>12}| {visible(line)}" for line in lines)


def until_stopped(world: LiveWorld, acts: Acts | None, tell: Tell | None) -> None:
    """Tell of rows as they come and do what is typed, until Ctrl-C or a request to end."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        if acts and sys.stdin and sys.stdin.isatty():
            threading.Thread(target=_take_lines, args=(acts,), daemon=True).start()
        told = 0
        while not ended.wait(POLL_S):
            rows = world.recorder.history().rows
            for row in rows[told:]:
                if tell:
                    tell(row)
            told = len(rows)
            sys.stdout.flush()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _take_lines(acts: Acts) -> None:
    for line in sys.stdin:
        if line.strip():
            try:
                print_lines([acts.do(line)])
            except HarnessError as error:
                print_lines([f"error: {error}"])
