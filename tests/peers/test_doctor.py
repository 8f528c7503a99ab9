"""`doctor` on each bench that is shipped, peers in its places: a part that is broken is named."""

from contextlib import ExitStack, closing, contextmanager
from functools import partial

import pytest

from harness.link.zvt_serial import ZvtSerialLink
from harness.rig import outside
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.runner.place import load_parts
from tests.live.program import ROOT
from tests.peers.bench import LINE_COIL, POWER_COIL, peer_bench
from tests.peers.gpio_chip import GpioChip
from tests.peers.robot import Fingers, Robot
from tests.peers.serial_server import SerialServer
from tests.peers.shipped import BENCHES, said, shipped, sick

pytestmark = pytest.mark.live
VOLTAGE_V = 7.4  # as the bench on the table has it
BOOT_S = 20  # `doctor` waits only as long as it takes
NO_BOOT_S = 0.5  # what is broken is found before a boot is looked at
ACK_TIMEOUT_S = 0.5  # of a terminal that is mute: five seconds prove no more


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with peer_bench(tmp_path_factory.mktemp("bench")) as found:
        with open_rig(load_parts(found.write())[0], Opening(world="live")) as rig:
            rig.bring_to()
            rig.till.sale(1234)  # so that there are totals to print
        yield found


@pytest.fixture
def bench(whole):
    whole.plug()
    whole.mains.wait()
    return whole


def peers(bench, name, **places):
    """Write a bench that is shipped, with the places of the peers; return its path."""
    return shipped(bench.outside.folder, name, bench.device(), **places)


def test_every_bench_that_is_shipped_is_examined_here_or_with_the_commands():
    here, there = {"human", "instruments", "rack"}, {"robot", "gate"}
    assert {path.stem for path in BENCHES.iterdir()} == here | there


# --- a person, our host


def human(bench):
    till, paper = (line.ends[1] for line in (bench.outside.till, bench.outside.paper))
    return peers(bench, "human", terminal__ecr=till, terminal__printer=paper)


def test_bench_with_a_person_is_measured(bench):
    found = said(human(bench))
    assert sick(found) == {}
    assert found["host reachable"] == "ok: signed in"
    assert found["paper"] == "ok: a slip came out"
    assert found["clock"].endswith("s off the host's")
    assert "transactions" in found["batch"]
    assert "power really off" not in found


@pytest.mark.parametrize(
    ("broken", "part", "remedy"),
    [
        (lambda bench: bench.outside.till.pull(), "till line", "see that the device is connected"),
        (lambda bench: bench.outside.paper.pull(), "printer tap", "see that the device is connect"),
        (lambda bench: bench.cable.set_open(True), "host reachable", "point it to the address"),
        (lambda bench: bench.outside.till.mute(), "terminal answers", "check cable, baud rate"),
        (lambda bench: bench.outside.paper.mute(), "paper", "put paper in, and see cable"),
    ],
)
def test_broken_part_of_a_bench_with_a_person_is_named(bench, monkeypatch, broken, part, remedy):
    link = partial(ZvtSerialLink, ack_timeout_s=ACK_TIMEOUT_S)
    monkeypatch.setattr(outside, "till_link", lambda _: link)
    path = human(bench)
    broken(bench)
    found = sick(said(path))
    assert list(found) == [part]
    assert remedy in found[part]


# --- a table with instruments


@contextmanager
def table(bench, monkeypatch, boot_s=BOOT_S):
    chip = GpioChip(["RELAY1"], lambda _, is_active: bench.cable.set_open(is_active))
    chip.plug_into(monkeypatch)
    bench.supply.supply.voltage_v = VOLTAGE_V
    till, paper = (line.ends[1] for line in (bench.outside.till, bench.outside.paper))
    dialogue = str(ROOT / "fixtures/dialogues/robot.yaml")
    with closing(Robot(bench.outside.control)) as robot:
        path = peers(
            bench, "instruments", terminal__ecr=till, terminal__printer=paper,
            operator__port=robot.address, operator__dialogue=dialogue,
            power__resource=bench.supply.resource, power__boot_s=boot_s,
        )  # fmt: skip
        yield path, chip, robot


