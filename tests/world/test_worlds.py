"""What both worlds must do alike: one driver, one plan, the same story."""

from functools import cache

import pytest

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
from harness.fault.point import parse
from harness.history.record import dump, load, normal_form
from tests.world.pair import PATIENCE_S, at_the_till, calls

ASKED, ANSWERED = "tx terminal 0200 #1", "tx host 0210 #1"
CAME, READ = "rx host 0200 #1", "rx terminal 0210 #1"
OK, LOST, SILENCE = "OK", "LOST", "SILENCE"
WHAT = ["WHAT", LOST]  # the next call shows the older one to be dead
HALF_OPEN = Cut(how="half_open")
CASES = {  # name: words that the till hears, steps
    "nothing goes wrong": ([OK, OK], []),
    "request lost": ([SILENCE, OK], [(ASKED, Drop())]),
    "answer lost": ([SILENCE, OK], [(ANSWERED, Drop())]),
    "answer lost at the terminal": ([SILENCE, OK], [(READ, Drop())]),
    "request doubled": ([OK, OK], [(ASKED, Duplicate())]),
    "request read twice": ([OK, OK], [(CAME, Duplicate())]),
    "answer spoiled": (WHAT, [(ANSWERED, Corrupt(1))]),
    "answer truncated": (WHAT, [(ANSWERED, Truncate(keep=3))]),
    "answer late": ([OK, OK], [(ANSWERED, Delay(1.0))]),
    "answer too late": ([SILENCE, OK], [(ANSWERED, Delay(50.0))]),
    "answer held": ([SILENCE, OK], [(ANSWERED, Hold(parse("tx terminal 0200 #2")))]),
    "request cut before": ([LOST, OK], [(ASKED, Cut())]),
    "request cut inside": ([LOST, OK], [(ASKED, Cut(keep=3))]),
    "request cut after": ([LOST, OK], [(ASKED, Cut(keep=None, how="fin"))]),
    "cut as the request is read": ([LOST, OK], [(CAME, Cut(keep=2, how="fin"))]),
    "answer cut before": ([LOST, OK], [(ANSWERED, Cut())]),
    "answer cut inside": (WHAT, [(ANSWERED, Cut(keep=3))]),
    "answer cut inside by FIN": (WHAT, [(ANSWERED, Cut(keep=3, how="fin"))]),
    "line silent before the answer": ([SILENCE, OK], [(ANSWERED, Cut(how="silence"))]),
    "line silent inside the answer": (WHAT, [(ANSWERED, Cut(keep=3, how="silence"))]),
    "half open at the host": ([SILENCE, OK], [(ANSWERED, HALF_OPEN)]),
    "half open at the terminal": ([LOST, OK], [(READ, HALF_OPEN)]),
    "link down": ([LOST, "REFUSED"], [(ASKED, LinkDown(for_s=60.0))]),
    "link down for a while": ([LOST, OK], [(ASKED, LinkDown(for_s=0.0))]),
    "call refused": (["REFUSED", OK], [("connect terminal host #1", RefuseConnect())]),
    "call on a dead link": (["REFUSED", "REFUSED"], [("connect terminal host #1", LinkDown())]),
    "key while waiting": (["CANCELLED", OK], [(CAME, Press("CANCEL"))]),
    "card while waiting": (["READY", OK], [(CAME, PresentCard("card-1"))]),
    "power cut at the request": (["READY", OK], [(ASKED, PowerOff())]),
    "power cut within the request": (["READY", OK], [(ASKED, PowerOff(keep=2))]),
    "power cut after the posting": (["READY", OK], [("ledger host sale #1", PowerOff(keep=None))]),
    "power cut within a write": (["READY", OK], [("nv terminal number #1", PowerOff(keep=1))]),
    "power cut within the slip": (["READY", OK], [("print terminal slip #1", PowerOff(keep=2))]),
    "host without power": (
        ["REFUSED", "REFUSED"],
        [("connect terminal host #1", PowerOff(device="host", off_s=3600.0))],
    ),
    "host cut after its posting": (
        [SILENCE, OK], [("ledger host sale #1", PowerOff(keep=None, device="host"))]
    ),
    "paper ends": ([OK, OK], [("print terminal slip #1", PaperOut(keep=2))]),
    "till line dead": (["", OK], [("tx terminal OK #1", LinkDown(for_s=20.0))]),
    "till line cannot be cut": ([OK, OK], [("tx terminal OK #1", Cut())]),
}  # fmt: skip


@cache
def story(world, name):
    """Return what the till heard, and the history; each case runs once a world."""
    return calls(world, planned(CASES[name][1]))


def planned(steps):
    plan = Plan()
    for point, action in steps:
        plan = plan.also(point, action, "R5")
    return plan


@pytest.fixture(params=["virtual", "live"])
def world(request):
    return request.param


@pytest.mark.parametrize("name", CASES)
def test_both_worlds_tell_the_same_story(name):
    virtual, live = story("virtual", name), story("live", name)
    assert virtual[0] == CASES[name][0]
    assert live[0] == virtual[0]
    assert normal_form(live[1]) == normal_form(virtual[1])


