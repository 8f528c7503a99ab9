"""Sub-fields: published values, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire.dialects.unionpay_subfields import (
    Balance,
    BatchData,
    EntryMode,
    GroupTotals,
    HostText,
    Institutions,
    OriginalData,
    SecurityControl,
    SettlementTotals,
    TerminalSequence,
    UploadRecord,
    format_upload,
    format_upload_end,
    parse_balance,
    parse_batch_data,
    parse_entry_mode,
    parse_host_text,
    parse_institutions,
    parse_original_data,
    parse_security_control,
    parse_settlement_totals,
    parse_terminal_sequence,
    parse_upload,
    parse_upload_end,
)
from tests.wire.vectors import DUMPS

RECORD = UploadRecord(False, "000123", "6225000000000014", 1050)
RECORD_TEXT = "00" + "000123" + "0000" + "6225000000000014" + "000000001050"
TOTALS = SettlementTotals(
    GroupTotals(30000, 3, 10000, 1, 1), GroupTotals(10**11 + 2, 103, 2 * 10**11 + 4, 205, 2)
)
TOTALS_TEXT = "0000000300000030000000100000011" + "1000000000021032000000000042052"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("22000705", BatchData("22", "000705")),
        ("00000007003", BatchData("00", "000007", "003")),
        ("110002914360", BatchData("11", "000291", "436", "0")),
        ("2200000700050", BatchData("22", "000007", "000", "5", "0")),
        ("22000049000501", BatchData("22", "000049", "000", "5", "0", "1")),
        ("220005120006001", BatchData("22", "000512", "000", "6", "0", "0", "1")),
        ("22000512000600123", BatchData("22", "000512", "000", "6", "0", "0", "123")),
        ("2600000100060000000", BatchData("26", "000001", "000", "6", "0", "0", "000", "00")),
    ],
)
def test_field_60_has_as_many_parts_as_digits(text, data):
    assert parse_batch_data(text) == data
    assert str(data) == text


@pytest.mark.parametrize(
    "text",
    ["", "2200070", "220007050", "2200070500", "22A00705", "22000512000600123x", "２２000705"],
)
def test_field_60_of_other_sizes_is_refused(text):
    with pytest.raises(DecodeError) as error:
        parse_batch_data(text)
    assert error.value.field == "60"


@pytest.mark.parametrize(
    "data",
    [
        BatchData("22", "705"),
        BatchData("2", "2000705"),
        BatchData("22", "000705", "", "5"),
        BatchData("22", "000705", "000", "5", "", "", "123"),
        BatchData("22", "000705", "000", rest="1"),
        BatchData("22", "000705", "000", "5", "0", "0", "123", "x"),
    ],
)
def test_field_60_with_a_gap_or_a_part_of_another_size_is_refused(data):
    with pytest.raises(EncodeError):
        str(data)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("000291000126", OriginalData("000291", "000126")),
        ("1000290001260626", OriginalData("100029", "000126", "0626")),
        ("000000000000062600", OriginalData("000000", "000000", "0626", "00")),
        ("0000000000000626010012345", OriginalData("000000", "000000", "0626", "01", "0012345")),
    ],
)
def test_field_61_names_the_original(text, data):
    assert parse_original_data(text) == data
    assert str(data) == text


@pytest.mark.parametrize("text", ["", "00029100012", "00029100012606", "1" * 30, "D" * 12])
def test_field_61_of_other_sizes_is_refused(text):
    with pytest.raises(DecodeError):
        parse_original_data(text)


def test_settlement_totals_have_62_digits():
    assert str(TOTALS) == TOTALS_TEXT
    assert parse_settlement_totals(TOTALS_TEXT) == TOTALS
    assert len(TOTALS_TEXT) == 62


@pytest.mark.parametrize("text", ["", "0" * 61, "0" * 63, "0" * 61 + "x"])
def test_settlement_totals_of_other_sizes_are_refused(text):
    with pytest.raises(DecodeError):
        parse_settlement_totals(text)


@pytest.mark.parametrize(
    "group", [GroupTotals(-1, 0, 0, 0), GroupTotals(10**12, 0, 0, 0), GroupTotals(0, 1000, 0, 0)]
)
def test_totals_that_do_not_fit_their_digits_are_refused(group):
    with pytest.raises(EncodeError):
        str(group)


def test_upload_of_one_record_of_twelve_digits():
    record = UploadRecord(False, "000123", "6225000000000014", 999_999_999_999)
    assert parse_upload(format_upload([record])) == (record,)


def test_upload_is_a_count_and_forty_digits_a_record():
    foreign = UploadRecord(True, "000124", "1", 1)
    text = format_upload([RECORD, foreign])
    assert text == "02" + RECORD_TEXT + "01000124" + "1".rjust(20, "0") + "000000000001"
    assert parse_upload(text) == (RECORD, foreign)


@pytest.mark.parametrize(
    "text",
    ["", "0x", "00", "01", "02" + RECORD_TEXT, "01" + RECORD_TEXT + "0", "09" + RECORD_TEXT * 9,
     "0102" + RECORD_TEXT[2:]],
)  # fmt: skip
def test_upload_that_is_not_so_many_records_is_refused(text):
    with pytest.raises(DecodeError):
        parse_upload(text)


@pytest.mark.parametrize("count", [0, 9])
def test_upload_has_one_to_eight_records(count):
    with pytest.raises(EncodeError):
        format_upload([RECORD] * count)


@pytest.mark.parametrize(
    ("stan", "pan"), [("123", "1"), ("000123", ""), ("000123", "1" * 21), ("000123", "12D4")]
)
def test_record_with_other_digits_is_refused(stan, pan):
    with pytest.raises(EncodeError):
        str(UploadRecord(False, stan, pan, 1))


def test_record_of_zeros_has_a_pan_of_one_zero():
    text = "01" + "00000123" + "0" * 20 + "000000000001"
    assert parse_upload(text)[0].pan == "0"


def test_repr_of_a_record_hides_the_pan():
    assert "6225" not in repr(RECORD)


def test_end_of_upload_says_how_many():
    assert format_upload_end(12) == "0012"
    assert parse_upload_end("0012") == 12
    with pytest.raises(EncodeError):
        format_upload_end(10_000)


@pytest.mark.parametrize("text", ["", "012", "00012", "001x"])
def test_end_of_upload_of_another_size_is_refused(text):
    with pytest.raises(DecodeError):
        parse_upload_end(text)


def test_sequence_number_is_text_with_its_length():
    sequence = TerminalSequence("3060", "12345678")
    f62 = b"Sequence No12306012345678".hex().upper()
    assert str(sequence) == f62
    assert parse_terminal_sequence(f62) == sequence
    assert parse_terminal_sequence(f62, licence_size=6) == TerminalSequence("306012", "345678")


@pytest.mark.parametrize(
    "text", [b"", b"Sequence", b"Sequence No13306012345678", b"Sequence No\xff"]
)
def test_field_62_that_is_no_sequence_number_is_refused(text):
    with pytest.raises(DecodeError):
        parse_terminal_sequence(text.hex())


def test_field_62_that_is_not_hexadecimal_is_refused():
    with pytest.raises(DecodeError):
        parse_terminal_sequence("Sequence No")


@pytest.mark.parametrize(
    "sequence", [TerminalSequence("银联", "1"), TerminalSequence("1", "2" * 99)]
)
def test_sequence_number_that_does_not_fit_is_refused(sequence):
    with pytest.raises(EncodeError):
        str(sequence)


def test_host_text_follows_the_card_organisation():
    assert parse_host_text("CUP交易成功") == HostText("CUP", "交易成功")
    assert str(HostText("01")) == "01 "
    assert parse_host_text("01 ") == HostText("01")


def test_field_44_names_issuer_and_acquirer():
    text = DUMPS["sale-answer-ic"]["fields"]["44"].ljust(22)
    institutions = Institutions("90310000", "03025840")
    assert parse_institutions(text) == institutions
    assert str(institutions) == text


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("2600000000000000", SecurityControl()),
        ("0610000000000000", SecurityControl("0", "6", True)),
    ],
)
def test_field_53_says_how_pin_and_tracks_are_secured(text, control):
    assert parse_security_control(text) == control
    assert str(control) == text


@pytest.mark.parametrize("text", ["", "260000000000000", "2620000000000000", "2600000000000001"])
def test_field_53_of_another_layout_is_refused(text):
    with pytest.raises(DecodeError):
        parse_security_control(text)


@pytest.mark.parametrize(
    ("text", "mode"), [("021", EntryMode("02", True)), ("072", EntryMode("07", False))]
)
def test_entry_mode_says_how_the_card_was_read_and_whether_a_pin_was_keyed(text, mode):
    assert parse_entry_mode(text) == mode
    assert str(mode) == text


def test_entry_mode_that_says_nothing_of_a_pin_has_none():
    assert parse_entry_mode("030") == EntryMode("03", False)


@pytest.mark.parametrize("text", ["", "02", "023", "02x", "0212"])
def test_entry_mode_of_another_layout_is_refused(text):
    with pytest.raises(DecodeError):
        parse_entry_mode(text)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1002156C912345678901", 912345678901),
        ("1002156D000000000001", -1),
        ("1002156C000000000000", 0),
    ],
)
def test_balance_has_a_sign_before_its_amount(text, minor):
    assert parse_balance(text) == Balance(minor)
    assert parse_balance(text + "x" * 20) == Balance(minor)
    assert str(Balance(minor)) == text


@pytest.mark.parametrize(
    "text", ["", "1002156C00000001234", "1002156X000000012345", "1002156Cx00000012345", "x" * 20]
)
def test_balance_of_another_layout_is_refused(text):
    with pytest.raises(DecodeError):
        parse_balance(text)


@pytest.mark.parametrize("balance", [Balance(10**12), Balance(0, currency="CNY1")])
def test_balance_that_does_not_fit_is_refused(balance):
    with pytest.raises(EncodeError):
        str(balance)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_batch_data, "22000512000600123x"), (parse_original_data, ""), (parse_balance, ""),
        (parse_settlement_totals, ""), (parse_upload, ""), (parse_upload_end, ""),
        (parse_upload, "0102" + RECORD_TEXT[2:]), (parse_terminal_sequence, ""),
        (parse_entry_mode, ""), (parse_security_control, ""),
    ],
)  # fmt: skip
def test_refusal_names_the_field_and_its_begin(parse, text):
    with pytest.raises(DecodeError) as error:
        parse(text)
    assert error.value.field in ("22", "48", "53", "54", "60", "61", "62")
    assert error.value.offset == 0


@given(st.text("0123456789", max_size=32))
def test_digits_parse_exactly_or_are_refused(text):
    for parse in (parse_batch_data, parse_original_data):
        try:
            assert str(parse(text)) == text
        except DecodeError as error:
            assert error.field  # noqa: PT017 (both outcomes are right, and nothing else is)
