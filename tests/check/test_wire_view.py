import pytest

from harness.check.view import view
from harness.check.wire_view import attempts, attempts_in, departures, orphans_in
from harness.history.record import Header, History
from tests.check.literal import history, row
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    cancel,
    fault,
    invoke,
    power,
    pushed,
    request,
    seen_at_host,
    sign_in,
    unanswered,
    undo,
    undone,
)

NEW = {"profile": {"reversal_stan": "new"}}


def only(whole):
    (found,) = attempts(whole)
    return found


def owned(*rows, **header):
    """Return for each attempt the rows of its 0400s."""
    whole = history(*rows, **header)
    return [[each.index for each in one.reversals] for one in attempts(whole)]


def orphaned(*rows, **header):
    line = view(history(*rows, **header))
    return [each.index for each in orphans_in(line, attempts_in(line))]


def test_an_empty_history_has_no_attempts():
    assert attempts(History(Header(world="virtual", observes=()), ())) == []


def test_an_attempt_has_its_answer_its_end_and_its_name():
    one, two = attempts(history(*approved(1, 1), *approved(2)))
    assert (one.request.index, one.answer.index, one.until) == (2, 3, 10)
    assert (one.title, one.stan, one.doubt, one.power_cut) == ("sale 000001", 1, "", None)
    assert (two.until, two.following, one.reuse) == (15, None, 16)


def test_management_and_reversals_are_no_attempts():
    assert attempts(history(*sign_in(), undo(1), undone(1))) == []
    assert len(departures(history(*sign_in(), undo(1), undone(1)))) == 2


def test_reversals_and_their_answers_belong_to_the_request_of_their_stan():
    rows = [*unanswered(), *pushed(code="96"), *pushed(), *approved(2)]
    one, two = attempts(history(*rows))
    assert [each.index for each in one.reversals] == [5, 8]
    assert [each.index for each in one.reversal_answers] == [6, 9]
    assert two.reversals == two.reversal_answers == ()


def test_the_latest_request_of_a_stan_is_meant():
    assert owned(*approved(1, 1), *unanswered(1, 2), *pushed()) == [[], [13]]
    one = attempts(history(*approved(1, 1), *unanswered(1, 2), *pushed()))[0]
    assert one.reuse == 10


def test_the_answer_to_a_reversal_after_the_stan_was_used_again_is_found():
    rows = [*unanswered(), undo(1), *unanswered(1, 2), undone(1)]
    assert [len(one.reversal_answers) for one in attempts(history(*rows))] == [0, 0]
    again = [undo(9, F61="000007000001"), undone(9)]
    rows = [*unanswered(), *again, *unanswered(1, 2)]
    assert [len(one.reversal_answers) for one in attempts(history(*rows, **NEW))] == [1, 0]
    far = [*unanswered(), request(9), *unanswered(1, 2), undo(9), undone(9)]
    assert [len(one.reversal_answers) for one in attempts(history(*far))] == [0, 1, 0]


def test_a_reversal_under_a_new_stan_names_its_request_in_field_61():
    rows = [*unanswered(), *approved(2), undo(3, F61="000007000001")]
    assert owned(*rows, **NEW) == [[13], []]
    rows = [*unanswered(), *approved(2), undo(3, F61="000006000001"), undo(2)]
    assert owned(*rows, **NEW) == [[], [13, 14]]


def test_a_repeat_under_its_own_new_stan_belongs_to_the_same_request():
    first = undo(3, F61="000007000001")
    again = undo(3, amount_minor=7)
    assert owned(*unanswered(), *approved(2), first, again, **NEW) == [[13, 14], []]


def test_a_reversal_of_another_stan_belongs_to_what_it_is_like():
    assert owned(*unanswered(), undo(7)) == [[5]]
    assert owned(*unanswered(), undo(7, card="card-1")) == [[5]]
    assert owned(*unanswered(), undo(7, card="card-2")) == [[]]
    assert owned(*unanswered(), undo(7, amount_minor=5)) == [[]]
    assert orphaned(*unanswered(), undo(7, amount_minor=5), undo(1)) == [5]


def test_a_reversal_before_its_request_undoes_nothing():
    assert orphaned(undo(1), *unanswered()) == [0]


def test_a_request_that_could_not_be_read_is_what_the_next_reversal_undoes():
    cut = ("host", "rx", "terminal/0200", "", 0, {"mti": "0200", "partial": True, "size": 9})
    whole = history(cut, *at_host(pushed()), host_wire_at="host")
    assert [each.index for each in only(whole).reversals] == [1]


