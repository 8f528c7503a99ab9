"""Lines of a chip: what the harness sets is what the wire carries."""

import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest

from harness.errors import PortLostError
from harness.port.gpio_line import GpioAddress, open_input, open_output
from tests.peers.patience import holds

EDGE_S = 5.0
HOLDER = """
import sys, time
from harness.port.gpio_line import GpioAddress, open_output
line = open_output(GpioAddress(sys.argv[1], sys.argv[2]))
line.energise(True)
print("held", flush=True)
time.sleep(600)
"""


def at(chip, line, **settings):
    return GpioAddress(chip.device, line, **settings)


def test_output_is_what_the_wire_carries_and_reads_back(chip):
    with closing(open_output(at(chip, "POWER"))) as line:
        assert (chip.value("POWER"), line.is_energised()) == (False, False)
        for is_energised in (True, False, True):
            line.energise(is_energised)
            assert (chip.value("POWER"), line.is_energised()) == (is_energised, is_energised)
        assert not chip.value("LINE")


def test_active_low_is_a_wire_that_is_low_when_energised(chip):
    with closing(open_output(at(chip, "POWER", is_active_low=True))) as line:
        assert (chip.value("POWER"), line.is_energised()) == (True, False)
        line.energise(True)
        assert (chip.value("POWER"), line.is_energised()) == (False, True)


def test_chip_is_found_by_device_name_and_label_and_line_by_name_and_number(chip):
    for named in (chip.device, chip.name, chip.label):
        for line in ("LINE", 1):
            with closing(open_output(GpioAddress(named, line))) as opened:
                opened.energise(True)
                assert chip.value("LINE")
            assert not chip.value("LINE")


@pytest.mark.parametrize(
    ("named", "line", "said"),
    [
        ("{device}", "NOWHERE", "relay gpio /dev/gpiochip.* line NOWHERE: .*see `gpiodetect`"),
        ("elsewhere", "POWER", "relay gpio elsewhere line POWER: No such file"),
    ],
)
def test_chip_or_line_that_is_not_there_is_named(chip, named, line, said):
    with pytest.raises(PortLostError, match=said):
        open_output(GpioAddress(named.format(device=chip.device), line))


def test_second_owner_is_refused_by_the_kernel(chip):
    with closing(open_output(at(chip, "POWER"))) as line:
        with pytest.raises(PortLostError, match="relay .* line POWER: Device or resource busy"):
            open_output(at(chip, "POWER"))
        with pytest.raises(PortLostError, match="input .* line POWER: Device or resource busy"):
            open_input(at(chip, "POWER"))
        line.energise(True)
        assert chip.value("POWER")
    open_output(at(chip, "POWER")).close()


@contextmanager
def killed(process):
    """Kill it in the end, whatever was found before."""
    try:
        yield
    finally:
        process.kill()


def test_line_of_another_process_is_refused_until_that_dies_and_then_it_is_released(chip):
    words = [sys.executable, "-c", HOLDER, chip.device, "POWER"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder, killed(holder):
        assert holder.stdout.readline() == "held\n"
        assert chip.value("POWER")
        with pytest.raises(PortLostError, match="Device or resource busy"):
            open_output(at(chip, "POWER"))
    assert holds(lambda: not chip.value("POWER")), "a dead harness keeps the relay energised"
    open_output(at(chip, "POWER")).close()


def test_edges_are_told_in_order_with_times_of_the_monotonic_clock(chip):
    with closing(open_input(at(chip, "DOOR"))) as line:
        assert line.edges(0) == []
        begun_ns = time.monotonic_ns()
        found = []
        for is_up in (True, False, True):
            chip.pull("DOOR", is_up)
            found += line.edges(EDGE_S)
        times_ns = [edge.time_ns for edge in found]
        assert [edge.is_rising for edge in found] == [True, False, True]
        assert times_ns == sorted(times_ns)
        assert begun_ns < times_ns[0] < times_ns[-1] < time.monotonic_ns()


def test_active_low_input_falls_when_its_wire_rises(chip):
    with closing(open_input(at(chip, "DOOR", is_active_low=True))) as line:
        chip.pull("DOOR", True)
        assert [edge.is_rising for edge in line.edges(EDGE_S)] == [False]


@pytest.mark.parametrize("bias", ["pull_up", "pull_down"])
def test_bias_reaches_the_chip(chip, bias):
    chip.pull("DOOR", bias != "pull_up")
    with closing(open_input(at(chip, "DOOR", bias=bias))):
        assert chip.pulled("DOOR") == bias.replace("_", "-")


def test_chip_that_is_taken_out_is_the_bench_s_failure(chip):
    with closing(open_output(at(chip, "POWER"))) as line:
        chip.pull_out()
        said = f"relay gpio {chip.device} line POWER: No such device"
        with pytest.raises(PortLostError, match=said):
            line.is_energised()
        with pytest.raises(PortLostError, match=said):
            line.energise(True)
