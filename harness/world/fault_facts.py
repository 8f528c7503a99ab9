"""What the row of a fault or an act says of it: what was done, to what, and at which layer."""

from collections.abc import Collection

from harness.emulator import Arrival, Connect, Effect, Transmit
from harness.fault.layer import Layer, layer_on_wire
from harness.fault.plan import ACTS, Action, PaperOut, PowerOff, PresentCard, Press
from harness.history.record import Fact
from harness.world.ground import Ground


def facts_of(action: Action, layer: Layer | None = None) -> dict[str, Fact]:
    """Return the facts of the row; what has no layer of its own says none."""
    found: dict[str, Fact] = {"action": action.name}
    match action:
        case PowerOff(device=device):
            found["device"] = device
        case Press(device=device, key=key):
            found |= {"device": device, "key": key}
        case PresentCard(device=device, card=card):
            found |= {"device": device, "card": card}
    return found | {"layer": layer} if layer else found


def layer_in(
    ground: Ground, outside: Collection[str], actor: str, action: Action, step: Effect | Arrival
) -> Layer | None:
    """Return at which layer a world itself does something to an effect or an arrival."""
    if isinstance(action, (*ACTS, PaperOut)):
        return None
    is_outside = isinstance(action, PowerOff) and action.device in outside
    if not is_outside and (isinstance(action, PowerOff) or not ground.has_wires):
        return "model"
    is_call = isinstance(step, Connect) or _is_call(ground, actor, step)
    return layer_on_wire(action, is_call=is_call, is_relayed=False)


def _is_call(ground: Ground, actor: str, step: Effect | Arrival) -> bool:
    return isinstance(step, Transmit | Arrival) and ground.is_call(actor, step.port)
