"""The command `decode`: every published dump, ZVT, broken frames, and what may be shown."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.link.zvt_serial import crc16
from harness.terms.card import Card
from harness.wire import zvt
from harness.wire.dialects.unionpay import Frame, encode_frame
from harness.wire.iso8583 import Message
from tests.commands.shell import found, refusal, run
from tests.wire.vectors import DUMPS

CARD = Card("canary", "6225887319460289", discretionary="55566677")
PAN, MIDDLE = CARD.pan, CARD.pan[6:12]
TPDU, HEADER = "6000061100", "603100310100"
SALE = Message(
    "0200",
    {
        2: PAN, 3: "000000", 4: "000000001234", 11: "000017", 14: "4912", 22: "021", 25: "00",
        26: "06", 35: CARD.track2, 41: "12345678", 42: "123456789012345", 49: "156",
        52: "3D87C8B8FA17C67C", 53: "2600000000000000", 55: f"9F02060000000012345A08{PAN}",
        60: "22000017000500", 62: "5F0108" + PAN, 63: PAN, 64: "3132333435363738",
    },
)  # fmt: skip
FRAME = encode_frame(Frame(TPDU, HEADER, SALE))
KEYS = ("--dialect", "zvt")
# a PAN in a text of any kind is known by its check digit, so it must not be mutated itself
FUZZED = encode_frame(Frame(TPDU, HEADER, SALE.having({62: "5F0104CAFE", 63: "CUP"})))
PAYMENT = zvt.encode_message(
    zvt.status_information(0, amount_minor=1234, pan=PAN, voucher="000017", track_2=f"{PAN}=4912")
)
OPERATIONS = ("flip", "set", "insert", "delete", "cut")
mutations = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 400), st.integers(0, 255)),
    min_size=1,
    max_size=3,
)
frequent = settings(
    deadline=None, derandomize=True, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)


def listed(fields):
    """Return fields as the vectors list them: 63 in hexadecimal, 44 without its last blanks."""
    changed = {"44": fields.get("44", "").rstrip()}
    changed["63"] = fields.get("63", "").encode("ascii").hex().upper()
    return fields | {number: text for number, text in changed.items() if number in fields}


def mutated(data, changes):
    """Return the bytes with some of them changed."""
    for operation, place, value in changes:
        at = place % (len(data) or 1)
        before, here, after = data[:at], data[at : at + 1], data[at + 1 :]
        data = {
            "flip": before + bytes(byte ^ 1 << value % 8 for byte in here) + after,
            "set": before + bytes([value]) + after,
            "insert": before + bytes([value]) + here + after,
            "delete": before + after,
            "cut": before + here,
        }[operation]
    return data or b"\0"


def assert_hidden(output):
    """Fail where the middle of the canary PAN can be read, in digits or in what they become."""
    squeezed = "".join(filter(str.isalnum, output))
    forms = (MIDDLE, " ".join(MIDDLE), MIDDLE.encode().hex(), bytes.fromhex(MIDDLE).decode("latin"))
    assert not [form for form in forms if form in output]
    assert PAN not in squeezed


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
def test_published_dump_decodes_to_its_listed_fields(dump):
    shown, code = found("decode", dump["hex"], "--clear")
    assert listed(shown["fields"]) == dump["fields"]
    assert [shown[name] for name in ("tpdu", "header")] == [
        dump.get(name, "") for name in ("tpdu", "header")
    ]
    assert (shown["mti"], shown["deviations"], code) == (dump["mti"], [], 0)


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
def test_masking_changes_no_field_but_cards_keys_and_device_data(dump):
    shown, _ = found("decode", dump["hex"])
    changed = {n for n, text in listed(shown["fields"]).items() if text != dump["fields"][n]}
    assert changed <= {"2", "35", "46", "62"}
    assert list(shown) == ["tpdu", "header", "mti", "fields", "deviations"]


def test_all_that_is_secret_is_starred_and_keeps_its_size():
    shown, code = found("decode", FRAME.hex())
    assert code == 0
    assert {n: shown["fields"][n] for n in ("2", "35", "52", "55", "62", "63", "4")} == {
        "2": "622588******0289",
        "35": "622588******0289D*************" + "**",
        "52": "*" * 16,
        "55": "9F02060000000012345A08" + "*" * 16,
        "62": "5F" + "*" * 20,
        "63": "622588******0289",
        "4": "000000001234",
    }


@pytest.mark.parametrize("dialect", ["zvt", "unionpay"])
def test_pan_in_a_text_or_between_other_digits_is_starred(dialect):
    message = zvt.status_information(0, additional_text=f"card {PAN}.")
    data = {
        "zvt": zvt.encode_message(message),
        "unionpay": encode_frame(Frame(TPDU, HEADER, SALE.having({62: f"3132{PAN}3334", 46: PAN}))),
    }[dialect]
    assert_hidden(run("decode", data.hex(), "--dialect", dialect).output)


def test_clear_shows_all():
    shown, _ = found("decode", FRAME.hex(), "--clear")
    assert shown["fields"]["2"] == PAN
    assert (shown["tpdu"], shown["header"]) == (TPDU, HEADER)


@pytest.mark.parametrize("start", [0, 2, 13], ids=["prefix", "TPDU", "bare"])
def test_frame_is_recognised_in_each_of_its_forms(start):
    shown, code = found("decode", FRAME[start:].hex())
    assert (shown["mti"], code) == ("0200", 0)
    assert shown["tpdu"] == (TPDU if start < 13 else "")


def test_hex_comes_with_blanks_from_a_file_or_from_standard_input(tmp_path):
    text = FRAME.hex(" ")
    (tmp_path / "frame").write_text(text + "\n")
    ways = [
        found("decode", *text.split()),
        found("decode", text),
        found("decode", f"@{tmp_path / 'frame'}"),
        found("decode", "-", given=text),
    ]
    assert all(way == found("decode", FRAME.hex()) for way in ways)


def test_cut_frame_shows_what_came_before_the_cut_and_fails():
    shown, code = found("decode", FRAME[:60].hex())
    assert code == 1
    assert {"3": "000000", "4": "000000001234"}.items() <= shown["fields"].items()
    length, lost = shown["deviations"]
    assert (length["field"], length["class"]) == ("length", "breaks_parsing")
    assert (lost["field"], lost["offset"], lost["class"]) == ("35", 51, "breaks_parsing")
    assert set(lost) == {"field", "offset", "class", "what"}


def test_fields_after_one_that_cannot_be_right_are_starred():
    body = bytearray(FRAME[13:])
    body[10] = 0x06  # the size of field 2: ten of its digits move into fields 3 and 4
    shown, code = found("decode", bytes(body).hex())
    assert code == 1
    assert set("".join(shown["fields"].values())) == {"*"}


def test_bytes_that_are_no_message_show_nothing_of_themselves():
    shown, code = found("decode", "60" + PAN + "02005A" + PAN)
    assert code == 1
    assert_hidden(json.dumps(shown))
    assert set(shown["tpdu"] + shown["header"] + shown["mti"]) == {"*"}


def test_people_get_a_table_with_field_names_and_deviations_below():
    lines = run("decode", FRAME[:60].hex()).stdout.splitlines()
    assert lines[0].split() == ["field", "name", "value"]
    assert ["4", "amount", "000000001234"] in [line.split() for line in lines]
    assert ["transaction", "sale"] in [line.split() for line in lines]
    assert lines[-1].startswith("breaks_parsing: field 35, offset 51: ")


def test_text_of_a_device_cannot_steer_the_screen():
    message = Message("0810", {39: "00", 46: "a\x1b[2J", 63: "\u4ea4\u6613"})
    body = encode_frame(Frame(TPDU, HEADER, message.without(46)))
    assert "\u4ea4\u6613" in run("decode", body.hex()).stdout
    broken = body.hex().replace("3030", "1b5b", 1)
    assert "\x1b" not in run("decode", broken, "--clear").stdout
    assert "\\x1b[" in run("decode", broken, "--clear").stdout


@frequent
@given(mutations)
def test_no_mutated_frame_shows_the_pan(changes):
    data = mutated(FUZZED, changes)
    for words in (("--json",), ()):
        result = run("decode", data.hex(), *words)
        assert result.exit_code in (0, 1)
        assert_hidden(result.output)


@frequent
@given(mutations)
def test_no_mutated_command_of_the_till_line_shows_the_pan(changes):
    data = mutated(PAYMENT, changes)
    for words in (("--json",), ()):
        result = run("decode", data.hex(), "--dialect", "zvt", *words)
        assert result.exit_code in (0, 1)
        assert_hidden(result.output)


@pytest.mark.parametrize(
    ("frame", "command", "name", "fields"),
    [
        ("10 02 80 00 00 10 03 F5 1F", "8000", "acknowledgement", {}),
        (
            "10 02 06 00 04 00 00 00 BA 10 03 98 F8",
            "0600",
            "registration",
            {"password": "******", "configuration": 0xBA},
        ),
        (
            "10 02 06 01 07 04 00 00 00 00 12 34 10 03 18 F5",
            "0601",
            "authorisation",
            {"amount_minor": 1234},
        ),
        (
            "10 02 06 30 06 00 00 00 87 00 01 10 03 C2 AC",
            "0630",
            "reversal",
            {"password": "******", "receipt": "0001"},
        ),
        ("10 02 06 0F 00 10 03 C6 33", "060F", "completion", {}),
        ("06 0F 00", "060F", "completion", {}),
        ("84 9C 00", "849C", "refusal", {"reason": 0x9C}),
        ("15", "", "NAK", {}),
    ],
)
def test_zvt_vector_decodes(frame, command, name, fields):
    shown, code = found("decode", frame, *KEYS)
    assert shown == {"command": command, "name": name, "fields": fields, "deviations": []}
    assert code == 0


@pytest.mark.parametrize(
    ("frame", "field", "offset"),
    [
        ("10 02 06 0F 00 10 03 C6 34", "CRC", 7),
        ("10 02 06 0F 00 10 03 C6", "CRC", 7),
        ("10 02 06 0F 00", "frame", 5),
        ("10 02 06 0F 00 10 03 C6 33 06", "end", 9),
        ("10 02 06 0F 10 10 03 C6 33", "frame", 9),
        ("06", "", -1),
        ("06 01", "command", 0),
        ("06 01 07 04 00 00", "length", 2),
        ("06 01 02 05 0A", "pump", 4),
        ("06 01 01 FE", "bitmap FE", 3),
        ("06 01 04 8A 02 8A 02", "card_type", 5),
        ("06 0F 00 00", "end", 3),
        ("99 99 01 00", "command", 0),
        ("06 D1 02 00 FF", "text", 4),
    ],
)
def test_zvt_deviation_says_where_it_is(frame, field, offset):
    shown, code = found("decode", frame, *KEYS)
    places = {(each["field"], each["offset"]) for each in shown["deviations"]}
    assert (field, offset) in places if field else not places
    assert code == int(any(one["class"] == "breaks_parsing" for one in shown["deviations"]))


def test_zvt_card_data_is_masked_without_clear():
    message = zvt.status_information(0, pan=PAN, track_2=f"{PAN}=4912", tlv=(zvt.Tlv(0x5A, b"xy"),))
    data = zvt.encode_message(message).hex()
    shown, _ = found("decode", data, *KEYS)
    assert shown["fields"] == {
        "result_code": 0,
        "pan": "622588******0289",
        "track_2": "622588******0289=****",
        "tlv": [{"tag": "5A", "value": "****"}],
    }
    shown, _ = found("decode", data, *KEYS, "--clear")
    assert (shown["fields"]["pan"], shown["fields"]["tlv"][0]["value"]) == (PAN, "7879")


def test_zvt_doubled_dle_and_long_length_are_read():
    text = "x" * 300
    data = zvt.encode_message(zvt.print_line(text, attribute=0x10))
    framed = b"\x10\x02" + data.replace(b"\x10", b"\x10\x10") + b"\x10\x03"
    shown, code = found("decode", (framed + crc16(data + b"\x03")).hex(), *KEYS)
    assert shown["fields"] == {"attribute": 0x10, "text": text}
    assert (shown["deviations"], code) == ([], 0)


def test_zvt_text_of_a_damaged_command_is_starred():
    data = zvt.encode_message(zvt.print_line("paid", attribute=0x10))
    shown, _ = found("decode", data.hex() + "00", *KEYS)
    assert shown["fields"] == {"attribute": 0x10, "text": "****"}


def test_zvt_nested_objects_are_one_line_for_people():
    data = zvt.encode_message(zvt.print_block(["paid"], 1)).hex()
    lines = run("decode", data, *KEYS).stdout.splitlines()
    assert lines[1].split() == ["command", "06D3", "print", "text", "block"]
    assert lines[2].split() == ["tlv", "1F07={01}", "25={07={70616964}}"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["0200302"], "7 digits are no whole bytes: half a byte is missing after position 7"),
        (["02 0g"], "no hexadecimal digit at position 5"),
        (["02\n0g"], "no hexadecimal digit at position 5 (line 2, column 2)"),
        ([""], "is empty"),
        (["-"], "is empty"),
        ([], "Missing argument"),
        (["02", "--dialect", "visa"], "'unionpay', 'zvt'"),
        (["@/nowhere"], "cannot read the file /nowhere: No such file or directory"),
        (["@/"], "Is a directory"),
        (["@a\0b"], "no file can have this name"),
        (["@" + PAN], "No such file"),
        ([PAN + "0", "--dialect"], "requires an argument"),
        ([PAN, "--" + PAN], "No such option"),
        ([PAN + "x"], "no hexadecimal digit at position 17"),
    ],
)
def test_bad_input_is_one_sentence_without_what_was_typed(words, said):
    message = refusal("decode", *words)
    assert said in message
    assert_hidden(message)


def test_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "frame").write_bytes(b"02\xff")
    assert "byte 3 is not UTF-8 text" in refusal("decode", f"@{tmp_path / 'frame'}")
