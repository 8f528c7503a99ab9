"""All seeded host defects, by name: each breaks one rule on purpose."""

from collections.abc import Mapping
from types import MappingProxyType

from harness.emulator.host.defect import HostDefect
from harness.emulator.host.defects import MONEY_DEFECTS
from harness.emulator.host.defects_batch import BATCH_DEFECTS
from harness.emulator.host.defects_return import RETURN_DEFECTS

UNSEEN = frozenset(  # the reference terminal, or a single day, gives them no occasion
    [
        "forgets-debts-of-merchants", "reconciles-nothing", "refunds-though-not-opened",
        "refunds-without-original", "takes-partial-void", "voids-after-settlement", "voids-twice",
    ]
)  # fmt: skip
HOST_DEFECTS: Mapping[str, HostDefect] = MappingProxyType(
    {
        name: each
        for name, each in {**MONEY_DEFECTS, **RETURN_DEFECTS, **BATCH_DEFECTS}.items()
        if name not in UNSEEN
    }
)
