"""D3: power that bounces or sags."""

import pytest

from harness.check import power_loss as checker
from tests.check.literal import row
from tests.check.settlement_rows import signed_in
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    changed,
    fault,
    hang_up,
    management,
    posting,
    request,
    reversal,
    reversal_answer,
    sign_in,
)
from tests.check.undoing_rows import found, judged, made, refund, sale

LINE = {"observes": ("host_wire", "power")}
SAG = fault("brown_out", "tx terminal 0200 #1", device="terminal")


def d3(*rows, **header):
    return judged(checker, "D3", made(*rows, **LINE | header))


def power(value, at_s=None, actor="terminal"):
    return row(actor, "power", "", value, at_s=at_s)


def bounce(at_s=50, apart_s=1):
    """Return two cuts."""
    later = at_s + apart_s
    return [power("off", at_s), power("on", at_s), power("off", later), power("on", later)]


def lost(stan=101):
    return [begin(), request(stan), posting(stan)]


def undone(stan=101):
    return [reversal(stan), reversal_answer(stan), hang_up()]


def test_what_is_right_after_one_cut_is_right_after_several():
    assert d3(*sale(), *bounce(), *sale(102, 2)) == (1, 0, 0)
    assert d3(*lost(), *bounce(), *undone(), *sale(102, 2)) == (1, 0, 0)
    assert d3(*sale(), SAG, *sale(102, 2)) == (1, 0, 0)
    assert d3(*bounce(), *sale(102, 2)) == (1, 0, 0)


def test_one_cut_or_cuts_that_are_apart_are_no_bounce():
    assert d3(*sale(), *bounce()[:2], *sale(102, 2)) == (0, 0, 0)
    assert d3(*sale(), *bounce(apart_s=4), *sale(102, 2)) == (0, 0, 0)
    host = [power("off", 50, "host"), power("on", 50, "host")]
    assert d3(*sale(), *host, *host, *sale(102, 2)) == (0, 0, 0)
    assert d3(*sale(), *bounce()) == (0, 0, 0)


def test_each_bounce_is_judged_by_itself():
    rows = [*sale(), *bounce(), *sale(102, 2), *bounce(500), *bounce(900), *sale(103, 3)]
    assert d3(*rows) == (3, 0, 0)
    three = [*bounce(), power("off", 52), power("on", 52)]
    assert d3(*sale(), *three, *sale(102, 2)) == (1, 0, 0)


@pytest.mark.parametrize("trouble", [bounce(), [SAG]])
def test_a_number_used_again_is_a_finding(trouble):
    assert d3(*sale(), *trouble, *sale(101, 2)) == (1, 1, 0)
    other = changed(sale(101, 2), 1, batch="000008")
    assert d3(*sale(), *trouble, *sign_in(102, batch="000008"), *other) == (1, 0, 0)
    again = refund(102)
    assert d3(*sale(), *again, *trouble, *again) == (1, 0, 0)


def test_another_batch_is_a_finding():
    other = changed(sale(102, 2), 1, batch="000008")
    assert d3(*sale(), SAG, *other) == (1, 1, 0)
    assert found(made(*signed_in(101, "000007"), SAG, *other, **LINE)) == ["D3"]
    settled = row("terminal", "tx", "host/0500", mti="0500", name="settlement")
    assert d3(*sale(), settled, SAG, *other) == (1, 0, 0)
    assert d3(*sale(), SAG, *sign_in(102, batch="000008"), *other) == (1, 0, 0)
    assert d3(*sale(), SAG, *sign_in(102, batch="000009"), *other) == (1, 1, 0)
    nameless = changed(sale(102, 2), 1, batch=None)
    assert d3(*sale(), SAG, *nameless) == (1, 0, 0)


def test_what_had_no_answer_is_reversed_first():
    assert d3(*lost(), *bounce(), *sale(102, 2)) == (1, 1, 0)
    assert d3(*lost(), *bounce(), *sale(102, 2), *undone()) == (1, 1, 0)
    assert d3(*lost(), *undone(), *bounce(), *sale(102, 2)) == (1, 0, 0)
    vain = [reversal(101), reversal_answer(101, response_code="96"), hang_up()]
    assert d3(*lost(), *vain, *bounce(), *sale(102, 2)) == (1, 1, 0)
    assert d3(*lost(), reversal(101), *bounce(), *sale(102, 2)) == (1, 1, 0)
    assert d3(*lost(), *vain, *vain, *vain, *bounce(), *sale(102, 2)) == (1, 0, 0)


def test_what_is_not_reversible_needs_no_reversal():
    asked = {"name": "balance", "type_code": "01", "F3": "310000"}
    assert d3(request(101, **asked), *bounce(), *sale(102, 2)) == (1, 0, 0)
    unsent = request(101, partial=True, size=0)
    assert d3(*sale(100), unsent, *bounce(), *sale(102, 2)) == (1, 0, 0)
    assert d3(request(101), answer(101), *bounce(), *sale(102, 2)) == (1, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert d3(*sale(), *bounce(), blind("host_wire"), *sale(102, 2)) == (0, 0, 1)


def test_a_finding_of_a_bounce_names_what_is_wrong():
    whole = made(*lost(), *bounce(), *sale(101, 2), **LINE)
    (finding,) = next(one for one in checker.check(whole) if one.rule == "D3").findings
    assert finding.seen == "a number used before, no reversal of sale 000101"


def test_other_faults_are_no_sag():
    assert d3(*sale(), fault("drop", "tx host 0210 #1"), *sale(102, 2)) == (0, 0, 0)


def test_only_financial_messages_use_up_a_number():
    assert d3(*sign_in(102), *sale(), *bounce(), *sale(102, 2)) == (1, 0, 0)
    echo = management("0820", "echo", None)
    other = changed(sale(102, 2), 1, batch="000008")
    assert d3(*sale(), echo, SAG, *other) == (1, 1, 0)


def test_only_its_own_reversal_counts():
    older = [*lost(100), reversal(100), reversal_answer(100), hang_up()]
    assert d3(*older, *lost(), *bounce(), *sale(102, 2)) == (1, 1, 0)
    vain = [reversal(101), hang_up()] * 2
    assert d3(*lost(), *vain, *bounce(), reversal(101), *sale(102, 2)) == (1, 0, 0)
    declined = [reversal(101), reversal_answer(101, response_code="96"), hang_up()]
    later = [*declined, *sale(102, 2), *undone()]
    assert d3(*lost(), *declined, *declined, *bounce(), *later) == (1, 0, 0)
    assert d3(*lost(), *declined, *bounce(), *sale(102, 2), *declined, *declined) == (1, 1, 0)
