import pytest

from harness.check import till_link
from tests.check.literal import fired, history, judgements, row, without
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
    pending,
    posting,
    power,
    request,
    sale_call,
    slip,
    sold,
    undo,
)

CUT = fault("link_down", "tx terminal 060F #1", device="ecr")
APPROVED = {"voucher": 7, "amount_minor": 1000}
CONFIRMED = {"profile": {"ecr_confirm": "required"}}


def judged(rule, *rows, **header):
    return judgements(till_link, history(*rows, **header))[rule]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def seen(rule, *rows, **header):
    """Return what a rule has seen in a history in which the other one has no finding."""
    whole = history(*rows, **header)
    assert fired(till_link, whole) == [rule]
    return judgements(till_link, whole)[rule].findings[0].seen


def cut_off(*before_the_end, loss=CUT):
    """Return a sale that was approved and whose result never came to the till."""
    whole = (sale_call(), request(), posting(), answer(), journal(RECORD), slip(), loss)
    return *whole, *before_the_end, end("info")


def test_an_approved_sale_stands_and_can_be_fetched():
    rows = [*cut_off(), *ask(2, "approved", **APPROVED)]
    assert told(judged("E4", *rows)) == (2, (), ())


def test_a_line_that_was_not_lost_is_not_its_matter():
    assert told(judged("E4", *sold(), *ask(2, "none"))) == (0, (), ())


def test_a_sale_that_was_reversed_because_the_till_was_gone_is_a_finding():
    assert seen("E4", *cut_off(), undo()) == "its reversal"


@pytest.mark.parametrize(
    ("last", "facts", "said"),
    [
        ("none", {}, "none"),
        ("not_approved", {"voucher": 7}, "not approved, voucher 7"),
        (
            "approved",
            {"voucher": 6, "amount_minor": 1000},
            "approved, voucher 6, amount_minor 1000",
        ),
        ("approved", {"amount_minor": 999}, "approved, amount_minor 999"),
    ],
)
def test_another_result_than_the_approval_is_a_finding(last, facts, said):
    assert seen("E4", *cut_off(), *ask(2, last, **facts)) == said


def test_a_result_that_cannot_be_fetched_at_rest_is_a_finding():
    failed = (invoke(2, "status"), end("fail", 2, "status"))
    assert told(judged("E4", *cut_off(), *failed)) == (1, (), ())
    assert seen("E4", *cut_off(), REST[0], *failed, REST[1]) == "none"
    rows = [*cut_off(), *ask(2, "approved", **APPROVED), REST[0], *failed]
    assert told(judged("E4", *rows)) == (2, (), ())
    assert told(judged("E4", *cut_off(), REST[0], invoke(2, "status"))) == (1, (), ())


def test_a_reversal_that_waits_is_no_result_yet():
    rows = [*cut_off(), *ask(2, "pending"), *ask(3, "approved", **APPROVED)]
    assert told(judged("E4", *rows)) == (2, (), ())


def test_a_reprint_between_the_loss_and_the_question_changes_nothing():
    reprint = (invoke(2, "reprint"), end("ok", 2, "reprint"))
    assert told(judged("E4", *cut_off(), *reprint, *ask(3, "approved", **APPROVED)))[0] == 2


def test_after_another_transaction_the_question_is_about_that_one():
    rows = [*cut_off(), *sold(8, 2), *ask(3, "approved", voucher=8, amount_minor=1000)]
    assert told(judged("E4", *rows)) == (1, (), ())


def test_a_line_that_was_lost_twice_is_judged_once():
    assert told(judged("E4", *cut_off(CUT))) == (1, (), ())


@pytest.mark.parametrize(
    "loss",
    [
        fault("cut", "tx terminal 040F #1"),
        fault("drop", "tx ecr 80AB #1"),
        fault("truncate", "tx terminal 0630 #1", device="ecr0"),
    ],
)
def test_the_till_line_is_known_by_device_or_by_the_commands_on_it(loss):
    assert told(judged("E4", *cut_off(loss=loss))) == (1, (), ())


@pytest.mark.parametrize(
    "loss",
    [
        fault("cut", "tx terminal 0210 #1"),
        fault("cut", "tx host 0610 #1"),
        fault("cut", "tx terminal 0620 #1"),
        fault("cut", "tx terminal 060F #1", device="host"),
        fault("delay", "tx terminal 060F #1"),
    ],
)
def test_a_loss_of_another_line_is_not_its_matter(loss):
    assert told(judged("E4", *cut_off(loss=loss))) == (0, (), ())


@pytest.mark.parametrize(
    "trouble",
    [
        power("off"),
        row("operator", "act", "key", key="CANCEL"),
        row("terminal", "disconnect", "host", "lost"),
        fault("drop", "tx host 0210 #1"),
    ],
)
def test_what_may_have_kept_the_approval_from_the_terminal_excuses_it(trouble):
    assert told(judged("E4", *cut_off(trouble), undo())) == (0, (), ())


