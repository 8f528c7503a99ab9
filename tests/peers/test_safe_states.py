"""Whatever ends a case, the terminal has its power again and its line is whole."""

import os
import signal

import pytest

from harness.errors import RigError
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.runner.place import load_parts
from harness.terms.outcome import Outcome
from tests.live.program import END_S, started
from tests.peers.bench import LINE_COIL, peer_bench
from tests.peers.patience import holds

pytestmark = pytest.mark.live
LIVE = Opening(world="live")
FOR_EVER_S = 500
PYTEST = f"""
import pytest
from harness.campaign.scenario import Scenario

def off(rig):
    rig.break_line(for_s={FOR_EVER_S})
    rig.cut_power(off_s={FOR_EVER_S})

@pytest.mark.parametrize("verdict", [Scenario(name="off", script=off, due=("M2",))], indirect=True)
def test_off(verdict):
    verdict.require_pass()
"""
ROBOT = f"""
*** Settings ***
Library    harness.robot_library.PosHarness

*** Test Cases ***
Off
    [Tags]    M2
    Open Bench
    Break Line    {FOR_EVER_S}
    Cut Power    {FOR_EVER_S}
"""
CONFTEST = 'pytest_plugins = ["harness.pytest_plugin"]\n'


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with peer_bench(tmp_path_factory.mktemp("bench")) as found:
        yield found


@pytest.fixture
def bench(whole):
    """Give a bench whose terminal is on, and have it on again whatever becomes of it."""
    whole.plug()
    whole.mains.wait()
    yield whole
    whole.supply.supply.switch(True)


def written(bench):
    """Write the file of the bench; nobody waits for a boot on it."""
    return bench.write(power=bench.device()["power"] | {"boot_s": 0})


def state(bench):
    """Return whether the terminal has power, and whether its line is open."""
    return bench.supply.supply.is_on, bench.board.coils[LINE_COIL]


SAFE, UNSAFE = (True, False), (False, True)


def reached(bench, wanted):
    """Wait for a state of the bench, not longer than a run may take to begin or to end."""
    return holds(lambda: state(bench) == wanted, END_S)


def leave_unsafe(rig, bench, ending):
    rig.open_line(FOR_EVER_S, lambda: None)
    rig.power.switch_off()
    assert reached(bench, UNSAFE)
    raise ending


def leave_silent(rig, bench):
    rig.power.switch_off()
    bench.supply.supply.silent.set()


@pytest.mark.parametrize("ending", [KeyboardInterrupt, RigError, ValueError])
def test_whatever_is_raised_leaves_the_bench_safe(bench, ending):
    parts = load_parts(written(bench))[0]
    with pytest.raises(ending), open_rig(parts, LIVE) as rig:
        leave_unsafe(rig, bench, ending)
    assert state(bench) == SAFE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize(("name", "suite"), [("test_off.py", PYTEST), ("off.robot", ROBOT)])
def test_run_that_is_asked_to_end_leaves_the_bench_safe(bench, tmp_path, name, suite, number):
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / name).write_text(suite)
    words = ("run", folder, "--devices", written(bench), "--world", "live")
    with started(*words, "--reports", tmp_path / "reports") as process:
        assert reached(bench, UNSAFE), process.stderr.read()
        os.kill(process.pid, number)
        process.communicate(timeout=END_S)
    assert state(bench) == SAFE
    assert (tmp_path / "reports/latest/index.html").exists()


def test_part_that_could_not_be_made_safe_is_told(bench):
    parts = load_parts(bench.write())[0]
    said = "the bench was not left safe, look after it by hand: supply TCPIP.*: no answer within"
    with pytest.raises(RigError, match=said), open_rig(parts, LIVE) as rig:
        leave_silent(rig, bench)


def test_bench_that_is_left_off_is_given_power_where_the_next_case_begins(bench):
    power = bench.device()["power"] | {"when_done": "off"}
    parts = load_parts(bench.write(power=power))[0]
    with open_rig(parts, LIVE):
        pass
    assert not bench.supply.supply.is_on
    with open_rig(parts, LIVE) as rig:
        assert bench.supply.supply.is_on
        assert rig.till.register() is Outcome.APPROVED
