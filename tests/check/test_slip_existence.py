import pytest

from harness.check import slip as checker
from tests.check.literal import fired, history, judgements, row
from tests.check.slip_rows import (
    answer,
    at_host,
    begin,
    blind,
    changed,
    copies,
    done,
    fault,
    hang_up,
    heal,
    management,
    posting,
    power,
    reprint,
    request,
    rested,
    reversal,
    reversal_answer,
    sale,
    slip,
)  # fmt: skip

LEDGER_ONLY = ("slip", "ledger", "till")


def l1(*rows, **header):
    return judgements(checker, history(*rows, **header))["L1"]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def unanswered(*slips, call=1, stan=101):
    return [begin(call), request(stan), hang_up(), *slips, done(call, kind="fail")]


def declined(*slips):
    told = answer(response_code="51", approval_code=None)
    return [begin(), request(), told, hang_up(), *slips, done(kind="fail")]


def test_an_approved_sale_with_its_slips_is_right():
    judged = judgements(checker, history(*sale()))
    assert clean(judged["L1"])
    assert clean(judged["L2"])
    assert clean(judged["L3"])
    assert clean(judged["L4"])
    assert (judged["L6"].evaluated, judged["L7"].evaluated) == (0, 0)


def test_nothing_printed_for_a_decline_or_a_lost_answer_is_right():
    assert clean(l1(*declined()))
    assert clean(l1(*unanswered(), reversal(), reversal_answer()))


def test_nothing_is_judged_where_nothing_was_to_be_printed():
    asked = [request(name="balance", F3="310000"), answer(name="balance", F3="310000")]
    assert l1(begin(), *asked, slip(type="balance"), done()).evaluated == 0


@pytest.mark.parametrize(
    "rows",
    [
        declined(slip(rrn=None, approval_code=None)),
        unanswered(slip(rrn=None, approval_code=None)),
        [*sale(), reversal(), reversal_answer()],
        [begin(), request(), slip(), answer(), hang_up(), done()],
        [begin(), slip(), done(kind="fail")],
        declined(slip(voucher=None)),
    ],
    ids=["declined", "unanswered", "reversed", "too early", "never sent", "without a number"],
)
def test_a_slip_that_says_approved_without_an_approval_is_found(rows):
    assert "L1" in fired(checker, history(*rows))


def test_only_the_existence_is_wrong_with_a_slip_of_a_lost_answer():
    assert fired(checker, history(*unanswered(slip()))) == ["L1"]


def test_a_slip_under_a_number_that_was_never_sent_is_found_without_any_call():
    rows = [*sale(), slip(voucher=105)]
    assert fired(checker, history(*rows, observes=("slip", "host_wire"))) == ["L1"]


def test_a_slip_of_before_the_history_is_not_judged():
    assert not l1(*sale(), slip(voucher=44, is_duplicate=True)).findings
    assert not l1(*sale(), slip(voucher=44)).findings


def test_an_approval_without_a_slip_is_found():
    rows = [each for each in sale() if each[1] != "print"]
    assert fired(checker, history(*rows)) == ["L1"]
    assert fired(checker, history(*rows[:-1], request(102))) == ["L1"]
    assert fired(checker, history(*rows[:-1], *rested())) == ["L1"]


def test_a_slip_may_still_come_as_long_as_the_call_runs():
    assert l1(begin(), request(), answer()).evaluated == 0


def test_a_sale_that_the_till_must_confirm_owes_no_slip():
    rows = [each for each in sale() if each[1] != "print"]
    assert l1(*rows, profile={"ecr_confirm": "required"}).evaluated == 0


def test_a_fault_slip_or_a_refusal_says_nothing_of_an_approval():
    assert clean(l1(*unanswered(slip(kind="fault"), slip(says_approved=False))))


@pytest.mark.parametrize("trouble", [fault("paper_out"), power("off"), fault("printer_dead")])
def test_a_fault_of_paper_or_power_excuses_a_missing_slip(trouble):
    rows = [begin(), request(), answer(), hang_up(), trouble, done(kind="info")]
    assert l1(*rows).evaluated == 0


