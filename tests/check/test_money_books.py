import pytest

from harness.check import money
from tests.check.literal import fired, history, judgements, without
from tests.check.money_rows import (
    blind,
    decline,
    lost,
    notice,
    posting,
    request,
    sold,
    undo,
)


def judged(rule, *rows, **header):
    return judgements(money, history(*rows, **header))[rule]


@pytest.mark.parametrize("rule", ["M1", "M4"])
def test_a_sale_and_a_reversed_one_are_right(rule):
    found = judged(rule, *sold(), *lost(8, 2))
    assert (found.evaluated, found.findings, found.gaps) == (3, (), ())


@pytest.mark.parametrize("rule", ["M1", "M4"])
def test_without_postings_nothing_is_judged(rule):
    found = judged(rule, request(), decline())
    assert (found.evaluated, found.findings, found.gaps) == (0, (), ())


@pytest.mark.parametrize("rule", ["M1", "M4"])
def test_a_blind_ledger_is_a_gap(rule):
    assert judged(rule, blind("ledger"), *sold()).gaps


def test_money_that_appears_is_a_finding_of_m1_alone():
    made = posting(entries=("card:card-1 -1000", "merchant:m-1 1001"))
    whole = history(*sold()[:2], made, *sold()[3:])
    assert fired(money, whole) == ["M1"]
    finding = judgements(money, whole)["M1"].findings[0]
    assert finding.evidence == (2,)
    assert "sale 000007" in finding.what
    assert finding.seen == "card:card-1 -10.00, merchant:m-1 10.01: sum 0.01"


def test_a_settlement_that_does_not_sum_to_zero_counts_too():
    paid = posting(name="settlement", entries=("merchant:m-1 -5", "bank 4"))
    assert fired(money, history(paid)) == ["M1"]


@pytest.mark.parametrize("entries", [{"entries": "card:card-1 -1"}, {"entries": ("card -1x",)}])
def test_entries_that_cannot_be_read_are_a_gap(entries):
    found = judged("M1", posting(**entries))
    assert (found.evaluated, len(found.gaps)) == (0, 1)


def hold(minor, amount=1000, name="preauth", stan=7):
    entries = (f"hold:card-1 {minor}", f"held {-minor}")
    return posting(stan, amount, name=name, entries=entries)


def test_a_hold_that_is_released_once_is_right():
    found = judged("M1", hold(1000), hold(-1000, name="preauth_void", stan=8))
    assert (found.evaluated, found.findings) == (4, ())


def test_a_hold_of_more_than_was_authorised_is_a_finding():
    found = judged("M1", hold(1001))
    assert [one.seen for one in found.findings] == ["10.01"]
    assert "holds too much" in found.findings[0].what


def test_a_release_of_more_than_was_held_is_a_finding():
    found = judged("M1", hold(1000), hold(-1001, 1001, name="preauth_void", stan=8))
    assert ["releases too much" in one.what for one in found.findings] == [True]


def test_a_hold_of_an_amount_that_nobody_noted_is_not_measured():
    unknown = {"amount_minor": "?"}
    entries = ("hold:card-1 5", "held -5")
    assert (
        judged("M1", posting(name="preauth", entries=entries, **unknown)).findings[0].seen == "0.05"
    )


def test_a_sale_that_is_posted_twice_is_a_finding():
    again = posting(reference="s7b")
    found = judged("M4", *sold(), again)
    assert [(one.seen, one.evidence) for one in found.findings] == [("2 of 10.00, 10.00", (2, 8))]


def test_a_second_posting_that_the_card_never_felt_is_a_finding_of_m4_alone():
    again = posting(reference="s7b", entries=("pool -1000", "merchant:m-1 1000"))
    assert fired(money, history(*sold(), again)) == ["M4"]


def test_the_same_number_in_another_batch_or_of_another_terminal_is_another_transaction():
    found = judged("M4", posting(), posting(batch=2), posting(terminal_id="87654321"))
    assert (found.evaluated, found.findings) == (3, ())


def test_a_number_of_an_unknown_batch_that_comes_twice_is_a_gap():
    no_batch = posting(batch="?")
    found = judged("M4", no_batch, no_batch)
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_a_reversal_that_is_posted_twice_is_a_finding():
    rows = [*lost(), undo(reference="r7b"), notice("r7b", "return")]
    assert fired(money, history(*rows)) == ["M4"]


def test_a_reversal_that_does_not_name_its_original_is_known_by_its_number():
    bare = undo()
    del bare[-1]["original"]
    found = judged("M4", *without(lost(), 6), bare, bare)
    assert len(found.findings) == 1


def test_a_reversal_with_a_number_of_its_own_is_known_by_its_original():
    anew = undo(9, reference="r9", original="s7")
    assert len(judged("M4", *lost(), anew).findings) == 1


def test_a_sale_may_be_refunded_in_parts():
    parts = [undo(stan, 500, name="refund", original="s7") for stan in (8, 9)]
    found = judged("M4", *sold(), *parts)
    assert (found.evaluated, found.findings) == (3, ())


def told_m4(*rows):
    found = judged("M4", *rows)
    return found.evaluated, found.findings


def test_a_return_by_hand_under_the_number_of_the_sale_is_no_second_sale():
    by_hand = undo(name="manual_return", reference="m7")
    assert told_m4(*without(lost(), 6), by_hand) == (2, ())
    assert len(told_m4(*lost(), by_hand)[1]) == 1


def test_reversals_that_name_nothing_are_known_by_their_numbers():
    nothing = [undo(stan, original="", reference=f"n{stan}") for stan in (7, 8)]
    assert told_m4(*nothing) == (2, ())


def test_a_reversal_that_is_booked_with_another_amount_is_found():
    same = ("card:card-1 1000", "merchant:m-1 -1000")
    whole = history(*lost(8, 2)[:6], undo(8, 999, entries=same), *lost(8, 2)[7:])
    finding = judgements(money, whole)["M1"].findings[0]
    assert (finding.what, finding.expected, finding.seen, finding.evidence) == (
        "the reversal of sale 000008 is booked with another amount", "10.00", "9.99", (2, 6),
    )  # fmt: skip


@pytest.mark.parametrize(
    "reversal",
    [
        undo(8, 1000),
        undo(8, 600),  # what the entries say: a part was approved
        undo(8, 999, original="s9", entries=("card:card-1 1000", "merchant:m-1 -1000")),
        undo(8, 999, amount_minor=None, entries=("card:card-1 1000", "merchant:m-1 -1000")),
    ],
)
def test_a_reversal_of_what_it_says_or_of_what_nobody_knows_is_right(reversal):
    whole = history(*lost(8, 2)[:6], reversal, *lost(8, 2)[7:])
    assert judgements(money, whole)["M1"].findings == ()
