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
    posting,
    power,
    request,
    reversal,
    reversal_answer,
    sale,
    sign_in,
    slip,
)  # fmt: skip

MISSING = "not_in_profile|49|0|missing in sale 0200"
BROKEN = "breaks_parsing|35|61|announces 37 digits, 12 follow"
COSMETIC = "cosmetic|22|0|begins with 00: right-justified, it seems"


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def both_ends(*rows):
    """Add the host's end of each message."""
    whole = []
    for each in rows:
        is_sent = each[0] == "terminal" and each[1] == "tx"
        other = [at_host(each)] if each[1] in {"tx", "rx"} and each[0] == "terminal" else []
        whole += [each, *other] if is_sent else [*other, each]
    return whole


def test_a_sale_after_sign_in_is_right():
    rows = both_ends(*sign_in(), *sale())
    found = judgements(checker, history(*rows))
    assert clean(found["W1"])
    assert clean(found["W2"])
    assert clean(found["W3"])
    assert found["W4"].evaluated == 0
    assert found["W1"].evaluated == 4


def test_a_history_without_a_line_has_nothing_to_judge():
    found = judgements(checker, history(begin(), done()))
    assert all(each.evaluated == 0 and not each.gaps for each in found.values())
    assert all(not each.evaluated for each in checker.check(history()))


@pytest.mark.parametrize("what", [MISSING, BROKEN])
def test_a_deviation_of_the_terminal_is_found(what):
    rows = both_ends(request(deviations=(what, COSMETIC)), answer(), hang_up())
    assert fired(checker, history(*rows)) == ["W1"]
    (finding,) = one("W1", *rows).findings
    assert "the terminal sends" in finding.what
    assert finding.evidence == (0,)


def test_deviations_of_the_host_name_the_host():
    rows = both_ends(request(), answer(deviations=(MISSING,)))
    assert "the host sends" in one("W1", *rows).findings[0].what
    assert "the host sends" in one("W1", request(), answer(deviations=(MISSING,))).findings[0].what


def test_cosmetic_deviations_are_no_findings():
    assert clean(one("W1", request(deviations=(COSMETIC,)), answer()))


def test_identical_deviations_are_one_finding_with_a_count():
    other = BROKEN.replace("61", "63")
    rows = [request(101, deviations=(BROKEN,)), request(102, deviations=(other,))]
    (finding,) = one("W1", *rows).findings
    assert "2 messages" in finding.what
    assert finding.evidence == (0, 1)
    twice = (BROKEN, BROKEN.replace("61", "70"))
    assert one("W1", request(deviations=twice)).findings[0].evidence == (0,)


WITH = {"tpdu": "present", "header": "present"}
BARE = {"profile": {"header": "absent"}}


def header_flaws(message, **header):
    whole = history(message, **header)
    return [each.seen for each in judgements(checker, whole)["W1"].findings]


@pytest.mark.parametrize("more", [{}, {"terminal_state": "1"}])
def test_tpdu_and_header_as_the_profile_has_them_are_right(more):
    assert header_flaws(request(**WITH, **more)) == []
    assert header_flaws(request(**WITH | {"header": "absent"}), **BARE) == []


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({"tpdu": "absent"}, "TPDU: none"),
        ({"header": "absent"}, "header: absent (header is present)"),
        ({"terminal_state": "7"}, "header: terminal state 7: neither normal nor test"),
        (
            {"processing_requirement": "3"},
            "header: processing requirement 3: only a host asks for something",
        ),
    ],
)
def test_what_is_wrong_before_the_message_of_a_terminal_is_found(facts, seen):
    assert header_flaws(request(**WITH | facts)) == [seen]


def test_a_header_where_the_profile_has_none_is_found():
    assert header_flaws(request(**WITH), **BARE) == ["header: present (header is absent)"]


def test_a_host_may_ask_for_what_there_is():
    asking = answer(**WITH, processing_requirement="3")
    assert clean(one("W1", request(**WITH), asking))
    (finding,) = one("W1", request(**WITH), answer(**WITH, processing_requirement="9")).findings
    assert "the host sends" in finding.what
    assert finding.seen == "header: processing requirement 9: no such thing can be asked for"
    bare = answer(**WITH | {"header": "absent"})
    assert "the host sends" in one("W1", request(**WITH), bare).findings[0].what


def test_a_header_of_which_the_history_says_nothing_is_not_judged():
    assert header_flaws(request(), **BARE) == []