@pytest.mark.parametrize(
    "harmless",
    [
        row("terminal", "disconnect", "ecr", "lost"),
        row("terminal", "disconnect", "host", "hang up"),
        fault("paper_out"),
    ],
)
def test_the_lost_line_itself_and_the_paper_are_no_excuse(harmless):
    assert len(judged("E4", *cut_off(harmless), undo()).findings) == 1


def test_a_line_lost_before_the_approval_or_in_a_call_with_an_end_is_not_its_matter():
    early = [sale_call(), CUT, request(), posting(), end("info"), undo()]
    assert told(judged("E4", *early)) == (0, (), ())
    assert told(judged("E4", *cut_off()[:-1], end("ok", voucher=7), undo())) == (0, (), ())
    assert told(judged("E4", *cut_off()[:-1], undo())) == (0, (), ())
    assert told(judged("E4", invoke(1, "settle"), posting(), CUT, end("info", 1, "settle")))[0] == 0


def test_a_blind_ledger_is_a_gap():
    for header in ({}, CONFIRMED):
        found = judged("E4", *cut_off(), blind("ledger"), *REST, **header)
        assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_where_the_till_must_confirm_the_sale_is_taken_back():
    for back in (undo(), undo(8, name="void", original="s7")):
        assert told(judged("E4", *cut_off(), back, **CONFIRMED)) == (1, (), ())
    assert told(judged("E4", *cut_off(), **CONFIRMED)) == (0, (), ())
    assert seen("E4", *cut_off(), *REST, **CONFIRMED) == "it stands"


# E6


def test_the_last_answer_agrees_with_slip_journal_and_books():
    rows = [
        *sold(),
        *ask(2, "approved", **APPROVED),
        *lost(8, 3),
        *ask(4, "not_approved", voucher=8),
    ]
    assert told(judged("E6", *rows, *REST)) == (2, (), ())


def test_without_a_rest_or_without_a_question_nothing_is_judged():
    assert told(judged("E6", *sold(), *ask(2, "not_approved", voucher=7))) == (0, (), ())
    assert told(judged("E6", *sold(), *REST)) == (0, (), ())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*lost(), journal(RECORD)], "one that was reversed"),
        ([sale_call(), request(), decline(), end("info")], "none"),
        (without(sold(), 5), "one that the journal does not have"),
    ],
)
def test_approved_of_what_does_not_stand_everywhere_is_a_finding(rows, expected):
    assert seen("E6", *rows, *ask(2, "approved", **APPROVED), *REST) == expected


def test_approved_of_another_amount_is_a_finding():
    told_less = ask(2, "approved", voucher=7, amount_minor=999)
    assert seen("E6", *sold(), *told_less, *REST) == "one of 10.00"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (sold(), "a posting, a slip, a record"),
        (without(lost(), 6), "a posting"),
        ([*lost(), slip()], "a slip"),
        ([*lost(), journal(RECORD)], "a record"),
    ],
)
def test_not_approved_of_what_was_approved_anywhere_is_a_finding(rows, expected):
    assert seen("E6", *rows, *ask(2, "not_approved", voucher=7), *REST) == expected


def test_an_open_item_may_stand_in_the_books():
    rows = [*without(lost(), 6), *ask(2, "not_approved", voucher=7), open_item(), *REST]
    assert told(judged("E6", *rows)) == (1, (), ())


def test_only_the_last_answer_counts():
    rows = [*lost()[:5], *ask(2, "pending", voucher=7), *lost()[5:], *REST]
    assert told(judged("E6", *rows)) == (0, (), ())
    assert told(judged("E6", *rows, *ask(3, "not_approved", voucher=7))) == (1, (), ())


def test_a_reversal_that_still_waits_after_the_rest_must_be_listed():
    rows = [*lost()[:5], pending(), *REST, *ask(2, "pending", voucher=7)]
    assert seen("E6", *rows) == "neither"
    assert told(judged("E6", *rows, open_item())) == (0, (), ())


def test_an_approval_of_a_transaction_that_never_was_is_a_finding():
    rows = [*sold(), *ask(2, "approved", voucher=99, amount_minor=5)]
    assert seen("E6", *rows, *REST) == "none of them"
    assert told(judged("E6", *sold(), *ask(2, "none", voucher=99), *REST)) == (0, (), ())


def test_what_the_terminal_did_before_this_history_is_not_judged():
    assert told(judged("E6", *ask(2, "approved", voucher=99), *REST)) == (0, (), ())


def test_no_transaction_is_no_answer_where_one_stands_in_the_books():
    assert seen("E6", *sold(), *ask(2, "none"), *REST) == "no transaction"
    assert told(judged("E6", *lost(), *ask(2, "none"), *REST)) == (0, (), ())
    rows = [*without(lost(), 6), *ask(2, "none"), open_item(), *REST]
    assert told(judged("E6", *rows)) == (0, (), ())


