"""All suites on a terminal outside our tree, unattended: python -m tests.live.run_external

Arguments are those of `pos-harness run`: suites, --json, --reports FOLDER.  It takes some minutes,
as nothing is scaled: a terminal of somebody else's keeps real time.  After the verdict it lists
what such a bench cannot see or do.
"""

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from harness.report.case import read_cases, read_skips
from harness.report.run_view import rule_lines, silences
from harness.report.tally import tally
from harness.rig.opening import INSIDE
from harness.runner.write import judge
from tests.live.bench import outside_bench
from tests.live.program import PROGRAM, ROOT

ITS_CHOICE = {"refund_enabled": True}  # what this terminal can beyond the defaults


def main():
    begun_s = time.monotonic()
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as own, outside_bench(Path(own), **ITS_CHOICE) as bench:
        words = ["run", "--reports", "reports", *given, "--device", "ext"]
        words += ["--devices", bench.devices, "--world", "live"]
        with subprocess.Popen([PROGRAM, *words], cwd=ROOT) as process:
            code = process.wait()
    for line in limits(report_of(process.pid, given)):
        print(line, file=sys.stderr)
    print(f"exit code {code} after {time.monotonic() - begun_s:.0f} s", file=sys.stderr)
    return code


def report_of(pid, given):
    """Return the folder that the run of this process wrote; None if it wrote none."""
    reports = Path(given[given.index("--reports") + 1]) if "--reports" in given else Path("reports")
    return next((ROOT / reports).glob(f"*-{pid}"), None)


def limits(folder):
    """Yield what the bench of a run does not observe, and what it could not judge or play."""
    cases = read_cases(folder, judge) if folder else []
    if not cases:
        return
    hidden = [each for each in INSIDE if each not in cases[0].history.header.observes]
    yield f"not observed on this bench: {', '.join(hidden)}"
    for (word, why), rules in silences(rule_lines(tally(cases), cases, ())).items():
        yield f"{word}: {', '.join(rules)} ({why})"
    reasons = defaultdict(list)
    for skip in read_skips(folder):
        reasons[skip.reason].append(skip.name)
    for reason, names in reasons.items():
        yield f"skipped, {reason}:"
        yield from (f"  {name}" for name in names)


if __name__ == "__main__":
    sys.exit(main())
