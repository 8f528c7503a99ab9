"""What each action of a plan does, on the stage alone."""

import pytest

from harness.emulator import (
    CardPresented,
    Closed,
    Connect,
    KeyPressed,
    PaperOut,
    Post,
    PoweredOn,
    Print,
    Received,
    Refused,
    SetTimer,
    Show,
    Store,
    Stored,
    TimerFired,
    Transmit,
)
from harness.fault.plan import (
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    PowerOff,
    PresentCard,
    Press,
    RefuseConnect,
    Truncate,
)
from harness.fault.plan import PaperOut as PaperEnds
from harness.fault.point import parse
from harness.ledger.books import Posting
from harness.world import mishap
from tests.world.hand import Theatre

END = ("terminal", "host")
OLD, NEW = b"old record", b"NEW RECORD"
TX, RX = "tx terminal 0200 #1", "rx terminal 0210 #1"
REQUEST, ANSWER = b"0200.", b"0210."
SEND = Transmit("0200", "host", REQUEST)
GO = Received("ecr", b"GO.")
CARD = CardPresented("0000D4912")


class Robot:
    """A device outside, which remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def cut_power(self, off_s):
        self.asked.append(("power", off_s))

    def press(self, key):
        self.asked.append(("key", key))


def sending(action, **options):
    return Theatre([SEND, Show("B", "b")], TX, action, **options)


def arriving(action, data=ANSWER, **options):
    return Theatre([], RX, action, **options).receive(data)


def heard(theatre):
    return [event.data for event in theatre.events if isinstance(event, Received)]


# --- messages that are sent


@pytest.mark.parametrize(
    ("action", "carried", "mark"),
    [
        (Drop(), [], {"lost": True}),
        (Duplicate(), [REQUEST, REQUEST], {}),
        (Corrupt(1), [b"0\x2200."], {"spoiled": True}),
        (Corrupt(-2), [b"020\x20."], {"spoiled": True}),
        (Truncate(keep=3), [b"020"], {"partial": True, "size": 3}),
        (Truncate(keep=0), [b""], {"partial": True, "size": 0}),
    ],
    ids=str,
)
def test_message_suffers_on_its_way_out_and_the_line_stays(action, carried, mark):
    theatre = sending(action)
    assert theatre.sent() == [(*END, data) for data in carried]
    assert theatre.told() == [("tx", "host/0200", mark), ("show", "B", {})]
    assert theatre.nemesis() == [("fault", TX, action.name)]
    assert theatre.stage.nemesis.fired == {parse(TX)}
    assert END in theatre.ground.up


@pytest.mark.parametrize("how", ["rst", "fin", "silence", "half_open"])
@pytest.mark.parametrize(
    ("keep", "carried", "mark"),
    [
        (0, [b""], {"partial": True, "size": 0}),
        (3, [b"020"], {"partial": True, "size": 3}),
        (5, [REQUEST], {}),
        (99, [REQUEST], {}),
        (None, [REQUEST], {}),
    ],
)
def test_line_is_cut_after_exactly_so_many_bytes(how, keep, carried, mark):
    theatre = sending(Cut(keep=keep, how=how))
    assert theatre.sent() == [(*END, data) for data in carried]
    assert theatre.ground.done[-1] == ("cut", *END, how)
    assert theatre.told() == [("tx", "host/0200", mark), ("show", "B", {})]


def test_link_goes_down_and_heals_by_itself():
    theatre = sending(LinkDown(keep=2, for_s=90.0)).run(89.0)
    assert theatre.ground.done[-2:] == [("cut", *END, "rst"), ("down", *END, True)]
    theatre.run(2.0)
    assert theatre.ground.done[-1] == ("down", *END, False)
    assert theatre.nemesis()[-1] == ("heal", "terminal/host", "link_down")


def test_message_is_sent_later_and_what_follows_overtakes_it():
    theatre = sending(Delay(2.0))
    assert theatre.kinds() == ["show"]
    assert theatre.run(2.1).kinds() == ["show", "tx"]
    assert theatre.sent() == [(*END, REQUEST)]


@pytest.mark.parametrize("action", [Delay(2.0), Hold(parse("show terminal B #1"))], ids=str)
def test_message_kept_back_is_described_when_it_is_sent_and_not_later(action):
    theatre = sending(action)
    assert ("terminal", SEND) in theatre.described
    assert theatre.kinds() == ["show"]


@pytest.mark.parametrize("loss", ["line", "power"])
@pytest.mark.parametrize("action", [Delay(2.0), Hold(parse("show terminal B #1"))], ids=str)
def test_message_kept_back_too_long_is_lost_and_noted(action, loss):
    theatre = sending(action)
    if loss == "line":
        theatre.ground.up.discard(END)
    else:
        theatre.stage.power_off("terminal")
    assert theatre.run(9.0).sent() == []
    assert theatre.rows("nemesis")[-1].kind == "note"
    assert "tx" not in theatre.kinds()


# --- messages that arrive


@pytest.mark.parametrize(
    ("action", "events", "marks"),
    [
        (Drop(), [], []),
        (Duplicate(), [ANSWER, ANSWER], [{}, {}]),
        (Corrupt(0), [b"\x20210."], [{"spoiled": True}]),
        (Truncate(keep=2), [b"02"], [{"partial": True, "size": 2}]),
        (Truncate(keep=0), [], []),
        (Cut(keep=0), [], []),
        (Cut(keep=2), [b"02"], [{"partial": True, "size": 2}]),
        (Cut(keep=None), [ANSWER], [{}]),
        (LinkDown(keep=None), [ANSWER], [{}]),
    ],
    ids=str,
)
def test_message_suffers_on_its_way_in(action, events, marks):
    theatre = arriving(action)
    assert heard(theatre) == events
    assert [facts for kind, _, facts in theatre.told() if kind == "rx"] == marks
    assert theatre.nemesis()[0] == ("fault", RX, action.name)


def test_nothing_comes_after_a_cut_that_was_read_with_the_frame():
    theatre = arriving(Cut(keep=None), data=ANSWER + b"0220.02").run(9.0)
    assert heard(theatre) == [ANSWER]


def test_nothing_is_read_on_after_a_cut_of_what_the_machine_sends():
    reply = {Received("host", ANSWER): [SEND]}
    theatre = Theatre([], TX, Cut(), script=reply).receive(ANSWER + b"0220.")
    assert heard(theatre) == [ANSWER]


def test_beginning_of_a_frame_is_still_handed_over_when_what_is_sent_is_cut():
    theatre = Theatre([], TX, Cut(), script={GO: [SEND]}).receive(b"02")
    theatre.receive(b"GO.", port="ecr").stage.close("terminal", "host")
    assert theatre.events == [GO, Received("host", b"02"), Closed("host")]


def test_machine_that_hangs_up_on_the_frame_leaves_nothing_to_cut():
    theatre = Theatre([], RX, Cut(keep=None), script={Received("host", ANSWER): [SEND]})
    theatre.ground.send = lambda *_: theatre.ground.up.discard(END)
    theatre.receive(ANSWER)
    assert theatre.ground.done == []


def test_copy_goes_nowhere_if_the_first_one_ended_the_line():
    theatre = Theatre([], RX, Duplicate(), script={Received("host", ANSWER): [SEND]})
    theatre.ground.send = lambda *_: theatre.ground.up.discard(END)
    assert heard(theatre.receive(ANSWER)) == [ANSWER]


def test_frame_is_handed_over_later():
    theatre = arriving(Delay(2.0))
    assert heard(theatre) == []
    assert heard(theatre.run(2.1)) == [ANSWER]


# --- hold


def test_frame_is_held_until_another_point_has_been_passed():
    held = Hold(parse("tx terminal 0400 #1"))
    theatre = Theatre(
        [], RX, held, script={GO: [Transmit("0400", "host", b"0400."), Show("B", "")]}
    )
    theatre.receive(ANSWER).run(99.0)
    assert heard(theatre) == theatre.nemesis() == []
    theatre.receive(b"GO.", port="ecr")
    assert theatre.kinds() == ["rx", "tx", "show"]  # released after the list, not inside it
    assert heard(theatre.run())[-1] == ANSWER
    assert theatre.nemesis() == [("fault", RX, "hold")]


def test_hold_that_is_never_released_has_not_fired():
    theatre = arriving(Hold(parse("tx terminal 0400 #1"))).run(99.0)
    assert theatre.nemesis() == []
    assert theatre.stage.nemesis.fired == set()


def test_hold_that_is_released_has_fired():
    theatre = sending(Hold(parse("show terminal B #1"))).run()
    assert theatre.stage.nemesis.fired == {parse(TX)}
    assert theatre.sent() == [(*END, REQUEST)]


def test_nothing_is_released_while_all_is_healed():
    theatre = Theatre([SEND], TX, Hold(parse("show terminal B #1")), script={GO: [Show("B", "")]})
    theatre.stage.nemesis.is_healed = True
    theatre.receive(b"GO.", port="ecr")
    assert theatre.run(9.0).sent() == []
    assert theatre.nemesis() == []


# --- power


@pytest.mark.parametrize(
    ("keep", "survives"), [(0, OLD), (3, b"NEW record"), (None, NEW), (99, NEW)]
)
def test_power_cut_within_a_write_leaves_new_bytes_before_old_ones(keep, survives):
    cut = ("nv terminal area #2", PowerOff(keep=keep, off_s=5.0))
    script = {GO: [Store("area", NEW), Show("B", "b")]}
    theatre = Theatre([Store("area", OLD)], *cut, script=script).receive(b"GO.", port="ecr")
    theatre.run(6.0)
    assert theatre.heard["terminal"][3] == {"area": survives}
    torn = [facts for kind, _, facts in theatre.told() if kind == "nv" and facts]
    assert torn == ([{"torn": True}] if keep == 3 else [])
    assert "show" not in theatre.kinds()


@pytest.mark.parametrize("place", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("keep", [0, None])
def test_list_ends_where_the_power_fails(place, keep):
    effects = [
        Show("A", "a"), Store("area", NEW), SEND, Post("sale", Posting(reference="r", name="sale")),
        SetTimer("t", 0.0), Print("slip", b"paper"),
    ]  # fmt: skip
    kinds = ["show", "nv", "tx", "ledger", "timer", "print"]
    point = f"{kinds[place]} terminal {effects[place].label} #1"
    theatre = Theatre(effects, point, PowerOff(keep=keep)).run(4.0)
    written = kinds[: place + (keep is None)]
    written += ["tx"] if kinds[place] == "tx" and keep == 0 else []  # what was meant is a row
    assert theatre.kinds() == [*written, "power"]
    assert theatre.events == []


def test_power_fails_in_the_middle_of_a_slip():
    theatre = Theatre([Print("slip", b"paper")], "print terminal slip #1", PowerOff(keep=2))
    assert theatre.described[-1] == ("terminal", Print("slip", b"pa"))
    assert theatre.kinds() == ["print", "power"]
    assert theatre.run(4.0).events == []


def test_power_fails_in_the_middle_of_a_message():
    theatre = sending(PowerOff(keep=3))
    assert theatre.ground.done == [("send", *END, b"020"), ("unplug", "terminal")]
    assert theatre.kinds() == ["tx", "power"]


def test_machine_boots_again_by_itself():
    theatre = sending(PowerOff(off_s=5.0)).run(4.9)
    assert not theatre.stage.is_on("terminal")
    assert theatre.run(0.2).heard["terminal"][-1] == PoweredOn()


def test_second_frame_of_one_read_is_lost_with_the_power():
    theatre = arriving(PowerOff(), data=ANSWER + b"0220.")
    assert theatre.events == []
    assert theatre.kinds() == ["power"]


@pytest.mark.parametrize(("keep", "first"), [(0, "power"), (None, "nv")])
def test_effect_of_another_device_takes_place_whole(keep, first):
    cut = PowerOff(device="host", keep=keep)
    theatre = Theatre([Store("area", NEW)], "nv terminal area #1", cut)
    story = [row.kind for row in theatre.recorder.history().rows if row.kind in {"nv", "power"}]
    assert story[2] == first
    assert theatre.run().events == [Stored("area")]
    assert not theatre.stage.is_on("host")


def test_message_is_lost_with_the_power_of_its_receiver():
    theatre = sending(PowerOff(device="host", keep=2))
    assert theatre.sent() == [(*END, b"02")]
    assert not theatre.stage.is_on("host")


# --- calls, paper, acts


def test_call_is_refused_and_nothing_dialled():
    theatre = Theatre([Connect("host")], "connect terminal host #1", RefuseConnect())
    assert theatre.events == []
    assert theatre.run().events == [Refused("host")]
    assert theatre.ground.done == []
    assert [row.value for row in theatre.rows()[1:]] == ["dial", "refused"]


def test_refusal_is_not_told_to_a_successor():
    point = "connect terminal host #1"
    theatre = Theatre([], point, RefuseConnect(), script={GO: [Connect("host")]})
    theatre.receive(b"GO.", port="ecr").stage.power_off("terminal")
    theatre.stage.power_on("terminal")
    assert theatre.run(1.0).heard["terminal"][-1] == PoweredOn()


def test_call_on_a_dead_link_is_made_and_left_to_the_ground():
    theatre = Theatre([Connect("host")], "connect terminal host #1", LinkDown(for_s=3.0))
    assert theatre.ground.done[1:] == [("down", *END, True), ("connect", *END)]
    assert theatre.run(4.0).ground.done[-1] == ("down", *END, False)


def test_paper_ends_within_the_slip():
    theatre = Theatre([Print("slip", b"paper")], "print terminal slip #1", PaperEnds(keep=2))
    assert theatre.described[-1] == ("terminal", Print("slip", b"pa"))
    assert theatre.run().events == [PaperOut()]
    assert not theatre.printer.has_paper


def test_key_is_pressed_after_the_effect_by_an_act_that_is_no_fault():
    theatre = Theatre([Show("A", "a"), Show("B", "b")], "show terminal A #1", Press("CANCEL"))
    assert theatre.kinds() == ["show", "show"]
    assert theatre.run().events == [KeyPressed("CANCEL")]
    row = theatre.rows("nemesis")[0]
    assert row.kind == "act"
    assert row.facts == {"action": "press", "device": "terminal", "key": "CANCEL"}


def test_card_is_presented_by_its_token():
    present = PresentCard("card-1")
    theatre = Theatre([Show("A", "a")], "show terminal A #1", present, cards={"card-1": CARD})
    assert theatre.run().events == [CARD]
    facts = {"action": "present_card", "device": "terminal", "card": "card-1"}
    assert theatre.rows("nemesis")[0].facts == facts


def test_device_outside_loses_its_power_and_has_its_keys_pressed():
    robot = Robot()
    plan = ("rx host 0200 #1", PowerOff(device="pos", off_s=7.0), "rx host 0200 #2")
    theatre = Theatre([], *plan, Press("CANCEL", device="pos"), outside={"pos": robot})
    for _ in "12":
        theatre.receive(REQUEST, actor="host", port="terminal")
    assert robot.asked == [("power", 7.0), ("key", "CANCEL")]
    assert [kind for kind, *_ in theatre.nemesis()] == ["fault", "act"]
    assert theatre.kinds("host") == ["rx"]  # the first one was lost with the power


# --- what is impossible

PLAIN = [Show("A", "a")]
IMPOSSIBLE = [
    ("no power", "show terminal A #1", Press("CANCEL", device="nobody")),
    ("no such device", "show terminal A #1", PowerOff(device="nobody")),
    ("no such card", "show terminal A #1", PresentCard("card-9")),
    ("no paper", "print terminal slip #1", PaperEnds()),
    ("no such byte", TX, Corrupt(5)),
    ("no such byte", TX, Corrupt(-6)),
    ("nothing to leave out", TX, Truncate(keep=5)),
    ("a serial line cannot be called again", "tx terminal 060F #1", Cut()),
]


@pytest.mark.parametrize(("_why", "point", "action"), IMPOSSIBLE, ids=str)
def test_what_cannot_be_done_is_a_note_and_the_effect_takes_place(_why, point, action):
    theatre = Theatre([], point, action, script={GO: [
        Show("A", "a"), Print("slip", b"x"), SEND, Transmit("060F", "ecr", b"060F.")
    ]})  # fmt: skip
    theatre.printer.has_paper = not isinstance(action, PaperEnds)
    theatre.receive(b"GO.", port="ecr")
    assert [(kind, address) for kind, address, _ in theatre.nemesis()] == [("note", point)]
    assert theatre.stage.nemesis.fired == set()
    assert len(theatre.sent()) == 2
    assert "show" in theatre.kinds()


@pytest.mark.parametrize(
    "action",
    [
        Drop(), Duplicate(), Corrupt(0), Truncate(keep=1), Delay(1.0), Hold(parse(RX)), Cut(),
        LinkDown(),
    ],
    ids=str,
)  # fmt: skip
def test_nothing_happens_to_a_message_without_a_line(action):
    theatre = Theatre([], TX, action, script={GO: [SEND]})
    theatre.ground.up.discard(END)
    theatre.receive(b"GO.", port="ecr")
    assert [kind for kind, *_ in theatre.nemesis()] == ["note"]
    assert theatre.kinds() == ["rx", "note"]


def test_dead_serial_line_carries_nothing_until_it_heals():
    theatre = Theatre([], "tx terminal 060F #1", LinkDown(for_s=3.0), script={
        GO: [Transmit("060F", "ecr", b"060F."), SetTimer("t", 9.0)]
    }).receive(b"GO.", port="ecr")  # fmt: skip
    assert ("down", "terminal", "ecr", True) in theatre.ground.done
    assert theatre.run(10.0).events[-1] == TimerFired("t")
    assert ("down", "terminal", "ecr", False) in theatre.ground.done


def test_action_without_a_place_is_our_error():
    theatre = Theatre()
    with pytest.raises(AssertionError, match="no place"):
        mishap.obey(theatre.stage, Hold(parse(TX)), "terminal", SEND)
