"""Reconciliation: a readable difference for each transaction that is missing, extra or altered."""

import pytest

from harness.rig.reconcile import differences, journal, ledger, open_items, slips, till
from harness.rig.reconcile_sums import sum_differences, sums, sums_said, totals_differences
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
        "only ledger: 000006 of batch 000001 sale 12.34 card-1 (row 13)"
    ]


def test_slip_without_a_posting_and_without_the_till_is_told():
    assert compared(*SOUND, printed("refund", 7)) == [
        "only slips: 000007 of batch 000001 refund 1.00 card-1 (row 13)",
        "only slips: 000007 refund 1.00 card-1 (row 13)",
    ]


def test_altered_amount_type_or_card_is_told():
    altered = (posted("sale", 6, 200), printed("sale", 6, 201), told("sale", 6, 201))
    assert compared(*altered) == [
        "000006 of batch 000001: slips sale 2.01 card-1 (row 1), ledger sale 2.00 card-1 (row 0)"
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
        "batch 000001, sale: slip 7.00 in 3 (row 6), books 6.00 in 2"
    ]
    assert totals_differences(seen(*BATCH, settled("domestic|sale|2|600"))) == [
        "batch 000001, refund: slip 0.00 in 0 (row 6), books 0.50 in 1"
    ]


def test_what_is_booked_or_told_twice_is_told():
    rows = (posted("sale", 6), posted("sale", 6, reference="b"), printed("sale", 6))
    assert compared(*rows, told("sale", 6))[:1] == [
        "000006 of batch 000001: slips sale 1.00 card-1 (row 2), "
        "ledger sale 1.00 card-1 (row 0) and sale 1.00 card-1 (row 1)"
    ]
    twice = compared(posted("sale", 6), printed("sale", 6), told("sale", 6), told("sale", 6))
    assert [line.partition(":")[0] for line in twice] == ["000006"]


def test_copies_of_a_slip_that_differ_are_told():
    rows = (posted("sale", 6), printed("sale", 6, 101), printed("sale", 6), told("sale", 6))
    assert compared(*rows)[0].startswith(
        "000006 of batch 000001: slips sale 1.01 card-1 (row 1) and sale 1.00 card-1 (row 2)"
    )


def test_a_torn_slip_without_a_number_is_of_nothing():
    assert slips(seen(printed("sale", None, says_approved=True))) == {}


def test_a_reference_number_is_told_and_never_compared():
    rows = (posted("sale", 6, rrn="600501000006"), printed("sale", 6, 101, rrn="1"))
    (line,) = differences("slips", slips(seen(*rows)), "ledger", ledger(seen(*rows)))
    assert "ledger sale 1.00 card-1 RRN 600501000006 (row 0)" in line
    alike = seen(posted("sale", 6, rrn="6"), printed("sale", 6))
    assert differences("slips", slips(alike), "ledger", ledger(alike)) == []


def test_what_the_till_learnt_by_asking_fills_a_gap():
    asked = row("till", "ok", "status", call=2, last="approved", voucher=6, amount_minor=100)
    found = seen(posted("sale", 6), told("sale", 6, kind="info"), asked)
    assert differences("till", till(found), "ledger", ledger(found)) == []
    assert till(seen(told("sale", 6), asked)) == till(seen(told("sale", 6)))
    assert till(seen(row("till", "ok", "status", last="approved"))) == {}


def test_what_the_till_learns_before_it_has_begun_anything_is_of_before():
    asked = row("till", "ok", "status", call=1, last="approved", voucher=5, amount_minor=100)
    found = seen(asked, posted("sale", 6), told("sale", 6))
    assert differences("till", till(found), "ledger", ledger(found)) == []
    assert till(seen(asked)) == {}


def test_records_of_the_terminal_are_a_view_by_voucher():
    kept = row("terminal", "nv", "journal", records=("6|sale|100|voided", "7|void|?|approved"))
    found = seen(posted("sale", 6), posted("void", 7), kept)
    assert differences("journal", journal(found), "ledger", ledger(found)) == [
        "000007: journal void 0.00 (row 2), ledger void 1.00 card-1 (row 1)"
    ]


ITEM = row("bench", "note", "open item", batch="000001", stan=6)


def test_an_open_item_may_be_in_the_books_alone():
    found = seen(posted("refund", 6), ITEM)
    views = ("slips", slips(found), "ledger", ledger(found))
    assert len(differences(*views)) == 1
    assert differences(*views, open_items(found)) == []
    unbatched = ("till", till(found), "ledger", ledger(found))
    assert differences(*unbatched, open_items(found)) == []
    other = seen(posted("refund", 6), ITEM, told("sale", 6))
    assert differences("till", till(other), "ledger", ledger(other), open_items(other)) != []


def test_sums_are_those_of_each_kind_and_the_net():
    found = sums(ledger(seen(*BATCH)))
    assert sums_said(found) == ("sale 8.00 in 4, void 1.00 in 1, refund 0.50 in 1, net 6.50 in 6")


