"""matrix.csv: every rule against every case, for whoever traces requirements."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from harness.report.case import Case
from harness.report.file import write_text
from harness.report.plain_text import visible
from harness.report.silence import known_rules, silence_on

FILE_NAME = "matrix.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_matrix(folder: Path, cases: Sequence[Case]) -> None:
    """Write a row for each case and a column for each rule, those nobody evaluated included.

    A cell says PASS, WAIVED, INCONCLUSIVE or FAIL; NOT_EVALUATED where the rule was not due,
    NOT_OBSERVABLE where the bench cannot see it, NOT_APPLICABLE where the profile takes it away.
    Raises MisuseError if it cannot be written.
    """
    rules = known_rules(case.verdict for case in cases)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["case", "suite", "verdict", *rules])
    for case in cases:
        words = case.verdict.words()
        cells = [words.get(rule) or silence_on(rule, case.verdict).name for rule in rules]
        writer.writerow([_plain(case.name), _plain(case.suite), case.word.name, *cells])
    write_text(folder / FILE_NAME, text.getvalue())


def _plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
