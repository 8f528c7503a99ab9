"""Histories: masked on entry, with facts beside; written and read again without loss."""

import json

import pytest

from harness.errors import MisuseError
from harness.history.record import (
    KINDS,
    Expected,
    Header,
    History,
    Recorder,
    Row,
    dump,
    load,
    masked,
    normal_form,
)

PAN = "6228480000000000018"
HIDDEN = "622848*********0018"
HEADER = Header(
    world="virtual",
    observes=("slip",),
    plan=(Expected("p", "a", ("R1",)),),
    due=("R1", "M2"),
    profile={"reversal_attempts_max": 3, "f39_table": ("00 A", "55 C")},
    bench={"kind": "emulated"},
)


def recorded(**options):
    recorder = Recorder(HEADER, lambda: 7, **options)
    recorder.add("terminal", "tx", "host/0200", "sale", {"stan": 1, "luhn_ok": True})
    recorder.add("terminal", "show", f"CARD {PAN}", f"卡号 {PAN}", {"text": (PAN, "x"), "one": PAN})
    return recorder.history()


def lines():
    return dump(recorded()).splitlines()


def changed(number, **fields):
    """Return the history's lines with one of them changed."""
    part = json.loads(lines()[number]) | fields
    return [json.dumps(part) if place == number else line for place, line in enumerate(lines())]


# --- masking


def test_card_number_is_masked_on_entry_in_every_text_of_a_row():
    row = recorded().rows[1]
    assert (row.address, row.value) == (f"CARD {HIDDEN}", f"卡号 {HIDDEN}")
    assert row.facts == {"text": (HIDDEN, "x"), "one": HIDDEN}


def test_no_output_holds_the_card_number_in_clear():
    written = []
    assert PAN not in dump(recorded(sink=written.append)) + "".join(written)
    assert PAN not in repr(recorded())


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"a{PAN}b", f"a{HIDDEN}b"),
        (f"{PAN}D4912220", "622848*********0018D4912220"),
        ("6228 4800 0000 0000 018", "622848*********0018"),
        ("6228-4800-0000-0000-018.", "622848*********0018."),
        ("4761 7390 0101 0119", "476173******0119"),
        (PAN + PAN, PAN[:6] + "*" * 28 + PAN[-4:]),
    ],
)
def test_card_number_is_found_in_any_text(text, hidden):
    assert masked(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "123456789012345",  # a merchant number, which does not pass Luhn
        "000000000012",
        "2026 0701 1011 1213",
        "1234 5678 9012",
        "",
    ],
)
def test_other_numbers_stay_readable(text):
    assert masked(text) == text


# --- the recorder


def test_rows_are_numbered_and_timed():
    assert [(row.index, row.time_ns) for row in recorded().rows] == [(0, 7), (1, 7)]


def test_sink_gets_each_line_at_once():
    written = []
    recorder = Recorder(HEADER, lambda: 7, sink=written.append)
    assert len(written) == 1
    recorder.add("terminal", "power", value="on")
    assert "".join(written) == dump(recorder.history())


class Guard:
    """Counts how often it is held, and says whether it is."""

    entered = 0
    is_held = False

    def __enter__(self):
        self.entered += 1
        self.is_held = True

    def __exit__(self, *_):
        self.is_held = False


def test_guard_is_held_for_number_time_and_sink_of_each_row():
    guard, held = Guard(), []

    def look(*_):
        held.append(guard.is_held)
        return 7

    recorder = Recorder(HEADER, look, guard=guard, sink=look)
    recorder.add("terminal", "power", value="on")
    recorder.history()
    assert held == [False, True, True]  # the header has no rival
    assert guard.entered == 2


def test_facts_of_a_row_do_not_change_with_the_writers():
    facts = {"stan": 1}
    recorder = Recorder(HEADER, lambda: 7)
    recorder.add("terminal", "tx", facts=facts)
    facts["stan"] = 2
    assert recorder.history().rows[0].facts == {"stan": 1}


def test_history_taken_early_does_not_grow():
    recorder = Recorder(HEADER, lambda: 7)
    early = recorder.history()
    recorder.add("terminal", "power")
    assert early.rows == ()


def test_unknown_kind_of_row_is_misuse():
    with pytest.raises(MisuseError, match="guess"):
        Recorder(HEADER, lambda: 0).add("terminal", "guess")


# --- stored and read


