"""Settlements that something comes between: line, other answers, paper, keys, a full memory."""

import pytest

from harness.emulator import PaperIn, PrinterDead
from harness.emulator.terminal.nv_facts import facts
from harness.wire import zvt
from harness.wire.dialects.unionpay_subfields import parse_settlement_totals
from tests.emulator.terminal.bench import (
    LAST,
    SETTLE,
    SIGN_IN,
    Bench,
    answer_to,
    approve,
    close,
    codes,
    config,
    refund,
    sale,
    silence,
    void,
)

AGAIN = zvt.with_password(zvt.REPEAT_SETTLEMENT)
SIGN_OUT = zvt.with_password(zvt.SIGN_OUT)


def traded(results="11", **changes):
    """Return a bench that has sold twice and refunded once, with nothing of it in its lists."""
    bench = Bench(config=config(refund_enabled=True, **changes)).sign_in()
    for order in (sale(), sale(500), refund(50)):
        bench.order(order)
    bench.host = host_of(results)
    bench.forget()
    return bench


def host_of(results="11", **codes_by_mti):
    codes_of = {mti[1:]: code for mti, code in codes_by_mti.items()}
    return lambda request: [
        answer_to(request, codes_of.get(request.mti, "00"), mak=None, results=results)
        if request.mti in codes_of
        else answer_to(request, results=results)
    ]


def sent(bench):
    return [f"{each.mti} {each.text(60)[8:11]}".strip() for each in bench.sent]


def stage(bench):
    return facts("settlement", bench.nv["settlement"])["stage"]


def batch(bench):
    return facts("counters", bench.nv["counters"])["batch"]


def lost_totals(bench):
    """Let the answer to the 0500 be lost."""
    bench.host = silence
    bench.order(SETTLE)
    bench.fire("answer")
    bench.forget()
    bench.host = host_of()
    return bench


def test_a_line_lost_before_the_first_0500_leaves_nothing_begun():
    bench = traded()
    bench.dead_at = ("0500",)
    assert codes(bench.order(SETTLE)) == [("061E", 0xA3)]
    assert stage(bench) == "none"
    bench.dead_at = ()
    assert codes(bench.order(sale()))[-1] == ("060F", None)


def test_a_line_lost_before_a_0500_again_leaves_the_settlement_open():
    bench = lost_totals(traded())
    bench.dead_at = ("0500",)
    assert codes(bench.order(SETTLE)) == [("061E", 0xA3)]
    assert stage(bench) == "begun"
    assert codes(bench.order(sale())) == [("061E", 0xF0)]


@pytest.mark.parametrize("code", ["77", "A0", "99"])
def test_a_refusal_that_asks_for_a_sign_in_gets_one_before_anything_else(code):
    bench = traded()
    bench.host = host_of(_0500=code)
    bench.order(SETTLE)
    assert stage(bench) == "none"
    assert codes(bench.order(sale())) == [("061E", 0x6B)]
    bench.host = host_of()
    bench.order(SIGN_IN)
    assert codes(bench.order(SETTLE)) == [("060F", None)]


def test_a_refusal_after_a_reversal_says_what_the_host_said():
    bench = traded()
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    bench.host = host_of(_0500="96")
    told = bench.order(SETTLE)
    assert codes(told) == [("040F", 0x05), ("061E", 0x05)]
    assert told[0].fields["additional_text"].startswith("96 ")


def asking_once(network, results="21"):
    """Return a host that wants a sign-in before it takes the first message of this code."""
    refused = []

    def host(request):
        if request.text(60)[8:11] == network and not refused:
            refused.append(request)
            return [answer_to(request, "77", mak=None)]
        own_batch = "000008" if request.mti == "0800" else "000007"
        return [answer_to(request, results=results, batch=own_batch)]

    return host


@pytest.mark.parametrize("network", ["201", "000", "202"])
def test_an_upload_that_asks_for_a_sign_in_is_repeated_after_it(network):
    bench = traded("21")
    bench.order(SETTLE)
    whole = sent(bench)
    bench = traded()
    asked = asking_once(network)
    bench.host = lambda request: approve_totals(request) or asked(request)
    assert codes(bench.order(SETTLE)) == [("060F", None)]
    place = next(n for n, each in enumerate(whole) if each == f"0320 {network}")
    assert sent(bench) == [*whole[: place + 1], "0800 003", *whole[place:]]
    assert (stage(bench), batch(bench)) == ("none", "000008")


