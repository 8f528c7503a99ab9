"""The Robot door: keywords with the words of the rig, and verdicts as Robot knows them.

    Library    harness.robot_library.PosHarness

A case says first what will go wrong, then opens the bench, acts, and expects.  When it ends, the
bench is brought to rest and judged: FAIL fails the test, INCONCLUSIVE fails it with that prefix,
what the bench cannot do is a skip.  A check of the case's own that fails (Should Be Equal, Fail)
is a finding of rule EXPECT; whatever else fails makes the case INCONCLUSIVE.  Rule ids among a
case's tags are the rules that it must evaluate.  Variables DEVICES, DEVICE, WORLD, DEFECTS,
WAIVERS, RETRIES, REPORT: as the options of the pytest door.
"""

import re
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library
from robot.libraries.BuiltIn import BuiltIn
from robot.running import EXECUTION_CONTEXTS  # type: ignore[import-untyped]

from harness.campaign.failure import sentence_of
from harness.campaign.play import Played
from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.emulator.host.config import Override
from harness.errors import HarnessError, MisuseError
from harness.fault.plan import Plan, Step
from harness.fault.plan_json import parse_action
from harness.fault.point import parse
from harness.history.record import History, masked
from harness.profile.choices import read_value
from harness.profile.defaults import Value as ParameterValue
from harness.report.case import Case
from harness.report.junit import reasons
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.rig.rig import Rig
from harness.robot_keywords import BenchKeywords, ExpectKeywords, TillKeywords
from harness.runner.place import (
    DEVICES,
    find_waivers,
    load_parts,
    new_folder,
    require_playable,
    world_of,
)
from harness.runner.player import Player
from harness.runner.write import write_run

RULE = re.compile(r"[A-Z]\d{1,2}")
CHECK = re.compile(r"(.* )?Should( |$)|Fail$", re.IGNORECASE)
FIELD = re.compile(r"f\d{1,2}")
RESULTS = re.compile(r"[123],[123]")
ANSWERS = frozenset({"response_code", "results", "silent", "wrong_check_value", "wrong_mac"})


@dataclass
class _Running:
    """The case that runs: what it wants, and its bench once that is open."""

    name: str
    suite: str
    due: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)
    answers: dict[tuple[str, int], Override] = field(default_factory=dict)
    profile: dict[str, ParameterValue] = field(default_factory=dict)
    begun_s: float = field(default_factory=time.monotonic)
    attempt: int = 1
    stack: ExitStack = field(default_factory=ExitStack)
    rig: Rig | None = None
    error: str = ""
    is_told: bool = False  # the history says already what was not as expected

    def scenario(self) -> Scenario:
        """Return the case as data; its script is the Robot file itself."""
        return Scenario(
            name=self.name, script=id, due=self.due, plan=self.plan, answers=self.answers,
            profile=self.profile,
        )  # fmt: skip


