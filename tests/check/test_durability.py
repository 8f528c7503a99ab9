import pytest

from harness.check import durability
from tests.check.literal import BLACK_BOX, fired, history, judgements, row, without
from tests.check.money_rows import (
    BATCH,
    RECORD,
    REST,
    ask,
    blind,
    end,
    fault,
    journal,
    open_item,
    pending,
    posting,
    power,
    request,
    reversed_answer,
    reversing,
    sale_call,
    slip,
    sold,
    undo,
)

CUT = (power("off"), power("on"))
NEXT = request(8, name="balance")


def judged(*rows, **header):
    return judgements(durability, history(*rows, **{"observes": BLACK_BOX, **header}))["D1"]


def seen(*rows):
    """Judge on a bench that sees the records of the terminal."""
    return judgements(durability, history(*rows))["D1"]


def told(found):
    return (found.evaluated, found.findings, found.gaps)


def what(found):
    return [(one.what, one.seen) for one in found.findings]


WAITING = (sale_call(), request(), posting())
REVERSED = (reversing(), undo(), reversed_answer())


def test_what_the_cut_left_unanswered_is_reversed_first():
    found = judged(*WAITING, *CUT, *REVERSED, NEXT)
    assert told(found) == (4, (), ())


def test_without_a_power_cut_nothing_is_judged():
    assert told(judged(*sold())) == (0, (), ())
    assert told(judged(power("on"), *sold(), power("off", "host"))) == (0, (), ())


def test_a_forgotten_reversal_is_a_finding():
    found = judged(*WAITING, *CUT, NEXT, *ask(2, "approved", voucher=7))
    assert what(found) == [
        (
            "the power cut left sale 000007 without an answer",
            "balance 000008, and no reversal before it",
        )
    ]
    assert fired(durability, history(*WAITING, *CUT, NEXT, observes=BLACK_BOX)) == ["D1"]


def test_a_reversal_that_was_concluded_or_given_up_before_the_cut_is_over():
    assert told(judged(*WAITING, *REVERSED, *CUT, NEXT)) == (3, (), ())
    given_up = [reversing()] * 3
    assert told(judged(*WAITING, *given_up, *CUT, NEXT)) == (2, (), ())


def test_a_reversal_that_was_sent_before_the_cut_is_repeated_after_it():
    assert len(judged(*WAITING, reversing(), *CUT, NEXT, undo()).findings) == 1
    assert told(judged(*WAITING, reversing(), *CUT, *REVERSED, NEXT)) == (4, (), ())


def test_a_reversal_that_was_refused_before_the_cut_is_repeated_after_it():
    refused = [reversing(), reversed_answer(code="96")]
    assert len(judged(*WAITING, *refused, *CUT, NEXT, undo()).findings) == 1


def test_a_reversal_that_is_given_up_after_the_cut_was_sent():
    assert told(judged(*WAITING, *CUT, *[reversing()] * 3, NEXT)) == (3, (), ())


def test_a_reversal_after_the_next_transaction_comes_too_late():
    assert len(judged(*WAITING, *CUT, NEXT, *REVERSED).findings) == 1


def test_a_request_that_is_not_reversible_leaves_nothing():
    asked = request(name="balance")
    assert told(judged(asked, *CUT, NEXT)) == (2, (), ())


def test_a_request_of_which_no_byte_left_needs_no_reversal():
    none, some = request(partial=True, size=0), request(partial=True, size=1)
    assert told(judged(none, *CUT, NEXT)) == (2, (), ())
    assert len(judged(some, *CUT, NEXT).findings) == 1


def test_a_number_that_was_used_before_the_cut_is_a_finding():
    found = judged(*sold(), *CUT, request(7, name="balance"), *ask(2, "approved", voucher=7))
    assert what(found)[0] == (
        "after a power cut balance 000007 has the number of a transaction before it",
        "that of sale 000007",
    )


def test_the_number_of_another_batch_is_new():
    rows = [*sold(), row("terminal", "tx", "host/0500"), *CUT, request(7, name="balance", batch=2)]
    assert what(judged(*rows, *ask(2, "approved", voucher=7))) == []


