"""Robots and people at a terminal."""

import os
import subprocess
import sys
import termios
from contextlib import suppress

import pytest

from harness.device.operator import CommandOperator, HumanOperator, run_command
from harness.errors import BenchTimeoutError, RigError
from harness.terms.card import Card
from tests.device.fake import recorder, told

CARD = Card(token="card-1", pan="6225887319460289", pin="135790")


def robot(tmp_path, text):
    """Return a command of the lab's."""
    path = tmp_path / "robot"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


def test_robot_is_told_token_pin_and_key_and_each_act_is_a_row(tmp_path):
    program = robot(tmp_path, f'echo "$@" >> {tmp_path}/acts; cat >> {tmp_path}/acts')
    commands = {"present_card": f"{program} card {{card}}", "key_pin": f"{program} pin"}
    kept = recorder()
    operator = CommandOperator(kept, commands | {"press": f"{program} 'a key' {{key}}"})
    operator.present_card(CARD)
    operator.key_pin("135790", "right")
    operator.press("CANCEL")
    assert (tmp_path / "acts").read_text() == "card card-1\npin\n135790a key CANCEL\n"
    assert told(kept) == [
        ("act", "card", "card-1"), ("act", "pin", "right"), ("act", "key", "CANCEL")
    ]  # fmt: skip


def test_output_of_a_robot_is_kept_without_pin_and_pan(tmp_path):
    kept = recorder()
    program = robot(tmp_path, f"printf 'keyed '; cat; echo ' for {CARD.pan}'")
    CommandOperator(kept, {"key_pin": program}).key_pin("135790", "right")
    assert told(kept, "note") == [
        ("note", "output of key_pin", "keyed ... for 622588******0289")
    ]  # fmt: skip


def test_robot_that_fails_is_a_failure_of_the_bench_and_no_act(tmp_path):
    kept = recorder()
    program = robot(tmp_path, "cat >&2; echo ' jammed' >&2; exit 7")
    with pytest.raises(RigError, match="operator: key_pin: `.*robot` ended with 7: ... jammed"):
        CommandOperator(kept, {"key_pin": program}).key_pin("135790", "right")
    assert told(kept) == []


@pytest.mark.parametrize(
    ("command", "error", "said"),
    [
        ("sleep 60", BenchTimeoutError, "robot: `sleep` took longer than 0.1 s"),
        ("/nowhere/robot", RigError, "robot: `/nowhere/robot` cannot be run: No such file"),
    ],
)
def test_robot_that_hangs_or_is_not_there(command, error, said):
    with pytest.raises(error, match=said):
        run_command(command, 0.1, "robot")


def test_output_that_is_no_text_and_endless_is_taken_all_the_same():
    said = run_command("sh -c 'yes | head -c 99999; printf \"\\377\"'", 9.0, "robot")
    assert len(said) <= 2000


def test_act_that_no_command_does_is_a_failure_of_the_bench():
    with pytest.raises(RigError, match="no command `press`"):
        CommandOperator(recorder(), {}).press("CANCEL")


def test_person_is_asked_for_each_act_and_shown_no_number():
    asked, kept = [], recorder()
    operator = HumanOperator(kept, asked.append)
    operator.present_card(CARD)
    operator.key_pin("135790", "right")
    operator.key_pin("", "none")
    operator.press("CANCEL")
    assert asked == [
        "swipe card-1 (622588******0289)", "key the right PIN (6 digits) and ENTER",
        "key ENTER without a PIN", "press CANCEL",
    ]  # fmt: skip
    assert [row[2] for row in told(kept)] == ["card-1", "right", "none", "CANCEL"]


ASK = "from harness.rig.ask_human import ask_human; ask_human('swipe card-1'); print('done')"


def test_nobody_to_be_asked_is_a_failure_of_the_bench():
    words = [sys.executable, "-c", ASK]
    done = subprocess.run(words, capture_output=True, text=True, start_new_session=True)
    assert "RigError: operator: nobody can be asked" in done.stderr


def at_a_terminal(typed):
    """Return what a program asks and says at a terminal on which somebody types."""
    screen, far = os.openpty()
    words = [sys.executable, "-c", f"import fcntl; fcntl.ioctl(0, {termios.TIOCSCTTY}, 0); {ASK}"]
    ends = dict.fromkeys(("stdin", "stdout", "stderr"), far)
    with subprocess.Popen(words, start_new_session=True, **ends) as program:
        os.close(far)
        said = b""
        while b"ENTER." not in said:
            said += os.read(screen, 999)
        os.write(screen, typed)
        with suppress(OSError):  # the end of a terminal whose program is gone
            while piece := os.read(screen, 9999):
                said += piece
    os.close(screen)
    assert program.returncode is not None
    return said.decode()


def test_person_at_a_terminal_confirms_by_enter():
    said = at_a_terminal(b"\n")
    assert ">>> Please swipe card-1, then press ENTER." in said
    assert "done" in said


def test_person_who_closes_the_terminal_has_not_confirmed():
    assert "the question was not answered" in at_a_terminal(b"\x04")
