"""D2: writes that the power cut short."""

import pytest

from harness.check import power_loss as checker
from tests.check.literal import row
from tests.check.slip_rows import blind, power, request, reversal
from tests.check.undoing_rows import found, judged, made, sale

NV = {"observes": ("nv", "host_wire", "power")}
TORN = {"torn": True}
OFF_ON = (power("off"), power("on"))


def d2(*rows, **header):
    return judged(checker, "D2", made(*rows, **NV | header))


def record(stan, state="pending", **facts):
    return row("terminal", "nv", "reversal", state=state, stan=stan, batch="000007", **facts)


def journal(*records, **facts):
    return row("terminal", "nv", "journal", records=records, **facts)


def counters(stan, **facts):
    return row("terminal", "nv", "counters", stan=stan, batch="000007", **facts)


def torn_record(*after, stan=102):
    """Return a sale, and the torn record of the next one, whose request never leaves."""
    return [*sale(), record(stan, **TORN), *OFF_ON, *after]


def test_a_torn_record_of_a_request_that_never_left_makes_no_reversal():
    assert d2(*torn_record(*sale(103, 2))) == (1, 0, 0)
    assert d2(*torn_record()) == (0, 0, 0)
    assert d2(*sale()) == (0, 0, 0)


def test_a_reversal_from_a_torn_record_is_a_finding():
    rows = torn_record(reversal(102, F3="999999"), *sale(103, 2))
    assert d2(*rows) == (1, 1, 0)
    start, *rest = sale()
    alone = [start, record(101), *rest, *torn_record(reversal(102, F3="999999"))[8:]]
    assert found(made(*alone, **NV)) == ["D2"]


def test_a_reversal_after_the_next_request_is_of_another_use_of_the_number():
    rows = torn_record(request(103), reversal(102, F3="999999"))
    assert d2(*rows) == (1, 0, 0)


@pytest.mark.parametrize(
    "before",
    [
        [record(102), request(102, card="card-9")],
        [record(102)],
        [request(102, batch="000007")],
    ],
)
def test_a_request_that_left_or_a_record_that_was_whole_is_no_matter_of_it(before):
    rows = [*sale(), *before, record(102, **TORN), *OFF_ON, request(103)]
    assert d2(*rows) == (0, 0, 0)


def test_what_a_record_does_not_say_is_not_judged():
    rows = [record(None, **TORN), *OFF_ON, request(103)]
    assert d2(*rows) == (0, 0, 0)
    assert d2(record(102, "clear", **TORN), *OFF_ON, request(103)) == (0, 0, 0)
    older = [record(101), record(102, **TORN), *OFF_ON, request(103)]
    assert d2(*older) == (1, 0, 0)


def test_a_settlement_shows_it_too():
    rows = torn_record(row("terminal", "tx", "host/0500", mti="0500", name="settlement", stan=103))
    assert d2(*rows) == (1, 0, 0)


OLD, NEW = "101|sale|1234|approved", "102|sale|500|approved"


def test_a_record_that_only_a_torn_write_had_is_gone():
    start = [journal(OLD), journal(OLD, NEW, **TORN), *OFF_ON]
    assert d2(*start, journal(OLD)) == (1, 0, 0)
    assert d2(*start) == (0, 0, 0)
    assert d2(*start, journal(OLD, **TORN), *OFF_ON, journal(OLD)) == (1, 0, 0)
    assert d2(journal(NEW, **TORN), *OFF_ON, journal()) == (1, 0, 0)


def test_a_record_of_a_torn_write_that_is_there_is_a_finding():
    start = [journal(OLD), journal(OLD, NEW, "bad", **TORN), *OFF_ON]
    assert d2(*start, journal(OLD, NEW)) == (1, 1, 0)
    assert found(made(*start, journal(OLD, NEW), observes=("nv",))) == ["D2"]
    assert d2(*start, request(102), journal(OLD, NEW)) == (1, 0, 0)


def test_what_only_changes_a_record_is_not_judged():
    voided = OLD.replace("approved", "voided")
    assert d2(journal(OLD), journal(voided, **TORN), *OFF_ON, journal(voided)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("stan", "wrong"), [(102, 0), (103, 0), (104, 1), (101, 1), (100, 1), (999999, 1)]
)
def test_after_torn_counters_the_old_or_the_new_one_gives_the_number(stan, wrong):
    rows = [counters(101), counters(102, **TORN), *OFF_ON, reversal(101), request(stan)]
    assert d2(*rows) == (1, wrong, 0)


def test_a_wrong_number_after_torn_counters_is_found_alone():
    rows = [counters(101), counters(102, **TORN), *OFF_ON, record(777), request(777)]
    assert found(made(*rows, observes=("nv",))) == ["D2"]


