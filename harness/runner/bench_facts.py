"""What a report says of a device: who it is, what surrounded it, and what its verdicts are worth.

A verdict on hardware is about one terminal with one application: what has no name has no verdict.
So an undeclared identity, or an instrument whose calibration has run out, makes the run prove
nothing.
"""

from collections.abc import Iterator
from datetime import date

from harness.profile.defaults import DEFAULTS
from harness.report.run_json import Bench
from harness.rig.opening import WorldName
from harness.rig.parts import Parts
from harness.rig.schema import IDENTITY, NO_TILL_LINE, ExternalTerminal, Instrument


def bench_facts(parts: Parts, world: WorldName, today: date) -> Bench:
    """Return what is to be said of a device."""
    device = parts.device
    return Bench(
        what=described(parts, world),
        identity=_identity(parts),
        profile={name: text for name, text in parts.profile.items() if text != DEFAULTS[name]},
        surroundings={
            "environment": device.environment,
            "host": f"{device.host.kind}, {device.host.listen}",
            "operator": device.operator.kind,
            "power": device.power.kind,
            "line": f"opened by a {device.line_relay.kind} relay" if device.line_relay else "whole",
            "keys": parts.keys_from,
            "terminal_id": device.terminal_id,
            "merchant_id": device.merchant_id,
        },
        instruments=[_instrument(each) for each in device.instruments],
        doubts=list(_doubts(parts, today)),
    )


def described(parts: Parts, world: WorldName) -> str:
    """Return what a device is, in a line for people."""
    terminal = parts.device.terminal
    if not isinstance(terminal, ExternalTerminal):
        seeded = f", defects: {', '.join(parts.defects)}" if parts.defects else ""
        return f"emulated, {world}, ECR {terminal.ecr}{seeded}"
    known = " ".join(filter(None, (terminal.model, terminal.serial_number, terminal.firmware)))
    return (
        f"external {known or 'terminal of undeclared identity'}, ECR {terminal.ecr}, operator "
        f"{parts.device.operator.kind}, power {parts.device.power.kind}"
    )


def _identity(parts: Parts) -> dict[str, str]:
    terminal = parts.device.terminal
    if isinstance(terminal, ExternalTerminal):
        return terminal.identity
    return {"model": "reference terminal (emulated)"}


def _instrument(instrument: Instrument) -> dict[str, str]:
    found = {
        "name": instrument.name,
        "serial_number": instrument.serial_number,
        "calibrated": str(instrument.calibrated or ""),
        "due": str(instrument.due or ""),
    }
    return {name: text for name, text in found.items() if text}


def _doubts(parts: Parts, today: date) -> Iterator[str]:
    terminal = parts.device.terminal
    if not isinstance(terminal, ExternalTerminal) or terminal.ecr == NO_TILL_LINE:
        return  # ours; or one that a person shows to us, which no suite tests
    missing = [name for name in IDENTITY if name not in terminal.identity]
    if missing:
        yield f"the terminal's {', '.join(missing)} is not declared: add it to its `terminal`"
    for instrument in parts.device.instruments:
        if instrument.due and instrument.due < today:
            yield f"the calibration of {instrument.name} ran out on {instrument.due}"
