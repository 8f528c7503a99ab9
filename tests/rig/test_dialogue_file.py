"""The file of a dialogue: what it may say, and one sentence for everything else."""

import pytest

from harness.errors import ConfigError
from harness.port.dialogue import Exchange
from harness.rig.dialogue_file import load_dialogue
from tests.live.program import ROOT


def test_shipped_dialogues_load():
    relay = load_dialogue(ROOT / "fixtures/dialogues/usb_relay.yaml")
    assert (relay.send_end, relay.timeout_s) == ("\r", 2.0)
    assert relay.acts["energise"] == (Exchange("relay on {channel}", ">"),)
    robot = load_dialogue(ROOT / "fixtures/dialogues/robot.yaml")
    assert robot.acts.keys() == {"present_card", "press", "rest"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nacts: {read: [{send: x, expect: '('}]}", "acts.read.0.expect: no pattern: "),
        ("version: 2\nacts: {}", "version: expected 1, got 2"),
        ("version: 1\nacts: {a: [{say: x}]}", "acts.a.0.send: missing: add it"),
        ("version: 1\ntimeout_s: 0\nacts: {}", "timeout_s: expected more than 0"),
        ("a: [", "this is no YAML; mend the indentation or quotes"),
    ],
)
def test_other_files_are_refused_in_a_sentence(tmp_path, text, said):
    path = tmp_path / "dialogue.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_dialogue(path)
    assert str(raised.value).startswith(f"{path}: {said}")


def test_file_that_is_not_there_is_named_with_the_remedy(tmp_path):
    with pytest.raises(ConfigError, match="No such file .*write it .see fixtures/dialogues"):
        load_dialogue(tmp_path / "nowhere.yaml")
