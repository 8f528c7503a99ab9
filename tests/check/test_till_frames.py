"""E1 and E2: spoiled frames, and commands that come at once."""

import pytest

from harness.check import till_command as checker
from tests.check.literal import row
from tests.check.slip_rows import begin, blind, done, fault, power
from tests.check.undoing_rows import ask, found, judged, made, said, sale, told, void

SEEN = {"observes": ("till", "ecr_wire", "host_wire")}
NAK = fault("corrupt", "tx till 0601 #1", device="ecr")


def e1(*rows, **header):
    return judged(checker, "E1", made(*rows, **SEEN | header))


def e2(*rows, **header):
    return judged(checker, "E2", made(*rows, **SEEN | header))


def hit(*more, what=NAK):
    """Return a sale with a fault on the till's line in it."""
    start, *rest = sale()
    return [start, what, *rest[:-1], *more, rest[-1]]


def second(stan=102):
    """Return one more sale on the line, that nobody asked for."""
    return sale(stan)[1:4]


def test_one_transaction_after_a_spoiled_frame_is_right():
    assert e1(*hit()) == (1, 0, 0)
    assert e1(*sale()) == (0, 0, 0)
    assert e1(*hit()[:-1]) == (0, 0, 0)


def test_a_second_transaction_after_a_spoiled_frame_is_a_finding():
    assert e1(*hit(*second())) == (1, 1, 0)
    assert e1(*hit(), *second()) == (1, 1, 0)
    assert e1(*hit(*second())[:-1]) == (1, 1, 0)
    assert found(made(*hit(*second()), **SEEN)) == ["E1"]


def test_other_messages_and_later_calls_are_no_second_transaction():
    assert e1(*hit(), *sale(102, 2)) == (1, 0, 0)
    assert e1(*hit(ask(102), told(102))) == (1, 0, 0)
    asks, *rest = sale()[1:]
    assert e1(begin(1), NAK, asks, asks, *rest) == (1, 0, 0)
    start, *rest = void()
    assert e1(*sale(), start, NAK, *rest) == (1, 0, 0)
    status = [begin(5, "status"), NAK, *sale()[1:4], done(5, "status")]
    assert e1(*status) == (0, 0, 0)


@pytest.mark.parametrize(
    "what",
    [
        fault("duplicate", "tx till 0601 #1"),
        fault("drop", "tx terminal ACK #1"),
        fault("truncate", "rx terminal 0601 #1"),
        fault("hold", "tx till 0630 #1"),
        fault("delay", "tx terminal 040F #1", device="ecr0"),
        fault("drop", "ecr line #1"),
    ],
)
def test_the_tills_line_is_known_by_device_or_label(what):
    assert e1(*hit(what=what)) == (1, 0, 0)


@pytest.mark.parametrize(
    "what",
    [
        fault("corrupt", "tx terminal 0200 #1"),
        fault("drop", "rx terminal 0630 #1"),
        fault("drop", "tx host 0601 #1"),
        fault("corrupt", "tx till 0601 #1", device="host"),
        fault("link_down", "tx till 0601 #1", device="ecr"),
    ],
)
def test_faults_elsewhere_and_lost_lines_are_not_its_matter(what):
    assert e1(*hit(what=what)) == (0, 0, 0)


def test_a_host_line_that_went_blind_is_a_gap():
    assert e1(*hit(blind("host_wire"))) == (0, 0, 1)
    assert e1(*hit(*second(), blind("host_wire"))) == (1, 1, 0)


def test_without_a_till_there_is_nothing_to_judge():
    rows = [one for one in hit(*second()) if one[0] != "till"]
    assert e1(*rows) == e2(*rows) == (0, 0, 0)


def apdu(kind, command, actor="terminal", **facts):
    return row(actor, kind, f"ecr/{command}", command=command, **facts)


def busy(reply="849C", command="0601", *, actor="terminal", between=(), ended=True):
    """Return a sale in which another command comes; `actor` is the end that is seen."""
    to, fro = ("rx", "tx") if actor == "terminal" else ("tx", "rx")
    replies = [apdu(fro, reply, actor)] if reply else []
    end = [apdu(fro, "060F", actor), done(1)] if ended else []
    return [
        begin(1),
        apdu(to, "0601", actor),
        apdu(fro, "8000", actor),
        apdu(fro, "04FF", actor),
        apdu(to, "8000", actor),
        begin(2),
        *between,
        apdu(to, command, actor),
        *replies,
        done(2, kind="info"),
        *end,
    ]


