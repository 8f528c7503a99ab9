import pytest

from harness.check import wire as checker
from tests.check.literal import fired, history, judgements, row
from tests.check.slip_rows import (
    answer,
    at_host,
    begin,
    blind,
    done,
    fault,
    hang_up,
    management,
    power,
    request,
    reversal,
    reversal_answer,
    sale,
    sign_in,
)  # fmt: skip

WATCHED = ("host_wire", "slip", "key")


def w2(*rows, **header):
    return judgements(checker, history(*rows, **header))["W2"]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def numbered(*stans):
    return [each for stan in stans for each in (request(stan), answer(stan), hang_up())]


def test_numbers_one_after_the_other_are_right():
    assert clean(w2(*numbered(7, 8, 9)))
    assert clean(w2(*sign_in(998), *numbered(999), *sign_in(1000)))


def test_the_highest_number_is_followed_by_one():
    assert clean(w2(*numbered(999_998, 999_999, 1, 2)))
    assert w2(*numbered(999_999, 2)).findings


@pytest.mark.parametrize(
    "stans",
    [(7, 9), (7, 6), (7, 7), (7, 8, 7), (7, 600_000), (999_999, 0), (0,), (999_999, 999_998)],
)
def test_numbers_that_do_not_rise_by_one_are_found(stans):
    assert fired(checker, history(*numbered(*stans))) == ["W2"]


def test_the_first_number_is_taken_as_it_is():
    assert w2(*numbered(7)).evaluated == 0


@pytest.mark.parametrize(
    "between",
    [
        [begin(1), done(1, kind="fail"), begin(2)],
        [row("terminal", "connect", "host", "dial"), row("terminal", "connect", "host", "dial")],
        [row("terminal", "show", "PRESENT_CARD"), row("terminal", "show", "PRESENT_CARD")],
        [power("off"), power("on")],
        [row("terminal", "tx", "host/0200", partial=True, size=9)],
        [row("terminal", "tx", "host/?", malformed=True, size=9)],
        [reversal(7), reversal_answer(7), hang_up()],
    ],
    ids=["call", "dial", "prompt", "power", "partial", "malformed", "reversal"],
)
def test_a_number_is_left_out_for_a_request_that_was_lost(between):
    assert clean(w2(*numbered(7), *between, *numbered(9)))
    assert w2(*numbered(7), *between, *numbered(10)).findings


@pytest.mark.parametrize(
    "between",
    [
        [begin(1)],
        [row("terminal", "connect", "host", "dial")],
        [row("terminal", "show", "PRESENT_CARD"), row("terminal", "show", "WAIT")],
        [row("terminal", "connect", "host", "dial"), row("terminal", "connect", "host", "refused")],
        [begin(1, "status"), begin(2, "enquire"), begin(3, "reprint")],
        [management("0820", "echo", None), hang_up()],
        [fault("drop", "tx terminal 0200 #2")],
        [row("host", "power", "", "off")],
    ],
)
def test_a_start_that_brought_the_message_excuses_nothing(between):
    assert w2(*numbered(7), *between, *numbered(9)).findings


def lost_line(actor="terminal", value="lost"):
    return row(actor, "disconnect", "host", value)


def test_a_line_that_is_lost_after_an_answer_may_have_taken_the_next_request_with_it():
    assert clean(w2(request(7), answer(7), lost_line(), *numbered(9)))
    assert w2(request(7), answer(7), lost_line(), *numbered(10)).findings
    assert w2(request(7), lost_line(), *numbered(9)).findings
    assert w2(request(7), answer(7), lost_line("host"), *numbered(9)).findings
    assert w2(request(7), answer(7), hang_up(), *numbered(9)).findings
    assert w2(request(7), lost_line(), answer(7), *numbered(9)).findings
    assert clean(w2(lost_line(), *numbered(7, 8)))


def test_starts_count_once():
    lost = [begin(1), done(1, kind="fail"), begin(2)]
    rows = [*numbered(7), *lost, *numbered(9, 11)]
    assert w2(*rows).findings


def test_what_a_fault_kept_from_the_host_is_lost_at_the_hosts_end():
    rows = [at_host(request(7)), at_host(answer(7)), fault("drop", "tx terminal 0200 #2")]
    assert clean(w2(*rows, at_host(request(9)), host_wire_at="host"))
    assert w2(*rows, at_host(request(10)), host_wire_at="host").findings


def test_nobody_can_tell_what_was_started_at_a_terminal_that_is_only_watched():
    judged = w2(*numbered(7, 9), observes=WATCHED)
    assert judged.gaps
    assert not judged.findings
    assert clean(w2(*numbered(7, 8), observes=WATCHED))
    assert w2(*numbered(7, 6), observes=WATCHED).findings


def test_a_blind_line_may_have_carried_the_numbers_between():
    judged = w2(*numbered(7), blind("host_wire"), row("bench", "sees", "host_wire"), *numbered(9))
    assert judged.gaps
    assert not judged.findings


def test_the_reversal_has_the_number_of_its_own_original():
    assert clean(w2(*sale(stan=7), reversal(7), reversal(7), *numbered(8)))
    other = reversal(7, amount_minor=1)
    assert fired(checker, history(*sale(stan=7), other)) == ["W2"]


def test_a_reversal_of_before_the_history_is_not_judged():
    assert w2(*numbered(7), reversal(5)).evaluated == 0


def test_a_reversal_may_have_a_number_of_its_own():
    rows = [*numbered(7), reversal(8), reversal(8), *numbered(9)]
    assert clean(w2(*rows, profile={"reversal_stan": "new"}))
    assert w2(*numbered(7), reversal(9)).findings


