"""Every seeded defect by its name: in which part of the bench it is, and the rule that names it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from harness.emulator.host.all_defects import HOST_DEFECTS
from harness.emulator.printer import PRINTER_DEFECTS
from harness.emulator.terminal.defects import TERMINAL_DEFECTS
from harness.errors import MisuseError
from harness.rig.bench_defects import BENCH_DEFECTS
from harness.rig.till import TILL_DEFECTS

Part = Literal["terminal", "host", "printer", "till", "bench"]


@dataclass(frozen=True, slots=True)
class Defect:
    """One way of being wrong, which the checker of `rule` must find.

    is_live: only a live world can show it.  beside: the defect of another part without which it
    never has an occasion.
    """

    name: str
    part: Part
    rule: str
    what: str
    is_live: bool = False
    beside: str = ""


def _all() -> Iterable[Defect]:
    for name, terminal in TERMINAL_DEFECTS.items():
        yield Defect(name, "terminal", terminal.rule, terminal.what)
    for name, host in HOST_DEFECTS.items():
        yield Defect(name, "host", host.rule, host.what, beside=host.beside)
    for name, printer in PRINTER_DEFECTS.items():
        yield Defect(name, "printer", printer.rule, printer.what)
    for name, till in TILL_DEFECTS.items():
        yield Defect(name, "till", till.rule, till.what)
    for name, bench in BENCH_DEFECTS.items():
        yield Defect(name, "bench", bench.rule, bench.what, is_live=bench.is_exposed)


DEFECTS: Mapping[str, Defect] = MappingProxyType({each.name: each for each in _all()})


def require_known(names: Iterable[str]) -> None:
    """Raise MisuseError for a name of no defect, and for two defects of one part."""
    parts: dict[Part, str] = {}
    for name in names:
        if name not in DEFECTS:
            raise MisuseError(f"no defect is called {name!r}: `pos-harness defects` lists them all")
        part = DEFECTS[name].part
        if part in parts:
            raise MisuseError(f"{parts[part]} and {name} are both of the {part}: switch on one")
        parts[part] = name
