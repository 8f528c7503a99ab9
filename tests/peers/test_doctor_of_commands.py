"""`doctor` on the shipped benches with commands of a lab and of a gate: what is broken is named."""

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.bench import IDENTITY, ROBOT, SHORT_TIMES, free_port
from tests.live.program import addresses, key_file, started
from tests.peers.gate_process import GateProcess
from tests.peers.shipped import said, shipped, sick

pytestmark = pytest.mark.live
SERVED, TERMINAL_ID = "zvt-2", "10000002"  # of devices.yaml
BOOT_S = 1  # its process runs all the time
NOWHERE = "./nowhere"
OTHER_KEY = "00112233445566778899AABBCCDDEEFF"


@dataclass
class Lab:
    """A terminal in another process, and the commands that its lab has."""

    folder: Path
    ecr: str
    control: str
    host: int

    @property
    def own(self):
        return IDENTITY | {
            "terminal_id": TERMINAL_ID, "tmk_file": str(key_file(self.folder)),
            "profile": SHORT_TIMES, "host": at(self.host),
        }  # fmt: skip

    def write(self, **places):
        """Write the bench; return its path."""
        robot = self.folder / "robot"
        robot.write_text(ROBOT.format(python=sys.executable, control=self.control))
        robot.chmod(0o700)
        usual = {
            "terminal__ecr": self.ecr, "operator__present_card": f"{robot} card {{card}}",
            "operator__key_pin": f"{robot} pin {{pin}}", "operator__press": f"{robot} key {{key}}",
            "power__off": f"{robot} power off", "power__on": f"{robot} power on",
            "power__boot_s": BOOT_S,
        }  # fmt: skip
        return shipped(self.folder, "robot", self.own, **usual | places)


def at(port):
    return {"kind": "emulated", "listen": f"127.0.0.1:{port}"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    host = free_port()
    words = ("serve", "--json", "--device", SERVED, "--host", f"127.0.0.1:{host}")
    with started(*words) as terminal:
        where = addresses(terminal)
        control = where["control"].rpartition(":")[2]
        yield Lab(tmp_path_factory.mktemp("lab"), where["ecr"], control, host)


def test_rack_with_commands_is_measured(lab):
    found = said(lab.write())
    assert sick(found) == {}
    assert found["power really off"].startswith("ok: it is silent, ")
    assert found["operator present_card"] == found["power off"] == "ok"


BROKEN = [
    ({"terminal__ecr": "socket://127.0.0.1:1"}, "till line", "see that the device is connected"),
    ({"operator__present_card": NOWHERE}, "operator present_card", "mend the path, or chmod +x"),
    ({"operator__key_pin": NOWHERE}, "operator key_pin", "mend the path, or chmod +x it"),
    ({"operator__press": NOWHERE}, "operator press", "mend the path, or chmod +x it"),
    ({"power__off": NOWHERE}, "power off", "mend the path, or chmod +x it"),
    ({"power__on": NOWHERE}, "power on", "mend the path, or chmod +x it"),
    ({"power__off": "true"}, "power really off", "is the switch in its circuit, and has it a"),
    ({"host__listen": "127.0.0.1:0"}, "host reachable", "point it to the address of `listen`"),
]


@pytest.mark.parametrize(("places", "part", "remedy"), BROKEN)
def test_broken_part_of_a_rack_with_commands_is_named(lab, places, part, remedy):
    found = sick(said(lab.write(**places)))
    assert list(found) == [part]
    assert remedy in found[part]


def test_terminal_with_another_key_is_told_from_one_that_does_not_reach_its_host(lab):
    other = lab.folder / "other.hex"
    other.write_text(OTHER_KEY)
    other.chmod(0o600)
    found = sick(said(lab.write(tmk_file=str(other))))
    assert list(found) == ["host reachable"]
    assert "the master key of `tmk_file` with those in the terminal" in found["host reachable"]


# --- a gate before the host of an emulated bench


@pytest.fixture(scope="module")
def gate():
    host = free_port()
    with closing(GateProcess(host)) as found:
        found.start()
        yield found, host


def gated(folder, gate, host):
    own = IDENTITY | {"tmk_file": str(key_file(folder)), "profile": {}, "host": at(host)}
    return shipped(folder, "gate", own, gate=gate.seat)


def test_bench_with_a_gate_is_examined(gate, tmp_path):
    assert said(gated(tmp_path, *gate)) == {"emulated bench": "ok", "gate": "ok"}


def test_gate_that_calls_another_host_is_named(gate, tmp_path):
    found = sick(said(gated(tmp_path, gate[0], free_port())))
    assert list(found) == ["gate"]
    assert "start it with --host" in found["gate"]


def test_gate_that_is_not_there_is_named(tmp_path):
    found = sick(said(gated(tmp_path, GateProcess(1), free_port())))
    assert list(found) == ["gate"]
    assert "start it (pos-harness gate), or correct gate.control" in found["gate"]
