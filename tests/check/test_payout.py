import pytest

from tests.check.literal import row
from tests.check.settlement_rows import (
    BATCH,
    NEXT,
    clawed,
    closed,
    drop,
    edit,
    fired,
    paid,
    place,
    posted,
    put,
    ruling,
    whole_day,
    word,
)
from tests.check.slip_rows import blind

LEDGER = {"observes": ("ledger",)}
AT_ONCE = LEDGER | {"profile": {"payout": "D+0"}}
EXTERNAL = {"world": "hardware", "bench": {"kind": "external"}}
DAY = row("bench", "note", "next day")
REST = row("bench", "note", "rest", "end")
TERMINAL_OFF = [row("terminal", "power", "", "off"), row("terminal", "power", "", "on")]


def undone(stan, amount=100, name="reversal", **facts):
    entries = (f"card:card-1 {amount}", f"merchant:104290070110001 {-amount}")
    own = {"name": name, "stan": stan, "batch": BATCH, "original": f"T{stan}", "entries": entries}
    return row("host", "ledger", name, **own | {"reference": f"U{stan}"} | facts)


def seen(*rows, **header):
    judged = ruling("M7", [*rows, REST], **header or LEDGER)
    assert not (judged and judged.gaps)
    return judged and [finding.seen for finding in judged.findings]


SALE, VOID = posted(101), posted(103, "void", original="T101")
REFUND = posted(104, "refund", 150, NEXT)


def test_the_net_of_the_settled_batch_is_paid():
    assert word("M7", whole_day()) == "PASS"
    assert seen(SALE, closed(), DAY, paid(100)) == []
    assert seen(SALE, closed(), paid(100), DAY) == []
    assert seen(SALE, posted(102), VOID, closed(), DAY, paid(100)) == []
    assert seen(SALE, undone(101), posted(102, amount=30), closed(), DAY, paid(30)) == []


def test_a_payout_of_another_amount_is_found_alone():
    assert fired(edit(whole_day(), "ledger", "payout", amount_minor=200)) == ["M7"]
    assert seen(SALE, closed(), DAY, paid(90)) == ["0.90, 0.10 too little"]
    assert seen(SALE, closed(), DAY, paid(110)) == ["1.10, 0.10 too much"]
    assert seen(SALE, posted(102), closed(), DAY, paid(100)) == ["1.00, 1.00 too little"]


def test_a_payout_that_never_comes_is_found_alone():
    assert fired(drop(whole_day(), "ledger", "payout")) == ["M7"]
    assert seen(SALE, closed(), DAY) == ["none"]
    assert seen(SALE, closed(), DAY, DAY, paid(100)) == ["none"]
    assert seen(SALE, closed(), DAY, posted(105, batch=NEXT), closed(NEXT, "000009"), DAY,
                paid(200)) == ["none"]  # fmt: skip


def test_what_is_not_settled_is_not_paid():
    assert seen(SALE, DAY) is None
    assert seen(SALE, paid(100), closed(), DAY) == ["1.00, 1.00 too much", "none"]
    assert seen(SALE, closed(), posted(105, batch=NEXT), DAY, paid(100)) == []
    assert seen(SALE, closed(), DAY, paid(100), DAY) == []


def test_several_payouts_together_are_one():
    assert seen(SALE, posted(102), closed(), DAY, paid(100), paid(100)) == []


def test_a_payout_twice_is_found():
    rows = (SALE, closed(), DAY, paid(100), DAY, paid(100))
    assert seen(*rows) == ["1.00, 1.00 too much"]


def test_a_negative_net_is_carried_forward():
    owing = (posted(103, "refund", 150), closed())
    later = (posted(105, amount=400, batch=NEXT), closed(NEXT, "000009"))
    assert seen(*owing, DAY) == []
    assert ruling("M7", [*owing, DAY, REST], **LEDGER).evaluated
    assert seen(*owing, DAY, *later, DAY, paid(250)) == []
    assert seen(*owing, DAY, *later, DAY, paid(400)) == ["4.00, 1.50 too much"]
    assert seen(*owing, DAY, paid(0)) == []
    assert seen(*owing, DAY, paid(0), *later, DAY, paid(250)) == []
    assert seen(*owing, DAY, paid(-150)) == ["-1.50, 1.50 too little"]


def test_what_is_undone_after_its_batch_counts_against_the_next_payout():
    given_back = undone(101, name="manual_return", batch="")
    assert seen(SALE, posted(102), closed(), given_back, DAY, paid(100)) == []
    assert seen(SALE, posted(102), closed(), given_back, DAY, paid(200)) == ["2.00, 1.00 too much"]
    late = undone(101)
    assert seen(SALE, closed(), DAY, paid(100), late, DAY) == []
    assert seen(SALE, closed(), DAY, paid(100), late, posted(105, batch=NEXT),
                closed(NEXT, "000009"), DAY) == []  # fmt: skip
    assert seen(SALE, closed(), REFUND, closed(NEXT, "000009"), DAY) == []


