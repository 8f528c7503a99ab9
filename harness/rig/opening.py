"""What a case wants of the bench, and the first row of the history that comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Literal

from harness.emulator.terminal.slips import WIDTH
from harness.fault.plan import Plan
from harness.history.record import Facts, Header
from harness.rig.back_office import Script
from harness.rig.parts import Parts
from harness.rig.schema import NO_TILL_LINE, EmulatedTerminal, ExternalTerminal

WorldName = Literal["virtual", "live"]
LIVE_FAST = 0.01  # real seconds for a second of an emulated live world
SLACK_REAL_S = 0.15  # what threads and ptys may add to a timer of a live run
TILL_SLACK_REAL_S = 0.45  # and to an acknowledgement on the till's line; a busy PC stands still
HOST_ONLY = ("host_wire", "ledger", "notify", "key", "line")
OUTSIDE = ("till", "ecr_wire", *HOST_ONLY, "card", "keys")
VERSIONS = {"pos-harness": version("pos-harness")}
INSIDE = (*OUTSIDE, "slip", "display", "journal", "nv", "power", "paper", "calendar")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """`script` has the host's answers that are not as they should be; `due` the rules.

    sink: gets each line of the history at once.  ledger: the URL of the books' database, "" for
    books in memory.
    """

    case: str = ""
    world: WorldName = "virtual"
    plan: Plan = field(default_factory=Plan)
    due: tuple[str, ...] = ()
    script: Script = field(default_factory=dict)
    sink: Callable[[str], object] | None = None
    ledger: str = ""


def make_header(parts: Parts, opening: Opening) -> Header:
    """Return the header of a history: what the bench is and what the case is for."""
    scale = LIVE_FAST if opening.world == "live" and parts.is_emulated else 1.0
    return Header(
        world=opening.world if parts.is_emulated else "hardware",
        observes=observed(parts),
        case=opening.case,
        host_wire_at="terminal" if parts.is_emulated else "host",
        plan=opening.plan.expected(),
        due=opening.due,
        profile=parts.profile,
        bench=_bench(parts, opening, scale),
        versions=VERSIONS,
        timer_scale=scale,
    )


def till_slack_s(header: Header) -> float:
    """Return how much longer both ends of a till line wait for each other, in world seconds.

    In a scaled world a busy PC is enough to make an acknowledgement late.  Three attempts still
    end before the till gives a command up.
    """
    return TILL_SLACK_REAL_S / header.timer_scale if header.timer_scale != 1.0 else 0.0


def observed(parts: Parts) -> tuple[str, ...]:
    """Return what the bench sees and can act on."""
    terminal = parts.device.terminal
    if isinstance(terminal, EmulatedTerminal):
        return INSIDE
    seen = OUTSIDE if terminal.ecr != NO_TILL_LINE else HOST_ONLY
    slip = () if terminal.printer == "none" else ("slip",)
    power = ("power",) if parts.device.cuts_power else ()
    return (*seen, *slip, *power, "calendar")


def _bench(parts: Parts, opening: Opening, scale: float) -> Facts:
    device, terminal = parts.device, parts.device.terminal
    facts: dict[str, str | int | bool | tuple[str, ...]] = {
        "name": parts.name,
        "kind": terminal.kind,
        "environment": device.environment,
        "terminal_id": device.terminal_id,
        "merchant_id": device.merchant_id,
        "merchant_name": device.merchant_name,
        "keys_from": parts.keys_from,
        "host": device.host.kind,
        "operator": device.operator.kind,
        "power": device.power.kind,
    }
    if opening.world == "live" and device.gate:
        facts["gate"] = device.gate.listen
    if device.line_relay:
        facts["line_relay"] = device.line_relay.kind
    if opening.world == "live":
        facts["slack_ms"] = int(SLACK_REAL_S / scale * 1000)
    if width := _paper_columns(terminal):
        facts["paper_columns"] = width
    if isinstance(terminal, ExternalTerminal):
        facts |= terminal.identity
    if parts.defects:
        facts["defects"] = parts.defects
    return facts


def _paper_columns(terminal: EmulatedTerminal | ExternalTerminal) -> int:
    """Return how wide its paper is, 0 if nobody knows."""
    return WIDTH if isinstance(terminal, EmulatedTerminal) else terminal.paper_columns
