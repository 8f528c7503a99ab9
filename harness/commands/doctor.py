"""`pos-harness doctor`: is the bench fit for a run, and if not, what is to be done."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.exit_code import INCONCLUSIVE, PASS
from harness.commands.output import print_lines, print_object, print_table
from harness.runner.doctor import examine
from harness.runner.place import DEVICES, load_parts


def doctor(
    device: Annotated[
        str, typer.Option(help="Devices of the file, separated by commas; all if none.")
    ] = "",
    file: Annotated[Path, typer.Option("--devices", help="The file of the benches.")] = DEVICES,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Check devices.yaml, each port and each part of the bench, and say what to do.

    Exit codes: 0 all is well, 3 a part of the bench is not.
    """
    names = [name for name in device.split(",") if name] or ["all"]
    steps = [step for parts in load_parts(file, names) for step in examine(parts)]
    rows = [(step.device, step.part, step.said) for step in steps]
    is_well = not any(step.problem for step in steps)
    if json:
        found = [dict(zip(("device", "part", "said"), row, strict=True)) for row in rows]
        print_object({"is_well": is_well, "steps": found})
    else:
        print_table(("device", "part", "said"), rows)
        print_lines(["the bench is fit" if is_well else "the bench is not fit: see above"])
    return PASS if is_well else INCONCLUSIVE
