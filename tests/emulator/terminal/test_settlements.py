"""Settlements: totals, uploads, interrupted at every effect, and what is left of the batch."""

import pytest

from harness.emulator import KeyPressed, PaperIn
from harness.emulator.terminal.nv_facts import facts
from harness.wire import zvt
from harness.wire.dialects.unionpay_subfields import parse_settlement_totals, parse_upload
from tests.emulator.terminal.bench import (
    REPRINT,
    SETTLE,
    SIGN_IN,
    Bench,
    answer_to,
    config,
    refund,
    sale,
    silence,
    void,
)

DETAILS = zvt.with_password(zvt.DETAILS)


def host_of(results="11"):
    return lambda request: [answer_to(request, results=results, batch="000007")]


def traded(results="11", **changes):
    """Return a bench that has sold three times, voided one of them, and refunded once."""
    bench = Bench(config=config(refund_enabled=True, **changes), host=host_of(results)).sign_in()
    for _ in range(3):
        bench.order(sale(10_000))
    bench.order(void(3))
    bench.order(refund(50))
    bench.sent.clear()
    return bench


def sent(bench):
    return [f"{each.mti} {each.text(60)[8:11]}".strip() for each in bench.sent]


def batch(bench):
    return facts("counters", bench.nv["counters"])["batch"]


def stage(bench):
    return facts("settlement", bench.nv["settlement"])["stage"]


def is_done(bench):
    return stage(bench) == "none" and bench.nv["journal"] == b""


def test_balanced_batch_is_ended_by_207_and_signs_out():
    bench = traded()
    bench.order(SETTLE)
    assert sent(bench) == ["0500 201", "0320 207", "0820 002"]
    totals = parse_settlement_totals(bench.sent[0].text(48)).domestic
    assert (totals.debit_minor, totals.debit_count) == (30_000, 3)
    assert (totals.credit_minor, totals.credit_count) == (10_050, 2)
    assert bench.sent[1].text(48) == "0000"
    assert len({each.text(11) for each in bench.sent}) == 3
    assert is_done(bench)
    assert (batch(bench), bench.terminal.memory.is_signed_in) == ("000008", False)


def test_slip_is_net_of_voids():
    bench = traded()
    bench.order(SETTLE)
    lines = [line.text for line in bench.slips[-1].lines]
    assert lines[0] == "POS结算单"
    assert {"内卡对帐平", "消费 2 RMB 200.00", "退货 1 RMB 0.50", "外卡对帐平"} <= set(lines)


@pytest.mark.parametrize(
    ("results", "read"),
    [("12", ("balanced", "not_balanced")), ("32", ("error", "not_balanced"))],
)
def test_slip_prints_what_the_host_found_of_each_group(results, read):
    bench = traded(results)
    bench.order(SETTLE)
    slip = bench.read()
    assert slip.results == tuple(zip(("domestic", "foreign"), read, strict=True))
    assert [(row.group, row.transaction, row.count, row.amount_minor) for row in slip.rows] == [
        ("domestic", "sale", 2, 20_000), ("domestic", "refund", 1, 50),
        ("foreign", "sale", 0, 0), ("foreign", "refund", 0, 0),
    ]  # fmt: skip


def test_unbalanced_group_is_uploaded_and_ended_by_202():
    bench = traded("21")
    bench.order(SETTLE)
    assert sent(bench) == ["0500 201", "0320 201", "0320 000", "0320 202", "0820 002"]
    records = parse_upload(bench.sent[1].text(48))
    assert [(each.stan, each.amount_minor) for each in records] == [
        ("000002", 10_000), ("000003", 10_000), ("000004", 10_000), ("000005", 10_000),
    ]  # fmt: skip
    assert bench.sent[2].text(11) == "000006"  # the refund keeps its number
    assert bench.sent[3].text(48) == "0005"