@library(scope="GLOBAL", listener="SELF")
class PosHarness(TillKeywords, BenchKeywords, ExpectKeywords):
    """Keywords for cases on a bench; the text of the module says how a case is built."""

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self) -> None:
        self._running = _Running("", "", ())
        self._attempts: dict[str, int] = {}  # of the cases that are played again, by full name
        self._player: Player | None = None
        self._is_reporting = False

    # --- what will go wrong

    @keyword
    def plan_fault(self, point: str, action: str, rules: str = "", **parameters: str) -> None:
        """Have `action` happen at `point`, as in `tx host 0210 #1`; parameters are the action's.

        rules: ids, separated by commas, that prove nothing unless it happens.
        """
        self._begin_with("Plan Fault")
        values = {name: _value(text) for name, text in parameters.items()}
        step = Step(parse(point), parse_action({"action": action, **values}), _ids(rules))
        self._running.plan = Plan((*self._running.plan.steps, step))

    @keyword
    def host_answers(self, mti: str, occurrence: int, **otherwise: str) -> None:
        """Have the host answer the n-th request of an MTI with another `response_code`, or
        `silent=yes`, `wrong_mac=yes` or `wrong_check_value=yes` (of a sign-in), `results=2,1` (of
        a settlement: domestic and foreign), or with another text in a field: `f44=...`.
        """
        self._begin_with("Host Answers")
        change = {name[1:]: text for name, text in otherwise.items() if FIELD.fullmatch(name)}
        rest = {name: text for name, text in otherwise.items() if name[1:] not in change}
        if unknown := sorted(rest.keys() - ANSWERS):
            raise MisuseError(
                f"Host Answers: nothing is called {unknown[0]!r}: expected one of "
                f"{', '.join(sorted(ANSWERS))}, or f and the number of a field"
            )
        flags = {name: _answer(name, text) for name, text in rest.items()}
        self._running.answers[mti, occurrence] = Override(**flags, change=change)

    @keyword
    def terminal_parameter(self, name: str, value: str) -> None:
        """Give terminal and host another parameter of the profile, as in
        `Terminal Parameter    payout    D+0`; yes and no for what is true or false.
        """
        self._begin_with("Terminal Parameter")
        self._running.profile[name] = _parameter(name, value)

    @keyword
    def open_bench(self) -> None:
        """Open the bench and bring it to the case's beginning: signed in, nothing pending."""
        self._begin_with("Open Bench")
        running, player = self._running, self._door()
        scenario = running.scenario()
        if reason := player.obstacle(scenario, running.suite):
            running.is_told = True
            raise SkipExecution(reason)
        world = player.world_for(scenario)
        opening = Opening(
            case=running.name, world=world, plan=running.plan,
            due=scenario.due_on(player.parts, world),
            script=running.answers, ledger=player.ledger(),
        )  # fmt: skip
        parts = replace(player.parts, profile={**player.parts.profile, **running.profile})
        running.rig = running.stack.enter_context(open_rig(parts, opening))
        running.rig.bring_to()

    # --- the listener

    def start_test(self, data: Any, result: Any) -> None:  # noqa: ANN401, ARG002  # Robot's models
        """Begin a case."""
        due = tuple(tag for tag in map(str, data.tags) if RULE.fullmatch(tag))
        suite = Path(data.source).parent.name if data.source else ""
        attempt = self._attempts.get(data.full_name, 1)
        self._running = _Running(data.name, suite, due, attempt=attempt)

    def end_test(self, data: Any, result: Any) -> None:  # noqa: ANN401  # Robot's models
        """Rest, close, judge, and tell Robot."""
        running = self._running
        if _is_dry_run():
            return
        try:
            player = self._door()
            if result.skipped and running.rig is None:
                if not running.is_told:
                    player.skip(running.name, running.suite, result.message)
                return
            self._take_failure(result)
            case = player.keep(running.scenario(), running.suite, self._played(player))
            _tell(case, result)
            if player.tries_again(case, running.attempt):
                self._play_again(data)
        except HarnessError as error:  # no device, or a report that cannot be written
            result.status, result.message = "FAIL", f"INCONCLUSIVE: {error}"

    def _play_again(self, data: Any) -> None:  # noqa: ANN401  # Robot's model
        """Have the case follow itself: Robot looks at each place of a suite when it comes to it."""
        self._attempts[data.full_name] = self._running.attempt + 1
        cases = data.parent.tests
        cases.insert(cases.index(data) + 1, data.deepcopy())

    def _take_failure(self, result: Any) -> None:  # noqa: ANN401  # Robot's model
        """Have the case's own failure in the history, or as what broke it."""
        running, why = self._running, masked(result.message)
        if running.rig is None:
            running.error = why or "the case opened no bench"
        elif result.failed and not running.is_told:
            if is_own_check(result):
                running.rig.expect.own_check(why)
            else:
                running.error = running.rig.fail(f"the case broke: {why}")

    def _played(self, player: Player) -> Played:
        running = self._running
        history = self._finish() or player.begun(running.name)
        took_s = time.monotonic() - running.begun_s
        return Played(history=history, took_s=took_s, error=running.error)

    def _finish(self) -> History | None:
        """Rest and close; return what happened on the bench, None if there was none."""
        running, rig, history = self._running, self._running.rig, None
        try:
            with running.stack:
                if rig:
                    self._rest(rig)
                    history = rig.history()
        except Exception as error:  # noqa: BLE001  # a machine of ours may raise anything
            running.error = running.error or sentence_of(error)
        return history

    def _rest(self, rig: Rig) -> None:
        running = self._running
        try:
            if not running.error:
                rig.rest()
        except Exception as error:  # noqa: BLE001  # a machine of ours may raise anything
            running.error = rig.fail(sentence_of(error))

    def close(self) -> None:
        """Write the report, unless whoever started us does."""
        if self._player and self._player.folder.exists() and self._is_reporting:
            door = self._player
            write_run(door.folder, [door.parts], door.world, door.waivers)

    def open_rig(self) -> Rig:
        """Return the rig of the case that runs.  Raises MisuseError when no bench is open."""
        if self._running.rig is None:
            raise MisuseError("no bench is open: begin the case with Open Bench")
        return self._running.rig

    def _begin_with(self, name: str) -> None:
        if self._running.rig:
            raise MisuseError(f"{name}: the bench is open already; say it before Open Bench, once")

    def met(self, is_met: bool) -> None:  # noqa: FBT001
        """Fail the case's step unless what it expects was so; the finding is noted already."""
        if not is_met:
            self._running.is_told = True
            raise AssertionError("not as expected; the finding says what was seen")

    def _door(self) -> Player:
        if self._player is None:
            names = tuple(filter(None, [_variable("DEVICE")]))
            defects = tuple(filter(None, _variable("DEFECTS").split(",")))
            parts = load_parts(Path(_variable("DEVICES") or DEVICES), names, defects)[0]
            world = world_of(_variable("WORLD") or "virtual")
            require_playable([parts], world)
            report = _variable("REPORT")
            self._is_reporting = not report
            folder = Path(report or new_folder())
            waivers = find_waivers(_variable("WAIVERS"), Path(_variable("DEVICES") or DEVICES))
            self._player = Player(
                parts=parts, world=world, folder=folder, door="robot", waivers=waivers,
                retries=_retries(_variable("RETRIES") or "0"),
            )  # fmt: skip
        return self._player


