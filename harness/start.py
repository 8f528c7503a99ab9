"""Where the command begins: Ctrl-C while it still loads ends it without a word, as `cat` does."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)

from harness.cli import main as run  # noqa: E402  # what takes its time comes after that
from harness.runner.ending import end_as_by_keys  # noqa: E402


def main() -> None:
    """Run the command line, in which Ctrl-C and requests to end are exceptions."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end_as_by_keys()
    run()
