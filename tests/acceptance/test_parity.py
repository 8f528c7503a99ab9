"""The virtual world and the live one (ptys, TCP, real time) give the same normal form.

Where the power is cut while the till's acknowledgement is on its way, luck decides in a real world
whether the terminal has heard it.  So the host of such a case takes its time, in both worlds; and
where nothing can be slowed down before the cut, the case is left out.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import zip_longest

import pytest

from harness.campaign.play import play
from harness.campaign.scenario import obstacle
from harness.check.compose import Word
from harness.fault.plan import Delay, Plan, PowerOff, Press, Step
from harness.fault.point import parse
from harness.history.record import normal_form
from tests.acceptance.bench import parts, scenarios
from tests.acceptance.lateness import is_late, measured

AT_ONCE = 6  # live scenarios side by side: they wait most of the time
SUITES = (
    "bench", "enquiry", "keys", "merchant", "power", "refund", "reversal", "sale", "settlement",
    "slip", "till", "void",
)  # fmt: skip
SLOW_S = 5.0
SLOWED = ("rx host 0200 #1", "tx terminal 0200 #1")  # the first one that the plan leaves free
WITH_THE_TILL_ANSWERING = ("nv terminal reversal", "tx terminal 0")  # nothing is slow before
# whose hosts do not wait for the till to have answered
UNSLOWED = ("merchant", "settlement", "void")
MANY = 20
STILL_S = 0.25  # a PC that stood still for so long has disturbed time-outs of the scaled world
TRIES = 3


def cases(suite):
    for _, scenario in scenarios(suite):
        if not is_luck(scenario) and not (suite in UNSLOWED and is_interrupted(scenario)):
            yield slowed(scenario) if suite == "power" else scenario


def is_luck(scenario):
    """Tell whether the power is cut while the till's acknowledgement is on its way."""
    cuts = [str(each.point) for each in scenario.plan.steps if isinstance(each.action, PowerOff)]
    return any(cut.startswith(WITH_THE_TILL_ANSWERING) for cut in cuts)


def is_interrupted(scenario):
    """Tell whether power or a key comes in the middle: then the till's answers race with it."""
    return any(isinstance(each.action, PowerOff | Press) for each in scenario.plan.steps)


def slowed(scenario):
    """Return the case with a host that thinks for a while before it takes what came."""
    taken = {str(step.point) for step in scenario.plan.steps}
    points = [next(point for point in SLOWED if point not in taken)]
    if "rx host 0400 #1" in taken:
        points.append("tx terminal 0400 #1")
    steps = [Step(parse(point), Delay(SLOW_S), ()) for point in points]
    return replace(scenario, plan=Plan((*steps, *scenario.plan.steps)))


def differences(virtual, live):
    """Return what differs, by group of rows: the first rows that do, here and there."""
    groups = sorted(virtual.keys() | live.keys())
    pairs = {group: (virtual.get(group, []), live.get(group, [])) for group in groups}
    return {group: first(*pair) for group, pair in pairs.items() if pair[0] != pair[1]}


def first(here, there):
    pairs = enumerate(zip_longest(here, there))
    place = next(place for place, (one, other) in pairs if one != other)
    return place, here[place : place + 3], there[place : place + 3]


def played_live(named, device="zvt-1"):
    """Return what became of each in the live world, side by side."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        live = list(pool.map(lambda each: play(each, parts(device), "live"), named))
    assert [played.error for played in live if played.error] == []
    return live


def compared(named):
    """Return scenarios and what differs in them."""
    live = played_live(named)
    found = []
    for scenario, played in zip(named, live, strict=True):
        virtual = normal_form(play(scenario, parts()).history)
        if different := differences(virtual, normal_form(played.history)):
            found.append((scenario, different))
    return found


@pytest.mark.live
@pytest.mark.parametrize("suite", SUITES)
def test_live_and_virtual_world_give_the_same_normal_form(suite):
    named = list(cases(suite))
    for _ in range(TRIES):
        with measured() as lateness:
            found = compared(named)
        if not found or lateness.worst_s < STILL_S:
            break
        named = [scenario for scenario, _ in found]
        names = ", ".join(map(str, named))
        print(f"played again, as this PC stood still for {lateness.worst_s:.2f} s: {names}")
    assert [(str(scenario), different) for scenario, different in found] == []


@pytest.mark.live
@pytest.mark.parametrize("suite", ["power", "slip", "till"])
def test_every_case_passes_live_on_a_till_line_over_tcp_too(suite):
    named = [each for _, each in scenarios(suite) if not obstacle(each, parts("zvt-2"))]
    for _ in range(TRIES):
        with measured() as lateness:
            live = played_live(named, "zvt-2")
        found = [(str(case), each.judged()) for case, each in zip(named, live, strict=True)]
        wrong = [(name, verdict) for name, verdict in found if verdict.word is not Word.PASS]
        if not wrong or not (lateness.worst_s >= STILL_S or any(map(is_late, live))):
            break
    assert wrong == []


def test_parity_is_shown_for_many_plans_power_and_printer_among_them():
    planned = [each for suite in SUITES for each in cases(suite) if each.plan.steps]
    kinds = {step.action.name for each in planned for step in each.plan.steps}
    assert len(planned) >= MANY
    assert {"power_off", "paper_out"} <= kinds


def test_every_suite_is_compared_and_few_cases_are_left_out():
    assert {suite for suite, _ in scenarios()} == set(SUITES)
    assert 1 <= sum(is_luck(each) for _, each in scenarios()) < 12
    hurried = [each for suite in UNSLOWED for _, each in scenarios(suite) if is_interrupted(each)]
    assert len(hurried) < 24


def test_row_too_many_and_another_order_are_differences():
    row, other = ("tx", "host/0200", "sale"), ("nv", "journal", "")
    assert differences({"a": [row]}, {"a": [row, other]}) == {"a": (1, [], [other])}
    assert differences({"a": [row, other]}, {"a": [other, row]})
    assert differences({"a": [row]}, {"a": [row]}) == {}
