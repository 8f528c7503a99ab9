"""All seeded firmware defects of the terminal, by name: each breaks one thing on purpose."""

from collections.abc import Mapping

from harness.emulator.terminal.defect import Defect
from harness.emulator.terminal.defects_reversal import REVERSAL_DEFECTS
from harness.emulator.terminal.defects_settlement import SETTLEMENT_DEFECTS
from harness.emulator.terminal.defects_slip import SLIP_DEFECTS
from harness.emulator.terminal.defects_void import VOID_DEFECTS
from harness.emulator.terminal.defects_wire import WIRE_DEFECTS

TERMINAL_DEFECTS: Mapping[str, Defect] = {
    **REVERSAL_DEFECTS, **SLIP_DEFECTS, **WIRE_DEFECTS, **VOID_DEFECTS, **SETTLEMENT_DEFECTS
}  # fmt: skip