def entered(name, stan, minor=100, **more):
    sign = -1 if name == "sale" else 1
    parts = f"card:card-1 {sign * minor}", f"merchant:m-1 {-sign * minor}"
    return posted(name, stan, minor, **{"entries": parts} | more)


ENTERED = (entered("sale", 1, 12_345_67), entered("void", 2), entered("sale", 3))
SHOWN = (printed("sale", 1, 12_345_67), printed("void", 2), printed("sale", 3))
HEARD = (told("sale", 1, 12_345_67), told("void", 2), told("sale", 3))


def test_sums_that_agree_to_the_cent_have_no_difference():
    undone = (entered("sale", 4), entered("reversal", 4, original="sale 000001 4"))
    paid = posted("payout", 9, entries=("merchant:m-1 -5", "paid:m-1 5"))
    found = seen(*ENTERED, *SHOWN, *HEARD, *undone, paid)
    assert sum_differences(found, ["till", "slips"]) == []
    assert sum_differences(found, ["till", "slips"], "20260105") == []


def test_a_cent_is_told_by_kind_and_in_the_net():
    found = seen(*ENTERED, printed("sale", 1, 12_345_68), *SHOWN[1:])
    assert sum_differences(found, ["slips"]) == [
        "sale: slips 12,346.68 in 2, ledger 12,346.67 in 2",
        "net: slips 12,345.68 in 3, ledger 12,345.67 in 3",
    ]


def test_what_the_till_learnt_by_asking_is_summed_by_the_kind_in_the_books():
    asked = row("till", "ok", "status", call=2, last="approved", voucher=2, amount_minor=100)
    found = seen(*ENTERED, HEARD[0], asked, HEARD[2])
    assert sum_differences(found, ["till"]) == []
    other = row("till", "ok", "status", call=2, last="approved", voucher=8, amount_minor=100)
    assert ": till 1.00 in 1, ledger 0.00 in 0" in sum_differences(
        seen(*ENTERED, *HEARD, other), ["till"]
    )


def test_open_items_are_in_no_sum_of_the_books_unless_a_view_shows_them():
    item = row("bench", "note", "open item", batch="000001", stan=3)
    hidden = seen(*ENTERED, *SHOWN[:2], item)
    assert sum_differences(hidden, ["slips"]) == []
    assert sum_differences(seen(*ENTERED, *SHOWN, item), ["slips"]) == []


def test_entries_that_move_another_amount_are_told():
    found = seen(entered("sale", 1), entered("sale", 2, entries=("merchant:m-1 99",)))
    assert sum_differences(found, []) == ["the merchant's account moved 1.99, what stands is 2.00"]


def test_undoing_on_another_day_belongs_to_the_day_of_what_it_undoes():
    later = entered("manual_return", 1, original="sale 000001 1", day="20260106")
    found = seen(entered("sale", 1), later, entered("sale", 2))
    assert sum_differences(found, [], "20260105") == []
    assert sum_differences(found, [], "20260106") == []


def answered(stan, organisation):
    said = {"stan": stan, "batch": "000001"}
    asked = row("terminal", "tx", "host/0200", mti="0200", name="sale", **said)
    got = {"mti": "0210", "name": "sale", "response_code": "00", "F63": organisation}
    return asked, row("terminal", "rx", "host/0210", **said, **got)


def test_totals_are_told_by_card_group_where_the_host_names_it():
    rows = (*answered(1, "CUP"), posted("sale", 1), *answered(2, "VIS"), posted("sale", 2, 500))
    good = settled("domestic|sale|1|100", "foreign|sale|1|500", "foreign|refund|0|0")
    assert totals_differences(seen(*rows, good)) == []
    swapped = settled("domestic|sale|1|500", "foreign|sale|1|100")
    assert totals_differences(seen(*rows, swapped)) == [
        "batch 000001, domestic sale: slip 5.00 in 1 (row 6), books 1.00 in 1",
        "batch 000001, foreign sale: slip 1.00 in 1 (row 6), books 5.00 in 1",
    ]


ENDED = row("host", "ledger", "batch_end", batch="000001", business_date="20260105")


def test_a_batch_that_has_ended_without_a_whole_slip_is_told():
    torn = settled("domestic|sale|1|100")
    torn = (*torn[:5], {**torn[5], "is_complete": False})
    for slip in ((), (torn,)):
        assert totals_differences(seen(posted("sale", 1), ENDED, *slip)) == [
            "batch 000001: no settlement slip"
        ]
    blind = history(*quick((posted("sale", 1), ENDED)), observes=["ledger"])
    assert totals_differences(blind) == []


@pytest.mark.parametrize(("day", "count"), [("20260105", 1), ("20260106", 0)])
def test_totals_of_a_day_are_those_of_the_batches_that_ended_on_it(day, count):
    wrong = settled("domestic|sale|1|1")
    assert len(totals_differences(seen(posted("sale", 1), wrong, ENDED), day)) == count


def test_open_items_are_in_no_total():
    item = row("bench", "note", "open item", batch="000001", stan=2)
    rows = (posted("sale", 1), posted("refund", 2), settled("domestic|sale|1|100"), item)
    assert totals_differences(seen(*rows)) == []