def test_what_a_fault_did_to_the_header_is_nobodys_deviation():
    assert header_flaws(request(**WITH | {"header": "absent"}, spoiled=True)) == []


def test_what_cannot_be_read_at_all_breaks_parsing():
    rows = [row("terminal", "tx", "host/?", malformed=True, size=7)]
    assert fired(checker, history(*rows)) == ["W1"]


def test_a_message_of_no_row_of_the_table_is_found():
    assert fired(checker, history(request(name="unknown"))) == ["W1"]
    assert one("W1", request(), answer(name="unknown")).findings
    assert not one("W1", request(), answer(name="unknown", response_code="51")).findings


@pytest.mark.parametrize("mark", [{"spoiled": True}, {"partial": True, "size": 40}])
def test_what_a_fault_did_to_a_message_is_nobodys_deviation(mark):
    rows = [request(deviations=(BROKEN,), mac_ok=False, **mark)]
    assert not fired(checker, history(*rows))


def test_at_the_hosts_end_a_fault_at_the_message_explains_its_deviations():
    broken = at_host(request(deviations=(BROKEN,), mac_ok=False))
    hit = fault("corrupt", "rx host 0200 #1")
    other = fault("corrupt", "tx host 0210 #1")
    assert not one("W1", hit, broken, host_wire_at="host").findings
    assert one("W1", other, broken, host_wire_at="host").findings
    assert one("W1", fault("drop", "rx host 0200 #1"), broken, host_wire_at="host").findings
    late = [broken, *[row("bench", "note")] * 3, hit]
    assert one("W1", *late, host_wire_at="host").findings
    assert not one("W1", *late[:3], hit, host_wire_at="host").findings


def test_a_lost_message_was_still_sent_as_it_was():
    assert one("W1", request(deviations=(BROKEN,), lost=True)).findings


def test_a_message_whose_deviations_are_not_known_is_not_judged():
    assert one("W1", request(deviations=None)).evaluated == 0


@pytest.mark.parametrize("rule", ["W1", "W2", "W3"])
def test_a_blind_line_leaves_a_gap(rule):
    assert one(rule, *sign_in(), blind("host_wire"), *sale()).gaps


def test_a_wrong_mac_is_found_at_either_end():
    assert fired(checker, history(request(mac_ok=False), answer())) == ["W3"]
    rows = both_ends(request(), answer(mac_ok=False, response_code="51"))
    (finding,) = one("W3", *rows).findings
    assert "the host sent" in finding.what


def test_messages_without_a_mac_are_not_judged():
    assert one("W3", *sign_in()).evaluated == 0


def test_macs_under_an_unknown_key_are_a_gap():
    assert one("W3", request(mac_ok=None)).gaps
    assert one("W3", request(), blind("key"), answer()).gaps


SIGN_IN = management("0800", "sign_in", 100)
KEYS = management("0810", "sign_in", 100, response_code="00")
AGAIN = [*sign_in(103), request(104, mac_ok=False)]


@pytest.mark.parametrize(
    "lost",
    [
        [SIGN_IN, at_host(KEYS), hang_up()],
        [SIGN_IN, hang_up(), KEYS],
        [SIGN_IN, KEYS, power("off")],
        [SIGN_IN, fault("corrupt", "tx host 0810 #1"), KEYS, hang_up()],
        [SIGN_IN, management("0810", "sign_in", 99, response_code="00"), hang_up()],
    ],
    ids=["never came", "came late", "power cut", "spoiled", "of another"],
)
def test_after_keys_that_may_not_have_arrived_a_wrong_mac_proves_nothing(lost):
    assert not one("W3", *lost, request(101, mac_ok=False), answer(101)).findings
    assert not one("W3", *lost, request(101), answer(101, mac_ok=False)).findings
    assert one("W3", *lost, *both_ends(request(101), answer(101))).evaluated == 2
    assert one("W3", *lost, *AGAIN).findings


def test_a_mac_that_the_terminal_has_no_key_for_is_no_fault_of_the_hosts():
    assert clean(one("W3", *both_ends(request(), answer(key_missing=True))))


STALE = request(101, old_key=True)
STORED = row("terminal", "nv", "keys", generation=2)
WATCHED = ("host_wire", "key", "till", "nv")


def test_a_terminal_that_has_new_keys_uses_the_old_ones_no_more():
    (finding,) = one("W3", SIGN_IN, KEYS, hang_up(), STALE).findings
    assert (finding.seen, finding.evidence) == ("one under an older key", (1, 3))
    assert fired(checker, history(*sign_in(), STALE)) == ["W3"]
    assert clean(one("W3", SIGN_IN, KEYS, hang_up(), request(101)))


