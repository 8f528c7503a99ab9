"""`pos-harness serve`: what it refuses; what it does is in tests/live."""

import socket

import pytest

from tests.commands.shell import refusal, run
from tests.live.program import ROOT
from tests.rig.bench_file import EMULATED, EXTERNAL, changed, write


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--device", "nope"], "devices.yaml has no device 'nope'"),
        (["--device", "all"], "serve runs one device: name it by --device"),
        (["--defect", "nope"], "no defect is called 'nope'"),
        (["--defect", "stan-stands-still", "--defect", "mac-lacks-mti"],
         "stan-stands-still and mac-lacks-mti are both of the terminal: switch on one"),
        (["--host", "x"], "--host 'x': expected HOST:PORT"),
        (["--control", "70000"], "Invalid value for '--control'"),
    ],
)  # fmt: skip
def test_value_that_cannot_be_is_refused(words, said):
    assert refusal("serve", *words).startswith(said)


def test_terminal_of_somebody_else_cannot_be_served(tmp_path):
    path = write(tmp_path, EXTERNAL)
    assert refusal("serve", "--devices", str(path)).startswith("one is no emulated device")


def test_state_that_cannot_be_kept_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        assert "cannot write" in refusal("serve", "--state", str(tmp_path / place))


@pytest.mark.parametrize("name", ["--ecr", "--printer"])
def test_port_that_is_missing_is_named_with_the_remedy(name):
    result = run("serve", name, "/dev/nowhere")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        "error: port /dev/nowhere: No such file or directory: name a serial port that is there\n"
    )


def test_port_that_is_in_use_is_named_with_the_remedy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        control = run("serve", "--control", str(number))
        listen = changed(EMULATED, host={"listen": f"127.0.0.1:{number}"})
        host = run("serve", "--devices", str(write(tmp_path, listen)))
    assert (control.exit_code, host.exit_code) == (3, 3)
    assert f"control port {number}: Address already in use: choose another" in control.stderr
    assert f"cannot listen on 127.0.0.1:{number}: " in host.stderr
