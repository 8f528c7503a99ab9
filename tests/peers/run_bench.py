"""Suites on a bench of real instruments, unattended: python -m tests.peers.run_bench sale void

Power is an SCPI supply over pyvisa-py, the line is broken by a Modbus relay, slips come from a
serial tap.  Arguments are those of `pos-harness run`; nothing is scaled, so it takes minutes.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.live.program import PROGRAM, ROOT
from tests.live.run_external import limits, report_of
from tests.peers.bench import peer_bench


def main():
    begun_s = time.monotonic()
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as own, peer_bench(Path(own)) as bench:
        words = ["run", "--reports", "reports", *given, "--device", "peers"]
        words += ["--devices", bench.write(), "--world", "live"]
        with subprocess.Popen([PROGRAM, *words], cwd=ROOT) as process:
            code = process.wait()
    for line in limits(report_of(process.pid, given)):
        print(line, file=sys.stderr)
    print(f"exit code {code} after {time.monotonic() - begun_s:.0f} s", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
