"""Plans as JSON: stored, read again, refused with the reason when a person wrote them wrongly."""

import json

import pytest

from harness.errors import MisuseError
from harness.fault import plan
from harness.fault.plan import Cut, Hold, Plan, PowerOff
from harness.fault.plan_json import dump_plan, load_plan, parse_action
from harness.fault.point import parse

EVERY = [
    ("tx host 0210 #1", plan.Drop()),
    ("tx host 0210 #2", plan.Duplicate()),
    ("rx host 0200 #1", plan.Corrupt(-3)),
    ("rx host 0200 #2", plan.Truncate(keep=9)),
    ("rx host 0200 #3", plan.Delay(1.5)),
    ("tx host 0210 #3", Hold(parse("tx terminal 0400 #1"))),
    ("tx host 0210 #4", Cut(keep=None, how="half_open")),
    ("connect terminal host #1", plan.LinkDown(for_s=7.0)),
    ("connect terminal host #2", plan.RefuseConnect()),
    ("nv terminal journal #1", PowerOff(keep=9, off_s=2.0)),
    ("print terminal slip #1", plan.PaperOut(keep=40)),
    ("show terminal WAIT #1", plan.Press("CANCEL")),
    ("show terminal PRESENT_CARD #1", plan.PresentCard("card-2")),
]


def step(**changes):
    return json.dumps([{"point": "tx host 0210 #1", "action": "cut"} | changes])


@pytest.mark.parametrize(("point", "action"), EVERY, ids=[action.name for _, action in EVERY])
def test_every_action_is_read_as_it_was_written(point, action):
    written = Plan().also(point, action, "R5", "M2")
    assert load_plan(dump_plan(written)) == written


def test_whole_plan_is_read_as_it_was_written_and_always_the_same_text():
    written = Plan()
    for point, action in EVERY:
        written = written.also(point, action)
    assert load_plan(dump_plan(written)) == written
    assert dump_plan(load_plan(dump_plan(written))) == dump_plan(written)


def test_person_may_leave_out_what_has_a_default():
    assert load_plan(step()) == Plan().also("tx host 0210 #1", Cut())


def test_action_is_read_alone():
    assert parse_action({"action": "power_off", "device": "host"}) == PowerOff(device="host")


@pytest.mark.parametrize("text", ["", "{}", "nothing"])
def test_text_that_is_no_list_is_no_plan(text):
    with pytest.raises(MisuseError, match="expected a JSON list"):
        load_plan(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[3]", "step 1 of the plan: expected an object"),
        (step(point=3), "expected a point"),
        (step(point="tx host"), "is no point"),
        (step(rules="R5"), "rules: expected a list"),
        (step(rules=[5]), "rules: expected a list"),
        (step(action="explode"), "action 'explode': expected one of drop, duplicate"),
        (step(action=["cut"]), "expected one of drop"),
        (step(action="drop", keep=3), "drop: unknown parameter 'keep'; it takes none"),
        (step(kept=3), "unknown parameter 'kept'; it takes keep, how"),
        (step(action="truncate"), "truncate: keep is missing"),
        (step(keep="9"), "cut: keep: expected a whole number or null, got '9'"),
        (step(keep=True), "cut: keep: expected a whole number"),
        (step(how="bang"), "cut: how: expected one of fin, half_open, rst, silence"),
        (step(action="hold", until="never"), "is no point"),
        (step(action="paper_out"), "cannot happen at"),
    ],
)
def test_wrong_step_is_misuse_that_says_where_and_why(text, why):
    with pytest.raises(MisuseError) as raised:
        load_plan(text)
    assert why in str(raised.value)
    assert "step 1 of the plan" in str(raised.value)
