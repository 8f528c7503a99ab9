"""`pos-harness serve`: an emulated bench live, until Ctrl-C."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.address import address_of
from harness.commands.exit_code import PASS
from harness.commands.live import follow, stopping, take_acts, tell_until
from harness.commands.output import print_lines, print_object
from harness.errors import MisuseError
from harness.runner.place import DEVICES, load_parts
from harness.runner.serve import Serving
from harness.runner.serve import serve as open_served


def serve(
    device: Annotated[str, typer.Option(help="The device; the file's first if none.")] = "",
    devices: Annotated[Path, typer.Option(help="The file of the benches.")] = DEVICES,
    defect: Annotated[
        list[str] | None, typer.Option(help="A seeded defect to switch on; may be repeated.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="HOST:PORT the terminal calls; our own host runs if none.")
    ] = "",
    ecr: Annotated[
        str, typer.Option(help="Serial port that is the terminal's till line; a new pty if none.")
    ] = "",
    printer: Annotated[
        str, typer.Option(help="Serial port that gets the slips; a new pty if none.")
    ] = "",
    state: Annotated[
        Path | None, typer.Option(help="Folder in which the terminal's memory survives.")
    ] = None,
    control: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of loopback that takes acts.")
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON.")] = False,
) -> int:
    """Run an emulated bench live and print where its ports are, until Ctrl-C.

    Lines on standard input, or on the control port, are acts: card TOKEN, pin DIGITS, key NAME,
    paper in|out, power on|off.
    """
    found = load_parts(devices, [device] if device else (), tuple(defect or ()))
    if len(found) != 1:
        raise MisuseError("serve runs one device: name it by --device")
    serving = Serving(
        ecr=ecr,
        printer=printer,
        host=address_of(host, "--host") if host else None,
        state=state,
        control=control,
    )
    with ExitStack() as stack:
        ended = stack.enter_context(stopping())
        served = open_served(found[0], serving, stack)
        _tell(served.addresses, json=json)
        take_acts(served.acts)
        tell_until(ended, served.world, None if json else follow)
    return PASS


def _tell(addresses: Mapping[str, str], *, json: bool) -> None:
    if json:
        print_object(dict(addresses))
    else:
        print_lines(f"{name:<8} {where}" for name, where in addresses.items())
        print_lines(["Ctrl-C ends it; acts may be typed here: card card-1, key CANCEL, ..."])