def advice(**facts):
    return request(6, name="completion_advice", mti="0220", F3="000000", **facts)


def test_an_advice_may_be_repeated_as_it_was():
    assert told(judged(advice(), *CUT, advice())) == (2, (), ())
    assert len(judged(advice(), *CUT, advice(amount=1)).findings) == 1


def at_host(rows):
    """Return the rows as a bench at the host has them."""
    for actor, kind, address, *rest in rows:
        if actor == "terminal" and kind in {"tx", "rx"}:
            other = {"tx": "rx", "rx": "tx"}[kind]
            yield "host", other, address.replace("host/", "terminal/"), *rest
        else:
            yield actor, kind, address, *rest


def test_at_the_host_a_request_that_the_bench_had_held_may_be_an_old_one():
    rows = [*sold()[:7], *CUT, request(7, name="balance")]
    held = history(fault("hold", "tx terminal 0200 #1"), *at_host(rows), host_wire_at="host")
    found = judgements(durability, held)["D1"]
    assert ("may have been sent before" in found.gaps[0], found.findings) == (True, ())
    assert len(judged(*at_host(rows), host_wire_at="host").findings) == 1


def test_another_batch_after_the_cut_is_a_finding():
    found = judged(
        *sold(), *CUT, request(8, name="balance", batch=2), *ask(2, "approved", voucher=7)
    )
    assert [one.seen for one in found.findings] == ["000002"]


@pytest.mark.parametrize(
    "reason",
    [
        row("terminal", "rx", "host/0810", mti="0810", batch=2),
        row("terminal", "tx", "host/0500", mti="0500"),
        row("host", "ledger", "settlement"),
    ],
)
def test_a_settlement_or_the_host_may_give_another_batch(reason):
    rows = [*sold(), reason, *CUT, request(8, name="balance", batch=2)]
    assert what(judged(*rows, *ask(2, "approved", voucher=7))) == []


def test_a_settlement_that_was_only_asked_for_gives_no_other_batch():
    call = [row("till", "invoke", "settle", call=5), row("till", "fail", "settle", call=5)]
    rows = [*sold(), *call, *CUT, request(8, name="balance", batch=2)]
    assert len(judged(*rows, *ask(2, "approved", voucher=7)).findings) == 1


def test_a_sign_in_that_gave_another_batch_excuses_no_third_one():
    other = row("terminal", "rx", "host/0810", mti="0810", batch=3)
    rows = [*sold(), *CUT, other, request(8, name="balance", batch=2)]
    assert len(judged(*rows).findings) == 1


@pytest.mark.parametrize("facts", [{"batch": "?"}, {"stan": "?"}])
def test_what_cannot_be_read_is_not_compared(facts):
    rows = [*WAITING, *CUT, *REVERSED, request(**{"stan": 8, "name": "balance", **facts})]
    assert what(judged(*rows)) == []


def test_a_request_without_a_number_is_not_compared():
    bare = request(name="balance")
    del bare[-1]["stan"], bare[-1]["batch"]
    assert told(judged(*WAITING, *CUT, *REVERSED, bare)) == (2, (), ())
    assert told(judged(bare, *CUT, NEXT)) == (0, (), ())
    assert told(judged(*CUT, NEXT)) == (0, (), ())


def test_a_terminal_that_never_boots_is_a_gap():
    assert told(judged(*WAITING, power("off")))[2] == (
        "the terminal was not seen to boot after row 3",
    )
    assert judged(*WAITING, *CUT, power("off")).gaps


def test_a_terminal_that_was_not_used_after_the_boot_is_a_gap():
    found = judged(*WAITING, *CUT)
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 2)


def test_several_cuts_without_a_transaction_between_them_are_one():
    assert told(judged(*WAITING, *CUT, *CUT, *REVERSED, NEXT)) == (4, (), ())
    later = [*CUT, request(9, name="balance")]
    assert told(judged(*WAITING, *CUT, *REVERSED, NEXT, *later)) == (6, (), ())


