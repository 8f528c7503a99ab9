"""Which seeded defect is named by which rule: every scenario is played with each defect in turn."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.campaign.play import Played, play
from harness.campaign.scenario import Scenario, obstacle
from harness.campaign.suites import LISTED, load_scenarios
from harness.check.compose import Verdict, Word
from harness.history.record import History
from harness.rig.defects import DEFECTS
from harness.rig.opening import WorldName
from harness.rig.parts import Parts

Inspect = Callable[[History, Parts, Collection[str]], History]
INSPECTED = frozenset({"C1", "X4"})  # rules about what our outputs show
REFERENCE = ""  # no defect: what all suites must say of it is PASS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all scenarios together said of one defect, or of the reference."""

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
    listed: str = LISTED,
) -> Matrix:
    """Play all scenarios with each defect and without any, in virtual time.

    A defect that only a live world shows is played there, in the scenarios that exist for it.
    pool: where; processes of this machine if it is None.
    inspect: adds notes of what our outputs show, where a scenario exists for that and the bench
    itself may be wrong.
    listed: which lists of the suites.
    """
    with pool or ProcessPoolExecutor() as workers:
        jobs = [
            workers.submit(play_all, name, parts, tuple(suites), inspect, listed)
            for name in (REFERENCE, *names)
        ]
        reference, *outcomes = [job.result() for job in jobs]
    return Matrix(reference, tuple(outcomes))


def play_all(
    name: str,
    parts: Parts,
    suites: Sequence[Path],
    inspect: Inspect = leave,
    listed: str = LISTED,
) -> Outcome:
    """Play all scenarios that the bench can, with one defect switched on or with none."""
    with_defect = replace(parts, defects=(name,)) if name else parts
    world: WorldName = "live" if name and DEFECTS[name].is_live else "virtual"
    scenarios = load_scenarios(suites, listed)
    if world == "live":
        scenarios = [each for each in scenarios if DEFECTS[name].rule in each[1].due]
    looks = inspect if not name or DEFECTS[name].part == "bench" else leave
    played = list(_played(scenarios, with_defect, world, looks))
    found = {finding.rule for _, _, verdict in played for finding in verdict.findings}
    unsure = [verdict for _, _, verdict in played if verdict.word is Word.INCONCLUSIVE]
    errors = tuple(f"{title}: {each.error}" for title, each, _ in played if each.error)
    return Outcome(name, tuple(sorted(found)), errors, len(unsure))


def _played(
    scenarios: Iterable[tuple[str, Scenario]], parts: Parts, world: WorldName, inspect: Inspect
) -> Iterator[tuple[str, Played, Verdict]]:
    for suite, scenario in scenarios:
        if obstacle(scenario, parts):
            continue
        played = play(scenario, parts, world)
        if INSPECTED & set(scenario.due):
            played = replace(played, history=inspect(played.history, parts, scenario.due))
        yield f"{suite}: {scenario}", played, played.judged()
