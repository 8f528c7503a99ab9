"""Lines of a GPIO chip by libgpiod 2: outputs that are read back, inputs whose edges are told.

A line is requested as a whole: the kernel refuses a second owner.  What an output does when this
program dies is up to the chip's driver, so wire it so that a released line is the safe state.

Source: libgpiod 2, Python bindings `gpiod` (request_lines, LineSettings).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.errors import PortLostError, RigError
from harness.port.hardware_package import load_package

Bias = Literal["as_is", "disabled", "pull_up", "pull_down"]
CONSUMER = "pos-harness"
_REMEDY = "see `gpiodetect` and `gpioinfo` for chips, lines and who holds them"


@dataclass(frozen=True, slots=True)
class GpioAddress:
    """A line of a chip: the chip by device or label, the line by its name or number."""

    chip: str
    line: str | int
    is_active_low: bool = False
    bias: Bias = "as_is"

    @property
    def part(self) -> str:
        """Return how messages name it."""
        return f"gpio {self.chip} line {self.line}"


@dataclass(frozen=True, slots=True)
class Edge:
    """A change of an input; `time_ns` is the kernel's monotonic clock."""

    time_ns: int
    is_rising: bool


@dataclass
class GpioLine:
    """One output, a Coil; `request` is libgpiod's, which this owns."""

    address: GpioAddress
    request: Any = field(repr=False)
    values: Any = field(repr=False)  # gpiod.line.Value
    name: str = "relay"

    @property
    def part(self) -> str:
        """Return how messages name it."""
        return f"{self.name} {self.address.part}"

    def energise(self, is_energised: bool, /) -> None:
        """Set the line, and read it back."""
        value = self.values.ACTIVE if is_energised else self.values.INACTIVE
        with mapped(self.part):
            self.request.set_value(self.address.line, value)
        if self.is_energised() != is_energised:
            raise RigError(f"{self.part}: it reads back the other value: something else drives it")

    def is_energised(self) -> bool:
        """Return the value that the line has."""
        with mapped(self.part):
            return bool(self.request.get_value(self.address.line) == self.values.ACTIVE)

    def close(self) -> None:
        """Give the line back."""
        self.request.release()


@dataclass
class GpioInput:
    """One input whose edges are waited for."""

    address: GpioAddress
    request: Any = field(repr=False)

    def edges(self, within_s: float) -> list[Edge]:
        """Return the edges that came, waiting at most so long for the first; none is empty."""
        with mapped(f"input {self.address.part}"):
            if not self.request.wait_edge_events(within_s):
                return []
            return [_edge(event) for event in self.request.read_edge_events()]

    def close(self) -> None:
        """Give the line back."""
        self.request.release()


def _edge(event: Any) -> Edge:  # noqa: ANN401  # gpiod.EdgeEvent
    return Edge(event.timestamp_ns, event.event_type is event.Type.RISING_EDGE)


def open_output(address: GpioAddress, name: str = "relay") -> GpioLine:
    """Take a line as an output that is not energised.  Raises PortLostError."""
    line = load_package("gpiod.line")
    settings = {"direction": line.Direction.OUTPUT, "output_value": line.Value.INACTIVE}
    return GpioLine(address, _request(address, name, settings), line.Value, name)


def open_input(address: GpioAddress, name: str = "input") -> GpioInput:
    """Take a line as an input whose edges both are told.  Raises PortLostError."""
    line = load_package("gpiod.line")
    settings = {"direction": line.Direction.INPUT, "edge_detection": line.Edge.BOTH}
    return GpioInput(address, _request(address, name, settings))


def _request(address: GpioAddress, name: str, settings: dict[str, Any]) -> Any:  # noqa: ANN401
    gpiod = load_package("gpiod")
    bias = getattr(load_package("gpiod.line").Bias, address.bias.upper())
    wanted = gpiod.LineSettings(active_low=address.is_active_low, bias=bias, **settings)
    with mapped(f"{name} {address.part}"):
        chip = _device_of(gpiod, address.chip)
        return gpiod.request_lines(chip, consumer=CONSUMER, config={address.line: wanted})


def _device_of(gpiod: Any, chip: str) -> str:  # noqa: ANN401  # the package
    """Return the device of a chip that is named by its device, its name or its label."""
    if chip.startswith("/"):
        return chip
    found = [str(path) for path in sorted(Path("/dev").glob("gpiochip*"))]
    for device in found:
        with gpiod.Chip(device) as opened:
            if chip in (opened.get_info().name, opened.get_info().label):
                return device
    raise FileNotFoundError(2, "no chip has this name or label")


@contextmanager
def mapped(part: str) -> Iterator[None]:
    """Turn what libgpiod raises into PortLostError."""
    try:
        yield
    except (OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        why = os.strerror(number) if number else str(error)
        raise PortLostError(f"{part}: {why}: {_REMEDY}") from error
