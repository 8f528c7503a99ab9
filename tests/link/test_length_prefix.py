"""Frames behind a length: any cutting of the stream gives the same frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import EncodeError
from harness.link.length_prefix import frame, split

payloads = st.lists(st.binary(min_size=1, max_size=600), max_size=5)


def test_frame_begins_with_the_length_of_its_payload():
    assert frame(b"abc") == b"\x00\x03abc"
    assert frame(bytes(0x1234))[:2] == b"\x12\x34"


@pytest.mark.parametrize("size", [0, 65_536])
def test_payload_that_is_empty_or_too_long_is_refused(size):
    with pytest.raises(EncodeError):
        frame(bytes(size))


def test_longest_payload_has_a_frame():
    assert split(frame(bytes(65_535))) == ((frame(bytes(65_535)),), b"")


def test_whole_frames_are_split_from_the_rest():
    assert split(b"\x00\x01a\x00\x02bc\x00\x02d") == (
        (b"\x00\x01a", b"\x00\x02bc"),
        b"\x00\x02d",
    )


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x02", b"\x00\x02a"])
def test_unfinished_frame_is_the_rest(data):
    assert split(data) == ((), data)


def test_length_of_zero_is_a_frame_of_its_own():
    assert split(b"\x00\x00") == ((b"\x00\x00",), b"")
    assert split(b"\x00\x00\x00\x01a") == ((b"\x00\x00", b"\x00\x01a"), b"")


def test_length_above_the_limit_hands_over_all_that_waits():
    assert split(b"\x00\x01a\x00\x09bcd\x00\x01e", size_max=8) == (
        (b"\x00\x01a", b"\x00\x09bcd\x00\x01e"),
        b"",
    )
    assert split(b"\x00\x08bcd", size_max=8) == ((), b"\x00\x08bcd")


@given(st.binary(max_size=300), st.integers(0, 300))
def test_nothing_is_lost_nor_raised_for_any_bytes(data, size_max):
    frames, rest = split(data, size_max=size_max)
    assert b"".join(frames) + rest == data


@given(payloads, st.lists(st.integers(0, 3100), max_size=6))
def test_cut_points_change_nothing(some, cuts):
    stream = b"".join(map(frame, some))
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    frames, rest = [], b""
    for start, end in zip(edges, edges[1:], strict=False):
        whole, rest = split(rest + stream[start:end], size_max=600)
        frames += whole
    assert (frames, rest) == ([frame(one) for one in some], b"")
