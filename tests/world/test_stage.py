"""The stage alone: effects, completion events, timers, lines, frames; nothing goes wrong here."""

import pytest

from harness.emulator import (
    CancelTimer,
    Closed,
    Connect,
    Connected,
    Disconnect,
    Level,
    Notify,
    PaperIn,
    PaperOut,
    Post,
    Posted,
    PoweredOn,
    Print,
    Printed,
    Received,
    Refused,
    SendFailed,
    SetTimer,
    Show,
    Store,
    Stored,
    TimerFired,
    Transmit,
)
from harness.ledger.books import Posting
from tests.world.hand import Theatre

SALE = Posting(reference="r-1", name="sale")
SEND = Transmit("0200", "host", b"0200.")


def test_effects_are_applied_one_at_a_time_in_their_order():
    effects = [Show("A", "a"), Store("area", b"1"), SEND, Level("lamp", "on"), Show("B", "b")]
    assert Theatre(effects).kinds() == ["show", "nv", "tx", "level", "show"]


def test_nemesis_is_asked_for_every_effect_and_arrival():
    theatre = Theatre([Show("A", "a"), Show("A", "a"), SEND]).receive(b"0210.")
    seen = [str(point) for point in theatre.stage.nemesis.seen]
    assert seen[:3] == ["show terminal A #1", "show terminal A #2", "tx terminal 0200 #1"]
    assert seen[3:] == ["rx terminal 0210 #1"]


@pytest.mark.parametrize(
    ("effect", "event"),
    [
        (Store("area", b"1"), Stored("area")),
        (Post("sale", SALE), Posted("r-1")),
        (Print("slip", b"x"), Printed()),
        (SetTimer("t", 0.0), TimerFired("t")),
    ],
)
def test_success_is_reported_after_the_whole_list_through_the_queue(effect, event):
    theatre = Theatre([effect, Show("B", "b")])
    assert theatre.kinds()[-1] == "show"
    assert theatre.events == []
    assert theatre.run().events == [event]


@pytest.mark.parametrize(
    "effect",
    [Store("a", b"1"), Post("sale", SALE), Print("slip", b"x"), SetTimer("t", 0.0), SEND],
)
def test_success_of_an_earlier_life_is_told_to_nobody(effect):
    theatre = Theatre([], script={Received("host", b"GO."): [effect]})
    theatre.ground.up -= {("terminal", "host")} if effect is SEND else set()
    theatre.receive(b"GO.")
    theatre.stage.power_off("terminal")
    theatre.stage.power_on("terminal")
    assert theatre.run(9.0).heard["terminal"][-1] == PoweredOn()


def test_success_is_told_only_to_who_asked():
    theatre = Theatre([Store("area", b"1")]).run()
    assert theatre.heard["host"] == [{}, PoweredOn()]


def test_what_was_stored_survives_and_nothing_else():
    theatre = Theatre([Store("area", b"1")])
    theatre.stage.power_off("terminal")
    theatre.stage.power_on("terminal")
    assert theatre.heard["terminal"][2:] == [{"area": b"1"}, PoweredOn()]
    assert theatre.stage.survivors("terminal") == {"area": b"1"}


def test_area_given_before_the_first_boot_is_there():
    theatre = Theatre()
    theatre.stage.power_off("terminal")
    theatre.stage.preload("terminal", {"area": b"0"})
    theatre.stage.power_on("terminal")
    assert theatre.heard["terminal"][-2] == {"area": b"0"}


def test_posting_is_in_the_books_when_it_is_reported():
    theatre = Theatre([Post("sale", SALE)])
    assert theatre.books.get("r-1") is SALE


def test_printer_reports_and_the_row_is_what_came_out():
    slip = Print("slip", b"x")
    theatre = Theatre([slip], script={PaperIn(): [slip]}).run()
    theatre.printer.has_paper = False
    theatre.stage.deliver("terminal", PaperIn())
    assert theatre.run().events == [Printed(), PaperIn(), PaperOut()]
    assert theatre.kinds() == ["print"]  # nothing came out of the second


def test_new_paper_is_told_through_the_queue():
    theatre = Theatre()
    theatre.printer.has_paper = False
    theatre.stage.load_paper("terminal")
    assert theatre.printer.has_paper
    assert theatre.events == []
    assert theatre.run().events == [PaperIn()]


def test_timer_fires_when_it_is_due_and_not_before():
    theatre = Theatre([SetTimer("t", 60.0)]).run(59.9)
    assert theatre.events == []
    assert theatre.run(0.2).events == [TimerFired("t")]


def test_timer_set_again_fires_once_at_the_later_time():
    again = {Received("host", b"GO."): [SetTimer("t", 5.0)]}
    theatre = Theatre([SetTimer("t", 3.0)], script=again).run(2.0).receive(b"GO.").run(4.9)
    assert TimerFired("t") not in theatre.events
    assert theatre.run(9.0).events.count(TimerFired("t")) == 1


def test_cancelled_timer_does_not_fire_and_one_that_does_not_run_may_be_cancelled():
    theatre = Theatre([SetTimer("t", 1.0), CancelTimer("t"), CancelTimer("other")]).run(9.0)
    assert theatre.events == []


def test_what_only_shows_is_a_row_and_nothing_more():
    theatre = Theatre([Notify("card-1", "card-1", "debit", 1, "r"), Level("lamp", "on")])
    assert theatre.kinds() == ["notify", "level"]
    assert theatre.run().events == []


