import pytest

from harness.check import money
from tests.check.literal import EVERYTHING, fired, history, judgements, row, without
from tests.check.money_rows import (
    answer,
    balances,
    blind,
    lost,
    notice,
    posting,
    power,
    sold,
    undo,
)


def judged(*rows, **header):
    return judgements(money, history(*rows, **header))["M6"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def host_answers():
    return row("host", "tx", "terminal/0210")


def test_one_notice_of_the_debit_and_one_of_the_return_are_right():
    assert told(judged(*sold(), *lost(8, 2))) == (3, (), ())


def test_a_return_that_is_named_by_the_reference_of_the_sale_is_right():
    rows = [*without(lost(), 7), notice("s7", "return")]
    assert told(judged(*rows)) == (2, (), ())


@pytest.mark.parametrize("reference", ["sms-1", None])
def test_a_notice_with_a_number_of_the_banks_own_is_known_by_card_and_amount(reference):
    sms = notice(reference)
    if reference is None:
        del sms[-1]["reference"]
    assert told(judged(posting(), sms)) == (1, (), ())


@pytest.mark.parametrize("other", [{"card": "card-2"}, {"amount": 999}])
def test_a_nameless_notice_of_something_else_is_no_notice_of_it(other):
    assert len(judged(posting(), notice("sms-1", **other), balances("end")).findings) == 2


def test_nothing_is_judged_when_no_money_moved():
    assert told(judged(posting(entries=("hold:card-1 5", "held -5")))) == (0, (), ())


@pytest.mark.parametrize("gone", [3, 7])
def test_a_debit_or_return_that_the_cardholder_never_hears_of_is_a_finding(gone):
    rows = [*without(lost(), gone), balances("end")]
    assert fired(money, history(*rows)) == ["M6"]
    assert judged(*rows).findings[0].evidence == (gone - 1,)


def test_a_host_that_answers_and_never_notifies_is_found_at_the_end_too():
    assert len(judged(posting(), host_answers()).findings) == 1


def test_a_second_notice_is_a_finding():
    rows = [*sold(), notice("s7")]
    assert fired(money, history(*rows)) == ["M6"]
    finding = judged(*rows).findings[0]
    assert ("again" in finding.what, finding.evidence) == (True, (3, 8))


def test_a_notice_without_a_posting_is_a_finding():
    rows = [*sold(), notice("s8", "return")]
    assert fired(money, history(*rows)) == ["M6"]
    finding = judged(*rows).findings[0]
    assert ("without cause" in finding.what, finding.evidence) == (True, (8,))
    assert finding.seen == "one more, of s8"


def test_a_nameless_notice_too_many_is_a_finding():
    extra = notice("")
    del extra[-1]["reference"]
    assert judged(*sold(), extra).findings[0].evidence == (8,)


@pytest.mark.parametrize("wrong", [{"amount": 999}, {"card": "card-2"}])
def test_a_notice_that_says_something_else_than_the_books_is_a_finding(wrong):
    rows = [*without(sold(), 3), notice("s7", **wrong)]
    assert fired(money, history(*rows)) == ["M6"]


def test_a_void_that_is_reversed_debits_the_card_again():
    sale, void = posting(), undo(name="void", stan=8, reference="v8", original="s7")
    live = ("card:card-1 -1000", "merchant:m-1 1000")
    again = undo(stan=8, reference="r8", original="v8", entries=live)
    notices = [notice("s7"), notice("v8", "return"), notice("r8")]
    assert told(judged(sale, void, again, *notices)) == (3, (), ())


def test_a_history_that_ends_in_the_middle_of_the_request_is_a_gap():
    found = judged(posting())
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_a_host_that_lost_its_power_before_it_could_notify_is_a_gap():
    found = judged(posting(), answer(), power("off", "host"), power("on", "host"), balances("end"))
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_a_host_that_lost_its_power_later_has_no_excuse():
    rows = [posting(), row("host", "rx", "terminal/0200"), power("off", "host")]
    assert len(judged(*rows).findings) == 1


def arrival(stan=7, **facts):
    return row("host", "rx", "terminal/0200", mti="0200", stan=stan, **facts)


def test_a_host_that_lost_its_power_when_the_request_came_again_is_a_gap():
    rows = [arrival(), posting(), arrival(), arrival(), power("off", "host"), power("on", "host")]
    found = judged(*rows, balances("end"))
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


@pytest.mark.parametrize(
    "between",
    [
        (arrival(8),),
        (arrival(amount_minor=1),),
        (row("host", "rx", "terminal/0400", mti="0200", stan=7),),
        (arrival(), arrival(8)),
        (host_answers(), arrival()),
        (arrival(), posting(8, entries=("hold:card-1 5", "held -5"))),
    ],
)
def test_a_host_that_took_another_request_or_had_answered_has_no_excuse(between):
    rows = [arrival(), posting(), *between, power("off", "host")]
    assert [one.evidence for one in judged(*rows).findings] == [(1,)]


def test_requests_of_which_nothing_is_known_are_no_copies():
    bare = row("host", "rx", "terminal/0200")
    assert len(judged(bare, posting(), bare, power("off", "host")).findings) == 1


def test_a_blind_channel_of_notices_is_a_gap():
    found = judged(blind("notify"), posting(), balances("end"))
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 2)


def test_a_notice_without_cause_proves_nothing_when_the_ledger_was_blind():
    found = judged(blind("ledger"), notice("s7"))
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_a_second_notice_is_found_though_the_ledger_was_blind():
    assert len(judged(blind("ledger"), posting(), notice("s7"), notice("s7")).findings) == 1


def test_without_books_a_notice_that_comes_twice_is_found_all_the_same():
    channels = [name for name in EVERYTHING if name != "ledger"]
    nameless = notice("x")
    del nameless[-1]["reference"]
    right = judged(notice("s7"), notice("s7", "return"), nameless, observes=channels)
    assert told(right) == (2, (), ())
    wrong = judged(notice("s7"), notice("s7"), notice("s8"), observes=channels)
    assert [one.evidence for one in wrong.findings] == [(0, 1)]


def test_a_notice_of_the_wrong_direction_is_none():
    found = judged(posting(), notice("s7", "return"), balances("end"))
    assert len(found.findings) == 2


def nameless(**facts):
    made = notice("", **facts)
    del made[-1]["reference"]
    return made


def test_a_posting_and_a_notice_without_a_name_are_no_pair_by_that():
    bare = posting()
    del bare[-1]["reference"]
    assert len(judged(bare, nameless(amount=1), balances("end")).findings) == 2


def test_the_notice_of_another_posting_is_no_notice_of_this_one():
    rows = [posting(), posting(8), notice("s8"), notice("s8"), balances("end")]
    assert len(judged(*rows).findings) == 2


def test_a_host_that_went_on_after_its_answer_has_no_excuse():
    rows = [posting(), host_answers(), row("host", "timer", "idle")]
    assert len(judged(*rows).findings) == 1


def test_nameless_notices_are_not_each_others_repeats():
    found = judged(blind("ledger"), nameless(), nameless())
    assert (found.findings, len(found.gaps)) == ((), 2)
    assert [one.evidence for one in judged(nameless(), nameless()).findings] == [(0,), (1,)]
