"""Virtual time: exact, without sleep, and the same in every process."""

import os
import subprocess
import sys
import time

import pytest
import serial

from harness.emulator import PoweredOn, SetTimer, TimerFired
from harness.errors import MisuseError, StuckError
from harness.fault.plan import Cut, Delay, Drop, Hold, Plan, PowerOff
from harness.fault.point import parse
from harness.history.record import dump
from harness.world.virtual import EVENTS_MAX
from tests.world.pair import ECR, Host, Terminal, at_the_till, calls, open_world

ROUGH = (
    Plan()
    .also("tx host 0210 #1", Drop())
    .also("tx host 0210 #2", Cut(keep=2))
    .also("tx host 0210 #3", Hold(parse("tx terminal 0200 #4")))
    .also("nv terminal number #5", PowerOff(keep=1))
    .also("rx host 0200 #5", Delay(2.0))
)
STORY = "from tests.world.test_virtual import story; import sys; sys.stdout.write(story())"
ANSWER_NS = 20 * 10**9


def story():
    return dump(calls("virtual", ROUGH, count=6)[1])


def test_history_is_the_same_bytes_in_processes_with_other_hash_seeds():
    stories = [
        subprocess.run(
            [sys.executable, "-c", STORY],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "4242")
    ]
    assert stories == [story().encode()] * 2


def test_time_out_is_exact_and_costs_no_real_time():
    began_s = time.monotonic()
    _, history = calls("virtual", Plan().also("tx host 0210 #1", Drop()))
    times = {(row.kind, row.address): row.time_ns for row in reversed(history.rows)}
    assert times["tx", "ecr/SILENCE"] - times["tx", "host/0200"] == ANSWER_NS
    assert time.monotonic() - began_s < 5


def test_events_of_one_instant_keep_their_order():
    order = []
    with open_world("virtual") as world:
        for number in range(5):
            world.call_later(7, lambda number=number: order.append(number))
        world.wait(lambda: False, 1.0)
    assert order == list(range(5))


def test_time_does_not_stop_at_what_was_cancelled():
    with open_world("virtual") as world:
        world.wait(lambda: False, 1.0)
        world.call_later(10**9, lambda: None)()
        assert not world.wait(lambda: False, 0.5)
        assert world.now_ns() == 1_500_000_000


def test_wait_ends_with_the_event_that_makes_it_true():
    with open_world("virtual") as world:
        world.wait(lambda: False, 1.0)
        world.later(2.0, lambda: None)
        world.later(4.0, lambda: None)
        assert world.wait(lambda: world.now_ns() >= 3 * 10**9, 9.0)
        assert world.now_ns() == 3 * 10**9


def test_wait_that_can_never_end_is_an_error_not_a_hang():
    with open_world("virtual") as world, pytest.raises(StuckError, match="nothing will ever"):
        world.wait(lambda: False, None)


def test_read_without_a_timeout_that_can_never_end_is_an_error_not_a_hang():
    with at_the_till("virtual") as (world, _), pytest.raises(StuckError):
        serial.serial_for_url(world.address(*ECR), timeout=None).read(99)


class Restless(Terminal):
    """Never done."""

    again_s = 0.0

    def handle(self, now_ns, event):
        if isinstance(event, PoweredOn | TimerFired):
            return [SetTimer("again", self.again_s)]
        return super().handle(now_ns, event)


class Slow(Restless):
    """Never done, but in no hurry."""

    again_s = 0.1


def restless(kind):
    return open_world("virtual", machines={"terminal": kind, "host": Host})


def test_events_without_end_are_an_error_not_a_hang():
    with restless(Restless) as world, pytest.raises(StuckError, match="no end"):
        world.wait(lambda: False, 1.0)


def test_endless_wait_for_events_without_end_is_an_error_too():
    with restless(Slow) as world, pytest.raises(StuckError, match="no end"):
        world.wait(lambda: False, None)


def test_long_wait_for_many_events_is_none():
    with restless(Slow) as world:
        assert not world.wait(lambda: False, EVENTS_MAX / 8)


class Waiting(Terminal):
    """Tries to wait where a machine must answer."""

    world = None

    def handle(self, _now_ns, _event):
        if self.world:
            self.world.wait(lambda: False, 1.0)
        return []


def test_machine_that_waits_is_misuse():
    with restless(Waiting) as world:
        Waiting.world = world
        with pytest.raises(MisuseError, match="must not wait"):
            world.perform(lambda: world.stage.deliver("terminal", PoweredOn()))
        Waiting.world = None
        assert not world.wait(lambda: False, 1.0)  # usable again


def test_two_worlds_cannot_hold_one_address():
    with open_world("virtual"), pytest.raises(MisuseError, match="bound already"):
        open_world("virtual").__enter__()


def test_port_of_a_world_that_is_gone_cannot_be_opened():
    with open_world("virtual") as world:
        pass
    with pytest.raises(serial.SerialException, match="no such line"):
        serial.serial_for_url(world.address(*ECR))


def came(world, *actors):
    rows = world.recorder.history().rows
    actors = actors or ("terminal", "host")
    return [row.address for row in rows if row.kind == "rx" and row.actor in actors]


def test_nothing_sent_after_a_cut_arrives_at_either_end():
    with open_world("virtual") as world:
        world.connect("terminal", "host")
        world.wait(lambda: False, 0.03)
        world.send("terminal", "host", b"EARLY.")
        world.cut("terminal", "host", "rst")
        for end in (("terminal", "host"), ("host", "terminal")):
            world.send(*end, b"LATE.")
            assert not world.is_open(*end)
        world.wait(lambda: False, 1.0)
    assert came(world) == ["terminal/0200", "terminal/EARLY"]


def test_call_that_was_given_up_is_answered_no_more():
    with open_world("virtual") as world:
        world.connect("terminal", "host")
        world.hang_up("terminal", "host")
        world.wait(lambda: False, 1.0)
        assert not [row for row in world.recorder.history().rows if row.kind == "connect"]


def test_line_that_is_down_carries_nothing():
    with open_world("virtual") as world:
        world.connect("terminal", "host")
        world.wait(lambda: False, 0.03)
        world.set_down("host", "terminal", True)
        world.send("terminal", "host", b"LOST.")
        world.set_down("terminal", "host", False)
        world.send("terminal", "host", b"FOUND.")
        world.wait(lambda: False, 1.0)
    assert came(world, "host") == ["terminal/0200", "terminal/FOUND"]
