"""Relays, instruments and hands in devices.yaml: what they are, and where they are wired.

A relay breaks a circuit through its normally closed contact unless the file says otherwise: then
the circuit is whole when nothing has power, which is the safe state.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from harness.errors import MisuseError
from harness.port.gpio_line import Bias
from harness.port.serial_port import FlowControl, LineSetting, character_of

WhenDone = Literal["on", "off"]


class Part(BaseModel):
    """One part of a bench; a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _character(text: str) -> str:
    try:
        character_of(text)
    except MisuseError as error:
        raise ValueError(str(error)) from None
    return text


Character = Annotated[str, AfterValidator(_character)]
Baud = Annotated[int, Field(ge=300, le=921_600)]
Seconds = Annotated[float, Field(ge=0, le=600)]


class SerialPart(Part):
    """What hangs on a serial line, and how the line is set."""

    baud: Baud = 9600
    character: Character = "8N1"
    flow_control: FlowControl = "none"

    @property
    def setting(self) -> LineSetting:
        """Return how the line is set."""
        return LineSetting(self.baud, self.character, self.flow_control)


class GpioRelay(Part):
    """A line of a GPIO chip, by libgpiod 2."""

    kind: Literal["gpio"]
    chip: str  # device, name or label
    line: str | int  # name or number
    active_low: bool = False
    bias: Bias = "as_is"
    contact: Literal["normally_closed", "normally_open"] = "normally_closed"


class ModbusRelay(SerialPart):
    """A coil of a Modbus board: tcp://ADDRESS:PORT, or a serial port (RTU)."""

    kind: Literal["modbus"]
    board: str
    coil: int = Field(ge=0, le=65_535)
    unit: int = Field(default=1, ge=0, le=255)
    contact: Literal["normally_closed", "normally_open"] = "normally_closed"


class DialogueRelay(SerialPart):
    """A relay that takes lines of text on a serial port; a file says which."""

    kind: Literal["dialogue"]
    port: str
    dialogue: str
    channel: str = "1"
    contact: Literal["normally_closed", "normally_open"] = "normally_closed"


def place_of(relay: "GpioRelay | ModbusRelay | DialogueRelay") -> tuple[str | int, ...]:
    """Return where a relay is wired, so that two are not wired to one place."""
    match relay:
        case GpioRelay():
            return "gpio", relay.chip, relay.line
        case ModbusRelay():
            return "modbus", relay.board, relay.unit, relay.coil
        case DialogueRelay():
            return "dialogue", relay.port, relay.channel


Relay = Annotated[GpioRelay | ModbusRelay | DialogueRelay, Field(discriminator="kind")]


class ScpiPart(Part):
    """An instrument that takes SCPI, by pyvisa."""

    resource: str
    backend: str = "@py"
    channel: int = Field(default=0, ge=0, le=16)  # 0: it has one only
    baud: Baud = 9600  # of a serial one


class ScpiMeter(ScpiPart):
    """What measures the terminal's current."""

    kind: Literal["scpi"] = "scpi"


class _OffIsProved(Part):
    boot_s: Seconds = 10.0
    off_current_a: float = Field(default=0.01, gt=0, le=10)
    discharge_s: Seconds = 2.0
    when_done: WhenDone = "on"


class RelayPower(_OffIsProved):
    """A relay in the terminal's supply."""

    kind: Literal["relay"]
    relay: Relay
    proof: Literal["silence", "current", "none"] = "silence"
    meter: ScpiMeter | None = None

    @model_validator(mode="after")
    def _has_a_meter(self) -> "RelayPower":
        if self.proof == "current" and self.meter is None:
            raise ValueError("a proof by current needs a `meter`: add it, or use proof: silence")
        return self


class SupplyPower(_OffIsProved, ScpiPart):
    """A supply in place of the terminal's battery or adapter."""

    kind: Literal["supply"]
    voltage_v: float = Field(gt=0, le=60)
    current_limit_a: float = Field(gt=0, le=20)


class FingersOperator(Part):
    """Solenoids: one for each card feeder, one for each key that is to be pressed."""

    kind: Literal["fingers"]
    cards: dict[str, Relay] = {}  # by token
    keys: dict[str, Relay] = {}
    hold_s: float = Field(default=0.2, gt=0, le=10)
    pause_s: float = Field(default=0.2, ge=0, le=10)


class RobotOperator(SerialPart):
    """A robot at a serial port; a file says what it is told for each act."""

    kind: Literal["robot"]
    port: str
    dialogue: str
