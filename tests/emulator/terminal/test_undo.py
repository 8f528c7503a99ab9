"""Voids and refunds: refused without a word on the line, sent, journalled, reversed."""

import pytest

from harness.emulator.terminal.nv_facts import facts
from harness.terms.card import Card
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    LAST,
    Bench,
    answer_to,
    approve,
    config,
    refund,
    sale,
    silence,
    void,
)

OTHER = Card("card-2", "6217680000000000019", pin="135790")


def sold(**changes):
    """Return a bench that has sold once, as voucher 2."""
    bench = Bench(config=config(**changes)).sign_in()
    bench.order(sale())
    bench.sent.clear()
    return bench


def records(bench):
    return facts("journal", bench.nv["journal"])["records"]


def test_void_names_its_sale_and_is_journalled():
    bench = sold()
    (told, _) = bench.order(void(2))
    (request,) = bench.sent
    assert (request.mti, request.text(3), request.text(60)[:2]) == ("0200", "200000", "23")
    assert request.text(61) == "000007000002"
    assert (request.text(37), request.text(38)) == ("000000004808", "A1B2C3")
    assert (request.text(11), request.text(4)) == ("000003", "000000001234")
    assert told.fields["original_voucher"] == "000002"
    assert (told.fields["voucher"], told.fields["amount_minor"]) == ("000003", 1234)
    assert records(bench) == ("2|sale|1234|voided", "3|void|1234|approved")


def test_slip_of_a_void_prints_the_original_voucher():
    bench = sold()
    bench.order(void(2))
    lines = [line.text for line in bench.slips[-1].lines]
    assert "交易类型:消费撤销(VOID)" in lines
    assert "原凭证号:000002" in lines


def test_receipt_number_names_a_voucher_too():
    bench = sold()
    bench.order(zvt.reversal(receipt="0002"))
    assert bench.sent[0].text(61) == "000007000002"


@pytest.mark.parametrize(
    ("command", "code", "prompt"),
    [
        (void(99), 0xB5, "NO_ORIGINAL"),
        (zvt.reversal(), 0xB5, "NO_ORIGINAL"),
        (void(2, amount_minor=1000), 0xB5, "VOID_WHOLE_ONLY"),
        (void(2, password="000001"), 0x83, "WRONG_PASSWORD"),
    ],
    ids=["unknown", "none named", "part", "password"],
)
def test_void_is_refused_without_a_word_on_the_line(command, code, prompt):
    bench = sold()
    assert [each.number("result_code") for each in bench.order(command)] == [code]
    assert bench.sent == []
    assert prompt in bench.shown


def test_second_void_and_void_of_a_void_are_refused():
    bench = sold()
    bench.order(void(2))
    bench.sent.clear()
    assert [each.number("result_code") for each in bench.order(void(2))] == [0xB4]
    assert [each.number("result_code") for each in bench.order(void(3))] == [0xB5]
    assert bench.sent == []


def test_void_carries_the_card_that_is_presented_now():
    bench = sold()
    bench.card = OTHER
    bench.order(void(2))
    assert bench.sent[0].text(35).startswith(OTHER.pan)


def test_void_without_card_and_pin_takes_the_card_of_the_journal():
    bench = sold(void_needs_card=False, void_needs_pin=False)
    bench.shown.clear()
    bench.order(void(2))
    request = bench.sent[0]
    assert (request.text(2), request.text(22)) == (bench.card.pan, "012")
    assert not {35, 52} & request.fields.keys()
    assert not {"PRESENT_CARD", "ENTER_PIN"} & set(bench.shown)


def test_password_is_not_asked_where_the_profile_does_not():
    bench = sold(supervisor_password=False)
    bench.order(void(2, password="999999"))
    assert len(bench.sent) == 1


@pytest.mark.parametrize(
    ("form", "named"),
    [("reversed", "000007000003"), ("original", "000007000002"), ("as_request", "000007000002")],
)
def test_void_without_an_answer_is_reversed_and_the_sale_is_live_again(form, named):
    bench = sold(reversal_f61=form)
    bench.host = silence
    bench.order(void(2))
    bench.fire("answer")
    bench.host = approve
    bench.sent.clear()
    bench.order(sale(500))
    assert [each.mti for each in bench.sent] == ["0400", "0200"]
    assert (bench.sent[0].text(11), bench.sent[0].text(61)) == ("000003", named)
    assert records(bench)[0] == "2|sale|1234|approved"
    bench.order(void(2))
    assert records(bench)[0] == "2|sale|1234|voided"


