"""What leaves a bench safe: all of it is tried, and what failed is told together."""

import pytest

from harness.errors import PortLostError, RigError
from harness.rig.safe_state import SafeState


def broken(name):
    def act():
        raise PortLostError(f"{name}: gone")

    return act


def test_parts_are_made_safe_in_reverse_though_some_fail():
    done, safe = [], SafeState()
    for act in (lambda: done.append("power"), broken("relay"), lambda: done.append("hands")):
        safe.add(act)
    safe.add(broken("robot"))
    with pytest.raises(RigError, match=r"not left safe, look after it by hand: robot: gone; relay"):
        safe.make_safe()
    assert done == ["hands", "power"]


def test_bench_that_is_safe_says_nothing():
    SafeState().make_safe()
