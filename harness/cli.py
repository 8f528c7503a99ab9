"""The command line `pos-harness`: one table of commands; each lives in a module of its own.

A command is a function with typer's annotations that returns its exit code (harness.commands.
exit_code) or raises one of harness.errors; its docstring is its help.  To add one, add a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from inspect import getdoc
from typing import Annotated

import typer

from harness.commands.check import check
from harness.commands.compare import compare_runs
from harness.commands.crypto import kcv, mac, pin_block, unwrap
from harness.commands.decode import decode
from harness.commands.defects import defects
from harness.commands.devices import devices
from harness.commands.doctor import doctor
from harness.commands.door import Door
from harness.commands.exit_code import MISUSE
from harness.commands.gate import gate
from harness.commands.host import host
from harness.commands.ledger import find
from harness.commands.reconcile import reconcile
from harness.commands.run import run
from harness.commands.serve import serve
from harness.commands.slip import slip
from harness.commands.trend import trend
from harness.commands.watch import watch

NAME = "pos-harness"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, what it does, and an example of its arguments."""

    path: str
    run: Callable[..., int]
    example: str


COMMANDS = (
    Command("run", run, "reversal power --device all --world live"),
    Command("devices", devices, "--devices fixtures/benches/robot.yaml"),
    Command("doctor", doctor, "--device zvt-1"),
    Command("serve", serve, "--device zvt-1"),
    Command("host", host, "--listen 127.0.0.1:8583 --tmk-file secrets/tmk.hex"),
    Command("gate", gate, "--listen 127.0.0.1:8583 --host 192.0.2.7:8583"),
    Command("watch", watch, "--tmk-file secrets/tmk.hex --printer /dev/ttyUSB1"),
    Command("defects", defects, "forgets-reversal-after-time-out --json"),
    Command("check", check, "reports/latest/cases/line-lost/history.jsonl"),
    Command("compare", compare_runs, "20261125-210000-17 latest"),
    Command("trend", trend, '"reversal: *" --last 10'),
    Command("decode", decode, "0820000000000080000031323334353637 38"),
    Command("crypto mac", mac, "--key @mak.hex --data @mab.hex"),
    Command("crypto pin-block", pin_block, "--pin - --pan @pan.txt --key @pik.hex"),
    Command("crypto unwrap", unwrap, "--key @tmk.hex --data 84C5491C3834928E"),
    Command("crypto kcv", kcv, "--key @tmk.hex"),
    Command("slip", slip, "slip.bin --png slip.png"),
    Command("ledger find", find, "latest/line-lost --card card-1 --rrn 000000000001"),
    Command("ledger reconcile", reconcile, "latest/line-lost --file day.csv --layout bank.yaml"),
)
GROUPS = {
    "crypto": "Compute what a terminal's keys give: MACs, PIN blocks, keys, check values.",
    "ledger": "Look into the books of the host.",
}


def _start(
    context: typer.Context,
    is_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
    debug: Annotated[  # noqa: ARG001  # the door reads it from the context
        bool, typer.Option("--debug", help="Show the traceback of a bug in pos-harness.")
    ] = False,
) -> None:
    """Test card payment terminals: payments, line and power cuts, ledger and slips in one verdict.

    Exit codes: 0 PASS, 1 FAIL, 2 misuse, 3 INCONCLUSIVE, 4 WAIVED.
    """
    if is_version:
        print(f"{NAME} {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(MISUSE)


def _version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:  # run from its source, never installed
        return "(not installed)"


def _built(commands: tuple[Command, ...]) -> typer.Typer:
    """Return the application of these commands; the first of two words is a group."""
    whole = typer.Typer(
        name=NAME, cls=Door, invoke_without_command=True, pretty_exceptions_enable=False
    )
    whole.callback(help=_help(_start))(_start)
    groups: dict[str, typer.Typer] = {}
    for command in commands:
        group, _, name = command.path.rpartition(" ")
        if group and group not in groups:
            groups[group] = typer.Typer(help=GROUPS[group])
            whole.add_typer(groups[group], name=group)
        epilog = f"Example: {NAME} {command.path} {command.example}"
        place = groups[group] if group else whole
        place.command(name, help=_help(command.run), epilog=epilog)(command.run)
    return whole


def _help(function: Callable[..., object]) -> str:
    """Return the docstring with each paragraph on one line, for the screen to break."""
    paragraphs = (getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


app = _built(COMMANDS)


def main() -> None:
    """Run the command line and exit with its code."""
    app(prog_name=NAME)
