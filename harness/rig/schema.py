"""devices.yaml: what is on the bench, and where.  Facts of one bench only, no flow, no secrets.

`kind` is our own word.  Every error names file, key path, what was expected and what to do.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)

from harness.errors import ConfigError, MisuseError
from harness.port.allow_list import AllowList, is_loopback
from harness.port.serial_port import LineSetting
from harness.profile.choices import read_value
from harness.profile.defaults import Value
from harness.rig import wiring
from harness.rig.config_sentence import sentence
from harness.rig.ledger_models import BooksAt, FileLedger, SqlLedger
from harness.rig.wiring import (
    Baud,
    Character,
    FingersOperator,
    Part,
    Relay,
    RelayPower,
    RobotOperator,
    SerialPart,
    SupplyPower,
)

BOOL = "tag:yaml.org,2002:bool"
NO_TILL_LINE = "none"
FILLED = frozenset({"card", "pin", "key"})  # in commands of an operator
IDENTITY = ("model", "serial_number", "firmware", "application", "checksum")


def _command(line: str) -> str:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"no command line: {error}: mend its quotes") from None
    if not words:
        raise ValueError("expected a command line, got nothing: name a program")
    if unknown := set(re.findall(r"\{(\w+)\}", line)) - FILLED:
        raise ValueError(
            f"nothing is filled in for {{{min(unknown)}}}: expected {{card}}, {{pin}} or {{key}}"
        )
    return line


def _profile(found: object) -> dict[str, Value]:
    if not isinstance(found, dict):
        raise ValueError("expected parameters and their values: see docs/profile.md")
    try:
        return {name: read_value(name, value) for name, value in found.items()}
    except MisuseError as error:
        raise ValueError(str(error)) from None


def _identity(size: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) != size or not (text.isascii() and text.isalnum()):
            raise ValueError(f"expected {size} letters or digits, as the acquirer gave them out")
        return text

    return check


def _endpoint(text: str) -> str:
    name, _, port = text.rpartition(":")
    if not name or not port.isdigit() or int(port) > 65_535:
        raise ValueError("expected HOST:PORT, such as 127.0.0.1:8583")
    return text


def _address(text: str) -> tuple[str, int]:
    name, _, port = text.rpartition(":")
    return name.strip("[]"), int(port)


CommandLine = Annotated[str, AfterValidator(_command)]
OwnProfile = Annotated[dict[str, Value], BeforeValidator(_profile)]
Words = Annotated[tuple[str, ...], Field(strict=False)]  # YAML has lists only


class EmulatedTerminal(Part):
    """The reference terminal, ours."""

    kind: Literal["emulated"]
    ecr: Literal["zvt_serial", "zvt_tcp"] = "zvt_serial"


class ExternalTerminal(SerialPart):
    """Any terminal that speaks ZVT: a tty, a pty, socket://, rfc2217://; or none."""

    kind: Literal["external"]
    ecr: str
    ecr_link: Literal["zvt_serial", "zvt_tcp"] = "zvt_serial"
    printer: str = "ecr"  # a port that taps its printer; ecr: the till prints; none: not seen
    printer_baud: Baud = 9600
    printer_character: Character = "8N1"
    paper_columns: int = Field(default=0, ge=0, le=255)  # 0: nobody knows
    model: str = ""
    serial_number: str = ""
    firmware: str = ""
    application: str = ""  # name and version of the payment application
    checksum: str = ""  # of the application, as the terminal shows it

    @property
    def identity(self) -> dict[str, str]:
        """Return who it is, as far as that is declared."""
        return {name: getattr(self, name) for name in IDENTITY if getattr(self, name)}

    @property
    def printer_setting(self) -> LineSetting:
        """Return how the printer's line is set."""
        return LineSetting(self.printer_baud, self.printer_character)

    @property
    def has_tap(self) -> bool:
        """Tell whether its slips are seen at a port of their own."""
        return self.printer not in ("ecr", "none")


class EmulatedHost(Part):
    """Our host; `listen` (HOST:PORT) for terminals of the world outside, loopback by default."""

    kind: Literal["emulated"] = "emulated"
    listen: str = "127.0.0.1:0"
    allow: Words = ()  # peers that may connect when it listens beyond loopback

    @model_validator(mode="after")
    def _is_guarded(self) -> "EmulatedHost":
        _endpoint(self.listen)
        if not is_loopback(self.address[0]) and not self.allow:
            raise ValueError("beyond loopback name the peers that may connect (allow)")
        try:
            AllowList(self.allow)
        except MisuseError as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Return where it listens."""
        return _address(self.listen)


class Gate(Part):
    """A `pos-harness gate` before the host: terminals call `listen`, the harness `control`."""

    listen: Annotated[str, AfterValidator(_endpoint)]
    control: Annotated[str, AfterValidator(_endpoint)]

    @property
    def listen_address(self) -> tuple[str, int]:
        """Return where terminals call it."""
        return _address(self.listen)

    @property
    def control_address(self) -> tuple[str, int]:
        """Return where the harness holds it."""
        return _address(self.control)


class EmulatedOperator(Part):
    """Acts on the emulated terminal."""

    kind: Literal["emulated"]


class HumanOperator(Part):
    """Every act is a prompt."""

    kind: Literal["human"]


class CommandOperator(Part):
    """Robots that a lab already scripts; exit code 0 means done."""

    kind: Literal["command"]
    present_card: CommandLine
    key_pin: CommandLine | None = None
    press: CommandLine | None = None
    timeout_s: float = Field(default=30.0, gt=0, le=600)


class NoPower(Part):
    """The bench cannot cut the power."""

    kind: Literal["none"]


class EmulatedPower(Part):
    """The emulated terminal's supply."""

    kind: Literal["emulated"]


