import shutil
import subprocess

import pytest

from harness.report.write import write_report
from tests.report.literal import FAILED, INFO, PASSED, written


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_manifest_proves_every_file_and_tells_a_changed_one(tmp_path):
    folder = tmp_path / "run1"
    write_report(folder, INFO, written(folder, {"a": FAILED, "b": PASSED}))
    check = ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0
    named = {line[66:] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()}
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert named == files - {"SHA256SUMS"}
    history = folder / "cases" / "a" / "history.jsonl"
    history.write_text(history.read_text("utf-8").replace("sale", "void", 1), "utf-8")
    said = subprocess.run(check, cwd=folder, check=False, capture_output=True, text=True)
    assert said.returncode == 1
    assert "cases/a/history.jsonl: FAILED" in said.stdout
