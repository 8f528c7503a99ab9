"""A bench of ours live, with a gate in a process of its own between its terminal and its host."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

from harness.campaign.play import Played, play
from harness.rig.parts import Parts
from harness.rig.schema import EmulatedHost, Gate
from tests.acceptance.bench import parts
from tests.acceptance.lateness import is_late
from tests.live.bench import free_port
from tests.live.program import addresses, started

TRIES = 3


@dataclass
class Gated:
    """The bench, and the process of its gate."""

    parts: Parts
    gate: object

    def play(self, scenario) -> Played:
        """Play a case; again if the PC stood still, which proves nothing."""
        for _ in range(TRIES):
            played = play(scenario, self.parts, "live")
            if not is_late(played):
                break
        return played


@contextmanager
def gated_bench():
    host, listen, control = (f"127.0.0.1:{free_port()}" for _ in range(3))
    words = ("gate", "--host", host, "--listen", listen, "--control", control, "--json")
    with started(*words) as gate:
        addresses(gate)
        bench = parts()
        seat = Gate(listen=listen, control=control)
        device = bench.device.model_copy(update={"gate": seat, "host": EmulatedHost(listen=host)})
        yield Gated(replace(bench, device=device), gate)
