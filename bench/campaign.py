"""Which seeded defect a whole day shows: plays the days of suites/day with each of them.

    python -m bench.campaign [DEFECT...]

A day is no substitute for the cases that exist for a rule: a defect that it does not show may
need a profile, a person or an answer that the day has not.  Exit code 1 if the reference is not
clean, or a defect crashes the bench.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.virtual import bench_parts
from harness.campaign.defects_matrix import Matrix, Outcome, compute
from harness.campaign.suites import LONG
from harness.rig.defects import DEFECTS, require_known

SUITE = Path("suites/day")
TARGET = Path("reports/campaign.json")


def main(names: Sequence[str]) -> int:
    """Play, print a line for each defect, and write reports/campaign.json."""
    for name in names:
        require_known([name])
    wanted = names or [name for name, each in DEFECTS.items() if not each.is_live]
    found = compute(wanted, bench_parts(), [SUITE], is_whole=True, listed=LONG)
    for outcome in found.outcomes:
        print(_line(outcome))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(found.as_json(), indent=1) + "\n", encoding="utf-8")
    print(_summary(found))
    return 1 if _is_broken(found) else 0


def _line(outcome: Outcome) -> str:
    rule = DEFECTS[outcome.name].rule
    word = "named" if outcome.is_named else "found" if outcome.killed_by else "not shown"
    if not outcome.killed_by and outcome.gaps:
        word = "unsure"  # no day passes, and none says why
    return f"{outcome.name:<48} {rule:<4} {word:<10} {' '.join(outcome.killed_by)}"


def _summary(found: Matrix) -> str:
    named = sum(each.is_named for each in found.outcomes)
    seen = sum(bool(each.killed_by) for each in found.outcomes)
    unsure = sum(bool(each.gaps) and not each.killed_by for each in found.outcomes)
    total, said = len(found.outcomes), " ".join(found.reference.killed_by) or "nothing"
    return (
        f"{total} defects: {named} named by their rule, {seen - named} found by others only, "
        f"{unsure} unsure, {total - seen - unsure} not shown; "
        f"of the reference: {said}, {found.reference.gaps} unsure\n"
        f"written to {TARGET}"
    )


def _is_broken(found: Matrix) -> bool:
    reference = found.reference
    return bool(reference.killed_by or reference.gaps or reference.errors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
