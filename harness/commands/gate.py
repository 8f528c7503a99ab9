"""`pos-harness gate`: stands in a line, lets everything through, and breaks what a plan says."""

import asyncio
import json as json_text
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.address import address_of
from harness.commands.exit_code import INCONCLUSIVE, PASS
from harness.commands.output import print_lines, print_object, say
from harness.errors import HarnessError, MisuseError
from harness.fault.plan import Plan
from harness.fault.plan_json import load_plan
from harness.gate.service import CallLine, PortLine, Service, Wanted
from harness.gate.switch import command_switches
from harness.port.allow_list import AllowList, is_loopback
from harness.port.history_file import HistoryFile

LISTEN, CONTROL = "127.0.0.1:8583", "127.0.0.1:8584"
Listen = Annotated[str, typer.Option(help="HOST:PORT that terminals call.")]
HostAt = Annotated[str, typer.Option("--host", help="HOST:PORT of the host behind the gate.")]
TillPort = Annotated[str, typer.Option("--till", help="Serial port of the till's side.")]
TerminalPort = Annotated[
    str, typer.Option("--terminal", help="Serial port of the terminal's side.")
]
Baud = Annotated[int, typer.Option(min=300, max=921_600, help="Of both serial ports.")]
ControlAt = Annotated[str, typer.Option("--control", help="HOST:PORT for the harness.")]
Allow = Annotated[list[str] | None, typer.Option(help="A peer that may connect; may be repeated.")]
Switches = Annotated[
    list[str] | None,
    typer.Option("--switch", help="NAME=COMMAND with {state}; may be repeated."),
]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="JSON plan to play alone, without a harness.")
]
Record = Annotated[Path | None, typer.Option(help="New file that keeps what the gate saw.")]


def gate(
    host: HostAt = "",
    listen: Listen = LISTEN,
    till: TillPort = "",
    terminal: TerminalPort = "",
    baud: Baud = 9600,
    control: ControlAt = CONTROL,
    allow: Allow = None,
    switch: Switches = None,
    plan: PlanFile = None,
    record: Record = None,
    json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON.")] = False,
) -> int:
    """Stand in a line between terminal and host, or till and terminal, until Ctrl-C.

    Everything passes, and each message is counted. The harness that holds the gate by its control
    port has it cut, hold, double, corrupt or lose messages exactly; when it is gone, or silent for
    a second, its plan is dropped and everything passes again. A gate prints no byte of a message.
    """
    wanted = Wanted(
        line=_call_line(host, listen, allow) if host else _port_line(till, terminal, baud),
        control=_guarded(control, "--control", allow),
        allow=tuple(allow or ()),
        switches=command_switches(switch or ()),
        plan=_plan(plan) if plan else None,
    )
    with ExitStack() as stack:
        file = stack.enter_context(closing(HistoryFile(record))) if record else None
        voice = _Voice(file, is_json=json)
        try:
            return asyncio.run(_run(wanted, voice))
        except HarnessError:
            if file and not voice.is_open:
                file.discard()
            raise


@dataclass
class _Voice:
    """Says what the gate tells: to a file, and to people."""

    file: HistoryFile | None
    is_json: bool
    is_open: bool = False

    def opened(self, addresses: Mapping[str, str]) -> None:
        self.is_open = True
        if self.is_json:
            print_object(addresses)
        else:
            print_lines(f"{name:<9}{where}" for name, where in addresses.items())
            print_lines(["Ctrl-C ends it"])

    def tell(self, words: Mapping[str, object]) -> None:
        if self.file:
            self.file.write(json_text.dumps(words, sort_keys=True) + "\n")
        if not self.is_json:
            print_lines([sentence(words)])


async def _run(wanted: Wanted, voice: _Voice) -> int:
    service = Service(wanted, voice.tell)
    await service.run(voice.opened)
    for line in _totals(service):
        say(line)
    for point in service.unfired:
        say(f"never happened: {point} was not reached, or nothing could be done there")
    return INCONCLUSIVE if service.unfired or service.failures else PASS


def _call_line(host: str, listen: str, allow: list[str] | None) -> CallLine:
    return CallLine(listen=_guarded(listen, "--listen", allow), host=address_of(host, "--host"))


def _port_line(till: str, terminal: str, baud: int) -> PortLine:
    if not (till and terminal):
        raise MisuseError(
            "a gate stands between two: name the host behind it (--host HOST:PORT), or both ports "
            "of a serial line (--till PORT --terminal PORT)"
        )
    return PortLine(till=till, terminal=terminal, baud=baud)


def _guarded(text: str, name: str, allow: list[str] | None) -> tuple[str, int]:
    """Return an address to listen on; beyond loopback somebody must be named."""
    AllowList(allow or ())  # says what is wrong with it
    host, port = address_of(text, name)
    if not is_loopback(host) and not allow:
        raise MisuseError(
            f"{name} {host}:{port} would be open to anybody: name the peers that may connect "
            "(--allow ADDRESS), or listen on 127.0.0.1"
        )
    return host, port


def _plan(path: Path) -> Plan:
    try:
        return load_plan(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise MisuseError(f"the plan {path} cannot be read: {why}; name a JSON file") from error


def sentence(words: Mapping[str, object]) -> str:
    """Return one line for people about what a gate told."""
    told = {name: found for name, found in words.items() if name not in {"told", "at_us", "point"}}
    rest = " ".join(f"{name}={found}" for name, found in sorted(told.items()))
    at_s = float(str(words["at_us"])) / 1e6
    return f"{at_s:>11.4f}  {words['told']!s:<12} {words.get('point', '')!s:<24} {rest}".rstrip()


def _totals(service: Service) -> list[str]:
    return [
        f"{count} messages {way} {'from' if way == 'came' else 'to'} the {actor}"
        for (way, actor), count in sorted(service.core.messages.items())
    ]