def test_effects_on_lines_reach_the_ground():
    theatre = Theatre([Connect("host"), SEND, Disconnect("host")])
    end = ("terminal", "host")
    calls = [("connect", *end), ("send", *end, b"0200."), ("hang up", *end)]
    assert theatre.ground.done == calls


def test_frame_without_a_line_has_not_left_and_the_machine_is_told():
    theatre = Theatre([], script={Received("ecr", b"GO."): [SEND]})
    theatre.ground.up.discard(("terminal", "host"))
    theatre.receive(b"GO.", port="ecr")
    assert theatre.told()[-1] == ("note", "host/0200", {})
    assert theatre.sent() == []
    assert theatre.run().events[-1] == SendFailed("host", "0200")


def test_ends_of_a_line_are_told_with_a_row():
    theatre = Theatre()
    theatre.stage.open("terminal", "host")
    theatre.stage.close("terminal", "host")
    theatre.stage.refuse("terminal", "host")
    assert theatre.events == [Connected("host"), Closed("host"), Refused("host")]
    rows = [(row.kind, row.address, row.value) for row in theatre.rows()][1:]
    assert rows == [
        ("connect", "host", "connected"),
        ("disconnect", "host", "lost"),
        ("connect", "host", "refused"),
    ]


def test_frames_do_not_depend_on_how_they_were_read():
    theatre = Theatre()
    for piece in (b"A", b".", b"B.C.D"):
        theatre.receive(piece)
    assert theatre.events == [Received("host", frame) for frame in (b"A.", b"B.", b"C.")]
    assert theatre.kinds() == ["rx", "rx", "rx"]


def test_pieces_of_two_lines_are_not_mixed():
    theatre = Theatre().receive(b"A").receive(b"B.", port="ecr").receive(b".")
    assert theatre.events == [Received("ecr", b"B."), Received("host", b"A.")]


def test_unfinished_frame_is_handed_over_when_the_line_closes():
    theatre = Theatre().receive(b"02")
    theatre.stage.close("terminal", "host")
    assert theatre.events == [Received("host", b"02"), Closed("host")]
    assert theatre.told()[0] == ("note", "host", {"size": 2, "partial": True})
    assert "02" not in theatre.rows()[1].value.replace("2 bytes", "")


def test_unfinished_frame_is_handed_over_after_the_byte_time_out_once():
    theatre = Theatre().receive(b"02").run(4.9)
    assert theatre.events == []
    assert theatre.run(0.2).events == [Received("host", b"02")]
    theatre.stage.close("terminal", "host")
    assert theatre.events == [Received("host", b"02"), Closed("host")]


def test_byte_time_out_starts_again_with_every_piece():
    theatre = Theatre().receive(b"0").run(4.0).receive(b"2").run(4.0).receive(b"10.").run(9.0)
    assert theatre.events == [Received("host", b"0210.")]


def test_piece_of_an_older_line_is_not_mixed_into_the_new_one():
    theatre = Theatre().receive(b"02")
    theatre.stage.open("terminal", "host")
    theatre.receive(b"0210.").run(9.0)
    assert theatre.events == [Connected("host"), Received("host", b"0210.")]


def test_machine_that_hangs_up_reads_no_more_of_what_had_come():
    theatre = Theatre([], script={Received("host", b"A."): [Disconnect("host")]})
    theatre.receive(b"A.B.C").run(9.0)
    assert theatre.events == [Received("host", b"A.")]


def test_machine_without_power_hears_nothing():
    theatre = Theatre()
    theatre.stage.power_off("terminal")
    theatre.receive(b"A.").stage.deliver("terminal", PaperIn())
    assert theatre.run(9.0).events == []
    assert theatre.kinds() == ["power"]


def test_power_is_switched_once_each_way():
    theatre = Theatre()
    for switch in ("power_on", "power_off", "power_off", "power_on"):
        getattr(theatre.stage, switch)("terminal")
    assert [row.value for row in theatre.rows()] == ["on", "off", "on"]
    assert theatre.ground.done == [("unplug", "terminal")]


def test_power_loss_takes_timers_and_pieces_away():
    theatre = Theatre([SetTimer("t", 1.0)]).receive(b"02")
    theatre.stage.power_off("terminal")
    theatre.stage.power_on("terminal")
    theatre.receive(b"B.")
    assert theatre.events == [{}, PoweredOn(), Received("host", b"B.")]


def test_power_that_somebody_gave_back_is_not_given_twice():
    theatre = Theatre()
    theatre.stage.cut_power("terminal", 5.0)
    theatre.stage.power_on("terminal")
    theatre.stage.power_off("terminal")
    theatre.run(9.0)
    assert not theatre.stage.is_on("terminal")


def test_second_cut_counts_from_itself():
    theatre = Theatre()
    theatre.stage.cut_power("terminal", 5.0)
    theatre.run(3.0).stage.cut_power("terminal", 5.0)
    assert not theatre.run(4.0).stage.is_on("terminal")
    assert theatre.run(1.1).stage.is_on("terminal")


def test_actors_are_told_in_the_order_of_the_setting():
    assert Theatre().stage.actors == ("terminal", "host")
    assert not Theatre().stage.is_on("nobody")