def test_other_group_is_uploaded_only_if_the_profile_wants_all():
    assert sent_by(traded("12")) == ["0500 201", "0320 202", "0820 002"]
    assert sent_by(traded("12", upload_on_mismatch="all"))[1:3] == ["0320 201", "0320 000"]


def sent_by(bench):
    bench.order(SETTLE)
    return sent(bench)


def test_more_than_eight_records_go_in_groups():
    bench = Bench(host=host_of("21")).sign_in()
    for _ in range(9):
        bench.order(sale(100))
    bench.sent.clear()
    bench.order(SETTLE)
    groups = [each for each in bench.sent if each.mti == "0320" and each.text(60)[8:] == "201"]
    assert [len(parse_upload(each.text(48))) for each in groups] == [8, 1]


@pytest.mark.parametrize("signed_out", [True, False])
def test_profile_says_whether_it_signs_out(signed_out):
    bench = traded(auto_sign_out=signed_out)
    bench.order(SETTLE)
    assert ("0820 002" in sent(bench)) == signed_out
    assert bench.terminal.memory.is_signed_in != signed_out


def test_empty_batch_is_refused_or_sent_by_profile():
    bench = Bench(host=host_of()).sign_in()
    bench.sent.clear()
    assert [each.number("result_code") for each in bench.order(SETTLE)] == [0x77]
    assert (bench.sent, "EMPTY_BATCH" in bench.shown) == ([], True)
    other = Bench(config=config(empty_settlement="empty_0500"), host=host_of()).sign_in()
    other.order(SETTLE)
    assert sent(other)[-3:-1] == ["0500 201", "0320 207"]


def test_batch_wraps():
    bench = Bench().sign_in()
    bench.host = lambda request: [answer_to(request, batch="999999")]
    for command in (SIGN_IN, sale(), SETTLE):
        bench.order(command)
    assert batch(bench) == "000001"


def interrupted(bench):
    """Return what an interrupted settlement refuses, and how it ends when it is asked again."""
    bench.sent.clear()
    refused = [each.number("result_code") for each in bench.order(sale())]
    bench.host = host_of()
    bench.order(SETTLE)
    return refused, sent(bench)


@pytest.mark.parametrize(
    ("lost", "again"),
    [
        ("0500", ["0500 201", "0320 207", "0820 002"]),
        ("0320", ["0320 207", "0820 002"]),
    ],
)
def test_lost_answer_blocks_sales_and_is_gone_on_with(lost, again):
    bench = traded()
    answers = host_of()
    bench.host = lambda request: silence(request) if request.mti == lost else answers(request)
    bench.order(SETTLE)
    bench.fire("answer")
    assert interrupted(bench) == ([0xF0], again)
    assert (is_done(bench), batch(bench)) == (True, "000008")


def test_upload_that_is_not_answered_is_sent_again_and_then_listed():
    bench = traded("21", offline_resends=1)
    answers = host_of("21")
    bench.host = lambda request: [] if request.text(60)[8:11] == "000" else answers(request)
    bench.order(SETTLE)
    bench.fire("answer")
    bench.fire("answer")
    assert sent(bench).count("0320 000") == 2
    assert bench.sent[-2].text(48) == "0004"
    assert any(line.text.startswith("上送失败明细") for line in bench.slips[-1].lines)
    assert is_done(bench)


def test_declined_settlement_has_not_begun():
    bench = traded()
    bench.host = lambda request: [answer_to(request, "96")]
    bench.order(SETTLE)
    assert (stage(bench), batch(bench)) == ("none", "000007")
    bench.host = host_of()
    assert [each.command for each in bench.order(sale())][-1] == zvt.COMPLETION


def test_cancel_ends_no_settlement_that_was_sent():
    bench = traded()
    bench.host = silence
    bench.order(SETTLE)
    bench.give(KeyPressed("CANCEL"))
    assert bench.terminal.phase.name == "TOTALLING"


