"""Looks at each part of a bench before a run does, and says what to do about what is wrong."""

import os
import shlex
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.errors import HarnessError
from harness.port.serial_port import open_port
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.rig.parts import Parts
from harness.rig.schema import NO_TILL_LINE, CommandOperator, CommandPower, ExternalTerminal
from harness.terms.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Step:
    """One look at one part; `problem` says what is wrong and what to do, "" if nothing is."""

    device: str
    part: str
    problem: str = ""


def examine(parts: Parts) -> Iterator[Step]:
    """Yield what is found, part by part; a terminal is asked for nothing but its registration."""
    terminal = parts.device.terminal
    if not isinstance(terminal, ExternalTerminal):
        yield Step(parts.name, "emulated bench", _test_sale(parts))
        return
    steps = [*_commands(parts), Step(parts.name, "host listens", _listen(parts))]
    if terminal.has_tap:
        steps.append(Step(parts.name, "printer tap", _tap(terminal)))
    if terminal.ecr != NO_TILL_LINE:
        steps.append(Step(parts.name, "till line", _till(terminal)))
    yield from steps
    if terminal.ecr != NO_TILL_LINE and not any(step.problem for step in steps):
        yield Step(parts.name, "terminal answers", _register(parts))


def _test_sale(parts: Parts) -> str:
    sale = Scenario(name="doctor", script=lambda rig: rig.till.sale(100), due=("M2", "L1"))
    played = play(sale, parts)
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


def _tap(terminal: ExternalTerminal) -> str:
    return _open_port(terminal.printer, "printer tap", terminal.printer_baud)


def _till(terminal: ExternalTerminal) -> str:
    return _open_port(terminal.ecr, "till line", terminal.baud)


def _open_port(address: str, part: str, baud: int) -> str:
    try:
        open_port(address, part, baud=baud).close()
    except HarnessError as error:
        return str(error)
    return ""


def _register(parts: Parts) -> str:
    try:
        with open_rig(parts, Opening(case="doctor", world="live")) as rig:
            if rig.till.register() is Outcome.APPROVED:
                return ""
    except HarnessError as error:
        return str(error)
    return "no answer to a registration: check cable, baud rate and that ZVT is switched on"
