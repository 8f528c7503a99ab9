"""A terminal outside our tree is put through suites unattended, power cuts included.

A choice of cases; `python -m tests.live.run_external` plays them all.
"""

import json

import pytest

from tests.live.bench import outside_bench
from tests.live.program import ROOT, done

pytestmark = pytest.mark.live
CHOSEN = (
    "approved with PIN",
    "wrong PIN is declined",
    "lost answer, nothing sold afterwards",
    "answer to the reversal lost with the line",
    "power cut before the host answers",
    "CANCEL while waiting",
    "paper out before the slip",
    "no sale before the sign-in",
    "power cut within the journal write",
)
RUNNING = {"invoke": True, "ok": False, "fail": False, "info": False}
RUN_S = 400.0  # on a PC that has much else to do
SUITE = f"""
from pathlib import Path
import pytest
from harness.campaign.suites import load_scenarios
FOUND = {{each.name: each for _, each in load_scenarios([Path({str(ROOT / "suites")!r})])}}

@pytest.mark.parametrize("verdict", [FOUND[name] for name in {CHOSEN!r}], indirect=True, ids=str)
def test_chosen(verdict):
    verdict.require_pass()
"""


@pytest.fixture
def bench(tmp_path):
    with outside_bench(tmp_path) as found:
        yield found


@pytest.fixture
def suite(tmp_path):
    """A suite of somebody's own, outside the checkout."""
    folder = tmp_path / "chosen"
    folder.mkdir()
    (folder / "conftest.py").write_text('pytest_plugins = ["harness.pytest_plugin"]\n')
    (folder / "test_chosen.py").write_text(SUITE)
    return folder


def run(bench, *suites):
    """Return exit code and result of a run, and the cases that its report lists as skipped."""
    words = ("run", *suites, "--device", "ext", "--devices", bench.devices, "--world", "live")
    code, output, errors = done(
        *words, "--reports", bench.folder / "reports", "--json", timeout=RUN_S
    )
    assert output, errors
    found = json.loads(output)
    return code, found, errors


def test_chosen_cases_and_robot_pass_and_what_cannot_be_done_is_skipped(bench, suite):
    before = bench.pid_file.read_text()
    code, found, errors = run(bench, suite, ROOT / "suites/sale/sale.robot")
    assert (code, found["verdict"], found["findings"]) == (0, "PASS", []), errors
    counts = {name: found[name] for name in ("passed", "failed", "inconclusive", "skipped")}
    assert counts == {"passed": 10, "failed": 0, "inconclusive": 0, "skipped": 3}
    assert bench.pid_file.read_text() != before, "the power cut killed no process"
    page = (bench.folder / "reports/latest/index.html").read_text("utf-8")
    assert "it needs a terminal that has never signed in" in page
    assert "inside the terminal" in page
    assert stray_slips(bench.folder / "reports/latest/cases") == []


def stray_slips(cases):
    """Return the rows of slips that came out while no verb of the till ran."""
    return [row for path in cases.glob("*/history.jsonl") for row in _stray(path)]


def _stray(path):
    is_running = False
    for row in map(json.loads, path.read_text("utf-8").splitlines()[1:]):
        if row["actor"] == "till":
            is_running = RUNNING.get(row["kind"], is_running)
        elif row["kind"] == "print" and not is_running:
            yield path, row["index"]
