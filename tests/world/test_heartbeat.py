"""The pulse of a loop, on a clock that the test moves; and a live world that stands still."""

from threading import Event

import pytest

from harness.world.heartbeat import BEAT_REAL_S, STALL_REAL_S, Heartbeat
from tests.world.pair import open_world


class Loop:
    """A loop that calls what is due when the test says so."""

    def __init__(self):
        self.now_s, self.calls = 0.0, []

    def time(self):
        return self.now_s

    def call_later(self, after_s, call, *given):
        self.calls.append((self.now_s + after_s, call, given))

    def pass_time(self, late_s):
        due_s, call, given = self.calls.pop()
        self.now_s = due_s + late_s
        call(*given)


@pytest.fixture
def told():
    return []


@pytest.fixture
def loop(told):
    loop = Loop()
    Heartbeat(loop, told.append).begin()
    return loop


def test_a_loop_that_runs_is_not_told(loop, told):
    for late_s in (0.0, BEAT_REAL_S, STALL_REAL_S * 0.9):
        loop.pass_time(late_s)
    assert told == []


def test_each_stall_is_told_once(loop, told):
    for late_s in (1.0, 0.0, 2.0, 0.0):
        loop.pass_time(late_s)
    assert told == pytest.approx([1.0, 2.0])


def test_a_live_world_that_stands_still_says_so():
    never = Event()
    with open_world("live") as world:
        world.perform(lambda: never.wait(1.5 * STALL_REAL_S))
        world.wait(lambda: "stall" in notes(world), 500.0)
        assert "stall" in notes(world)


def notes(world):
    return [row.address for row in world.recorder.history().rows if row.kind == "note"]
