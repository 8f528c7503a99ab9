"""All suites on a terminal outside our tree, unattended: python -m tests.live.run_external

Arguments are those of `pos-harness run`: suites, --json, --reports FOLDER.  It takes a while, as
nothing is scaled: a terminal of somebody else's keeps real time.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.live.bench import outside_bench
from tests.live.program import PROGRAM, ROOT


def main():
    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, outside_bench(Path(folder)) as bench:
        words = ["run", *sys.argv[1:], "--device", "ext", "--devices", bench.devices]
        done = subprocess.run([PROGRAM, *words, "--world", "live"], cwd=ROOT, check=False)
    print(f"exit code {done.returncode} after {time.monotonic() - begun_s:.0f} s", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
