"""The shipped benches and scenarios, as the acceptance tests play them."""

from pathlib import Path

from harness.campaign.suites import load_scenarios
from harness.runner.place import load_parts

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "suites"


def parts(name="zvt-1", **options):
    return load_parts(ROOT / "devices.yaml", [name], **options)[0]


def scenarios(*suites):
    """Return suite and scenario, of all suites if none is named."""
    return load_scenarios([SUITES / suite for suite in suites] or [SUITES])


def scenario(suite, name):
    return next(each for _, each in scenarios(suite) if each.name == name)
