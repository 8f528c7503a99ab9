import pytest

from harness.check import timing as checker
from tests.check.literal import fired, history, judgements, row
from tests.check.slip_rows import (
    answer,
    at_host,
    blind,
    done,
    fault,
    hang_up,
    heal,
    management,
    power,
    request,
    reversal,
    reversal_answer,
    sale,
)  # fmt: skip

HOST = {"host_wire_at": "host"}
WATCHED = ("host_wire", "slip")


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def waited(seconds, *between, sign=None):
    rows = [begin(at_s=0), request(at_s=1), *between, sign or hang_up(at_s=1 + seconds)]
    return [*rows, done(kind="fail")]


def begin(call=1, verb="sale", at_s=None):
    return row("till", "invoke", verb, at_s=at_s, call=call)


def at(at_s, each):
    return (*each[:4], at_s, each[5])


@pytest.mark.parametrize("seconds", [59, 60, 61])
def test_a_wait_as_long_as_configured_is_right(seconds):
    assert clean(one("T1", *waited(seconds)))
    assert clean(one("T2", *waited(seconds)))


@pytest.mark.parametrize("seconds", [58, 62, 30, 90])
def test_a_wait_that_is_too_short_or_too_long_is_found(seconds):
    assert fired(checker, history(*waited(seconds))) == ["T1"]


def test_time_out_tolerance_and_slack_come_from_profile_and_bench():
    assert clean(one("T1", *waited(30), profile={"answer_timeout_s": 30}))
    assert clean(one("T1", *waited(64), profile={"timeout_tolerance_s": 5}))
    assert clean(one("T1", *waited(62), bench={"slack_ms": 2000}))
    assert one("T1", *waited(64), bench={"slack_ms": 2000}).findings
    assert one("T1", *waited(62), bench={"slack_ms": "much"}).findings


@pytest.mark.parametrize(
    "sign",
    [
        reversal(at_s=41),
        row("terminal", "tx", "ecr/061E", at_s=41),
        row("till", "fail", "sale", at_s=41, call=1),
    ],
    ids=["next message", "result at the till line", "end of the call"],
)
def test_each_sign_of_giving_up_counts(sign):
    assert one("T1", begin(at_s=0), request(at_s=1), sign).findings
    late = (*sign[:4], 61, sign[5])
    assert clean(one("T1", begin(at_s=0), request(at_s=1), late))


def test_what_the_till_does_by_itself_is_no_sign():
    rows = [begin(at_s=0), request(at_s=1), row("till", "info", "sale", at_s=20, call=1)]
    assert one("T1", *rows).evaluated == 0
    assert clean(one("T1", *rows, hang_up(at_s=61)))
    assert clean(one("T1", *waited(60, row("terminal", "tx", "ecr/04FF", at_s=3))))
    assert clean(one("T1", *waited(60, row("terminal", "disconnect", "ecr", "lost", at_s=3))))


def test_a_command_that_is_refused_as_busy_is_no_sign():
    busy = row("till", "fail", "sale", at_s=41, call=1, result_code="849C")
    rows = [begin(at_s=0), request(at_s=1), busy]
    assert one("T1", *rows).evaluated == 0
    assert clean(one("T1", *rows, hang_up(at_s=61)))


@pytest.mark.parametrize(
    "cause",
    [
        row("operator", "act", "key", at_s=20, key="CANCEL"),
        row("till", "tx", "ecr/06B0", at_s=20),
        answer(99, at_s=20),
        row("terminal", "rx", "host/0210", at_s=20, partial=True, size=9),
    ],
    ids=["cancel", "abort", "another answer", "part of an answer"],
)
def test_a_wait_that_something_else_ended_is_no_time_out(cause):
    assert one("T1", *waited(25, cause)).evaluated == 0


@pytest.mark.parametrize(
    "sign",
    [
        row("terminal", "disconnect", "host", "lost", at_s=20),
        row("terminal", "power", "", "off", at_s=20),
    ],
)
def test_a_lost_line_or_power_is_no_time_out(sign):
    assert one("T1", *waited(19, sign=sign)).evaluated == 0


def test_a_request_that_did_not_leave_whole_is_not_waited_for():
    rows = [begin(at_s=0), request(at_s=1, partial=True, size=9), hang_up(at_s=3)]
    assert one("T1", *rows).evaluated == 0


