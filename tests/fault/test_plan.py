"""Plans: what fits where, and what a header says of them."""

import pytest

from harness.errors import MisuseError
from harness.fault.plan import (
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    PaperOut,
    Plan,
    PowerOff,
    PresentCard,
    Press,
    RefuseConnect,
    Truncate,
)
from harness.fault.point import KINDS, parse
from harness.history.record import Expected

ANSWER = "tx host 0210 #1"
LATER = parse("tx terminal 0400 #1")
OF_MESSAGES = [
    Drop(), Duplicate(), Corrupt(0), Truncate(keep=1), Delay(1.0), Hold(LATER), Cut(), LinkDown()
]  # fmt: skip
EVERYWHERE = [PowerOff(), Press("CANCEL"), PresentCard("card-1")]


def fits(action, kind):
    try:
        Plan().also(f"{kind} terminal x #1", action)
    except MisuseError as error:
        assert "cannot happen at" in str(error)  # noqa: PT017  # the other outcome is no error
        return False
    return True


@pytest.mark.parametrize("action", OF_MESSAGES, ids=str)
def test_what_lines_do_happens_to_messages(action):
    more = {"connect"} if isinstance(action, LinkDown) else set()
    assert {kind for kind in KINDS if fits(action, kind)} == {"tx", "rx"} | more


@pytest.mark.parametrize("action", EVERYWHERE, ids=str)
def test_power_fails_and_people_act_at_any_point(action):
    assert {kind for kind in KINDS if fits(action, kind)} == KINDS


def test_calls_are_refused_and_paper_ends_where_they_can():
    assert {kind for kind in KINDS if fits(RefuseConnect(), kind)} == {"connect"}
    assert {kind for kind in KINDS if fits(PaperOut(), kind)} == {"print"}


def test_one_point_takes_one_action():
    with pytest.raises(MisuseError, match="two steps"):
        Plan().also(ANSWER, Drop()).also(ANSWER, Press("CANCEL"))


@pytest.mark.parametrize(
    "action", [Cut(keep=-1), Truncate(keep=-1), Delay(-1.0), PowerOff(off_s=-1.0)], ids=str
)
def test_sizes_and_times_below_zero_are_misuse(action):
    with pytest.raises(MisuseError, match="must not be below 0"):
        Plan().also(ANSWER, action)


def test_nothing_is_held_until_it_has_passed_itself():
    with pytest.raises(MisuseError, match="passed itself"):
        Plan().also(ANSWER, Hold(parse(ANSWER)))


@pytest.mark.parametrize(
    ("point", "action"),
    [
        ("timer terminal answer #1", PowerOff(keep=3)),
        ("nv terminal journal #1", PowerOff(keep=3, device="host")),
        ("print terminal slip #1", PowerOff(keep=3, device="host")),
    ],
)
def test_power_does_not_fail_within_an_effect_that_has_no_bytes_of_the_device(point, action):
    with pytest.raises(MisuseError, match="expected keep 0 or None"):
        Plan().also(point, action)


@pytest.mark.parametrize(
    "point", ["nv terminal a #1", "print terminal slip #1", "tx host 0210 #1", "rx host 0200 #1"]
)
def test_power_fails_within_writes_slips_and_messages(point):
    assert Plan().also(point, PowerOff(keep=3)).steps


def test_header_holds_the_plan_as_text_with_the_rules_of_each_step():
    plan = Plan().also(ANSWER, Cut(keep=9, how="fin"), "R3", "R5").also("rx host 0200 #1", Drop())
    assert plan.expected() == (
        Expected(ANSWER, "Cut(keep=9, how='fin')", ("R3", "R5")),
        Expected("rx host 0200 #1", "Drop()", ()),
    )
