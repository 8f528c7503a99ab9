"""Where the command begins: Ctrl-C while it still loads ends it without a word, as `cat` does."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)

from harness.cli import main as run  # noqa: E402  # what takes its time comes after that


def main() -> None:
    """Run the command line, in which Ctrl-C is an exception again."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()