def test_reversals_with_numbers_of_their_own_take_the_next_ones():
    new = {"profile": {"reversal_stan": "new"}}
    rows = [counters(101), counters(102, **TORN), *OFF_ON]
    own = (reversal(102, F61="000007000101"), reversal(103, F61="000007000101"))
    assert d2(*rows, *own, *sale(104, 2), **new) == (1, 0, 0)
    assert d2(*rows, reversal(104, F61="000007000101"), *sale(105, 2), **new) == (1, 1, 0)
    assert d2(*rows, reversal(101), *sale(102, 2)) == (1, 0, 0)
    assert d2(*rows, *own, *sale(104, 2)) == (1, 1, 0)


def test_numbers_go_round():
    rows = [counters(999_998), counters(999_999, **TORN), *OFF_ON]
    assert d2(*rows, request(999_999)) == (1, 0, 0)
    assert d2(*rows, request(1)) == (1, 0, 0)
    assert d2(*rows, request(2)) == (1, 1, 0)


def test_counters_without_a_whole_write_or_a_number_after_them_are_not_judged():
    assert d2(counters(102, **TORN), *OFF_ON, request(103)) == (0, 0, 0)
    assert d2(counters(101), counters(None, **TORN), *OFF_ON, request(103)) == (0, 0, 0)
    assert d2(counters(101), counters(102, **TORN), *OFF_ON) == (0, 0, 0)
    assert d2(counters(101), counters(102, **TORN), *OFF_ON, request(None)) == (0, 0, 0)


def test_areas_that_show_nothing_are_not_judged():
    assert d2(row("terminal", "nv", "keys", **TORN), *OFF_ON, request(103)) == (0, 0, 0)


def test_a_terminal_that_was_not_seen_to_boot_is_a_gap():
    rows = [journal(OLD, **TORN), power("off"), row("host", "power", "", "on")]
    assert d2(*rows) == (0, 0, 1)


@pytest.mark.parametrize("channel", ["nv", "host_wire"])
def test_channels_that_went_blind_are_a_gap(channel):
    rows = [journal(OLD, **TORN), *OFF_ON, blind(channel), journal(OLD)]
    assert d2(*rows) == (0, 0, 1)


def test_only_writes_of_the_same_area_that_were_whole_count():
    other = row("terminal", "nv", "last", stan=102, outcome="approved")
    rows = [record(101), other, record(102, **TORN), *OFF_ON, request(103)]
    assert d2(*rows) == (1, 0, 0)
    again = [record(102, **TORN), *OFF_ON, record(102, **TORN), *OFF_ON, request(103)]
    assert d2(*again) == (2, 0, 0)
    drawer = [counters(101), journal("1|sale|1|approved"), counters(102, **TORN), *OFF_ON]
    assert d2(*drawer, request(102)) == (1, 0, 0)
    twice = [counters(101), counters(500, **TORN), *OFF_ON, counters(102, **TORN), *OFF_ON]
    assert d2(*twice, request(102)) == (2, 0, 0)


def test_a_number_used_in_an_older_batch_is_no_request_of_it():
    older = request(102, batch="000006")
    assert d2(older, record(102, **TORN), *OFF_ON, request(103)) == (1, 0, 0)


def test_other_messages_are_no_gate_and_other_reversals_not_its_own():
    asked = row("terminal", "tx", "host/0800", mti="0800", name="sign_in", stan=103)
    assert d2(*torn_record(asked)) == (0, 0, 0)
    other = reversal(101)
    assert d2(*torn_record(other, *sale(103, 2))) == (1, 0, 0)
    new = {"profile": {"reversal_stan": "new"}}
    own = reversal(102, original_batch="000007", original_stan=101, F61="000007000101")
    assert d2(*torn_record(own, *sale(103, 2)), **new) == (1, 0, 0)
    wrong = reversal(103, original_batch="000007", original_stan=102, F61="000007000102")
    assert d2(*torn_record(wrong, *sale(104, 2)), **new) == (1, 1, 0)


def test_only_whole_writes_of_the_journal_after_the_boot_count():
    start = [journal(OLD), journal(OLD, NEW, **TORN), *OFF_ON]
    drawer = row("terminal", "nv", "last", records=(NEW,))
    assert d2(*start, drawer, journal(OLD)) == (1, 0, 0)
    torn = journal(OLD, NEW, **TORN)
    assert d2(*start, torn, *OFF_ON, journal(OLD)) == (2, 0, 0)


def test_only_what_left_after_the_boot_counts():
    before = [request(102), journal(OLD), journal(OLD, NEW, **TORN), *OFF_ON]
    assert d2(*before, journal(OLD, NEW)) == (1, 1, 0)
    early = [request(900), counters(101), counters(102, **TORN), *OFF_ON]
    assert d2(*early, request(103)) == (1, 0, 0)
