"""UnionPay message table: published messages fit it, and each kind of misfit is found."""

import pytest
from hypothesis import given

from harness.wire.dialects.unionpay import UNIONPAY, inspect_frame
from harness.wire.dialects.unionpay_messages import (
    MANAGEMENT_ROWS,
    ROWS,
    is_answer,
    is_reversible,
    profile_deviations,
    request_mti,
    spec_for,
    transaction_name,
)
from harness.wire.iso8583 import Message
from tests.wire.messages import messages
from tests.wire.vectors import DUMPS, KNOWN, hexed

SALE = Message(
    "0200",
    {
        3: "000000", 4: "000000000100", 11: "000001", 22: "021", 25: "00", 26: "06",
        35: "6225000000000014D4912", 41: "12345678", 42: "123456789012345", 49: "156",
        52: "00" * 8, 53: "2600000000000000", 60: "22000001000", 64: "00" * 8,
    },
)  # fmt: skip
NO_PIN = SALE.without(26, 52, 53).having({22: "022"})
REVERSAL = Message("0400", NO_PIN.without(35).having({22: "021", 39: "98"}).fields)
APPROVED = Message(
    "0210",
    {
        3: "000000", 4: "000000000100", 11: "000001", 12: "101112", 13: "0504", 25: "00",
        32: "00010000", 37: "123456789012", 39: "00", 41: "12345678", 42: "123456789012345",
        49: "156", 60: "22000001000", 64: "00" * 8,
    },
)  # fmt: skip
SETTLEMENT = Message(
    "0500",
    {11: "000009", 41: "12345678", 42: "123456789012345", 48: "0" * 62, 49: "156",
     60: "00000001201", 63: "01 "},
)  # fmt: skip


def found(message):
    return [(one.field, one.what) for one in profile_deviations(message, spec_for(message))]


def fields_of(message):
    return [name for name, _ in found(message)]


def request(mti, processing, condition, kind, network="000"):
    f60 = f"{kind}000001{network}"
    return Message(mti, {3: processing, 25: condition, 60: f60})


@pytest.mark.parametrize(
    ("name", "transaction", "of"),
    [
        ("rev-sale-98", "reversal", "sale"),
        ("rev-sale-00", "reversal", "sale"),
        ("rev-answer-preauth", "reversal", "preauth"),
        ("signin-request-001", "sign_in", ""),
        ("signin-request-005", "sign_in", ""),
        ("signin-answer-40", "sign_in", ""),
        ("signin-answer-57", "sign_in", ""),
        ("sale-track", "sale", ""),
        ("sale-answer-ic", "sale", ""),
        ("sale-answer-mag", "sale", ""),
        ("param-request-380", "aid_download", ""),
    ],
)
def test_published_message_fits_its_specification(name, transaction, of):
    message = inspect_frame(hexed(DUMPS[name]["hex"])).message
    spec = spec_for(message)
    assert (spec.transaction, spec.of, spec.mti) == (transaction, of, message.mti)
    assert profile_deviations(message, spec) == ()


def test_published_sale_with_pin_fits_its_specification():
    chain = KNOWN["chain-1"]
    message = inspect_frame(hexed(chain["mab"] + chain["f64_hex"])).message
    assert (transaction_name(message), found(message)) == ("sale", [])


def test_reversal_without_reason_is_found():
    message = inspect_frame(hexed(DUMPS["rev-preauthvoid"]["hex"])).message
    assert spec_for(message).of == "preauth_void"
    assert found(message) == [("39", "missing in reversal 0400")]


