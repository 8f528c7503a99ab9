"""The stage with a plan that a gate carries out: what it sends, hears and writes meanwhile."""

import pytest

from harness.emulator import Closed, Received, Transmit
from harness.fault.plan import Corrupt, Cut, Drop, Duplicate, Hold
from harness.fault.point import parse
from harness.world.entrusted import Firing
from tests.world.hand import Theatre, planned

SEND = Transmit("0200", "host", b"0200.")
SENT, CAME = "tx terminal 0200 #1", "rx terminal 0210 #1"
HELD = Hold(parse("rx host 0400 #1"))


def entrusted(point, action, layer="tcp"):
    """Return a theatre that sends once it gets the word, and what its gate is told by."""
    theatre = Theatre(script={Received("ecr", b"go."): [SEND]})
    gate = theatre.stage.entrust(planned(point, action))
    theatre.fires = lambda: gate.fires(Firing(parse(point), layer, 5))
    return theatre


def test_what_is_entrusted_leaves_whole_and_has_its_row_at_the_word():
    theatre = entrusted(SENT, Drop(), "message").receive(b"go.", "ecr")
    assert theatre.sent() == [("terminal", "host", b"0200.")]
    assert theatre.kinds() == ["rx"]
    theatre.fires()
    assert theatre.told()[1:] == [("tx", "host/0200", {"lost": True})]
    (fault,) = theatre.rows("nemesis")
    assert dict(fault.facts) == {"action": "drop", "layer": "message", "by": "gate"}
    assert fault.index == theatre.rows()[-1].index - 1


def test_held_frame_says_that_it_was_released_late():
    theatre = entrusted(SENT, HELD).receive(b"go.", "ecr")
    theatre.fires()
    assert theatre.rows("nemesis")[0].value == "released late"


def test_without_a_line_nothing_is_entrusted():
    theatre = entrusted(SENT, Drop())
    theatre.ground.up.discard(("terminal", "host"))
    theatre.receive(b"go.", "ecr")
    assert theatre.sent() == []
    assert theatre.told()[-1][:2] == ("note", "host/0200")


def test_frame_that_a_gate_spoiled_is_marked_and_heard():
    theatre = entrusted(CAME, Corrupt(1))
    theatre.fires()
    theatre.receive(b"0210.")
    assert theatre.told() == [("rx", "host/0210", {"spoiled": True})]
    assert theatre.events == [Received("host", b"0210.")]


def test_frame_that_a_gate_doubles_has_two_rows_after_its_fault():
    theatre = entrusted(CAME, Duplicate())
    theatre.fires()
    theatre.receive(b"0210.0210.")
    kinds = [(row.actor, row.kind) for row in theatre.recorder.history().rows]
    assert kinds[-3:] == [("nemesis", "fault"), ("terminal", "rx"), ("terminal", "rx")]


@pytest.mark.parametrize("how", ["rst", "fin", "silence", "half_open"])
def test_nothing_leaves_on_a_line_that_a_gate_breaks_after_a_frame(how):
    theatre = entrusted(CAME, Cut(keep=None, how=how))
    theatre.fires()
    theatre.receive(b"0210.")
    assert theatre.told() == [("rx", "host/0210", {})]
    assert ("cut", "terminal", "host", how) in theatre.ground.done


def test_piece_of_a_frame_that_a_gate_cut_is_a_row_with_its_mark():
    theatre = entrusted(CAME, Cut(keep=3))
    theatre.fires()
    theatre.receive(b"021")
    theatre.stage.close("terminal", "host")
    assert theatre.told()[0] == ("rx", "host/0210", {"partial": True, "size": 3})
    assert theatre.events == [Received("host", b"021"), Closed("host")]