def test_pending_reversal_goes_first_and_if_it_fails_nothing_is_settled():
    bench = traded()
    bench.host = silence
    bench.order(sale())
    bench.fire("answer")
    bench.sent.clear()
    bench.order(SETTLE)
    bench.fire("answer")
    assert sent(bench) == ["0400 000"]
    bench.host = host_of()
    bench.sent.clear()
    bench.order(SETTLE)
    assert sent(bench)[:2] == ["0400 000", "0500 201"]


def test_paper_out_completes_the_settlement_and_prints_later():
    bench = traded()
    bench.has_paper, printed = False, len(bench.slips)
    bench.order(SETTLE)
    assert (is_done(bench), len(bench.slips)) == (True, printed)
    bench.has_paper = True
    bench.give(PaperIn())
    lines = [line.text for line in bench.slips[-1].lines]
    assert (lines[0], "重打印 DUPLICATED" in lines) == ("POS结算单", True)


def test_nothing_of_the_batch_is_left_but_the_settlement_slip():
    bench = traded()
    bench.order(SETTLE)
    bench.order(SIGN_IN)
    commands = (REPRINT, DETAILS, zvt.with_password(zvt.TOTALS), void(2))
    for command in (*commands, zvt.with_password(zvt.REPEAT_VOUCHER, voucher="000002")):
        assert [each.command for each in bench.order(command)] == [zvt.ABORT]
    bench.order(zvt.with_password(zvt.REPEAT_SETTLEMENT))
    lines = [line.text for line in bench.slips[-1].lines]
    assert {"POS结算单", "重打印 DUPLICATED", "批次号:000007"} <= set(lines)


def test_lists_show_all_transactions_and_no_settlement():
    bench = traded()
    bench.order(DETAILS)
    assert "000005 消费撤销 A1B2C3" in [line.text for line in bench.slips[-1].lines]
    bench.order(zvt.with_password(zvt.TOTALS))
    lines = [line.text for line in bench.slips[-1].lines]
    assert (lines[0], "借记总计 3 RMB 300.00" in lines) == ("交易总计单 TOTALS", True)


def test_sign_out_needs_an_empty_journal():
    bench = traded()
    assert bench.order(zvt.with_password(zvt.SIGN_OUT))[0].number("result_code") == 0xF0
    bench.order(SETTLE)
    bench.order(SIGN_IN)
    bench.sent.clear()
    bench.order(zvt.with_password(zvt.SIGN_OUT))
    assert (sent(bench), bench.terminal.memory.is_signed_in) == (["0820 002"], False)


@pytest.mark.parametrize("results", ["11", "21"])
def test_power_cut_at_every_effect_raises_the_batch_once_and_loses_no_record(results):
    whole = traded(results)
    before = whole.applied
    whole.order(SETTLE)
    for cut_at in range(before + 1, whole.applied + 1):
        bench = traded(results)
        bench.cut_at = cut_at
        bench.order(SETTLE)
        booted = Bench(config=bench.config, nv=dict(bench.nv), host=host_of(results))
        booted.order(SETTLE)
        assert batch(booted) == "000008", cut_at
        assert is_done(booted), cut_at
        acknowledged = bench.sent[:-1]  # the answer to the last one may have been lost
        again = [each.text(48) for each in booted.sent if each.text(60)[8:11] == "201"]
        stored = {each.text(48) for each in acknowledged if each.text(60)[8:11] == "201"}
        assert not stored & set(again), cut_at


def test_cut_while_closing_is_finished_at_boot():
    whole = traded()
    before = whole.applied
    whole.order(SETTLE)
    closing = 0
    for cut_at in range(before + 1, whole.applied + 1):
        bench = traded()
        bench.cut_at = cut_at
        bench.order(SETTLE)
        if "settlement" in bench.nv and stage(bench) == "slip":
            booted = Bench(config=bench.config, nv=dict(bench.nv))
            assert (is_done(booted), batch(booted), booted.sent) == (True, "000008", [])
            closing += 1
    assert closing >= 3
