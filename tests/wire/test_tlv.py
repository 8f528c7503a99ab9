"""BER-TLV: data objects of field 55."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire.tlv import Element, format_elements, inspect, parse

TAGS = ["82", "95", "5A", "9F36", "9F02", "71", "DF31", "DF8101"]
elements = st.lists(
    st.builds(Element, st.sampled_from(TAGS), st.binary(max_size=300)), max_size=5
).map(tuple)


def test_icc_data_of_an_answer_are_two_elements():
    data = bytes.fromhex("9F3602031E910A42FE066E2918B0883030")
    read = parse(data)
    assert [(one.tag, one.value.hex()) for one in read] == [
        ("9F36", "031e"),
        ("91", "42fe066e2918b0883030"),
    ]
    assert format_elements(read) == data


@pytest.mark.parametrize(
    ("size", "prefix"), [(0, "8200"), (127, "827F"), (128, "828180"), (256, "82820100")]
)
def test_length_has_as_many_bytes_as_it_needs(size, prefix):
    data = format_elements([Element("82", bytes(size))])
    assert data == bytes.fromhex(prefix) + bytes(size)
    assert parse(data) == (Element("82", bytes(size)),)


def test_template_is_constructed_and_its_value_parses():
    (script,) = parse(bytes.fromhex("720B 9F1804 00000001 8602 8424"))
    assert script.is_constructed
    assert [one.tag for one in parse(script.value)] == ["9F18", "86"]
    assert not Element("9F36", b"").is_constructed


def test_repr_hides_the_value():
    assert repr(Element("5A", b"\x47\x61")) == "Element(tag='5A')"


@pytest.mark.parametrize("tag", ["", "9", "9f36", "9F", "9F3636", "8282", "00", "XX", "9F81828304"])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(EncodeError):
        format_elements([Element(tag, b"")])


def test_value_above_two_bytes_of_length_is_refused():
    with pytest.raises(EncodeError):
        format_elements([Element("82", bytes(65_536))])


@pytest.mark.parametrize(
    ("wire", "where", "offset", "kind"),
    [
        ("9F", "tag", 0, "breaks_parsing"),
        ("9F81828301", "tag", 0, "breaks_parsing"),
        ("82", "tag 82", 1, "breaks_parsing"),
        ("8280 0000", "tag 82", 1, "breaks_parsing"),
        ("8283 000001 00", "tag 82", 1, "breaks_parsing"),
        ("8282 01", "tag 82", 1, "breaks_parsing"),
        ("8202 00", "tag 82", 2, "breaks_parsing"),
        ("00 8200", "tag 00", 0, "cosmetic"),
        ("828101 00", "tag 82", 0, "cosmetic"),
        ("82820001 00", "tag 82", 0, "cosmetic"),
    ],
)
def test_each_deviation_is_found_in_its_place(wire, where, offset, kind):
    data = bytes.fromhex(wire)
    (deviation,) = inspect(data).deviations
    assert (deviation.field, deviation.offset, deviation.kind) == (where, offset, kind)
    with pytest.raises(DecodeError) as error:
        parse(data)
    assert (error.value.field, error.value.offset) == (where, offset)


def test_missing_bytes_of_a_value_are_counted():
    with pytest.raises(DecodeError, match="2 bytes missing"):
        parse(bytes.fromhex("8203 00"))


def test_inspection_reads_on_after_what_is_cosmetic():
    inspection = inspect(bytes.fromhex("8200 00 958101FF 9F"))
    assert inspection.elements == (Element("82", b""), Element("95", b"\xff"))
    assert [one.offset for one in inspection.deviations] == [2, 3, 7]


@given(elements)
def test_parse_reverses_format(some):
    assert parse(format_elements(some)) == some


@given(st.binary(max_size=40))
def test_any_bytes_are_parsed_exactly_or_refused(data):
    assert all(0 <= one.offset <= len(data) for one in inspect(data).deviations)
    try:
        assert format_elements(parse(data)) == data
    except DecodeError:
        assert inspect(data).deviations


@given(elements.filter(bool), st.data())
def test_no_cut_element_parses_as_whole(some, data):
    whole = format_elements(some)
    cut = data.draw(st.integers(0, len(whole) - 1))
    try:
        assert parse(whole[:cut]) == some[: len(parse(whole[:cut]))]
        assert len(parse(whole[:cut])) < len(some)
    except DecodeError:
        assert whole[:cut]