def test_an_answered_request_is_not_judged_and_a_late_answer_excuses_nothing():
    assert one("T1", *sale()).evaluated == 0
    assert one("T1", *waited(90, answer(at_s=80))).findings
    assert not one("T1", *waited(60, fault("delay", "tx host 0210 #1"))).findings


def test_a_wait_that_never_ends_is_found_while_the_call_runs():
    rows = [begin(at_s=0), request(at_s=1), row("bench", "note", at_s=70)]
    (finding,) = one("T1", *rows).findings
    assert "still waits" in finding.seen
    assert one("T1", *rows[:2], row("bench", "note", at_s=50)).evaluated == 0
    assert one("T1", *rows[1:]).evaluated == 0
    assert one("T1", *rows[:2], done(kind="info"), rows[2]).evaluated == 0


def test_a_next_message_long_after_tells_nothing_of_the_wait():
    later = [request(at_s=1), row("till", "info", "sale", at_s=30, call=1), begin(2, at_s=200)]
    judged = one("T1", begin(at_s=0), *later, reversal(at_s=201))
    assert (judged.evaluated, judged.findings) == (1, ())  # the reversal itself was soon
    assert one("T1", request(at_s=1), reversal(at_s=201)).evaluated == 0
    assert one("T1", begin(at_s=0), request(at_s=1), reversal(at_s=201)).findings


def test_somebody_may_have_cancelled_unseen_at_a_terminal_that_is_only_watched():
    rows = [request(at_s=1), hang_up(at_s=20)]
    assert one("T1", *rows, observes=WATCHED).evaluated == 0
    assert one("T1", *rows).findings
    assert one("T1", request(at_s=1), hang_up(at_s=90), observes=WATCHED).findings


def test_at_the_hosts_end_the_loss_of_the_line_is_the_sign():
    gone = row("host", "disconnect", "terminal", "lost", at_s=31)
    end = row("till", "fail", "sale", at_s=61, call=1)
    rows = [begin(at_s=0), at_host(request(at_s=1)), gone, end]
    assert one("T1", *rows, **HOST).findings
    on_time = [*rows[:2], (*gone[:4], 61, gone[5]), rows[3]]
    assert clean(one("T1", *on_time, **HOST))
    assert clean(one("T1", *waited(60, gone)))
    hit = [*rows[:2], fault("cut", "tx host 0210 #1"), *rows[2:]]
    assert one("T1", *hit, **HOST).evaluated == 0
    before = [rows[0], fault("cut", "rx host 0200 #1"), *rows[1:]]
    assert one("T1", *before, **HOST).evaluated == 0


def test_every_message_has_the_same_time_out():
    rows = [begin(at_s=0), management("0800", "sign_in", 7, at_s=1), hang_up(at_s=20)]
    assert one("T1", *rows).findings
    assert one("T1", begin(at_s=0), reversal(at_s=1), hang_up(at_s=20)).findings


def test_the_result_of_a_call_is_no_end_of_a_sign_in_beside_it():
    """The host has asked for the sign-in; the call that was running ends in the meantime."""
    result = row("terminal", "tx", "ecr/060F", at_s=2)

    def signing(verb, *rows):
        sent = management("0800", "sign_in", 7, at_s=1)
        return one("T1", begin(verb=verb, at_s=0), sent, result, *rows)

    told = done(verb="sale")
    assert clean(signing("sale", told, hang_up(at_s=61)))
    assert signing("sale", told, hang_up(at_s=30)).findings
    assert signing("sign_in", done(verb="sign_in")).findings
    own = [begin(at_s=0), request(at_s=1), result]
    assert one("T1", *own, told).findings


def test_a_sign_in_that_follows_the_calls_own_is_beside_it():
    first = [begin(verb="sign_in", at_s=0), management("0800", "sign_in", 6, at_s=1)]
    given_up = [hang_up(at_s=61), row("terminal", "tx", "ecr/061E", at_s=61)]
    second = [management("0800", "sign_in", 7, at_s=62), done(kind="fail", verb="sign_in")]
    rows = [*first, *given_up, *second]
    assert clean(one("T1", *rows, hang_up(at_s=122)))
    assert one("T1", *rows, hang_up(at_s=80)).findings


