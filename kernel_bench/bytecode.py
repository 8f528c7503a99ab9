"""What the guest imports, compiled beforehand: there a compiler would take minutes.

This machine imports the same, with the same words, and keeps the bytecode in a folder that the
guest reads.  A test file with a mistake is found here, before anything is booted.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kernel_bench.kernel import CACHE

FOLDER = CACHE / "bytecode"
WORDS = (  # no conftest.py but their own; a watchdog in a slow guest bites what is alive
    "-m", "pytest", "-p", "no:cacheprovider", "--confcutdir=kernel_bench",
    "-o", "faulthandler_timeout=0",
)  # fmt: skip
_PROGRAM = Path(sys.executable).with_name("pos-harness")
_RUN = ("run", "suites/bench/test_bench.py", "--reports")
_TAIL_SIZE = 2000  # characters of what a failing import says


class ImportFailedError(Exception):
    """The tests cannot even be imported; the message is what was said."""


def compile_all(root: Path, tests: Sequence[str]) -> None:
    """Compile the tests, the command and what a run starts.  Raises ImportFailedError."""
    tested = [sys.executable, *WORDS, "--collect-only", "-q", *tests]
    _imported(root, tested, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    with tempfile.TemporaryDirectory() as reports:
        _imported(root, [str(_PROGRAM), *_RUN, reports], {})


def _imported(root: Path, words: Sequence[str], more: dict[str, str]) -> None:
    environment = {"PYTHONPYCACHEPREFIX": str(FOLDER), "PYTHONPATH": str(root), **more}
    usual = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        words, cwd=root, env=usual | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ImportFailedError((done.stdout + done.stderr)[-_TAIL_SIZE:])
