"""ZVT commands: the published vectors, then layouts both ways, then any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire import zvt
from harness.wire.zvt import Apdu, Message, decode_message, encode_message
from harness.wire.zvt_bitmaps import Tlv

MESSAGES = {
    "0600 06 000000 BA 0156": zvt.registration(0xBA),
    "0601 07 04 000000001234": zvt.authorisation(1234),
    "0602 00": Message(zvt.LOG_OFF),
    "0630 06 000000 87 0001": zvt.reversal(receipt="0001"),
    "0630 07 000000 0B 000417": zvt.reversal(voucher="000417"),
    "0631 0A 000000 04 000000001234": zvt.refund(1234),
    "0622 07 04 000000001234": zvt.preauth(1234),
    "0624 0A 04 000000001234 87 0417": zvt.preauth_completion(1234, receipt="0417"),
    "0625 03 87 0417": zvt.preauth_void(receipt="0417"),
    "0650 03 123456": zvt.with_password(zvt.END_OF_DAY, password="123456"),
    "0501 05 000000 03 02": zvt.with_password(zvt.STATUS_ENQUIRY, service=2),
    "0620 03 000000": zvt.with_password(zvt.REPEAT_RECEIPT),
    "06B0 00": Message(zvt.ECR_ABORT),
    "0F01 03 000000": zvt.with_password(zvt.SIGN_IN),
    "0F02 00": Message(zvt.BALANCE),
    "0F50 00": Message(zvt.LAST_RESULT),
    "04FF 01 05": zvt.intermediate_status(5),
    "04FF 06 0A 02 06 02 0700": Message(
        zvt.INTERMEDIATE_STATUS, {"status": 10, "timeout_min": 2, "tlv": (Tlv(0x07, b""),)}
    ),
    "040F 0D 27 00 0B 000417 04 000000001234": zvt.status_information(
        0, voucher="000417", amount_minor=1234
    ),
    "06D1 03 80 4142": zvt.print_line("AB", zvt.LAST_LINE),
    "06D3 0C 06 0A 1F07 01 02 25 04 07 02 4142": zvt.print_block(["AB"], 2),
    "060F 00": zvt.completion(),
    "060F 01 DC": zvt.completion(terminal_status=0xDC),
    "060F 05 29 10000001": zvt.completion(terminal_id="10000001"),
    "061E 01 6C": zvt.abort(0x6C),
    "8000 00": zvt.acknowledgement(),
    "849C 00": zvt.refusal(zvt.BUSY),
}


@pytest.mark.parametrize(("text", "message"), MESSAGES.items(), ids=list(MESSAGES))
def test_messages_and_bytes_agree_both_ways(text, message):
    data = bytes.fromhex(text)
    assert encode_message(message) == data
    assert decode_message(data) == message
    assert zvt.label(data) == text[:4]


def test_registration_without_currency_is_read():
    message = decode_message(bytes.fromhex("060004000000BA"))
    assert message.fields == {"password": "000000", "configuration": 0xBA}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0601",  # no length
        "0601FF00",  # half a length
        "060101",  # cut short
        "06010000",  # a byte too many
        "0699 00",  # unknown command
        "0630 02 0000",  # half a password
        "0650 00",  # no password
        "061E 00",  # no result code
        "061E 03 6C 27 00",  # the result code twice
        "0600 08 000000BA 0156 4901",  # half a bitmap
        "06D1 02 00 81",  # half a character
        "060F 02 DC DC",  # neither bitmap nor lone status
    ],
)
def test_malformed_messages_are_a_decode_error(text):
    with pytest.raises(DecodeError):
        decode_message(bytes.fromhex(text))


@pytest.mark.parametrize(
    "message",
    [
        Message(0x0699),
        Message(zvt.REVERSAL, {"receipt": "0001"}),
        Message(zvt.REGISTRATION, {"password": "000000", "configuration": 0, "service": 1}),
        Message(zvt.PRINT_LINE, {"attribute": 0}),
        Message(zvt.COMPLETION, {"terminal_status": 0, "receipt": "0001"}),
        Message(zvt.AUTHORISATION, {"text": "x"}),
        zvt.print_line("\ud800"),
        zvt.print_line("x" * 0x10000),
    ],
)
def test_messages_without_a_layout_are_an_encode_error(message):
    with pytest.raises(EncodeError):
        encode_message(message)


def test_commands_of_more_than_two_bytes_are_an_encode_error():
    for command in (-1, 0x10000):
        with pytest.raises(EncodeError):
            zvt.encode(Apdu(command))


def test_long_data_has_a_length_of_three_bytes_low_one_first():
    assert zvt.encode(Apdu(0x0601, bytes(254)))[:3].hex() == "0601fe"
    assert zvt.encode(Apdu(0x0601, bytes(255)))[:5].hex() == "0601ffff00"
    assert zvt.encode(Apdu(0x0601, bytes(0x1234)))[:5].hex() == "0601ff3412"


@pytest.mark.parametrize("size", [0, 254, 255, 256, 0x1234, 0xFFFF])
def test_data_of_every_length_form_is_decoded_and_split(size):
    apdu = Apdu(0x0601, bytes(size))
    data = zvt.encode(apdu)
    assert zvt.decode(data) == apdu
    assert zvt.split(data + data + data[:-1]) == ([data, data], data[:-1])
    for wrong in (data[:-1], data + b"\x00"):
        with pytest.raises(DecodeError):
            zvt.decode(wrong)


def test_label_of_less_than_a_command_is_short():
    assert [zvt.label(data) for data in (b"", b"\x06", b"\x06\x01")] == ["short", "short", "0601"]


def test_kinds_of_slip_have_their_numbers():
    assert zvt.RECEIPT_TYPES == {1: "merchant", 2: "cardholder", 3: "other"}
    assert encode_message(zvt.refusal(zvt.NOT_POSSIBLE)) == bytes.fromhex("848300")


def test_getters_return_the_typed_value_or_a_decode_error():
    message = zvt.status_information(0x6C, voucher="000417")
    assert (message.number("result_code"), message.text("voucher")) == (0x6C, "000417")
    with pytest.raises(DecodeError, match="field amount_minor.*040F"):
        message.number("amount_minor")
    with pytest.raises(DecodeError, match="field result_code"):
        message.text("result_code")


def test_lines_of_both_print_commands_are_read():
    assert zvt.printed_lines(zvt.print_line("消费")) == ("消费",)
    assert zvt.printed_lines(zvt.print_block(["消费", "RMB 12.34"], 1)) == ("消费", "RMB 12.34")
    assert zvt.printed_lines(Message(zvt.PRINT_BLOCK)) == ()
    odd = (Tlv(0x25, (Tlv(0x09, b"x"), Tlv(0x07, b"y"))), Tlv(0x07, b"z"))
    assert zvt.printed_lines(Message(zvt.PRINT_BLOCK, {"tlv": odd})) == ("y",)


def test_lines_of_another_charset_are_a_decode_error():
    block = zvt.print_block(["ü"], 1, "cp437")
    assert zvt.printed_lines(block, "cp437") == ("ü",)
    with pytest.raises(DecodeError):
        zvt.printed_lines(block)


def test_reprs_hold_no_card_number():
    message = zvt.authorisation(1, pan="6225880000007890")
    assert "622588" not in repr(message)
    assert "622588" not in repr(zvt.decode(encode_message(message)))


apdus = st.builds(Apdu, st.integers(0, 0xFFFF), st.binary(max_size=300))


@given(apdus)
def test_what_is_encoded_decodes_to_the_same(apdu):
    assert zvt.decode(zvt.encode(apdu)) == apdu


@given(apdus, st.integers(0, 304))
def test_no_cut_apdu_decodes(apdu, keep):
    data = zvt.encode(apdu)
    with pytest.raises(DecodeError):
        zvt.decode(data[: keep % len(data)])


@given(st.lists(apdus, max_size=4), st.integers(0, 9))
def test_split_gives_whole_apdus_and_loses_nothing(several, extra):
    data = [zvt.encode(apdu) for apdu in several]
    tail = zvt.encode(Apdu(0x0601, bytes(20)))[:extra]
    assert zvt.split(b"".join(data) + tail) == (data, tail)


@given(st.sampled_from([*MESSAGES]), st.binary(max_size=12))
def test_any_bytes_after_a_command_decode_or_are_a_decode_error(text, data):
    try:
        decode_message(zvt.encode(Apdu(int(text[:4], 16), data)))
    except DecodeError:
        return