@pytest.mark.parametrize("name", ["qr-like-sale", "param-download-request-420"])
def test_message_of_no_known_type_has_no_specification(name):
    message = inspect_frame(hexed(DUMPS[name]["hex"])).message
    assert spec_for(message) is None
    assert transaction_name(message) == "unknown"


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (request("0200", "000000", "00", "22"), "sale"),
        (request("0200", "200000", "00", "23"), "void"),
        (request("0220", "200000", "00", "25"), "refund"),
        (request("0100", "030000", "06", "10"), "preauth"),
        (request("0100", "200000", "06", "11"), "preauth_void"),
        (request("0200", "000000", "06", "20"), "completion"),
        (request("0220", "000000", "06", "24"), "completion_advice"),
        (request("0200", "200000", "06", "21"), "completion_void"),
        (request("0200", "310000", "00", "01"), "balance"),
        (request("0220", "000000", "00", "36"), "offline_sale"),
        (request("0200", "400000", "00", "22"), "transfer"),
        (request("0200", "000000", "00", "99"), "unknown"),
        (request("0400", "000000", "00", "22"), "reversal"),
        (request("0410", "310000", "00", "01"), "reversal"),
        (request("0800", "", "", "00", "003"), "sign_in"),
        (request("0800", "", "", "00", "00350"), "sign_in"),
        (request("0820", "", "", "00", "002"), "sign_out"),
        (request("0830", "", "", "00", "301"), "echo"),
        (request("0500", "", "", "00", "201"), "settlement"),
        (request("0510", "", "", "00", "201"), "settlement"),
        (request("0320", "", "", "00", "207"), "batch_upload"),
        (request("0320", "", "", "36", "203"), "batch_upload"),
        (request("0320", "200000", "00", "25"), "batch_upload"),
        (request("0620", "000000", "00", "00", "951"), "script_notice"),
        (Message("0200", {3: "200000", 25: "00"}), "void"),
        (Message("0200", {3: "200000", 25: "99"}), "unknown"),
        (Message("", {}), "unknown"),
    ],
)
def test_transaction_is_named(message, name):
    assert transaction_name(message) == name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.kind}")
def test_every_row_is_found_for_request_answer_and_reversal(row):
    for mti in row.mtis:
        message = request(mti, row.processing or "400000", row.condition, row.kind)
        assert spec_for(message).transaction == row.name
        assert spec_for(Message(f"{mti[:2]}{int(mti[2]) + 1}0", message.fields)).is_answer
        reversal = spec_for(Message("0400", message.fields))
        assert (reversal.of if reversal else "") == (row.name if is_reversible(row.name) else "")


@pytest.mark.parametrize("row", [*ROWS, *MANAGEMENT_ROWS], ids=lambda row: row.name)
def test_no_field_is_both_mandatory_and_conditional_and_all_are_in_the_dialect(row):
    for fields in (row.request, row.answers.approved, row.answers.declined):
        assert not fields.mandatory & fields.conditional
        assert fields.mandatory | fields.conditional <= UNIONPAY.fields.keys()


def test_reversible_are_these():
    names = {row.name for row in ROWS if is_reversible(row.name)}
    assert names == {
        "sale", "void", "preauth", "preauth_addon", "preauth_void", "completion",
        "completion_void", "ecash_topup", "transfer",
    }  # fmt: skip
    assert not is_reversible("reversal")
    assert not is_reversible("refund")


def test_answer_and_request_mti_belong_together():
    assert [is_answer(mti) for mti in ("0200", "0210", "0230", "0820", "02")] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert [request_mti(mti) for mti in ("0210", "0330", "0400", "02")] == [
        "0200", "0320", "0400", "02",
    ]  # fmt: skip


@pytest.mark.parametrize("message", [SALE, NO_PIN, REVERSAL, APPROVED, SETTLEMENT])
def test_message_as_in_the_table_has_no_deviation(message):
    assert found(message) == []


@pytest.mark.parametrize("number", [3, 4, 11, 22, 25, 41, 42, 49, 64])
def test_missing_mandatory_field_of_a_sale_is_found(number):
    assert str(number) in fields_of(SALE.without(number))


@pytest.mark.parametrize("number", [3, 4, 11, 22, 25, 39, 41, 42, 49, 64])
def test_missing_mandatory_field_of_a_reversal_is_found(number):
    assert str(number) in fields_of(REVERSAL.without(number))


@pytest.mark.parametrize("number", [26, 35, 36, 37, 52, 53, 61])
def test_field_that_a_reversal_of_a_sale_must_not_have_is_found(number):
    assert number in spec_for(REVERSAL).forbidden
    assert (str(number), "not allowed in reversal 0400") in found(REVERSAL.having({number: "0"}))


def test_reversal_of_a_completion_owes_code_and_original():
    message = REVERSAL.having({25: "06", 60: "20000001000"})
    assert fields_of(message) == ["38", "61"]
    assert found(message.having({38: "123456", 61: "0000000000000504"})) == []


