"""The scenarios of suites: what their modules list as SCENARIOS, by the folder they are in."""

import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.campaign.scenario import Scenario
from harness.errors import MisuseError

LISTED, LONG = "SCENARIOS", "DAYS"


def load_scenarios(paths: Iterable[Path], listed: str = LISTED) -> list[tuple[str, Scenario]]:
    """Return suite and scenario for each that the modules below the paths list, in order.

    listed: the name of the lists; long cases have another one, so that campaigns are without them.
    Raises MisuseError for a module that cannot be imported.
    """
    files = sorted({file for path in paths for file in _modules(path)})
    return [(file.parent.name, each) for file in files for each in _listed(file, listed)]


def _modules(path: Path) -> Iterator[Path]:
    yield from [path] if path.is_file() else path.rglob("test_*.py")


def _listed(file: Path, listed: str) -> tuple[Scenario, ...]:
    spec = importlib.util.spec_from_file_location(f"{file.parent.name}_{file.stem}", file)
    assert spec is not None  # a file that ends in .py has a loader
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError, OSError) as error:
        raise MisuseError(f"{file}: cannot be imported: {error}") from error
    return tuple(getattr(module, listed, ()))
