"""What can go wrong in one transaction of a day: each trouble is a small plan of its own.

Its points are counted from where the transaction begins.  Those at the host's end of the line can
be reached on every bench, those at a serial till line on a bench that has one.
"""

from dataclasses import dataclass
from typing import Literal

from harness.fault.plan import (
    Action,
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    PaperOut,
    Plan,
    PowerOff,
    Press,
    RefuseConnect,
    Truncate,
)
from harness.fault.point import parse

Verb = Literal[
    "sale", "tender", "void", "refund", "balance", "reprint", "reprint_voucher", "details",
    "totals", "settle",
]  # fmt: skip
Reach = Literal["anywhere", "inside", "serial"]
SALES: tuple[Verb, ...] = ("sale", "tender")
DEPENDENT = ("M2", "M3")  # what a day is for: it proves nothing unless each fault has fired
PAUSE_S = 10.0  # for whoever stands there to see that something is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What happens in a transaction of one of these verbs, and how long it is waited afterwards.

    reach: on which benches the points are; `serial` needs a till line that damages bytes.
    """

    name: str
    verbs: tuple[Verb, ...]
    plan: Plan
    reach: Reach = "inside"
    pause_s: float = PAUSE_S
    prints_again: bool = False  # the slip has to be asked for again

    @property
    def count(self) -> int:
        """Return how many faults it is."""
        return len(self.plan.steps)

    @property
    def takes_paper(self) -> bool:
        """Tell whether somebody has to load paper afterwards."""
        return any(isinstance(step.action, PaperOut) for step in self.plan.steps)


def _one(
    point: str,
    action: Action,
    *verbs: Verb,
    pause_s: float = PAUSE_S,
    prints_again: bool = False,
) -> Trouble:
    name = f"{action.name} at {point.removesuffix(' #1')}"
    reach: Reach = "anywhere" if point.split()[1] == "host" else "inside"
    plan = Plan().also(point, action, *DEPENDENT)
    return Trouble(
        name=name, verbs=verbs or SALES, plan=plan, reach=reach, pause_s=pause_s,
        prints_again=prints_again or point.startswith("print "),
    )  # fmt: skip


def _on_till_line(point: str, action: Action) -> Trouble:
    plan = Plan().also(point, action, *DEPENDENT)
    return Trouble(name=f"{action.name} at {point}", verbs=SALES, plan=plan, reach="serial")


def _two(name: str, first: str, action: Action, then: str, another: Action) -> Trouble:
    plan = Plan().also(first, action, *DEPENDENT).also(then, another, *DEPENDENT)
    return Trouble(name=name, verbs=SALES, plan=plan, reach="anywhere")


_ANSWER, _REQUEST = "tx host 0210 #1", "rx host 0200 #1"
TROUBLES = (
    _one(_ANSWER, Drop(), "sale", "void"),
    _one(_ANSWER, Cut(keep=0), "tender"),
    _one(_ANSWER, Cut(keep=50), "sale", "void"),
    _one(_ANSWER, Cut(keep=0, how="silence")),
    _one(_ANSWER, Cut(keep=0, how="half_open")),
    _one(_ANSWER, Cut(keep=0, how="fin")),
    _one(_ANSWER, Corrupt(-3), "sale", "void"),
    _one(_ANSWER, Truncate(keep=30)),
    _one(_ANSWER, Delay(20), "sale", "void", "balance"),
    _one(_ANSWER, Delay(70)),
    _one(_ANSWER, Duplicate()),
    _one(_ANSWER, Hold(parse("rx host 0400 #1"))),
    _one(_ANSWER, LinkDown(for_s=40), pause_s=50),
    _one(_ANSWER, Drop(), "balance"),
    _one(_REQUEST, Drop()),
    _one(_REQUEST, Cut(keep=0), "sale", "void"),
    _one(_REQUEST, Cut(keep=None)),
    _one(_REQUEST, Duplicate()),
    _one(_REQUEST, PowerOff(), "sale", "void"),
    _one(_REQUEST, PowerOff(device="host"), "sale", "void"),
    _one("tx host 0230 #1", Drop(), "refund"),
    _one("tx host 0230 #1", Cut(keep=20), "refund"),
    _one("tx host 0510 #1", Drop(), "settle"),
    _one("tx host 0330 #1", Drop(), "settle"),
    _one("rx host 0500 #1", Cut(keep=0), "settle"),
    _two("reversal without an answer", _ANSWER, Drop(), "tx host 0410 #1", Drop()),
    _two("reversal comes twice", _ANSWER, Drop(), "rx host 0400 #1", Duplicate()),
    _one("tx terminal 0200 #1", Cut(keep=0)),
    _one("tx terminal 0200 #1", Cut(keep=60)),
    _one("tx terminal 0200 #1", PowerOff(keep=None)),
    _one("connect terminal host #1", RefuseConnect(), "sale", "void", "refund"),
    _one("connect terminal host #1", LinkDown(for_s=30), pause_s=40),
    _one("rx terminal 0210 #1", PowerOff(), "sale", "void"),
    _one("nv terminal reversal #1", PowerOff(keep=60)),
    _one("nv terminal journal #1", PowerOff(), "sale", "void"),
    _one("nv terminal journal #1", PowerOff(keep=40)),
    _one("nv terminal journal #1", PowerOff(keep=None), prints_again=True),
    _one("nv terminal counters #1", PowerOff(keep=10)),
    _one("print terminal slip #1", PaperOut(keep=60), "sale", "void"),
    _one("print terminal slip #2", PaperOut()),
    _one("print terminal slip #1", PowerOff(keep=120)),
    _one("print terminal slip #1", PaperOut(keep=60), "settle"),
    _one("rx terminal 0510 #1", PowerOff(), "settle"),
    _one("tx terminal 040F #1", LinkDown(for_s=150), pause_s=160),
    _one("rx terminal 0601 #1", Duplicate()),
    _on_till_line("tx terminal 040F #1", Corrupt(8)),
    _on_till_line("rx terminal ACK #1", Drop()),
)
CANCELS = (
    _one("show terminal PRESENT_CARD #1", Press(key="CANCEL"), "sale"),
    _one(_REQUEST, Press(key="CANCEL"), "sale"),
)  # what a person does is no fault


def reachable(troubles: tuple[Trouble, ...], *, is_inside: bool, is_serial: bool) -> list[Trouble]:
    """Return what can happen on a bench: inside a terminal only to an emulated one."""
    reaches = {"anywhere"} | ({"inside"} if is_inside else set())
    reaches |= {"serial"} if is_inside and is_serial else set()
    return [each for each in troubles if each.reach in reaches]
