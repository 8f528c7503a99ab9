"""A supply or a meter that takes SCPI: output, voltage, current limit, measured current, ramps.

As battery eliminator it stands in place of the terminal's battery, so that nothing else feeds it.

Source: SCPI-99, volume 2 (OUTPut, SOURce, MEASure, INSTrument); IEEE 488.2 for *IDN?, *OPC?.
"""

from dataclasses import dataclass

from harness.errors import RigError
from harness.port.visa_resource import VisaResource
from harness.world.clock import Clock

ON = frozenset({"1", "ON"})
NO_ERROR = "0"
SET_TOLERANCE = 0.02  # of the wanted value: a supply rounds to its steps
STEP_S = 0.1  # of a ramp


@dataclass
class ScpiMeter:
    """What measures the terminal's current; `channel` 0 names none."""

    resource: VisaResource
    channel: int = 0

    @property
    def part(self) -> str:
        """Return how messages name it."""
        return f"{self.resource.part} {self.resource.resource}"

    def current_a(self) -> float:
        """Return the current that flows now."""
        self._choose()
        return self.resource.ask_number("MEAS:CURR?")

    def _choose(self) -> None:
        if self.channel:
            self.resource.tell(f"INST:NSEL {self.channel}")

    def close(self) -> None:
        """Give the instrument back."""
        self.resource.close()


@dataclass
class ScpiSupply(ScpiMeter):
    """What feeds the terminal; a Switch and a Meter."""

    voltage_v: float = 0.0
    current_limit_a: float = 0.0

    def set_up(self) -> None:
        """Set voltage and current limit; raise RigError if the supply takes others."""
        self._choose()
        for name, wanted in self._wanted():
            self.resource.tell(f"{name} {wanted:g}")
            self._require_taken(name, wanted)

    def require_set_up(self) -> None:
        """Raise RigError if it was left at another voltage or limit than the bench wants."""
        self._choose()
        for name, wanted in self._wanted():
            found = self.resource.ask_number(f"{name}?")
            if not _is_near(found, wanted):
                raise RigError(
                    f"{self.part}: it is on at {name} {found:g}, the bench wants {wanted:g}: "
                    "switch its output off, and see that it feeds this terminal"
                )

    def _wanted(self) -> tuple[tuple[str, float], ...]:
        return ("CURR", self.current_limit_a), ("VOLT", self.voltage_v)

    def _require_taken(self, name: str, wanted: float) -> None:
        taken = self.resource.ask_number(f"{name}?")
        if not _is_near(taken, wanted):
            raise RigError(f"{self.part}: {name} {wanted:g} was set, and it took {taken:g}")

    def connect(self) -> None:
        """Switch the output on, at its voltage and limit."""
        self.set_up()
        self._switch("ON")

    def interrupt(self) -> None:
        """Switch the output off."""
        self._choose()
        self._switch("OFF")

    def _switch(self, state: str) -> None:
        self.resource.tell(f"OUTP {state}")
        if self.is_on() != (state == "ON"):
            raise RigError(f"{self.part}: OUTP {state} was told, and it is not: {self.error()}")

    def is_on(self) -> bool:
        """Tell whether the output is on."""
        return self.resource.ask("OUTP?").upper() in ON

    def voltage_now_v(self) -> float:
        """Return the voltage at its output."""
        self._choose()
        return self.resource.ask_number("MEAS:VOLT?")

    def error(self) -> str:
        """Return what its queue of errors says first."""
        return self.resource.ask("SYST:ERR?")

    def ramp(self, to_v: float, within_s: float, clock: Clock) -> None:
        """Go to another voltage in small steps, as a battery or a bad cable does."""
        self._choose()
        from_v, steps = self.resource.ask_number("VOLT?"), max(1, round(within_s / STEP_S))
        for step in range(1, steps + 1):
            self.resource.tell(f"VOLT {from_v + (to_v - from_v) * step / steps:.4g}")
            clock.wait(lambda: False, within_s / steps)
        self._require_taken("VOLT", to_v)


def _is_near(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= SET_TOLERANCE * wanted
