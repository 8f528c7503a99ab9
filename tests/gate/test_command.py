"""`pos-harness gate`: what it refuses, before a port is open or a file written."""

import socket

import pytest

from tests.commands.shell import refusal, run

HOST = ("--host", "127.0.0.1:1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "a gate stands between two: name the host behind it (--host HOST:PORT)"),
        (("--till", "/dev/ttyUSB0"), "a gate stands between two"),
        (("--host", "nowhere"), "--host 'nowhere': expected HOST:PORT"),
        ((*HOST, "--control", "8584"), "--control '8584': expected HOST:PORT"),
        ((*HOST, "--listen", "0.0.0.0:0"), "--listen 0.0.0.0:0 would be open to anybody"),
        ((*HOST, "--allow", "x"), "allow-list: 'x' is no address"),
        ((*HOST, "--switch", "line"), "a switch is written NAME=COMMAND"),
        ((*HOST, "--switch", "line=./relay.sh"), "a switch is written NAME=COMMAND"),
        ((*HOST, "--switch", "line='{state}"), "a switch is written NAME=COMMAND"),
        ((*HOST, "--switch", "a=x {state}", "--switch", "a=y {state}"), "two switches"),
        ((*HOST, "--plan", "nowhere.json"), "the plan nowhere.json cannot be read: No such file"),
        ((*HOST, "--record", "no/folder"), "cannot write no/folder: No such file"),
    ],
)
def test_value_that_cannot_be_is_refused(words, said):
    assert refusal("gate", *words).removeprefix("error: ").startswith(said)


@pytest.mark.parametrize("name", ["--listen", "--control"])
def test_port_in_use_is_named_with_the_remedy_and_no_record_is_left(tmp_path, name):
    free = {"--listen": "127.0.0.1:0", "--control": "127.0.0.1:0"}
    kept = tmp_path / "record"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        words = [word for pair in (free | {name: listen}).items() for word in pair]
        result = run("gate", *HOST, *words, "--record", str(kept))
    assert (result.exit_code, result.stdout) == (3, "")
    assert listen in result.stderr
    assert f"({name})" in result.stderr
    assert not kept.exists()


def test_plan_with_a_step_that_no_gate_can_do_is_refused(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text('[{"point": "nv terminal journal #1", "action": "power_off"}]')
    said = refusal("gate", *HOST, "--listen", "127.0.0.1:0", "--plan", str(plan))
    assert "nv terminal journal #1 power_off: " in said


def test_serial_port_that_is_not_there_is_named_with_the_remedy():
    result = run("gate", "--till", "/dev/nowhere", "--terminal", "/dev/nowhere")
    assert result.exit_code == 3
    assert "till end /dev/nowhere" in result.stderr
