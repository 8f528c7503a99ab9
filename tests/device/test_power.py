"""The supply of a terminal that is switched by commands of the lab's."""

import threading

import pytest

from harness.device.outside import OutsideActs
from harness.device.power import CommandSwitch, NoPower, SwitchedPower
from harness.errors import RigError
from tests.device.fake import Clock, recorder, told


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kept(clock):
    return recorder(clock)


def supply(clock, kept, **more):
    switch = {name: more.pop(name, f"echo {name}") for name in ("off", "on")}
    switch = CommandSwitch(kept, switch["off"], switch["on"], timeout_s=9.0)
    return SwitchedPower(clock, kept, switch, boot_s=20.0, **more)


def test_power_is_cut_for_its_time_and_the_boot_is_waited_for(clock, kept):
    given_up = []
    supply(clock, kept, on_off=lambda: given_up.append(clock.time_s)).cut(5.0)
    assert (clock.time_s, given_up) == (25.0, [0.0])
    assert told(kept, "power") == [("power", "", "off"), ("power", "", "on")]
    assert told(kept, "note") == [
        ("note", "output of power off", "off"), ("note", "output of power on", "on")
    ]  # fmt: skip


def test_power_that_is_on_is_not_switched_again(clock, kept):
    supply(clock, kept, on="false").ensure_on()
    assert (clock.time_s, told(kept)) == (0.0, [])


def test_switch_that_fails_may_have_moved_and_is_switched_on_again(clock, kept):
    broken = supply(clock, kept, off="false")
    with pytest.raises(RigError, match="power: off: `false` ended with 1"):
        broken.cut(5.0)
    broken.ensure_on()
    assert told(kept, "power") == [("power", "", "on")]


def test_power_that_could_not_be_given_back_is_tried_again(clock, kept):
    broken = supply(clock, kept, on="false")
    with pytest.raises(RigError):
        broken.cut(5.0)
    with pytest.raises(RigError, match="power: on"):
        broken.ensure_on()


def test_bench_without_a_switch_refuses_to_cut():
    with pytest.raises(RigError, match="cannot cut the power for 5.0 s"):
        NoPower().cut(5.0)
    NoPower().ensure_on()


def test_acts_of_a_plan_are_done_in_order_and_waited_for(clock, kept):
    acts, done = OutsideActs(), []
    acts.equip(supply(clock, kept), type("Keys", (), {"press": staticmethod(done.append)}))
    acts.cut_power(5.0)
    acts.press("CANCEL")
    acts.settle()
    assert (clock.time_s, done) == (25.0, ["CANCEL"])
    acts.finish()


def test_terminal_is_ready_when_it_has_booted_though_the_line_may_be_open(clock, kept):
    closed = threading.Event()
    line = type("Line", (), {"open_for": staticmethod(lambda _s: closed.wait())})
    acts = OutsideActs()
    acts.equip(supply(clock, kept), operator=None, line=line)
    acts.open_line(60.0, lambda: None)
    acts.cut_power(5.0)
    acts.be_ready()
    assert clock.time_s == 25.0
    closed.set()
    acts.settle()
    acts.finish()


def test_act_of_a_plan_that_failed_is_told_when_it_is_waited_for(clock, kept):
    acts = OutsideActs(power=supply(clock, kept, off="false"))
    acts.cut_power(5.0)
    with pytest.raises(RigError, match="power: off"):
        acts.settle()
    acts.settle()
    acts.finish()
