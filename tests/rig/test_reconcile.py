"""Reconciliation: a readable difference for each transaction that is missing, extra or altered."""

from harness.rig.reconcile import differences, ledger, slips, till, totals_differences
from tests.check.literal import history
from tests.report.literal import quick, row


def posted(name, stan, minor=100, batch="000001", day="20260105", **more):
    facts = {"reference": f"{name} {batch} {stan}", "stan": stan, "batch": batch}
    facts |= {"amount_minor": minor, "card": "card-1", "business_date": day}
    return row("host", "ledger", name, **facts | more)


def printed(kind, voucher, minor=100, batch="000001", **more):
    facts = {"type": kind, "voucher": voucher, "batch": batch, "amount_minor": minor}
    return row(
        "terminal", "print", "slip", **{"says_approved": True, "card": "card-1"} | facts | more
    )


def told(verb, voucher, minor=100, kind="ok"):
    return row("till", kind, verb, call=1, voucher=voucher, amount_minor=minor)


def seen(*rows):
    return history(*quick(rows))


SOUND = (
    posted("sale", 1), printed("sale", 1), printed("sale", 1, is_duplicate=True), told("sale", 1),
    posted("void", 2), printed("void", 2), told("void", 2),
    posted("sale", 3), posted("reversal", 3, original="sale 000001 3"),
    told("sale", 3, kind="info"),
    printed("sale", 9, says_approved=False), posted("decline", 4), told("balance", 5),
)  # fmt: skip


def compared(*rows):
    found = seen(*rows)
    return [
        *differences("slips", slips(found), "ledger", ledger(found)),
        *differences("till", till(found), "slips", slips(found)),
    ]


def test_views_of_a_sound_day_agree():
    assert compared(*SOUND) == []


def test_slip_that_is_missing_is_told():
    assert compared(*SOUND, posted("sale", 6, 1234)) == [
        "only ledger: 000006 of batch 000001 sale 12.34 card-1"
    ]


def test_slip_without_a_posting_and_without_the_till_is_told():
    assert compared(*SOUND, printed("refund", 7)) == [
        "only slips: 000007 of batch 000001 refund 1.00 card-1",
        "only slips: 000007 refund 1.00 card-1",
    ]


def test_altered_amount_type_or_card_is_told():
    altered = (posted("sale", 6, 200), printed("sale", 6, 201), told("sale", 6, 201))
    assert compared(*altered) == [
        "000006 of batch 000001: slips sale 2.01 card-1, ledger sale 2.00 card-1"
    ]
    assert compared(posted("sale", 6), printed("void", 6), told("void", 6)) != []
    other = printed("sale", 6, card="card-2")
    assert compared(posted("sale", 6), other, told("sale", 6)) != []


def test_same_voucher_of_another_batch_is_another_transaction():
    found = seen(posted("sale", 1), printed("sale", 1, batch="000002"))
    assert len(differences("slips", slips(found), "ledger", ledger(found))) == 2


def test_return_by_hand_undoes_a_sale_and_a_reversed_void_stands_nowhere():
    found = seen(
        posted("sale", 1), posted("manual_return", 8, original="sale 000001 1"),
        posted("sale", 2), posted("void", 3), posted("reversal", 3, original="void 000001 3"),
    )  # fmt: skip
    assert [voucher for _, voucher in ledger(found)] == [2]


def test_books_of_one_day_are_kept_apart():
    found = seen(posted("sale", 1), posted("sale", 2, day="20260106"))
    assert [voucher for _, voucher in ledger(found, "20260106")] == [2]


def settled(*rows, batch="000001"):
    return row("terminal", "print", "slip", kind="settlement", batch=batch, rows=rows)


BATCH = (
    posted("sale", 1), posted("sale", 2), posted("sale", 3, 500), posted("void", 4),
    posted("refund", 5, 50), posted("sale", 6, batch="000002"),
)  # fmt: skip


def test_totals_are_net_of_voids():
    good = settled("domestic|sale|1|100", "foreign|sale|1|500", "domestic|refund|1|50")
    assert totals_differences(seen(*BATCH, good)) == []


def test_totals_that_are_wrong_are_told_with_both_sums():
    gross = settled("domestic|sale|3|700", "domestic|refund|1|50", "domestic|net_total|2|650")
    assert totals_differences(seen(*BATCH, gross)) == [
        "batch 000001, sale: slip 7.00 in 3, books 6.00 in 2"
    ]
    assert totals_differences(seen(*BATCH, settled("domestic|sale|2|600"))) == [
        "batch 000001, refund: slip 0.00 in 0, books 0.50 in 1"
    ]
