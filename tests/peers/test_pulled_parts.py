"""Any part of a bench that is pulled, at any moment, is the bench's failure and never a verdict."""

import json
from contextlib import closing

import pytest

from harness.check.compose import Word
from harness.runner.place import load_parts
from harness.runner.player import Player
from harness.runner.write import write_run
from tests.peers.bench import gpio_power, peer_bench
from tests.peers.gpio_chip import GpioChip
from tests.peers.pulling import MOMENTS, TOOK_S_MAX, played, scenario
from tests.peers.serial_server import SerialServer

pytestmark = pytest.mark.live
PARTS = {  # how it is pulled, and how the report must name it
    "till line": (lambda bench: bench.outside.till.pull, "till line /dev/pts/"),
    "printer tap": (lambda bench: bench.outside.paper.pull, "printer tap /dev/pts/"),
    "relay reset": (lambda bench: bench.board.close, "relay board tcp://127.0.0.1:"),
    "relay silent": (lambda bench: bench.board.fall_silent, "relay board tcp://127.0.0.1:"),
    "supply gone": (lambda bench: bench.supply.pull, "supply TCPIP::127.0.0.1::"),
    "gate killed": (lambda bench: bench.gate.kill, "the gate at 127.0.0.1:"),
    "supply silent": (lambda bench: bench.supply.supply.silent.set, "supply TCPIP::127.0.0.1::"),
}
PULLED = {"till line", "printer tap"}
UNPLUG_S, SILENCE_S = 1.0, 3.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with peer_bench(tmp_path_factory.mktemp("bench")) as found:
        yield found


@pytest.fixture
def bench(whole):
    whole.plug()
    return whole


def report(bench, parts, case):
    """Write what a run writes; return its result."""
    player = Player(parts=parts, world="live", folder=bench.outside.folder / "run", door="pytest")
    kept = player.keep(scenario(), "peers", case)
    write_run(player.folder, [parts], "live")
    page = (player.folder / "index.html").read_text("utf-8")
    return kept, json.loads((player.folder / "run.json").read_text("utf-8")), page


def require_named(bench, parts, case, named):
    kept, run, page = report(bench, parts, case)
    assert kept.word is Word.INCONCLUSIVE
    assert kept.verdict.findings == ()
    assert named in kept.error
    assert run["result"]["verdict"] == "INCONCLUSIVE"
    assert named in page
    assert case.took_s < TOOK_S_MAX


def noticed_s(case, moment):
    """Return how long it took until the bench said so; 0 if this PC itself stood still."""
    rows = case.history.rows
    begun = next(
        row.time_ns for row in rows if (row.actor, row.kind, row.address) == MOMENTS[moment]
    )
    noticed = next(row.time_ns for row in rows if row.address == "bench failure")
    has_stalled = any(row.address == "stall" for row in rows)
    return 0.0 if has_stalled else (noticed - begun) / 1e9


def test_nothing_pulled_passes(bench):
    case, _ = played(load_parts(bench.write())[0], "idle", lambda: None)
    assert (case.error, case.judged().word) == ("", Word.PASS)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("part", PARTS)
def test_part_that_is_pulled_is_named_and_nothing_is_judged(bench, part, moment):
    pull, named = PARTS[part]
    parts = load_parts(bench.write())[0]
    case, has_pulled = played(parts, moment, pull(bench))
    assert has_pulled
    require_named(bench, parts, case, named)
    assert noticed_s(case, moment) < (UNPLUG_S if part in PULLED else SILENCE_S)
    assert bench.is_safe


@pytest.mark.parametrize("moment", MOMENTS)
def test_serial_server_that_resets_the_till_line_is_named(bench, moment):
    with closing(SerialServer(bench.outside.till.ends[1], "socket")) as server:
        terminal = bench.device()["terminal"] | {"ecr": server.address}
        parts = load_parts(bench.write(terminal=terminal))[0]
        case, has_pulled = played(parts, moment, server.reset)
    assert has_pulled
    require_named(bench, parts, case, f"till line {server.address}")
    assert noticed_s(case, moment) < UNPLUG_S
    assert bench.is_safe


@pytest.mark.parametrize("moment", MOMENTS)
def test_chip_that_goes_away_is_named(bench, moment, monkeypatch):
    chip = GpioChip(["POWER"], lambda _, is_active: bench.mains.switched(not is_active))
    chip.plug_into(monkeypatch)
    parts = load_parts(bench.write(power=gpio_power()))[0]
    case, has_pulled = played(parts, moment, lambda: setattr(chip, "is_gone", True))
    assert has_pulled
    require_named(bench, parts, case, "power relay gpio /dev/gpiochip0 line POWER: No such device")
    assert not chip.lines["POWER"]  # normally closed: the terminal has power
    assert bench.is_safe