class CommandPower(Part):
    """Switches that a lab already scripts."""

    kind: Literal["command"]
    off: CommandLine
    on: CommandLine
    boot_s: float = Field(default=10.0, ge=0, le=600)
    timeout_s: float = Field(default=30.0, gt=0, le=600)


class Instrument(Part):
    """What measures or switches on the bench, and until when its calibration holds."""

    name: str
    serial_number: str = ""
    calibrated: Annotated[date | None, Field(strict=False)] = None
    due: Annotated[date | None, Field(strict=False)] = None


class Device(Part):
    """One bench: a terminal and what surrounds it."""

    terminal: Annotated[EmulatedTerminal | ExternalTerminal, Field(discriminator="kind")]
    host: EmulatedHost = EmulatedHost()
    gate: Gate | None = None
    operator: Annotated[
        EmulatedOperator | HumanOperator | CommandOperator | FingersOperator | RobotOperator,
        Field(discriminator="kind"),
    ] = EmulatedOperator(kind="emulated")
    power: Annotated[
        NoPower | EmulatedPower | CommandPower | RelayPower | SupplyPower,
        Field(discriminator="kind"),
    ] = EmulatedPower(kind="emulated")
    line_relay: Relay | None = None  # in the line between terminal and host
    terminal_id: Annotated[str, AfterValidator(_identity(8))]
    merchant_id: Annotated[str, AfterValidator(_identity(15))]
    merchant_name: str
    cards: str  # file of the declared test cards
    ledger: BooksAt = "sqlite"  # sqlite, memory, or a URL
    ledgers: dict[
        str, Annotated[FileLedger | SqlLedger, Field(discriminator="kind")]
    ] = {}  # books of others, by names of ours
    ledger_file: str = ""  # file that holds the URL instead, where it has a password
    password_file: str = ""  # six digits of the terminal's supervisor; none: 000000
    tmk_file: str = ""  # terminal master key; none: the built-in test key, emulated only
    environment: Literal["test"] = "test"
    instruments: Annotated[tuple[Instrument, ...], Field(strict=False)] = ()
    profile: Annotated[
        dict[str, Value], BeforeValidator(_profile)
    ] = {}  # parameters that differ from the reference profile
    defects: Words = ()

    @property
    def cuts_power(self) -> bool:
        """Tell whether the bench can take the terminal's power."""
        return self.power.kind != "none"

    @property
    def relays(self) -> Iterator[tuple[str, wiring.Relay]]:
        """Yield where each relay stands in the file, and the relay."""
        if self.line_relay:
            yield "line_relay", self.line_relay
        if isinstance(self.power, RelayPower):
            yield "power.relay", self.power.relay
        if isinstance(self.operator, FingersOperator):
            for name in ("cards", "keys"):
                for each, relay in getattr(self.operator, name).items():
                    yield f"operator.{name}.{each}", relay

    @model_validator(mode="after")
    def _is_wired_once(self) -> "Device":
        known: dict[tuple[str | int, ...], str] = {}
        for name, relay in self.relays:
            other = known.setdefault(wiring.place_of(relay), name)
            if other != name:
                raise ValueError(f"{other} and {name} are one relay: each needs its own")
        if self.terminal.ecr == getattr(self.terminal, "printer", "") != NO_TILL_LINE:
            raise ValueError("terminal.ecr and terminal.printer are one port: each needs its own")
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> "Device":
        if self.gate and not self.host.address[1]:
            raise ValueError(
                "a host behind a gate needs a port of its own: name the address that the gate "
                "calls (host.listen)"
            )
        if self.terminal.kind == "emulated":
            if self.operator.kind != "emulated" or self.power.kind != "emulated":
                raise ValueError(
                    "an emulated terminal has its own operator and power: leave both keys out"
                )
            if self.line_relay:
                raise ValueError("an emulated terminal's line has no relay: leave it out")
            return self
        if self.operator.kind == "emulated" or self.power.kind == "emulated":
            raise ValueError(
                "an external terminal needs `operator` of kind human, command, fingers or robot "
                "and `power` of kind command, relay, supply or none"
            )
        if self.defects:
            raise ValueError("defects can be switched on in emulated terminals only")
        if not self.tmk_file:
            raise ValueError("an external terminal needs `tmk_file`, a file with its test TMK")
        return self


class Bench(Part):
    """All devices of a file."""

    version: Literal[1]
    devices: dict[str, Device]


def load_bench(path: Path) -> Bench:
    """Return the benches of a devices.yaml.  Raises ConfigError with the place and the remedy."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # a SafeLoader
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; write one (see fixtures/benches) or name it by --devices"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        why = getattr(error, "problem", "") if isinstance(error, _TwiceError) else ""
        raise ConfigError(
            f"{path}{line}: {why or 'this is no YAML; mend the indentation or quotes there'}"
        ) from None
    return _checked(path, found)


class _TwiceError(yaml.MarkedYAMLError):
    """A key stands twice."""


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice: the first one would be lost without a word.

    Only true and false are booleans, as in YAML 1.2: `on` and `off` are keys of a switch.
    """

    yaml_implicit_resolvers = {
        sign: [(tag, form) for tag, form in found if tag != BOOL or sign in "tTfF"]
        for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping.  Raises YAMLError for a key that stands twice."""
        names = [key.value for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if key.value in names[:place]:
                what = "a key stands twice: remove one"
                raise _TwiceError(problem=what, problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


def _checked(path: Path, found: object) -> Bench:
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: expected `version: 1` and `devices:`; see fixtures/benches")
    try:
        return Bench.model_validate(found)
    except ValidationError as error:
        raise ConfigError(sentence(path, [dict(each) for each in error.errors()])) from None
