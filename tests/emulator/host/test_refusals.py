import pytest

from harness.emulator import Closed, Connected, Received, SendFailed
from harness.wire.dialects.unionpay import UNIONPAY, Header, wrap_body
from harness.wire.iso8583 import Message, encode
from harness.wire.mac import mab, mac_field
from harness.wire.malformed import (
    BitWithoutData,
    NonBcdNibble,
    PadNibble,
    RawField,
    TruncatedTail,
    encode_malformed,
)
from tests.emulator.host.bench import (
    MERCHANT,
    TERMINAL,
    Bench,
    frame_of,
    management,
    reversal,
    sign_in,
    signed_in,
)


def spoilt(message, *malformations):
    body = encode_malformed(message, UNIONPAY, *malformations)
    return wrap_body("6000030000", str(Header()), body)


@pytest.mark.parametrize("mti", ["0200", "0400"])
def test_a_wrong_mac_is_answered_a0_without_a_mac_and_nothing_is_posted(mti):
    bench = signed_in()
    asked = bench.sale() if mti == "0200" else reversal(bench.sale())
    answer = bench.ask(asked, mak=bytes(8))
    assert (answer.text(39), answer.text(64)) == ("A0", "")
    assert bench.names() == []


def test_a_missing_mac_is_a_wrong_one():
    bench = signed_in()
    assert bench.ask(bench.sale(), has_mac=False).text(39) == "A0"


def test_an_unknown_terminal_is_told_97_and_an_unknown_merchant_03():
    bench = signed_in()
    assert bench.ask(bench.sale().having({41: "99999999"})).text(39) == "97"
    assert bench.ask(bench.sale().having({42: "999999999999999"})).text(39) == "03"
    assert bench.ask(sign_in().having({41: "99999999"})).text(39) == "97"
    assert bench.names() == []


def test_a_sale_of_another_batch_is_told_to_sign_in_again():
    bench = signed_in()
    assert bench.ask(bench.sale(batch="000002")).text(39) == "77"
    assert bench.names() == []


@pytest.mark.parametrize("number", [3, 4, 22, 25, 41, 42, 49, 60, 35])
def test_a_sale_that_lacks_a_field_is_a_format_error(number):
    bench = signed_in()
    assert bench.ask(bench.sale().without(number)).text(39) == "30"
    assert bench.names() == []


@pytest.mark.parametrize(
    "fields", [{60: "220000010"}, {60: "22"}, {3: "200000"}, {25: "06"}, {60: "22000001000602000"}]
)
def test_fields_that_contradict_the_sale_are_a_format_error(fields):
    bench = signed_in()
    whole = {60: "22000001000602000"}
    expected = "00" if fields == whole else "30"
    assert bench.ask(bench.sale().having(fields)).text(39) == expected


def test_without_its_number_a_request_is_ignored():
    bench = signed_in()
    assert bench.hear(bench.sealed(bench.sale().without(11))) == []
    assert bench.hear(frame_of(sign_in(stan=None))) == []


@pytest.mark.parametrize(
    ("mti", "fields"),
    [
        ("0200", {25: "06", 60: "2000000100060", 38: "ABCDEF", 61: "0" * 16}),
        ("0100", {3: "030000", 25: "06", 60: "1000000100060"}),
        ("0220", {3: "200000", 60: "2500000100060", 37: "0" * 12, 61: "0" * 12, 63: "000"}),
        ("0200", {60: "7700000100060"}),
    ],
)
def test_transactions_that_this_host_has_not_are_told_40(mti, fields):
    bench = signed_in()
    asked = Message(mti, {**bench.sale().fields, **fields})
    answer = bench.ask(asked)
    assert (answer.mti[2], answer.text(39)) == (f"{int(mti[2]) + 1}", "40")
    assert answer.text(64)
    assert bench.names() == []


def test_management_that_this_host_has_not_is_told_40():
    bench = signed_in()
    assert bench.ask(management("0500", "203").having({48: "0" * 62})).text(39) == "40"
    assert bench.ask(management("0800", "360", None).without(63)).text(39) == "40"
    assert bench.ask(management("0820", "999")).text(39) == "40"
    assert bench.hear(frame_of(management("0820", "999", None))) == []


