"""W5: what the header of an answer asks for."""

import pytest

from harness.check import obedience as checker
from tests.check.literal import row
from tests.check.settlement_rows import NEXT, booked, closed, ended, totals
from tests.check.slip_rows import (
    answer,
    begin,
    blind,
    changed,
    done,
    fault,
    hang_up,
    management,
    posting,
    power,
    request,
    sign_in,
    slip,
)
from tests.check.undoing_rows import at_host, found, judged, made, reversal, sale

LINE = {"observes": ("host_wire", "slip", "till", "nv")}


def w5(*rows, **header):
    return judged(checker, "W5", made(*rows, **LINE | header))


def demanding(digit="3", stan=101, call=1):
    """Return a sale whose answer asks for something."""
    return changed(sale(stan, call), 3, processing_requirement=digit)


def asking(network, stan=102, mti="0800", name="parameters"):
    """Return a message without money, and its answer."""
    reply = f"{int(mti) + 10:04}"
    return [
        management(mti, name, stan, network=network),
        management(reply, name, stan, network=network, response_code="00"),
        hang_up(),
    ]


def test_a_demand_is_obeyed_before_the_next_transaction():
    assert w5(*demanding(), *sign_in(102), *sale(103, 2)) == (1, 0, 0)
    assert w5(*demanding(), *sign_in(102)) == (1, 0, 0)
    assert w5(*demanding()) == (0, 0, 0)
    assert w5(*sale(), *sale(102, 2)) == (0, 0, 0)


def test_a_caller_that_has_gone_excuses_no_disobedience():
    gone = row("host", "disconnect", "terminal", "lost")
    rows = [*demanding(), gone, *sale(102, 2)]
    assert w5(*rows) == (1, 1, 0)
    assert w5(*at_host(rows), host_wire_at="host") == (1, 1, 0)


@pytest.mark.parametrize(
    ("digit", "network", "mti"),
    [
        ("1", "360", "0800"), ("1", "364", "0800"), ("2", "362", "0820"), ("3", "003", "0800"),
        ("4", "372", "0820"), ("5", "382", "0820"), ("7", "390", "0820"),
    ],
)  # fmt: skip
def test_each_demand_has_its_messages(digit, network, mti):
    assert w5(*demanding(digit), *asking(network, mti=mti), *sale(103, 2)) == (1, 0, 0)
    assert w5(*demanding(digit), *asking("301", mti=mti), *sale(103, 2)) == (1, 1, 0)
    assert w5(*demanding(digit), *asking(network, mti="0500"), *sale(103, 2)) == (1, 1, 0)


def test_what_has_no_message_is_not_judged():
    for digit in ("6", "8", "9"):
        assert w5(*demanding(digit), *sale(102, 2)) == (0, 0, 0)


def test_a_demand_that_is_not_obeyed_is_a_finding():
    whole = made(*demanding(), *sale(102, 2))
    assert judged(checker, "W5", whole) == (1, 1, 0)
    assert found(whole) == ["W5"]
    assert w5(*at_host([*demanding(), *sale(102, 2)]), host_wire_at="host") == (1, 1, 0)
    assert w5(*demanding(), *totals(102, (1234, 1, 0, 0))) == (1, 1, 0)


def test_a_decline_can_ask_too():
    declined = {"response_code": "51", "approval_code": None, "processing_requirement": "3"}
    rows = [request(101), answer(101, **declined), hang_up()]
    assert w5(*rows, *sale(102, 2)) == (1, 1, 0)


def test_an_answer_that_may_not_have_come_asks_for_nothing():
    rows = demanding()
    lost = [*rows[:2], fault("delay", "tx host 0210 #1"), *rows[2:], *sale(102, 2)]
    assert w5(*at_host(lost), host_wire_at="host") == (0, 0, 0)


def test_a_sign_in_that_asks_for_a_sign_in_is_not_judged():
    asked = sign_in(100, processing_requirement="3")
    assert w5(*asked, *sale()) == (0, 0, 0)
    assert w5(*sign_in(100, processing_requirement="1"), *sale()) == (1, 1, 0)


@pytest.mark.parametrize(
    "what",
    [
        power("off"), fault("drop", "tx terminal 0800 #1"), hang_up()[:3] + ("lost", None, {}),
        row("terminal", "connect", "host", "refused"),
    ],
)  # fmt: skip
def test_power_and_line_excuse_it(what):
    assert w5(*demanding(), what, *sale(102, 2)) == (0, 0, 0)