def test_a_blind_line_is_a_gap():
    found = judged(blind("host_wire"), *WAITING, *CUT, *REVERSED, NEXT)
    assert (found.evaluated, len(found.gaps)) == (1, 1)


def test_a_blind_ledger_is_a_gap():
    found = judged(blind("ledger"), *WAITING, *CUT, *REVERSED, NEXT)
    assert (found.evaluated, len(found.gaps)) == (3, 1)


def test_without_a_ledger_the_line_is_judged_alone():
    channels = [name for name in BLACK_BOX if name != "ledger"]
    assert told(judged(*WAITING, *CUT, *REVERSED, NEXT, observes=channels)) == (3, (), ())


ANSWERED = (*sold()[:5],)


def test_after_the_answer_the_terminal_must_know_the_sale():
    right = [*ANSWERED, *CUT, *ask(2, "approved", voucher=7), *REST, NEXT]
    assert told(judged(*right)) == (3, (), ())
    for last in ("not_approved", "none"):
        wrong = [*ANSWERED, *CUT, *ask(2, last, voucher=7), *REST, NEXT]
        assert [one.seen.endswith(last) for one in judged(*wrong).findings] == [True]


def test_a_slip_after_the_boot_tells_it_too():
    assert told(judged(*ANSWERED, *CUT, slip(is_duplicate=True), NEXT)) == (3, (), ())


def settled(**facts):
    known = {"name": "settlement", "batch": BATCH, "result": 1, "foreign_result": 1}
    return row("host", "ledger", "settlement", **known | facts)


def test_totals_of_its_batch_after_the_boot_tell_what_the_terminal_knows():
    assert told(judged(*sold(), *CUT, NEXT, settled())) == (3, (), ())


@pytest.mark.parametrize(
    "rows",
    [
        [*sold(), settled(), *CUT, NEXT],
        [*sold(), *CUT, NEXT, settled(result=2)],
        [*sold(), *CUT, NEXT, settled(foreign_result=2)],
        [*sold(), *CUT, NEXT, settled(batch="000099")],
        [settled(), *sold(), *CUT, NEXT],
    ],
)
def test_other_totals_tell_nothing(rows):
    found = judged(*rows)
    assert (found.findings, len(found.gaps)) == ((), 1)


def test_nobody_asked_is_a_gap():
    found = judged(*ANSWERED, *CUT, NEXT)
    assert (found.evaluated, found.findings, len(found.gaps)) == (2, (), 1)


def test_not_approved_is_right_as_long_as_the_reversal_waits():
    found = judged(*ANSWERED, *CUT, *ask(2, "not_approved", voucher=7))
    assert (found.evaluated, found.findings, len(found.gaps)) == (0, (), 2)


def test_a_completed_sale_must_not_be_reversed_after_the_cut():
    found = judged(*ANSWERED, slip(), *CUT, *REVERSED, NEXT)
    assert [one.seen for one in found.findings] == ["an approval, and a reversal in the books"]


def test_an_open_item_may_differ():
    assert told(judged(*ANSWERED, *CUT, open_item(), NEXT)) == (2, (), ())


RESTED = (*CUT, NEXT)


def test_records_that_agree_with_the_books_are_right():
    assert told(seen(*ANSWERED, pending(), journal(RECORD), *RESTED)) == (3, (), ())
    assert told(seen(*WAITING, pending(), *CUT)) == (1, (), ())
    assert told(seen(request(), pending(), *CUT)) == (0, (), ())


@pytest.mark.parametrize("torn", [(), (journal(RECORD, torn=True),)])
def test_a_record_that_was_lost_is_a_finding(torn):
    found = seen(*ANSWERED, pending(), pending(state="clear"), *torn, *RESTED)
    assert [one.seen for one in found.findings] == ["only the books have it"]


def test_a_torn_clearing_leaves_the_reversal_pending():
    clear = pending(state="clear", torn=True)
    assert told(seen(*WAITING, pending(), clear, *CUT)) == (1, (), ())


def test_a_record_of_what_was_reversed_is_a_finding():
    rows = [*WAITING, journal(RECORD), *CUT, *REVERSED, NEXT]
    assert [one.seen for one in seen(*rows).findings] == ["only the journal has it"]


