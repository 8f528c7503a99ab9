import json

from harness.report.case import Skip, read_cases
from harness.report.run_json import worlds, write_run_json
from harness.report.tally import tally
from tests.check.literal import history
from tests.report.literal import FAILED, FOUND, INFO, PASSED, UNSURE, case, written


def on(**header):
    return case(history=history(**header))


def test_a_run_says_what_it_was_and_what_it_ran_on(tmp_path):
    judge = written(tmp_path, {"a": PASSED})
    cases = read_cases(tmp_path, judge)
    write_run_json(tmp_path, INFO, tally(cases), cases, [Skip("b", "no power")])
    about = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert (about["started"], about["seed"], about["schema"]) == (INFO.started, 7, 2)
    assert about["versions"] == {"pos-harness": "0.1.0"}
    assert about["worlds"] == ["emulated, virtual time"]
    assert about["devices"]["emulated-zvt"]["what"] == "reference terminal (emulated)"
    assert about["result"]["verdict"] == "PASS"
    assert about["skipped"] == [{"name": "b", "why": "no power"}]
    (one,) = about["cases"]
    assert (one["folder"], one["verdict"], one["rules"]) == ("cases/a", "PASS", PASSED.words())


def test_a_case_says_what_was_found_in_it(tmp_path):
    cases = read_cases(tmp_path, written(tmp_path, {"a": FAILED}))
    write_run_json(tmp_path, INFO, tally(cases), cases, [])
    (one,) = json.loads((tmp_path / "run.json").read_text("utf-8"))["cases"]
    assert one["findings"] == [{"rule": FOUND.rule, "what": FOUND.what, "seen": FOUND.seen}]
    assert one["waived"] == []
    assert one["gaps"] == []


def test_a_case_says_what_is_not_certain_in_it(tmp_path):
    cases = read_cases(tmp_path, written(tmp_path, {"a": UNSURE}))
    write_run_json(tmp_path, INFO, tally(cases), cases, [])
    about = json.loads((tmp_path / "run.json").read_text("utf-8"))
    gap = {"rule": "R8", "what": "due, but never evaluated"}
    assert about["cases"][0]["gaps"] == [gap]
    assert about["result"]["gaps"] == [{"case": "a", **gap}]


def test_each_world_is_told_once_with_its_time_scale():
    cases = [on(bench={"kind": "emulated"}), on(bench={"kind": "emulated"}), on()]
    cases.append(on(bench={"kind": "emulated"}, timer_scale=0.01))
    assert worlds(cases) == [
        "emulated, virtual time",
        "undeclared, virtual time",
        "emulated, virtual time, all timers times 0.01",
    ]
