"""The command line as tests call it: in this process, and as a real one."""

import json
import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from harness.cli import built

APP = built()
PROGRAM = Path(sys.executable).with_name("pos-harness")


def run(*words, given=None):
    """Run a command in this process; the result has exit_code, stdout and stderr."""
    return CliRunner().invoke(APP, list(words), input=given, prog_name="pos-harness")


def found(*words, given=None):
    """Return the one object that a command prints with --json, and its exit code."""
    result = run(*words, "--json", given=given)
    assert result.stdout.count("\n") == 1, result.output
    return json.loads(result.stdout), result.exit_code


def process(*words, **settings):
    """Run a command as a process of its own, its output buffered as users have it."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    settings = {"capture_output": True, "timeout": 60, "env": environment} | settings
    return subprocess.run([PROGRAM, *words], check=False, **settings)


def refusal(*words, given=None):
    """Return the one line that a misused command says; nothing else may be printed."""
    result = run(*words, given=given)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("error: ")
    return result.stderr.removeprefix("error: ").rstrip("\n")