def spoiled(*later):
    return [
        begin(), request(), posting(), answer(), hang_up(),
        fault("paper_out"), slip(is_complete=False, amount_minor=None),
        done(), heal("paper_out"), *later,
    ]  # fmt: skip


def test_a_slip_that_paper_spoiled_is_reprinted():
    assert clean(l1(*spoiled(*reprint(slip(is_duplicate=True)))))


def test_a_slip_that_cannot_be_reprinted_is_found():
    assert fired(checker, history(*spoiled(*reprint(kind="fail")))) == ["L1"]


@pytest.mark.parametrize(
    "later",
    [
        [],
        [begin(9, "reprint")],
        reprint(fault("paper_out", "print terminal slip #2"), kind="fail"),
        reprint(kind="fail", original_voucher=44),
        [management("0500", "settlement", 102), *reprint(kind="fail")],
        [*sale(2, 102), *reprint(kind="fail")],
    ],
    ids=["never", "still running", "no paper again", "of another", "settled", "not the last"],
)
def test_only_a_reprint_of_the_last_slip_must_bring_it(later):
    assert not l1(*spoiled(*later)).findings


def test_a_decline_in_between_leaves_the_last_slip_what_it_is():
    between = [begin(2), request(102), answer(102, response_code="51"), hang_up(), done(2)]
    assert fired(checker, history(*spoiled(*between, *reprint(kind="fail")))) == ["L1"]


def cut(*later):
    rows = [begin(), request(), answer(), power("off"), power("on"), done(kind="info")]
    return [*rows, *later]


def test_after_a_power_cut_only_what_follows_tells_whether_it_was_kept():
    assert l1(*cut()).evaluated == 0
    assert not l1(*cut(*reprint(kind="fail"))).findings
    assert l1(*cut(*reprint(kind="fail"), begin(2), request(102))).findings
    assert not l1(*cut(*reprint(kind="fail"), begin(2), reversal())).findings
    assert not l1(*cut(management("0820", "echo", None), *reprint(kind="fail"))).findings


def test_a_refund_that_a_power_cut_hit_is_an_open_item_and_not_judged():
    facts = {"mti": "0220", "name": "refund", "F3": "200000", "type_code": "25"}
    told = facts | {"mti": "0230"}
    rows = [begin(), request(**facts), answer(**told), power("off"), done(kind="info")]
    assert not l1(*rows, *reprint(kind="fail"), begin(2), request(102)).findings


def test_a_slip_printed_after_the_cut_is_a_slip():
    assert clean(l1(*cut(*copies(), begin(2), request(102), answer(102, response_code="51"))))


def test_the_answer_to_a_repeat_approves_the_original():
    rows = [begin(), request(), request(), answer(), hang_up(), *copies(), done()]
    assert clean(l1(*rows))


def test_a_slip_under_a_wrong_number_still_belongs_to_its_sale():
    rows = changed(changed(sale(), 5, voucher=109), 6, voucher=109)
    assert fired(checker, history(*rows)) == ["L3"]
    again = [*sale(), *changed(changed(sale(2, 102), 5, voucher=101), 6, voucher=101)]
    assert "L1" not in fired(checker, history(*again))


def test_a_doubtful_answer_at_the_hosts_end_decides_nothing():
    told = at_host(answer())
    rows = [begin(), at_host(request()), posting(), told, fault("drop", "rx terminal 0210 #1")]
    rows = [*rows, done(kind="info")]
    assert l1(*rows, host_wire_at="host").evaluated == 0
    assert not l1(*rows, *copies(), host_wire_at="host").findings
    assert l1(*rows, *copies(), at_host(reversal()), host_wire_at="host").findings


def test_a_reversal_with_a_number_of_its_own_undoes_what_field_61_names():
    own = {"F61": "000007000101", "F3": "000001"}
    rows = [*sale(), reversal(102, **own), reversal_answer(102)]
    assert l1(*rows, profile={"reversal_stan": "new"}).findings
    assert not l1(*rows).findings


