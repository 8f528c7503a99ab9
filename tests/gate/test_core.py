"""The mind of a gate: bytes go through whole and in order, and a plan is carried out exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import MisuseError
from harness.fault.plan import (
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    PowerOff,
    Press,
    RefuseConnect,
    Truncate,
)
from harness.fault.point import parse
from tests.gate.drive import Drive, apdu, gated, message, plan_of, serial_gate

ASK, ANSWER, NEXT = message("0200"), message("0210", 80), message("0400", 70)
SIZE = len(ANSWER)
BOTH_RESET = [(1, "terminal", "rst"), (1, "host", "rst")]


def cut_answer(**words):
    return ("tx host 0210 #1", Cut(**words))


def test_without_a_plan_everything_passes_as_it_comes():
    gate = gated().says("terminal", ASK[:7]).says("terminal", ASK[7:]).says("host", ANSWER)
    assert gate.got("host") == ASK
    assert gate.got("terminal") == ANSWER
    assert gate.points("came") == ["tx terminal 0200 #1", "tx host 0210 #1"]
    assert gate.points("went") == ["rx host 0200 #1", "rx terminal 0210 #1"]


def test_part_of_a_frame_passes_at_once_while_nothing_waits():
    gate = gated().says("terminal", ASK[:7])
    assert gate.got("host") == ASK[:7]


def test_part_of_a_frame_is_kept_back_while_a_step_waits_but_not_for_long():
    gate = gated(cut_answer()).says("host", ANSWER[:7])
    assert gate.got("terminal") == b""
    assert gate.wind(0.1).got("terminal") == b""
    assert gate.wind(0.2).got("terminal") == ANSWER[:7]
    gate.says("host", ANSWER[7:])
    assert gate.got("terminal") == ANSWER
    assert gate.said("note")[0]["why"].endswith("7 of its bytes have gone already")


def test_each_new_byte_gives_the_rest_of_a_frame_its_time_again():
    gate = gated(cut_answer(keep=3)).says("host", ANSWER[:7]).wind(0.15)
    gate.says("host", ANSWER[7:20]).wind(0.15).says("host", ANSWER[20:])
    assert gate.got("terminal") == ANSWER[:3]
    assert gate.ends == BOTH_RESET


@pytest.mark.parametrize("point", ["tx host 0210 #1", "rx terminal 0210 #1"])
@pytest.mark.parametrize("keep", [0, 1, 2, SIZE - 1, SIZE, SIZE + 1, None])
def test_cut_lets_just_so_many_bytes_pass(point, keep):
    gate = gated((point, Cut(keep=keep))).says("host", ANSWER + NEXT)
    assert gate.got("terminal") == ANSWER[:keep]
    assert gate.ends == BOTH_RESET
    assert gate.done == [point]


@pytest.mark.parametrize(
    ("how", "ends"),
    [
        ("rst", BOTH_RESET),
        ("fin", [(1, "terminal", "fin"), (1, "host", "fin")]),
        ("silence", []),
        ("half_open", [(1, "host", "rst")]),
    ],
)
def test_each_way_of_a_cut_tells_its_own_ends(how, ends):
    gate = gated(cut_answer(how=how)).says("host", ANSWER).says("terminal", ASK)
    assert gate.ends == ends
    assert gate.got("host") == gate.got("terminal") == b""


def test_cut_at_the_receiver_lets_no_copy_pass_behind_it():
    twice, cut = ("tx host 0210 #1", Duplicate()), ("rx terminal 0210 #1", Cut(keep=None))
    gate = gated(twice, cut).says("host", ANSWER)
    assert (gate.got("terminal"), gate.ends) == (ANSWER, BOTH_RESET)


def test_what_waits_before_the_cut_has_passed_when_it_comes():
    gate = gated(("tx host 0210 #2", Cut())).says("host", ANSWER + ANSWER)
    assert gate.got("terminal") == ANSWER


def test_a_cut_that_is_told_waits_for_the_word():
    gate = gated(cut_answer(keep=5), proceeds=False).says("host", ANSWER)
    assert gate.said("firing") == [
        {"point": "tx host 0210 #1", "line": 1, "layer": "tcp", "size": SIZE, "is_due": False}
    ]
    assert gate.got("terminal") == b""
    gate("proceed", parse("tx host 0210 #1"))
    assert (gate.got("terminal"), gate.ends) == (ANSWER[:5], BOTH_RESET)


def test_the_other_direction_goes_on_while_a_cut_waits_for_the_word():
    gate = gated(cut_answer(), proceeds=False).says("host", ANSWER).says("terminal", ASK)
    assert gate.got("host") == ASK


@pytest.mark.parametrize(
    ("action", "arrives"),
    [
        (Drop(), b""),
        (Duplicate(), ANSWER + ANSWER),
        (Truncate(keep=9), ANSWER[:9]),
        (Corrupt(3), ANSWER[:3] + bytes([ANSWER[3] ^ 0x10]) + ANSWER[4:]),
        (Corrupt(-1), ANSWER[:-1] + bytes([ANSWER[-1] ^ 0x10])),
    ],
)
@pytest.mark.parametrize("point", ["tx host 0210 #1", "rx terminal 0210 #1"])
def test_what_messages_suffer_leaves_the_line_and_those_behind(action, arrives, point):
    gate = gated((point, action)).says("host", ANSWER + NEXT)
    assert gate.got("terminal") == arrives + NEXT
    assert not gate.ends
    assert gate.done == [point]


@pytest.mark.parametrize("action", [Corrupt(SIZE), Corrupt(-SIZE - 1), Truncate(keep=SIZE)])
def test_what_a_frame_is_too_short_for_is_noted_and_it_passes(action):
    gate = gated(("tx host 0210 #1", action)).says("host", ANSWER)
    assert gate.got("terminal") == ANSWER
    assert f"it has {SIZE} bytes" in gate.said("note")[0]["why"]
    assert not gate.done


def test_delay_keeps_one_message_back_for_so_many_seconds_of_the_plan():
    gate = gated()
    gate("begin", plan_of(("tx host 0210 #1", Delay(30))), 0.01).says("host", ANSWER + NEXT)
    assert gate.got("terminal") == NEXT
    assert gate.wind(0.29).got("terminal") == NEXT
    assert gate.wind(0.02).got("terminal") == NEXT + ANSWER
    assert [words["is_due"] for words in gate.said("firing")] == [False, True]


def test_hold_keeps_a_message_back_until_another_has_passed():
    hold = Hold(parse("rx host 0400 #1"))
    gate = gated(("tx host 0210 #1", hold)).says("host", ANSWER)
    assert gate.got("terminal") == b""
    assert not gate.said("firing")
    gate.says("terminal", NEXT)
    assert gate.got("terminal") == ANSWER
    assert gate.points("firing") == ["tx host 0210 #1"]


def test_what_is_held_goes_on_by_the_newest_line():
    hold = Hold(parse("rx host 0400 #1"))
    gate = gated(("tx host 0210 #1", hold)).says("host", ANSWER)("ended", 1, "terminal", "rst")
    gate.line(2).says("terminal", NEXT, 2)
    assert gate.got("terminal", 2) == ANSWER


def test_what_is_due_without_a_line_is_lost_and_noted():
    gate = gated(("tx host 0210 #1", Delay(1))).says("host", ANSWER)("ended", 1, "host", "rst")
    gate.wind(1)
    assert gate.said("note") == [
        {
            "point": "tx host 0210 #1",
            "why": "kept back, and no line when it was due",
            "is_gone": True,
        }
    ]


def test_what_is_held_for_ever_never_fires():
    hold = Hold(parse("rx host 0400 #1"))
    gate = gated(("tx host 0210 #1", hold)).says("host", ANSWER)("heal")
    assert not gate.said("firing")
    assert gate.said("note")[0]["why"] == "held, and never released"
    assert not gate.says("terminal", NEXT).got("terminal")


def test_link_down_resets_all_lines_and_takes_no_call_until_it_heals():
    gate = gated(("tx host 0210 #1", LinkDown(for_s=90))).says("host", ANSWER)
    assert gate.ends == BOTH_RESET
    assert not gate.is_open
    assert not gate.wind(89).is_open
    assert gate.wind(1).is_open
    assert gate.points("healed") == ["tx host 0210 #1"]


def test_call_in_the_moment_the_line_went_down_is_turned_away():
    gate = gated()("set_down", is_down=True)("called", 2)
    assert gate.ends[-1] == (2, "terminal", "rst")
    gate("called", 3)("set_down", is_down=False)("set_down", is_down=False)
    assert gate.is_open


def test_line_that_comes_up_while_it_is_down_is_reset():
    gate = Drive()("called", 1)("set_down", is_down=True)("dialled", 1)
    assert gate.ends == BOTH_RESET


@pytest.mark.parametrize("action", [RefuseConnect(), LinkDown(for_s=5)])
def test_refused_call_is_reset_before_the_far_end_is_called(action):
    gate = Drive().begin(("connect terminal host #2", action))("called", 1)("called", 2)
    assert gate.dials == [1]
    assert (2, "terminal", "rst") in gate.ends
    assert gate.is_open is isinstance(action, RefuseConnect)


def test_caller_is_reset_when_the_far_end_does_not_answer():
    gate = Drive()("called", 1)("not_answered", 1, "refused")("not_answered", 9, "refused")
    assert gate.ends == [(1, "terminal", "rst")]
    assert gate.said("not_answered") == [{"line": 1, "why": "refused"}]


def test_power_goes_when_what_was_kept_has_passed_and_comes_back():
    step = ("tx host 0210 #1", PowerOff(keep=7, off_s=5))
    gate = gated(step, switches=("terminal",)).says("host", ANSWER)
    assert (gate.got("terminal"), gate.turns, gate.ends) == (ANSWER[:7], [("terminal", "off")], [])
    assert gate.wind(5).turns == [("terminal", "off"), ("terminal", "on")]
    assert gate.said("firing")[0]["layer"] == "relay"


def test_power_that_its_holder_cuts_is_left_to_it():
    gate = Drive().begin(("tx host 0210 #1", PowerOff()), remote=["terminal"]).line()
    gate.says("host", ANSWER)
    assert (gate.turns, gate.done) == ([], ["tx host 0210 #1"])


def test_power_goes_at_a_call_too():
    gate = Drive(switches=("terminal",)).begin(("connect terminal host #1", PowerOff()))
    gate("called", 1)
    assert (gate.turns, gate.dials) == ([("terminal", "off")], [])


def test_line_relay_breaks_the_wire_itself():
    gate = gated(("tx host 0210 #1", LinkDown(for_s=9)), switches=("line",)).says("host", ANSWER)
    assert (gate.turns, gate.ends, gate.is_open) == ([("line", "off")], [], True)
    assert gate.said("firing")[0]["layer"] == "relay"
    assert gate.wind(9).turns[-1] == ("line", "on")


def test_serial_line_that_is_down_loses_what_is_said():
    gate = serial_gate(("tx terminal 040F #1", LinkDown(for_s=9))).says("terminal", apdu("040f"))
    assert gate.said("firing")[0]["layer"] == "serial"
    gate.says("till", apdu("0601"))
    assert gate.got("terminal") == gate.got("till") == b""
    gate.wind(9).says("till", apdu("0601"))
    assert gate.got("terminal") == apdu("0601")


def test_orderly_end_passes_after_all_that_was_said():
    gate = gated().says("host", ANSWER[:5])("ended", 1, "host", "fin")
    assert (gate.got("terminal"), gate.ends) == (ANSWER[:5], [(1, "terminal", "fin")])
    gate.says("terminal", ASK)("ended", 1, "terminal", "fin")
    assert (gate.got("host"), gate.ends[1:]) == (ASK, [(1, "host", "fin")])
    assert gate("ended", 1, "host", "fin").ends[2:] == []


def test_end_in_the_middle_of_a_frame_that_is_kept_back_brings_what_came():
    gate = gated(cut_answer()).says("host", ANSWER[:5])("ended", 1, "host", "fin")
    assert (gate.got("terminal"), gate.ends) == (ANSWER[:5], [(1, "terminal", "fin")])


def test_reset_passes_at_once():
    assert gated()("ended", 1, "terminal", "rst").ends == [(1, "host", "rst")]


def test_silent_line_is_ended_when_the_next_plan_begins():
    gate = gated(cut_answer(how="silence")).says("host", ANSWER)("ended", 1, "terminal", "fin")
    assert not gate.ends
    assert gate.begin().ends == BOTH_RESET


def test_frames_on_a_silent_line_are_counted_and_suffer_nothing_more():
    steps = [cut_answer(how="silence"), ("tx host 0210 #2", Drop()), ("tx host 0210 #3", Drop())]
    gate = gated(*steps).says("host", ANSWER).says("host", ANSWER)
    assert gate.said("note")[0]["point"] == "tx host 0210 #2"
    gate.line(2).says("host", ANSWER, 2)
    assert gate.done == ["tx host 0210 #1", "tx host 0210 #3"]


def test_healed_gate_carries_out_what_is_told_and_nothing_else():
    gate = gated(cut_answer(keep=4), ("tx host 0410 #1", Drop()), proceeds=False)
    gate.says("host", ANSWER)("heal")
    assert gate.got("terminal") == ANSWER[:4]
    assert gate.line(2).says("host", message("0410"), 2).got("terminal", 2) == message("0410")


def test_healed_gate_brings_what_was_kept_back_of_a_frame():
    gate = gated(cut_answer()).says("host", ANSWER[:5])("heal")
    assert gate.got("terminal") == ANSWER[:5]


def test_dropped_plan_lets_everything_through_that_was_kept_back():
    hold = Hold(parse("rx host 0400 #1"))
    steps = [
        ("tx host 0210 #1", hold),
        ("tx terminal 0200 #1", Cut()),
        ("tx host 0810 #1", Delay(9)),
    ]
    gate = gated(*steps, proceeds=False).says("host", ANSWER).says("terminal", ASK)
    gate.says("host", message("0810"))("proceed", parse("tx host 0810 #1"))("drop", "gone")
    assert sorted(gate.got("terminal")) == sorted(ANSWER + message("0810"))
    assert (gate.got("host"), gate.ends) == (ASK, [])
    assert gate.said("dropped") == [{"why": "gone"}]
    assert gate.says("terminal", ASK).got("host") == ASK + ASK
    assert gate.core.deadline_ns is None


def test_dropped_plan_turns_switches_to_safe_and_takes_calls():
    steps = [("tx host 0210 #1", PowerOff(off_s=60)), ("tx host 0210 #2", LinkDown())]
    gate = gated(*steps, switches=("terminal",)).says("host", ANSWER)
    gate.line(2).says("host", ANSWER, 2)("drop", "gone")
    assert gate.turns == [("terminal", "off"), ("terminal", "safe")]
    assert gate.is_open
    assert gate.wind(60).turns[2:] == []


def test_dropped_plan_dials_for_a_caller_that_was_to_be_refused():
    gate = Drive(proceeds=False).begin(("connect terminal host #1", RefuseConnect()))("called", 1)
    assert gate("drop", "gone").dials == [1]


def test_dropped_plan_ends_the_lines_it_has_broken():
    gate = gated(cut_answer(how="silence")).says("host", ANSWER)("drop", "gone")
    assert gate.ends == BOTH_RESET


def test_what_is_planned_later_counts_from_there_and_says_where_that_is():
    hold = Hold(parse("rx host 0400 #1"))
    gate = gated().says("host", ANSWER).says("terminal", NEXT)
    gate("also", plan_of(("tx host 0210 #1", hold), ("tx terminal 0200 #1", Drop())))
    found = [(words["point"], words["until"]) for words in gate.said("planned")]
    assert found == [("tx host 0210 #2", "rx host 0400 #2"), ("tx terminal 0200 #1", "")]
    assert {str(point) for point in gate.core.unfired} == {each[0] for each in found}
    gate.says("host", ANSWER).says("terminal", ASK)
    assert (gate.got("terminal"), gate.got("host")) == (ANSWER, NEXT)
    gate.says("terminal", NEXT)
    assert gate.got("terminal") == ANSWER * 2


def test_nothing_is_planned_later_if_one_step_of_it_cannot_happen():
    gate = gated()
    with pytest.raises(MisuseError, match="no switch for terminal"):
        gate("also", plan_of(("tx host 0210 #1", Drop()), ("tx host 0410 #1", PowerOff())))
    assert gate.core.unfired == frozenset()


def test_word_about_another_point_changes_nothing():
    gate = gated(cut_answer(), proceeds=False).says("host", ANSWER)
    assert gate("proceed", parse("tx host 0410 #1")).ends == []


def test_word_for_a_line_that_has_gone_changes_nothing():
    gate = gated(cut_answer(keep=3), proceeds=False).says("host", ANSWER)
    gate("ended", 1, "terminal", "rst")("proceed", parse("tx host 0210 #1"))
    assert (gate.got("terminal"), gate.done) == (b"", [])


def test_unknown_line_is_nobodys():
    assert gated().says("host", ANSWER, 7)("ended", 7, "host", "fin").ends == []


@pytest.mark.parametrize(
    ("point", "action", "why"),
    [
        ("tx terminal 0601 #1", Drop(), "no point of the line between terminal and host"),
        ("nv terminal journal #1", PowerOff(), "no point of the line"),
        ("tx host 0210 #1", Hold(parse("ledger host sale #1")), "no point of the line"),
        ("tx host 0210 #1", PowerOff(), "no switch for terminal"),
        ("tx host 0210 #1", Press(key="CANCEL"), "no matter of a line"),
    ],
)
def test_step_that_cannot_happen_here_is_refused(point, action, why):
    with pytest.raises(MisuseError, match=why):
        gated((point, action))


def test_serial_line_cannot_be_cut():
    with pytest.raises(MisuseError, match="take it down"):
        serial_gate(("tx till 0601 #1", Cut()))


@given(st.lists(st.integers(1, SIZE * 3), max_size=8), st.integers(0, SIZE), st.booleans())
def test_pieces_of_any_size_change_nothing(places, keep, is_received):
    stream = ASK + ANSWER + NEXT
    point = "rx terminal 0210 #1" if is_received else "tx host 0210 #1"
    gate = gated((point, Cut(keep=keep)))
    at = 0
    for place in [*sorted(places), len(stream)]:
        gate.says("host", stream[at:place])
        at = max(at, place)
    assert gate.got("terminal") == ASK + ANSWER[:keep]


@given(st.lists(st.binary(max_size=90), max_size=9))
def test_any_bytes_pass_whole_without_a_plan(pieces):
    gate = gated()
    for piece in pieces:
        gate.says("terminal", piece)
    assert gate.got("host") == b"".join(pieces)
