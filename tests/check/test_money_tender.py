from harness.check import money
from tests.check.literal import fired, history, judgements, without
from tests.check.money_rows import (
    REST,
    blind,
    end,
    invoke,
    journal,
    lost,
    notice,
    open_item,
    posting,
    request,
    sale_call,
    slip,
    sold,
)


def judged(*rows, **header):
    return judgements(money, history(*rows, **header))["M9"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


BOTH = "7|sale|1000|approved", "8|sale|1000|approved"


def again(stan, call, **facts):
    return [*without(sold(stan, call, **facts), 5), journal(*BOTH)]


def test_a_retry_after_a_reversal_is_right():
    assert told(judged(*lost(tender="t"), *sold(8, 2, tender="t"), *REST)) == (1, (), ())


def test_a_tender_that_was_debited_twice_is_a_finding_of_m9_alone():
    rows = [*sold(tender="t"), *again(8, 2, tender="t"), *REST]
    assert fired(money, history(*rows)) == ["M9"]
    finding = judged(*rows).findings[0]
    assert finding.seen == "2 debits, 20.00 in all"
    assert finding.evidence == (0, 2, 8, 10)


def test_two_tenders_are_two_debits():
    assert told(judged(*sold(tender="t"), *again(8, 2, tender="u"), *REST)) == (2, (), ())


def test_calls_without_a_tender_or_without_a_rest_are_not_judged():
    assert told(judged(*sold(), *REST)) == (0, (), ())
    assert told(judged(*sold(tender="t"))) == (0, (), ())
    assert told(judged(*REST, *sold(tender="t"))) == (0, (), ())


def test_parts_that_make_up_the_tender_are_right():
    part = [invoke(2, tender="t", amount_minor=400), request(8, 400), posting(8, 400)]
    first = [sale_call(tender="t"), request(), posting(amount=600), end("ok", voucher=7)]
    rows = [*first, *part, end("ok", 2, voucher=8), *REST]
    assert told(judged(*rows)) == (1, (), ())
    more = [*first, invoke(2, tender="t"), posting(8, 401), end("ok", 2, voucher=8), *REST]
    assert len(judged(*more).findings) == 1


def test_a_debit_that_was_closed_by_hand_does_not_count():
    kept = [*without(lost(tender="t"), 5, 6, 7, 8), *sold(8, 2, tender="t")]
    assert told(judged(*kept, open_item(), *REST)) == (1, (), ())
    assert len(judged(*kept, open_item(closed=False), *REST).findings) == 1


def test_a_retry_whose_number_the_till_never_learned_is_known_by_its_call():
    hidden = [sale_call(tender="t"), request(), posting(), notice("s7"), slip(), end("info")]
    assert len(judged(*hidden, *sold(8, 2, tender="t"), *REST).findings) == 1


def test_a_blind_ledger_is_a_gap():
    found = judged(blind("ledger"), *sold(tender="t"), *REST)
    assert found.gaps == ("ledger was blind: a second debit of a tender may have been missed",)


def test_one_debit_of_too_much_is_another_rules_matter():
    rows = [sale_call(tender="t"), request(), posting(amount=1500), end("ok", voucher=7), *REST]
    assert told(judged(*rows)) == (1, (), ())


def test_a_debit_that_two_calls_were_answered_with_is_one():
    first = [sale_call(tender="t"), request(), posting(), end("info")]
    rows = [*first, sale_call(2, tender="t"), end("ok", 2, voucher=7), *REST]
    assert told(judged(*rows)) == (1, (), ())
