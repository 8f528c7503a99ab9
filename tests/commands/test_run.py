"""`pos-harness run`: verdicts, what it refuses before anything is written, and Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.shell import found, refusal
from tests.live.program import ROOT, done, started
from tests.rig.bench_file import EXTERNAL, changed, write

SOON_S = 60.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nope"], "no suite is called 'nope': there are bench, day, enquiry, keys, "),
        (["--device", "nope"], "devices.yaml has no device 'nope': expected zvt-1, zvt-2, or all"),
        (["--defect", "nope"], "no defect is called 'nope': `pos-harness defects` lists them all"),
        (["--world", "nope"], "world 'nope': expected virtual or live"),
        (["--devices", "nope.yaml"], "nope.yaml: No such file or directory; write one"),
    ],
)
def test_unknown_name_is_refused_with_what_there_is(monkeypatch, words, said):
    monkeypatch.chdir(ROOT)
    assert refusal("run", *words).startswith(said)


@pytest.mark.parametrize(
    ("device", "words", "said"),
    [
        (EXTERNAL, [], "one is no emulated device: run it with --world live"),
        (changed(EXTERNAL, terminal__ecr="none"), ["--world", "live"], "one has no till line"),
        (EXTERNAL, ["--defect", "stan-stands-still"], "one: defects can be switched on in emul"),
    ],
)
def test_device_that_no_suite_can_use_is_refused(monkeypatch, tmp_path, device, words, said):
    monkeypatch.chdir(ROOT)
    path = write(tmp_path, device)
    assert refusal("run", "sale", "--devices", str(path), *words).startswith(said)


def test_report_folder_that_cannot_be_written_is_refused_before_anything_runs(
    monkeypatch, tmp_path
):
    monkeypatch.chdir(ROOT)
    (tmp_path / "file").write_text("")
    said = refusal("run", "sale", "--reports", str(tmp_path / "file/below"))
    assert said.startswith(f"cannot write {tmp_path}/file/below")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.live
def test_port_that_is_missing_proves_nothing(tmp_path):
    words = ("run", ROOT / "suites/sale/sale.robot", "--world", "live")
    code, output, errors = done(
        *words, "--devices", write(tmp_path, EXTERNAL), "--reports", tmp_path / "r", "--json"
    )
    found = json.loads(output)
    assert (code, found["verdict"], found["inconclusive"]) == (3, "INCONCLUSIVE", 4)
    assert "till line /dev/nowhere: No such file or directory: name the port" in errors
    assert "Traceback" not in errors


@pytest.mark.live
def test_port_of_the_host_that_is_in_use_proves_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        path = write(tmp_path, changed(EXTERNAL, host__listen=listen))
        words = ("run", ROOT / "suites/slip/reprint.robot", "--world", "live", "--json")
        code, output, errors = done(*words, "--devices", path, "--reports", tmp_path / "r")
    assert (code, json.loads(output)["verdict"]) == (3, "INCONCLUSIVE")


def interrupted(tmp_path, *words, to_all):
    """Return what a run says that Ctrl-C ends after its first case."""
    with started("run", *words, "--reports", tmp_path / "r", start_new_session=True) as process:
        until_s = time.monotonic() + SOON_S
        while not list((tmp_path / "r").glob("*/cases/[!.]*/history.jsonl")):
            assert time.monotonic() < until_s
        (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=SOON_S)
    return process.returncode, output, errors


@pytest.mark.live
@pytest.mark.parametrize("to_all", [True, False], ids=["typed", "sent"])
def test_interrupted_run_reports_what_ran_and_leaves_nothing_behind(tmp_path, to_all):
    code, output, errors = interrupted(tmp_path, "reversal", "--world", "live", to_all=to_all)
    (folder,) = (path for path in (tmp_path / "r").iterdir() if not path.is_symlink())
    assert code == 130
    assert errors == f"report of what ran: {folder}/index.html\nerror: interrupted\n"
    run = json.loads((folder / "run.json").read_text("utf-8"))
    broken = [gap["what"] for gap in run["result"]["gaps"] if gap["case"].startswith("pytest")]
    assert broken == ["the bench failed: pytest on zvt-1 was stopped before its end"]
    assert "INCONCLUSIVE" in (folder / "index.html").read_text("utf-8")
    assert not [line for line in processes() if str(tmp_path) in line]


def processes():
    """Return the command lines of all that runs."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


def test_defect_fails_the_run_and_is_named(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    words = ("sale/sale.robot", "--defect", "prints-pan-in-clear", "--reports", str(tmp_path))
    result, code = found("run", *words)
    assert (code, result["verdict"]) == (1, "FAIL")
    assert result["rules"]["L4"]["verdict"] == "FAIL"
    assert result["report"].startswith(str(tmp_path))


def test_ctrl_c_while_the_command_still_loads_ends_it_without_a_word():
    code = "import os, signal, harness.start; os.kill(os.getpid(), signal.SIGINT)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")
