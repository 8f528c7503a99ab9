"""Slips come on a line of their own; a command is over when its slips have come out too."""

import os

import pytest

from harness.device.slip_tap import SlipTap, open_paper
from harness.port.pty_line import PtyLine
from harness.port.serial_port import LineSetting
from harness.rig.inside import describer
from harness.runner.place import load_parts
from harness.wire import escpos
from tests.device.fake import recorder
from tests.live.program import ROOT

LINES = ("持卡人存根 CARDHOLDER COPY", "金额:RMB 12.34")


@pytest.fixture
def kept():
    return recorder()


@pytest.fixture
def paper():
    line = PtyLine()
    yield line
    line.close()


@pytest.fixture
def tap(kept, paper):
    opened = opened_tap(kept, paper.address)
    yield opened
    opened.close()


def opened_tap(kept, address):
    describe = describer(load_parts(ROOT / "devices.yaml")[0])
    return SlipTap(open_paper(address, LineSetting()), kept, describe)


def slip(*, cut=True):
    return escpos.encode(map(escpos.Line, LINES), cut=cut)


def printed(kept):
    return [row.facts["is_complete"] for row in kept.history().rows if row.kind == "print"]


def test_both_copies_that_are_on_their_way_are_waited_for(kept, paper, tap):
    paper.write(slip() + slip())
    tap.hear_out()
    assert printed(kept) == [True, True]


def test_slip_that_breaks_off_is_waited_for_until_it_is_what_came_out(kept, paper, tap):
    paper.write(slip() + slip(cut=False))
    tap.hear_out()
    assert printed(kept) == [True, False]


def test_nothing_is_waited_for_where_nothing_is_seen_any_more(kept):
    near, far = os.openpty()
    lost = opened_tap(kept, os.ttyname(far))
    os.close(far)
    os.close(near)
    lost.hear_out()
    lost.close()
    assert [row.kind for row in kept.history().rows] == ["blind"]
