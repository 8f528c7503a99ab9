"""Plans as JSON, so that they can be stored beside a history and carried out again.

    [{"point": "tx host 0210 #1", "action": "cut", "keep": 9, "how": "fin", "rules": ["R5"]}]

Parameters of an action that are left out have its defaults.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

from harness.errors import MisuseError
from harness.fault.plan import Action, Cut, Plan, Step
from harness.fault.point import Point, parse

_ACTIONS: dict[str, type[Action]] = {action.name: action for action in get_args(Action)}
_HOW = frozenset({"rst", "fin", "silence", "half_open"})
_KINDS: dict[str, tuple[type, ...]] = {  # of each parameter; a bool is an int to Python only
    "byte": (int,),
    "keep": (int, type(None)),
    "for_s": (int, float),
    "off_s": (int, float),
    "until": (str,),
    "how": (str,),
    "device": (str,),
    "key": (str,),
    "card": (str,),
}
_WORDS = {int: "a whole number", float: "a number", str: "text", type(None): "null"}


def dump_plan(plan: Plan) -> str:
    """Return the plan as JSON, the same text for the same plan."""
    return json.dumps(plan_words(plan), sort_keys=True)


def plan_words(plan: Plan) -> list[dict[str, object]]:
    """Return the plan as the list that its JSON holds."""
    return [_written(step) for step in plan.steps]


def load_plan(text: str) -> Plan:
    """Return the plan that `dump_plan` or a person wrote.  Raises MisuseError for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise MisuseError("this is no plan: expected a JSON list of steps")
    return Plan(tuple(_step(number, each) for number, each in enumerate(found, start=1)))


def _written(step: Step) -> dict[str, object]:
    parameters = {part.name: getattr(step.action, part.name) for part in fields(step.action)}
    words = {name: str(v) if isinstance(v, Point) else v for name, v in parameters.items()}
    point: dict[str, object] = {"point": str(step.point), "action": step.action.name}
    return point | words | {"rules": list(step.rules)}


def _step(number: int, found: object) -> Step:
    try:
        if not isinstance(found, dict):
            raise MisuseError("expected an object with point and action")
        return _parsed(dict(found))
    except MisuseError as error:
        raise MisuseError(f"step {number} of the plan: {error}") from None


def _parsed(found: dict[str, Any]) -> Step:
    point, rules = found.pop("point", None), found.pop("rules", [])
    if not isinstance(point, str):
        raise MisuseError("expected a point, such as 'tx host 0210 #1'")
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise MisuseError("rules: expected a list of rule ids")
    return Step(parse(point), parse_action(found), tuple(rules))


def parse_action(found: Mapping[str, object]) -> Action:
    """Return the action of its name and parameters: {"action": "drop"}.  Raises MisuseError."""
    given = dict(found)
    name = given.pop("action", None)
    if not isinstance(name, str) or name not in _ACTIONS:
        raise MisuseError(f"action {name!r}: expected one of {', '.join(_ACTIONS)}")
    action = _ACTIONS[name]
    known = {part.name: part.default is MISSING for part in fields(action)}
    if unknown := sorted(given.keys() - known.keys()):
        raise MisuseError(f"{name}: unknown parameter {unknown[0]!r}; it takes {_listed(known)}")
    if missing := [part for part, is_owed in known.items() if is_owed and part not in given]:
        raise MisuseError(f"{name}: {missing[0]} is missing")
    make: Any = action  # its parameters are checked below, one by one
    return _made(make(**{part: _value(name, part, value) for part, value in given.items()}))


def _listed(known: Mapping[str, object]) -> str:
    return ", ".join(known) or "none"


def _value(name: str, part: str, value: object) -> object:
    if not isinstance(value, _KINDS[part]) or isinstance(value, bool):
        kinds = " or ".join(_WORDS[kind] for kind in _KINDS[part])
        raise MisuseError(f"{name}: {part}: expected {kinds}, got {value!r}")
    return parse(value) if part == "until" and isinstance(value, str) else value


def _made(action: Action) -> Action:
    if isinstance(action, Cut) and action.how not in _HOW:
        raise MisuseError(f"cut: how: expected one of {', '.join(sorted(_HOW))}")
    return action
