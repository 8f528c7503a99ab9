"""All seeded firmware defects of the terminal, by name: each breaks one thing on purpose."""

from collections.abc import Mapping

from harness.emulator.terminal.defect import Defect
from harness.emulator.terminal.defects_answer import ANSWER_DEFECTS
from harness.emulator.terminal.defects_closing import CLOSING_DEFECTS
from harness.emulator.terminal.defects_field import FIELD_DEFECTS
from harness.emulator.terminal.defects_power import POWER_DEFECTS
from harness.emulator.terminal.defects_reversal import REVERSAL_DEFECTS
from harness.emulator.terminal.defects_settlement import SETTLEMENT_DEFECTS
from harness.emulator.terminal.defects_slip import SLIP_DEFECTS
from harness.emulator.terminal.defects_till import TILL_LINE_DEFECTS
from harness.emulator.terminal.defects_void import VOID_DEFECTS
from harness.emulator.terminal.defects_wire import WIRE_DEFECTS

TERMINAL_DEFECTS: Mapping[str, Defect] = {
    **REVERSAL_DEFECTS, **SLIP_DEFECTS, **WIRE_DEFECTS, **VOID_DEFECTS, **SETTLEMENT_DEFECTS,
    **FIELD_DEFECTS, **ANSWER_DEFECTS, **CLOSING_DEFECTS, **POWER_DEFECTS, **TILL_LINE_DEFECTS,
}  # fmt: skip
