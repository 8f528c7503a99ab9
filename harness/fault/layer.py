"""At which layer something is done to a line: what it proves about a terminal depends on that.

model: in an emulated line.  message: frames were changed above TCP.  tcp: by RST, FIN or a
listener that takes no calls.  serial: bytes of a serial line were kept back.  relay: a switch
broke the wire or the supply itself.  Nothing here acts on packets, below TCP.
"""

from typing import Literal

from harness.fault.plan import Action, Cut, LinkDown, PowerOff, RefuseConnect

Layer = Literal["model", "message", "tcp", "serial", "relay"]


def layer_on_wire(action: Action, *, is_call: bool, is_relayed: bool) -> Layer:
    """Return at which layer it is done to a real line.

    is_call: the line is TCP.  is_relayed: a relay breaks the wire.
    """
    match action:
        case PowerOff():
            return "relay"
        case LinkDown() if is_relayed:
            return "relay"
        case LinkDown() if not is_call:
            return "serial"
        case Cut() | LinkDown() | RefuseConnect():
            return "tcp"
    return "message"
