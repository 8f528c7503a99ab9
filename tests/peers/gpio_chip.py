"""A chip whose lines are in memory, as this machine has none; the settings are libgpiod's own."""

import errno

import gpiod
from gpiod.line import Direction, Value


class Request:
    """Lines that somebody holds."""

    def __init__(self, chip, config):
        self._chip, self._config = chip, config

    def set_value(self, line, value):
        self._chip.require_there()
        if line not in self._chip.stuck:
            self._chip.set_line(line, value == Value.ACTIVE)

    def get_value(self, line):
        self._chip.require_there()
        return Value.ACTIVE if self._chip.lines[line] else Value.INACTIVE

    def release(self):
        self._chip.held -= self._config.keys()


class GpioChip:
    """`switched` is told of each change of a line."""

    def __init__(self, names, switched=lambda _line, _is_active: None):
        self.lines = dict.fromkeys(names, False)
        self.switched = switched
        self.held, self.stuck = set(), set()
        self.is_gone = False

    def plug_into(self, monkeypatch):
        """Be the chip that libgpiod finds at any device."""
        monkeypatch.setattr(gpiod, "request_lines", self.request_lines)

    def require_there(self):
        if self.is_gone:
            raise OSError(errno.ENODEV, "No such device")

    def set_line(self, line, is_active):
        if self.lines[line] != is_active:
            self.lines[line] = is_active
            self.switched(line, is_active)

    def request_lines(self, _device, *, consumer, config):
        assert consumer
        self.require_there()
        if unknown := config.keys() - self.lines.keys():
            raise ValueError(f"no line {unknown}")
        if self.held & config.keys():
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.held |= config.keys()
        for line, settings in config.items():
            if settings.direction == Direction.OUTPUT:
                self.set_line(line, settings.output_value == Value.ACTIVE)
        return Request(self, config)