def test_field_that_a_sale_must_not_have_is_found():
    assert found(SALE.having({39: "00"})) == [("39", "not allowed in sale 0200")]


def test_private_fields_of_acquirers_are_no_deviation():
    assert found(SALE.having({46: "X", 59: "00"})) == []


def test_value_of_another_transaction_names_the_one_it_belongs_to():
    assert found(NO_PIN.having({25: "06"})) == [("25", "not 00 as in sale")]
    assert found(REVERSAL.having({25: "06"})) == [("25", "not 00 as in sale")]


@pytest.mark.parametrize(
    ("changes", "number"), [({22: "029"}, "22"), ({53: "0620000000000000"}, "53")]
)
def test_field_of_another_layout_is_found(changes, number):
    assert fields_of(NO_PIN.having(changes)) == [number]


def test_original_data_of_another_layout_are_found():
    void = NO_PIN.having({3: "200000", 37: "0" * 12, 60: "23000001000", 61: "0" * 13})
    assert fields_of(void) == ["61"]


CARD = {2, 14, 23, 26, 35, 36, 52, 53}
SALE_OWED = {3, 4, 11, 22, 25, 41, 42, 49, 60, 64}


@pytest.mark.parametrize(
    ("mti", "processing", "condition", "kind", "owed", "may"),
    [
        ("0200", "000000", "00", "22", SALE_OWED, CARD | {55, 62}),
        ("0100", "030000", "06", "10", SALE_OWED, CARD | {55, 62}),
        ("0200", "200000", "00", "23", SALE_OWED | {37, 61}, CARD | {38}),
        ("0220", "200000", "00", "25", SALE_OWED | {37, 61, 63}, CARD | {38}),
        ("0100", "200000", "06", "11", SALE_OWED | {38, 61}, CARD | {55, 62}),
        ("0200", "000000", "06", "20", SALE_OWED | {38, 61}, CARD | {55, 62}),
        ("0220", "000000", "06", "24", SALE_OWED | {38, 61}, CARD | {55, 62}),
        ("0200", "200000", "06", "21", SALE_OWED | {37, 61}, CARD | {38, 55, 62}),
        ("0200", "310000", "00", "01", SALE_OWED - {4}, CARD | {55}),
        ("0400", "000000", "00", "22", SALE_OWED | {39}, {2, 14, 23, 38, 55, 62}),
        ("0400", "200000", "00", "23", SALE_OWED | {39, 61}, {2, 14, 23, 38, 55, 62}),
        ("0400", "200000", "06", "11", SALE_OWED | {2, 38, 39, 61}, {14, 23, 55, 62}),
        ("0400", "000000", "06", "20", SALE_OWED | {38, 39, 61}, {2, 14, 23, 55, 62}),
        ("0400", "200000", "06", "21", SALE_OWED | {39, 61}, {2, 14, 23, 38, 55, 62}),
    ],
)
def test_request_owes_and_may_have_these_fields(mti, processing, condition, kind, owed, may):
    spec = spec_for(request(mti, processing, condition, kind))
    private, seen = {46, 47, 56, 57, 58, 59}, {12, 13, 63}
    assert spec.mandatory == owed
    assert spec.conditional == (may | private | seen) - owed
    assert spec.forbidden == set(range(2, 65)) - spec.mandatory - spec.conditional


