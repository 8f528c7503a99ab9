"""A device of devices.yaml -> an open rig, in a virtual or a live world."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from harness.device.operator import CommandOperator, HumanOperator, Operator, StageOperator
from harness.device.power import CommandPower, NoPower, Power, StagePower
from harness.device.zvt_terminal import ZvtTerminal
from harness.emulator import Boot
from harness.emulator.host.config import HostConfig
from harness.emulator.host.defects import HOST_DEFECTS
from harness.emulator.host.machine import Host
from harness.emulator.printer import PRINTER_DEFECTS, Printer
from harness.emulator.terminal import nv
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.defects import TERMINAL_DEFECTS
from harness.emulator.terminal.machine import Terminal
from harness.errors import ConfigError, MisuseError
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Plan
from harness.history.describe import Describer
from harness.history.record import Fact, Header
from harness.ledger.books import MemoryBooks, opened
from harness.link import length_prefix, zvt_serial
from harness.profile.defaults import DEFAULTS
from harness.rig.cards import load_cards
from harness.rig.rig import Rig
from harness.rig.schema import CommandOperator as CommandOperatorModel
from harness.rig.schema import CommandPower as CommandPowerModel
from harness.rig.schema import Device, ExternalTerminal, is_loopback
from harness.rig.schema import HumanOperator as HumanOperatorModel
from harness.terms.card import Card
from harness.wire import zvt
from harness.wire.dialects import unionpay
from harness.world.live import LiveWorld
from harness.world.stage import Line, Setting
from harness.world.virtual import VirtualWorld

LIVE_FAST = 0.01
TEST_TMK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")  # opens the emulated bench only
PEERS = {("terminal", "host"): ("host", "terminal")}
ECR = ("terminal", "ecr")
EVERYTHING = (
    "till ecr_wire host_wire ledger notify slip display journal nv key line power paper card keys calendar"
).split()
SLACK_REAL_S = 0.15  # what threads and ptys may add to a timer in scaled live runs
"""Frames of the ports, by link."""


@dataclass(frozen=True)
class _Frames:
    split: Callable[[bytes], tuple[list[bytes], bytes]]
    label: Callable[[bytes], str]


def _split_host(data: bytes) -> tuple[list[bytes], bytes]:
    frames, rest = length_prefix.split(data, size_max=4096)
    return list(frames), rest
