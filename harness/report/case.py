"""One case of a run, and its folder: the history, and the little that no history says.

A verdict is never stored: whoever reads a case judges its history again.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Literal

from harness.check.compose import Verdict, Word
from harness.errors import MisuseError
from harness.history.record import History, dump, load
from harness.report.file import writing
from harness.terms.card import mask

Door = Literal["pytest", "robot", "run"]
Judge = Callable[[History], Verdict]
SLUG_SIZE_MAX = 60
_SKIPPED, _ABSENT = "skipped.jsonl", "absent.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case that was run; `error` says how the bench broke, `slug` names the folder it is in.

    rules: those it exists to evaluate.
    """

    name: str
    suite: str
    door: Door
    rules: tuple[str, ...]
    history: History
    verdict: Verdict
    took_s: float
    error: str = ""
    slug: str = ""

    @property
    def word(self) -> Word:
        """Return what is said of the case: a finding stands, a broken bench proves nothing."""
        if self.verdict.findings:
            return Word.FAIL
        return max(self.verdict.word, Word.INCONCLUSIVE if self.error else Word.PASS)

    @property
    def is_stalled(self) -> bool:
        """Tell whether nothing but a bench that stood still keeps it from a verdict."""
        return self.verdict.is_stalled and not self.error


@dataclass(frozen=True, slots=True)
class Skip:
    """A case that was not run, or that does not exist on a device, and why."""

    name: str
    reason: str


def write_case(folder: Path, case: Case) -> Case:
    """Write `folder`/cases/<slug> in one step and return the case with its slug.

    Processes may write into one folder at a time, and cases may have one name: each gets a
    folder of its own.  Raises MisuseError if the folder cannot be written.
    """
    cases = folder / "cases"
    with writing(cases):
        cases.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=cases, prefix="."))
        try:
            _write(temporary / "history.jsonl", dump(case.history))
            _write(temporary / "case.json", _about(case))
            temporary.chmod(0o755)
            return replace(case, slug=_settle(temporary, _slug(case.name)))
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def read_cases(folder: Path, judge: Judge) -> list[Case]:
    """Return the cases of a run, judged anew, in the order of their folders' names.

    Raises MisuseError for a folder without cases, or with a damaged one.
    """
    cases = folder / "cases"
    if not cases.is_dir():
        raise MisuseError(f"{folder} is no report: expected a folder {cases.name}/ in it")
    folders = (each for each in cases.iterdir() if each.is_dir() and each.name[0] != ".")
    return [read_case(each, judge) for each in sorted(folders)]


def read_case(folder: Path, judge: Judge) -> Case:
    """Return the case in one folder, judged anew.  Raises MisuseError if it is damaged."""
    with _reading(folder / "case.json"):
        about: dict[str, Any] = json.loads((folder / "case.json").read_text("utf-8"))
        about |= {"rules": tuple(about["rules"]), "took_s": float(about["took_s"])}
    with _reading(folder / "history.jsonl"):
        history = load(_lines(folder / "history.jsonl"))
    verdict = judge(history)
    with _reading(folder / "case.json"):
        return Case(**about, history=history, verdict=verdict, slug=folder.name)


def write_skip(folder: Path, skip: Skip) -> None:
    """Add a line to the list of skipped cases; several processes may do so at a time."""
    _add(folder, _SKIPPED, skip)


def write_absent(folder: Path, absent: Skip) -> None:
    """Add a line to the list of cases that do not exist on a device: they were not planned."""
    _add(folder, _ABSENT, absent)


def _add(folder: Path, name: str, skip: Skip) -> None:
    line = json.dumps(asdict(skip), ensure_ascii=False) + "\n"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def read_skips(folder: Path) -> list[Skip]:
    """Return the skipped cases of a run.  Raises MisuseError if the list is damaged."""
    return _listed(folder / _SKIPPED)


def read_absent(folder: Path) -> list[Skip]:
    """Return the cases that do not exist on a device, each once.  Raises MisuseError likewise."""
    return list(dict.fromkeys(_listed(folder / _ABSENT)))


def _listed(path: Path) -> list[Skip]:
    if not path.exists():
        return []
    with _reading(path):
        return [Skip(**json.loads(line)) for line in _lines(path)]


def _write(path: Path, text: str) -> None:
    """Half a surrogate pair has no UTF-8; as a backslash escape it is JSON and comes back."""
    path.write_text(text, "utf-8", errors="backslashreplace", newline="\n")


def _lines(path: Path) -> list[str]:
    """Return lines that end in a line feed: text may hold what Unicode takes for line ends."""
    return path.read_bytes().decode("utf-8").removesuffix("\n").split("\n")


def _slug(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", mask(name).lower())[:SLUG_SIZE_MAX].strip("-")
    return slug or "case"


def _settle(temporary: Path, slug: str) -> str:
    """Give the folder the first free name; renaming fails where one is that has files in it."""
    for attempt in count(1):
        name = slug if attempt == 1 else f"{slug}-{attempt}"
        if not (temporary.parent / name).exists() and _is_renamed(temporary, name):
            return name
    raise AssertionError("count never ends")


def _is_renamed(temporary: Path, name: str) -> bool:
    try:
        temporary.rename(temporary.parent / name)
    except OSError:
        if not (temporary.parent / name).exists():
            raise
        return False
    return True


def _about(case: Case) -> str:
    about = {
        "name": mask(case.name),
        "suite": mask(case.suite),
        "door": case.door,
        "rules": case.rules,
        "took_s": case.took_s,
        "error": mask(case.error),
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, KeyError, MisuseError) as error:
        raise MisuseError(f"{path} cannot be read: {error}: run the case again") from error