@pytest.mark.parametrize("actor", ["terminal", "till"])
def test_a_second_command_is_refused_as_busy(actor):
    assert e2(*busy(actor=actor)) == (1, 0, 0)
    assert e2(*busy("8000", actor=actor)) == (1, 1, 0)
    assert e2(*busy("8483", actor=actor)) == (1, 1, 0)
    assert e2(*busy(None, actor=actor)) == (1, 1, 0)


def test_a_second_command_that_is_accepted_is_found_alone():
    assert found(made(*busy("8000"), observes=("ecr_wire", "till"))) == ["E2"]


def test_the_terminals_end_counts_where_both_are_seen():
    far = [apdu("tx", "0601", "till"), apdu("rx", "8000", "till")]
    assert e2(*far, *busy(), *far) == (1, 0, 0)


def test_one_command_after_the_other_is_right():
    one = [apdu("rx", "0601"), apdu("tx", "8000"), apdu("tx", "060F"), apdu("rx", "8000")]
    assert e2(begin(1), *one, begin(2), *one) == (0, 0, 0)
    failed = [apdu("rx", "0601"), apdu("tx", "8000"), apdu("tx", "061E")]
    assert e2(begin(1), *failed, begin(2), *one) == (0, 0, 0)
    refused = [apdu("rx", "0601"), apdu("tx", "8483")]
    assert e2(begin(1), *refused, begin(2), *one) == (0, 0, 0)
    out = [apdu("rx", "0602"), apdu("tx", "8000")]
    assert e2(begin(1), *out, begin(2), *one) == (0, 0, 0)
    told = [apdu("rx", "0601"), apdu("tx", "8000"), done(1)]
    assert e2(begin(1), *told, begin(2), *one) == (0, 0, 0)
    assert e2(begin(1), apdu("tx", "04FF"), *one) == (0, 0, 0)


def test_a_power_cut_ends_what_was_running():
    one = [apdu("rx", "0601"), apdu("tx", "8000")]
    assert e2(begin(1), *one, power("off"), power("on"), begin(2), *one) == (0, 0, 0)


def test_a_repeat_of_the_frame_is_no_second_command():
    one = [apdu("rx", "0601"), apdu("tx", "8000")]
    assert e2(begin(1), *one, *one) == (0, 0, 0)
    assert e2(begin(1), *one, apdu("rx", "0F50"), apdu("tx", "849C")) == (1, 0, 0)


def test_an_abort_and_what_came_in_pieces_are_no_second_command():
    assert e2(*busy("8000", "06B0")) == (0, 0, 0)
    assert e2(*busy(between=[apdu("rx", "0601", partial=True, size=3)])) == (1, 0, 0)
    assert e2(*busy(between=[row("terminal", "rx", "ecr/ACK")])) == (1, 0, 0)


def test_a_line_that_was_lost_excuses_the_terminal():
    lost = fault("link_down", "tx terminal 849C #1", device="ecr")
    assert e2(*busy(None, between=[lost])) == (0, 0, 0)
    assert e2(lost, *busy("8000")) == (1, 1, 0)


def test_a_till_line_that_went_blind_is_a_gap():
    assert e2(*busy(between=[blind("ecr_wire")])) == (0, 0, 1)


def test_calls_without_a_transaction_end_no_watch():
    asked = [begin(7, "status"), done(7, "status")]
    assert e1(*hit(), *asked, *second()) == (1, 1, 0)


def test_each_command_that_comes_meanwhile_is_judged():
    third = [apdu("rx", "0F50"), apdu("tx", "849C")]
    rows = busy()
    assert e2(*rows[:9], *third, *rows[9:]) == (2, 0, 0)
    accepted = [apdu("rx", "0F50"), apdu("tx", "8000")]
    assert e2(*rows[:9], *accepted, *rows[9:]) == (2, 1, 0)


def test_what_is_no_reply_is_none():
    rows = busy(None)
    assert e2(*rows[:8], apdu("tx", "04FF"), apdu("rx", "8000"), *rows[8:]) == (1, 1, 0)
    assert said(checker, "E2", made(*busy(None), **SEEN)) == "no answer"
    assert said(checker, "E2", made(*busy("8483"), **SEEN)) == "8483"


def test_faults_of_the_host_line_excuse_no_command():
    lost = fault("drop", "tx host 0210 #1")
    assert e2(*busy("8000", between=[lost])) == (1, 1, 0)