@pytest.mark.parametrize("rule", ["T1", "T2"])
def test_a_blind_line_leaves_a_gap(rule):
    judged = one(rule, begin(at_s=0), request(at_s=1), blind("host_wire"), hang_up(at_s=9), done())
    assert judged.gaps
    assert not judged.findings


def pending(*later):
    return [begin(at_s=0), request(at_s=1), hang_up(at_s=61), done(kind="fail"), *later]


def test_a_reversal_soon_after_the_start_is_right():
    rows = pending(begin(2, at_s=100), reversal(at_s=130), reversal_answer(at_s=131))
    judged = one("T1", *rows)
    assert judged.evaluated == 2
    assert not judged.findings


def test_a_reversal_long_after_the_start_is_found():
    rows = pending(begin(2, at_s=100), reversal(at_s=132), reversal_answer(at_s=133))
    assert fired(checker, history(*rows)) == ["T1"]
    assert not one("T1", *rows, profile={"reversal_due_s": 40}).findings


def test_no_reversal_while_the_call_goes_on_is_found():
    assert one("T1", *pending(begin(2, at_s=100), row("bench", "note", at_s=140))).findings
    assert one(
        "T1", *pending(begin(2, at_s=100), row("till", "fail", "sale", at_s=140, call=2))
    ).findings
    assert not one("T1", *pending(begin(2, at_s=100), row("bench", "note", at_s=120))).findings
    assert not one("T1", *pending(begin(2, at_s=100), request(102, at_s=110))).findings
    echo = [management("0820", "echo", None, at_s=110), management("0830", "echo", None, at_s=111)]
    early = [begin(2, at_s=100), *echo, hang_up(at_s=112)]
    assert one("T1", *pending(*early, row("bench", "note", at_s=140))).findings


def test_a_call_in_which_the_power_went_owes_no_reversal_afterwards():
    power = [
        row("terminal", "power", "", value, at_s=at_s)
        for value, at_s in (("off", 120), ("on", 125))
    ]
    assert not one(
        "T1", *pending(begin(2, at_s=100), *power, row("bench", "note", at_s=300))
    ).findings
    late = [at(at_s, each) for at_s, each in zip((140, 145), power, strict=True)]
    assert one("T1", *pending(begin(2, at_s=100), *late, row("bench", "note", at_s=300))).findings


@pytest.mark.parametrize(
    "verb", ["status", "enquire", "reprint", "details", "totals", "reprint_settlement", "sign_in"]
)
def test_a_call_that_needs_no_card_owes_no_reversal(verb):
    rows = pending(begin(2, verb, at_s=100), row("bench", "note", at_s=150))
    assert one("T1", *rows).evaluated == 1


def test_the_time_runs_from_the_return_of_the_line():
    down = at(90, fault("link_down", "connect terminal host #2"))
    back = at(140, heal("link_down", "connect terminal host #2"))
    late = [reversal(at_s=165), reversal_answer(at_s=166)]
    assert not one("T1", *pending(down, begin(2, at_s=100), back, *late)).findings
    assert one("T1", *pending(down, begin(2, at_s=100), at(110, back), *late)).findings
    assert one("T1", *pending(down, at(99, back), begin(2, at_s=100), *late)).findings
    assert not one(
        "T1", *pending(down, begin(2, at_s=100), row("bench", "note", at_s=190))
    ).findings
    other = at(140, heal("paper_out"))
    assert one("T1", *pending(begin(2, at_s=100), other, *late)).findings


@pytest.mark.parametrize(
    "event",
    [
        fault("refuse_connect", "connect terminal host #2"),
        fault("cut", "tx terminal 0400 #1"),
        row("terminal", "connect", "host", "refused"),
        row("terminal", "disconnect", "host", "lost"),
    ],
)
def test_a_refused_call_of_the_line_starts_the_time_anew(event):
    rows = pending(
        begin(2, at_s=100), at(140, event), reversal(at_s=160), reversal_answer(at_s=161)
    )
    assert not one("T1", *rows).findings


