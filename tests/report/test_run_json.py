import json

from harness.report.case import read_cases
from harness.report.run_json import worlds, write_run_json
from tests.check.literal import history
from tests.report.literal import INFO, PASSED, case, written


def on(**header):
    return case(history=history(**header))


def test_a_run_says_what_it_was_and_what_it_ran_on(tmp_path):
    judge = written(tmp_path, {"a": PASSED})
    write_run_json(tmp_path, INFO, read_cases(tmp_path, judge))
    about = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert (about["started"], about["seed"], about["cases"]) == (INFO.started, 7, ["a"])
    assert about["versions"] == {"pos-harness": "0.1.0"}
    assert about["worlds"] == ["emulated, virtual time"]
    assert about["python"].startswith("3.")


def test_each_world_is_told_once_with_its_time_scale():
    cases = [on(bench={"kind": "emulated"}), on(bench={"kind": "emulated"}), on()]
    cases.append(on(bench={"kind": "emulated"}, timer_scale=0.01))
    assert worlds(cases) == [
        "emulated, virtual time",
        "undeclared, virtual time",
        "emulated, virtual time, all timers times 0.01",
    ]
