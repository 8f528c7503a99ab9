"""Power cuts of the reference: every one of three sales, and some of each case of the suites."""

import pytest

from harness.campaign.play import play
from harness.campaign.power_cuts import cut_at, moments, points_of, power_cuts
from harness.campaign.scenario import Scenario, obstacle
from harness.campaign.suites import load_scenarios
from harness.check.compose import Word
from harness.fault.plan import Drop, Plan
from tests.campaign.benches import ROOT, SERIAL, with_defect

LOST = Plan().also("tx host 0210 #1", Drop())


def sell_ask_and_sell(rig):
    rig.till.sale(1234)
    rig.wait(10)
    rig.till.status()
    rig.till.sale(500, card="card-2")


def case(name, plan=LOST, **profile):
    return Scenario(name=name, script=sell_ask_and_sell, due=("M2",), plan=plan, profile=profile)


CASES = (
    case("sale", Plan()),
    case("sale with reversal"),
    case("sale with a reversal at once", reversal_at_once=True),
)

OF_EACH = 5  # cuts of a case; all there are, 300 of each, take a quarter of an hour
SUITES = [each for _, each in load_scenarios([ROOT / "suites"]) if not obstacle(each, SERIAL)]
HARD = (  # what checkers once took for a breach
    ("late answer during the next sale", "after show terminal WAIT #2"),
    ("reversal answered 00", "after nv terminal reversal #4"),
    ("reversal given up after three attempts", "after nv terminal reversal #2"),
    ("reversal given up after three attempts", "60 bytes within nv terminal reversal #3"),
    ("reversal given up after three attempts", "after nv terminal reversal #4"),
    ("reversal with a number of its own given up", "after show terminal REVERSING #3"),
    (
        "reversal of a void with a number of its own given up",
        "20 bytes within nv terminal counters #4",
    ),
    ("tender retried after a lost answer", "after show terminal WAIT #2"),
)


def cuts(scenario, device="terminal"):
    return list(power_cuts(scenario, points_of(scenario, SERIAL), device))


def chosen(number, scenario):
    """Return some cuts of a case, far from each other and at other places than its neighbours'."""
    every = moments(scenario, points_of(scenario, SERIAL))
    places = {(number * 7 + nth * len(every) // OF_EACH) % len(every) for nth in range(OF_EACH)}
    return [cut_at(scenario, *every[place]) for place in sorted(places)]


def wrong(scenario, parts=SERIAL, *, with_gaps=True):
    """Return what is wrong with one cut: findings, errors, gaps, or that it did not happen."""
    played = play(scenario, parts)
    verdict, point = played.judged(), str(scenario.plan.steps[-1].point)
    said = [str(finding) for finding in verdict.findings]
    if with_gaps:
        said += [f"{ruling.rule}: {gap}" for ruling in verdict.rulings for gap in ruling.gaps]
    if not any(row.kind == "fault" and row.address == point for row in played.history.rows):
        said.append("the power was not cut")
    return [*said, *filter(None, [played.error])]


@pytest.mark.parametrize("scenario", CASES, ids=str)
def test_no_power_cut_of_the_terminal_loses_or_doubles_anything(scenario):
    every = cuts(scenario)
    found = {str(cut): wrong(cut) for cut in every}
    assert {name: said for name, said in found.items() if said} == {}
    assert len(every) > 250


@pytest.mark.parametrize("number", range(len(SUITES)), ids=[str(each) for each in SUITES])
def test_no_power_cut_of_a_case_is_a_finding(number):
    chosen_here = chosen(number, SUITES[number])
    found = {str(cut): wrong(cut, with_gaps=False) for cut in chosen_here}
    assert {name: said for name, said in found.items() if said} == {}
    assert found


@pytest.mark.parametrize(("name", "moment"), HARD)
def test_power_cut_that_was_once_taken_for_a_breach_is_a_finding_no_more(name, moment):
    scenario = next(each for each in SUITES if str(each) == name)
    (cut,) = [each for each in cuts(scenario) if str(each).endswith(moment)]
    assert wrong(cut, with_gaps=False) == []


def test_no_power_cut_of_the_host_is_a_finding_about_the_terminal():
    found = {str(cut): play(cut, SERIAL).judged().findings for cut in cuts(CASES[1], "host")}
    assert {name: said for name, said in found.items() if said} == {}


def test_power_cuts_find_a_terminal_that_does_not_survive_them():
    bad = with_defect("writes-reversal-in-place")
    torn = [cut for cut in cuts(CASES[1]) if "within nv terminal reversal" in str(cut)]
    words = [play(cut, bad).judged().word for cut in torn]
    assert Word.FAIL in words


def test_each_point_is_cut_before_and_after_and_own_writes_within():
    names = [str(cut) for cut in cuts(CASES[0])]
    assert len(set(names)) == len(names)
    at = "nv terminal journal #1"
    assert [name for name in names if name.endswith(at)] == [
        f"sale, terminal without power {when} {at}"
        for when in ("before", "1 bytes within", "20 bytes within", "60 bytes within", "after")
    ]
    at = "tx host 0210 #1"
    assert sum(name.endswith(at) for name in names) == 2


def test_write_of_another_device_is_not_torn():
    names = [str(cut) for cut in cuts(CASES[0], "host")]
    assert not [name for name in names if "within nv terminal" in name]


def test_points_are_those_from_the_beginning_to_the_rest():
    points = list(map(str, points_of(CASES[0], SERIAL)))
    assert "tx terminal 0800 #1" not in points  # the sign-in came before
    assert "tx host 0210 #2" in points  # of the second sale
    assert "tx host 0210 #3" not in points  # of the rest


def test_point_of_the_cases_own_plan_stays_as_it_is():
    assert not [cut for cut in cuts(CASES[1]) if str(cut).endswith("tx host 0210 #1")]
