import pytest

from harness.check.exchange import line_of, seconds
from tests.check.literal import history, row
from tests.check.slip_rows import (
    answer,
    at_host,
    begin,
    done,
    fault,
    hang_up,
    management,
    power,
    request,
    reversal,
)  # fmt: skip

HOST = {"host_wire_at": "host"}
CANCEL = row("operator", "act", "key", key="CANCEL")


def exchanges(*rows, **header):
    return line_of(history(*rows, **header)).exchanges


def first(*rows, **header):
    return exchanges(*rows, **header)[0]


def timed(at_s, each):
    return (*each[:4], at_s, each[5])


def test_a_history_is_read_once_for_all_checkers():
    one, other = history(request()), history(request())
    assert line_of(one) is line_of(one)
    assert line_of(one) is not line_of(other)
    assert line_of(other).history is other


def test_an_answer_of_the_request_is_taken():
    exchange = first(request(), answer(), hang_up())
    assert exchange.approves
    assert not exchange.doubt
    assert exchange.end.kind == "disconnect"


def test_an_answer_after_the_terminal_went_on_is_not_its_own():
    assert first(request(), hang_up(), answer()).taken is None
    assert first(request(), power("off"), answer()).taken is None
    assert first(request(), request(102), answer()).taken is None
    assert first(request(), row("terminal", "disconnect", "ecr", "lost"), answer()).taken
    assert first(request(), row("host", "power", "", "off"), answer()).taken


def test_rows_of_other_lines_and_actors_are_no_messages():
    others = [row("terminal", "tx", "ecr/060F"), row("till", "rx", "ecr/060F")]
    others += [row("nemesis", "tx", "host/0200"), at_host(request())]
    assert exchanges(*others) == []
    assert exchanges(request(), answer(), row("host", "tx", "ecr/0200"), **HOST) == []


@pytest.mark.parametrize(("at_s", "is_taken", "is_doubtful"), [
    (59.5, True, False), (60.5, True, True), (61.5, True, True), (62.5, False, False),
])  # fmt: skip
def test_an_answer_near_the_time_out_may_be_taken_or_not(at_s, is_taken, is_doubtful):
    exchange = first(request(at_s=1), answer(at_s=at_s))
    assert bool(exchange.taken) is is_taken
    assert bool(exchange.doubt) is is_doubtful


def test_cancel_ends_the_wait_where_it_is_obeyed():
    def cancelled(at_s, **profile):
        rows = [request(at_s=1), timed(5, CANCEL), answer(at_s=at_s)]
        return first(*rows, profile=profile)

    assert cancelled(5.5).doubt
    assert cancelled(5.5).taken
    assert cancelled(9).taken is None
    assert not cancelled(9).doubt
    assert cancelled(9, cancel_while_waiting="ignored").taken
    assert first(request(at_s=1), timed(5, CANCEL)).taken is None
    other = row("operator", "act", "key", at_s=5, key="1")
    assert first(request(at_s=1), other, answer(at_s=9)).taken


def test_an_abort_by_the_till_makes_the_answer_doubtful():
    abort = row("till", "tx", "ecr/06B0")
    assert first(request(), abort, answer()).doubt
    assert not first(request(), answer(), abort).doubt
    assert not first(abort, request(), answer()).doubt
    assert not first(request(), row("till", "rx", "ecr/06B0"), answer()).doubt


@pytest.mark.parametrize("lacking", [
    {"stan": None}, {"F3": None}, {"terminal_id": None}, {"mac": "absent", "mac_ok": None},
])  # fmt: skip
def test_an_approval_that_lacks_something_is_doubtful(lacking):
    facts = dict(lacking)
    told = answer(facts.pop("stan", 101), **facts)
    assert first(request(), told).doubt


def test_a_decline_may_be_short_but_for_its_number():
    short = {"response_code": "51", "F3": None, "amount_minor": None, "mac": "absent"}
    assert not first(request(), answer(**short | {"mac_ok": None})).doubt
    assert first(request(), answer(None, **short | {"mac_ok": None})).doubt


def test_part_of_an_answer_is_none():
    assert first(request(), answer(partial=True)).taken is None


@pytest.mark.parametrize("mark", ["lost", "spoiled", "partial"])
def test_at_the_hosts_end_a_marked_answer_did_not_arrive(mark):
    told = at_host(answer(**{mark: True}))
    assert first(at_host(request()), told, **HOST).taken is None


def test_at_the_hosts_end_a_fault_of_the_line_makes_the_answer_doubtful():
    rows = [at_host(request()), at_host(answer())]
    assert not first(*rows, **HOST).doubt
    assert first(*rows, fault("cut", "tx host 0210 #1"), **HOST).doubt
    assert first(*rows, power("off"), **HOST).doubt
    assert not first(*rows, fault("paper_out"), **HOST).doubt
    assert not first(*rows, fault("cut", "tx till 0601 #1", device="ecr"), **HOST).doubt
    assert not first(request(), answer(), fault("cut", "tx host 0210 #1")).doubt
    assert not first(*rows, row("host", "disconnect", "terminal", "lost"), **HOST).doubt


