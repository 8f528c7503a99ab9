"""Boots the kernel, runs the tests in it, and says what they came to; a skip is never a pass.

Arguments are those of pytest within the guest: a file, -k WORD.  With KERNEL_BENCH=required what
is missing is a failure; without, it is a skip, with the reason and exit code 0.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from kernel_bench import needs, outcome
from kernel_bench.bytecode import ImportFailedError, compile_all
from kernel_bench.gpio_sim import BuildError
from kernel_bench.kernel import ready
from kernel_bench.machine import ROOT, Machine
from kernel_bench.packages import PackageError

TESTS = "kernel_bench/guest"
OUT = ROOT / "reports/kernel-bench"
LOG = "log.txt"
WITHIN_S = 1500.0
NOT_READY = (PackageError, BuildError, subprocess.CalledProcessError)
WISH = "KERNEL_BENCH"  # "required": a machine that cannot do it has failed


def main() -> int:
    """Return 0 if all tests passed, or were skipped with leave to; else 1."""
    begun_s = time.monotonic()
    if reason := needs.missing():
        return _skipped(reason)
    tests = [TESTS, *sys.argv[1:]]
    try:
        kernel = ready()
    except NOT_READY as error:
        return _skipped(f"its kernel could not be made: {error}")
    try:
        compile_all(ROOT, tests)
    except (ImportFailedError, subprocess.CalledProcessError) as error:
        return _failed(f"what the guest imports could not be made ready: {error}")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    found = _played(Machine(kernel, OUT, tests))
    if found.why_not:
        return _failed(f"{found.why_not}; see {_log()}")
    took_s = time.monotonic() - begun_s
    print(f"kernel-bench: PASS: {found.passed} tests in {took_s:.0f} s; the log is {_log()}")
    return 0


def _played(machine: Machine) -> outcome.Outcome:
    with (OUT / LOG).open("w", encoding="utf-8") as log:

        def tell(line: str) -> None:
            print(line, flush=True)
            print(line, file=log, flush=True)

        has_ended = machine.run(WITHIN_S, tell)
    return outcome.read(OUT, has_ended=has_ended)


def _log() -> Path:
    return (OUT / LOG).relative_to(ROOT)


def _skipped(reason: str) -> int:
    if os.environ.get(WISH) == "required":
        return _failed(f"it was required, and cannot be played: {reason}")
    print(f"kernel-bench: skipped, nothing is proved: {reason}")
    return 0


def _failed(why: str) -> int:
    print(f"kernel-bench: FAIL: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # the guest ends with us
    sys.exit(main())
