import pytest

from harness.check import money
from tests.check.literal import BLACK_BOX, fired, history, judgements, without
from tests.check.money_rows import (
    RECORD,
    REST,
    answer,
    ask,
    blind,
    decline,
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
    reversing,
    sale_call,
    slip,
    sold,
    undo,
)


def judged(*rows, **header):
    return judgements(money, history(*rows, **header))["M3"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def broken(*rows, **header):
    """Return what M3 has seen in a history in which no other rule of money has a finding."""
    whole = history(*rows, **header)
    assert fired(money, whole) == ["M3"]
    return [finding.seen for finding in judgements(money, whole)["M3"].findings]


def test_sold_reversed_and_declined_in_all_views_is_right():
    refused = [sale_call(3), request(9), decline(9), end("fail", 3, voucher=9)]
    assert told(judged(*sold(), *lost(8, 2), *refused, *REST)) == (3, (), ())


def test_without_a_rest_nothing_is_judged():
    assert told(judged(*without(sold(), 6))) == (0, (), ())


def test_one_view_alone_has_nothing_to_agree_with():
    assert told(judged(posting(), *REST, observes=["ledger", "key"])) == (0, (), ())
    assert told(judged(posting(), *REST, observes=["ledger", "slip"]))[0] == 1


def test_a_sale_that_the_terminal_forgot_is_a_finding():
    seen = (
        "till: approved 10.00, slip: approved 10.00, journal: not approved, ledger: approved 10.00"
    )
    assert broken(*without(sold(), 5), *REST) == [seen]


def test_an_amount_that_differs_is_a_finding():
    rows = [*sold()[:-1], end("ok", voucher=7, amount_minor=999), *REST]
    seen = (
        "till: approved 9.99, slip: approved 10.00, journal: approved 10.00, ledger: approved 10.00"
    )
    assert broken(*rows) == [seen]
    assert judged(*rows).findings[0].evidence == (1, 2, 5, 6, 7)


def test_a_slip_that_was_never_printed_is_a_finding():
    seen = (
        "till: approved 10.00, slip: not approved, journal: approved 10.00, ledger: approved 10.00"
    )
    assert broken(*without(sold(), 6), *REST) == [seen]


NO_APPROVAL = slip(says_approved=False, is_complete=False)


@pytest.mark.parametrize(
    "hindrance", [fault("paper_out"), fault("printer_dead"), power("off"), NO_APPROVAL]
)
def test_a_slip_that_paper_or_power_kept_back_says_nothing(hindrance):
    rows = [*sold()[:6], hindrance, sold()[7], *REST]
    assert told(judged(*rows)) == (1, (), ())


def test_power_that_was_cut_before_the_sale_keeps_no_slip_back():
    rows = [power("off"), power("on"), *without(sold(), 6), *REST]
    assert len(judged(*rows).findings) == 1


def test_a_sale_that_the_till_heard_refused_and_the_books_hold_is_a_finding():
    rows = [sale_call(), request(), posting(), end("fail", voucher=7), *REST]
    seen = "till: not approved, slip: not approved, journal: not approved, ledger: approved 10.00"
    assert [one.seen for one in judged(*rows).findings] == [seen]


def test_an_approval_of_what_was_never_posted_is_a_finding():
    rows = [*without(sold(), 1, 2, 3, 4), *REST]
    assert judged(*rows).findings[0].seen.endswith("ledger: not approved")


def test_an_open_item_may_stand_in_the_books_only():
    rows = [sale_call(), request(), posting(), notice("s7"), end("fail", voucher=7), open_item()]
    assert told(judged(*rows, *REST)) == (1, (), ())
    assert broken(*rows, journal(RECORD), *REST)


def test_the_last_word_of_the_till_counts():
    rows = [*sold()[:-1], end("info"), *ask(2, "approved", voucher=7, amount_minor=1000)]
    assert told(judged(*rows, *REST)) == (1, (), ())
    rows = [*sold()[:-1], end("info"), *ask(2, "not_approved", voucher=7)]
    assert broken(*rows, *REST)


def test_an_unknown_outcome_is_allowed_until_the_till_asks_after_the_rest():
    rows = [*without(lost(), 4), end("info"), *ask(2, "pending", voucher=7), *REST]
    assert told(judged(*rows)) == (1, (), ())
    assert broken(*rows, *ask(3, "pending", voucher=7)) == ["pending"]
    assert told(judged(*rows, *ask(3, "none", voucher=7))) == (1, (), ())


def test_a_void_in_journal_and_books_is_right():
    void = [
        invoke(2, "void", card="card-1", amount_minor=1000),
        request(8, name="void"),
        undo(8, name="void", original="s7"),
        journal("7|sale|1000|voided", "8|void|1000|approved"),
        slip(8, type="void"),
        end("ok", 2, "void", voucher=8),
    ]
    assert told(judged(*sold(), *void, *REST)) == (2, (), ())
    live = [reversing(8), undo(8, original="r8", reference="x8", entries=())]
    assert told(judged(*sold(), *without(void, 3), *live, *REST))[1] != ()


def test_a_record_that_says_voided_without_a_void_is_a_finding():
    rows = [*without(sold(), 5), journal("7|sale|1000|voided"), *REST]
    assert broken(*rows) == ["journal: voided"]


def test_a_black_box_is_judged_without_its_journal():
    assert told(judged(*without(sold(), 5), *REST, observes=BLACK_BOX)) == (1, (), ())
    assert broken(*without(sold(), 6), *REST, observes=BLACK_BOX)


@pytest.mark.parametrize("channel", ["till", "slip", "journal", "ledger"])
def test_a_blind_channel_is_a_gap(channel):
    found = judged(blind(channel), *sold(), *REST)
    assert (len(found.findings), len(found.gaps)) == (0, 1)


def test_a_channel_that_the_bench_does_not_have_is_not_missed():
    rows = [blind("slip"), *without(sold(), 6), *REST]
    assert told(judged(*rows, observes=["till", "ledger", "key"])) == (1, (), ())


def test_a_blind_channel_without_a_rest_is_no_gap():
    assert told(judged(blind("slip"), *sold())) == (0, (), ())


def test_journal_and_books_alone_must_agree_about_a_void():
    rows = [posting(), journal("7|sale|1000|voided"), *REST]
    assert len(judged(*rows, observes=["journal", "ledger"]).findings) == 1


def test_an_open_item_is_not_held_against_the_books_about_a_void():
    rows = [*without(sold(), 5), journal("7|sale|1000|voided"), open_item(), *REST]
    assert told(judged(*rows)) == (1, (), ())


def test_what_begins_after_the_rest_is_not_judged():
    assert told(judged(*sold(), *REST, *without(sold(8, 2), 5, 6))) == (1, (), ())


def test_a_slip_that_a_blind_channel_missed_says_nothing():
    found = judged(blind("slip"), *without(sold(), 6), *REST)
    assert (found.findings, len(found.gaps)) == ((), 1)


def test_a_posting_that_a_blind_ledger_missed_says_nothing():
    found = judged(blind("ledger"), *without(sold(), 2), *REST)
    assert (found.findings, len(found.gaps)) == ((), 1)


def test_books_that_the_bench_does_not_have_say_nothing():
    assert told(judged(*without(sold(), 2), *REST, observes=["till", "slip"])) == (1, (), ())


@pytest.mark.parametrize("harmless", [power("off", "host"), slip(says_approved=False)])
def test_what_does_not_hinder_the_printer_is_no_excuse(harmless):
    assert len(judged(*sold()[:6], harmless, sold()[7], *REST).findings) == 1
    torn = slip(says_approved=False, is_complete=False)
    assert len(judged(torn, *without(sold(), 6), *REST).findings) == 1


def test_the_journal_speaks_of_the_latest_use_of_a_number():
    again = [
        sale_call(2),
        request(7, 5),
        posting(7, 5, reference="b7"),
        journal("7|sale|5|approved"),
    ]
    rows = [*sold(), *again, slip(amount=5), end("ok", 2, voucher=7, amount_minor=5), *REST]
    assert told(judged(*rows)) == (2, (), ())


def test_what_the_till_was_refused_first_and_told_approved_later_is_a_finding():
    asked = ask(2, "approved", voucher=7, amount_minor=1000)
    rows = [*sold()[:-1], end("fail", voucher=7), *asked, *REST]
    assert broken(*rows) == [
        "till: approved 10.00, slip: approved 10.00, journal: approved 10.00, ledger: approved "
        "10.00, till: not approved"
    ]


def test_what_the_till_did_not_know_first_is_right():
    asked = ask(2, "approved", voucher=7, amount_minor=1000)
    rows = [*sold()[:-1], end("info", voucher=7), *asked, *REST]
    assert told(judged(*rows)) == (1, (), ())


def test_a_reversed_sale_that_is_booked_with_another_amount_is_a_finding():
    other = posting(8, amount_minor=1001)
    whole = history(*lost(8, 2)[:2], other, *lost(8, 2)[3:], *REST)
    (finding,) = judgements(money, whole)["M3"].findings
    assert finding.what == "sale 000008 is booked with an amount that nobody asked for"
    assert (finding.expected, finding.seen, finding.evidence) == ("10.00", "10.01", (1, 2))


def test_a_part_that_the_host_answered_is_what_it_booked():
    part = [posting(8, 600), answer(8, 600, "10")]
    whole = history(*lost(8, 2)[:2], *part, *lost(8, 2)[4:6], undo(8, 600), *REST)
    assert judgements(money, whole)["M3"].findings == ()


def test_a_posting_without_an_amount_or_a_request_is_not_compared_with_the_line():
    silent = posting(8, amount_minor=None)
    assert judged(*lost(8, 2)[:2], silent, *lost(8, 2)[3:], *REST).findings == ()
    assert judged(posting(9, 5), answer(9, 1000), undo(9, 5), *REST).findings == ()


def test_a_record_of_the_journal_that_changes_is_a_finding():
    later = [journal("7|sale|1001|approved"), journal(RECORD), journal("7|sale|1002|approved")]
    whole = history(*sold(), *later, journal(RECORD), *REST)
    (finding,) = judgements(money, whole)["M3"].findings
    assert finding.what == "the journal tells two stories of sale 000007"
    assert (finding.expected, finding.seen) == ("sale 10.00 in each write", "sale 10.01")
    assert finding.evidence == (5, 8)


def test_another_use_of_a_number_changes_no_record():
    again = [sale_call(2), request(7, 5), posting(7, 5, reference="b7")]
    rows = [*sold(), *again, journal("7|sale|5|approved"), slip(amount=5)]
    assert judged(*rows, end("ok", 2, voucher=7, amount_minor=5), *REST).findings == ()


def test_a_till_that_was_told_of_an_approval_first_and_of_none_later_is_a_finding():
    refused = [sale_call(), request(), decline(), answer(code="51"), end("ok", voucher=7)]
    rows = [*refused, *ask(2, "not_approved", voucher=7), *REST]
    assert broken(*rows) == [
        "till: not approved, slip: not approved, journal: not approved, ledger: not approved,"
        " till: approved"
    ]
    asked = [*refused[:-1], end("fail", voucher=7), *rows[-4:]]
    assert told(judged(*asked)) == (1, (), ())


@pytest.mark.parametrize("verb", ["sale", "void", "refund"])
def test_what_went_well_at_the_till_and_nowhere_else_is_a_finding(verb):
    rows = [invoke(1, verb), end("ok", 1, verb)]
    assert broken(*rows, *REST) == ["none"]
    assert told(judged(*rows)) == (0, (), ())
    assert told(judged(*REST, *rows)) == (0, (), ())
    for kind in ("fail", "info"):
        assert told(judged(invoke(1, verb), end(kind, 1, verb), *REST)) == (0, (), ())


@pytest.mark.parametrize("verb", ["balance", "settle", "reprint", "status"])
def test_what_makes_no_transaction_may_go_well_without_one(verb):
    assert told(judged(invoke(1, verb), end("ok", 1, verb), *REST)) == (0, (), ())


def test_a_call_without_an_end_went_not_well():
    assert told(judged(invoke(1), *REST)) == (0, (), ())


def test_where_line_and_books_are_not_seen_a_sale_may_be_anywhere():
    rows = [invoke(1), end("ok", 1), *REST]
    assert told(judged(*rows, observes=("till", "slip"))) == (0, (), ())
    assert broken(*rows, observes=("till", "slip", "ledger")) == ["none"]
    for channel in ("ledger", "host_wire"):
        assert judged(blind(channel), *rows).findings == ()
