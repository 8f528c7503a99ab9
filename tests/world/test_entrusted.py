"""Rows of what a gate does: each fault just before what it is about, marked as it must be."""

import pytest

from harness.emulator import Transmit
from harness.errors import RigError
from harness.fault.plan import (
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    Plan,
    PowerOff,
    Truncate,
)
from harness.fault.point import parse
from harness.world.entrusted import Entrusted, Firing, Hit

SENT, CAME = "tx host 0210 #1", "rx host 0200 #1"
ANSWER = Transmit("0210", "terminal", b"x" * 20)
HELD = Hold(parse("rx host 0400 #1"))


class Book:
    """What a gate is entrusted with, and the rows that come of it."""

    def __init__(self, point, action):
        self.rows = []
        self.entrusted = Entrusted(Plan().also(point, action), self.fault, self.sent)
        self.point = parse(point)

    def fault(self, point, action, layer):
        self.rows.append((str(point), action.name, layer))

    def sent(self, actor, step, mark):
        self.rows.append((actor, step.label, mark))

    def fires(self, point=None, *, is_due=False):
        self.entrusted.fires(Firing(point or self.point, "tcp", 20, is_due))
        return self

    def sends(self, step=ANSWER):
        assert self.entrusted.takes("host", step)
        return self


@pytest.mark.parametrize(
    ("action", "mark"),
    [
        (Drop(), {"lost": True}),
        (Corrupt(3), {"spoiled": True}),
        (Duplicate(), {}),
        (Truncate(keep=9), {"partial": True, "size": 9}),
        (Cut(keep=0), {"partial": True, "size": 0}),
        (Cut(keep=20), {}),
        (Cut(keep=None), {}),
        (LinkDown(keep=9), {"partial": True, "size": 9}),
        (PowerOff(keep=9), {"partial": True, "size": 9}),
        (PowerOff(keep=None), {}),
    ],
)
def test_what_was_sent_has_its_row_after_that_of_its_fault(action, mark):
    book = Book(SENT, action).sends()
    assert book.rows == []
    assert book.fires().rows == [(SENT, action.name, "tcp"), ("host", "0210", mark)]


def test_held_answer_has_its_rows_when_it_is_released():
    book = Book(SENT, HELD).sends().fires(is_due=True)
    assert book.rows == [(SENT, "hold", "tcp"), ("host", "0210", {})]


def test_delayed_answer_has_its_fault_at_once_and_its_row_when_it_goes():
    book = Book(SENT, Delay(9)).sends().fires()
    assert book.rows == [(SENT, "delay", "tcp")]
    assert book.fires(is_due=True).rows[1:] == [("host", "0210", {})]


def test_delayed_request_has_its_fault_at_once_and_arrives_as_others_do():
    book = Book(CAME, Delay(9)).fires().fires(is_due=True)
    assert book.rows == [(CAME, "delay", "tcp")]
    assert book.entrusted.arrives("host", "terminal") is None


def test_only_what_the_plan_means_waits_for_a_word():
    entrusted = Book("tx host 0210 #2", Drop()).entrusted
    assert not entrusted.takes("host", Transmit("0410", "terminal", b"x"))
    assert not entrusted.takes("host", ANSWER)
    assert entrusted.takes("host", ANSWER)


def test_till_line_is_no_matter_of_a_gate():
    book = Book(CAME, Duplicate()).fires()
    assert not book.entrusted.takes("terminal", Transmit("0601", "ecr", b"x"))
    assert book.entrusted.arrives("host", "ecr") is None
    assert book.rows == []


@pytest.mark.parametrize("action", [Drop(), Cut(keep=0), LinkDown(keep=0), PowerOff(keep=0)])
def test_what_lets_nothing_arrive_has_its_row_at_once(action):
    book = Book(CAME, action).fires()
    assert book.rows == [(CAME, action.name, "tcp")]
    assert book.entrusted.arrives("host", "terminal") is None


@pytest.mark.parametrize(
    ("action", "hit"),
    [
        (Duplicate(), Hit("0200", {}, None)),
        (HELD, Hit("0200", {}, None)),
        (Corrupt(3), Hit("0200", {"spoiled": True}, None)),
        (Truncate(keep=9), Hit("0200", {"partial": True, "size": 9}, None)),
        (Cut(keep=9, how="fin"), Hit("0200", {"partial": True, "size": 9}, "fin")),
        (Cut(keep=None, how="half_open"), Hit("0200", {}, "half_open")),
        (LinkDown(keep=None), Hit("0200", {}, "rst")),
        (PowerOff(keep=None), Hit("0200", {}, "silence")),
    ],
)
def test_what_arrives_all_the_same_has_its_fault_just_before(action, hit):
    book = Book(CAME, action).fires()
    assert book.rows == []
    assert book.entrusted.arrives("host", "terminal") == hit
    assert book.rows == [(CAME, action.name, "tcp")]
    assert book.entrusted.arrives("host", "terminal") is None


def test_what_was_done_and_never_arrived_has_its_row_in_the_end():
    book = Book(CAME, Duplicate()).fires()
    book.entrusted.settle()
    book.entrusted.settle()
    assert book.rows == [(CAME, "duplicate", "tcp")]


@pytest.mark.parametrize(("is_gone", "rows"), [(False, [("host", "0210", {})]), (True, [])])
def test_what_no_fault_could_hit_has_its_row_unless_it_was_lost(is_gone, rows):
    book = Book(SENT, Corrupt(99)).sends()
    book.entrusted.cannot(book.point, is_gone=is_gone)
    book.entrusted.cannot(book.point, is_gone=is_gone)
    assert book.rows == rows


def test_gate_that_acts_where_it_has_no_step_is_a_bench_failure():
    with pytest.raises(RigError, match="where it has no step"):
        Book(SENT, Drop()).fires(parse("tx host 0410 #1"))


def test_gate_that_acts_on_what_nobody_sent_is_a_bench_failure():
    with pytest.raises(RigError, match="nothing here has reached"):
        Book(SENT, Drop()).fires()
