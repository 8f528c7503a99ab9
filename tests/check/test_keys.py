import pytest

from harness.check import keys as checker
from tests.check.literal import fired, history, judgements, row
from tests.check.slip_rows import (
    answer,
    at_host,
    begin,
    blind,
    fault,
    hang_up,
    management,
    posting,
    request,
    reversal,
    reversal_answer,
    sale,
    sign_in,
)  # fmt: skip


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def pin(word):
    return row("operator", "act", "pin", pin=word)


def sign_out(stan=102, **facts):
    told = management("0830", "sign_out", stan, **{"response_code": "00"} | facts)
    return [management("0820", "sign_out", stan), told, hang_up()]


def test_a_sale_after_sign_in_is_right():
    found = judgements(checker, history(*sign_in(), *sale()))
    assert clean(found["K1"])
    assert clean(found["K3"])
    assert found["K4"].evaluated == 0


def test_what_was_before_the_history_is_not_judged():
    assert one("K1", *sale()).evaluated == 0


@pytest.mark.parametrize("code", ["A0", "99", "77"])
def test_money_after_an_answer_that_demands_a_sign_in_is_found(code):
    told = answer(response_code=code)
    assert fired(checker, history(request(), told, hang_up(), request(102))) == ["K1"]
    assert one("K1", request(), told, hang_up(), reversal()).findings
    assert clean(one("K1", request(), told, hang_up(), *sign_in(102), request(103)))


@pytest.mark.parametrize("code", ["00", "51", "55", "91"])
def test_other_answers_demand_none(code):
    assert clean(one("K1", *sign_in(), request(), answer(response_code=code), request(102)))


def test_money_after_the_sign_out_is_found():
    assert fired(checker, history(*sign_in(), *sale(), *sign_out(), request(103))) == ["K1"]
    assert one("K1", *sign_in(), *sign_out(response_code="97"), request(103)).evaluated == 0
    lost = [management("0820", "sign_out", 102), hang_up()]
    assert one("K1", *sign_in(), *lost, request(103)).evaluated == 0


def test_money_at_a_terminal_that_was_brought_unsigned_is_found():
    def brought(is_in):
        return row("bench", "note", "bring_to", "ready", signed_in=is_in)

    assert fired(checker, history(brought(False), *sale())) == ["K1"]
    assert clean(one("K1", brought(True), *sale()))
    assert one("K1", row("bench", "note", "bring_to"), *sale()).evaluated == 0
    assert one("K1", row("bench", "note", "other", signed_in=False), *sale()).evaluated == 0
    assert one("K1", *sale(), brought(False)).evaluated == 0
    assert clean(one("K1", brought(False), *sign_in(), *sale()))


def test_a_declined_or_lost_sign_in_is_none():
    told = answer(response_code="A0")
    refused = sign_in(102, response_code="97")
    assert one("K1", request(), told, hang_up(), *refused, request(103)).findings
    lost = [management("0800", "sign_in", 102), hang_up()]
    assert one("K1", request(), told, hang_up(), *lost, request(103)).findings


def test_settlement_and_management_may_come_before_sign_in():
    told = answer(response_code="77")
    rows = [request(), told, hang_up(), management("0500", "settlement", 102)]
    assert one("K1", *rows, management("0820", "echo", None)).evaluated == 0


def test_a_demand_that_may_not_have_been_taken_leaves_it_open():
    told = answer(response_code="A0", mac_ok=False)
    assert one("K1", *sign_in(), request(), told, hang_up(), request(102)).evaluated == 1
    skipped = {"mac_on_decline": "skipped"}
    assert one("K1", request(), told, hang_up(), request(102), profile=skipped).findings
    told = at_host(answer(response_code="A0"))
    lost = [at_host(request()), told, fault("cut", "tx host 0210 #1")]
    assert one("K1", *lost, at_host(request(102)), host_wire_at="host").evaluated == 0


DEMAND = (
    row("till", "invoke", "sale", call=1), request(), answer(response_code="A0"), hang_up(),
)  # fmt: skip
CUT = (row("terminal", "power", "", "off"), row("terminal", "power", "", "on"))
TOLD = row("till", "fail", "sale", call=1)


@pytest.mark.parametrize("between", [(), (row("terminal", "nv", "keys", torn=True),)])
def test_a_demand_that_a_power_cut_kept_from_being_stored_leaves_it_open(between):
    torn = [*DEMAND, *between, *CUT]
    assert one("K1", *torn, reversal(), request(102)).evaluated == 0
    assert one("K1", *torn, TOLD, request(102)).evaluated == 0  # told by the booted terminal
    lost = row("till", "info", "sale", call=1)  # the till gave up: it was told nothing
    assert one("K1", *DEMAND, lost, *between, *CUT, request(102)).evaluated == 0


