"""What run.json of an earlier run says, read for comparisons; a damaged one is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.check.compose import Word
from harness.errors import MisuseError
from harness.report.run_json import FILE_NAME, SCHEMA

Finding = tuple[str, str, str]  # rule, case, what
Title = tuple[str, str, str]  # suite, name and door of a case; the name ends with its device
Outcomes = Mapping[Title, tuple[Word, ...]]  # the words of all attempts of a run


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run: the worst word of each case by its name, and the findings with what was seen.

    Where a run had one device only, its cases are known without it: so two terminals can be
    compared.  `about` is whatever else may explain a difference, `on` what the run was made on.
    """

    name: str
    started: str
    verdict: str
    words: Mapping[str, Word]
    findings: Mapping[Finding, str]
    waived: frozenset[Finding] = frozenset()
    about: Mapping[str, str] = field(default_factory=dict)
    outcomes: Outcomes = field(default_factory=dict)
    on: str = ""


def read_run(folder: Path) -> PastRun:
    """Return the run in a folder.  Raises MisuseError if there is none, or it is damaged."""
    path = folder / FILE_NAME
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if found.get("schema") != SCHEMA:
            raise MisuseError(f"{path} is of another release: run the suites again")
        return _run(folder, found)
    except OSError as error:
        raise MisuseError(f"{path}: {error.strerror}: name the folder of a run") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MisuseError(f"{path} is damaged ({error}): run the suites again") from error


def _run(folder: Path, found: dict[str, Any]) -> PastRun:
    devices = found["devices"]
    ending = f" [{next(iter(devices))}]" if len(devices) == 1 else ""
    words: dict[str, Word] = {}
    findings: dict[Finding, str] = {}
    waived: set[Finding] = set()
    outcomes: dict[Title, tuple[Word, ...]] = {}
    for case in found["cases"]:
        name = case["name"].removesuffix(ending)
        title = case["suite"], case["name"], case["door"]
        outcomes[title] = (*outcomes.get(title, ()), Word[case["verdict"]])
        words[name] = max(words.get(name, Word.PASS), Word[case["verdict"]])
        findings |= {(each["rule"], name, each["what"]): each["seen"] for each in case["findings"]}
        waived |= {(each["rule"], name, each["what"]) for each in case["waived"]}
    return PastRun(
        folder.name, found["started"], found["result"]["verdict"], words, findings,
        frozenset(waived), dict(_about(found)), outcomes,
        "; ".join(f"{name}: {device['what']}" for name, device in devices.items()),
    )  # fmt: skip


def _about(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return versions, and identity and profile of the devices, as flat texts."""
    pairs = [(f"version of {name}", str(text)) for name, text in found["versions"].items()]
    is_one = len(found["devices"]) == 1
    for name, device in found["devices"].items():
        of = "" if is_one else f"{name}: "
        pairs.append((f"{of}device", device["what"]))
        for part in ("identity", "profile", "surroundings"):
            pairs += [(f"{of}{key}", str(text)) for key, text in device[part].items()]
    return pairs
