"""`pos-harness defects`: the matrix of seeded defects and the rules that name them."""

from pathlib import Path
from typing import Annotated

import typer

from harness.campaign.defects_matrix import Matrix, compute
from harness.commands.exit_code import FAIL, PASS
from harness.commands.output import print_lines, print_object, print_table
from harness.report.inspection import inspected
from harness.rig.defects import DEFECTS, require_known
from harness.runner.place import DEVICES, load_parts
from harness.runner.run import find_suites


def defects(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DEFECT]...", help="Defects; all if none.")
    ] = None,
    devices: Annotated[Path, typer.Option(help="The file of the benches.")] = DEVICES,
    whole: Annotated[
        bool, typer.Option("--whole", help="Play every case with each, though it is named.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Switch on every seeded defect in turn, and play cases until its rule names it.

    The cases that exist for that rule come first; --whole shows every rule that finds it.

    Exit codes: 0 every defect is named by its rule and the reference is clean, 1 otherwise.
    """
    for name in names or ():
        require_known([name])
    parts = load_parts(devices)[0]
    chosen, suites = names or list(DEFECTS), find_suites([])
    matrix = compute(chosen, parts, suites, inspect=inspected, is_whole=whole)
    if json:
        print_object(matrix.as_json())
    else:
        _print(matrix)
    return PASS if matrix.is_good else FAIL


def _print(matrix: Matrix) -> None:
    rows = [
        (
            each.name,
            DEFECTS[each.name].rule,
            "named" if each.is_named else "SURVIVES",
            " ".join(each.killed_by) or "nothing",
        )
        for each in matrix.outcomes
    ]
    print_table(("defect", "rule", "verdict", "found by"), rows)
    reference = matrix.reference
    said = " ".join(reference.killed_by) or "nothing"
    print_lines(
        [
            f"reference: found {said}, {reference.gaps} inconclusive cases",
            *reference.errors,
            f"{sum(each.is_named for each in matrix.outcomes)} of {len(matrix.outcomes)} defects "
            "are named by their rule",
        ]
    )
