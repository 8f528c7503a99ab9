"""What devices of the bench need: a history to write, and time."""

from harness.history.record import Header, Recorder


class Clock:
    """Time that passes by itself when somebody waits."""

    def __init__(self):
        self.time_s = 0.0

    def now_ns(self):
        return int(self.time_s * 1e9)

    def wait(self, until, within_s):
        self.time_s += within_s
        return until()

    def real_s(self, world_s):
        return world_s


def recorder(clock=None):
    return Recorder(Header(world="hardware", observes=()), (clock or Clock()).now_ns)


def told(kept, *kinds):
    """Return kind, address and value of the rows."""
    rows = kept.history().rows
    return [(row.kind, row.address, row.value) for row in rows if not kinds or row.kind in kinds]