@pytest.mark.parametrize(
    "lost",
    [
        [SIGN_IN, at_host(KEYS), hang_up()],
        [SIGN_IN, KEYS, power("off")],
        [SIGN_IN, management("0810", "sign_in", 100, response_code="97"), hang_up()],
        [],
    ],
    ids=["never came", "power cut", "declined", "none"],
)
def test_a_terminal_that_may_have_got_no_new_keys_uses_the_old_ones(lost):
    assert clean(one("W3", *lost, STALE))


@pytest.mark.parametrize(
    ("rows", "is_wrong"),
    [
        ([power("off"), power("on")], False),
        ([STORED, power("off"), power("on")], True),
        ([row("terminal", "nv", "keys", torn=True), power("off"), power("on")], False),
        ([row("terminal", "nv", "counters"), power("off"), STORED], False),
        ([done(5, "sign_in"), power("off"), power("on")], True),
        ([done(5, "sign_in", kind="info"), power("off"), power("on")], False),
    ],
)
def test_keys_that_a_power_cut_kept_from_being_stored_may_be_forgotten(rows, is_wrong):
    found = one("W3", begin(5, "sign_in"), SIGN_IN, KEYS, hang_up(), *rows, STALE)
    assert (bool(found.findings), bool(found.gaps)) == (is_wrong, not is_wrong)


def test_where_the_power_is_not_seen_keys_may_be_forgotten_until_they_are_stored():
    rows = [SIGN_IN, KEYS, hang_up()]
    assert one("W3", *rows, STALE, observes=WATCHED).gaps
    assert one("W3", *rows, STORED, STALE, observes=WATCHED).findings


def test_a_declined_sign_in_changes_no_keys():
    told = [SIGN_IN, management("0810", "sign_in", 100, response_code="97"), hang_up()]
    assert one("W3", *told, request(mac_ok=False)).findings


OTHERS = [
    {"mti": "0230"}, {"F3": "200000"}, {"amount_minor": 1}, {"stan": 99},
    {"terminal_id": "10000009"}, {"merchant_id": "104290070110009"}, {"mac_ok": False},
    {"malformed": True, "response_code": None}, {"key_missing": True},
]  # fmt: skip


def wrong_answer(**facts):
    facts = dict(facts)
    return answer(facts.pop("stan", 101), **facts)


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: next(iter(each)))
def test_an_answer_to_something_else_is_not_accepted(other):
    refused = [begin(), request(), wrong_answer(**other), hang_up()]
    assert clean(one("W4", *refused, done(kind="fail")))
    accepted = one("W4", *refused, slip(), done(kind="fail"))
    assert accepted.findings
    assert one("W4", *refused, done()).findings


def test_only_the_acceptance_is_wrong():
    rows = [begin(), request(), answer(99), hang_up(), slip(), done()]
    assert fired(checker, history(*rows)) == ["W4"]


def test_a_decline_that_is_no_answer_cannot_be_taken_for_an_approval():
    rows = [begin(), request(), answer(99, response_code="51"), hang_up(), done(kind="fail")]
    assert one("W4", *rows).evaluated == 0


def test_macs_of_declines_are_checked_by_profile():
    told = answer(response_code="51", mac_ok=False)
    rows = [begin(), request(), told, answer(99), hang_up(), done()]
    assert one("W4", *rows).findings
    assert one("W4", *rows, profile={"mac_on_decline": "skipped"}).evaluated == 0


def test_an_own_answer_after_the_other_one_may_be_accepted():
    rows = [begin(), request(), answer(99), answer(), hang_up(), slip(), done()]
    assert clean(one("W4", *rows))
    early = [begin(), request(), answer(99), slip(), answer(), hang_up(), done()]
    assert one("W4", *early).findings


def test_a_part_that_was_approved_is_the_own_answer():
    rows = [begin(), request(), answer(amount_minor=1, response_code="10"), done()]
    assert one("W4", *rows).evaluated == 0
    void = {"name": "void", "F3": "200000", "type_code": "23"}
    told = answer(amount_minor=1, response_code="10", **void)
    assert one("W1", begin(), request(**void), told, done()).evaluated == 2
    assert one("W4", begin(), request(**void), told, answer(99), done()).findings