@pytest.mark.parametrize(
    "malformation",
    [
        NonBcdNibble(4),
        BitWithoutData(64),
        TruncatedTail(3),
        TruncatedTail(40),
        BitWithoutData(49),
        RawField(35, b"\x99\x12"),
        NonBcdNibble(35, 5, "E"),
    ],
)
def test_a_malformed_sale_is_answered_30_with_its_number(malformation):
    bench = signed_in()
    (answer,) = bench.hear(spoilt(bench.sale(), malformation))
    assert (answer.mti, answer.text(11), answer.text(39)) == ("0210", "000002", "30")
    assert bench.names() == []


@pytest.mark.parametrize(
    "malformation", [NonBcdNibble(11), NonBcdNibble(11, 0, "D"), TruncatedTail(90)]
)
def test_a_malformed_sale_without_a_readable_number_is_ignored(malformation):
    bench = signed_in()
    assert bench.hear(spoilt(bench.sale(), malformation)) == []


def test_a_cosmetic_deviation_is_no_reason_to_refuse():
    bench = signed_in()
    asked = bench.sale().having({64: "00" * 8})
    body = mab(encode_malformed(asked, UNIONPAY, PadNibble(22)))
    body += mac_field(bench.keys[TERMINAL].mak, body)
    (answer,) = bench.hear(wrap_body("6000030000", str(Header()), body))
    assert answer.text(39) == "00"


def test_nonsense_in_a_field_that_the_host_does_not_read_is_no_reason_to_refuse():
    bench = signed_in()
    asked = bench.sale().having({38: "AAAAAA", 45: "B", 64: "00" * 8})
    body = mab(encode_malformed(asked, UNIONPAY, RawField(45, b"\x02\x01\x02")))
    body += mac_field(bench.keys[TERMINAL].mak, body)
    (answer,) = bench.hear(wrap_body("6000030000", str(Header()), body))
    assert answer.text(39) == "00"


def test_a_piece_of_a_frame_is_ignored():
    bench = signed_in()
    whole = bench.sealed(bench.sale())
    assert all(bench.hear(whole[:size]) == [] for size in range(len(whole)))
    assert bench.hear(whole + b"\0") == []
    assert bench.names() == []


def test_answers_and_frames_without_a_route_are_ignored():
    bench = signed_in()
    asked = bench.sale()
    assert bench.hear(frame_of(Message("0210", asked.fields))) == []
    assert bench.hear(frame_of(Message("0290", asked.fields))) == []
    body = encode(asked, UNIONPAY)
    assert bench.hear(len(body).to_bytes(2, "big") + body) == []
    route = bytes.fromhex("60000A0000")
    assert bench.hear((len(body) + 5).to_bytes(2, "big") + route + body) == []
    header = bytes.fromhex("60310031010A")
    assert (
        bench.hear(
            (len(body) + 11).to_bytes(2, "big") + bytes.fromhex("6000030000") + header + body
        )
        == []
    )


def test_the_header_of_the_answer_is_that_of_the_request():
    bench = Bench()
    (bare,) = bench.give(Received("terminal", frame_of(sign_in(), header="")))
    assert bare[7:9] == b"\x08\x10"
    (data,) = bench.give(Received("terminal", frame_of(sign_in(), header="612213320001")))
    assert data[7:13].hex() == "612210320001"  # the host asks for nothing


def test_what_lines_do_moves_nothing():
    bench = signed_in()
    events = (Connected("terminal"), Closed("terminal"), SendFailed("terminal", "0210"))
    assert bench.give(*events) == []


def test_a_refusal_never_shows_a_card():
    bench = signed_in()
    answer = bench.ask(bench.sale(), mak=bytes(8))
    assert {2, 35, 52}.isdisjoint(answer.fields)
    assert (answer.text(41), answer.text(42)) == (TERMINAL, MERCHANT)
