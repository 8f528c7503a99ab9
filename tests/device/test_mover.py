"""Hands that are machines: what they push, how they draw back, and that no PIN is told."""

import pytest

from harness.device.mover import MovingOperator, RobotMover, SolenoidMover
from harness.errors import RigError
from harness.rig.cards import load_cards
from tests.device.fake import Clock, recorder, told
from tests.live.program import ROOT

CARD = load_cards(ROOT / "fixtures/cards.yaml")[0]
PIN = "13579"


class Coil:
    """Keeps what it was told."""

    def __init__(self, name, log):
        self.name, self.log, self.is_broken, self.is_on = name, log, False, False

    def energise(self, is_energised):
        if self.is_broken:
            raise RigError(f"finger {self.name}: no answer")
        self.is_on = is_energised
        self.log.append(f"{self.name} {'out' if is_energised else 'back'}")

    def is_energised(self):
        if self.is_broken:
            raise RigError(f"finger {self.name}: no answer")
        return self.is_on


class Port:
    """A robot's port that keeps what it was told."""

    def __init__(self, *acts):
        self.acts, self.done = acts, []

    def can(self, act):
        return act in self.acts

    def perform(self, act, **filled):
        self.done.append((act, filled))

    def require_there(self):
        raise RigError("robot: pulled")


@pytest.fixture
def log():
    return []


@pytest.fixture
def coils(log):
    names = [("card", CARD.token), ("key", "ENTER"), *(("key", digit) for digit in PIN)]
    return {name: Coil(name[1], log) for name in names}


@pytest.fixture
def fingers(coils):
    return SolenoidMover(coils, Clock())


def test_each_key_of_a_pin_is_pushed_once_and_the_row_has_none_of_them(fingers, log):
    operator = MovingOperator(kept := recorder(), fingers)
    operator.present_card(CARD)
    operator.key_pin(PIN, "right")
    operator.press("ENTER")
    keys = [f"{name} {way}" for name in (*PIN, "ENTER", "ENTER") for way in ("out", "back")]
    assert log == [f"{CARD.token} out", f"{CARD.token} back", *keys]
    acts = [("act", "card", CARD.token), ("act", "pin", "right"), ("act", "key", "ENTER")]
    assert told(kept) == acts


def test_finger_that_fails_within_a_pin_does_not_tell_the_digit(fingers, coils):
    coils["key", "7"].is_broken = True
    operator = MovingOperator(recorder(), fingers)
    with pytest.raises(RigError) as raised:
        operator.key_pin(PIN, "right")
    assert "7" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_what_nothing_moves_for_is_told(fingers):
    with pytest.raises(RigError, match="nothing moves for the key CANCEL: see devices.yaml"):
        fingers.move("key", "CANCEL")


def test_all_fingers_are_drawn_back_though_one_fails(fingers, coils, log):
    coils["key", "1"].is_broken = True
    with pytest.raises(RigError, match="finger 1: no answer"):
        fingers.make_safe()
    assert len(log) == len(coils) - 1
    with pytest.raises(RigError, match="finger 1: no answer"):
        fingers.look()


def test_robot_is_told_and_goes_to_rest_if_it_has_moved():
    port = Port("present_card", "press", "rest")
    robot = RobotMover(port)
    robot.make_safe()
    assert port.done == []
    robot.move("card", "card-1")
    robot.move("key", "1")
    robot.make_safe()
    assert port.done == [
        ("present_card", {"card": "card-1"}),
        ("press", {"key": "1"}),
        ("rest", {}),
    ]
    with pytest.raises(RigError, match="robot: pulled"):
        robot.look()


def test_robot_without_a_rest_stays_where_it_is():
    port = Port("press")
    robot = RobotMover(port)
    robot.move("key", "1")
    robot.make_safe()
    assert port.done == [("press", {"key": "1"})]