def test_power_cut_anywhere_leaves_void_and_sale_consistent():
    whole = sold()
    before = whole.applied
    whole.order(void(2))
    for cut_at in range(before + 1, whole.applied + 1):
        bench = sold()
        bench.cut_at = cut_at
        bench.order(void(2))
        booted = Bench(nv=dict(bench.nv))
        is_voided = any("voided" in each for each in records(booted))
        memory = booted.terminal.memory
        assert not (is_voided and memory.is_owing)
        if bench.sent and not is_voided:
            assert memory.is_owing


def test_refund_names_reference_and_date_and_is_never_reversed():
    bench = Bench(config=config(refund_enabled=True)).sign_in()
    bench.sent.clear()
    bench.order(refund())
    (request,) = bench.sent
    assert (request.mti, request.text(3), request.text(60)[:2]) == ("0220", "200000", "25")
    assert (request.text(37), request.text(61)) == ("000000004808", "0000000000000105")
    assert (request.text(63), 52 in request.fields) == ("000", False)
    assert records(bench) == ("2|refund|1000|approved",)
    assert "nv reversal" not in bench.log


def test_refund_without_an_answer_is_uncertain_and_says_so():
    bench = Bench(config=config(refund_enabled=True)).sign_in()
    bench.host = silence
    bench.order(refund())
    bench.fire("answer")
    assert "REFUND_UNCERTAIN" in bench.shown
    (told, ended) = bench.results()
    assert (told.fields["result_code"], ended.number("result_code")) == (0x9C, 0x9C)
    assert "UNCERTAIN" in told.fields["additional_text"]
    bench.host = approve
    (told, _) = bench.order(LAST)
    assert told.number("result_code") == 0x9C
    bench.sent.clear()
    bench.order(sale())
    assert [each.mti for each in bench.sent] == ["0200"]


@pytest.mark.parametrize(
    ("command", "changes", "prompt"),
    [
        (refund(), {"refund_enabled": False}, "REFUND_CLOSED"),
        (refund(), {"refund_amount_max": 999}, "REFUND_LIMIT"),
        (refund(named="nothing"), {}, "NO_ORIGINAL"),
        (refund(password="111111"), {}, "WRONG_PASSWORD"),
    ],
)
def test_refund_is_refused_without_a_word_on_the_line(command, changes, prompt):
    bench = Bench(config=config(**{"refund_enabled": True} | changes)).sign_in()
    bench.sent.clear()
    bench.order(command)
    assert bench.sent == []
    assert prompt in bench.shown


def test_declined_refund_leaves_nothing():
    bench = Bench(config=config(refund_enabled=True)).sign_in()
    bench.host = lambda request: [answer_to(request, "22")]
    bench.order(refund())
    assert "journal" not in bench.nv


def refunding(**more):
    bench = Bench(config=config(refund_enabled=True), **more).sign_in()
    bench.order(sale())
    bench.forget()
    return bench


def test_power_cut_after_a_refund_has_left_admits_that_nobody_knows():
    whole = refunding()
    begin = whole.applied
    whole.order(refund())
    left, journalled = whole.log.index("tx 0220"), whole.log.index("nv journal")
    for cut_at in range(1, whole.applied - begin + 1):
        bench = refunding()
        bench.cut_at = bench.applied + cut_at
        bench.order(refund())
        fresh = bench.reboot()
        outcome = fresh.memory.last.outcome
        if cut_at > journalled:
            assert outcome == "approved"
        elif cut_at > left:
            assert (outcome, fresh.shown) == ("uncertain", ["REFUND_UNCERTAIN"])
        assert not fresh.memory.is_owing


@pytest.mark.parametrize("host", ["decline", "no line"])
def test_refund_that_surely_failed_is_not_uncertain(host):
    bench = refunding()
    bench.host = lambda request: [answer_to(request, "22")]
    bench.dead_at = ("0220",) if host == "no line" else ()
    bench.order(refund())
    assert bench.reboot().memory.last.outcome == "not_approved"


@pytest.mark.parametrize("area", ["journal", "last"])
def test_refund_with_a_memory_that_fails_is_uncertain_or_does_not_leave(area):
    bench = refunding()
    bench.fails = (area,)
    bench.order(refund())
    if area == "last":
        assert bench.sent == []
    else:
        assert bench.memory.last.outcome == "uncertain"
        assert "REFUND_UNCERTAIN" in bench.shown
        assert bench.memory.reversal.state == "clear"
