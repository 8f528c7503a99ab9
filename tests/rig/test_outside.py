"""A bench whose terminal is somebody else's, as far as it can be tested without one."""

import pytest

from harness.device.slip_tap import open_paper
from harness.errors import MisuseError, PortLostError
from harness.port.pty_line import PtyLine
from harness.rig import outside
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening, make_header
from harness.runner.place import load_parts, require_playable
from harness.wire import escpos
from tests.rig.bench_file import EMULATED, EXTERNAL, changed, write

LIVE = Opening(world="live")


SLIP = escpos.encode([escpos.Line("持卡人存根 CARDHOLDER COPY"), escpos.Line("金额:RMB 12.34")])


@pytest.fixture
def line():
    found = PtyLine()
    yield found
    found.close()


@pytest.fixture
def paper(monkeypatch):
    """Return the line of a printer at which a slip comes out as soon as it is opened."""
    found = PtyLine()

    def opened(*words):
        port = open_paper(*words)
        found.write(SLIP)
        return port

    monkeypatch.setattr(outside, "open_paper", opened)
    yield found
    found.close()


def parts_of(tmp_path, device):
    return load_parts(write(tmp_path, device))[0]


def test_power_is_given_back_whatever_ends_the_case(tmp_path, line):
    power = {"kind": "command", "boot_s": 0} | {
        name: f"sh -c 'echo {name} >> {tmp_path}/switched'" for name in ("off", "on")
    }
    device = changed(EXTERNAL, terminal__ecr=line.address, power=power)
    parts = parts_of(tmp_path, device)
    with pytest.raises(KeyboardInterrupt), open_rig(parts, LIVE) as rig:
        interrupt_while_off(rig)
    assert (tmp_path / "switched").read_text() == "off\non\n"


def interrupt_while_off(rig):
    rig.power.switch_off()
    raise KeyboardInterrupt


def test_slip_that_is_still_printed_when_a_case_is_opened_is_none_of_it(tmp_path, line, paper):
    device = changed(EXTERNAL, terminal__ecr=line.address, terminal__printer=paper.address)
    with open_rig(parts_of(tmp_path, device), LIVE) as rig:
        paper.write(SLIP)
        rig.till.terminal.hear_out()
        found = [(row.kind, row.address) for row in rig.history().rows]
    assert found.count(("note", "earlier slip")) == 1
    assert found.count(("print", "slip")) == 1
    assert found.index(("note", "earlier slip")) < found.index(("print", "slip"))


def test_ports_are_free_again_when_the_till_line_is_missing(tmp_path, line):
    missing = changed(EXTERNAL, terminal__printer=line.address)
    for _ in range(2):
        with (
            pytest.raises(PortLostError, match="till line /dev/nowhere: No such file"),
            open_rig(parts_of(tmp_path, missing), LIVE),
        ):
            pass


def test_terminal_of_somebody_else_has_no_virtual_time(tmp_path):
    parts = parts_of(tmp_path, EXTERNAL)
    with pytest.raises(MisuseError, match="run it with --world live"), open_rig(parts, Opening()):
        pass
    with pytest.raises(MisuseError, match="run it with --world live"):
        require_playable([parts], "virtual")
    require_playable([parts, parts_of(tmp_path, EMULATED)], "live")


def test_header_says_how_wide_the_paper_is_if_the_bench_knows(tmp_path):
    known = parts_of(tmp_path, changed(EXTERNAL, terminal__paper_columns=48))
    assert make_header(known, Opening()).bench["paper_columns"] == 48
    assert "paper_columns" not in make_header(parts_of(tmp_path, EXTERNAL), Opening()).bench