def test_books_without_entries_are_read_by_their_names():
    bare = dict(entries=None)
    sale, void = edit([SALE, VOID], "ledger", "sale", **bare)[0], VOID
    void = edit([void], "ledger", "void", **bare)[0]
    taken = edit([undone(101)], "ledger", "reversal", **bare)[0]
    strange = edit([undone(102)], "ledger", "reversal", **bare)[0]
    assert seen(sale, closed(), DAY, paid(100)) == []
    assert seen(sale, posted(102), void, closed(), DAY, paid(100)) == []
    assert seen(sale, taken, posted(102), closed(), DAY, paid(100)) == []
    assert seen(sale, strange, closed(), DAY, paid(100)) == []


def test_entries_go_before_names():
    fee = ("card:card-1 -100", "merchant:104290070110001 95", "fees:1 5")
    dear = edit([SALE], "ledger", "sale", entries=fee)[0]
    assert seen(dear, closed(), DAY, paid(95)) == []
    assert seen(dear, closed(), DAY, paid(100)) == ["1.00, 0.05 too much"]


def test_a_refund_counts_in_the_batch_in_which_it_was_made():
    refund = posted(104, "refund", 30, NEXT, original="T101")
    rows = (SALE, closed(), refund, DAY, paid(100))
    assert seen(*rows) == []
    later = (posted(105, batch=NEXT), closed(NEXT, "000009"), DAY, paid(70))
    assert seen(*rows, *later) == []


def test_findings_say_what_was_due():
    found = ruling("M7", [SALE, closed(), DAY, paid(90), REST], **LEDGER).findings
    assert [each.expected for each in found] == ["1.00"]
    owing = [posted(103, "refund", 150), closed(), DAY, paid(5), REST]
    (finding,) = ruling("M7", owing, **LEDGER).findings
    assert finding.expected == "nothing: -1.50 is carried forward"
    assert ruling("M7", [closed(), DAY, REST], **LEDGER) is None


def test_an_undoing_that_names_nothing_takes_nothing_of_another():
    nameless = posted(101, reference="")
    stray = edit([undone(101)], "ledger", "reversal", original="", entries=None)[0]
    assert seen(nameless, stray, closed(), DAY, paid(100)) == []


def test_books_that_began_with_the_case_owe_nothing_from_before():
    rows = [SALE, closed(), DAY, paid(5), REST]
    assert ruling("M7", rows, **LEDGER | EXTERNAL).gaps
    header = EXTERNAL | {"bench": {"kind": "external", "books": "new"}}
    assert ruling("M7", rows, **LEDGER | header).findings


def test_a_fresh_world_needs_no_emulated_bench():
    rows = [SALE, closed(), DAY, paid(5), REST]
    assert ruling("M7", rows, **LEDGER, bench={}).findings
    assert not ruling("M7", rows, **LEDGER, bench={}).gaps


def test_it_is_judged_after_the_rest_and_where_the_books_were_seen():
    assert ruling("M7", [SALE, closed(), DAY, paid(5)], **LEDGER) is None
    hidden = ruling("M7", [SALE, closed(), blind("ledger"), DAY, paid(5), REST], **LEDGER)
    assert not hidden.findings
    assert hidden.gaps
    assert ruling("M7", whole_day(), profile={"not_applicable": ("M7",)}) is None
    assert ruling("M7", [SALE, blind("ledger"), DAY, REST], **LEDGER) is None
    assert ruling("M7", [SALE, blind("ledger"), DAY, REST], **AT_ONCE).gaps
    for row_ in (PAID, BACK, closed()):
        assert ruling("M7", [row_, blind("ledger"), REST], **LEDGER).gaps


def test_what_was_due_before_the_history_is_a_gap():
    rows = [SALE, closed(), DAY, paid(500), REST]
    judged = ruling("M7", rows, **LEDGER | EXTERNAL)
    assert judged.gaps
    assert not judged.findings
    emulated = LEDGER | EXTERNAL | {"bench": {"kind": "emulated"}}
    assert ruling("M7", rows, **emulated).findings
    unpaid = [SALE, closed(), DAY, REST]
    assert ruling("M7", unpaid, **LEDGER | EXTERNAL).findings


# D+0


PAID = paid(100, original="T101")
BACK = clawed(100, original="T101")


def at_once(*rows):
    return seen(*rows, **AT_ONCE)


