"""A device and what a case opens it with -> an open rig, in a virtual or a live world."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from harness.errors import MisuseError
from harness.rig.inside import open_inside
from harness.rig.opening import Opening
from harness.rig.outside import open_outside
from harness.rig.parts import Parts
from harness.rig.rig import Rig
from harness.rig.schema import ExternalTerminal


@contextmanager
def open_rig(parts: Parts, opening: Opening) -> Iterator[Rig]:
    """Open a bench for one case; close it in reverse order.

    Raises RigError when a port cannot be opened, MisuseError when the world cannot have the bench.
    """
    terminal = parts.device.terminal
    with ExitStack() as stack:
        if not isinstance(terminal, ExternalTerminal):
            yield open_inside(parts, opening, stack)
        elif opening.world == "virtual":
            raise MisuseError(f"{parts.name} is no emulated device: run it with --world live")
        else:
            yield open_outside(parts, opening, terminal, stack)