def test_only_the_transactions_before_the_cut_are_compared():
    rows = [*ANSWERED, journal(RECORD), *CUT, NEXT, request(9), posting(9)]
    assert told(seen(*rows)) == (3, (), ())


def test_a_posting_and_a_reversal_after_the_next_transaction_are_not_its_matter():
    late = [request(), *CUT, reversing(), NEXT, posting()]
    assert told(seen(*late)) == (4, (), ())
    undone = [*ANSWERED, journal(RECORD), *CUT, NEXT, undo()]
    assert told(seen(*undone)) == (3, (), ())


def test_a_reversal_that_was_given_up_may_stand_in_the_books():
    given_up = [reversing()] * 3
    assert told(seen(*WAITING, *given_up, pending(state="clear"), *RESTED)) == (2, (), ())


def test_a_number_that_was_used_again_names_the_later_transaction_only():
    rows = [*sold(), *CUT, request(7, name="balance")]
    assert len(seen(*rows).findings) == 1


def test_a_call_that_the_till_gave_up_proves_nothing():
    rows = [*WAITING, *CUT, end("fail", voucher=7), *REVERSED, NEXT]
    assert told(judged(*rows)) == (4, (), ())


def test_without_the_line_every_transaction_before_the_cut_is_asked_for():
    rows = [blind("nv"), posting(), *CUT, *ask(2, "approved", voucher=7), slip()]
    found = judgements(durability, history(*rows, observes=("nv", "ledger", "till", "slip")))["D1"]
    assert (found.evaluated, found.findings) == (1, ())


def test_numbers_and_batches_of_sign_ins_are_not_compared():
    sign_in = row("terminal", "tx", "host/0800", mti="0800", name="sign_in", stan=8, batch=5)
    assert told(judged(*WAITING, *REVERSED, sign_in, *CUT, NEXT)) == (3, (), ())


def test_a_fault_that_holds_a_request_matters_only_where_a_number_comes_again_at_the_host():
    held = fault("hold", "tx terminal 0200 #1")
    rows = [held, *WAITING, *CUT, *REVERSED, NEXT]
    assert told(judged(*at_host(rows), host_wire_at="host")) == (4, (), ())
    again = [held, *sold(), *CUT, request(7, name="balance"), *ask(2, "approved", voucher=7)]
    assert len(judged(*again).findings) == 1


def test_the_power_of_the_host_is_not_the_terminals():
    rows = [*WAITING, *CUT, power("off", "host"), *REVERSED, NEXT]
    assert told(judged(*rows)) == (4, (), ())


def test_a_later_cut_does_not_undo_a_boot():
    found = judged(*WAITING, *CUT, *REVERSED, NEXT, power("off"))
    assert (found.evaluated, found.findings, len(found.gaps)) == (4, (), 1)


def test_a_reversal_that_was_given_up_excuses_no_other_transaction():
    given_up = [*WAITING, *[reversing()] * 3, pending(state="clear")]
    assert len(seen(*without(sold(6), 5), *given_up, *RESTED).findings) == 1


def test_what_was_said_before_the_cut_does_not_count_against_it():
    rows = [*ANSWERED, *ask(2, "none", voucher=7), *CUT, *ask(3, "approved", voucher=7), NEXT]
    assert told(judged(*rows)) == (3, (), ())


def test_a_reversal_that_still_waits_excuses_no_further_transaction():
    assert len(seen(*ANSWERED, pending(), *RESTED).findings) == 1


def test_the_number_of_a_sign_in_is_no_number_of_a_transaction():
    sign_in = row("terminal", "tx", "host/0800", mti="0800", name="sign_in", stan=8, batch=1)
    assert told(judged(*WAITING, *REVERSED, sign_in, *CUT, NEXT)) == (3, (), ())


def test_a_lost_record_is_seen_before_the_next_transaction():
    rows = [*ANSWERED, pending(), pending(state="clear"), *CUT]
    assert [one.seen for one in seen(*rows).findings] == ["only the books have it"]
