"""junit.xml of our own tally, not of a runner's: FAIL is a failure, INCONCLUSIVE an error."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from harness.check.compose import Word
from harness.report.case import Case, Skip
from harness.report.file import write_text
from harness.report.gaps import gaps_of
from harness.report.plain_text import visible
from harness.report.tally import Tally


def write_junit(folder: Path, tally: Tally, cases: Sequence[Case], skips: Sequence[Skip]) -> None:
    """Write junit.xml.  Raises MisuseError if the folder cannot be written."""
    write_text(folder / "junit.xml", junit_text(tally, cases, skips))


def junit_text(tally: Tally, cases: Sequence[Case], skips: Sequence[Skip]) -> str:
    """Return what stands in junit.xml."""
    text = ET.tostring(_suite(tally, cases, skips), encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(tally: Tally, cases: Sequence[Case], skips: Sequence[Skip]) -> ET.Element:
    counts = {
        "tests": len(cases) + len(skips) + len(tally.why),
        "failures": tally.failed,
        "errors": tally.inconclusive + len(tally.why),
        "skipped": len(skips) + sum(case.word is Word.WAIVED for case in cases),
    }
    root = ET.Element("testsuites", {"name": "pos-harness"})
    suite = ET.SubElement(root, "testsuite", {"name": "pos-harness"})
    for each in (root, suite):
        each.attrib |= {name: str(count) for name, count in counts.items()}
        each.set("time", f"{sum(case.took_s for case in cases):.3f}")
    for case in cases:
        _case(suite, case)
    for skip in skips:
        test = _test(suite, "skipped", skip.name)
        ET.SubElement(test, "skipped", {"message": visible(skip.reason)})
    for why in tally.why:  # a file without an error would read as a success
        test = _test(suite, "run", "verdict")
        ET.SubElement(test, "error", {"message": f"INCONCLUSIVE: {visible(why)}"})
    return root


def _case(suite: ET.Element, case: Case) -> None:
    test = _test(suite, case.suite, case.name)
    test.set("time", f"{case.took_s:.3f}")
    match case.word:
        case Word.FAIL:
            failure = ET.SubElement(test, "failure", {"message": visible(_first_finding(case))})
            failure.text = _lines(list(map(str, case.verdict.findings)))
        case Word.WAIVED:
            why = [f"{each.finding}: {each.why}" for each in case.verdict.waived]
            ET.SubElement(test, "skipped", {"message": f"WAIVED: {visible(why[0])}"})
        case Word.INCONCLUSIVE:
            why = reasons(case)
            error = ET.SubElement(test, "error", {"message": f"INCONCLUSIVE: {visible(why[0])}"})
            error.text = _lines(why)


def reasons(case: Case) -> list[str]:
    """Return why an INCONCLUSIVE case proves nothing, at least one sentence."""
    return list(map(str, gaps_of(case)))


def _first_finding(case: Case) -> str:
    return next(map(str, case.verdict.findings), "a rule says FAIL without a finding")


def _test(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"classname": visible(group), "name": visible(name)})


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(map(visible, texts))
