"""Suites on a bench of real instruments: power by an SCPI supply, line by a Modbus relay, slips by
a serial tap.

A choice of cases; `python -m tests.peers.run_bench sale void settlement` plays them all.
"""

import json

import pytest

from tests.live.program import ROOT, done
from tests.peers.bench import peer_bench

pytestmark = pytest.mark.live
CHOSEN = (
    "approved with PIN",
    "void gives the money back",
    "power cut when the void comes to the host",
    "settlement that balances",
    "CANCEL after the settlement is sent",
)
RUN_S = 400.0  # on a PC that has much else to do
SUITE = f"""
from pathlib import Path
import pytest
from harness.campaign.scenario import Scenario
from harness.campaign.suites import load_scenarios
from harness.fault.plan import LinkDown, Plan
FOUND = {{each.name: each for _, each in load_scenarios([Path({str(ROOT / "suites")!r})])}}

def sell_twice(rig):
    rig.till.sale(1234)
    rig.wait(6)
    rig.till.sale(500, card="card-2")

OPEN = Scenario(
    name="line open before the answer", script=sell_twice, due=("R3", "R5", "M2"),
    plan=Plan().also("tx host 0210 #1", LinkDown(keep=0, for_s=5), "R3", "R5"),
)
CASES = [OPEN, *(FOUND[name] for name in {CHOSEN!r})]

@pytest.mark.parametrize("verdict", CASES, indirect=True, ids=str)
def test_chosen(verdict):
    verdict.require_pass()
"""


@pytest.fixture
def bench(tmp_path):
    with peer_bench(tmp_path) as found:
        yield found


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "chosen"
    folder.mkdir()
    (folder / "conftest.py").write_text('pytest_plugins = ["harness.pytest_plugin"]\n')
    (folder / "test_chosen.py").write_text(SUITE)
    return folder


def facts(reports, address, kind="note"):
    """Return the facts of all rows of an address, in all cases of a run."""
    rows = [
        json.loads(line)
        for path in reports.glob("latest/cases/*/history.jsonl")
        for line in path.read_text("utf-8").splitlines()[1:]
    ]
    return [row["facts"] for row in rows if (row["address"], row["kind"]) == (address, kind)]


def test_chosen_cases_pass_by_instruments(bench, suite):
    reports = bench.outside.folder / "reports"
    words = ("run", suite, "--devices", bench.write(), "--world", "live", "--reports", reports)
    code, output, errors = done(*words, "--json", timeout=RUN_S)
    assert output, errors
    found = json.loads(output)
    assert (code, found["verdict"], found["passed"]) == (0, "PASS", len(CHOSEN) + 1), errors
    assert [each["layer"] for each in facts(reports, "line relay")] == ["relay"] * 2
    proofs = [each["proof"] for each in facts(reports, "", "power") if "proof" in each]
    assert set(proofs) == {"current"}
    page = (reports / "latest/index.html").read_text("utf-8")
    assert "Current of the terminal" in page
