"""Response codes: classes, texts, approvals."""

import pytest

from harness.wire.response_codes import (
    APPROVALS,
    RESPONSE_CODES,
    ResponseCode,
    is_approval,
    is_known,
    response_code,
)


@pytest.mark.parametrize(
    ("code", "kind", "chinese"),
    [
        ("00", "A", "交易成功"),
        ("51", "D", "可用余额不足"),
        ("55", "C", "密码错"),
        ("98", "E", "发卡方超时"),
        ("A0", "B", "MAC校验错，请重新签到"),
    ],
)
def test_code_has_class_and_text(code, kind, chinese):
    found = response_code(code)
    assert (found.code, found.kind, found.chinese) == (code, kind, chinese)
    assert is_known(code)


def test_approvals_are_these_seven():
    assert set(APPROVALS) == {"00", "10", "11", "A2", "A4", "A5", "A6"}
    assert is_approval("00")
    assert not is_approval("16")
    assert not is_approval("")


def test_code_outside_the_table_fails_and_is_not_known():
    assert response_code("ZZ") == ResponseCode("ZZ", "?", "交易失败", "failed")
    assert not is_known("ZZ")


def test_every_code_has_two_characters_and_both_texts():
    for code, row in RESPONSE_CODES.items():
        assert (row.code, len(code)) == (code, 2)
        assert row.chinese
        assert row.english.isascii()