def test_paper_and_a_line_that_was_opened_excuse_nothing():
    dial = row("terminal", "connect", "host", "dial")
    assert w5(*demanding(), dial, fault("paper_out"), *sale(102, 2)) == (1, 1, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert w5(*demanding(), blind("host_wire"), *sale(102, 2)) == (0, 0, 1)


def inside(*rows, at):
    """Return a demanding sale with a sign-in within it."""
    whole = list(rows or demanding())
    return [*whole[:at], *sign_in(102), *whole[at:]]


def test_what_comes_within_the_transaction_is_a_finding():
    assert w5(*inside(at=4)) == (1, 1, 0)
    assert w5(*inside(at=6)) == (1, 1, 0)
    assert w5(*inside(at=7)) == (1, 0, 0)
    assert found(made(*inside(at=6))) == ["W5"]


def test_a_record_after_it_is_within_the_transaction():
    start, asks, posted, answered, *rest = demanding()
    quiet = [one for one in rest if one[1] != "print"]
    record = row("terminal", "nv", "journal", records=("101|sale|1234|approved", "x|y"))
    other = row("terminal", "nv", "journal", records=("100|sale|1234|approved",))
    rows = [start, asks, posted, answered]
    assert w5(*rows, *sign_in(102), record, *quiet) == (1, 1, 0)
    assert w5(*rows, record, *sign_in(102), record, *quiet) == (1, 0, 0)
    assert w5(*rows, other, *sign_in(102), other, *quiet) == (1, 0, 0)
    written = row("terminal", "nv", "counters", stan=101)
    assert w5(*rows, *sign_in(102), written, *quiet) == (1, 0, 0)


def test_slips_that_paper_delayed_or_that_come_again_are_not_within():
    late = [fault("paper_out"), *inside(at=4)]
    assert w5(*late) == (1, 0, 0)
    again = slip(voucher=101, is_duplicate=True)
    refused_slip = slip(voucher=101, says_approved=False)
    other = slip(voucher=99)
    assert w5(*demanding(), *sign_in(102), again, refused_slip, other) == (1, 0, 0)
    assert w5(*demanding(), *sign_in(102), *sale(103, 2), slip(voucher=101)) == (1, 0, 0)


def test_a_sign_in_that_a_code_demands_at_once_may_come_within():
    code = {"response_code": "A0", "approval_code": None, "processing_requirement": "3"}
    rows = [begin(), request(101), answer(101, **code), *sign_in(102), slip(voucher=101)]
    assert w5(*rows) == (1, 0, 0)


def reversing(digit="3"):
    """Return a call in which a reversal goes first and its answer asks for something."""
    asked, told = reversal(101, name="sale")
    lost = [begin(1), request(101), posting(101), hang_up(), done(1, kind="info")]
    return [*lost, begin(2), asked, *changed([told], 0, processing_requirement=digit), hang_up()]


def test_a_demand_with_a_reversal_is_obeyed_after_the_transaction_behind_it():
    call = sale(102, 2)[1:]
    assert w5(*reversing(), *call, *sign_in(103), *sale(104, 3)) == (1, 0, 0)
    assert w5(*reversing(), *call, *sale(103, 3)) == (1, 1, 0)
    assert w5(*reversing(), *call) == (0, 0, 0)
    assert w5(*reversing()[6:], request(102), answer(102)) == (0, 0, 0)


def settling(*between, after=()):
    """Return a settlement whose 0510 asks for a sign-in."""
    asked, told = totals(102, (1234, 1, 0, 0))
    (told,) = changed([told], 0, processing_requirement="3")
    last, reply = ended(103)
    ending = [last, closed(), reply, *after, done(8, "settle")]
    return [*sale(), begin(8, "settle"), asked, booked((1234, 1, 0, 0)), told, *between, *ending]


def test_a_demand_with_a_settlement_is_obeyed_after_its_end():
    later = changed(sale(106, 9), 1, batch=NEXT)
    assert w5(*settling(after=sign_in(104)), *later) == (1, 0, 0)
    assert w5(*settling(*sign_in(104)), *later) == (1, 1, 0)
    assert w5(*settling(), *later) == (1, 1, 0)


def test_what_comes_after_the_gate_is_too_late():
    assert w5(*demanding(), *sale(102, 2), *sign_in(103)) == (1, 1, 0)
    assert w5(power("off"), power("on"), *demanding(), *sale(102, 2)) == (1, 1, 0)
    assert w5(*demanding(), *sale(102, 2), power("off")) == (1, 1, 0)


def test_a_sign_in_obeys_no_other_demand():
    assert w5(*demanding("1"), *sign_in(102), *sale(103, 2)) == (1, 1, 0)
    assert w5(*demanding("2"), *asking("362", mti="0320"), *sale(103, 2)) == (1, 1, 0)


def test_an_approval_without_a_mac_may_not_have_been_taken():
    bare = changed(demanding(), 3, mac="absent", mac_ok=None)
    assert w5(*bare, *sale(102, 2)) == (0, 0, 0)


def test_a_finding_says_what_was_asked_for():
    def of(*rows):
        return next(one for one in checker.check(made(*rows)) if one.rule == "W5").findings[0]

    assert of(*demanding(), *sale(102, 2)).what == "the answer to sale 000101 asked for a sign-in"
    assert of(*inside(at=4)).seen == "print slip after it"
    whole = [*demanding()[:4], *sign_in(102)]
    first = row("terminal", "nv", "journal", records=("x|y", "101|sale|1234|approved"))
    assert of(*whole, first, slip(voucher=101)).seen == "nv journal after it"
