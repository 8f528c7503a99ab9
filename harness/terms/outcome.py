"""What a verb ends in."""

from enum import Enum


class Outcome(Enum):
    """The value is the kind of the history row that records it."""

    APPROVED = "ok"
    NOT_APPROVED = "fail"  # refused, declined, or given up with a reversal pending
    UNKNOWN = "info"  # nobody answered: it may have happened