@pytest.mark.parametrize(
    ("mti", "network", "owed", "may"),
    [
        ("0800", "001", {11, 41, 42, 60, 63}, {12, 13, 53, 62}),
        ("0820", "002", {11, 41, 42, 60}, {63}),
        ("0820", "301", {41, 42, 60}, {53}),
        ("0800", "360", {41, 42, 60}, {53, 62}),
        ("0800", "370", {41, 42, 60}, {53, 62}),
        ("0800", "380", {41, 42, 60}, {53, 62}),
        ("0820", "362", {41, 42, 60, 62}, {53}),
        ("0500", "201", {11, 41, 42, 48, 49, 60, 63}, set()),
        ("0320", "201", {11, 41, 42, 48, 60}, {49, 63}),
        ("0320", "207", {11, 41, 42, 48, 60}, {49, 63}),
        ("0810", "003", {11, 12, 13, 32, 37, 39, 41, 42, 60, 62}, None),
        ("0830", "002", {11, 12, 13, 37, 39, 41, 42, 60}, None),
        ("0830", "301", {12, 13, 39, 41, 42, 60}, None),
        ("0510", "201", {11, 12, 13, 41, 42, 48, 60}, {15, 32, 37, 39, 49, 63, 64}),
        ("0330", "202", {11, 12, 13, 39, 41, 42, 60}, None),
    ],
)
def test_management_message_owes_and_may_have_these_fields(mti, network, owed, may):
    spec = spec_for(Message(mti, {60: f"00000001{network}"}))
    assert spec.mandatory == owed
    assert may is None or spec.conditional == may | {46, 47, 56, 57, 58, 59}


@pytest.mark.parametrize(
    ("changes", "number"), [({25: "06"}, "25"), ({3: "200000"}, "3"), ({60: "220000010"}, "60")]
)
def test_value_that_is_not_of_the_transaction_is_found(changes, number):
    assert fields_of(NO_PIN.having(changes)) == [number]


def test_request_that_names_no_card_is_found():
    assert found(NO_PIN.without(35).having({36: "1" * 20})) == []
    assert found(NO_PIN.without(35).having({2: "6225000000000014"})) == []
    assert fields_of(NO_PIN.without(35)) == ["2"]


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        (SALE.without(26), ["26"]),
        (SALE.without(53), ["53"]),
        (SALE.having({53: "0600000000000000"}), ["53"]),
        (SALE.having({22: "022"}), ["22"]),
        (SALE.without(52), ["26", "53", "22"]),
        (NO_PIN.having({26: "06"}), ["26"]),
        (NO_PIN.having({53: "2600000000000000"}), ["53"]),
        (NO_PIN.having({53: "0610000000000000"}), []),
        (NO_PIN.having({22: "021"}), ["22"]),
        (NO_PIN.having({22: "020"}), []),
    ],
)
def test_pin_fields_go_together(message, numbers):
    assert fields_of(message) == numbers


def test_entry_mode_that_seems_right_justified_is_cosmetic():
    (deviation,) = profile_deviations(NO_PIN.having({22: "002"}), spec_for(NO_PIN))
    assert (deviation.field, deviation.kind) == ("22", "cosmetic")


def test_deviations_of_a_profile_have_no_place_in_the_bytes():
    assert {one.offset for one in profile_deviations(Message("0200", {}), spec_for(SALE))} == {0}


def test_settlement_owes_totals_of_62_digits():
    assert fields_of(SETTLEMENT.having({60: "000000012015x"})) == ["60"]
    assert fields_of(SETTLEMENT.having({48: "0" * 61})) == ["48"]
    assert fields_of(SETTLEMENT.without(48)) == ["48"]


def test_settlement_answer_may_lack_its_response_code():
    answer = Message("0510", SETTLEMENT.having({12: "101112", 13: "0504"}).fields)
    assert found(answer) == []
    assert fields_of(answer.without(48)) == ["48"]
    assert found(answer.without(12, 13, 48).having({39: "77"})) == [
        ("12", "missing in settlement 0510"),
        ("13", "missing in settlement 0510"),
    ]


def test_declined_answer_owes_little_and_an_approval_all():
    declined = APPROVED.without(37, 32, 12, 13, 64).having({39: "51"})
    assert found(declined) == []
    assert fields_of(declined.having({39: "00"})) == ["12", "13", "32", "37", "64"]
    assert fields_of(declined.without(11)) == ["11"]
    assert "39" in fields_of(declined.without(39))


def test_sign_in_answer_owes_keys_when_it_approves():
    answer = inspect_frame(hexed(DUMPS["signin-answer-40"]["hex"])).message.without(62)
    assert fields_of(answer) == ["62"]
    assert found(answer.having({39: "03"})) == []


@given(messages(UNIONPAY))
def test_any_message_is_judged_without_an_error(message):
    spec = spec_for(message)
    assert (spec is None) or all(
        one.kind in ("not_in_profile", "cosmetic") for one in profile_deviations(message, spec)
    )
    assert transaction_name(message)
