"""matrix.csv: every rule against every case, for whoever traces requirements."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from harness.report.case import Case
from harness.report.file import write_text
from harness.report.plain_text import visible
from harness.report.rules import in_order

FILE_NAME = "matrix.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_matrix(folder: Path, cases: Sequence[Case]) -> None:
    """Write a row for each case and a column for each rule that was judged in any of them.

    A cell says PASS, WAIVED, INCONCLUSIVE or FAIL, `unseen` where the bench cannot see the rule,
    and nothing where the rule was not due.  Raises MisuseError if it cannot be written.
    """
    rules = in_order({rule for case in cases for rule in case.verdict.words()})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["case", "suite", "verdict", *rules])
    for case in cases:
        words = dict.fromkeys(case.verdict.unobservable, "unseen") | case.verdict.words()
        cells = [words.get(rule, "") for rule in rules]
        writer.writerow([_plain(case.name), _plain(case.suite), case.word.name, *cells])
    write_text(folder / FILE_NAME, text.getvalue())


def _plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
