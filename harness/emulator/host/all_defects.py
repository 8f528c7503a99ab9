"""All seeded host defects, by name: each breaks one rule on purpose."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.emulator.host.defect import HostDefect
from harness.emulator.host.defects import MONEY_DEFECTS
from harness.emulator.host.defects_batch import BATCH_DEFECTS
from harness.emulator.host.defects_return import RETURN_DEFECTS

HOST_DEFECTS: Mapping[str, HostDefect] = MappingProxyType(
    {**MONEY_DEFECTS, **RETURN_DEFECTS, **BATCH_DEFECTS}
)
