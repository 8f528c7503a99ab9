"""A bench of our host alone, described on the command line instead of in devices.yaml."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from harness.errors import MisuseError
from harness.rig.parts import Parts, make_parts
from harness.rig.schema import (
    NO_TILL_LINE,
    Device,
    EmulatedHost,
    ExternalTerminal,
    HumanOperator,
    NoPower,
)

ANY = "any"


@dataclass(frozen=True, kw_only=True)
class HostWanted:
    """What the host listens on and whom it knows; `printer` is a port that taps the slips.

    ledger: URL of the database that keeps the books, ledger_file a file that holds it.
    """

    listen: str
    tmk_file: Path
    cards: Path
    terminal_id: str
    merchant_id: str
    merchant_name: str = ""
    allow: tuple[str, ...] = ()
    printer: str = ""
    ledger: str = "memory"
    ledger_file: Path | None = None


def host_parts(wanted: HostWanted) -> Parts:
    """Return the bench.  Raises MisuseError for a value that cannot be, ConfigError for a file."""
    try:
        device = Device(
            terminal=ExternalTerminal(
                kind="external", ecr=NO_TILL_LINE, printer=wanted.printer or "none"
            ),
            host=EmulatedHost(listen=wanted.listen, allow=wanted.allow),
            operator=HumanOperator(kind="human"),
            power=NoPower(kind="none"),
            terminal_id=wanted.terminal_id,
            merchant_id=wanted.merchant_id,
            merchant_name=wanted.merchant_name,
            cards=str(wanted.cards),
            tmk_file=str(wanted.tmk_file),
            ledger=wanted.ledger,
            ledger_file=str(wanted.ledger_file or ""),
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the host"
        raise MisuseError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
    return make_parts("host", device, Path())