def test_at_once_each_transaction_is_paid():
    assert at_once(SALE, PAID) == []
    assert at_once(SALE) == ["0.00 in 0 payouts and clawbacks"]
    assert at_once(SALE, paid(90, original="T101")) == ["0.90 in 1 payouts and clawbacks"]
    assert at_once(SALE, PAID, PAID) == ["2.00 in 2 payouts and clawbacks"]
    assert at_once(posted(104, "preauth", 700)) is None
    assert at_once() is None


def test_at_once_a_payout_of_no_transaction_is_found():
    assert at_once(SALE, PAID, paid(5, original="")) == ["none"]
    assert at_once(SALE, PAID, paid(5, original="T999")) == ["T999"]


def test_what_is_undone_after_its_payout_is_clawed_back():
    for back in (undone(101), VOID):
        assert at_once(SALE, PAID, back, BACK) == []
        assert len(at_once(SALE, PAID, back)) == 2
        assert at_once(SALE, back) == []
    part = posted(104, "refund", 30, original="T101")
    assert at_once(SALE, PAID, part, clawed(30, original="T101")) == []
    assert at_once(SALE, PAID, part, clawed(20, original="T101")) == [
        "0.80 in 2 payouts and clawbacks"]  # fmt: skip


def test_a_clawback_comes_before_the_next_payout():
    other, its = posted(105, amount=7), paid(7, original="T105")
    assert at_once(SALE, PAID, VOID, BACK, other, its) == []
    assert at_once(SALE, PAID, VOID, other, its, BACK) == ["none"]


def test_each_transaction_has_its_own_payouts():
    other, its = posted(105, amount=7), paid(7, original="T105")
    back = undone(101)
    assert at_once(SALE, other, its, back) == []
    wrong = clawed(7, original="T105")
    assert len(at_once(SALE, PAID, other, its, VOID, wrong)) == 3


def test_at_once_books_that_say_nothing_of_payouts_are_judged_too():
    assert at_once(SALE) == ["0.00 in 0 payouts and clawbacks"]
    assert ruling("M7", [DAY, REST], **AT_ONCE) is None


def test_at_once_a_whole_day_is_found_where_it_is_paid_by_batch():
    rows = whole_day()
    assert "M7" in fired(rows, profile={"payout": "D+0"})
    rows = drop(rows, "ledger", "payout")
    first, second = place(rows, "ledger", "sale"), place(rows, "ledger", "sale", 1)
    rows = put(rows, second + 1, paid(100, original="T102"))
    rows = put(rows, first + 1, PAID)
    rows = put(rows, place(rows, "ledger", "void") + 1, BACK)
    assert word("M7", rows, profile={"payout": "D+0"}) == "PASS"
    assert not fired(rows, profile={"payout": "D+0"})
    assert fired(drop(rows, "ledger", "clawback"), profile={"payout": "D+0"}) == ["M7"]


def test_a_sale_whose_void_was_reversed_is_paid_once_more():
    again = row("host", "ledger", "reversal", name="reversal", stan=103, batch=BATCH,
                reference="U103", original="T103",
                entries=("card:card-1 -100", "merchant:104290070110001 100"))  # fmt: skip
    assert at_once(SALE, PAID, VOID, BACK, again, PAID) == []
    assert at_once(SALE, PAID, VOID, BACK, again) == ["0.00 in 2 payouts and clawbacks"]


def test_a_void_that_is_reversed_before_the_next_payout_is_not_clawed_back():
    again = row("host", "ledger", "reversal", name="reversal", stan=103, batch=BATCH,
                reference="U103", original="T103",
                entries=("card:card-1 -100", "merchant:104290070110001 100"))  # fmt: skip
    other, its = posted(105, amount=7), paid(7, original="T105")
    assert at_once(SALE, PAID, VOID, again) == []
    assert at_once(SALE, PAID, VOID, again, other, its) == []
    assert at_once(SALE, PAID, VOID, other, its, again) == ["none"]


OFF, ON = row("host", "power", "", "off"), row("host", "power", "", "on")
STORED = row("host", "nv", "calendar")
LATER = row("host", "rx", "terminal/0800")


@pytest.mark.parametrize("day", [[OFF, DAY, ON], [DAY, OFF, ON], [DAY, STORED, OFF, ON, LATER]])
def test_a_day_that_changed_when_the_host_had_no_power_proves_nothing(day):
    judged = ruling("M7", [SALE, closed(), *day, REST], **LEDGER)
    assert (judged.findings, len(judged.gaps)) == ((), 1)
    paid_then = ruling("M7", [SALE, closed(), *day, DAY, paid(100), REST], **LEDGER)
    assert (paid_then.evaluated, paid_then.findings) == (1, ())


@pytest.mark.parametrize("day", [[OFF, ON, DAY], [DAY, LATER, OFF], [DAY, *TERMINAL_OFF]])
def test_a_host_with_power_pays_on_the_day(day):
    assert seen(SALE, closed(), *day) == ["none"]