@pytest.mark.parametrize("between", [TOLD, row("terminal", "nv", "keys", generation=1)])
def test_a_demand_that_had_to_be_stored_outlasts_the_power_cut(between):
    assert fired(checker, history(*DEMAND, between, *CUT, request(102))) == ["K1"]


def test_a_demand_outlasts_a_power_cut_after_all_was_over_and_the_next_message():
    late = row("terminal", "power", "", "off", at_s=1000)
    assert one("K1", *DEMAND, late, CUT[1], request(102)).findings
    lost = [management("0800", "sign_in", 102), hang_up()]
    assert one("K1", *DEMAND, *lost, *CUT, request(103)).findings
    host = row("host", "power", "", "off")
    assert one("K1", *DEMAND, host, request(103)).findings


def test_a_demand_at_a_terminal_that_had_been_told_already_is_not_forgotten():
    again = [request(102), answer(102, response_code="A0"), *CUT, request(103)]
    assert len(one("K1", *DEMAND, TOLD, *again).findings) == 2
    kept = [management("0820", "echo", None), *CUT, request(103)]
    assert one("K1", *DEMAND, TOLD, *kept).findings


def test_a_sign_out_that_a_power_cut_kept_from_being_stored_leaves_it_open():
    assert one("K1", *sign_in(), *sign_out(), *CUT, request(103)).evaluated == 0
    call = row("till", "invoke", "sign_out", call=2)
    told = row("till", "ok", "sign_out", call=2)
    assert one("K1", *sign_in(), call, *sign_out(), told, *CUT, request(103)).findings


def test_a_sign_in_whose_answer_may_be_lost_leaves_it_open():
    rows = [at_host(management("0800", "sign_in", 100)), fault("drop", "rx terminal 0810 #1")]
    rows.append(at_host(management("0810", "sign_in", 100, response_code="00")))
    assert one("K1", *rows, at_host(request()), host_wire_at="host").evaluated == 0


@pytest.mark.parametrize("rule", ["K1", "K3"])
def test_a_blind_line_leaves_a_gap(rule):
    judged = one(rule, request(), answer(response_code="A0"), blind("host_wire"), request(103))
    assert judged.gaps
    assert not judged.findings


def test_blind_keys_leave_a_gap():
    assert one("K3", blind("key"), request()).gaps


WITHOUT = {
    "F22": "022", "F53": None, "pin_block_ok": None,
    "present": ("3", "4", "11", "22", "25", "35", "41", "42", "49", "60", "64"),
}  # fmt: skip
BLOCK = ("26", "52", "53")


def present(*numbers):
    return {"present": (*WITHOUT["present"], *numbers)}


def test_a_pin_that_was_keyed_is_a_block():
    assert clean(one("K3", pin("right"), request(), answer()))
    assert clean(one("K3", pin("none"), request(**WITHOUT), answer()))
    assert clean(one("K3", request(), answer()))
    assert clean(one("K3", request(**WITHOUT), answer()))


@pytest.mark.parametrize("missing", BLOCK)
def test_a_field_of_the_pin_that_is_missing_is_found(missing):
    rest = present(*(number for number in BLOCK if number != missing))
    assert fired(checker, history(pin("right"), request(**rest), answer())) == ["K3"]
    assert one("K3", request(**rest)).findings


@pytest.mark.parametrize("number", BLOCK)
def test_a_field_of_a_pin_that_nobody_keyed_is_found(number):
    facts = WITHOUT | present(number) | {"F53": "260000******0000"}
    assert one("K3", pin("none"), request(**facts)).findings
    assert one("K3", request(**facts)).findings


def test_a_keyed_pin_that_was_not_sent_is_found():
    assert fired(checker, history(pin("wrong"), request(**WITHOUT))) == ["K3"]
    assert one("K3", pin("none"), request()).findings


def test_field_53_may_speak_of_tracks_alone():
    facts = WITHOUT | present("53")
    assert clean(one("K3", pin("none"), request(**facts | {"F53": "0600000000000000"})))


def test_a_request_without_entry_mode_is_judged_by_its_block():
    assert clean(one("K3", request(F22=None)))
    assert clean(one("K3", request(**WITHOUT | {"F22": None})))
    assert one("K3", request(F22=None, **present("52"))).findings


