"""The command line as a whole: help, exit codes of every end a command can have, real processes."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from harness.cli import COMMANDS, GROUPS, meant
from harness.commands.door import Door
from harness.errors import BenchTimeoutError, ConfigError, DecodeError
from tests.commands.shell import PROGRAM, process, refusal, run

PAN, KEY = "6225887319460289", "7F52E3201FDF045E"
PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))


def ending(error, *words):
    """Return the result of a command that raises this error."""
    app = typer.Typer(cls=Door, pretty_exceptions_enable=False)

    @app.callback()
    def start(debug: bool = False):
        pass

    @app.command()
    def end():
        print("so far")
        raise error

    return CliRunner().invoke(app, [*words, "end"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.path)
def test_help_of_each_command_has_an_example(command):
    result = run(*command.path.split(), "--help")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert f"Example: pos-harness {command.path} {command.example}" in said
    assert command.load().__doc__.split("\n")[0] in said


def test_help_lists_all_commands_and_groups():
    said = run("--help").stdout
    assert all(command.path.partition(" ")[0] in said for command in COMMANDS)
    for group, about in GROUPS.items():
        assert about in " ".join(run(group, "--help").stdout.split())


def test_version_is_that_of_the_project():
    assert run("--version").stdout == f"pos-harness {PROJECT['project']['version']}\n"


def test_nothing_typed_is_misuse_and_shows_the_help():
    result = run()
    assert result.exit_code == 2
    assert "Usage: pos-harness" in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        [PAN],
        [f"--{PAN}"],
        ["decode", "00", "--dialect", PAN],
        ["check", "h", PAN],
        ["slip", KEY, KEY],
        ["slip", KEY],
        ["ledger", "find", "--card", "x", PAN, KEY],
        ["crypto", KEY],
        ["crypto", "kcv", KEY],
        ["crypto", "kcv", f"--key{KEY}"],
        ["crypto", "pin-block", "--pin", "1357", "--pan", PAN, "1357"],
        ["slip", "x", "--number", PAN + "x"],
    ],
)
def test_no_usage_error_shows_what_was_typed(words):
    said = refusal(*words)
    assert not [one for one in (PAN, KEY, KEY[:8], "1357") if one in said]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("devices.yaml: one\ntwo"), 2, "error: devices.yaml: one\\ntwo\n"),
        (BenchTimeoutError("no answer of the relay"), 3, "error: no answer of the relay\n"),
        (DecodeError("cut", field="2", offset=3), 1, "error: field 2, offset 3: cut\n"),
        (ConfigError(f"card {PAN}, key {KEY}"), 2, "error: card ..., key ...\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (typer.Abort(), 130, "error: interrupted\n"),
        (BrokenPipeError(), 141, ""),
        (typer.Exit(1), 1, ""),
    ],
)
def test_every_end_has_its_exit_code_and_at_most_one_line(error, code, said):
    result = ending(error)
    assert (result.exit_code, result.stderr) == (code, said)


def test_full_disk_is_no_verdict():
    result = ending(OSError(28, "No space left on device"))
    assert result.exit_code == 3
    assert result.stderr.startswith("error: the system refused: No space left on device")


def test_bug_is_one_line_that_says_where_and_nothing_of_the_data():
    result = ending(ValueError(PAN))
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert "a bug in pos-harness: ValueError in test_cli.py, line " in result.stderr
    assert "pos-harness --debug" in result.stderr
    assert PAN not in result.stderr


def test_debugging_shows_the_traceback():
    result = ending(ValueError("why"), "--debug")
    assert (result.exit_code, "Traceback" in result.stderr) == (3, True)
    assert "ValueError: why" in result.stderr


def test_process_decodes_and_refuses():
    done = process("decode", "0820000000000080000031323334353637", "38", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["fields"] == {"41": "12345678"}
    wrong = process("decode", "082")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count(b"\n")) == (2, b"", 1)


def test_process_is_interrupted_with_one_line():
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([PROGRAM, "decode", "-"], **pipes) as command:
        command.stdin.write(bytes(1 << 17))  # more than a pipe holds: the command has begun to read
        command.send_signal(signal.SIGINT)
        output, errors = command.communicate(timeout=60)
    assert (command.returncode, output, errors) == (130, b"", b"error: interrupted\n")


def test_process_is_quiet_when_nobody_reads_on():
    reading, writing = os.pipe()
    os.close(reading)
    done = process("decode", "0820", capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_process_says_that_its_output_could_not_be_written():
    with open("/dev/full", "wb") as full:
        done = process("crypto", "kcv", "--key", KEY, capture_output=False, stdout=full, stderr=-1)
    assert done.returncode == 3
    assert done.stderr == (
        b"error: the system refused: No space left on device: nothing is proved\n"
    )


def test_process_without_streams_ends_with_its_code():
    closed = [f"exec {PROGRAM} decode - {ends}" for ends in ("<&-", "<&- >&-", "<&- >&- 2>&-")]
    codes = [subprocess.run(["sh", "-c", line], capture_output=True).returncode for line in closed]
    assert codes == [2, 2, 2]


def test_process_writes_escapes_where_the_coding_lacks_a_character(tmp_path):
    (tmp_path / "slip").write_bytes("签购单\n".encode("gb18030"))
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = process("slip", str(tmp_path / "slip"), env=environment)
    assert done.returncode == 0
    assert done.stdout.startswith(b"\\u7b7e\\u8d2d\\u5355\n")


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        (["gate", "--host", "run"], ["gate"]),
        (["--debug", "ledger"], ["ledger find", "ledger reconcile"]),
        (["--version"], [each.path for each in COMMANDS]),
        (["gaet"], [each.path for each in COMMANDS]),
        ([], [each.path for each in COMMANDS]),
    ],
)
def test_only_what_may_be_meant_is_loaded(words, paths):
    assert [each.path for each in meant(words)] == paths


def test_a_command_of_its_own_has_no_database_library_in_it():
    code = "import sys, harness.cli as c; c.built(c.meant(['serve'])); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "harness.commands.serve" in done.stdout.split()
    assert not {"sqlalchemy", "harness.commands.run", "PIL", "jinja2"} & set(done.stdout.split())
