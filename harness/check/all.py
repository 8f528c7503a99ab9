"""All checkers of the harness, in the order of the rules."""

from collections.abc import Sequence

from harness.check import (
    Checker,
    durability,
    enquiry,
    expectation,
    keys,
    money,
    reversal,
    safety,
    secrecy,
    slip,
    till_link,
    timing,
    wire,
)

ALL_CHECKERS: Sequence[Checker] = (
    money,
    reversal,
    slip,
    enquiry,
    wire,
    keys,
    till_link,
    durability,
    timing,
    secrecy,
    safety,
    expectation,
)