def test_what_was_keyed_for_another_request_does_not_count():
    assert clean(one("K3", pin("right"), begin(), request(**WITHOUT), answer()))
    again = [pin("right"), request(), answer(), hang_up(), request(102, **WITHOUT)]
    assert clean(one("K3", *again))
    pushed = [begin(), pin("right"), reversal(100), reversal_answer(100), request(), answer()]
    assert clean(one("K3", *pushed))
    card = row("operator", "act", "card", card="card-1")
    assert one("K3", pin("right"), card, request(**WITHOUT)).findings


def test_the_form_of_the_block_is_the_profiles():
    without_pan = {"F53": "1600000000000000"}
    assert one("K3", request(**without_pan)).findings
    assert clean(one("K3", request(**without_pan), profile={"pin_block_with_pan": False}))
    assert one("K3", request(), profile={"pin_block_with_pan": False}).findings


def test_a_block_that_does_not_open_is_found():
    assert fired(checker, history(request(pin_block_ok=False), answer())) == ["K3"]


def test_a_block_under_keys_that_may_not_have_arrived_proves_nothing():
    lost = [management("0800", "sign_in", 100), hang_up()]
    lost.append(management("0810", "sign_in", 100, response_code="00"))
    assert not one("K3", *lost, request(pin_block_ok=False)).findings
    assert clean(one("K3", *lost, request()))


def test_a_block_under_an_unknown_key_is_a_gap():
    assert one("K3", request(pin_block_ok=None)).gaps


def test_messages_that_are_not_whole_or_no_card_transactions_are_not_judged():
    assert one("K3", request(partial=True, **present("52"))).evaluated == 0
    assert one("K3", request(present=None)).evaluated == 0
    assert one("K3", reversal(), *sign_in()).evaluated == 0


WRONG = {"response_code": "55", "approval_code": None}


def test_a_wrong_pin_is_declined_and_nothing_is_posted():
    rows = [pin("wrong"), request(), row("host", "ledger", "decline", stan=101), answer(**WRONG)]
    assert clean(one("K4", *rows))
    assert clean(one("K4", request(), answer(response_code="75")))
    assert clean(one("K4", pin("wrong"), request(), answer(response_code="51")))


@pytest.mark.parametrize("code", ["55", "75", "38"])
def test_a_posting_after_a_wrong_pin_is_found(code):
    rows = [request(), posting(), answer(response_code=code)]
    assert fired(checker, history(*rows)) == ["K4"]


def test_an_approval_of_a_wrong_pin_is_found():
    assert fired(checker, history(pin("wrong"), request(), answer())) == ["K4"]
    assert one("K4", pin("wrong"), request(), posting(), hang_up()).findings
    assert clean(one("K4", pin("wrong"), request(), hang_up()))


def test_a_right_pin_and_other_declines_are_not_judged():
    assert one("K4", pin("right"), request(), posting(), answer()).evaluated == 0
    assert one("K4", request(), answer(response_code="51")).evaluated == 0
    assert one("K4", management("0800", "sign_in", 5), answer(5, response_code="55")).evaluated == 0


def test_postings_of_others_are_not_this_ones():
    told = answer(**WRONG)
    others = [posting(102), posting(batch="000008"), posting(name="reversal"), posting(None)]
    others.append(row("host", "ledger", "balances", when="end", stan=101))
    assert clean(one("K4", posting(), request(), *others, told))
    again = [request(), told, hang_up(), request(F25="06"), posting(), answer()]
    assert clean(one("K4", *again))
    assert one("K4", request(), answer(102, **WRONG)).evaluated == 0


def test_a_blind_ledger_leaves_a_gap():
    judged = one("K4", request(), blind("ledger"), answer(**WRONG))
    assert judged.gaps
    assert not judged.evaluated
    assert one("K4", request(), posting(), blind("ledger"), answer(**WRONG)).findings


def test_a_refusal_that_has_the_name_of_its_transaction_is_no_posting():
    refused = row("host", "ledger", "refusal", name="void", stan=101, batch="000007")
    returned = row("host", "ledger", "manual_return", name="sale", stan=101, batch="000007")
    for booked in (refused, returned):
        assert clean(one("K4", pin("wrong"), request(), booked, answer(**WRONG)))


def test_a_sign_in_with_keys_that_do_not_fit_is_none():
    brought = row("bench", "note", "bring_to", signed_in=False)
    wrong = sign_in(keys_ok=False)
    assert one("K1", brought, *wrong, request(), answer()).findings
    assert clean(one("K1", *sign_in(), *wrong, request(), answer()))
    assert one("K1", *wrong, request(), answer()).evaluated == 0
    assert clean(one("K1", brought, *wrong, *sign_in(keys_ok=True), request(), answer()))