def test_an_unanswered_request_may_be_repeated_at_once():
    assert clean(w2(begin(), request(7), request(7), answer(7)))
    assert clean(w2(begin(), request(7), answer(7, mac_ok=False), request(7), answer(7)))
    assert w2(begin(), request(7), answer(7), request(7)).findings


def test_a_repeat_that_differs_or_comes_after_a_new_start_is_found():
    assert w2(begin(), request(7), request(7, amount_minor=1)).findings
    assert w2(begin(), request(7), done(kind="info"), begin(2), request(7)).findings
    assert w2(begin(), request(7), power("off"), power("on"), request(7)).findings
    assert w2(request(7), management("0800", "sign_in", 7)).findings


def test_a_sign_in_that_was_not_answered_may_be_repeated():
    again = management("0800", "sign_in", 7)
    assert clean(w2(begin(1, "sign_in"), again, begin(2, "sign_in"), again))
    assert w2(*sign_in(7), *sign_in(7)).findings


def test_an_advice_is_repeated_until_it_is_accepted():
    advice = {"mti": "0220", "name": "completion_advice", "type_code": "24"}
    told = answer(7, **advice | {"mti": "0230"})
    assert clean(w2(request(7, **advice), power("off"), *numbered(8), request(7, **advice), told))
    assert w2(request(7, **advice), *numbered(8), request(7, **advice, amount_minor=1)).findings


def test_what_was_done_off_line_has_the_number_of_that_time():
    offline = {"mti": "0220", "name": "offline_sale", "type_code": "36"}
    rows = [begin(), begin(), *numbered(7), begin(), begin(), *numbered(9)]
    assert clean(w2(*rows, request(8, **offline)))
    assert w2(*rows, request(8, **offline), request(8)).findings


def test_an_upload_may_have_the_number_of_its_record():
    for network in ("000", "203", "206", None):
        record = management("0320", "batch_upload", 7, network=network)
        assert clean(w2(*numbered(7, 8), record, *numbered(9)))
        old = management("0320", "batch_upload", 5, network=network)
        assert clean(w2(*numbered(7, 8), old, *numbered(9)))
        assert clean(w2(old, *numbered(7, 8)))


@pytest.mark.parametrize("network", ["201", "202", "207"])
def test_other_uploads_have_a_number_of_their_own(network):
    def upload(stan, **facts):
        return management("0320", "batch_upload", stan, network=network, **facts)

    assert clean(w2(*numbered(7, 8), upload(9), upload(9)))
    assert w2(*numbered(7, 8), upload(7)).findings
    assert w2(*numbered(7, 8), upload(5)).findings
    assert w2(*numbered(7, 8), upload(9, F48="1"), upload(9, F48="2")).findings


def test_a_settlement_is_repeated_under_its_own_number():
    def settle(stan, **facts):
        return management("0500", "settlement", stan, network="201", **facts)

    assert clean(w2(*numbered(7, 8), settle(9), settle(9), *numbered(10)))
    assert w2(*numbered(7, 8), settle(9, F48="1"), settle(9, F48="2")).findings
    assert w2(*numbered(7, 8), settle(8)).findings


def test_a_request_that_was_held_back_was_sent_before_at_the_hosts_end():
    rows = [at_host(reversal(7)), fault("hold", "rx host 0200 #1"), at_host(request(7))]
    assert not w2(*rows, host_wire_at="host").findings
    assert w2(rows[0], rows[2], host_wire_at="host").findings


def test_of_a_request_that_came_in_part_only_the_number_is_compared():
    piece = at_host(request(7, partial=True, amount_minor=None, F3=None))
    assert clean(w2(piece, at_host(reversal(7)), host_wire_at="host"))


def test_a_void_of_another_sale_is_no_repeat():
    void = {"name": "void", "type_code": "23", "F61": "000007000001", "rrn": "000000000001"}
    assert clean(w2(*numbered(6), request(7, **void), request(7, **void)))
    for other in ({"F61": "000007000002"}, {"rrn": "000000000002"}):
        assert w2(*numbered(6), request(7, **void), request(7, **void | other)).findings


@pytest.mark.parametrize("verb", ["details", "totals", "reprint_settlement"])
def test_lists_and_reprints_use_no_number(verb):
    assert w2(*numbered(7), begin(), begin(2, verb), request(9)).findings


def test_a_message_that_was_kept_back_until_its_line_was_gone_has_used_a_number():
    held = [fault("delay", "tx terminal 0320 #1"), fault("hold", "tx terminal 0320 #1")]
    for each in held:
        assert clean(w2(*numbered(7, 8), each, *sign_in(10)))
    assert w2(*numbered(7, 8), fault("drop", "tx terminal 0320 #1"), *sign_in(10)).findings
    assert w2(*numbered(7, 8), held[0], *sign_in(11)).findings


@pytest.mark.parametrize("end", ["host", "terminal"])
def test_what_the_bench_kept_back_may_be_seen_with_an_old_number(end):
    def settle(stan):
        each = management("0500", "settlement", stan, network="201")
        return at_host(each) if end == "host" else each

    def seen(*between):
        rows = [settle(7), *between, settle(9), settle(8)]
        return [finding.what for finding in w2(*rows, host_wire_at=end).findings]

    back = "the number of settlement 000008 went back"
    assert seen(fault("delay", "rx host 0500 #2")) == []
    assert back in seen()
    assert seen(fault("delay", "rx host 0200 #1")) == [back]
    assert back in seen(fault("drop", "rx host 0500 #2"))
