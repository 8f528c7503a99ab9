"""The command line `pos-harness`: one table of commands; each lives in a module of its own.

A command is a function with typer's annotations that returns its exit code (harness.commands.
exit_code) or raises one of harness.errors; its docstring is its help.  To add one, add a row.
Only the module of the command that is meant is loaded.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from inspect import getdoc
from typing import Annotated

import typer

from harness import commands
from harness.commands.door import Door
from harness.commands.exit_code import MISUSE

NAME = "pos-harness"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, the module and name of what it does, an example of its arguments."""

    path: str
    place: str
    example: str

    @property
    def word(self) -> str:
        """Return its first word."""
        return self.path.partition(" ")[0]

    def load(self) -> Callable[..., int]:
        """Return the function, for which its module is imported now."""
        module, _, name = self.place.partition(":")
        found: Callable[..., int] = getattr(import_module(f"{commands.__name__}.{module}"), name)
        return found


COMMANDS = (
    Command("run", "run:run", "reversal power --device all --world live"),
    Command("devices", "devices:devices", "--devices fixtures/benches/robot.yaml"),
    Command("doctor", "doctor:doctor", "--device zvt-1"),
    Command("serve", "serve:serve", "--device zvt-1"),
    Command("host", "host:host", "--listen 127.0.0.1:8583 --tmk-file secrets/tmk.hex"),
    Command("gate", "gate:gate", "--listen 127.0.0.1:8583 --host 192.0.2.7:8583"),
    Command("watch", "watch:watch", "--tmk-file secrets/tmk.hex --printer /dev/ttyUSB1"),
    Command("defects", "defects:defects", "forgets-reversal-after-time-out --json"),
    Command("check", "check:check", "reports/latest/cases/line-lost/history.jsonl"),
    Command("compare", "compare:compare_runs", "20261125-210000-17 latest"),
    Command("trend", "trend:trend", '"reversal: *" --last 10'),
    Command("decode", "decode:decode", "0820000000000080000031323334353637 38"),
    Command("crypto mac", "crypto:mac", "--key @mak.hex --data @mab.hex"),
    Command("crypto pin-block", "crypto:pin_block", "--pin - --pan @pan.txt --key @pik.hex"),
    Command("crypto unwrap", "crypto:unwrap", "--key @tmk.hex --data 84C5491C3834928E"),
    Command("crypto kcv", "crypto:kcv", "--key @tmk.hex"),
    Command("slip", "slip:slip", "slip.bin --png slip.png"),
    Command("ledger find", "ledger:find", "latest/line-lost --card card-1 --rrn 000000000001"),
    Command(
        "ledger reconcile",
        "reconcile:reconcile",
        "latest/line-lost --file day.csv --layout bank.yaml",
    ),
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


def built(chosen: Sequence[Command] = COMMANDS) -> typer.Typer:
    """Return the application of these commands; the first of two words is a group."""
    whole = typer.Typer(
        name=NAME, cls=Door, invoke_without_command=True, pretty_exceptions_enable=False
    )
    whole.callback(help=_help(_start))(_start)
    groups: dict[str, typer.Typer] = {}
    for command in chosen:
        group, _, name = command.path.rpartition(" ")
        if group and group not in groups:
            groups[group] = typer.Typer(help=GROUPS[group])
            whole.add_typer(groups[group], name=group)
        epilog = f"Example: {NAME} {command.path} {command.example}"
        place, run = groups[group] if group else whole, command.load()
        place.command(name, help=_help(run), epilog=epilog)(run)
    return whole


def _help(function: Callable[..., object]) -> str:
    """Return the docstring with each paragraph on one line, for the screen to break."""
    paragraphs = (getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def meant(words: Sequence[str]) -> Sequence[Command]:
    """Return the commands of the first word, all if there is none: each takes time to load."""
    first = next((word for word in words if not word.startswith("-")), "")
    return [command for command in COMMANDS if command.word == first] or COMMANDS


def main() -> None:
    """Run the command line and exit with its code."""
    built(meant(sys.argv[1:]))(prog_name=NAME)
