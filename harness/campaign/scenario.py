"""A case as data: what is done on an open bench, what goes wrong meanwhile, what must be judged."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from harness.emulator.host.config import Override
from harness.fault.plan import Corrupt, Hold, PaperOut, Plan, PowerOff, Press, Step
from harness.fault.point import MESSAGES
from harness.profile.defaults import OF_HOST, Profile, parameter
from harness.rig.opening import WorldName
from harness.rig.parts import Parts
from harness.rig.rig import Rig

INSIDE_ONLY = frozenset({"T1", "R9"})  # when a wait ended, what came late: the host cannot tell
LIVE_ONLY = frozenset({"X1"})  # nothing listens in virtual time

_ECR_COMMAND = re.compile(r"0(4(0F|FF)|6(?!20|30)[0-9A-F]{2}|F\d\d)|8[04][0-9A-F]{2}")
_TILL_LINE = frozenset({"terminal", "till"})
_BYTES_OF_SERIAL = frozenset({"ACK", "NAK", "damaged", "stray"})


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One case; `name` is a sentence, `due` the rules that it exists to evaluate.

    plan: counts from when the bench has been brought to the case's beginning.
    answers: what the host answers otherwise than it should, by MTI and occurrence.
    profile: parameters that differ; a terminal of somebody else's must have those of terminals.
    due_outside: the rules where only the host's end of the line is seen; those of `due` without
    what can be told at the terminal's end only, if it is None.
    signed_in: False for what happens before the first sign-in; only an emulated one is fresh.
    """

    name: str
    script: Callable[[Rig], object]
    due: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)
    answers: Mapping[tuple[str, int], Override] = field(default_factory=dict)
    profile: Profile = field(default_factory=dict)
    signed_in: bool = True
    due_outside: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.name

    def due_on(self, parts: Parts, world: WorldName = "virtual") -> tuple[str, ...]:
        """Return the rules that must be evaluated on this bench, in this world."""
        if parts.is_emulated:
            return tuple(each for each in self.due if world == "live" or each not in LIVE_ONLY)
        if self.due_outside is not None:
            return self.due_outside
        return tuple(rule for rule in self.due if rule not in INSIDE_ONLY)


def world_for(due: Collection[str], parts: Parts, world: WorldName) -> WorldName:
    """Return where a case with these rules is played in a run in `world`.

    What only open ports can show is played live on an emulated bench, in every run.
    """
    return "live" if parts.is_emulated and LIVE_ONLY.intersection(due) else world


def absence(scenario: Scenario, parts: Parts) -> str:
    """Return why the case does not exist on this device, "" if it does: its line is of a kind that
    has nothing of what the plan is about.
    """
    return next(filter(None, (_unlike(step, parts) for step in scenario.plan.steps)), "")


def obstacle(scenario: Scenario, parts: Parts) -> str:
    """Return why this bench cannot play the case, "" if it can."""
    if reason := absence(scenario, parts):
        return reason
    if parts.is_emulated:
        return ""
    if unlike := _other_parameters(scenario, parts):
        return f"it needs other parameters than those of this terminal: {', '.join(unlike)}"
    if not scenario.signed_in:
        return "it needs a terminal that has never signed in"
    return next(filter(None, (_out_of_reach(step, parts) for step in scenario.plan.steps)), "")


def _other_parameters(scenario: Scenario, parts: Parts) -> list[str]:
    """Return what this terminal is not set to; what our host does is for the case to say."""
    return [
        f"{name} {value}" for name, value in scenario.profile.items()
        if name not in OF_HOST and parameter(parts.profile, name) != value
    ]  # fmt: skip


def _unlike(step: Step, parts: Parts) -> str:
    """Return what cannot happen on a till line over TCP, whose bytes come right or not at all."""
    actor, _, label = step.point.label.partition(" ")
    if parts.ecr_link == "serial" or actor not in _TILL_LINE:
        return ""
    if label in _BYTES_OF_SERIAL:
        return f"a till line over TCP has no {label}"
    is_till_line = _ECR_COMMAND.fullmatch(label) and step.point.kind in MESSAGES
    if is_till_line and isinstance(step.action, Corrupt):
        return "a till line over TCP damages nothing"
    return ""


def _out_of_reach(step: Step, parts: Parts) -> str:
    """Return what about a step only the inside of a terminal could tell or do."""
    points = [step.point, *([step.action.until] if isinstance(step.action, Hold) else [])]
    reasons = [_undoable(step.action, parts), *(_hidden(point.label) for point in points)]
    return next(filter(None, reasons), "")


def _hidden(label: str) -> str:
    is_ours = label.startswith("host ")
    return "" if is_ours else f"this bench cannot act at the point {label!r} inside the terminal"


def _undoable(action: object, parts: Parts) -> str:
    match action:
        case PowerOff(device="terminal") if not parts.device.cuts_power:
            return "this bench cannot cut the terminal's power"
        case PaperOut():
            return "this bench cannot take the paper away"
        case Press() if not parts.can_press:
            return "nobody on this bench can press a key"
    return ""
