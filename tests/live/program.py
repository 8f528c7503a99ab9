"""`pos-harness` as a process of its own, as a user starts and ends it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("pos-harness")
END_S = 30.0
TMK = "0123456789ABCDEFFEDCBA9876543210"


def key_file(folder):
    """Return a file with the master key of the bench, as a user must keep it."""
    path = folder / "tmk.hex"
    path.write_text(TMK + "\n")
    path.chmod(0o600)
    return path


@contextmanager
def heard_hang_up():
    """Let children be ended by a hang-up, also where nohup has us ignore it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@contextmanager
def started(*words, **options):
    """Run a command meanwhile; what still runs afterwards is killed."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    settings = {"cwd": ROOT, "text": True, "env": os.environ | {"PYTHONUNBUFFERED": "1"}}
    words = [str(PROGRAM), *map(str, words)]
    with heard_hang_up():
        begun = subprocess.Popen(words, **pipes | settings | options)
    with begun as process:
        try:
            yield process
        finally:
            process.kill()


def addresses(process):
    """Return the JSON object that a command prints when its ports are open."""
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return json.loads(line)


def endpoint(address):
    host, _, port = address.removeprefix("socket://").rpartition(":")
    return host, int(port)


def ended(process, number=signal.SIGINT):
    """Ask a command to end; return its exit code and what else it printed."""
    process.send_signal(number)
    output, errors = process.communicate(timeout=END_S)
    return process.returncode, output, errors


def done(*words, **options):
    """Run a command to its end; return its exit code, output and errors."""
    settings = {"cwd": ROOT, "text": True, "capture_output": True, "timeout": 120}
    run = subprocess.run([PROGRAM, *map(str, words)], check=False, **settings | options)
    return run.returncode, run.stdout, run.stderr
