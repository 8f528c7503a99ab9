"""Lines of a GPIO chip; the chip itself is in memory here."""

from contextlib import closing
from types import SimpleNamespace

import gpiod
import pytest

from harness.errors import PortLostError, RigError
from harness.port.gpio_line import Edge, GpioAddress, GpioInput, open_input, open_output
from tests.peers.gpio_chip import GpioChip

LINE = GpioAddress("/dev/gpiochip0", "POWER")


@pytest.fixture
def chip(monkeypatch):
    found = GpioChip(["POWER"])
    found.plug_into(monkeypatch)
    return found


def test_line_is_set_and_read_back_and_has_one_owner(chip):
    with closing(open_output(LINE)) as line:
        line.energise(True)
        assert (chip.lines, line.is_energised()) == ({"POWER": True}, True)
        with pytest.raises(PortLostError, match="Device or resource busy: see `gpiodetect`"):
            open_output(LINE)
    open_output(LINE).close()


def test_line_that_something_else_drives_is_told(chip):
    chip.stuck.add("POWER")
    with closing(open_output(LINE)) as line, pytest.raises(RigError, match="reads back the other"):
        line.energise(True)


def test_chip_that_is_not_there_is_named():
    with pytest.raises(PortLostError, match="relay gpio /dev/gpiochip99 line POWER: .*see `gpio"):
        open_output(GpioAddress("/dev/gpiochip99", "POWER"))
    with pytest.raises(PortLostError, match="input gpio nowhere line 3: No such file"):
        open_input(GpioAddress("nowhere", 3))


class Edges:
    """A request whose line has risen and fallen."""

    def __init__(self, *kinds):
        self._events = [
            SimpleNamespace(timestamp_ns=7 * at, event_type=kind, Type=gpiod.EdgeEvent.Type)
            for at, kind in enumerate(kinds, start=1)
        ]

    def wait_edge_events(self, _within_s):
        return bool(self._events)

    def read_edge_events(self):
        return self._events


def test_edges_are_told_with_the_time_of_the_kernel():
    kinds = gpiod.EdgeEvent.Type
    line = GpioInput(LINE, Edges(kinds.RISING_EDGE, kinds.FALLING_EDGE))
    assert line.edges(1.0) == [Edge(7, True), Edge(14, False)]
    assert GpioInput(LINE, Edges()).edges(1.0) == []