def test_what_the_till_is_told_of_a_later_message_is_of_that_one():
    retry = [begin(), request(101), answer(99), request(102), answer(102), done()]
    assert clean(one("W4", *retry))
    assert not one("W4", request(101), answer(99), request(102), answer(102), slip()).findings
    assert clean(one("W4", request(101), answer(99), hang_up()))
    assert clean(one("W4", begin(), request(101), answer(99), hang_up()))


def test_a_blind_till_and_printer_leave_a_gap():
    rows = [begin(), request(), answer(99), hang_up(), blind("slip"), blind("till")]
    assert one("W4", *rows).gaps
    assert clean(one("W4", *rows[:-1], done(kind="fail")))
    assert one("W4", *rows[:-1], observes=("host_wire", "slip")).gaps
    assert not one("W4", *rows[:-1], observes=("host_wire", "till")).gaps


def test_uncertain_answers_and_repeats_are_not_judged():
    rows = [*[SIGN_IN, hang_up(), KEYS], begin(), request(), answer(99), done()]
    assert one("W4", *rows).evaluated == 0
    lacking = answer(F11=None, stan=None)
    assert one("W4", begin(), request(), answer(99), lacking, done()).evaluated == 0


def test_reversals_are_messages_like_others():
    rows = [request(), hang_up(), reversal(), reversal_answer(), hang_up(), posting()]
    assert clean(one("W1", *rows))


def test_a_finding_says_what_showed_the_acceptance():
    rows = [begin(), request(), answer(99), hang_up()]
    assert one("W4", *rows, slip(), done()).findings[0].seen == "an approval slip"
    assert one("W4", *rows, done()).findings[0].seen == "approved at the till"


def test_reversal_with_a_number_of_its_own_names_the_sale_in_field_61():
    sent = row("terminal", "tx", "host/0400", mti="0400", name="reversal", stan=7,
               present=("3", "61"), deviations=("not_in_profile|61|90|not allowed",))  # fmt: skip
    assert "W1" in fired(checker, history(sent))
    assert "W1" not in fired(checker, history(sent, profile={"reversal_stan": "new"}))


@pytest.mark.parametrize(
    ("code", "known", "is_right"),
    [
        (None, "absent", True),
        ("00", "00", True),
        ("00", "absent", False),
        (None, "00", False),
        ("94", "absent", True),
        ("94", "00", True),
    ],
)
def test_the_answer_to_a_settlement_has_field_39_as_the_profile_says(code, known, is_right):
    told = management("0510", "settlement", 7, response_code=code, deviations=())
    judged = judgements(checker, history(told, profile={"settlement_answer_f39": known}))["W1"]
    assert (judged.evaluated, len(judged.findings)) == (1, int(not is_right))
    others = management("0830", "sign_out", 7, response_code="00", deviations=())
    assert not judgements(checker, history(others))["W1"].findings


def test_a_finding_about_field_39_of_a_settlement_names_the_parameter():
    told = management("0510", "settlement", 7, response_code="00", deviations=())
    whole = history(told)
    assert fired(checker, whole) == ["W1"]
    (finding,) = judgements(checker, whole)["W1"].findings
    assert finding.seen == "field 39: 00 (settlement_answer_f39 is absent)"


QUIET = [row("host", "timer", "answer", after_ms=9)] * 7
STRUCK = fault("corrupt", "rx host 0200 #1")
AT_HOST = {"host_wire_at": "host"}


@pytest.mark.parametrize(
    "struck",
    [request(7, deviations=(BROKEN,)), row("terminal", "tx", "host/?", malformed=True, size=9),
     request(7, mti="0300", name="unknown", deviations=())],
)  # fmt: skip
def test_a_message_that_was_struck_is_nobodys_however_late_it_comes(struck):
    whole = [STRUCK, *QUIET, at_host(struck), *QUIET, at_host(request(8, deviations=()))]
    judged = one("W1", *whole, **AT_HOST)
    assert (judged.evaluated, judged.findings) == (1, ())
    assert one("W1", *whole[1:], **AT_HOST).findings


def test_only_the_message_that_was_struck_is_nobodys():
    bad = at_host(request(8, deviations=(BROKEN,)))
    assert one("W1", STRUCK, at_host(request(7)), *QUIET, bad, **AT_HOST).findings
    other = at_host(management("0820", "echo", 7, deviations=(BROKEN,)))
    assert one("W1", STRUCK, *QUIET, other, **AT_HOST).findings
    cut = fault("cut", "rx host 0200 #1")
    assert one("W1", cut, *QUIET, bad, **AT_HOST).findings
    assert one("W1", bad, *QUIET, STRUCK, **AT_HOST).findings
