"""devices.yaml: what is on the bench, and where.  Facts of one bench only, no flow, no secrets.

`kind` is our own word.  Every error names file, key path, what was expected and what to do.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.errors import ConfigError


def is_loopback(name: str) -> bool:
    """Tell whether the name is this machine alone."""
    return name in {"localhost", "::1"} or name.startswith("127.")


NO_TILL_LINE = "none"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class EmulatedTerminal(_Part):
    """The reference terminal, ours."""

    kind: Literal["emulated"]
    ecr: Literal["zvt_serial", "zvt_tcp"] = "zvt_serial"


class ExternalTerminal(_Part):
    """Any terminal that speaks ZVT: a tty, a pty, socket://, rfc2217://; or none."""

    kind: Literal["external"]
    ecr: str
    ecr_link: Literal["zvt_serial", "zvt_tcp"] = "zvt_serial"
    printer: str = "ecr"  # a port that taps its printer; ecr: the till prints; none: not seen
    baud: int = Field(default=9600, ge=300, le=921_600)
    printer_baud: int = Field(default=9600, ge=300, le=921_600)
    model: str = ""
    serial_number: str = ""
    firmware: str = ""

    @property
    def has_tap(self) -> bool:
        """Tell whether its slips are seen at a port of their own."""
        return self.printer not in ("ecr", "none")


class EmulatedHost(_Part):
    """Our host; `listen` (HOST:PORT) for terminals of the world outside, loopback by default."""

    kind: Literal["emulated"] = "emulated"
    listen: str = "127.0.0.1:0"
    allow: tuple[str, ...] = ()  # peers that may connect when it listens beyond loopback

    @model_validator(mode="after")
    def _is_guarded(self) -> "EmulatedHost":
        name, _, port = self.listen.rpartition(":")
        if not name or not port.isdigit() or int(port) > 65_535:
            raise ValueError("expected HOST:PORT, such as 127.0.0.1:8583")
        if not is_loopback(name) and not self.allow:
            raise ValueError("beyond loopback an allow-list is needed: allow: [ADDRESS, ...]")
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Return where it listens."""
        name, _, port = self.listen.rpartition(":")
        return name.strip("[]"), int(port)


class EmulatedOperator(_Part):
    """Acts on the emulated terminal."""

    kind: Literal["emulated"]


class HumanOperator(_Part):
    """Every act is a prompt."""

    kind: Literal["human"]


class CommandOperator(_Part):
    """Robots that a lab already scripts; exit code 0 means done."""

    kind: Literal["command"]
    present_card: str
    key_pin: str = ""
    press: str = ""
    timeout_s: float = Field(default=30.0, gt=0, le=600)


class NoPower(_Part):
    """The bench cannot cut the power."""

    kind: Literal["none"]


class EmulatedPower(_Part):
    """The emulated terminal's supply."""

    kind: Literal["emulated"]


class CommandPower(_Part):
    """Switches that a lab already scripts."""

    kind: Literal["command"]
    off: str
    on: str
    boot_s: float = Field(default=10.0, ge=0, le=600)
    timeout_s: float = Field(default=30.0, gt=0, le=600)


class Device(_Part):
    """One bench: a terminal and what surrounds it."""

    terminal: Annotated[EmulatedTerminal | ExternalTerminal, Field(discriminator="kind")]
    host: EmulatedHost = EmulatedHost()
    operator: Annotated[
        EmulatedOperator | HumanOperator | CommandOperator, Field(discriminator="kind")
    ] = EmulatedOperator(kind="emulated")
    power: Annotated[NoPower | EmulatedPower | CommandPower, Field(discriminator="kind")] = (
        EmulatedPower(kind="emulated")
    )
    terminal_id: str = Field(pattern=r"^[0-9A-Za-z]{8}$")
    merchant_id: str = Field(pattern=r"^[0-9A-Za-z]{15}$")
    merchant_name: str
    cards: str  # file of the declared test cards
    tmk_file: str = ""  # terminal master key; none: the built-in test key, emulated only
    environment: Literal["test"] = "test"
    profile: dict[str, Any] = {}  # parameters that differ from the reference profile
    defects: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> "Device":
        if self.terminal.kind == "emulated":
            return self
        if self.operator.kind == "emulated" or self.power.kind == "emulated":
            raise ValueError(
                "an external terminal needs `operator` of kind human or command and `power` of "
                "kind command or none"
            )
        if self.defects:
            raise ValueError("defects can be switched on in emulated terminals only")
        if not self.tmk_file:
            raise ValueError("an external terminal needs `tmk_file`, a file with its test TMK")
        return self


class Bench(_Part):
    """All devices of a file."""

    version: Literal[1]
    devices: dict[str, Device]


def load_bench(path: Path) -> Bench:
    """Return the benches of a devices.yaml.  Raises ConfigError with the place and the remedy."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; write one (see fixtures/benches) or name it by --devices"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise ConfigError(
            f"{path}{line}: this is no YAML; mend the indentation or quotes there"
        ) from None
    return _checked(path, found)


def _checked(path: Path, found: object) -> Bench:
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: expected `version: 1` and `devices:`; see fixtures/benches")
    try:
        return Bench.model_validate(found, strict=False)
    except ValidationError as error:
        raise ConfigError("\n".join(_sentence(path, each) for each in error.errors())) from error


def _sentence(path: Path, error: Any) -> str:  # noqa: ANN401  # pydantic's dictionary
    where = ".".join(str(part) for part in error["loc"]) or "the file"
    if error["type"] == "extra_forbidden":
        return f"{path}: {where}: unknown key; remove it or mend its spelling"
    if error["type"] == "missing":
        return f"{path}: {where}: missing; add it"
    return f"{path}: {where}: {error['msg'].removeprefix('Value error, ')}"