def approve_totals(request):
    return [answer_to(request, results="21")] if request.mti == "0500" else None


def test_a_host_that_wants_a_sign_in_again_and_again_has_taken_the_record():
    bench = traded()
    bench.host = host_of("21", _0320="77")
    bench.order(SETTLE)
    assert sent(bench).count("0800 003") == 1
    assert stage(bench) == "upload"
    assert codes(bench.results())[-1] == ("061E", 0x05)


def test_a_sign_in_within_a_settlement_leaves_the_batch_to_its_end():
    bench = lost_totals(traded())
    bench.host = lambda request: [answer_to(request, batch="000008")]
    bench.order(SIGN_IN)
    assert batch(bench) == "000007"
    bench.forget()
    bench.order(SETTLE)
    assert {each.text(60)[2:8] for each in bench.sent[:2]} == {"000007"}
    assert batch(bench) == "000008"


def test_a_settlement_of_a_terminal_that_was_signed_out_begins_with_a_sign_in():
    bench = traded("21")
    bench.host = lambda request: [] if request.mti == "0320" else host_of("21")(request)
    bench.order(SETTLE)
    close(bench)
    keys = bench.memory.keys
    bench.memory.store_keys(keys.__class__(keys.generation, keys.wrapped, is_signed_in=False))
    bench.memory.commit()
    bench.host = host_of("21")
    bench.forget()
    bench.order(SETTLE)
    assert sent(bench)[:2] == ["0800 003", "0320 201"]
    assert stage(bench) == "none"


def test_a_lost_line_interrupts_and_repeats_nothing():
    bench = traded("21")
    bench.host = lambda request: [] if request.mti == "0320" else host_of("21")(request)
    bench.order(SETTLE)
    close(bench)
    assert sent(bench).count("0320 201") == 1
    assert codes(bench.results()) == [("061E", 0xA1)]
    assert stage(bench) == "totals"
    assert bench.reboot().shown == ["SETTLE_FIRST"]


def test_no_sign_out_within_a_settlement():
    empty = Bench(config=config(empty_settlement="empty_0500")).sign_in()
    for bench in (lost_totals(traded()), lost_totals(empty)):
        assert codes(bench.order(SIGN_OUT)) == [("061E", 0xF0)]


def test_a_void_is_of_the_group_of_its_sale_whatever_the_answer_says():
    bench = Bench().sign_in()
    bench.host = lambda request: [answer_to(request, F63="VIS")]
    bench.order(sale())
    bench.host = approve
    bench.order(void(2))
    bench.forget()
    bench.order(SETTLE)
    totals = parse_settlement_totals(bench.sent[0].text(48)).foreign
    assert (totals.debit_minor, totals.credit_minor) == (1234, 1234)


def without_paper(bench):
    bench.has_paper = False
    bench.order(SETTLE)
    bench.forget()
    bench.has_paper = True
    return bench


def silent_to_records(request):
    is_record = request.mti == "0320" and request.text(60)[8:11] != "202"
    return [] if is_record else host_of("21")(request)


def test_a_slip_that_paper_kept_back_comes_out_once_and_survives_a_power_cut():
    bench = without_paper(traded()).reboot()
    assert bench.shown[-1] == "REPRINT_SETTLEMENT"
    bench.give(PaperIn())
    assert [bench.read(n).kind for n in range(len(bench.slips))] == ["settlement"]
    assert bench.read().is_duplicate
    bench.give(PaperIn())
    assert len(bench.slips) == 1


def test_a_slip_that_was_asked_for_does_not_come_by_itself_too():
    bench = without_paper(traded())
    bench.order(AGAIN)
    assert len(bench.slips) == 1
    bench.give(PaperIn())
    assert len(bench.slips) == 1


def test_the_status_says_that_a_slip_waits_for_paper():
    bench = without_paper(traded(auto_sign_out=False))
    status = zvt.with_password(zvt.STATUS_ENQUIRY)
    assert bench.order(status)[0].fields == {"terminal_status": 0xCC}
    bench.order(AGAIN)
    assert bench.order(status)[0].fields == {"terminal_status": 0}


def test_paper_that_ends_again_keeps_the_slip():
    bench = without_paper(traded())
    bench.has_paper = False
    bench.give(PaperIn())
    assert codes(bench.order(AGAIN)) == [("061E", 0xCC)]
    bench.has_paper = True
    bench.give(PaperIn())
    assert len(bench.slips) == 1


