"""What the command line's exit code says; a verdict is 0, 1 or 3 and nothing else is."""

from harness.wire.deviation import Deviation

PASS, FAIL, MISUSE, INCONCLUSIVE = 0, 1, 2, 3
INTERRUPTED, PIPE_CLOSED = 130, 141  # as shells write a death by SIGINT and by SIGPIPE


def of_deviations(deviations: tuple[Deviation, ...]) -> int:
    """Return FAIL when one of them breaks parsing; what can be read all the same is PASS."""
    is_broken = any(each.kind == "breaks_parsing" for each in deviations)
    return FAIL if is_broken else PASS
