"""Devices that this kernel simulates, plugged in for one test; what they are stands at the end."""

import os
import platform
from contextlib import closing
from pathlib import Path

import pytest

from kernel_bench.guest.chip import SimulatedChip
from kernel_bench.guest.gadget import printer, till_adapter

HERE = Path(__file__).parent
MARK = "kernel_bench"  # on the command line of the kernel that is made for these tests
SEEN = pytest.StashKey[dict]()


def is_guest():
    return MARK in Path("/proc/cmdline").read_text().split()


def pytest_collection_modifyitems(items):
    if not is_guest():
        skip = pytest.mark.skip(reason="needs a kernel of its own: make kernel-bench")
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(skip)


def pytest_configure(config):
    config.stash[SEEN] = {}


def pytest_terminal_summary(terminalreporter, config):
    if not is_guest():
        return
    terminalreporter.section("what it was played on")
    kernel = f"{platform.system()} {platform.release()} {platform.version()}"
    terminalreporter.line(f"kernel: {kernel}, {os.cpu_count()} processors")
    for line in config.stash[SEEN]:
        terminalreporter.line(line)


@pytest.fixture
def seen(pytestconfig):
    """Take a line about a device that was there."""
    return lambda line: pytestconfig.stash[SEEN].setdefault(line)


@pytest.fixture
def chip(seen):
    with closing(SimulatedChip("pos-bench", "POWER", "LINE", "DOOR")) as found:
        seen(found.told())
        yield found


@pytest.fixture
def adapter(seen):
    with closing(till_adapter()) as found:
        found.plug()
        seen(found.told())
        yield found


@pytest.fixture
def slip_printer(seen):
    with closing(printer()) as found:
        found.plug()
        seen(found.told())
        yield found