def test_table_with_instruments_is_measured(bench, monkeypatch):
    with table(bench, monkeypatch) as (path, _, _):
        found = said(path)
    assert sick(found) == {}
    assert found["line relay cuts"].startswith("ok: opens in ")
    assert found["power really off"].startswith("ok: proved by current, ")
    assert found["boot time"].startswith("ok: about ")


def gone(_, chip, _robot):
    chip.is_gone = True


def elsewhere(_, chip, _robot):
    chip.switched = lambda _line, _is_active: None  # the relay moves, and is in no line


TABLE = [
    (lambda bench, *_: bench.supply.pull(), "supply", "check `resource`, power and cable"),
    (lambda bench, *_: setattr(bench.supply.supply, "voltage_v", 12.0), "supply",
     "it is on at VOLT 12, the bench wants 7.4: switch its output off"),
    (gone, "line relay", "see `gpiodetect` and `gpioinfo`"),
    (lambda *parts: parts[2].close(), "robot", "see that the device is connected"),
    (elsewhere, "line relay cuts", "is the relay in this line, by the contact"),
    (lambda bench, *_: setattr(bench.supply.supply, "is_bypassed", True), "power really off",
     "has it a battery or a second supply (USB)?"),
    (lambda bench, *_: setattr(bench.supply.supply, "is_stuck", True), "power really off",
     "OUTP OFF was told, and it is not"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "part", "remedy"), TABLE)
def test_broken_part_of_a_table_is_named(bench, monkeypatch, broken, part, remedy):
    with table(bench, monkeypatch, NO_BOOT_S) as (path, chip, robot):
        broken(bench, chip, robot)
        found = sick(said(path))
    assert list(found) == [part]
    assert remedy in found[part]


# --- a rack behind a serial server


ACTS = ["card card-1", "key CANCEL"]


@contextmanager
def rack(bench, boot_s=BOOT_S):
    """Put two serial servers before the lines, and the relays of the rack on one board."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(closing(SerialServer(line.ends[1])))
            for line in (bench.outside.till, bench.outside.paper)
        ]
        fingers = stack.enter_context(closing(Fingers(bench.outside.control, ACTS)))
        board = {"kind": "modbus", "board": bench.board_address}
        power = board | {"coil": POWER_COIL}
        path = peers(
            bench, "rack", terminal__ecr=servers[0].address, terminal__printer=servers[1].address,
            power__relay=power, power__boot_s=boot_s, line_relay=board | {"coil": LINE_COIL},
            operator__cards={"card-1": fingers.relay("card card-1")},
            operator__keys={"CANCEL": fingers.relay("key CANCEL")},
        )  # fmt: skip
        yield path, servers, fingers


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's own
def test_rack_is_measured(bench):
    with rack(bench) as (path, _, _):
        found = said(path)
    assert sick(found) == {}
    assert found["power really off"].startswith("ok: proved by silence, ")
    assert found["card feeder card-1"] == found["finger CANCEL"] == "ok"


RACK = [
    (lambda bench, *_: bench.board.close(), "power relay", "check its address, power and cable"),
    (lambda bench, *_: bench.board.fall_silent(), "power relay", "no answer within"),
    (lambda *parts: parts[1][0].pull(), "till line", "see that the device is connected"),
    (lambda *parts: parts[1][1].pull(), "printer tap", "see that the device is connected"),
    (lambda *parts: parts[2].close(), "card feeder card-1", "check its address, power and cable"),
    (lambda bench, *_: bench.detach_power(), "power really off", "is the switch in its circuit"),
]


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's own
@pytest.mark.parametrize(("broken", "part", "remedy"), RACK)
def test_broken_part_of_a_rack_is_named(bench, broken, part, remedy):
    with rack(bench, NO_BOOT_S) as (path, servers, fingers):
        broken(bench, servers, fingers)
        found = sick(said(path))
    assert next(iter(found)) == part
    assert remedy in found[part]
