"""An emulated bench live, for a till, a host or a harness of somebody else's to talk to."""

import os
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from harness.emulator.printer import Printer, Report
from harness.errors import MisuseError
from harness.port.pty_line import PtyLine
from harness.port.tty_line import TtyLine
from harness.report.file import writing
from harness.rig.inside import ECR, HOST_END, PEERS, TERMINAL_END, make_setting
from harness.rig.opening import Opening, make_header
from harness.rig.parts import Parts
from harness.runner.console_lines import Acts, ControlPort
from harness.world.live import LiveWorld
from harness.world.stage import Setting

Address = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Serving:
    """Where the parts of the bench are to be found; what is not said gets a port of its own.

    host: whom the terminal calls instead of our host.  state: where it keeps what survives.
    """

    ecr: str = ""
    printer: str = ""
    host: Address | None = None
    state: Path | None = None
    control: int = 0


@dataclass(frozen=True)
class Served:
    """An open bench and its addresses, by what is there."""

    world: LiveWorld
    acts: Acts
    addresses: Mapping[str, str]


def serve(parts: Parts, serving: Serving, stack: ExitStack) -> Served:
    """Open the bench in real time; `stack` closes it.

    Raises RigError when a port cannot be opened, MisuseError for a device that is not ours.
    """
    if not parts.is_emulated:
        raise MisuseError(f"{parts.name} is no emulated device: only those can be served")
    line = stack.enter_context(closing(_printer_line(serving)))
    setting = _setting(parts, serving, line)
    world = LiveWorld(
        setting,
        replace(make_header(parts, Opening(world="live", case="serve")), timer_scale=1.0),
        peers=PEERS if serving.host is None else {},
        serial=(ECR,) if parts.ecr_link == "serial" and not serving.ecr else (),
        sockets=() if parts.ecr_link == "serial" else (ECR,),
        ttys={ECR: serving.ecr} if serving.ecr else {},
        listen={} if serving.host else {HOST_END: parts.device.host.address},
        allow=parts.device.host.allow,
        dial={TERMINAL_END: serving.host} if serving.host else {},
    )
    stack.enter_context(closing(world))
    if serving.state:
        world.stage.preload("terminal", _read_state(serving.state))
    world.begin()
    acts = Acts(world, {card.token: card for card in parts.cards})
    control = stack.enter_context(closing(ControlPort(acts, serving.control)))
    return Served(world, acts, _addresses(world, serving, line, control))


def _setting(parts: Parts, serving: Serving, line: PtyLine | TtyLine) -> Setting:
    setting = make_setting(parts, parts.books())
    machines = dict(setting.machines)
    if serving.host:
        del machines["host"]
    printer = setting.printers["terminal"]
    faithful = printer.work

    def print_to_line(data: bytes, room: int | None) -> tuple[bytes, Report]:
        paper, report = faithful(data, room)
        line.write(paper)
        return paper, report

    def keep(actor: str, area: str, data: bytes) -> None:
        if actor == "terminal" and serving.state:
            _write_state(serving.state, area, data)

    printers = {"terminal": Printer(print_to_line)}
    return replace(setting, machines=machines, printers=printers, keep=keep)


def _printer_line(serving: Serving) -> PtyLine | TtyLine:
    return TtyLine(serving.printer) if serving.printer else PtyLine()


def _addresses(
    world: LiveWorld, serving: Serving, line: PtyLine | TtyLine, control: ControlPort
) -> dict[str, str]:
    found = {
        "ecr": serving.ecr or world.address(*ECR),
        "printer": line.address,
        "control": f"127.0.0.1:{control.port}",
    }
    if serving.host is None:
        name, number = world.listening(*HOST_END)
        found["host"] = f"{name}:{number}"
    return found


def _read_state(folder: Path) -> dict[str, bytes]:
    """Return the areas that an earlier life has kept."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return {file.stem: file.read_bytes() for file in folder.glob("*.nv")}


def _write_state(folder: Path, area: str, data: bytes) -> None:
    """Replace an area as a whole: a kill between two writes leaves the older one."""
    with writing(folder):
        new = folder / f".{area}.new"
        new.write_bytes(data)
        os.replace(new, folder / f"{area}.nv")
