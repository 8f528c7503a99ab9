"""Looks at each part of a bench before a run does, and says what to do about what is wrong."""

import os
import shlex
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.device.slip_tap import open_paper
from harness.errors import HarnessError
from harness.gate.holder import Holder
from harness.port.serial_port import LineSetting, close_port, open_port
from harness.port.usb_printer import GADGET
from harness.rig.gate_seat import require_host
from harness.rig.instruments import Instruments, openings
from harness.rig.ledgers import records
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.rig.parts import Parts
from harness.rig.rig import Rig
from harness.rig.schema import NO_TILL_LINE, CommandOperator, CommandPower, ExternalTerminal
from harness.runner.measured_bench import Look, looks


@dataclass(frozen=True, slots=True)
class Step:
    """One look at one part; `problem` says what is wrong and what to do, "" if nothing is."""

    device: str
    part: str
    problem: str = ""
    seen: str = ""  # what was measured

    @property
    def said(self) -> str:
        """Return it in a line."""
        return self.problem or (f"ok: {self.seen}" if self.seen else "ok")


def examine(parts: Parts) -> Iterator[Step]:
    """Yield what is found, part by part.

    What is not there is named first; only a bench that is whole is measured.
    """
    terminal = parts.device.terminal
    if not isinstance(terminal, ExternalTerminal):
        yield Step(parts.name, "emulated bench", _test_sale(parts))
        yield from (*_ledgers(parts), *_gate(parts))
        return
    steps = [*_commands(parts), Step(parts.name, "host listens", _listen(parts)), *_gate(parts)]
    if terminal.has_tap:
        steps.append(Step(parts.name, "printer tap", _tap(terminal)))
    if terminal.ecr != NO_TILL_LINE:
        steps.append(Step(parts.name, "till line", _till(terminal)))
    steps += [*_instruments(parts), *_ledgers(parts)]
    yield from steps
    if terminal.ecr != NO_TILL_LINE and not any(step.problem for step in steps):
        yield from _measured(parts)


def _instruments(parts: Parts) -> Iterator[Step]:
    """Open each instrument alone, once: a device that several parts share, with the first."""
    with ExitStack() as stack:
        instruments = Instruments(stack, parts.dialogues)
        for name, opened in openings(parts.device, instruments):
            yield Step(parts.name, name, _problem(opened))


def _problem(work: Callable[[], object]) -> str:
    try:
        work()
    except HarnessError as error:
        return str(error)
    return ""


def _ledgers(parts: Parts) -> Iterator[Step]:
    """Read what the books are in, and those of others."""
    if "://" in parts.ledger:
        from harness.port.sql_books import SqlBooks  # late: it takes long to load

        yield Step(parts.name, "ledger", _problem(lambda: SqlBooks(parts.ledger).close()))
    for name in parts.device.ledgers:
        yield Step(parts.name, f"ledger {name}", _problem(partial(records, parts, name)))


def _measured(parts: Parts) -> Iterator[Step]:
    """Open the bench and measure, until a look that others need fails."""
    steps: list[Step] = []
    try:
        with open_rig(parts, Opening(case="doctor", world="live")) as rig:
            for name, look in looks(rig):
                steps.append(_looked(parts, rig, name, look))
                if steps[-1].problem:
                    break
    except HarnessError as error:
        steps.append(Step(parts.name, "bench", str(error)))
    yield from steps


def _looked(parts: Parts, rig: Rig, name: str, look: Look) -> Step:
    try:
        return Step(parts.name, name, seen=look(rig))
    except HarnessError as error:
        return Step(parts.name, name, str(error))


def _test_sale(parts: Parts) -> str:
    sale = Scenario(name="doctor", script=lambda rig: rig.till.sale(100), due=("M2", "L1"))
    alone = parts.device.model_copy(update={"ledgers": {}})  # others know nothing of this sale
    played = play(sale, replace(parts, device=alone))
    verdict = played.judged()
    if played.error or verdict.word is not Word.PASS:
        first = next(iter(map(str, verdict.findings)), played.error or "it proves nothing")
        return f"a test sale in virtual time is {verdict.word.name}: {first}"
    return ""


def _commands(parts: Parts) -> Iterator[Step]:
    operator, power = parts.device.operator, parts.device.power
    if isinstance(operator, CommandOperator):
        for name in ("present_card", "key_pin", "press"):
            if command := getattr(operator, name):
                yield Step(parts.name, f"operator {name}", _find(command))
    if isinstance(power, CommandPower):
        for name in ("off", "on"):
            yield Step(parts.name, f"power {name}", _find(getattr(power, name)))


def _find(command: str) -> str:
    try:
        program = shlex.split(command)[0]
    except (ValueError, IndexError):
        return f"{command!r} is no command line: mend its quotes in devices.yaml"
    if shutil.which(program):
        return ""
    return f"{program} is not there or may not be run: mend the path, or chmod +x it"


def _listen(parts: Parts) -> str:
    host, port = parts.device.host.address
    try:
        with socket.create_server((host, port)):
            return ""
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        return f"{host}:{port}: {why}: stop who listens there, or choose another address"


def _gate(parts: Parts) -> Iterator[Step]:
    if gate := parts.device.gate:
        yield Step(parts.name, "gate", _hold(gate.control_address, parts.device.host.address))


def _hold(control: tuple[str, int], host: tuple[str, int]) -> str:
    try:
        with closing(Holder(control, lambda _words: None, lambda _why: None)) as holder:
            holder.hold()
            require_host(holder, host)
    except HarnessError as error:
        return str(error)
    return ""


def _tap(terminal: ExternalTerminal) -> str:
    return _open_port(terminal.printer, "printer tap", terminal.printer_setting)


def _till(terminal: ExternalTerminal) -> str:
    return _open_port(terminal.ecr, "till line", terminal.setting)


def _open_port(address: str, part: str, setting: LineSetting) -> str:
    if address.startswith(GADGET):
        return _problem(lambda: open_paper(address, setting).close())
    return _problem(lambda: _opened(address, part, setting))


def _opened(address: str, part: str, setting: LineSetting) -> None:
    port = open_port(
        address, part, baud=setting.baud, character=setting.character,
        flow_control=setting.flow_control,
    )  # fmt: skip
    close_port(port)
