"""The command `check`: stored histories judged again, and damaged ones refused."""

import json

import pytest

from harness.history.record import dump
from tests.check.literal import history, row
from tests.commands.shell import found, process, refusal, run

LOOPBACK = row("bench", "note", "listen", "127.0.0.1:8583", loopback=True, allow_list=False)
OPEN = row("bench", "note", "listen", "0.0.0.0:8583", loopback=False, allow_list=False)
SHOW = row("terminal", "show", "IDLE", "welcome")


def written(path, whole):
    """Write a history and return its path as a word."""
    path.write_text(dump(whole), "utf-8")
    return str(path)


def test_history_that_keeps_the_rules_passes(tmp_path):
    shown, code = found("check", written(tmp_path / "h", history(LOOPBACK, case="one")))
    assert (shown["verdict"], shown["case"], code) == ("PASS", "one", 0)
    assert shown["rules"]["X1"] == {"verdict": "PASS", "evaluated": 1, "gaps": []}
    assert shown["findings"] == []


def test_broken_rule_fails_and_its_finding_is_a_sentence(tmp_path):
    file = written(tmp_path / "h", history(OPEN, case="one"))
    shown, code = found("check", file)
    assert (shown["verdict"], code) == ("FAIL", 1)
    assert shown["rules"]["X1"]["verdict"] == "FAIL"
    finding = shown["findings"][0]
    assert (finding["rule"], finding["case"], finding["evidence"]) == ("X1", "one", [0])
    assert all(finding[name] for name in ("what", "expected", "seen"))
    said = run("check", file).stdout
    assert said.startswith("FAIL")
    assert f"X1: {finding['what']}: expected {finding['expected']}" in said


def test_history_in_which_nothing_was_judged_is_inconclusive(tmp_path):
    shown, code = found("check", written(tmp_path / "h", history(SHOW, observes=())))
    assert (shown["verdict"], code) == ("INCONCLUSIVE", 3)
    assert shown["why"]
    assert shown["unobservable"]
    assert "not observable" in run("check", str(tmp_path / "h")).stdout


def test_rule_that_was_due_and_not_evaluated_is_a_gap(tmp_path):
    shown, code = found("check", written(tmp_path / "h", history(LOOPBACK, due=("E6",))))
    assert code == 3
    assert shown["rules"]["E6"]["gaps"] == ["due, but never evaluated"]


def test_history_comes_from_standard_input():
    assert found("check", "-", given=dump(history(LOOPBACK)))[1] == 0


def test_pan_in_a_history_that_somebody_wrote_by_hand_is_not_shown(tmp_path):
    rows = (LOOPBACK, row("bench", "note", "listen", "6225887319460289", loopback=False))
    file = written(tmp_path / "h", history(*rows, case="6225 8873 1946 0289"))
    for words in ((), ("--json",)):
        output = run("check", file, *words).output
        assert "731946" not in output.replace(" ", "")


GOOD = dump(history(LOOPBACK, SHOW, SHOW)).splitlines()


def changed(number, **values):
    """Return a line of the good history with other values."""
    return json.dumps(json.loads(GOOD[number - 1]) | values)


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (1, "{}"),
        (1, "no JSON"),
        (1, changed(1, case=5)),
        (1, changed(1, due=[5])),
        (1, changed(1, plan=[{"point": "x"}])),
        (1, changed(1, plan=7)),
        (1, changed(1, profile=[])),
        (1, changed(1, surprise=1)),
        (2, changed(2)[:-3]),
        (2, "[]"),
        (2, ""),
        (3, changed(3, surprise=1)),
        (3, changed(3, index=7)),
        (3, changed(3, kind="rumour")),
        (3, changed(3, actor=None)),
        (3, changed(3, time_ns="soon")),
        (3, changed(3, facts={"a": {}})),
        (3, changed(3, facts=["a"])),
        (4, "[" * 100_000),
        (4, '{"index": 2}'),
    ],
)
def test_damaged_history_is_refused_with_the_number_of_the_line(tmp_path, number, line):
    lines = [line if place == number else one for place, one in enumerate(GOOD, 1)]
    file = tmp_path / "h"
    file.write_text("\n".join(lines) + "\n")
    assert f"{file}: line {number}" in refusal("check", str(file))


def test_other_schema_is_named(tmp_path):
    (tmp_path / "h").write_text(changed(1, schema=9))
    assert "history of schema 9: expected 1" in refusal("check", str(tmp_path / "h"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (GOOD[0].encode() + b"\n\xff\n", "line 2 of the history is damaged: it is not UTF-8"),
    ],
)
def test_file_that_is_no_history_is_refused(tmp_path, data, said):
    (tmp_path / "h").write_bytes(data)
    assert said in refusal("check", str(tmp_path / "h"))


def test_process_exits_with_the_code_of_the_verdict(tmp_path):
    file = written(tmp_path / "h", history(OPEN))
    done = process("check", file, "--json")
    assert (done.returncode, done.stderr) == (1, b"")
    assert json.loads(done.stdout)["verdict"] == "FAIL"
