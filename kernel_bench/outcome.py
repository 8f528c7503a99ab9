"""What the tests within the guest came to: only what is whole, and passed, is called passed."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

EXIT_CODE, JUNIT = "exit_code", "junit.xml"


@dataclass(frozen=True)
class Outcome:
    """How many tests passed, and why the whole did not; "" if it did."""

    passed: int
    why_not: str = ""


def read(out: Path, *, has_ended: bool) -> Outcome:
    """Return what the guest left; `has_ended`: it was not switched off from here."""
    if not has_ended:
        return Outcome(0, "the guest did not come to its end in time")
    if not (out / EXIT_CODE).exists() or not (out / JUNIT).exists():
        return Outcome(0, "the guest ended without a result")
    code = (out / EXIT_CODE).read_text().strip()
    (suite,) = ElementTree.parse(out / JUNIT).getroot().iter("testsuite")
    number = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    amiss = {name: found for name, found in number.items() if found and name != "tests"}
    passed = number["tests"] - sum(amiss.values())
    if amiss:
        return Outcome(passed, ", ".join(f"{found} {name}" for name, found in amiss.items()))
    if code != "0" or not passed:
        return Outcome(passed, f"{passed} passed, and pytest ended with {code}")
    return Outcome(passed)
