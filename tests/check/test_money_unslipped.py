import pytest

from harness.check import money
from tests.check.literal import BLACK_BOX, fired, history, judgements, row, without
from tests.check.money_rows import (
    RECORD,
    REST,
    ask,
    blind,
    end,
    fault,
    invoke,
    journal,
    lost,
    notice,
    open_item,
    posting,
    power,
    request,
    sale_call,
    slip,
    sold,
    undo,
)

HOURS_S = 3600


def judged(*rows, **header):
    return judgements(money, history(*rows, **header))["M5"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def kept():
    """Return a sale that the host holds and the terminal gave up without a reversal."""
    return without(lost(), 5, 6, 7, 8)


def test_a_sale_without_a_slip_that_was_reversed_is_right():
    assert told(judged(*lost(), *REST)) == (1, (), ())


def test_sales_with_a_slip_declines_and_returns_are_not_its_matter():
    rows = [*sold(), *sold(8, 2)[:1], request(8), undo(9, name="refund", original="s1")]
    assert told(judged(*rows, *REST)) == (0, (), ())


def test_without_a_rest_nothing_is_judged():
    assert told(judged(*kept())) == (0, (), ())


def test_a_sale_without_a_slip_that_stands_is_a_finding():
    found = judged(*kept(), *REST)
    assert [one.seen for one in found.findings] == ["10.00 taken, and no open item"]
    assert found.findings[0].evidence == (2, 4)


def test_slips_and_books_suffice():
    whole = history(*kept()[1:4], *REST, observes=("slip", "ledger"))
    assert fired(money, whole) == ["M2", "M3", "M5"]  # the three look at the same two channels


def test_a_reversal_that_came_too_late_is_a_finding_of_m5_alone():
    at_s = 2 + 25 * HOURS_S
    late = ("host", "ledger", "reversal", "", at_s, undo()[-1])
    rows = [*lost()[:6], late, *lost()[7:], *REST]
    assert fired(money, history(*rows)) == ["M5"]
    assert judged(*rows).findings[0].seen == "after 24 h"
    assert told(judged(*rows, profile={"reversal_effect_h": 25})) == (1, (), ())


def test_an_open_item_must_be_closed():
    assert told(judged(*kept(), open_item(), *REST)) == (1, (), ())
    rows = [*kept(), open_item(closed=False), *REST]
    assert fired(money, history(*rows)) == ["M5"]
    assert "3 days" in judged(*rows).findings[0].expected


def approved():
    """Return a sale that terminal and host hold, without a slip."""
    return without(sold(), 6)


def test_a_terminal_that_calls_it_approved_may_still_print_the_slip():
    assert told(judged(*approved(), *REST)) == (0, (), ())
    assert told(judged(*without(approved(), 6), *REST)) == (0, (), ())
    assert told(judged(*without(approved(), 5), *REST, observes=BLACK_BOX)) == (0, (), ())


def reprint(kind, **facts):
    return invoke(5, "reprint", **facts), end(kind, 5, "reprint")


def test_a_reprint_is_as_good_as_the_slip():
    rows = [*approved(), reprint("ok")[0], slip(is_duplicate=True), reprint("ok")[1]]
    assert told(judged(*rows, *REST)) == (0, (), ())


@pytest.mark.parametrize("kind", ["ok", "fail"])
def test_a_reprint_that_gives_no_slip_is_a_finding(kind):
    found = judged(*approved(), *reprint(kind), *REST)
    assert len(found.findings) == 1


@pytest.mark.parametrize(
    "later",
    [
        (invoke(5, "reprint"),),
        reprint("info"),
        (fault("paper_out"), *reprint("fail")),
        (*sold(8, 2), *reprint("ok")),
        reprint("fail", original_voucher=6),
    ],
)
def test_a_reprint_without_an_end_or_paper_or_of_another_sale_proves_nothing(later):
    assert told(judged(*approved(), *later, *REST)) == (0, (), ())


def test_a_reprint_by_voucher_that_is_refused_after_another_sale_is_a_finding():
    rows = [*approved(), *sold(8, 2), *reprint("fail", original_voucher=7)]
    assert len(judged(*rows, *REST).findings) == 1
    assert told(judged(*rows[:-2], settled(), *rows[-2:], *REST)) == (0, (), ())


def settled(**facts):
    return row("host", "ledger", "settlement", name="settlement", batch=1, **facts)


def test_a_reprint_that_is_refused_after_the_settlement_proves_nothing():
    assert told(judged(*approved(), settled(), *reprint("fail"), *REST)) == (0, (), ())


@pytest.mark.parametrize("place", [0, -1])
def test_a_settlement_before_the_sale_or_after_the_reprint_excuses_no_refusal(place):
    rows = [*approved(), *reprint("fail")]
    rows.insert(place % (len(rows) + 1), settled())
    assert len(judged(*rows, *REST).findings) == 1


def test_paper_is_loaded_at_rest():
    rows = [*approved(), fault("paper_out"), *REST, *reprint("fail"), *REST]
    assert fired(money, history(*rows)) == ["M5"]


def test_an_outcome_that_nobody_asked_for_after_a_power_cut_is_a_gap():
    rows = [sale_call(), request(), posting(), power("off"), power("on"), end("info"), *REST]
    found = judged(*rows, observes=BLACK_BOX)
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)
    asked = [*rows, *ask(2, "not_approved", voucher=7)]
    assert len(judged(*asked, observes=BLACK_BOX).findings) == 1


def test_a_sale_that_nobody_knows_of_is_a_finding_when_nothing_hindered_the_printer():
    rows = [posting(), row("host", "tx", "terminal/0210"), notice("s7"), *REST]
    assert len(judged(*rows, observes=BLACK_BOX).findings) == 1


@pytest.mark.parametrize("channel", ["slip", "ledger"])
def test_a_blind_channel_is_a_gap(channel):
    found = judged(blind(channel), *kept(), *REST)
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_a_record_in_the_journal_is_a_slip_to_be():
    rows = [*kept(), journal(RECORD), *REST]
    assert told(judged(*rows)) == (0, (), ())


def test_a_fault_that_is_not_the_papers_excuses_no_reprint():
    rows = [*approved(), fault("drop", "tx host 0210 #1"), *reprint("fail"), *REST]
    assert len(judged(*rows).findings) == 1