def test_load_reverses_dump():
    assert load(lines()) == recorded()
    assert dump(load(lines())) == dump(recorded())


def test_same_history_is_the_same_text_however_its_facts_were_collected():
    one, other = (Row(0, 0, "a", "tx", facts=dict(order)) for order in (
        [("a", 1), ("b", 2)], [("b", 2), ("a", 1)]
    ))  # fmt: skip
    assert dump(History(HEADER, (one,))) == dump(History(HEADER, (other,)))


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        ([], "the history is empty"),
        (["{}"], "history of schema None: expected 1"),
        (["nonsense"], "line 1 of the history is damaged"),
        (changed(0, schema=2), "history of schema 2: expected 1"),
        (changed(0, plan=[3]), "line 1 of the history is damaged: this is no header"),
        (changed(0, colour="red"), "line 1 of the history is damaged: this is no header"),
        ([*lines()[:2], lines()[2][:-9]], "line 3 of the history is damaged: expected a JSON"),
        ([*lines()[:2], "[1]"], "line 3 of the history is damaged: expected a JSON object"),
        ([*lines()[:2], "{}"], "line 3 of the history is damaged: this is no row"),
        (changed(1, facts=3), "line 2 of the history is damaged: this is no row"),
        (changed(1, kind="guess"), "line 2 of the history is damaged: expected actor, kind"),
        (changed(1, value=3), "line 2 of the history is damaged: expected actor, kind"),
        (changed(1, time_ns="soon"), "line 2 of the history is damaged: expected row 0"),
        ([lines()[0], lines()[2]], "line 2 of the history is damaged: expected row 0"),
    ],
)
def test_damaged_history_is_misuse_that_names_the_line(damaged, why):
    with pytest.raises(MisuseError) as raised:
        load(damaged)
    assert str(raised.value).startswith(why)


# --- normal form


def rows(*parts):
    made = [Row(n, n, actor, kind, address, value, facts)
            for n, (actor, kind, address, value, facts) in enumerate(parts)]  # fmt: skip
    return History(HEADER, tuple(made))


def row(actor, kind, address="", value="", **facts):
    return actor, kind, address, value, facts


SENT = row("terminal", "tx", "host/0200")
CAME = row("terminal", "rx", "host/0210")
TOLD = row("terminal", "tx", "ecr/04FF")
WRITTEN = row("terminal", "nv", "reversal")
SET = row("terminal", "timer", "ecr ack")
GONE = row("terminal", "disconnect", "host", "lost")
PIECE = row("terminal", "note", "host", "3 bytes of a frame", partial=True)


@pytest.mark.parametrize("lucky", [TOLD, SET, CAME, GONE, PIECE, row("host", "ledger", "sale")])
def test_order_that_is_luck_makes_no_difference(lucky):
    assert normal_form(rows(WRITTEN, lucky)) == normal_form(rows(lucky, WRITTEN))


@pytest.mark.parametrize(
    "due", [SENT, row("terminal", "show", "WAIT"), row("terminal", "connect", "host", "dial")]
)
def test_order_of_what_a_machine_does_makes_a_difference(due):
    assert normal_form(rows(WRITTEN, due)) != normal_form(rows(due, WRITTEN))


@pytest.mark.parametrize(("one", "other"), [(SENT, CAME), (CAME, GONE), (PIECE, GONE)])
def test_order_on_one_link_makes_a_difference(one, other):
    assert normal_form(rows(one, other)) != normal_form(rows(other, one))


def test_order_of_one_timer_makes_a_difference():
    stopped = row("terminal", "cancel", "ecr ack")
    assert normal_form(rows(SET, stopped)) != normal_form(rows(stopped, SET))


def test_timer_of_a_link_that_runs_anew_with_every_byte_is_left_out():
    armed, stopped = row("terminal", "timer", "ecr"), row("terminal", "cancel", "ecr")
    assert normal_form(rows(WRITTEN, armed, stopped)) == normal_form(rows(WRITTEN))


def test_what_belongs_to_a_world_alone_is_left_out():
    listening = row("bench", "note", "listen", "host/terminal 127.0.0.1:4711", loopback=True)
    own = (row("bench", "sees", "slip"), row("bench", "blind", "slip"), listening)
    assert normal_form(rows(*own)) == {}


def test_no_row_of_another_kind_is_lost():
    for kind in KINDS - {"sees", "blind"}:
        assert [group for group in normal_form(rows(row("x", kind, "y", "z"))).values() if group]