def test_an_identical_request_at_once_is_a_repeat():
    one = only(history(request(1), request(1), answer(1)))
    assert ([each.index for each in one.repeats], one.answer.index) == ([1], 2)
    assert (one.following, one.until, one.reuse) == (None, 2, 3)


@pytest.mark.parametrize(
    "between", [[invoke(2)], [power("off"), power("on")], [request(2), answer(2)]]
)
def test_after_a_call_a_power_cut_or_another_request_it_is_a_new_one(between):
    whole = history(request(1), *between, request(1), answer(1))
    assert [one.request.index for one in attempts(whole) if one.stan == 1][1:]


def test_an_advice_is_a_repeat_at_any_time():
    advice = request(1, kind="completion_advice")
    assert len(attempts(history(advice, *approved(2), power("off"), power("on"), advice))) == 2


@pytest.mark.parametrize("name", ["batch", "amount_minor", "card", "F3", "type_code"])
def test_a_request_that_differs_is_no_repeat(name):
    other = request(1)
    other[5][name] = "x"
    assert len(attempts(history(request(1), other))) == 2


def test_requests_without_stan_are_no_repeats_and_reuse_nothing():
    nameless = request(None)
    one, two = attempts(history(nameless, nameless))
    assert (one.reuse, two.reuse, one.stan) == (2, 2, None)


def test_answers_are_what_came_before_the_next_message_and_what_names_it_later():
    rows = [request(1), answer(9), request(2), answer(1), answer(2), undone(1)]
    one, two = attempts(history(*rows))
    assert [each.index for each in one.answers] == [1, 3]
    assert [each.index for each in two.answers] == [3, 4, 5]
    again = [request(1), request(2), request(1, amount_minor=5), answer(1)]
    assert [len(each.answers) for each in attempts(history(*again))] == [0, 0, 1]


def test_a_power_cut_belongs_to_the_request_before_it():
    one, two = attempts(history(request(1), power("off"), power("on"), request(2)))
    assert (one.power_cut.index, two.power_cut) == (1, None)


def test_at_the_host_a_cut_may_be_recorded_before_the_request():
    one = only(seen_at_host([power("off"), request(1), power("on")]))
    assert one.power_cut.index == 0
    assert only(seen_at_host([power("off"), power("on"), request(1)])).power_cut is None
    assert (
        only(seen_at_host([request(1), ("host", "power", "", "off", None, {})])).power_cut is None
    )


def test_at_the_host_what_it_received_stands_for_what_was_sent():
    whole = seen_at_host([*unanswered(), *pushed(), *approved(2)])
    one, two = attempts(whole)
    assert (one.answer, len(one.reversals), two.answer.actor) == (None, 1, "host")


def test_a_copy_that_the_bench_made_is_left_out():
    doubled = fault("rx host 0200 #1", "duplicate")
    rows = [*at_host([request(1)]), doubled, *at_host([request(1)]), *at_host([request(1)])]
    one = only(history(*rows, host_wire_at="host"))
    assert [each.index for each in one.repeats] == [3]
    other = history(*rows[:2], *at_host([request(2)]), host_wire_at="host")
    assert len(attempts(other)) == 2
    rows = [doubled, cancel(), *at_host([request(1), answer(1), request(1)])]
    assert len(only(history(*rows, host_wire_at="host")).repeats) == 1


def test_at_the_terminal_what_the_bench_doubled_left_once():
    whole = history(fault("tx terminal 0200 #1", "duplicate"), request(1), request(1))
    assert len(only(whole).repeats) == 1


def test_departures_are_shared_by_both_views():
    rows = [*unanswered(), *pushed()]
    for whole in (history(*rows), seen_at_host(rows)):
        assert [each.facts["mti"] for each in departures(whole)] == ["0200", "0400"]


def test_what_others_do_on_other_lines_is_not_on_the_host_line():
    rows = [
        row("terminal", "tx", "ecr/0601", mti="0200"),
        row("till", "rx", "ecr/0200", mti="0200"),
        cancel(),
    ]
    assert attempts(history(*rows)) == []


def test_where_field_61_names_nothing_the_stan_does():
    assert owned(*unanswered(), *approved(2), undo(1), **NEW) == [[13], []]
    nameless = [*unanswered(), request(None), undo(9, F61="000007000001")]
    assert owned(*nameless, **NEW) == [[6], []]


def test_a_request_that_was_cut_short_but_read_is_compared():
    cut = request(1, partial=True, size=90)
    assert owned(cut, undo(9)) == [[1]]
    assert owned(cut, undo(9, amount_minor=5)) == [[]]


def test_the_answer_to_a_reversal_has_its_stan():
    one = only(history(*unanswered(), undo(1), undone(8), undone(1)))
    assert [each.index for each in one.reversal_answers] == [7]
