"""Which seeded defect is named by which rule, when scenarios are played with each in turn.

The scenarios that exist for its rule come first, and the first one in which the rule names the
defect is the last: that it is found is shown.  What a defect beside it shows alone is not counted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.campaign.play import play
from harness.campaign.scenario import Scenario, obstacle
from harness.campaign.suites import LISTED, load_scenarios
from harness.check import Finding
from harness.check.compose import Word
from harness.history.record import History
from harness.rig.defects import DEFECTS, Defect
from harness.rig.opening import WorldName
from harness.rig.parts import Parts

Inspect = Callable[[History, Parts, Collection[str]], History]
INSPECTED = frozenset({"C1", "X4"})  # rules about what our outputs show
REFERENCE = ""  # no defect: what all suites must say of it is PASS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What scenarios together said of one defect, or of the reference."""

    name: str
    killed_by: tuple[str, ...]  # rules with a finding
    errors: tuple[str, ...] = ()  # scenarios in which the bench failed, and why
    gaps: int = 0

    @property
    def is_named(self) -> bool:
        """Tell whether the rule that must name the defect has a finding."""
        return self.name in DEFECTS and DEFECTS[self.name].rule in self.killed_by


@dataclass(frozen=True, slots=True)
class Matrix:
    """The reference and every defect that was asked for."""

    reference: Outcome
    outcomes: tuple[Outcome, ...]

    @property
    def is_good(self) -> bool:
        """Tell whether every defect is named by its rule, and nothing is found without one."""
        is_clean = not (self.reference.killed_by or self.reference.errors or self.reference.gaps)
        return is_clean and all(each.is_named for each in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """Return the one object that programs read."""
        return {
            "total": len(self.outcomes),
            "killed": sum(bool(each.killed_by) for each in self.outcomes),
            "killed_by_named_rule": sum(each.is_named for each in self.outcomes),
            "survivors": [each.name for each in self.outcomes if not each.is_named],
            "reference": {
                "findings": list(self.reference.killed_by),
                "gaps": self.reference.gaps,
                "errors": list(self.reference.errors),
            },
            "by_defect": {each.name: _as_json(each) for each in self.outcomes},
        }


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "rule": DEFECTS[outcome.name].rule,
        "killed_by": list(outcome.killed_by),
        "errors": list(outcome.errors),
    }


def leave(history: History, _parts: Parts, _due: Collection[str]) -> History:
    """Return the history without looking at what our outputs show of it."""
    return history


def compute(
    names: Sequence[str],
    parts: Parts,
    suites: Sequence[Path],
    pool: Executor | None = None,
    *,
    inspect: Inspect = leave,
    is_whole: bool = False,
    listed: str = LISTED,
) -> Matrix:
    """Play all scenarios without any defect, and with each those that it takes to name it.

    A defect that only a live world shows is played there, in the scenarios that exist for it.
    pool: where; processes of this machine if it is None.
    inspect: adds notes of what our outputs show, where a scenario exists for that and the bench
    itself may be wrong.  is_whole: play every scenario with each defect.  listed: which lists of
    the suites.
    """
    files = tuple(suites)
    with pool or ProcessPoolExecutor() as workers:
        clean = workers.submit(play_reference, parts, files, inspect, listed)
        jobs = [
            workers.submit(
                play_defect, name, parts, files, inspect, is_whole=is_whole, listed=listed
            )
            for name in names
        ]
        return Matrix(clean.result(), tuple(job.result() for job in jobs))


def play_reference(
    parts: Parts, suites: Sequence[Path], inspect: Inspect = leave, listed: str = LISTED
) -> Outcome:
    """Play all scenarios that the bench can, without any defect."""
    scenarios = _possible(suites, parts, listed)
    return _outcome(REFERENCE, list(_played(scenarios, parts, "virtual", inspect)))


def play_defect(
    name: str,
    parts: Parts,
    suites: Sequence[Path],
    inspect: Inspect = leave,
    *,
    is_whole: bool = False,
    listed: str = LISTED,
) -> Outcome:
    """Play scenarios with one defect switched on until its rule names it, or all of them."""
    defect = DEFECTS[name]
    world: WorldName = "live" if defect.is_live else "virtual"
    looks = inspect if defect.part == "bench" else leave
    beside = (defect.beside,) if defect.beside else ()
    scenarios = [each for each in _possible(suites, parts, listed) if _may_show(each[1], defect)]
    scenarios.sort(key=lambda each: not _is_about(each[1], defect.rule))
    with_defect, without = (replace(parts, defects=each) for each in ((name, *beside), beside))
    played: list[_Shown] = []
    for each in scenarios:
        played += _played([each], with_defect, world, looks)
        if beside:
            played[-1] = played[-1].beyond(_played([each], without, world, looks))
        if not is_whole and defect.rule in played[-1].rules:
            break
    return _outcome(name, played)


def _possible(suites: Sequence[Path], parts: Parts, listed: str) -> list[tuple[str, Scenario]]:
    return [each for each in load_scenarios(suites, listed) if not obstacle(each[1], parts)]


def _is_about(scenario: Scenario, rule: str) -> bool:
    """Tell whether the scenario exists for the rule, or has a fault for its sake."""
    return rule in scenario.due or any(rule in step.rules for step in scenario.plan.steps)


def _may_show(scenario: Scenario, defect: Defect) -> bool:
    return not defect.is_live or defect.rule in scenario.due


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one scenario said."""

    title: str
    findings: tuple[Finding, ...]
    is_unsure: bool
    error: str

    @property
    def rules(self) -> set[str]:
        """Return the rules with a finding."""
        return {finding.rule for finding in self.findings}

    def beyond(self, others: Iterable["_Shown"]) -> "_Shown":
        """Return the same without what the others say too, wherever they saw it."""
        known = {_said(finding) for other in others for finding in other.findings}
        left = tuple(each for each in self.findings if _said(each) not in known)
        return replace(self, findings=left)


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.what, finding.seen


def _outcome(name: str, played: Sequence[_Shown]) -> Outcome:
    found = {rule for each in played for rule in each.rules}
    errors = tuple(f"{each.title}: {each.error}" for each in played if each.error)
    return Outcome(name, tuple(sorted(found)), errors, sum(each.is_unsure for each in played))


def _played(
    scenarios: Iterable[tuple[str, Scenario]], parts: Parts, world: WorldName, inspect: Inspect
) -> Iterator[_Shown]:
    for suite, scenario in scenarios:
        played = play(scenario, parts, world)
        if INSPECTED & set(scenario.due):
            played = replace(played, history=inspect(played.history, parts, scenario.due))
        verdict = played.judged()
        is_unsure = verdict.word is Word.INCONCLUSIVE
        yield _Shown(f"{suite}: {scenario}", verdict.findings, is_unsure, played.error)
