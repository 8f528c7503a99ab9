"""A fault names the layer at which it was done."""

import pytest

from harness.fault.layer import layer_on_wire
from harness.fault.plan import Cut, Drop, LinkDown, PowerOff, RefuseConnect


@pytest.mark.parametrize(
    ("action", "is_call", "is_relayed", "layer"),
    [
        (PowerOff(), True, False, "relay"),
        (LinkDown(), True, True, "relay"),
        (LinkDown(), False, False, "serial"),
        (LinkDown(), True, False, "tcp"),
        (Cut(), True, True, "tcp"),
        (RefuseConnect(), True, False, "tcp"),
        (Drop(), True, False, "message"),
    ],
)
def test_each_fault_has_the_layer_of_what_does_it(action, is_call, is_relayed, layer):
    assert layer_on_wire(action, is_call=is_call, is_relayed=is_relayed) == layer
