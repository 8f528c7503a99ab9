"""One whole sale on this kernel's drivers: the line is cut, the power too, and it is reversed."""

import json
import shutil
from pathlib import Path

import pytest

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.runner.place import load_parts
from kernel_bench.guest.bench import kernel_bench
from tests.acceptance.lateness import is_late
from tests.live.program import done
from tests.peers.pulling import MOMENTS, Puller

OUT = Path("/run/out")
RUN_S = 300.0
TRIES_MAX = 3  # a busy PC stands still, and then times prove nothing
NOTHING_PROVED = 3  # exit code
SUITE = """
import pytest
from harness.campaign.scenario import Scenario
from harness.fault.plan import LinkDown, Plan

def sell_lose_power_and_sell(rig):
    rig.till.sale(1234)
    rig.cut_power(off_s=1)
    rig.till.sale(500, card="card-2")

CUT = Scenario(
    name="line cut before the answer, then the power", script=sell_lose_power_and_sell,
    due=("R5", "R12", "D1", "M2", "M5", "L1"),
    plan=Plan().also("tx host 0210 #1", LinkDown(keep=0, for_s=3), "R5"),
)

@pytest.mark.parametrize("verdict", [CUT], indirect=True, ids=str)
def test_cut(verdict):
    verdict.require_pass()
"""
SALE = Scenario(name="sale", script=lambda rig: rig.till.sale(1234), due=("M2", "L1"))


@pytest.fixture
def bench(tmp_path, chip, adapter, slip_printer):
    with kernel_bench(tmp_path, chip, adapter, slip_printer) as found:
        yield found


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "test_cut.py").write_text(SUITE)
    return folder


def rows(reports):
    (path,) = reports.glob("latest/cases/*/history.jsonl")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()[1:]]


def test_sale_that_is_cut_is_reversed_and_the_verdict_is_pass(bench, suite, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)  # the run has its own
    reports = tmp_path / "reports"
    words = ("run", suite, "--devices", bench.write(), "--world", "live", "--reports", reports)
    try:
        for boots in range(1, TRIES_MAX + 1):
            assert bench.terminal.boots == boots
            code, output, errors = done(*words, "--json", timeout=RUN_S)
            assert bench.is_safe
            if code != NOTHING_PROVED or not has_stood_still(reports):
                break
    finally:
        shutil.copytree(tmp_path, OUT / "sale", dirs_exist_ok=True, symlinks=True)
    assert output, errors
    found = json.loads(output)
    assert (code, found["verdict"], found["passed"]) == (0, "PASS", 1), (found, errors)
    assert bench.terminal.boots == boots + 1
    require_cut_and_reversed(rows(reports))


def has_stood_still(reports):
    """Tell whether this PC was too busy for times to prove anything in the last run."""
    return any(row["address"] == "stall" for row in rows(reports))


def played(bench):
    """Sell; once more where this PC stood still meanwhile."""
    for _ in range(TRIES_MAX):
        case = play(SALE, load_parts(bench.write())[0], "live")
        if not is_late(case):
            break
    return case


def require_cut_and_reversed(history):
    """See in the rows what the relays, the wire and the paper had to do with it."""
    assert [row["value"] for row in history if row["address"] == "line relay"] == ["open", "closed"]
    proofs = [row["facts"].get("proof") for row in history if row["kind"] == "power"]
    assert "silence" in proofs
    came = [row["address"] for row in history if (row["actor"], row["kind"]) == ("host", "rx")]
    assert came[1:4] == ["terminal/0200", "terminal/0400", "terminal/0200"]
    slips = [row for row in history if row["kind"] == "print"]
    assert slips
    assert all(row["facts"]["is_complete"] for row in slips)


def pull_for_good(adapter):
    adapter.unplug()


def pull_and_plug(adapter):
    adapter.unplug()
    adapter.plug()


@pytest.mark.parametrize("pull", [pull_for_good, pull_and_plug])
def test_till_line_that_is_pulled_in_a_sale_is_the_bench_s_failure(bench, pull):
    puller = Puller(MOMENTS["request sent"], lambda: pull(bench.adapter))
    case = play(SALE, load_parts(bench.write())[0], "live", sink=puller)
    verdict = case.judged()
    assert puller.has_pulled
    assert (verdict.word, verdict.findings) == (Word.INCONCLUSIVE, ())
    assert f"till line {bench.adapter.far}" in case.error
    assert bench.is_safe
    bench.adapter.unplug()
    bench.adapter.plug()
    bench.restart()
    again = played(bench)
    found = again.judged()
    assert (again.error, list(map(str, found.findings)), found.word) == ("", [], Word.PASS)


def test_chip_that_is_taken_out_in_a_sale_is_the_bench_s_failure(bench):
    puller = Puller(MOMENTS["request sent"], bench.chip.pull_out)
    case = play(SALE, load_parts(bench.write())[0], "live", sink=puller)
    verdict = case.judged()
    assert puller.has_pulled
    assert (verdict.word, verdict.findings) == (Word.INCONCLUSIVE, ())
    assert f"relay gpio {bench.chip.label} line " in case.error
    assert "No such device" in case.error
    assert bench.is_safe