def test_the_ledger_stands_in_for_the_line():
    booked = [begin(), posting(), *copies(), done(), *rested()]
    assert clean(l1(*booked, observes=LEDGER_ONLY))
    lost = [begin(), posting(), done(), *rested()]
    assert l1(*lost, observes=LEDGER_ONLY).findings
    assert l1(*lost[:-2], observes=LEDGER_ONLY).evaluated == 0
    undone = [*booked, posting(name="reversal")]
    assert l1(*undone, observes=LEDGER_ONLY).findings
    refused = [begin(), row("host", "ledger", "decline", stan=101), slip(), done(kind="fail")]
    assert l1(*refused, observes=LEDGER_ONLY).findings
    nothing = [begin(), row("host", "ledger", "balances", when="begin"), slip(), done()]
    assert l1(*nothing, observes=LEDGER_ONLY).findings


def test_the_ledger_keeps_transactions_apart():
    rows = [posting(), *copies(), posting(102), posting(name="reversal", stan=102, batch="000009")]
    rows += [posting(name="reversal", stan=102), slip(voucher=102), *rested()]
    assert len(l1(*rows, observes=LEDGER_ONLY).findings) == 1


@pytest.mark.parametrize("channel", ["slip", "host_wire"])
def test_a_blind_channel_leaves_a_gap(channel):
    rows = [each for each in sale() if each[1] != "print"]
    judged = l1(*rows[:3], blind(channel), *rows[3:])
    assert judged.gaps
    assert not judged.findings


def test_a_blind_ledger_leaves_a_gap_where_it_stands_in():
    judged = l1(begin(), posting(), blind("ledger"), done(), *rested(), observes=LEDGER_ONLY)
    assert judged.gaps
    assert not judged.findings


def test_an_answer_that_may_have_passed_unseen_is_no_missing_answer():
    rows = [begin(), request(), blind("host_wire"), *copies(), done()]
    assert not l1(*rows).findings
    assert not l1(blind("host_wire"), begin(), *copies(), done()).findings
    assert not l1(*unanswered()[:2], blind("slip"), *unanswered()[2:]).evaluated


def test_a_missing_slip_is_one_finding_also_if_it_cannot_be_reprinted():
    rows = [each for each in sale() if each[1] != "print"]
    assert len(l1(*rows, *reprint(kind="fail")).findings) == 1


def test_paper_that_was_out_before_excuses_a_missing_slip_as_well():
    rows = [each for each in sale() if each[1] != "print"]
    assert l1(fault("paper_out"), *rows).evaluated == 0
    assert l1(fault("paper_out"), heal("paper_out"), *rows).findings
    assert l1(fault("paper_out"), row("bench", "note", "heal"), *rows).findings
    assert l1(fault("power_off"), *rows).findings
    assert l1(*rows, request(102), hang_up(), fault("paper_out")).findings


def test_a_new_roll_ends_the_excuse_for_a_missing_slip():
    rows = [each for each in sale() if each[1] != "print"]
    roll = row("bench", "note", "load paper")
    assert l1(fault("paper_out"), roll, *rows).findings
    assert l1(fault("printer_dead"), roll, *rows).evaluated == 0
    assert l1(fault("paper_out"), row("bench", "note", "next day"), *rows).evaluated == 0
    rolled = [roll if each[1] == "heal" else each for each in spoiled()]
    assert fired(checker, history(*rolled, *reprint(kind="fail"))) == ["L1"]
    assert clean(l1(*rolled, *reprint(slip(is_duplicate=True))))


WATCHED = ("host_wire", "slip")


def test_where_nobody_sees_paper_and_power_a_missing_slip_is_a_gap():
    rows = [each for each in sale() if each[1] != "print"]
    whole = history(*rows, request(102), observes=WATCHED)
    found = judgements(checker, whole)["L1"]
    assert (found.findings, len(found.gaps)) == ((), 1)
    for eye in ("till", "paper", "power"):
        assert fired(checker, history(*rows, request(102), observes=(*WATCHED, eye))) == ["L1"]


BROKEN_OFF = slip(is_complete=False, voucher=None)


