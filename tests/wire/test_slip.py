"""Slips: drawn ones as terminals print them, then single lines, then any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.wire.slip import LINES_MAX, SlipFields, SlipRow, facts, mask_form, parse

SALE = """
        POS签购单
--------------------------------
商户存根        MERCHANT COPY
商户名称: 测试商户
商户编号: 898110154110001
终端编号: 10000001   操作员: 01
发卡行: 测试银行
卡号 CARD NO:
622588******7890 /S
交易类型 TYPE:
消费 (SALE)
批次号 BATCH NO:     000123
凭证号 VOUCHER NO:   000417
授权码 AUTH NO:      205871
参考号 REFER NO:     102233000417
日期/时间: 2026/11/23 10:22:33
金额 AMOUNT:
 RMB 12.34
--------------------------------
持卡人签名 SIGNATURE
"""
VOID = """
中国银联POS签购单
持卡人存根 CARDHOLDER COPY
MERCHANT NAME: TYPE AND DATE STORE
CARD NO: 622588******7890(C)
EXP DATE: 2028/12
TYPE: VOID
VOUCHER NO: 000418
DATE/TIME: 2026-11-23 10:25
AMOUNT: RMB -1,234.56
备注 REFERENCE:
原凭证号: 000417
重打印(DUPLICATED)
测试(TESTING)
"""
SETTLEMENT = """
POS结算单
终端编号: 10000001
批次号: 000123
类型/TYPE   笔数/SUM   金额/AMOUNT
内卡对帐平
消费         2    RMB 200.00
退货         1    50.00
外卡对账不平
消费(SALE)   0    0.00
小费         1    1.00
"""
FAULT = """
POS故障报告单
商户编号: 898110154110001
凭证号: 000417
金额: RMB 12.34
冲正不成功 请人工处理
此单仅供故障处理，不是签购单
"""


def slip(text):
    return parse(text.splitlines())


def test_sales_slip_is_read():
    assert slip(SALE) == SlipFields(
        title="POS签购单", kind="receipt", transaction="sale", copy="merchant",
        merchant_name="测试商户", merchant_id="898110154110001", terminal_id="10000001",
        operator="01", issuer="测试银行", pan_masked="622588******7890", entry="S",
        batch="000123", voucher="000417", approval_code="205871", rrn="102233000417",
        date="20261123", time="102233", amount_minor=1234, currency="CNY",
        has_signature_line=True, says_approved=True,
    )  # fmt: skip


def test_english_reprint_of_a_void_is_read():
    assert slip(VOID) == SlipFields(
        title="中国银联POS签购单", kind="receipt", transaction="void", copy="cardholder",
        merchant_name="TYPE AND DATE STORE", pan_masked="622588******7890", entry="C",
        expiry="2028/12", voucher="000418", date="20261123", time="1025",
        amount_minor=123456, is_negative=True, currency="CNY", original_voucher="000417",
        is_duplicate=True, is_test=True, says_approved=True,
    )  # fmt: skip


def test_settlement_slip_is_read_with_its_rows():
    assert slip(SETTLEMENT) == SlipFields(
        title="POS结算单", kind="settlement", terminal_id="10000001", batch="000123",
        rows=(
            SlipRow("domestic", "sale", 2, 20000),
            SlipRow("domestic", "refund", 1, 5000),
            SlipRow("foreign", "sale", 0, 0),
        ),
        results=(("domestic", "balanced"), ("foreign", "not_balanced")),
    )  # fmt: skip


def test_fault_slip_is_no_receipt():
    read = slip(FAULT)
    assert (read.kind, read.title) == ("fault", "POS故障报告单")
    assert read.fault == "冲正不成功 请人工处理"
    assert (read.says_approved, read.amount_minor, read.voucher) == (False, 1234, "000417")


def test_fault_slip_titled_like_a_receipt_says_so_and_is_not_approved():
    read = slip("POS签购单\n冲正不成功 请人工处理")
    assert (read.kind, read.fault, read.says_approved) == (
        "receipt",
        "冲正不成功 请人工处理",
        False,
    )


def test_totals_slip_is_read():
    read = slip("交易总计单\n贷记总计 1 10.00\n借记总计 3 RMB 30.00\n借记-贷记 2 -20.00")
    assert read.kind == "totals"
    assert read.rows == (
        SlipRow("", "credit_total", 1, 1000),
        SlipRow("", "debit_total", 3, 3000),
        SlipRow("", "net_total", 2, 2000, is_negative=True),
    )


@pytest.mark.parametrize(
    ("text", "kind", "approved"),
    [
        ("POS签购单", "receipt", True),
        ("SALES SLIP\nDECLINED", "receipt", False),
        ("POS签购单\n交易失败", "receipt", False),
        ("POS签购单\n未批准", "receipt", False),
        ("交易成功", "other", True),
        ("APPROVED", "other", True),
        ("NOT APPROVED", "other", False),
        ("未交易成功", "other", False),
        ("请稍候", "other", False),
        ("结算单(重打印)", "settlement", False),
        ("", "other", False),
    ],
)
def test_kind_and_approval_are_told_by_titles_and_words(text, kind, approved):
    read = slip(text)
    assert (read.kind, read.says_approved) == (kind, approved)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("消费", "sale"),
        ("消费(SALE)", "sale"),
        ("消费 / SALE", "sale"),
        ("消费撤销（VOID）", "void"),
        ("退货 (REFUND)", "refund"),
        ("预授权(AUTH)", "preauth"),
        ("预授权撤销(CANCEL)", "preauth_void"),
        ("预授权完成(联机)(AUTH COMPLETE)", "completion"),
        ("预授权完成(AUTH COMPLETE)", "completion"),
        ("预授权完成(离线)(AUTH SETTLEMENT)", "completion_advice"),
        ("预授权完成撤销(COMPLETE VOID)", "completion_void"),
        ("Sale", "sale"),
        ("(OFFLINE)", "offline_settlement"),
        ("余额查询", "balance"),
    ],
)
def test_transactions_have_one_name_each(text, name):
    read = slip(f"交易类型 TYPE: {text}")
    assert (read.transaction, read.unreadable) == (name, ())


@pytest.mark.parametrize("text", ["消费(VOID)", "消费撤销 SALE", "消费积分", "PURCHASE"])
def test_contradictory_or_unknown_transactions_are_unreadable(text):
    read = slip(f"交易类型: {text}")
    assert (read.transaction, read.unreadable) == ("", ("transaction",))


@pytest.mark.parametrize(
    ("text", "minor", "negative", "currency"),
    [
        ("RMB 0.00", 0, False, "CNY"),
        ("RMB:12.34", 1234, False, "CNY"),
        ("￥12.34", 1234, False, "CNY"),
        ("CNY 12.34", 1234, False, "CNY"),
        ("USD 1,234,567.89", 123456789, False, "USD"),
        ("-RMB 12.34", 1234, True, "CNY"),
        ("RMB-12.34", 1234, True, "CNY"),
        ("12.34", 1234, False, ""),
        ("ＲＭＢ　１２．３４", 1234, False, "CNY"),
    ],
)
def test_amounts_are_read(text, minor, negative, currency):
    read = slip(f"金额: {text}")
    assert (read.amount_minor, read.is_negative, read.currency) == (minor, negative, currency)


@pytest.mark.parametrize("text", ["RMB 12", "1,23.45", "12.3", "-RMB -1.00", "RMB", "1 2.34"])
def test_other_amounts_are_unreadable(text):
    read = slip(f"金额(RMB): {text}")
    assert (read.amount_minor, read.unreadable) == (None, ("amount",))


@pytest.mark.parametrize(
    ("text", "pan", "entry"),
    [
        ("622588******7890", "622588******7890", ""),
        ("622588******7890 /S", "622588******7890", "S"),
        ("622588XXXXXX7890 (I)", "622588XXXXXX7890", "I"),
        ("622588******7890P", "622588******7890", "P"),
        ("6225 88** **** 7890 M", "6225 88** **** 7890", "M"),
    ],
)
def test_card_numbers_are_read_with_their_entry_letter(text, pan, entry):
    read = slip(f"卡号: {text}")
    assert (read.pan_masked, read.entry) == (pan, entry)
    assert "622588" not in repr(read)


def test_unreadable_values_are_named():
    assert slip("卡号: ????").unreadable == ("pan",)
    assert slip("日期/时间: gestern").unreadable == ("date_time",)
    assert slip("凭证号: 000417\n凭证号: 000418").unreadable == ("voucher",)
    assert slip("商户存根\n银行存根").unreadable == ("copy",)
    assert slip("内卡\n消费 1 1.00\n消费 2 2.00").unreadable == ("rows",)
    assert slip("凭证号: 000417\n凭证号: 000417").unreadable == ()


def test_moments_are_read_from_one_label_or_two():
    for text in ("日期: 2026/11/23\n时间: 10:22:33", "交易时间: 2026年11月23日 10:22:33"):
        read = slip(text)
        assert (read.date, read.time) == ("20261123", "102233")


def test_value_on_the_next_line_stops_at_rules_and_labels():
    assert slip("发卡行:\n--------\n工行").issuer == ""
    assert slip("发卡行:\n卡号 CARD NO:\n622588******7890").issuer == ""
    assert slip("发卡行:\n卡号\n622588******7890").pan_masked == "622588******7890"
    assert slip("发卡行:\n\n工行").issuer == "工行"
    assert slip("商户名称:\nAMOUNT STORE").merchant_name == "AMOUNT STORE"
    assert slip("AMOUNT RMB 1.00").amount_minor == 100


def test_labels_inside_values_are_no_labels():
    read = slip("商户名称: BEST DATE CAFE\n终端号. 10000001\n卡号科技有限公司")
    assert (read.merchant_name, read.date, read.terminal_id) == ("BEST DATE CAFE", "", "10000001")
    assert read.pan_masked == ""
    assert slip("商户名称: OLD DATE. CAFE").merchant_name == "OLD DATE. CAFE"
    assert slip("商户名称: OLD DATE.: CAFE").merchant_name == "OLD DATE.: CAFE"
    assert slip("商户名称: OLD DATE: 2026/11/23").date == "20261123"


def test_chip_block_and_originals_are_read():
    read = slip(
        "TC: 0123456789ABCDEF\nAID: A000000333010101 TVR: 0000000000 TSI: F800\nATC: 001A\n"
        "APP LABEL: PBOC DEBIT\n原参考号: 102233000417\n原授权码: 205871"
    )
    assert (read.tc, read.aid, read.tvr) == ("0123456789ABCDEF", "A000000333010101", "0000000000")
    assert (read.tsi, read.atc, read.application_label) == ("F800", "001A", "PBOC DEBIT")
    assert (read.original_rrn, read.original_approval_code) == ("102233000417", "205871")


@pytest.mark.parametrize(
    ("text", "has_line"),
    [
        ("持卡人签名 SIGNATURE", True),
        ("CARDHOLDER SIGNATURE:", True),
        ("签字", True),
        ("免签名", False),
        ("持卡人签名 免", False),
        ("SIGNATURE NOT REQUIRED", False),
        ("无需签名", False),
    ],
)
def test_signature_line_is_one_to_sign_on(text, has_line):
    assert slip(text).has_signature_line is has_line


def test_test_mark_is_a_line_of_its_own():
    assert slip("*** 测试 ***").is_test
    assert slip("TESTING").is_test
    assert not slip("商户名称: 测试").is_test
    assert not slip("测试商户").is_test


def test_facts_are_flat_and_hold_only_what_the_slip_says():
    assert facts(slip("POS签购单\n凭证号: 000417\n金额: RMB 0.00")) == {
        "title": "POS签购单", "kind": "receipt", "voucher": "000417",
        "amount_minor": 0, "currency": "CNY", "says_approved": True,
    }  # fmt: skip
    assert facts(slip("TOTALS\n内卡对帐错误\n退货 1 -1.00\n消费 1 1.00\n卡号: ?")) == {
        "title": "TOTALS", "kind": "totals", "domestic_result": "error", "unreadable": "pan",
        "domestic_refund_count": 1, "domestic_refund_amount_minor": -100,
        "domestic_sale_count": 1, "domestic_sale_amount_minor": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("622588******7890", "6x4"),
        ("622588XXXXXX7890", "6x4"),
        ("6225 88** **** 7890", "6x4"),
        ("62258800****7890", "bin8x4"),
        ("************7890", "last4"),
        ("***********67890", "last5"),
        ("6225880000007890", "clear"),
        ("6225-8800-0000-7890", "clear"),
        ("622588*****67890", "other"),
        ("6225880*****7890", "other"),
        ("622588******789０", "other"),
        ("", "other"),
    ],
)
def test_mask_forms_are_told_apart(text, form):
    assert mask_form(text) == form


def test_limits_hold():
    assert parse(["x"] * LINES_MAX + ["凭证号: 000417"]).voucher == ""
    assert slip("凭证号: " + "0" * 999).voucher == "0" * 251
    rows = [f"{group}\n消费 1 1.00" for group in ("内卡", "外卡")] * 50
    assert len(slip("\n".join(rows)).rows) == 64


words = st.sampled_from(
    [*"\n: -/.", *SALE.split(), *VOID.split(), *SETTLEMENT.split(), *FAULT.split()]
)


@given(st.lists(words | st.text(max_size=4), max_size=40).map(" ".join))
def test_no_text_can_raise(text):
    read = slip(text)
    mask_form(read.pan_masked)
    assert all(isinstance(value, str | int) for value in facts(read).values())


@given(st.permutations(SALE.replace(":\n", ": ").splitlines()))
def test_order_of_labelled_lines_does_not_matter(lines):
    assert facts(parse(lines)) == facts(slip(SALE))
