"""A case as data: what is done on an open bench, what goes wrong meanwhile, what must be judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.emulator.host.config import Override
from harness.fault.plan import PaperOut, Plan, PowerOff, Press
from harness.profile.defaults import Profile
from harness.rig.parts import Parts
from harness.rig.rig import Rig
from harness.rig.schema import CommandPower


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One case; `name` is a sentence, `due` the rules that it exists to evaluate.

    plan: counts from when the bench has been brought to the case's beginning.
    answers: what the host answers otherwise than it should, by MTI and occurrence.
    profile: parameters that differ; only an emulated terminal can be given them.
    signed_in: False for what happens before the first sign-in; only an emulated one is fresh.
    """

    name: str
    script: Callable[[Rig], object]
    due: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)
    answers: Mapping[tuple[str, int], Override] = field(default_factory=dict)
    profile: Profile = field(default_factory=dict)
    signed_in: bool = True

    def __str__(self) -> str:
        return self.name


def obstacle(scenario: Scenario, parts: Parts) -> str:
    """Return why this bench cannot play the case, "" if it can."""
    if parts.is_emulated:
        return ""
    if scenario.profile:
        return "it needs other parameters than those of this terminal"
    if not scenario.signed_in:
        return "it needs a terminal that has never signed in"
    return next(filter(None, (_hidden(step.point.label) for step in scenario.plan.steps)), "") or (
        next(filter(None, (_undoable(step.action, parts) for step in scenario.plan.steps)), "")
    )


def _hidden(label: str) -> str:
    is_ours = label.startswith("host ")
    return "" if is_ours else f"this bench cannot act at the point {label!r} inside the terminal"


def _undoable(action: object, parts: Parts) -> str:
    match action:
        case PowerOff(device="terminal") if not isinstance(parts.device.power, CommandPower):
            return "this bench cannot cut the terminal's power"
        case PaperOut():
            return "this bench cannot take the paper away"
        case Press() if not parts.can_press:
            return "nobody on this bench can press a key"
    return ""
