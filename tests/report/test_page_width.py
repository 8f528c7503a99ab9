"""A report in a real browser: nothing is wider than the window, in windows wide and narrow."""

import html
import re
import shutil
import subprocess

import pytest

from harness.check.compose import Ruling, Verdict, Word
from harness.history.record import dump
from harness.report.write import write_report
from tests.report.literal import FOUND, INFO, UNSURE, quick, row, whole_case, written

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--allow-file-access-from-files", "--window-size=1400,900", "--dump-dom"),
]
MEASURE = """<!doctype html><iframe id="f" src="index.html" width="{width}" height="900"></iframe>
<pre id="said"></pre><script>
document.getElementById("f").onload = function () {{
  var page = document.getElementById("f").contentDocument, found = [];
  page.querySelectorAll("details").forEach(function (each) {{ each.open = true; }});
  page.querySelectorAll("body *").forEach(function (each) {{
    var box = each.getBoundingClientRect();
    if (box.right > {width} && !each.closest(".scroll, .paper, .rows")) found.push(each.className);
  }});
  document.getElementById("said").textContent =
    "width " + page.documentElement.scrollWidth + " beyond [" + found.join(" ") + "]";
}};
</script>"""
LONG = "W" * 300

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a report with long words in every place, and a few of everything."""
    path = tmp_path_factory.mktemp("reports") / "run1"
    found = FOUND.__class__("R3", LONG, LONG, LONG, (14, 40))
    failed = Verdict(Word.FAIL, (Ruling("R3", Word.FAIL, 2, (found,)),))
    judge = written(path, {LONG: failed, "b": UNSURE})
    more = quick([row("terminal", "show", LONG, LONG, name=LONG), row("host", "ledger", LONG)])
    (path / "cases" / ("w" * 60) / "history.jsonl").write_text(long_history(more), "utf-8")
    write_report(path, INFO, judge)
    return path


def long_history(rows):
    return dump(whole_case(*rows, case=LONG, bench={"kind": "external", LONG: LONG}))


@pytest.mark.parametrize("width", [1280, 400, 320])
def test_no_page_is_wider_than_its_window(folder, tmp_path, width):
    (folder / "measure.html").write_text(MEASURE.format(width=width))
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path}", f"file://{folder}/measure.html"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, re.DOTALL)
    assert said, done.stderr[-2000:]
    measured = re.fullmatch(r"width (\d+) beyond \[(.*)\]", html.unescape(said[1]))
    assert measured, said[1]
    assert measured[2] == ""
    assert int(measured[1]) <= width
