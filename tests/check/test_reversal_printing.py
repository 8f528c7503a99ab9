"""R14: a printing problem is the sale's own as long as it lasts, and the terminal knows of it."""

import pytest

from harness.check import reversal
from tests.check.literal import fired, history, row
from tests.check.reversal_rows import (
    answer,
    approved,
    at_host,
    end,
    fault,
    invoke,
    judged,
    power,
    pushed,
    request,
    slip,
    stored,
)

OUT = fault("print terminal slip #1", "paper_out")
DEAD = fault("print terminal slip #1", "printer_dead")
ROLL = row("bench", "note", "load paper")


def printed(is_printed=True, stan=1, **more):
    facts = {"stan": stan, "outcome": "approved", "printed": is_printed} | more
    return row("terminal", "nv", "last", **facts)


def unprinted(*more, trouble=OUT):
    """Return an approved sale whose slip was broken off, as far as the terminal has it."""
    return [
        *approved(1, 1)[:6], trouble, slip(1, is_complete=False), *more, end("ok", 1, voucher=1),
    ]  # fmt: skip


def reprint(kind, *within, call=5):
    return [invoke(call, "reprint"), *within, end(kind, call, "reprint")]


@pytest.mark.parametrize("trouble", [OUT, DEAD])
def test_what_is_not_printed_and_noted_as_printed_breaks_r14(trouble):
    assert fired(reversal, history(*unprinted(printed(), trouble=trouble))) == ["R14"]
    none_came = [each for each in unprinted(printed(), trouble=trouble) if each[1] != "print"]
    assert fired(reversal, history(*none_came)) == ["R14"]


def test_the_finding_names_the_fault_and_the_note():
    (finding,) = next(
        each for each in reversal.check(history(*unprinted(printed()))) if each.findings
    ).findings
    assert str(finding) == (
        "R14: sale 000001 could not be printed, and the terminal noted that it was: expected the "
        "slip as missing, and a reprint offered, seen printed, and no whole slip since the "
        "paper ended (rows 2, 6, 8)"
    )


@pytest.mark.parametrize(
    "more",
    [
        [printed(is_printed=False)],
        [printed(is_printed=False), ROLL, slip(1, is_duplicate=True), printed()],
        [slip(1), printed()],
        [printed(torn=True)],
        [printed(stan=9)],
        [row("terminal", "nv", "counters", stan=1, printed=True)],
    ],
)
def test_a_terminal_that_knows_what_it_printed_is_right(more):
    assert fired(reversal, history(*unprinted(*more))) == []


def test_a_slip_that_says_no_approval_is_none_that_was_missing():
    other = slip(1, says_approved=False)
    assert fired(reversal, history(*unprinted(other, printed()))) == ["R14"]


def test_a_slip_that_ended_early_without_a_fault_is_no_matter_of_the_paper():
    rows = [each for each in unprinted(printed()) if each != OUT]
    assert fired(reversal, history(*rows)) == []


def test_a_problem_from_before_that_lasts_is_the_sales_own():
    first = [OUT, *approved(1, 1)[:6], end("ok", 1, voucher=1)]
    assert judged(history(*first, *approved(2)), "R14") == (1, False, False)
    assert fired(reversal, history(*first, *pushed(reason="96"), *approved(2))) == ["R14"]
    assert fired(reversal, history(*first[:-1], printed(), first[-1])) == ["R14"]


@pytest.mark.parametrize(
    ("trouble", "back", "is_over"),
    [
        (OUT, ROLL, True),
        (OUT, row("bench", "note", "heal"), True),
        (OUT, row("nemesis", "heal", OUT[2]), True),
        (OUT, row("bench", "note", "next day"), False),
        (DEAD, ROLL, False),
        (DEAD, row("bench", "note", "heal"), True),
    ],
)
def test_a_problem_from_before_that_is_over_is_none(trouble, back, is_over):
    whole = history(trouble, back, *approved(1, 1), *approved(2))
    assert judged(whole, "R14") == (0 if is_over else 1, False, False)


def test_blindness_before_the_sale_hides_nothing_of_it():
    blind = [row("bench", "blind", "host_wire"), row("bench", "sees", "host_wire")]
    first = [*approved(1, 1)[:6], end("ok", 1, voucher=1)]
    assert judged(history(OUT, *blind, *first, *approved(2)), "R14") == (1, False, False)
    assert judged(history(OUT, *first, *blind, *approved(2)), "R14")[1:] == (False, True)


def test_a_new_roll_makes_the_slip_to_be_had():
    assert judged(history(*unprinted(), ROLL, *reprint("ok")), "R14") == (1, False, False)
    assert fired(reversal, history(*unprinted(), ROLL, *reprint("fail"))) == ["R14"]
    dead = unprinted(trouble=DEAD)
    assert judged(history(*dead, ROLL, *reprint("fail")), "R14") == (0, False, False)


@pytest.mark.parametrize("again", [OUT, power("off")])
def test_what_fails_again_within_the_reprint_excuses_it(again):
    assert judged(history(*unprinted(), ROLL, *reprint("fail", again)), "R14") == (0, False, False)


def test_a_reprint_of_unknown_end_or_beside_another_fault_is_told_apart():
    assert judged(history(*unprinted(), ROLL, *reprint("info")), "R14") == (0, False, False)
    dropped = fault("tx host 0210 #1", "drop")
    assert fired(reversal, history(*unprinted(), ROLL, *reprint("fail", dropped))) == ["R14"]


def test_a_sale_that_is_not_approved_has_no_printing_problem():
    rows = [invoke(1), stored(1), OUT, end("fail", 1), printed()]
    assert fired(reversal, history(*rows)) == []


@pytest.mark.parametrize("torn", [slip(1, is_complete=False), slip(None, is_complete=False)])
def test_a_slip_that_ends_early_before_a_reversal_is_a_doubt_where_nobody_sees_the_power(torn):
    if torn[5]["voucher"] is None:
        del torn[5]["voucher"]
    rows = list(at_host([request(1), answer(1), torn, *pushed(), *approved(2)]))
    seen = [each for each in rows if each[0] != "till"]
    watched = history(*seen, observes=("host_wire", "slip"), host_wire_at="host")
    is_doubt = "voucher" not in torn[5]
    assert judged(watched, "R14") == (int(not is_doubt), not is_doubt, is_doubt)
    guarded = history(*seen, observes=("host_wire", "slip", "power"), host_wire_at="host")
    assert judged(guarded, "R14") == (1, True, False)
    broken = [each for each in seen if each != torn]
    broken.insert(2, OUT)
    whole = history(*broken, observes=("host_wire", "slip"), host_wire_at="host")
    assert judged(whole, "R14") == (1, True, False)
