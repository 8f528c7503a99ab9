"""Lines of a GPIO chip; the chip itself is in memory here."""

from contextlib import closing

import pytest

from harness.errors import PortLostError, RigError
from harness.port.gpio_line import GpioAddress, open_input, open_output
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
