"""Detail lists: one transaction on one line or on two, and nothing else taken for one."""

import pytest

from harness.wire.slip import parse
from harness.wire.slip_details import DetailRow, detail_rows

PAN = "622588******0289"


def rows(*lines):
    return list(detail_rows(lines))


def test_transaction_on_two_lines_or_one():
    row = DetailRow("000012", "sale", "A1B2C3", 123456, PAN)
    assert rows("000012 消费 A1B2C3", f"1,234.56 {PAN}") == [row]
    assert rows(f"000012 消费(SALE) A1B2C3 1,234.56 {PAN}") == [row]


def test_approval_code_may_be_missing_and_a_void_has_its_sign():
    row = DetailRow("000013", "void", "", 500, PAN)
    assert rows("000013 消费撤销", f"-5.00 {PAN}") == [row]
    assert rows(f"000013 消费撤销 -RMB 5.00 {PAN}") == [row]


@pytest.mark.parametrize(
    "lines",
    [
        ("000012 消费 A1B2C3", "小计 TOTAL", f"1.00 {PAN}"),
        (f"1.00 {PAN}",),
        ("12 消费", f"1.00 {PAN}"),
        ("000012 积分", f"1.00 {PAN}"),
        ("000012 消费", "1.00"),
    ],
    ids=["torn apart", "no head", "short voucher", "no such type", "no card"],
)
def test_what_is_not_whole_is_no_transaction(lines):
    assert rows(*lines) == []


def test_list_is_a_kind_of_slip_with_its_rows():
    slip = parse(["交易明细 DETAIL LIST", "批次号:000001", "000012 消费 A1B2C3", f"12.34 {PAN}"])
    assert (slip.kind, slip.batch) == ("details", "000001")
    assert [row.amount_minor for row in slip.details] == [1234]


def test_list_of_failed_uploads_is_another_kind():
    assert parse(["上送失败明细 FAILED UPLOADS"]).kind == "uploads"