def test_what_has_been_reversed_or_need_not_be_is_not_due_again():
    at_once = [begin(at_s=0), request(at_s=1), hang_up(at_s=61), reversal(at_s=62)]
    at_once += [reversal_answer(at_s=63), hang_up(), done(kind="fail")]
    assert not one("T1", *at_once, begin(2, at_s=200), row("bench", "note", at_s=300)).findings
    told = [begin(at_s=0), request(at_s=1), answer(at_s=2, response_code="51"), done(kind="fail")]
    assert not one("T1", *told, begin(2, at_s=100), row("bench", "note", at_s=150)).findings
    balance = {"name": "balance", "type_code": "01", "F3": "310000"}
    asked = [begin(at_s=0), request(at_s=1, **balance), hang_up(at_s=61), done(kind="fail")]
    assert not one("T1", *asked, begin(2, at_s=100), row("bench", "note", at_s=150)).findings


def test_an_unknown_response_code_must_be_reversed_too():
    told = [begin(at_s=0), request(at_s=1), answer(at_s=2, response_code="ZZ"), done(kind="fail")]
    assert one("T1", *told, begin(2, at_s=100), row("bench", "note", at_s=150)).findings


def test_a_request_of_which_nobody_knows_whether_it_left_owes_none_beyond_doubt():
    rows = [begin(at_s=0), request(at_s=1, partial=True), hang_up(at_s=2), done(kind="fail")]
    assert not one("T1", *rows, begin(2, at_s=100), row("bench", "note", at_s=150)).findings
    rows = [begin(at_s=0), request(at_s=1), answer(at_s=60.5), hang_up(at_s=61), done(kind="fail")]
    assert not one("T1", *rows, begin(2, at_s=100), row("bench", "note", at_s=150)).findings
    rows = [at_host(request(at_s=1)), fault("cut", "tx host 0210 #1"), done(kind="fail")]
    late = [begin(2, at_s=100), row("bench", "note", at_s=150)]
    assert not one("T1", begin(at_s=0), *rows, *late, **HOST).findings
    assert one("T1", begin(at_s=0), rows[0], rows[2], *late, **HOST).findings


def test_of_identical_requests_the_first_is_reversed():
    rows = [begin(at_s=0), request(at_s=1), request(at_s=61), hang_up(at_s=121), done(kind="fail")]
    rows += [begin(2, at_s=200), reversal(at_s=210), reversal_answer(at_s=211), hang_up()]
    judged = one("T1", *rows)
    assert judged.evaluated == 3
    assert not judged.findings


def test_a_call_that_takes_too_long_is_found():
    rows = [begin(at_s=0), row("till", "fail", "sale", at_s=302, call=1)]
    assert fired(checker, history(*rows)) == ["T2"]
    assert not one("T2", *rows, profile={"liveness_s": 400}).findings
    assert clean(one("T2", begin(at_s=0), row("till", "fail", "sale", at_s=301, call=1)))


@pytest.mark.parametrize(
    "event", [fault("drop"), heal("link_down"), power("on"), row("operator", "act", "card")]
)
def test_the_time_runs_from_the_last_fault_or_act(event):
    rows = [begin(at_s=0), at(200, event), row("till", "fail", "sale", at_s=450, call=1)]
    assert clean(one("T2", *rows))
    before = [at(0, event), begin(at_s=1), row("till", "fail", "sale", at_s=450, call=1)]
    assert one("T2", *before).findings


def test_a_call_that_never_ends_is_found_and_one_cut_off_is_a_gap():
    assert one("T2", begin(at_s=0), row("bench", "note", at_s=400)).findings
    judged = one("T2", begin(at_s=0), row("bench", "note", at_s=100))
    assert judged.gaps
    assert not judged.evaluated


def test_a_blind_till_leaves_a_gap_where_it_is_seen_at_all():
    assert one("T2", begin(), blind("till"), done()).gaps
    assert not one("T2", begin(), blind("till"), done(), observes=("host_wire",)).gaps


def test_nothing_to_judge():
    found = judgements(checker, history(row("bench", "note")))
    assert all(not each.evaluated and not each.gaps for each in found.values())
    assert all(not each.evaluated for each in checker.check(history()))


def sent(count, make=reversal):
    return [each for _ in range(count) for each in (make(), hang_up())]


