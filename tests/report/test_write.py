import json
import os
import time

import pytest

from harness.check.compose import Word
from harness.errors import MisuseError
from harness.report.case import Skip, write_case, write_skip
from harness.report.slip_picture import font_files
from harness.report.write import write_report
from tests.report.literal import (
    FAILED,
    INFO,
    PASSED,
    STALLED,
    UNSURE,
    case,
    quick,
    row,
    whole_case,
    written,
)


def test_a_report_has_all_its_files_and_latest_leads_to_it(tmp_path):
    folder = tmp_path / "reports" / "run1"
    judge = written(folder, {"a": FAILED, "b": PASSED, "c": UNSURE})
    found = write_report(folder, INFO, judge)
    assert (found.word, found.passed, found.failed, found.inconclusive) == (Word.FAIL, 1, 1, 1)
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "cases", "index.html", "junit.xml", "matrix.csv", "run.json", "SHA256SUMS"
    }  # fmt: skip
    assert (tmp_path / "reports" / "latest").resolve() == folder
    listed = json.loads((folder / "run.json").read_text("utf-8"))["cases"]
    assert [each["folder"] for each in listed] == ["cases/a", "cases/b", "cases/c"]


def test_attempt_that_a_stall_has_spoilt_is_told_and_kept_but_not_counted(tmp_path):
    judge = written(tmp_path / "run1", {"a": STALLED, "b": PASSED})
    about = tmp_path / "run1" / "cases" / "b" / "case.json"
    about.write_text(about.read_text("utf-8").replace('"name": "b"', '"name": "a"'), "utf-8")
    found = write_report(tmp_path / "run1", INFO, judge)
    assert (found.word, found.passed, found.inconclusive) == (Word.PASS, 1, 0)
    assert found.notes == ("a: played again, as the bench stood still; that attempt is in cases/a",)
    assert "cases/a/history.jsonl" in (tmp_path / "run1" / "SHA256SUMS").read_text("utf-8")


@pytest.mark.skipif(not font_files(), reason="no font with Chinese is installed")
def test_slips_are_drawn_beside_their_history(tmp_path):
    write_report(tmp_path / "run1", INFO, written(tmp_path / "run1", {"a": PASSED}))
    assert (tmp_path / "run1" / "cases" / "a" / "slip-1.png").read_bytes()[:4] == b"\x89PNG"


def test_without_a_font_a_slip_stays_text(tmp_path):
    write_report(tmp_path / "run1", INFO, written(tmp_path / "run1", {"a": PASSED}), fonts=())
    names = {path.name for path in (tmp_path / "run1" / "cases" / "a").iterdir()}
    assert names == {"case.json", "history.jsonl"}
    assert "签购单" in (tmp_path / "run1" / "index.html").read_text("utf-8")


def test_a_run_of_nothing_is_reported_as_inconclusive(tmp_path):
    write_skip(tmp_path / "run1", Skip("one", "no power"))
    found = write_report(tmp_path / "run1", INFO, lambda _: PASSED)
    assert (found.word, found.skipped) == (Word.INCONCLUSIVE, 1)
    assert "INCONCLUSIVE" in (tmp_path / "run1" / "index.html").read_text("utf-8")
    assert write_report(tmp_path / "run2", INFO, lambda _: PASSED).exit_code == 3


def test_a_report_written_again_is_judged_again(tmp_path):
    written(tmp_path / "run1", {"a": PASSED})
    for verdict in (PASSED, FAILED):
        found = write_report(tmp_path / "run1", INFO, lambda _, verdict=verdict: verdict)
        assert found.word is verdict.word


def test_the_folder_may_be_named_from_within(tmp_path, monkeypatch):
    written(tmp_path / "run1", {"a": PASSED})
    monkeypatch.chdir(tmp_path / "run1")
    write_report(type(tmp_path)(), INFO, lambda _: PASSED)
    assert (tmp_path / "latest").resolve() == tmp_path / "run1"


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(MisuseError) as caught:
        write_report(tmp_path / "reports" / "run1", INFO, lambda _: PASSED)
    assert str(caught.value).count("\n") == 0
    assert "name another folder for reports" in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_a_folder_that_is_read_only_is_misuse(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(MisuseError, match="cannot write"):
        write_report(tmp_path / "run1", INFO, lambda _: PASSED)


def test_sixty_long_cases_are_written_in_seconds_and_stay_readable(tmp_path):
    facts = {f"F{n}": "0123456789AB" for n in range(2, 26)}
    rows = [row("terminal", "tx", "host/0200", "sale", stan=n, **facts) for n in range(60)]
    rows += [row("host", "rx", "terminal/0200", "sale", stan=n, **facts) for n in range(60)]
    whole = whole_case(*quick(rows))
    for number in range(60):
        write_case(tmp_path / "run1", case(f"case {number}", history=whole))
    began = time.perf_counter()
    write_report(tmp_path / "run1", INFO, lambda _: FAILED)
    assert time.perf_counter() - began < 30  # about 4 s alone; other work may share the machine
    sizes = [path.stat().st_size for path in (tmp_path / "run1").rglob("*.html")]
    assert max(sizes) < 15_000_000