@pytest.mark.parametrize("rows", [declined(), unanswered()], ids=["declined", "unanswered"])
@pytest.mark.parametrize("call", [[], [begin(4, "reprint"), done(4, "reprint", kind="info")]])
def test_a_slip_that_was_broken_off_outside_its_call_may_be_a_reprint_of_any_other(rows, call):
    found = l1(*sale(), *rows, *call, BROKEN_OFF)
    assert (found.findings, len(found.gaps)) == ((), 1)
    assert l1(*sale(), *rows[:-1], BROKEN_OFF, rows[-1]).findings


def test_a_slip_that_was_broken_off_after_an_approval_is_no_matter():
    assert clean(l1(*sale(), BROKEN_OFF))


def test_where_nobody_sees_paper_and_power_a_broken_slip_may_be_any_other():
    rows = [*declined(BROKEN_OFF), request(102)]
    found = judgements(checker, history(*rows, observes=WATCHED))["L1"]
    assert (found.findings, len(found.gaps)) == ((), 1)
    assert fired(checker, history(*rows, observes=(*WATCHED, "power")))
    named = [*declined(slip(is_complete=False)), request(102)]
    assert judgements(checker, history(*named, observes=WATCHED))["L1"].findings
    whole = [*declined(slip(voucher=None)), request(102)]
    assert judgements(checker, history(*whole, observes=WATCHED))["L1"].findings
    broken = [*sale()[:5], slip(is_complete=False, voucher=None), request(102)]
    found = judgements(checker, history(*broken, observes=WATCHED))["L1"]
    assert (found.findings, len(found.gaps)) == ((), 0)


def test_a_slip_that_comes_late_belongs_to_its_own_sale():
    first = [begin(), request(), answer(), hang_up(), fault("paper_out"), done(), heal("paper_out")]
    second = [begin(2), request(102), answer(102), hang_up(), *copies(), *copies(voucher=102)]
    assert clean(l1(*first, *second, done(2)))


def test_a_slip_of_no_request_is_not_taken_for_that_of_a_declined_one():
    (finding,) = l1(*declined(slip(voucher=105))).findings
    assert finding.seen == "no request under that number"
    rows = [*sale(), begin(2), slip(voucher=44), done(2, kind="fail")]
    assert l1(*rows).findings
    assert l1(*declined(slip(voucher=44))).findings
    assert not l1(*sale(), begin(2, "settle"), slip(voucher=44), done(2, "settle")).findings


def test_a_reprint_that_a_blind_printer_may_have_made_is_not_missed():
    rows = spoiled(*reprint(blind("slip"), kind="fail"))
    assert not l1(*rows).findings


def test_a_slip_that_names_no_batch_is_known_by_its_number():
    assert clean(
        l1(*declined(), begin(2), request(102), answer(102), slip(voucher=102, batch=None))
    )


def test_a_number_used_again_has_slips_of_its_own():
    lost = [begin(), request(batch="000006"), hang_up(), done(kind="fail")]
    assert clean(l1(*lost, *sale(2)))
    assert l1(*sale(), *lost, slip(batch="000006", is_duplicate=True)).findings
    assert not l1(*sale(), *lost, slip(is_duplicate=True)).findings


def test_the_ledger_alone_is_read_with_care():
    def alone(*rows):
        return l1(*rows, observes=LEDGER_ONLY).findings

    assert not alone(posting(None), posting(), *copies(), *rested())
    assert not alone(begin(), posting(), done(), row("bench", "note", "rest", "begin"))
    first_undone = [posting(), posting(102), posting(name="reversal"), *rested()]
    assert len(alone(*first_undone, slip(is_duplicate=True))) == 2
    named = row("host", "ledger", "sale", name="decline", stan=101)
    assert alone(begin(), named, slip(), done())
    assert not alone(*[posting(), *copies()], row("host", "ledger", "reversal", stan=7), *rested())


def test_what_the_books_note_beside_the_postings_needs_no_slip():
    upload = row("host", "ledger", "upload", name="sale", stan=101, batch="000007")
    refusal = row("host", "ledger", "refusal", name="void", stan=102, batch="000007")
    rows = [posting(), *copies(), upload, refusal, *rested()]
    assert clean(l1(*rows, observes=LEDGER_ONLY))
    assert l1(*rows, observes=LEDGER_ONLY).evaluated == 2