def test_a_reversal_is_sent_as_often_as_the_profile_allows():
    assert clean(one("T2", request(), *sent(3)))
    assert one("T2", request(), *sent(4)).findings
    assert one("T2", request(), *sent(3), profile={"reversal_attempts_max": 2}).findings


def test_reversals_of_different_transactions_are_counted_apart():
    rows = [request(), *sent(3), request(102), *sent(3, lambda: reversal(102))]
    assert clean(one("T2", *rows))


def test_a_reversal_with_new_numbers_is_counted_by_what_it_undoes():
    own = {"F61": "000007000101"}
    rows = [request(), *(reversal(102 + n, **own) for n in range(4))]
    assert one("T2", *rows, profile={"reversal_stan": "new"}).findings


def test_other_messages_are_repeated_as_often_as_offline_resends_says():
    assert clean(one("T2", *sent(4, request)))
    assert one("T2", *sent(5, request)).findings
    assert clean(one("T2", *sent(5, request), profile={"offline_resends": 4}))
    mixed = [request(), request(amount_minor=1), *sent(3, request)]
    assert clean(one("T2", *mixed))


def storm(count, *between, name="sign_in", mti="0800"):
    return [
        each for n in range(count) for each in (management(mti, name, 10 + n), hang_up(), *between)
    ]


def test_a_message_sent_anew_and_anew_is_found():
    assert clean(one("T2", *storm(4)))
    assert fired(checker, history(*storm(5), observes=WATCHED)) == ["T2"]


def test_what_somebody_asked_for_is_no_storm():
    assert one("T2", *storm(9, begin(), done())).findings == ()
    assert one("T2", *storm(9, power("on"))).evaluated == 0
    assert one("T2", *storm(9, name="echo", mti="0820")).evaluated == 0


def test_an_answer_ends_a_storm():
    half = [*storm(3), management("0800", "sign_in", 20)]
    told = management("0810", "sign_in", 20, response_code="00")
    again = [(*each[:5], dict(each[5], stan=30 + n)) for n, each in enumerate(storm(3))]
    assert not one("T2", *half, told, *again).findings


STILL = [begin(2, at_s=100), row("bench", "note", at_s=150)]


def test_an_answer_to_something_else_leaves_a_reversal_that_is_due():
    rows = [begin(at_s=0), request(at_s=1), answer(99, at_s=2), hang_up(at_s=3), done(kind="fail")]
    assert one("T1", *rows, *STILL).findings


def test_at_the_hosts_end_only_silence_leaves_a_reversal_that_is_due():
    asked, over = [begin(at_s=0), at_host(request(at_s=1))], done(kind="fail")
    gone = row("host", "disconnect", "terminal", "lost", at_s=61)
    other = at_host(answer(99, at_s=2))
    assert one("T1", *asked, gone, over, *STILL, **HOST).findings
    assert not one("T1", *asked, other, gone, over, *STILL, **HOST).findings
    assert not one("T1", *asked, at(2, power("off")), power("on"), over, *STILL, **HOST).findings
    known = at_host(management("0820", "echo", 102, at_s=99))
    told = at_host(management("0830", "echo", 102, at_s=99.5))
    assert one("T1", *asked, gone, over, known, told, *STILL, **HOST).findings


@pytest.mark.parametrize("event", [
    row("terminal", "connect", "host", "connected", at_s=140),
    row("host", "disconnect", "terminal", "lost", at_s=140),
    row("terminal", "disconnect", "host", "hang up", at_s=140),
])  # fmt: skip
def test_a_line_that_is_there_starts_no_time_anew(event):
    late = [reversal(at_s=160), reversal_answer(at_s=161)]
    assert one("T1", *pending(begin(2, at_s=100), event, *late)).findings


def test_a_line_that_breaks_afterwards_excuses_nothing():
    late = [reversal(at_s=160), reversal_answer(at_s=161), fault("link_down")]
    assert one("T1", *pending(begin(2, at_s=100), *late)).findings


def test_a_repeat_has_no_reversal_of_its_own():
    rows = [begin(at_s=0), request(at_s=1), request(at_s=61), hang_up(at_s=121), done(kind="fail")]
    late = [begin(2, at_s=200), reversal(at_s=210), reversal_answer(at_s=211)]
    assert not one("T1", *rows, *late, row("bench", "note", at_s=300)).findings
