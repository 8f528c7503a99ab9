"""Answers that are not those of the request, come late or twice, and answers to the reversal."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Cut, Drop, Duplicate, Hold, Plan, Press, RefuseConnect
from harness.fault.point import parse
from harness.rig.rig import Rig

WRONG = ("R3", "R5", "R6", "R7", "M2", "M3", "M5", "L1", "W4")
UNKNOWN_CODE = ("R3", "R5", "R6", "R7", "M2", "M3", "M5", "L1")
LOST = ("R3", "R5")
ENDED = ("R3", "R5", "R7", "M2", "M3")
LOST_ANSWER = Plan().also("tx host 0210 #1", Drop(), *LOST)


def sell_twice(rig: Rig):
    """Sell, and sell again to another card."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")


def sell_same_again(rig: Rig):
    """Sell, and sell the same amount to the same card again."""
    rig.till.sale(1234)
    rig.till.sale(1234)


def sell_often(rig: Rig):
    """Sell until every attempt at the reversal is used up."""
    rig.till.sale(1234)
    for _ in range(4):
        rig.till.sale(500, card="card-2")


def changed(name, due=WRONG, **change):
    """Return a case in which the host's answer says something else."""
    texts = {key.removeprefix("f"): text for key, text in change.items()}
    answer = Override(change=texts)
    return Scenario(name=name, script=sell_twice, due=due, answers={("0200", 1): answer})


def reversal_answered(code, due=ENDED):
    """Return a case in which the first 0400 is answered with this code."""
    return Scenario(
        name=f"reversal answered {code}",
        script=sell_often,
        plan=LOST_ANSWER,
        answers={("0400", 1): Override(response_code=code)},
        due=due,
    )


SILENT = {("0400", nth): Override(silent=True) for nth in (1, 2, 3)}
SCENARIOS = (
    changed("answer of another transaction", f11="000999"),
    changed("answer with another amount", f4="000000000099"),
    changed("answer of another terminal", f41="99999999"),
    changed("answer of another merchant", f42="999999999999999"),
    changed("answer with another processing code", f3="310000"),
    changed("answer with another MTI", mti="0410"),
    changed("answer with a response code that nobody knows", f39="ZZ", due=UNKNOWN_CODE),
    Scenario(name="issuer wants to be called", script=sell_twice, due=("R4", "L1", "M2", "M3"),
             answers={("0200", 1): Override(response_code="02")}),
    Scenario(name="answer with a wrong MAC", script=sell_twice, due=WRONG,
             answers={("0200", 1): Override(wrong_mac=True)}),
    Scenario(name="decline with a wrong MAC", script=sell_twice, due=("M2", "M3", "R3"),
             answers={("0200", 1): Override(wrong_mac=True, response_code="51")}),
    Scenario(name="answer comes twice", script=sell_twice, due=("M2", "M3", "M4", "L1"),
             plan=Plan().also("tx host 0210 #1", Duplicate(), "M4")),
    Scenario(name="request comes twice", script=sell_twice, due=("M2", "M3", "M4", "L1"),
             plan=Plan().also("rx host 0200 #1", Duplicate(), "M4")),
    Scenario(name="late answer during the next sale", script=sell_same_again,
             due=("R9", "R5", "M2", "M3", "L1"),
             due_outside=("M2", "M3", "L1"),
             plan=Plan().also("tx host 0210 #1", Hold(parse("rx host 0400 #1")), "R9")),
    Scenario(name="late answer while the next sale waits for its own", script=sell_same_again,
             due=("R9", "M2", "M3"),
             plan=Plan().also("tx host 0210 #1", Hold(parse("tx terminal 0200 #2")), "R9")),
    Scenario(name="no connection when the reversal is due", script=sell_often,
             due=("R5", "M2", "M3"),
             plan=LOST_ANSWER.also("connect terminal host #2", RefuseConnect(), "R5")
             .also("connect terminal host #3", RefuseConnect(), "R5")
             .also("connect terminal host #4", RefuseConnect(), "R5")),
    Scenario(name="late answer just before that of the next sale", script=sell_same_again,
             due=("R5", "M2", "M3", "L1"),
             plan=Plan().also("tx host 0210 #1", Hold(parse("rx host 0200 #2")), "R5")),
    Scenario(name="CANCEL while waiting", script=sell_twice, due=("R3", "R5", "M2", "M3", "L1"),
             plan=Plan().also("rx host 0200 #1", Press(key="CANCEL"), "R3")
             .also("tx host 0210 #1", Drop(), "R5")),
    Scenario(name="request overtaken by its reversal", script=sell_twice,
             due=("R3", "M2", "M3", "M4"),
             due_outside=("M2", "M3", "M4"),
             plan=Plan().also("rx host 0200 #1", Hold(parse("tx host 0410 #1")), "R3")),
    *map(reversal_answered, ("00", "96")),
    Scenario(name="reversal answered 25, the request never arrived", script=sell_often, due=ENDED,
             due_outside=("M2", "M3"),
             plan=Plan().also("rx host 0200 #1", Drop(), *LOST)),
    Scenario(name="reversal answered 12, the request was declined", script=sell_often, due=ENDED,
             plan=LOST_ANSWER, answers={("0200", 1): Override(response_code="51")}),
    Scenario(name="reversal answered 96, then not at all", script=sell_often,
             due=("R7", "R8", "M2"), plan=LOST_ANSWER,
             answers={("0400", 1): Override(response_code="96"),
                      ("0400", 2): Override(silent=True)}),
    Scenario(name="reversal not answered once", script=sell_often, due=(*ENDED, "R6"),
             plan=LOST_ANSWER, answers={("0400", 1): Override(silent=True)}),
    Scenario(name="reversal given up after three attempts", script=sell_often,
             due=("R8", "M2", "M3"), plan=LOST_ANSWER, answers=SILENT),
    Scenario(name="reversal kept and new sales blocked", script=sell_often,
             due=("R8", "M2"), plan=LOST_ANSWER, answers=SILENT,
             profile={"reversal_exhausted": "keep_and_block"}),
    Scenario(name="reversal with a number of its own given up", script=sell_often,
             due=("R8", "M2", "M3", "W2"), plan=LOST_ANSWER, answers=SILENT,
             profile={"reversal_stan": "new"}),
    Scenario(name="answer to the reversal lost with the line", script=sell_often,
             due=(*ENDED, "R6"),
             plan=LOST_ANSWER.also("tx host 0410 #1", Cut(keep=0), "R7")),
    Scenario(name="reversal sent at once", script=sell_twice, due=ENDED, plan=LOST_ANSWER,
             profile={"reversal_at_once": True}),
    Scenario(name="reversal with a number of its own", script=sell_twice, due=(*ENDED, "W2"),
             plan=LOST_ANSWER, profile={"reversal_stan": "new"}),
    Scenario(name="CANCEL is ignored while waiting", script=sell_twice, due=("M2", "M3", "L1"),
             plan=Plan().also("rx host 0200 #1", Press(key="CANCEL"), "L1"),
             profile={"cancel_while_waiting": "ignored"}),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_answers(verdict):
    verdict.require_pass()
