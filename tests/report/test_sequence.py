import dataclasses

from harness.report.mark import Arrow, Band, Box, Lane
from harness.report.sequence import marks
from tests.check.literal import history
from tests.report.literal import BENCH, quick, row, whole_case


def drawn(*rows, **header):
    return marks(history(*quick(rows), **{"bench": BENCH} | header))


def arrow(*rows, **header):
    (found,) = [mark for mark in drawn(*rows, **header) if isinstance(mark, Arrow)]
    return found


SENT = row("terminal", "tx", "host/0200", name="sale", stan=2, amount_minor=1234, mac_ok=True)
GOT = row("host", "rx", "terminal/0200", name="sale", stan=2, amount_minor=1234)


def late(a_row, at_s):
    return (*a_row[:4], at_s, a_row[5])


def marked(a_row, **facts):
    return (*a_row[:5], a_row[5] | facts)


def test_two_ends_of_one_message_are_one_arrow():
    found = arrow(SENT, GOT)
    assert (found.source, found.target, found.look) == (Lane.TERMINAL, Lane.HOST, "plain")
    assert (found.label, found.detail) == ("0200 sale", "STAN 000002 · 12.34 · MAC ok")


def test_a_message_that_never_arrives_ends_on_the_line():
    found = arrow(SENT)
    assert (found.target, found.look) == (Lane.LINE, "lost")


def test_a_message_whose_other_end_nobody_sees_is_not_called_lost():
    found = arrow(SENT, bench={"kind": "external"})
    assert (found.target, found.look) == (Lane.HOST, "plain")


def test_what_a_fault_kept_from_arriving_is_no_arrow_of_its_repeat():
    rows = [marked(SENT, lost=True), SENT, GOT]
    found = [mark for mark in drawn(*rows) if isinstance(mark, Arrow)]
    assert [(mark.look, mark.target) for mark in found] == [
        ("lost", Lane.LINE),
        ("plain", Lane.HOST),
    ]


def test_a_lost_repeat_does_not_take_the_arrival_of_the_first_one():
    found = [mark for mark in drawn(SENT, marked(SENT, lost=True), GOT) if isinstance(mark, Arrow)]
    assert [mark.look for mark in found] == ["plain", "lost"]


def test_what_is_left_of_a_message_says_how_much():
    found = arrow(marked(SENT, partial=True, size=7))
    assert found.look == "lost"
    assert found.detail.endswith("only 7 bytes")


def test_a_late_message_waits_on_the_line():
    found = [mark for mark in drawn(SENT, late(GOT, 3.0)) if isinstance(mark, Arrow)]
    assert [(mark.source, mark.target, mark.look) for mark in found] == [
        (Lane.TERMINAL, Lane.LINE, "fault"),
        (Lane.LINE, Lane.HOST, "fault"),
    ]


def test_a_message_out_of_nowhere_comes_from_the_line():
    found = arrow(GOT)
    assert (found.source, found.target, found.look) == (Lane.LINE, Lane.HOST, "fault")


def test_a_long_pause_is_a_mark():
    bands = [
        mark.text for mark in drawn(SENT, GOT, late(SENT, 60.5), GOT) if isinstance(mark, Band)
    ]
    assert bands == ["60.5 s pass"]


def test_a_fault_that_leaves_nothing_is_a_lost_arrow_of_the_sender():
    found = arrow(row("nemesis", "fault", "tx host 0210 #1", "cut", action="cut"))
    assert (found.source, found.target, found.look) == (Lane.HOST, Lane.LINE, "lost")
    assert (found.label, found.detail) == ("0210", "fault: cut")


def test_other_faults_are_boxes_where_they_happen():
    faults = [
        ("nv terminal reversal #1", Lane.TERMINAL),
        ("connect terminal host #1", Lane.ECR_LINE),
        ("rx till 0601 #1", Lane.ECR_LINE),
        ("rx host 0200 #1", Lane.LINE),
        ("an act of our own", Lane.LINE),
    ]
    rows = [row("nemesis", "fault", point, "power_off", action="power_off") for point, _ in faults]
    found = [mark for mark in drawn(*rows) if isinstance(mark, Box)]
    assert [mark.lane for mark in found] == [lane for _, lane in faults]
    assert all(mark.look == "fault" and "power_off" in mark.text for mark in found)


def test_acknowledgements_are_shown_only_when_a_fault_met_them():
    sent, command = row("till", "tx", "ecr/ACK"), row("till", "rx", "ecr/0601")
    assert drawn(sent, row("terminal", "rx", "ecr/ACK"), row("terminal", "tx", "ecr/8000")) == []
    alone = [mark.label for mark in drawn(row("terminal", "tx", "ecr/ACK"), command)]
    assert alone == ["0601"]
    assert arrow(marked(sent, lost=True)).look == "lost"


def test_a_command_of_the_till_is_called_by_its_name():
    value = "intermediate status status_code=04 amount_minor=5"
    found = arrow(row("till", "rx", "ecr/04FF", value, command="04FF"), bench={})
    assert found.label == "04FF intermediate status"


def test_timers_balances_and_levels_have_no_mark():
    rows = [row("terminal", "timer", "answer"), row("host", "ledger", "balances")]
    assert drawn(*rows, row("terminal", "level", "lamp", "on")) == []


def test_every_kind_of_event_has_words_for_people():
    texts = [
        f"{mark.label if isinstance(mark, Arrow) else mark.text}" for mark in marks(whole_case())
    ]
    for wanted in [
        *("sees host_wire", "sign_in", "sign_in: done", "sale 12.34 card-3", "PRESENT_CARD"),
        *("card card-3", "nv reversal pending 000002", "debit notice 12.34", "79.9 s pass"),
        *("sale: outcome unknown", "healed: line up", "slip: receipt sale merchant"),
        *("terminal: lost", "sale 12.34 card-3 00", "reversal 12.34 card-3"),
    ]:
        assert wanted in texts


def test_a_torn_write_and_a_press_say_so():
    torn = row("terminal", "nv", "journal", "torn", torn=True)
    press = row("nemesis", "act", "show terminal WAIT #1", "Press", action="press", key="CANCEL")
    found = drawn(torn, press, row("terminal", "power", "", "off"))
    assert found[0].text == "nv journal torn!"
    assert (found[1].label, found[1].target) == ("key CANCEL", Lane.TERMINAL)
    assert (found[2].text, found[2].look) == ("power off", "power")


def test_marks_are_values():
    assert dataclasses.replace(arrow(SENT), label="x").label == "x"
