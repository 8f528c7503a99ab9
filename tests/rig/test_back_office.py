"""The acquirer's side: enquiries, the calendar, and what is given back by hand."""

import pytest

from harness.emulator.host.config import Override
from harness.fault.plan import Drop
from harness.terms.outcome import Outcome
from tests.rig.opened import notes, rig, rows

LOST = ("tx host 0210 #1", Drop())
VOID_LOST = ("tx host 0210 #2", Drop())
SILENT = {("0400", nth): Override(silent=True) for nth in (1, 2, 3)}


def void_in_vain(opened):
    """Sell and void, and sell to others until the void's reversal is given up."""
    opened.till.sale(1234)
    opened.till.void(opened.till.voucher)
    for _ in range(4):
        opened.till.sale(500, card="card-2")


def test_enquiry_is_answered_and_recorded_with_its_transaction():
    with rig() as opened:
        opened.till.sale(1234)
        opened.till.sale(500, card="card-2")
        assert opened.office.enquire("after", card="card-1") == "succeeded"
        (row,) = rows(opened, kind="ledger", address="enquiry")
    facts = {name: row.facts[name] for name in ("question", "answer", "card", "stan", "batch")}
    assert facts == {
        "question": "after", "answer": "succeeded", "card": "card-1", "stan": 2, "batch": "000001",
    }  # fmt: skip


def test_enquiry_about_a_reversed_sale_says_that_it_did_not_succeed():
    with rig(LOST) as opened:
        opened.till.sale(1234)
        assert opened.office.enquire("before", card="card-1") == "open"
        opened.till.sale(500, card="card-2")
        assert opened.office.enquire("after", card="card-1") == "not_succeeded"


def test_enquiry_about_a_card_that_paid_nothing_is_open_and_names_no_transaction():
    with rig() as opened:
        assert opened.office.enquire("early", card="card-2") == "open"
        (row,) = rows(opened, kind="ledger", address="enquiry")
    assert "stan" not in row.facts


def test_enquiry_of_a_host_with_a_defect_is_that_hosts():
    with rig(LOST, defect="enquiry-too-early") as opened:
        opened.till.sale(1234)
        assert opened.office.enquire("before", card="card-1") == "succeeded"


@pytest.mark.parametrize("profile", [{}, {"reversal_stan": "new"}])
def test_reversal_that_the_terminal_gave_up_is_listed_and_given_back(profile):
    with rig(LOST, script=SILENT, **profile) as opened:
        for amount_minor in (1234, 500, 500, 500):
            opened.till.sale(amount_minor)
        opened.rest()
        (item,) = notes(opened, "open item")
        assert opened.verdict().findings == ()
    facts = {name: item.facts[name] for name in ("card", "amount_minor", "stan", "closed")}
    assert facts == {"card": "card-1", "amount_minor": 1234, "stan": 2, "closed": True}


@pytest.mark.parametrize("profile", [{}, {"reversal_stan": "new"}, {"reversal_f61": "original"}])
def test_void_whose_reversal_the_terminal_gave_up_is_listed_and_undone(profile):
    with rig(VOID_LOST, script=SILENT, **profile) as opened:
        void_in_vain(opened)
        assert opened.office.balance_minor("card-1") == 100_000_000
        opened.rest()
        (item,) = notes(opened, "open item")
        assert opened.office.balance_minor("card-1") == 100_000_000 - 1234
        assert opened.verdict().findings == ()
    facts = {name: item.facts[name] for name in ("card", "amount_minor", "stan", "closed")}
    assert facts == {"card": "card-1", "amount_minor": 1234, "stan": 3, "closed": True}


def test_back_office_that_lists_no_void_leaves_the_money_with_the_cardholder():
    with rig(VOID_LOST, script=SILENT, defect="lists-no-void") as opened:
        void_in_vain(opened)
        opened.rest()
        assert notes(opened, "open item") == []
        assert {finding.rule for finding in opened.verdict().findings} == {"M2", "M3"}


def test_back_office_that_lists_no_void_lists_sales():
    with rig(LOST, script=SILENT, defect="lists-no-void") as opened:
        for amount_minor in (1234, 500, 500, 500):
            opened.till.sale(amount_minor)
        opened.rest()
        assert len(notes(opened, "open item")) == 1


def test_nothing_is_given_back_while_the_terminal_admits_nothing():
    with rig(LOST, defect="drops-reversal-silently", script=SILENT) as opened:
        for amount_minor in (1234, 500, 500, 500, 500):
            opened.till.sale(amount_minor, card="card-2" if amount_minor == 500 else "card-1")
        opened.rest()
        assert notes(opened, "open item") == []
        assert "R8" in {finding.rule for finding in opened.verdict().findings}


def test_sale_whose_reversal_was_heard_at_last_is_no_open_item():
    with rig(LOST, script={("0400", 1): Override(silent=True)}) as opened:
        for amount_minor in (1234, 500, 500):
            opened.till.sale(amount_minor)
        opened.rest()
        assert notes(opened, "open item") == []


def test_next_day_moves_the_date_of_the_host():
    with rig() as opened:
        opened.till.sale(1234)
        opened.office.next_day()
        opened.till.sale(500)
        dates = [row.facts["business_date"] for row in rows(opened, kind="ledger", address="sale")]
    assert dates[0] < dates[1]


def test_sale_of_another_terminal_is_in_the_books_and_its_cardholder_is_told():
    with rig() as opened:
        last = rows(opened, actor="host", kind="rx")[-1].facts["stan"]
        assert opened.office.sell_elsewhere(1234, card="card-2") == last + 100_001
        assert opened.office.sell_elsewhere(500, card="card-2") == last + 100_002
        assert opened.office.balance_minor("card-2") == 100_000_000 - 1734
        posted = rows(opened, kind="ledger", address="sale")
        told = rows(opened, kind="notify")
        opened.rest()
        assert opened.verdict().findings == ()
    assert {row.facts["terminal_id"] for row in posted} == {"99999999"}
    assert len({row.facts["rrn"] for row in posted}) == 2
    assert [row.facts["amount_minor"] for row in told] == [1234, 500]


def test_provider_closes_refunds_and_the_host_refuses_them():
    with rig(refund_enabled=True) as opened:
        opened.office.close_refunds()
        opened.till.sale(1234)
        rrn, date = opened.till.reference()
        assert opened.till.refund(1234, rrn=rrn, date=date) is Outcome.NOT_APPROVED
        (note,) = notes(opened, "refund function")
    assert note.facts["is_open"] is False
