"""The ZVT TCP link: APDUs in pieces of any size."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import EncodeError
from harness.link import Delivered, Received, Send
from harness.link.zvt_tcp import ZvtTcpLink
from harness.wire.zvt import Apdu, encode

SALE = bytes.fromhex("06010704000000001234")
ACKNOWLEDGEMENT = bytes.fromhex("800000")


def test_payload_is_sent_bare_and_delivered_at_once():
    assert ZvtTcpLink().send(SALE, 0.0) == [Send(SALE), Delivered()]


def test_anything_but_one_whole_apdu_is_refused():
    for payload in (b"", SALE[:-1], SALE + b"\x00", SALE + ACKNOWLEDGEMENT):
        with pytest.raises(EncodeError):
            ZvtTcpLink().send(payload, 0.0)


def test_two_apdus_in_one_read_are_both_received():
    link = ZvtTcpLink()
    assert link.receive(SALE + ACKNOWLEDGEMENT, 0.0) == [Received(SALE), Received(ACKNOWLEDGEMENT)]
    assert link.unfinished_size == 0


def test_unfinished_apdu_waits_without_a_deadline():
    link = ZvtTcpLink()
    assert link.receive(SALE[:4], 0.0) == []
    assert (link.unfinished_size, link.deadline_s, link.tick(999.0)) == (4, None, [])
    assert link.receive(SALE[4:], 1000.0) == [Received(SALE)]


apdus = st.builds(Apdu, st.integers(0, 0xFFFF), st.binary(max_size=300)).map(encode)


@given(st.lists(apdus, max_size=3), st.lists(st.integers(0, 900), max_size=5))
def test_cutting_the_bytes_changes_nothing(several, cuts):
    data, link, events = b"".join(several), ZvtTcpLink(), []
    for start, stop in pairwise([0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]):
        events += link.receive(data[start:stop], 0.0)
    assert events == [Received(apdu) for apdu in several]


@given(st.binary(max_size=300))
def test_no_bytes_can_raise(data):
    ZvtTcpLink().receive(data, 0.0)
