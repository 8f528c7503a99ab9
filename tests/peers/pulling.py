"""Parts of a bench that are pulled at a named moment of a case, and what has to come of it."""

import json
from dataclasses import dataclass, field
from functools import partial

from harness.campaign.play import play
from harness.campaign.scenario import Scenario

IDLE_S = 3.0
IDLE = "idle"
MOMENTS = {
    IDLE: ("bench", "note", IDLE),
    "request sent": ("host", "rx", "terminal/0200"),
    "answer received": ("host", "tx", "terminal/0210"),
    "printing": ("terminal", "print", "slip"),
    "settling": ("host", "rx", "terminal/0500"),
}
DUE = ("M2", "L1", "S7")  # of settlement: so it begins with a terminal that is settled
TOOK_S_MAX = 30.0  # more, and it hung


@dataclass
class Puller:
    """Gets each line of a history; pulls once, when the moment has come."""

    moment: tuple[str, str, str]
    pull: object
    has_pulled: bool = field(init=False, default=False)

    def __call__(self, line):
        row = json.loads(line)
        if not self.has_pulled and self.moment == tuple(map(row.get, ("actor", "kind", "address"))):
            self.has_pulled = True
            self.pull()


def sell_and_settle(rig, idle_s=0.0):
    rig.till.sale(1234)
    rig.world.recorder.add(*MOMENTS[IDLE])
    rig.wait(idle_s)
    rig.till.settle()


def scenario(moment=IDLE):
    """Return the case; nobody waits in it but for a pull while the terminal is idle."""
    script = partial(sell_and_settle, idle_s=IDLE_S if moment == IDLE else 0.0)
    return Scenario(name="sale and settlement", script=script, due=DUE)


def played(parts, moment, pull):
    """Play the case; return how it went, and whether the moment has come."""
    puller = Puller(MOMENTS[moment], pull)
    return play(scenario(moment), parts, "live", sink=puller), puller.has_pulled
