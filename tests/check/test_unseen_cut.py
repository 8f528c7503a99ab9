"""Where nobody sees the power, a terminal may have lost an answer that the line shows."""

import pytest

from harness.check import reversal, timing
from tests.check.literal import BLACK_BOX, fired, history, row
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    end,
    fault_slip,
    hang_up,
    invoke,
    judged,
    pushed,
    request,
    slip,
    undo,
    undone,
)

WATCHED = ("host_wire", "ledger", "notify", "slip", "key", "line")
HAND_MADE = tuple(name for name in BLACK_BOX if name != "power")


def watched(*rows, **header):
    """Return what is seen of a terminal that a person uses: the host's end, and paper."""
    seen = [each for each in at_host(rows) if each[0] != "till" and each[1] != "show"]
    return history(*seen, observes=WATCHED, host_wire_at="host", **header)


def manual(*rows, **header):
    """Return what is seen on a bench with a till and without a switch for the power."""
    return history(*at_host(rows), observes=HAND_MADE, host_wire_at="host", **header)


def forgotten(*between, reason="98", code="00"):
    """Return a sale that was answered and is reversed all the same, and the next."""
    rows = [invoke(1), request(1), answer(1, code), *between, invoke(2)]
    return [*rows, *pushed(reason=reason), *approved(2)[1:]]


NO_WORD = [end("info", 1)]
SILENT = [(watched, []), (watched, NO_WORD), (manual, NO_WORD)]


@pytest.mark.parametrize(("see", "told"), SILENT)
def test_an_approval_may_never_have_come_in(see, told):
    assert judged(see(*forgotten(*told)), "R6") == (1, False, False)
    assert fired(reversal, see(*forgotten(*told))) == []


@pytest.mark.parametrize(("see", "told"), SILENT)
def test_what_no_power_cut_explains_is_a_finding(see, told):
    assert fired(reversal, see(*forgotten(*told, reason="A0"))) == ["R6"]
    whole = see(*forgotten(*told, reason="06"))
    assert judged(whole, "R6") == (1, False, False)


@pytest.mark.parametrize("told", [end("ok", 1, voucher=1), end("fail", 1, voucher=1)])
def test_the_word_of_the_terminal_proves_that_it_had_its_answer(told):
    assert "R6" in fired(reversal, manual(*forgotten(told)))


def test_a_slip_proves_that_the_sale_was_finished():
    assert fired(reversal, watched(*forgotten(slip(1)))) == ["R16", "R6"]


def test_what_the_terminal_did_next_proves_that_it_had_its_answer():
    rows = forgotten(invoke(7), request(7), answer(7), slip(7), end("ok", 7, voucher=7))
    assert "R6" in fired(reversal, watched(*rows))
    shown = row("terminal", "show", "RESULT", "APPROVED")
    seen = history(*forgotten(shown), observes=("host_wire", "display"))
    assert fired(reversal, seen) == ["R6"]
    waiting = row("terminal", "show", "WAIT", "PLEASE WAIT")
    seen = history(*forgotten(waiting), observes=("host_wire", "display"))
    assert fired(reversal, seen) == []


def test_the_end_of_another_call_proves_nothing():
    late = forgotten(*NO_WORD, invoke(8, "status"), end("ok", 8, "status", last="none"))
    assert fired(reversal, manual(*late)) == []


def test_where_the_power_is_seen_there_is_no_doubt():
    rows = [each for each in at_host(forgotten())]
    assert fired(reversal, history(*rows, observes=(*WATCHED, "power"), host_wire_at="host")) == [
        "R6"
    ]


def test_a_wrong_mac_may_have_met_a_terminal_without_power():
    rows = [invoke(1), request(1), answer(1, mac_ok=False), invoke(2), *pushed(), *approved(2)[1:]]
    assert judged(watched(*rows), "R6") == (0, False, True)


def test_a_decline_may_have_been_forgotten():
    assert judged(watched(*forgotten(code="51")), "R4") == (0, False, True)
    assert fired(reversal, watched(*forgotten(code="51"))) == []
    assert fired(reversal, manual(*forgotten(end("fail", 1), code="51"))) == ["R4"]
    assert judged(watched(*forgotten(code="51")[:3], *approved(2)), "R4") == (1, False, False)


def test_the_end_of_a_reversal_may_have_been_forgotten():
    rows = [request(1), hang_up(at_s=100), *pushed()]
    again = [*rows, *pushed(), *approved(2)]
    assert judged(watched(*again), "R7")[1:] == (False, True)
    assert fired(reversal, watched(*rows, *approved(2), *pushed())) == ["R7"]


def given_up(sends):
    tries = [each for _ in range(sends) for each in (invoke(9), undo(1), hang_up(), end("fail", 9))]
    return [invoke(1), request(1, at_s=0), hang_up(at_s=60), end("fail", 1), *tries]


def test_one_attempt_may_have_been_swallowed():
    assert judged(watched(*given_up(2), fault_slip(), *approved(2)), "R8") == (0, False, True)
    assert fired(reversal, watched(*given_up(1), fault_slip(), *approved(2))) == ["R8"]
    assert fired(reversal, manual(*given_up(2), fault_slip(), *approved(2))) == ["R8"]
    cut_off = [*given_up(1), invoke(8), end("info", 8), *given_up(1)[4:]]
    whole = manual(*cut_off, fault_slip(), *approved(2))
    assert judged(whole, "R8") == (0, False, True)
    running = [*given_up(2)[:-1], fault_slip(), *approved(2)]
    assert judged(manual(*running), "R8") == (0, False, True)


def test_a_line_that_is_found_dead_may_be_that_of_a_terminal_without_power():
    dead = ("host", "disconnect", "terminal", "lost", 300, {})
    rows = [*at_host([request(1, at_s=0)]), dead, *at_host(approved(2))]
    whole = history(*rows, observes=WATCHED, host_wire_at="host")
    found = next(each for each in timing.check(whole) if each.rule == "T1")
    assert (found.findings, len(found.gaps)) == ((), 1)
    for more in ({"observes": (*WATCHED, "power")}, {"observes": WATCHED}):
        other = rows if "power" in more["observes"] else [rows[0], (*dead[:3], "hang up", 300, {})]
        assert fired(timing, history(*other, host_wire_at="host", **more)) == ["T1"]
    called = [invoke(1), *rows]
    assert fired(timing, history(*called, observes=WATCHED, host_wire_at="host")) != []


def test_what_is_seen_after_the_power_went_had_left_before():
    cut = [row("terminal", "power", "", "off"), *at_host([request(1, at_s=2)])]
    lost = ("host", "disconnect", "terminal", "lost", 12, {})
    rows = [*cut, lost, row("terminal", "power", "", "on"), *at_host(approved(2))]
    assert fired(timing, history(invoke(1), *rows, observes=BLACK_BOX, host_wire_at="host")) == []
    on = [row("terminal", "power", "", "on"), *rows[1:]]
    seen = history(invoke(1), *on, observes=BLACK_BOX, host_wire_at="host")
    assert fired(timing, seen) == ["T1"]


def test_an_answer_to_the_0400_that_was_taken_stays_taken():
    assert (
        fired(reversal, watched(request(1), hang_up(100), undo(1), undone(1), *approved(2))) == []
    )
