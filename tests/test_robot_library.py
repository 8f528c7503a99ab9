"""The Robot door: what each verdict is to Robot, and what the report says of every case."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import MisuseError
from harness.robot_keywords import BenchKeywords, ExpectKeywords, TillKeywords, minor
from tests.door_run import report, run_robot, tallied

ROOT = Path(__file__).parents[1]
HEAD = """
*** Settings ***
Library    harness.robot_library.PosHarness

*** Test Cases ***
"""
CASES = """
Sound
    [Tags]    M2    L1
    Open Bench
    ${outcome} =    Sale    12.34    card=card-1
    Should Be Equal    ${outcome}    APPROVED
    Expect Slip    12.34    type=sale    voucher=2    is_duplicate=no

Small Day
    [Tags]    M2    S7
    Terminal Parameter    refund_enabled    yes
    Terminal Parameter    journal_size_max    50
    Open Bench
    Work A Day    seed=5    transactions=12    faults=1
    Rest
    Reconcile Slips With Ledger
    Reconcile Till With Ledger
    Reconcile Journal With Ledger
    Reconcile Totals With Ledger    day=20260105
    Reconcile Sums
    Reconcile Everything

Unmet Expectation
    Open Bench
    Sale    12.34
    Expect Outcome    not_approved

Unmet Check
    Open Bench
    Sale    12.34
    Should Be Equal    one    other

Check In A Loop
    Open Bench
    FOR    ${round}    IN    1    2
        IF    ${round} == 2    Fail    this is the second round
    END

Never Reached
    [Tags]    M2
    Plan Fault    tx host 0210 #9    drop    rules=M2
    Open Bench
    Sale    12.34

No Bench
    Log    nothing

No Such Keyword
    Open Bench
    Sell Everything

No Such Argument
    Open Bench
    Sale    12.34    crad=card-1

No Such Card
    Open Bench
    Sale    12.34    card=card-9

No Such Fact
    Open Bench
    Sale    12.34
    Expect Slip    amuont_minor=1234

No Such Outcome
    Open Bench
    Sale    12.34
    Expect Outcome    aproved

No Such Answer
    Host Answers    0210    1    respnse_code=05

No Such Result
    Host Answers    0500    1    results=4,1

No Such Parameter Of The Profile
    Terminal Parameter    payuot    D+0

No Such Choice
    Terminal Parameter    payout    D+9

Parameter Too Late
    Open Bench
    Terminal Parameter    payout    D+0

Parameters
    [Tags]    M7
    Terminal Parameter    payout    D+0
    Terminal Parameter    refund_enabled    yes
    Terminal Parameter    answer_timeout_s    45
    Open Bench
    Sale    12.34
    Expect Paid    12.34
    Expect Paid    12.35

No Such Field
    Host Answers    0210    1    f444=x

No Such Parameter
    Plan Fault    tx host 0210 #1    drop    kepe=3

No Such Rule
    Plan Fault    tx host 0210 #1    drop    rules=R3;R5

Too Late
    Open Bench
    Plan Fault    tx host 0210 #1    drop

Caught
    [Tags]    M2
    Open Bench
    TRY
        Fail    never mind
    EXCEPT    never mind
        Sale    12.34
    END

Skipped By Its Author
    Skip    not today
"""


def suite(home, text=HEAD + CASES):
    (home / "suite").mkdir()
    (home / "suite" / "cases.robot").write_text(text)
    return home


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = suite(tmp_path_factory.mktemp("door"))
    words, done = run_robot(home)
    return home, words, done


SAID = {
    "Sound": ("passed", ""),
    "Caught": ("passed", ""),
    "Small Day": ("passed", ""),
    "Unmet Expectation": ("failure", "EXPECT: end of sale: expected not_approved, seen approved"),
    "Unmet Check": (
        "failure",
        "EXPECT: a check of the case's own: expected that it holds, seen on",
    ),
    "Check In A Loop": ("failure", "seen this is the second round"),
    "Never Reached": ("error", "M2: Drop() never happened: tx host 0210 #9 was not reached"),
    "No Bench": ("error", "the case opened no bench"),
    "No Such Keyword": ("error", "No keyword with name 'Sell Everything' found"),
    "No Such Argument": ("error", "no card 'crad=card-1' is declared"),
    "No Such Card": ("error", "no card 'card-9' is declared"),
    "No Such Fact": ("error", "no fact of a slip is called 'amuont_minor'"),
    "No Such Outcome": ("error", "no outcome is called 'aproved'"),
    "No Such Answer": ("error", "nothing is called 'respnse_code'"),
    "No Such Result": ("error", "results: expected two of 1, 2, 3, as in 2,1, got '4,1'"),
    "No Such Parameter Of The Profile": ("error", "payuot: no parameter has this name"),
    "No Such Choice": ("error", "payout: expected T+1 or D+0, got"),
    "Parameter Too Late": ("error", "Terminal Parameter: the bench is open already"),
    "Parameters": ("failure", "what the merchant was paid: expected 12.35, seen 12.34"),
    "No Such Field": ("error", "nothing is called 'f444'"),
    "No Such Parameter": ("error", "drop: unknown parameter 'kepe'"),
    "No Such Rule": ("error", "'R3;R5' is no rule"),
    "Too Late": ("error", "Plan Fault: the bench is open already"),
    "Skipped By Its Author": ("skipped", "not today"),
}


@pytest.mark.parametrize("case", SAID)
def test_report_says_of_every_case_what_became_of_it(run, case):
    word, said = SAID[case]
    found = tallied(run[0])[case]
    assert found[0] == word
    assert said in found[1]


@pytest.mark.parametrize("case", SAID)
def test_robot_says_the_same_with_the_prefix_of_what_proves_nothing(run, case):
    word, said = SAID[case]
    found = run[1][case]
    assert found[0] == {"error": "failure"}.get(word, word)
    assert said in found[1]
    assert found[1].startswith("INCONCLUSIVE: ") is (word == "error")


def test_report_has_every_case_once_and_is_written_when_nobody_else_does(run):
    assert sorted(tallied(run[0])) == sorted(SAID)
    assert (report(run[0]) / "index.html").exists()


@pytest.mark.parametrize("case", ["unmet-expectation", "unmet-check"])
def test_case_whose_expectation_is_not_met_comes_to_rest_all_the_same(run, case):
    (folder,) = (report(run[0]) / "cases").glob(f"*{case}*")
    text = (folder / "history.jsonl").read_text("utf-8")
    assert '"address": "rest"' in text
    assert "bench failure" not in text


def test_nothing_was_complained_of_beside_the_cases(run):
    assert run[2].stderr == ""


def test_whoever_names_the_folder_writes_the_report(tmp_path):
    run_robot(suite(tmp_path), "--variable", "REPORT:here", "--test", "Sound")
    assert not (tmp_path / "reports").exists()
    there = sorted(each.name for each in (tmp_path / "here").iterdir())
    assert there == ["cases", "ledger.sqlite"]


def test_what_the_bench_cannot_do_is_skipped_and_listed(tmp_path):
    text = (
        HEAD
        + "Damaged\n    Plan Fault    tx terminal 040F #1    corrupt    byte=8\n    Open Bench\n"
    )
    words, _ = run_robot(suite(tmp_path, text), "--variable", "DEVICE:zvt-2")
    assert words["Damaged"][0] == "skipped"
    assert "damages nothing" in tallied(tmp_path)["Damaged [zvt-2]"][1]


FICKLE = """
*** Settings ***
Library    harness.robot_library.PosHarness

