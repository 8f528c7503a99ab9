"""Which scenarios the modules of suites list."""

import pytest

from harness.campaign.suites import load_scenarios
from harness.errors import MisuseError

LISTED = """
from harness.campaign.scenario import Scenario
SCENARIOS = tuple(Scenario(name=name, script=id, due=()) for name in {names})
"""


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def named(*paths):
    return [(suite, str(scenario)) for suite, scenario in load_scenarios(paths)]


def test_scenarios_come_by_folder_file_and_place(tmp_path):
    write(tmp_path / "b", "test_one.py", LISTED.format(names=["3"]))
    write(tmp_path / "a", "test_two.py", LISTED.format(names=["2", "1"]))
    write(tmp_path / "a", "helper.py", "raise ValueError")
    assert named(tmp_path) == [("a", "2"), ("a", "1"), ("b", "3")]


def test_file_that_is_named_twice_counts_once(tmp_path):
    path = write(tmp_path / "a", "test_one.py", LISTED.format(names=["1"]))
    assert named(path, tmp_path) == [("a", "1")]


def test_module_without_a_list_has_no_scenario(tmp_path):
    assert named(write(tmp_path, "test_own.py", "def test_x(): pass\n")) == []


@pytest.mark.parametrize("text", ["import no_such_module", "def broken(:"])
def test_module_that_cannot_be_imported_is_misuse(tmp_path, text):
    path = write(tmp_path, "test_bad.py", text)
    with pytest.raises(MisuseError, match=r"test_bad\.py: cannot be imported"):
        load_scenarios([path])