def _is_dry_run() -> bool:
    """Tell whether Robot only reads the cases, as with --dryrun."""
    return bool(EXECUTION_CONTEXTS.current.dry_run)


def _tell(case: Case, result: Any) -> None:  # noqa: ANN401  # Robot's model
    if case.word is Word.FAIL:
        found = "\n".join(map(str, case.verdict.findings))
        result.status, result.message = "FAIL", found
    elif case.word is Word.WAIVED:
        why = "; ".join(each.why for each in case.verdict.waived)
        result.status, result.message = "SKIP", f"WAIVED: {why}"
    elif case.word is Word.INCONCLUSIVE:
        why = "; ".join(reasons(case))
        result.status, result.message = "FAIL", f"INCONCLUSIVE: {why}"


def is_own_check(result: Any) -> bool:  # noqa: ANN401  # Robot's model
    """Tell whether what failed first is a check that the case's author wrote: Should ..., Fail."""
    for part in getattr(result, "body", ()):
        if getattr(part, "status", "") == "FAIL":
            inner = [each for each in getattr(part, "body", ()) if _has_failed(each)]
            return is_own_check(part) if inner else bool(CHECK.match(getattr(part, "name", "")))
    return False


def _has_failed(part: Any) -> bool:  # noqa: ANN401  # Robot's model
    return getattr(part, "status", "") == "FAIL"


def _ids(rules: str) -> tuple[str, ...]:
    found = tuple(rule.strip() for rule in rules.split(",") if rule.strip())
    for rule in found:
        if not RULE.fullmatch(rule):
            raise MisuseError(f"rules: {rule!r} is no rule: expected ids and commas, as in R3,R5")
    return found


def _retries(text: str) -> int:
    if not text.isdecimal():
        raise MisuseError(f"RETRIES: expected a number, as in 2, got {text!r}")
    return int(text)


def _answer(name: str, text: str) -> Any:  # noqa: ANN401  # whatever an override takes
    """Return how the host answers.  Raises MisuseError for results that are none."""
    if name == "response_code":
        return text
    if name != "results":
        return text == "yes"
    if not RESULTS.fullmatch(text):
        raise MisuseError(f"results: expected two of 1, 2, 3, as in 2,1, got {text!r}")
    return tuple(map(int, text.split(",")))


def _parameter(name: str, text: str) -> ParameterValue:
    """Return a parameter of the profile from text.  Raises MisuseError as for one of a file."""
    if text.isdecimal():
        return read_value(name, int(text))
    return read_value(name, {"yes": True, "no": False}.get(text, text))


def _value(text: str) -> object:
    if text.lower() in {"all", "none"}:
        return None
    for read in (int, float):
        with suppress(ValueError):
            return read(text)
    return text


def _variable(name: str) -> str:
    return str(BuiltIn().get_variable_value(f"${{{name}}}", ""))
