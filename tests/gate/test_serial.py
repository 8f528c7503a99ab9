"""A gate on a serial line: two ports back to back, and a plan between them."""

import json
import os
import select

import pytest

from bench.gate import SOON_S
from harness.fault.plan import Corrupt, Drop, Duplicate, LinkDown, Plan
from harness.fault.plan_json import dump_plan
from tests.gate.drive import apdu
from tests.live.bench import Cable
from tests.live.program import ended, started

pytestmark = pytest.mark.live
ASK, ANSWER = apdu("0601"), apdu("040F")


class Ends:
    """What a till and a terminal have of a line with a gate in it."""

    def __init__(self, cables):
        self.open = [os.open(each.ends[0], os.O_RDWR | os.O_NOCTTY) for each in cables]
        self.till, self.terminal = self.open

    def read(self, fd, size):
        data = b""
        while len(data) < size:
            assert select.select([fd], [], [], SOON_S)[0], f"only {data!r} came"
            data += os.read(fd, size - len(data))
        return data

    def close(self):
        while self.open:
            os.close(self.open.pop())


@pytest.fixture
def cables():
    found = [Cable(), Cable()]
    yield found
    for cable in found:
        cable.close()


@pytest.fixture
def ends(cables):
    found = Ends(cables)
    yield found
    found.close()


def serial_gate(cables, tmp_path, plan):
    file = tmp_path / "plan.json"
    file.write_text(dump_plan(plan))
    ports = ("--till", cables[0].ends[1], "--terminal", cables[1].ends[1])
    return started("gate", *ports, "--baud", "115200", "--plan", file, "--json")


def test_frames_pass_both_ways_and_suffer_what_the_plan_says(cables, ends, tmp_path):
    plan = Plan().also("tx till 0601 #1", Corrupt(-1)).also("tx terminal 040F #1", Duplicate())
    with serial_gate(cables, tmp_path, plan.also("rx till 06D1 #1", Drop())) as gate:
        assert set(json.loads(gate.stdout.readline())) == {"till", "terminal"}
        os.write(ends.till, ASK + ASK)
        turned = ASK[:-1] + bytes([ASK[-1] ^ 0x10])
        assert ends.read(ends.terminal, 2 * len(ASK)) == turned + ASK
        os.write(ends.terminal, apdu("06D1") + ANSWER)
        assert ends.read(ends.till, 2 * len(ANSWER)) == ANSWER + ANSWER
        code, _, errors = ended(gate)
    assert code == 0
    assert "messages came from the till" in errors


def test_port_that_is_pulled_ends_the_gate_and_is_named(cables, ends, tmp_path):
    with serial_gate(cables, tmp_path, Plan()) as gate:
        gate.stdout.readline()
        ends.close()
        pulled = cables.pop(0)
        pulled.close()
        _, errors = gate.communicate(timeout=SOON_S)
    assert gate.returncode == 3
    assert f"till end {pulled.ends[1]}" in errors


def test_dead_line_loses_what_is_said_and_comes_back(cables, ends, tmp_path):
    with serial_gate(cables, tmp_path, Plan().also("tx till 0601 #1", LinkDown(for_s=1))) as gate:
        gate.stdout.readline()
        os.write(ends.till, ASK)
        assert not select.select([ends.terminal], [], [], 2)[0]
        os.write(ends.till, ASK)
        assert ends.read(ends.terminal, len(ASK)) == ASK
        assert ended(gate)[0] == 0
