"""A report in a real browser, in windows wide and narrow: nothing overflows, nothing is loaded,
and two clicks lead from the verdict to the evidence of each finding."""

from dataclasses import replace

import pytest

from harness.check.compose import Ruling, Verdict, Waived, Word
from harness.report.case import Skip, read_cases, read_skips, write_case, write_skip
from harness.report.html import Run, write_html
from harness.report.tally import tally
from harness.report.write import write_report
from tests.report.browser import CHROMIUM, seen
from tests.report.literal import (
    FAILED,
    FOUND,
    INFO,
    PASSED,
    UNSURE,
    case,
    quick,
    row,
    whole_case,
    written,
)

LONG = "W" * 300
CHINESE = "终端在应答丢失之后没有冲正持卡人的账户被扣款两次商户却没有收到签购单" * 12

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")


def findings(*rules):
    """Return a verdict with two findings of each rule, evidence near the end of the history."""
    rulings = []
    for rule in rules:
        one = replace(FOUND, rule=rule, what=f"{rule} is broken", evidence=(14, 18))
        other = replace(one, seen="another thing", evidence=(40, 3))
        rulings.append(Ruling(rule, Word.FAIL, 2, (one, other)))
    return Verdict(Word.FAIL, tuple(rulings))


def failed(folder):
    write_report(folder, INFO, written(folder, {"a": findings("M1", "R3", "L2"), "b": UNSURE}))


def passed(folder):
    write_report(folder, INFO, written(folder, {"a": PASSED, "b": PASSED}))


def unsure(folder):
    gaps = tuple(f"the channel host_wire went blind at row {n}: {LONG}" for n in range(5))
    verdict = Verdict(Word.INCONCLUSIVE, (Ruling("R8", Word.INCONCLUSIVE, 0, (), gaps),), ("D1",))
    judge = written(folder, {"a": verdict, "b": PASSED})
    write_skip(folder, Skip(LONG, LONG))
    write_report(folder, INFO, judge)


def waived(folder):
    ruling = Ruling("R3", Word.WAIVED, 2, waived=(Waived(FOUND, LONG),))
    write_report(folder, INFO, written(folder, {"a": Verdict(Word.WAIVED, (ruling,))}))


def worded(text):
    """Return what writes a report that has a text in every place."""

    def write(folder):
        found = FOUND.__class__("R3", text, text, text, (14, 40))
        verdict = Verdict(Word.FAIL, (Ruling("R3", Word.FAIL, 2, (found,), (text,)),))
        more = [
            row("terminal", "show", text, text, name=text),
            row("host", "ledger", text, entries=(text,)),
            row("terminal", "print", "slip", text, kind=text, text=(text, text)),
            row("nemesis", "fault", text, text, action=text),
        ]
        whole = whole_case(*quick(more), case=text, bench={"kind": "external", text: text})
        write_case(folder, case(text, verdict, suite=text, error=text, history=whole))
        write_skip(folder, Skip(text, text))
        info = replace(INFO, bench=text, by=text, command=text)
        write_report(folder, info, lambda _: verdict)

    return write


def crowded(folder):
    """Write a report of very many cases, most on pages of their own, after two others."""
    verdicts = {f"case {n}": (PASSED, FAILED, UNSURE)[n % 3] for n in range(150)}
    for name in ("r1", "r2"):
        before = folder.with_name(name)
        write_report(before, INFO, written(before, {"case 1": PASSED}), fonts=())
    judge = written(folder, verdicts)
    write_report(folder, INFO, judge, fonts=())
    cases, skips = read_cases(folder, judge), read_skips(folder)
    write_html(Run(folder, INFO, tally(cases), cases, skips), page_size_max=30_000)


REPORTS = {
    "failed": failed, "passed": passed, "unsure": unsure, "waived": waived,
    "long words": worded(LONG), "Chinese": worded(CHINESE), "crowded": crowded,
}  # fmt: skip


@pytest.fixture(scope="module", params=REPORTS)
def folder(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param.replace(" ", "-")) / "now"
    REPORTS[request.param](path)
    return path


@pytest.mark.parametrize("width", [1280, 400])
def test_pages_fit_their_window_load_nothing_and_lead_to_all_evidence(folder, tmp_path, width):
    said = seen(folder, tmp_path, width)
    assert "error" not in said, said
    for page in said["pages"].values():
        assert (page["beyond"], page["loads"]) == ([], [])
        assert page["width"] <= width
    walked = {each["finding"] for each in said["walks"]}
    assert {each for each in walked if each.startswith("finding-")} == set(said["findings"])
    assert bool(walked) == (folder.parent.name[:-1] != "passed")
    assert [each for each in said["walks"] if not (each["is_there"] and each["is_shown"])] == []
