"""What the guest imports, compiled beforehand: there a compiler would take minutes.

This machine imports the same, with the same words, and keeps the bytecode in a folder that the
guest reads.  A test file with a mistake is found here, before anything is booted.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel_bench.kernel import CACHE

FOLDER = CACHE / "bytecode"
WORDS = (
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "--confcutdir=kernel_bench",
    "-o",
    "faulthandler_timeout=0",
)
_RUN = ("-m", "pytest", "-p", "harness.pytest_plugin", f"--alluredir={FOLDER / 'allure'}")
_COLLECT = ("--collect-only", "-q")
_TAIL_SIZE = 2000  # characters of what a failing import says


class ImportFailedError(Exception):
    """The tests cannot even be imported; the message is what was said."""


def compile_all(root: Path, tests: Sequence[str]) -> None:
    """Compile the tests, the command and what it starts.  Raises ImportFailedError."""
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    _imported(root, [*WORDS, *_COLLECT, *tests], alone)
    _imported(root, ["-c", "import harness.start, harness.runner.doctor"], {})
    _imported(root, [*_RUN, *_COLLECT, "suites/bench"], {})


def _imported(root: Path, words: Sequence[str], more: dict[str, str]) -> None:
    environment = {"PYTHONPYCACHEPREFIX": str(FOLDER), "PYTHONPATH": str(root), **more}
    usual = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=root, env=usual | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ImportFailedError((done.stdout + done.stderr)[-_TAIL_SIZE:])
