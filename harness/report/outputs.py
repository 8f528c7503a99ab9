"""How one case is shown, as text: on a page, in junit.xml, on a console; or wrongly, on purpose."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from markupsafe import Markup
from rich.console import Console
from rich.errors import MarkupError

from harness.report.case import Case
from harness.report.console import print_verdict
from harness.report.html import case_text, make_environment
from harness.report.junit import junit_text
from harness.report.tally import tally

NOWHERE = Path("reports")  # what pictures there are of slips is of no matter here
Shows = Callable[[Case], str]


@dataclass(frozen=True, slots=True)
class Outputs:
    """The ways to show a case."""

    page: Shows
    junit: Shows
    console: Shows


def _page(case: Case) -> str:
    return str(case_text(make_environment(), NOWHERE, case, base=""))


def _junit(case: Case) -> str:
    return junit_text(tally([case]), [case], ())


def _console(case: Case) -> str:
    file = StringIO()
    print_verdict(tally([case]), Console(file=file, width=200))
    return file.getvalue()


ESCAPING = Outputs(_page, _junit, _console)


# --- the seeded defect: text as it came


def _raw_page(case: Case) -> str:
    environment = make_environment()
    environment.autoescape, environment.finalize = False, None
    environment.filters["said"] = Markup
    return str(case_text(environment, NOWHERE, case, base=""))


def _raw_junit(case: Case) -> str:
    return "".join(f"<failure>{found}</failure>" for found in case.verdict.findings)


def _raw_console(case: Case) -> str:
    file = StringIO()
    console = Console(file=file, width=200)
    for found in case.verdict.findings:
        with suppress(MarkupError):  # what was meant for people was taken for markup
            console.print(str(found))
    return file.getvalue()


RAW = Outputs(_raw_page, _raw_junit, _raw_console)