def test_slips_of_a_sale_and_of_a_settlement_both_come_out():
    bench = without_paper(traded(auto_sign_out=False))
    bench.has_paper = False
    bench.order(sale(700))
    bench.has_paper = True
    bench.give(PaperIn())
    kinds = [bench.read(n).kind for n in range(len(bench.slips))]
    assert kinds == ["receipt", "receipt", "settlement"]


def test_a_dead_printer_keeps_no_settlement_open():
    bench = traded()
    bench.print = lambda _data: bench.queue.append(PrinterDead())
    assert codes(bench.order(SETTLE)) == [("060F", None)]
    assert (stage(bench), batch(bench)) == ("none", "000008")


def test_records_that_were_never_answered_are_listed_also_after_a_power_cut():
    bench = traded("21", offline_resends=0)
    bench.host, bench.has_paper = silent_to_records, False
    bench.order(SETTLE)
    bench.fire("answer")
    bench.fire("answer")
    assert stage(bench) == "none"
    fresh = bench.reboot(has_paper=True)
    fresh.order(AGAIN)
    failed = fresh.read()
    assert failed.kind == "uploads"
    assert [row.voucher for row in failed.details] == ["000002", "000003", "000004"]
    assert [row.transaction for row in failed.details] == ["sale", "sale", "refund"]


def test_a_long_list_of_failed_records_says_how_many_more_there_are():
    bench = traded("21", offline_resends=0)
    bench.memory.journal.vouchers *= 111
    bench.host = silent_to_records
    bench.order(SETTLE)
    while "answer" in bench.timers:
        bench.fire("answer")
    assert stage(bench) == "none"
    assert len(bench.read().details) == 300
    assert "其余 33 笔 AND 33 MORE" in [line.text for line in bench.slips[-1].lines]


def test_a_full_memory_of_999_settles():
    bench = Bench(config=config(journal_size_max=5000)).sign_in()
    bench.order(sale(1))
    bench.memory.journal.vouchers *= 999
    assert codes(bench.order(sale(1))) == [("061E", 0xB2)]
    bench.forget()
    bench.host = host_of("21")
    assert codes(bench.order(SETTLE)) == [("060F", None)]
    totals = parse_settlement_totals(bench.sent[0].text(48)).domestic
    assert (totals.debit_minor, totals.debit_count) == (999, 999)


def test_totals_that_would_not_fit_field_48_are_refused_before_the_card():
    bench = Bench(config=config(refund_enabled=True)).sign_in()
    bench.order(sale(999_999_999_998))
    for order in (sale(2), refund(2)):
        assert codes(bench.order(order)) == [("061E", 0xB2)]
    assert codes(bench.order(sale(1)))[-1] == ("060F", None)
    assert codes(bench.order(SETTLE))[-1] == ("060F", None)


def uncleared(bench):
    """Let the journal have a sale of which the reversal could not be cleared."""
    bench.fails = ("reversal",)
    perform = bench.perform
    writes = []

    def second(effect):
        writes.append(effect) if effect.label == "reversal" else None
        bench.fails = ("reversal",) if len(writes) > 1 else ()
        perform(effect)

    bench.perform = second
    bench.order(sale(700))
    bench.perform, bench.fails = perform, ()
    assert bench.memory.is_completed
    bench.forget()
    return bench


@pytest.mark.parametrize("order", [SETTLE, refund(), zvt.Message(zvt.BALANCE)])
def test_a_sale_whose_reversal_could_not_be_cleared_is_never_reversed(order):
    bench = uncleared(Bench(config=config(refund_enabled=True)).sign_in())
    bench.order(order)
    bench.order(SIGN_IN)
    bench.order(sale())
    assert "0400" not in bench.mtis
    assert bench.memory.reversal.state == "clear"


def test_the_last_result_outlives_the_journal_also_after_a_cut():
    signed_in = Bench().sign_in()
    trial, fresh = signed_in.reboot(), signed_in.reboot()
    trial.order(sale(700))
    fresh.cut_at = trial.log.index("nv journal") + 1
    fresh.order(sale(700))
    booted = fresh.reboot()
    assert booted.shown == ["REPRINT"]
    booted.order(SETTLE)
    told = booted.order(LAST)
    assert codes(told) == [("040F", 0), ("060F", None)]
    assert told[0].fields["amount_minor"] == 700
