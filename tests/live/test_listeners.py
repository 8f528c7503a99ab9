"""Who may call the ports of a live world is judged there, and a bench open to all is found."""

import json

import pytest

from tests.live.program import ROOT, done

pytestmark = pytest.mark.live
SUITE = ROOT / "suites/bench/test_bench.py"
DEFECT = "bench-listens-to-anybody"


def run(folder, *words):
    code, output, errors = done(
        "run", SUITE, "--world", "live", "--reports", folder, "--json", *words
    )
    assert output, errors
    return code, json.loads(output)


def test_ports_of_a_live_bench_are_for_this_machine_only(tmp_path):
    code, found = run(tmp_path)
    assert (code, found["rules"]["X1"]["verdict"]) == (0, "PASS")
    assert found["rules"]["X1"]["evaluated"] > 0


def test_bench_that_listens_to_anybody_is_named_by_x1_alone(tmp_path):
    code, found = run(tmp_path, "--defect", DEFECT)
    assert (code, {finding["rule"] for finding in found["findings"]}) == (1, {"X1"})
