from harness.check import reversal
from tests.check.literal import fired, history, row, without
from tests.check.reversal_rows import (
    approved,
    black_box,
    end,
    hang_up,
    invoke,
    judged,
    power,
    pushed,
    request,
    seen_at_host,
    sign_in,
    stored,
    unanswered,
)

BLIND = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]


def cut_at(request_row):
    return [invoke(1), request_row, power("off"), end("info", 1), power("on"), *sign_in()]


def test_a_record_before_every_request_is_right():
    whole = history(*approved(1), *unanswered(2), *pushed(2), *approved(3))
    assert judged(whole, "R1") == (3, False, False)
    assert fired(reversal, whole) == []


def test_a_record_after_the_request_breaks_r1():
    whole = history(request(1), stored(1), *approved(1)[3:])
    assert fired(reversal, whole) == ["R1"]
    found = reversal.check(whole)[0].findings[0]
    assert (found.seen, found.evidence) == ("the record after it", (0, 1))


def test_no_record_at_all_breaks_r1():
    assert fired(reversal, history(*without(approved(1), 1))) == ["R1"]


def test_a_torn_record_is_none():
    rows = [invoke(1), stored(1, torn=True), *approved(1)[2:]]
    assert fired(reversal, history(*rows)) == ["R1"]


def test_the_record_of_another_transaction_is_none():
    rows = [invoke(1), stored(9), *approved(1)[2:]]
    assert fired(reversal, history(*rows)) == ["R1"]
    again = [*approved(1), *without(approved(2, 3), 1)]
    assert fired(reversal, history(*again)) == ["R1"]


def test_a_record_whose_stan_is_not_known_counts():
    nameless = row("terminal", "nv", "reversal", state="pending")
    assert fired(reversal, history(invoke(1), nameless, *approved(1)[2:])) == []


def test_other_areas_are_no_record():
    counters = row("terminal", "nv", "counters", state="pending", stan=1)
    assert fired(reversal, history(invoke(1), counters, *approved(1)[2:])) == ["R1"]
    whole = history(invoke(1), stored(1), counters, *approved(1)[2:])
    assert fired(reversal, whole) == []


def test_a_write_that_nobody_could_see_is_a_gap():
    blind = [row("bench", "blind", "nv"), row("bench", "sees", "nv")]
    assert judged(history(*blind, *without(approved(1), 1)), "R1") == (0, False, True)


def test_an_inquiry_needs_no_record():
    assert judged(history(request(1, kind="balance")), "R1") == (0, False, False)


def test_without_writes_a_cut_with_the_request_shows_the_record():
    for see in (black_box, seen_at_host):
        good = see([*cut_at(request(1)), *pushed(), *approved(2)])
        assert judged(good, "R1") == (1, False, False)
        assert fired(reversal, good) == []
        assert fired(reversal, see([*cut_at(request(1)), *approved(2)])) == ["R1"]


def test_a_cut_within_the_request_shows_it_too():
    cut = request(1, partial=True, size=40)
    assert fired(reversal, black_box([*cut_at(cut), *approved(2)])) == ["R1"]


def test_at_the_host_the_cut_may_be_recorded_before_the_request():
    rows = [invoke(1), power("off"), request(1), end("info", 1), power("on"), *approved(2)]
    assert fired(reversal, seen_at_host(rows)) == ["R1"]


def test_a_cut_before_the_first_byte_shows_nothing():
    never = request(1, partial=True, size=0)
    whole = black_box([*cut_at(never), *approved(2)])
    assert judged(whole, "R1") == judged(whole, "R12") == (0, False, False)
    assert fired(reversal, whole) == []


def test_a_later_cut_is_no_evidence_of_the_order():
    rows = [request(1), power("off", at_s=30), power("on"), *pushed(), *approved(2)]
    assert judged(black_box(rows), "R1") == (0, False, False)
    bare = [*unanswered(), *pushed(), *approved(2)]
    assert judged(black_box(bare), "R1") == (0, False, False)
    assert judged(black_box(cut_at(request(1))), "R1") == (0, False, False)


def test_a_blind_line_may_hide_the_reversal_after_the_cut():
    whole = black_box([*cut_at(request(1)), *BLIND, *approved(2)])
    assert judged(whole, "R1") == (0, False, True)


def test_a_cut_with_the_request_and_a_reversal_too_late_is_a_matter_of_order():
    whole = black_box([*cut_at(request(1)), *approved(2), *pushed(), hang_up()])
    assert fired(reversal, whole) == ["R5"]


def test_writes_prove_nothing_about_order_at_the_host():
    rows = [each for each in seen_at_host(approved(1)).rows]
    whole = history(
        stored(1),
        *((each.actor, each.kind, each.address, each.value, None, each.facts) for each in rows),
        host_wire_at="host",
    )
    assert judged(whole, "R1") == (0, False, False)


def test_a_record_that_was_seen_counts_whatever_was_not():
    blind = [row("bench", "blind", "nv"), row("bench", "sees", "nv")]
    assert judged(history(*blind, *approved(1)), "R1") == (1, False, False)


def test_a_harmless_reversal_of_what_never_left_proves_nothing():
    never = request(1, partial=True, size=0)
    whole = black_box([*cut_at(never), *pushed(), *approved(2)])
    assert judged(whole, "R1") == (0, False, False)


def test_a_reversal_too_late_is_no_gap_of_the_record():
    rows = [*cut_at(request(1)), *BLIND, *approved(2), *pushed()]
    assert judged(black_box(rows), "R1") == (0, False, False)
