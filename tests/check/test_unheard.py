"""Reversals that faults kept from the host, on benches that do not see what the terminal tells."""

import pytest

from harness.check import money, reversal
from tests.check.literal import history, judgements
from tests.check.money_rows import (
    REST,
    answer,
    end,
    fault,
    notice,
    open_item,
    posting,
    request,
    reversed_answer,
    reversing,
    sale_call,
    slip,
    undo,
)

SLIPS = ("host_wire", "ledger", "notify", "slip")
PENDING = [
    sale_call(), request(), posting(), notice("s7"), answer(), fault("drop", "tx host 0210 #1"),
    end("fail", voucher=7),
]  # fmt: skip
NEXT = [request(8), posting(8), notice("s8"), answer(8), slip(8)]
RULES = ("M2", "M3", "M5")


def lost(*numbers):
    return [fault("drop", f"rx host 0400 #{number}") for number in numbers]


def at_host(rows):
    """Return the rows as a bench has them that sits at the host and sees no till."""
    for actor, kind, address, *rest in rows:
        if actor == "terminal" and kind in {"tx", "rx"}:
            other = {"tx": "rx", "rx": "tx"}[kind]
            yield "host", other, address.replace("host/", "terminal/"), *rest
        elif actor != "till":
            yield actor, kind, address, *rest


def told(rows, observes=SLIPS, **header):
    """Return of the rules about money whether they have findings, and whether they have gaps."""
    whole = history(*at_host([*rows, *REST]), observes=observes, host_wire_at="host", **header)
    found = judgements(money, whole)
    return [(bool(found[rule].findings), bool(found[rule].gaps)) for rule in RULES]


WRONG, OPEN, RIGHT = [(True, False)] * 3, [(False, True)] * 3, [(False, False)] * 3


@pytest.mark.parametrize("after", [[], NEXT])
@pytest.mark.parametrize(
    "tries", [lost(1, 2, 3), [reversing(), *lost(2, 3)], [*lost(1), reversing(), reversing()]]
)
def test_what_may_have_been_given_up_unheard_is_a_gap(tries, after):
    assert told([*PENDING, *tries, *after]) == OPEN


@pytest.mark.parametrize(
    "tries",
    [
        [],
        lost(1, 2),
        [*NEXT, *lost(1, 2, 3)],
        [*lost(1, 2), *NEXT, reversing()],
        [fault("drop", f"tx host 0410 #{number}") for number in (1, 2, 3)],
    ],
)
def test_what_cannot_have_been_given_up_is_a_finding(tries):
    assert told([*PENDING, *tries]) == WRONG


def test_attempts_are_counted_as_the_profile_wants():
    few = {"profile": {"reversal_attempts_max": 2}}
    assert told([*PENDING, *lost(1, 2)], **few) == OPEN
    assert told([*PENDING, *lost(1)], **few) == WRONG


def test_a_reversal_that_was_concluded_was_not_given_up():
    answered = [*lost(1, 2), reversing(), reversed_answer()]
    assert told([*PENDING, *answered]) == WRONG
    assert told([*PENDING, *answered[:3], undo(), notice("r7", "return"), answered[3]]) == RIGHT


def test_where_slip_display_and_till_are_seen_nothing_is_unheard():
    everywhere = (*SLIPS, "display", "till")
    assert told([*PENDING, *lost(1, 2, 3)], everywhere)[0] == (True, False)


def test_at_the_terminal_every_reversal_is_seen():
    rows = [each for each in [*PENDING, *lost(1, 2, 3), *REST] if each[0] != "till"]
    found = judgements(money, history(*rows, observes=SLIPS))
    assert all(found[rule].findings for rule in RULES)


def test_an_open_item_that_is_listed_is_no_gap():
    listed = [undo(name="manual_return"), notice("r7", "return"), open_item()]
    assert told([*PENDING, *lost(1, 2, 3), *listed]) == RIGHT


def test_a_slip_that_says_approved_is_no_news_of_a_reversal():
    found = told([*PENDING, *lost(1, 2, 3), slip()])
    assert found == [(False, False)] * 3


def test_what_is_not_reversible_is_not_given_up():
    inquiry = [request(name="refund", mti="0220"), posting(name="refund")]
    rows = [*inquiry, *lost(1, 2, 3)]
    assert all(not has_gap for _, has_gap in told(rows))


def test_of_a_number_that_was_used_again_each_sale_is_one_of_its_own():
    again = [request(batch=2), posting(batch=2, reference="t7"), notice("t7"), answer(batch=2)]
    assert told([*PENDING, *lost(1, 2, 3), *again, slip(batch=2)]) == OPEN
    assert told([*PENDING, *again, *lost(1, 2, 3)])[2] == (True, True)


def test_a_request_that_is_repeated_at_once_is_one_attempt():
    assert told([*PENDING[:2], request(), *PENDING[2:], *lost(1, 2, 3)]) == OPEN


def test_the_rule_of_the_reversal_has_its_gap_too():
    rows = [*PENDING, *lost(1, 2, 3), *NEXT]
    whole = history(*at_host(rows), observes=SLIPS, host_wire_at="host")
    assert judgements(reversal, whole)["R3"].gaps
