"""`pos-harness devices`: what is on the bench."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.output import print_object, print_table
from harness.rig.opening import observed
from harness.runner.bench_facts import described
from harness.runner.place import DEVICES, load_parts


def devices(
    file: Annotated[Path, typer.Option("--devices", help="The file of the benches.")] = DEVICES,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """List the devices of devices.yaml, what each one is, and what can be observed on it."""
    found = load_parts(file, ["all"])
    rows = [
        (parts.name, parts.device.terminal_id, described(parts, "live"), " ".join(observed(parts)))
        for parts in found
    ]
    if json:
        names = ("terminal_id", "what", "observes")
        print_object({"devices": {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}})
    else:
        print_table(("device", "terminal", "what", "observes"), rows)
    return 0
