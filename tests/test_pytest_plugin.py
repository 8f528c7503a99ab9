"""The pytest door: what each verdict is to pytest, and what the report says of every test."""

import pytest

from tests.door_run import report, run_pytest, tallied
from tests.live.program import key_file

SUITE = """
import pytest
from harness.campaign.scenario import Scenario
from harness.errors import RigError
from harness.fault.plan import Corrupt, Drop, Plan
from harness.rig.rig import Rig


def sell(rig):
    rig.till.sale(1234)


def forbid(rig):
    sell(rig)
    rig.expect.outcome("not_approved")


def break_down(rig):
    sell(rig)
    raise RigError("the robot dropped the card")


def stumble(rig):
    sell(rig)
    return {}["nothing"]


NEVER = Plan().also("tx host 0210 #9", Drop(), "M2")
NO_TCP = Plan().also("tx terminal 040F #1", Corrupt(8))
SCENARIOS = (
    Scenario(name="sound", script=sell, due=("M2", "L1")),
    Scenario(name="forbidden", script=forbid, due=("M2",)),
    Scenario(name="never", script=sell, due=("M2",), plan=NEVER),
    Scenario(name="broken", script=break_down, due=("M2",)),
    Scenario(name="stumbling", script=stumble, due=("M2",)),
    Scenario(name="serial only", script=sell, due=("M2",), plan=NO_TCP),
)


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_case(verdict):
    verdict.require_pass()


@pytest.mark.parametrize("verdict", SCENARIOS[:1], indirect=True, ids=str)
def test_own(verdict):
    assert 1 + 1 == 3


@pytest.mark.parametrize("verdict", SCENARIOS[:1], indirect=True, ids=str)
def test_mistake(verdict):
    verdict.reqire_pass()


def test_without_any_bench():
    raise ValueError("not ours")
"""


def suite(home, text=SUITE):
    (home / "suite").mkdir()
    (home / "suite" / "test_mini.py").write_text(text)
    return home


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = suite(tmp_path_factory.mktemp("door"))
    words, done = run_pytest(home)
    return home, words, done


@pytest.mark.parametrize(
    ("test", "word"),
    [
        ("test_case[sound]", "passed"),
        ("test_case[forbidden]", "failure"),
        ("test_case[never]", "error"),
        ("test_case[broken]", "error"),
        ("test_case[stumbling]", "error"),
        ("test_own[sound]", "failure"),
    ],
)
def test_verdict_is_what_pytest_knows(run, test, word):
    assert run[1][test][0] == word


@pytest.mark.parametrize(
    ("case", "word", "said"),
    [
        ("sound", "passed", ""),
        ("forbidden", "failure", "EXPECT: end of sale: expected not_approved, seen approved"),
        ("never", "error", "M2: Drop() never happened: tx host 0210 #9 was not reached"),
        ("broken", "error", "RigError: the robot dropped the card"),
        ("stumbling", "error", "KeyError: 'nothing' (test_mini.py, line 2"),
        ("test_own[sound] (the test itself)", "failure", "EXPECT: a check of the case's own"),
        ("test_mistake[sound] (the test itself)", "error", "has no attribute 'reqire_pass'"),
    ],
)
def test_report_says_it_of_every_case(run, case, word, said):
    found = tallied(run[0])[case]
    assert found[0] == word
    assert said in found[1]


def test_test_that_uses_no_bench_is_none_of_the_report(run):
    assert not [name for name in tallied(run[0]) if "without_any_bench" in name]


def test_findings_and_gaps_are_in_the_message(run):
    assert "EXPECT: end of sale" in run[1]["test_case[forbidden]"][1]
    assert "INCONCLUSIVE: M2: Drop() never happened" in run[1]["test_case[never]"][1]


def test_report_is_written_when_nobody_else_does(run):
    assert (report(run[0]) / "index.html").exists()


def test_whoever_names_the_folder_writes_the_report(tmp_path):
    run_pytest(suite(tmp_path), "--pos-report=here", "-k", "test_case and sound")
    assert not (tmp_path / "reports").exists()
    there = sorted(each.name for each in (tmp_path / "here").iterdir())
    assert there == ["cases", "ledger.sqlite"]


def test_what_the_device_does_not_have_is_not_planned_and_the_report_says_so(tmp_path):
    words, done = run_pytest(suite(tmp_path), "--pos-device=zvt-2", "-k", "serial or sound")
    assert "test_case[serial only]" not in words
    assert "1 deselected" in done.stdout or "deselected" in done.stdout
    assert "serial only [zvt-2]" not in tallied(tmp_path)
    page = (report(tmp_path) / "index.html").read_text("utf-8")
    assert "not on this device: suite: serial only [zvt-2]" in page
    assert "damages nothing" in page


def test_what_was_not_chosen_is_not_listed_as_absent(tmp_path):
    run_pytest(suite(tmp_path), "--pos-device=zvt-2", "-k", "sound")
    assert not (report(tmp_path) / "absent.jsonl").exists()


def test_a_list_of_tests_leaves_no_folder_behind(tmp_path):
    run_pytest(suite(tmp_path), "--pos-device=zvt-2", "--collect-only")
    assert not (tmp_path / "reports").exists()


def test_rules_of_a_case_are_its_marks(tmp_path):
    text = (
        SUITE
        + """

@pytest.fixture(autouse=True)
def marks(request):
    mark = request.node.get_closest_marker("rule")
    assert mark is None or mark.args == ("M2", "L1")
"""
    )
    words, _ = run_pytest(suite(tmp_path, text), "-k", "test_case and sound", "--strict-markers")
    assert words == {"test_case[sound]": ("passed", "")}


def test_workers_share_one_report(tmp_path):
    home = suite(tmp_path)
    words, _ = run_pytest(home, "-n", "2", "-k", "test_case")
    assert len(words) == 6
    cases = tallied(home)
    assert {name: each[0] for name, each in cases.items()} == {
        "sound": "passed", "forbidden": "failure", "never": "error", "broken": "error",
        "stumbling": "error", "serial only": "passed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--pos-device=zvt-9", "no device 'zvt-9'"),
        ("--pos-devices=absent.yaml", "absent.yaml"),
    ],
)
def test_misuse_ends_the_run_with_one_sentence_and_exit_code_2(tmp_path, option, said):
    _, done = run_pytest(suite(tmp_path), option)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "reports").exists()


def test_misuse_in_workers_is_said_by_every_test(tmp_path):
    words, done = run_pytest(suite(tmp_path), "-n", "2", "--pos-device=zvt-9", "-k", "test_case")
    assert done.returncode == 1
    assert {each[0] for each in words.values()} == {"error"}
    assert all("no device 'zvt-9'" in each[1] for each in words.values())


EXTERNAL = """
version: 1
devices:
  lab:
    terminal: {kind: external, ecr: "socket://127.0.0.1:9"}
    operator: {kind: human}
    power: {kind: none}
    tmk_file: tmk.hex
    environment: test
    terminal_id: "10000001"
    merchant_id: "104110045110012"
    merchant_name: GINKGO STORE
    cards: cards.yaml
"""


def test_workers_cannot_share_a_device_of_somebody_else(tmp_path):
    (tmp_path / "lab.yaml").write_text(EXTERNAL)
    key_file(tmp_path)
    (tmp_path / "cards.yaml").write_text("- {token: card-1, pan: '6225887319460289'}\n")
    words, _ = run_pytest(
        suite(tmp_path),
        "-n",
        "1",
        "--pos-devices=lab.yaml",
        "--pos-world=live",
        "-k",
        "case and sound",
    )
    assert all("several workers cannot share it" in each[1] for each in words.values())