def test_a_terminal_with_a_past_may_tell_of_it_until_it_has_made_a_transaction_here():
    balance = (invoke(1, "balance"), request(5, name="balance"), end("ok", 1, "balance"))
    rows = [*balance, *ask(2, "approved", voucher=99), *REST]
    assert told(judged("E6", *rows, world="hardware")) == (0, (), ())
    assert seen("E6", *rows) == "none of them"
    assert seen("E6", *sold(), *rows, world="hardware") == "none of them"


def test_a_question_without_a_number_is_about_the_last_transaction():
    assert seen("E6", *sold(), *ask(2, "not_approved"), *REST) == "a posting, a slip, a record"
    quiet = (invoke(5, "sign_in"), end("ok", 5, "sign_in"))
    assert seen("E6", *sold(), *quiet, *ask(2, "not_approved"), *REST)
    balance = (invoke(5, "balance"), request(8, name="balance"), end("ok", 5, "balance"))
    assert told(judged("E6", *sold(), *balance, *ask(2, "not_approved"), *REST)) == (0, (), ())


@pytest.mark.parametrize("channel", ["till", "ledger"])
def test_a_blind_channel_is_a_gap_of_e6(channel):
    rows = [blind(channel), *sold(), *ask(2, "not_approved", voucher=7), *REST]
    found = judged("E6", *rows)
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 1)


def test_a_notice_is_no_word_of_the_terminal():
    assert told(judged("E6", *sold(), notice("s7"), *REST)) == (0, (), ())


def test_a_line_lost_after_the_call_is_not_its_matter():
    rows = [sale_call(), request(), posting(), answer(), end("info"), CUT, undo()]
    assert told(judged("E4", *rows)) == (0, (), ())


def test_a_reversal_is_found_though_the_ledger_was_blind_later():
    assert len(judged("E4", *cut_off(), undo(), blind("ledger")).findings) == 1
    assert told(judged("E4", *cut_off(), undo(), blind("ledger"), **CONFIRMED)) == (1, (), ())


def test_an_approval_without_a_number_is_taken_by_its_amount():
    assert told(judged("E4", *cut_off(), *ask(2, "approved", amount_minor=1000))) == (2, (), ())


def test_the_end_that_the_bench_sits_at_tells_whether_the_host_line_was_lost():
    far = row("host", "disconnect", "terminal", "lost")
    assert told(judged("E4", *cut_off(far))) == (1, (), ())
    assert told(judged("E4", *cut_off(far), host_wire_at="host")) == (0, (), ())


OLD = ask(9, "approved", **APPROVED)


def test_an_answer_about_an_older_transaction_than_the_last_is_a_finding():
    assert seen("E6", *sold(), *sold(8, 2), journal(RECORD), *OLD, *REST) == "an older one"
    unknown = [sale_call(2), request(8), decline(8), end("info", 2)]
    assert seen("E6", *sold(), *unknown, *OLD, *REST) == "an older one"


@pytest.mark.parametrize(
    "later",
    [
        (sale_call(2), request(8), decline(8), end("fail", 2)),
        lost(8, 2),
        (invoke(2, "balance"), request(8, name="balance"), end("ok", 2, "balance")),
        (sale_call(2),),
    ],
)
def test_an_answer_about_an_older_one_is_right_where_the_last_is_not_asked_for(later):
    assert told(judged("E6", *sold(), *later, *OLD, *REST)) == (1, (), ())


def test_a_question_that_names_an_older_transaction_is_about_that_one():
    named = (
        invoke(9, "enquire", original_voucher=7),
        end("ok", 9, "enquire", last="approved", **APPROVED),
    )
    assert told(judged("E6", *sold(), *sold(8, 2), journal(RECORD), *named, *REST)) == (1, (), ())


FETCHED = ask(9, "approved", **APPROVED)


@pytest.mark.parametrize(
    ("early", "expected"),
    [
        (ask(2, "not_approved", voucher=7), "a posting, a slip, a record"),
        (ask(2, "approved", voucher=7, amount_minor=1001), "one of 10.00"),
    ],
)
def test_an_earlier_answer_is_wrong_too_though_a_later_one_is_right(early, expected):
    assert seen("E6", *sold(), *early, *FETCHED, *REST) == expected
    assert told(judged("E6", *sold(), *FETCHED, *FETCHED, *REST)) == (2, (), ())


def test_an_earlier_approval_of_what_was_reversed_since_is_a_finding():
    rows = [*lost(), *ask(2, "approved", **APPROVED), *ask(3, "not_approved", voucher=7), *REST]
    assert seen("E6", *rows) == "one that was reversed"
    assert told(judged("E6", *rows, **CONFIRMED)) == (1, (), ())
    assert told(judged("E6", *lost(), *ask(2, "pending", voucher=7), *rows[-4:])) == (1, (), ())


def test_an_earlier_answer_that_names_no_transaction_or_an_open_one_proves_nothing():
    nameless = [*sold(), *ask(2, "not_approved"), *FETCHED, *REST]
    assert told(judged("E6", *nameless)) == (1, (), ())
    resolved = [*lost(), *ask(2, "approved", **APPROVED), *ask(3, "not_approved", voucher=7)]
    assert told(judged("E6", *resolved, open_item(), *REST)) == (1, (), ())