*** Variables ***
${PLAYED}    ${0}

*** Test Cases ***
Now And Then
    Open Bench
    Set Suite Variable    ${PLAYED}    ${PLAYED + 1}
    Should Be Equal As Integers    ${PLAYED}    2

Never
    Open Bench
    Fail    never

Always
    Open Bench
"""


def test_case_that_does_not_pass_is_played_again_and_every_attempt_is_kept(tmp_path):
    _, done = run_robot(suite(tmp_path, FICKLE), "--variable", "RETRIES:2")
    run = json.loads((report(tmp_path) / "run.json").read_text("utf-8"))
    words = [(each["name"], each["verdict"]) for each in run["cases"]]
    assert sorted(words) == [
        ("suite: Always [zvt-1]", "PASS"),
        *3 * [("suite: Never [zvt-1]", "FAIL")],
        ("suite: Now And Then [zvt-1]", "FAIL"),
        ("suite: Now And Then [zvt-1]", "PASS"),
    ]
    assert run["result"]["flaky"] == ["suite: Now And Then [zvt-1]: flaky, FAIL in 1 of 2 runs"]
    assert (run["result"]["verdict"], done.returncode) == ("FAIL", 4)
    assert all("Multiple tests with name" in line for line in done.stderr.splitlines())


def test_number_of_retries_is_a_number(tmp_path):
    words, _ = run_robot(suite(tmp_path, FICKLE), "--variable", "RETRIES:many", "--test", "Always")
    assert "INCONCLUSIVE: RETRIES: expected a number, as in 2, got 'many'" in words["Always"][1]


def test_dry_run_finds_nothing_wrong_and_writes_no_report(tmp_path):
    words, done = run_robot(suite(tmp_path), "--dryrun", "--test", "Sound")
    assert (words, done.returncode) == ({"Sound": ("passed", "")}, 0)
    assert not (tmp_path / "reports").exists()


def test_device_that_is_none_makes_every_case_inconclusive(tmp_path):
    words, _ = run_robot(suite(tmp_path), "--variable", "DEVICE:zvt-9")
    failed = {name: each[1] for name, each in words.items() if each[0] != "skipped"}
    assert all(text.startswith("INCONCLUSIVE: ") for text in failed.values())
    assert "no device 'zvt-9'" in failed["Sound"]
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("kind", [TillKeywords, BenchKeywords, ExpectKeywords])
def test_every_public_method_is_a_keyword(kind):
    methods = [value for name, value in vars(kind).items() if name[0] != "_" and callable(value)]
    assert [each.__name__ for each in methods if not hasattr(each, "robot_name")] == []


@pytest.mark.parametrize(
    ("text", "amount_minor"), [("12.34", 1234), ("-12.34", -1234), ("0", 0), ("5", 500)]
)
def test_amount_is_read_exactly(text, amount_minor):
    assert minor(text) == amount_minor


@pytest.mark.parametrize("text", ["12.345", "twelve", "", "NaN", "Infinity"])
def test_what_is_no_amount_is_misuse(text):
    with pytest.raises(MisuseError, match="expected units and cents"):
        minor(text)


def test_no_keyword_of_the_shipped_suites_is_unknown():
    words = ["--dryrun", "--output", "NONE", "--log", "NONE", "--report", "NONE"]
    done = subprocess.run(
        [sys.executable, "-m", "robot", *words, "--pythonpath", ".", "suites"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