def test_what_the_bench_doubled_on_the_way_to_the_host_was_sent_once():
    twin = fault("duplicate", "rx host 0200 #1")
    one = at_host(request())
    assert len(exchanges(twin, one, one, **HOST)) == 1
    assert len(exchanges(one, one, **HOST)) == 2
    assert len(exchanges(twin, one, one, one, **HOST)) == 2
    assert len(exchanges(twin, one, at_host(request(102)), **HOST)) == 2
    assert len(exchanges(fault("duplicate", "rx host 0400 #1"), one, one, **HOST)) == 2
    assert len(exchanges(twin, request(), request())) == 2


def test_a_reversal_undoes_the_request_of_its_number():
    found = exchanges(request(), request(102), reversal(), reversal())
    assert [len(one.reversals) for one in found] == [2, 0, 0, 0]
    assert found[2].undoes is found[0]


def test_a_reversal_of_an_unknown_number_undoes_the_last_that_is_like_it():
    rows = [request(), request(102, amount_minor=5), request(103)]
    assert len(exchanges(*rows, reversal(200))[2].reversals) == 1
    assert len(exchanges(*rows, reversal(200, amount_minor=5))[1].reversals) == 1
    assert exchanges(*rows, reversal(200, amount_minor=6))[3].undoes is None
    assert exchanges(*rows, reversal(None, F3=None))[3].undoes is None
    assert exchanges(reversal(), reversal(102))[1].undoes is None


def test_a_reversal_with_its_own_number_is_known_by_field_61():
    rows = [request(), request(102), reversal(103, F61="000007000101")]
    profile = {"reversal_stan": "new"}
    assert len(exchanges(*rows, profile=profile)[0].reversals) == 1
    assert len(exchanges(*rows)[1].reversals) == 1
    unreadable = [*rows[:2], reversal(102, F61="000007******")]
    assert len(exchanges(*unreadable, profile=profile)[1].reversals) == 1
    unknown = [*rows[:2], reversal(102, F61="000007000999")]
    assert len(exchanges(*unknown, profile=profile)[1].reversals) == 1


def test_identical_unanswered_requests_are_one():
    found = exchanges(request(), request(), request(), reversal())
    assert [one.repeats for one in found[:3]] == [None, found[0], found[0]]
    assert len(found[0].reversals) == 1
    assert exchanges(request(), answer(), request())[1].repeats is None
    assert exchanges(request(), request(F3="200000"))[1].repeats is None
    assert exchanges(request(None), request(None))[1].repeats is None


def test_a_call_is_found_by_what_happens_in_it():
    line = line_of(history(begin(1), request(), done(1), begin(2), request(102)))
    assert line.call_at(1).invoke.index == 0
    assert line.call_at(4).invoke.index == 3
    assert line.call_at(0) is None


def test_keys_are_certain_again_after_a_sign_in_that_arrived():
    lost = [management("0800", "sign_in", 1), hang_up()]
    late = management("0810", "sign_in", 1, response_code="00")
    again = [management("0800", "sign_in", 2), management("0810", "sign_in", 2, response_code="00")]
    found = exchanges(*lost, late, request(), *again, request(102))
    assert [one.are_keys_certain for one in found] == [True, False, False, True]
    assert first(request(), answer(mac_ok=True)).doubt == ""
    assert exchanges(*lost, late, request(), answer())[1].doubt
    echo = [management("0820", "echo", 1), management("0810", "echo", 1, response_code="00")]
    assert exchanges(*echo, request())[1].are_keys_certain
    assert exchanges(*lost, answer(), request())[1].are_keys_certain
    assert exchanges(at_host(late), request())[0].are_keys_certain


def test_times_are_said_in_seconds():
    assert seconds(1_500_000_000) == "1.5 s"


def test_what_was_not_asked_may_be_told():
    assert first(request(amount_minor=None), answer()).taken
    assert first(request(terminal_id=None), answer()).taken


def test_the_hosts_end_of_the_line_does_not_end_the_terminals_wait():
    assert first(request(), row("host", "disconnect", "terminal", "hang up"), answer()).taken


def test_an_answer_to_a_terminal_without_power_may_not_have_arrived():
    """Its message is recorded after the cut, as the host got it only then."""
    rows = [power("off"), at_host(request()), at_host(answer()), power("on"), at_host(request(102))]
    first, second = line_of(history(*rows, host_wire_at="host")).exchanges
    assert first.doubt == "the host's answer may not have arrived"
    assert not second.doubt
    near = [power("off"), request(), answer()]
    assert not line_of(history(*near)).exchanges[0].doubt
    other = [row("host", "power", "", "off"), at_host(request()), at_host(answer())]
    assert not line_of(history(*other, host_wire_at="host")).exchanges[0].doubt