@pytest.mark.parametrize("name", CASES)
def test_every_planned_action_has_its_row_or_a_note(name, world):
    steps, history = CASES[name][1], story(world, name)[1]
    rows = [row for row in history.rows if row.actor == "nemesis" and "#" in row.address]
    assert [row.address for row in rows] == [point for point, _ in steps]
    kinds = {"till line cannot be cut": "note", "key while waiting": "act"}
    kinds["card while waiting"] = "act"
    assert {row.kind for row in rows} == ({kinds.get(name, "fault")} if steps else set())


@pytest.mark.parametrize("how", ["rst", "fin", "silence"])
@pytest.mark.parametrize("keep", range(6))
def test_bytes_before_a_cut_are_counted_exactly(how, keep, world):
    plan = planned([(ANSWERED, Cut(keep=keep, how=how))])
    with at_the_till(world, plan) as (open_world, till):
        till.call()
        open_world.wait(lambda: False, 20.0)
        rows = open_world.recorder.history().rows
    came = [row for row in rows if row.actor == "terminal" and row.facts.get("partial")]
    whole = [
        row for row in rows if (row.actor, row.kind, row.address) == ("terminal", "rx", "host/0210")
    ]
    assert [row.facts["size"] for row in came] == ([keep] if 0 < keep < 5 else [])
    assert len(whole) == (keep == 5)


@pytest.mark.parametrize("how", ["rst", "fin", "silence", "half_open"])
def test_nothing_that_either_end_sends_after_a_cut_arrives(how, world):
    ends = (("terminal", "host"), ("host", "terminal"))
    with at_the_till(world, planned([(ANSWERED, Drop())])) as (open_world, _):

        def cut():
            open_world.send("terminal", "host", b"EARLY.")
            open_world.send("host", "terminal", b"FLYING.")
            open_world.cut("terminal", "host", how)
            for end in ends:
                open_world.send(*end, b"LATE.")

        open_world.perform(lambda: open_world.connect("terminal", "host"))
        assert open_world.wait(lambda: came(open_world, "terminal/0200"), 15.0)
        open_world.perform(cut)
        open_world.wait(lambda: False, 3.0)
        assert came(open_world, "terminal/EARLY")
        assert not came(open_world, "terminal/LATE", "host/LATE", "host/FLYING")
        told = [row.actor for row in open_world.recorder.history().rows if row.value == "lost"]
        both = {"silence": [], "half_open": ["terminal"]}.get(how, ["host", "terminal"])
        assert sorted(told) == both


def came(world, *addresses):
    found = world.recorder.history().rows
    return [row for row in found if row.kind == "rx" and row.address in addresses]


def test_peer_is_not_told_of_a_power_loss(world):
    for_good = PowerOff(keep=None, off_s=10 * PATIENCE_S)  # the till must not hear of a boot
    plan = planned([("ledger host sale #1", for_good)])
    with at_the_till(world, plan) as (open_world, till):
        assert till.call() == ""
        rows = [row for row in open_world.recorder.history().rows if row.actor == "host"]
    assert [row.kind for row in rows] == ["power", "connect", "rx", "nv", "ledger", "tx"]


def test_peer_learns_of_a_power_loss_when_the_terminal_calls_again(world):
    plan = planned([("ledger host sale #1", PowerOff(keep=None))])
    _, history = calls(world, plan)
    lines = [(row.kind, row.value) for row in history.rows if row.actor == "host"]
    lines = [line for line in lines if line[0] in {"connect", "disconnect"}]
    assert lines[:3] == [("connect", "connected"), ("disconnect", "lost"), ("connect", "connected")]


def test_answer_to_a_call_of_an_earlier_life_is_told_to_nobody(world):
    point = "connect terminal host #1"
    plan = planned([(point, PowerOff(keep=None, off_s=0.0))])
    with at_the_till(world, plan) as (open_world, till):
        assert till.call() == "READY"
        open_world.wait(lambda: False, 5.0)
        rows = open_world.recorder.history().rows
    assert [row.value for row in rows if row.kind == "connect"] == ["dial"]


def test_what_survives_can_be_given_to_another_world(world):
    with at_the_till(world) as (open_world, till):
        till.call()
        assert open_world.stage.survivors("terminal") == {"number": b"1"}


def test_somebody_at_the_bench_acts_now_and_later(world):
    with at_the_till(world) as (open_world, till):
        stage = open_world.stage
        open_world.perform(lambda: stage.power_off("host"))
        assert not stage.is_on("host")
        open_world.later(3.0, lambda: stage.power_on("host"))
        assert not open_world.wait(lambda: stage.is_on("host"), 1.0)
        assert open_world.wait(lambda: stage.is_on("host"), 9.0)
        assert till.call() == OK


def test_stored_history_is_read_again_alike(world):
    _, history = calls(world, Plan())
    assert load(dump(history).splitlines()) == history


def test_rows_are_given_to_the_sink_one_by_one(world):
    lines = []
    with at_the_till(world, options={"sink": lines.append}) as (open_world, till):
        till.call()
        history = open_world.recorder.history()
    assert "".join(lines).startswith(dump(history))
    assert all(line.endswith("\n") for line in lines)
