"""The harness's seat at a gate: what the plan of a case leaves to it, and the rows of what it saw.

A gate stands between terminal and host and belongs to neither: its rows say what really passed.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from harness.errors import HarnessError, RigError
from harness.fault.plan import Hold, LinkDown, Plan, PowerOff, Step
from harness.fault.point import Point, parse
from harness.gate.holder import Holder
from harness.gate.wire import HOST_WIRE, obstacle
from harness.history.record import Fact, Facts
from harness.world.entrusted import Entrusted, Firing
from harness.world.live import LiveWorld

Address = tuple[str, int]
Words = Mapping[str, Any]


def require_host(holder: Holder, host: Address) -> str:
    """Return whom a gate that is held calls.  Raises RigError if it stands on another line."""
    calls = str(holder.about.get("host", "no host"))
    if calls.rpartition(":")[2] != str(host[1]):
        raise RigError(
            f"the gate at {holder.name} calls {calls}, but our host listens on "
            f"{host[0]}:{host[1]}: start it with --host and that address"
        )
    return f"calls {calls}"


class GateSeat:
    """One gate on the host line of one live world.

    remote: devices outside whose power the harness cuts at the gate's word.  has_relay: one is in
    the line, and opens it where a plan has it down.
    """

    def __init__(
        self,
        world: LiveWorld,
        control: Address,
        host: Address,
        remote: frozenset[str],
        *,
        has_relay: bool = False,
    ) -> None:
        self._world, self._remote, self._has_relay = world, remote, has_relay
        self._actions: dict[Point, object] = {}
        self._whole_until = self._heard_at = 0
        self._entrusted: Entrusted | None = None
        self._more: deque[tuple[Step, Callable[[Step], None]]] = deque()  # asked of the gate
        self._holder = Holder(control, self._hear, self._lost)
        try:
            self._holder.hold()
            self._note("gate", f"held at {self._holder.name}, {require_host(self._holder, host)}")
        except HarnessError:
            self._holder.close()
            raise

    def begin(self, plan: Plan) -> Plan:
        """Have the gate begin what it can do of a plan; return the rest."""
        own = tuple(step for step in plan.steps if self._is_for_gate(step))
        rest = tuple(step for step in plan.steps if step not in own)
        self._actions = {step.point: step.action for step in own}
        entrust = partial(self._entrust, Plan(own))
        self._world.perform(entrust)
        scale = self._world.recorder.history().header.timer_scale
        self._holder.begin(Plan(own), scale, self._remote)
        return Plan(rest)

    def also(self, plan: Plan, noted: Callable[[Step], None]) -> Plan:
        """Have the gate plan more of what it can do, counted from here on; return the rest.

        noted: gets each step with its points counted from where the plan began, in the world.
        """
        own = tuple(step for step in plan.steps if self._is_for_gate(step))
        self._more = deque((step, noted) for step in own)
        self._holder.also(Plan(own))
        return Plan(tuple(step for step in plan.steps if step not in own))

    def _planned(self, words: Words) -> None:
        asked, noted = self._more.popleft()
        point, until = parse(str(words["point"])), str(words["until"])
        action = Hold(parse(until)) if until else asked.action
        assert self._entrusted is not None
        self._actions[point] = action
        self._world.perform(partial(self._entrusted.also, point, action))
        self._world.perform(partial(noted, replace(asked, point=point, action=action)))

    def _entrust(self, plan: Plan) -> None:
        self._entrusted = self._world.stage.entrust(plan)

    def _is_for_gate(self, step: Step) -> bool:
        if step.point.kind == "connect":
            return False  # a call that a gate refuses has been taken first
        if self._has_relay and isinstance(step.action, LinkDown):
            return False
        return not obstacle(step, HOST_WIRE, self._remote)

    def heal(self) -> None:
        """Have nothing happen any more."""
        self._holder.heal()

    def settle(self) -> None:
        """Add the rows of what the gate did and nobody saw arrive."""
        if self._entrusted:
            self._world.perform(self._entrusted.settle)

    def take_down(self) -> None:
        """Break the line, and have no call go through."""
        self._holder.take_down()

    def lift(self) -> None:
        """Have calls go through again; returns at once."""
        self._holder.lift()

    def close(self) -> None:
        """Let go of the gate."""
        self._holder.close()

    def _lost(self, why: str) -> None:
        facts: Facts = {"whole_until": self._whole_until}
        self._world.recorder.add("bench", "note", "bench failure", why, facts)
        self._world.fail(RigError(why))

    def _hear(self, words: Words) -> None:
        """Take what the gate tells, in the thread that hears it."""
        try:
            self._take(str(words["told"]), words)
        except RigError as error:
            self._world.fail(error)

    def _take(self, told: str, words: Words) -> None:
        match told:
            case "came" | "went":
                self._witness(told, words)
            case "planned":
                self._planned(words)
            case "firing":
                self._fire(words)
            case "done":
                self._done(words)
            case "note":
                self._cannot(words)
            case "healed":
                actor = parse(str(words["point"])).actor
                port = HOST_WIRE.peer(actor)
                add = self._world.recorder.add
                add("nemesis", "heal", f"{actor}/{port}", "link up", {"action": "link_down"})
            case "failed":
                raise RigError(f"the gate at {self._holder.name} failed: {words['why']}")
            case "not_answered":
                self._note("host", f"the call of line {words['line']} was not answered", words)
            case "called":
                self._note("terminal", f"calls on line {words['line']}", words)

    def _witness(self, told: str, words: Words) -> None:
        """Add the row of a frame that passed."""
        point = parse(str(words["point"]))
        label = point.label.partition(" ")[2]
        way = "from" if told == "came" else "to"
        facts: Facts = {
            "line": int(words["line"]),
            "size": int(words["size"]),
            "passed": told,
        }
        value = f"{words['size']} bytes {told} {way} the {point.actor}"
        self._note(f"{point.actor}/{label}", value, words, facts)

    def _fire(self, words: Words) -> None:
        point = parse(str(words["point"]))
        is_due = words["is_due"] is True
        firing = Firing(point, words["layer"], int(words["size"]), is_due)
        assert self._entrusted is not None
        self._world.perform(partial(self._entrusted.fires, firing))
        self._holder.proceed(point)

    def _done(self, words: Words) -> None:
        """Note what each end has got by then, and cut the power that hangs on it."""
        got = words["delivered"]
        facts: dict[str, Fact] = {f"to_{actor}_size": int(got[actor]) for actor in sorted(got)}
        value = ", ".join(f"{size} bytes to the {actor}" for actor, size in sorted(got.items()))
        doubt = "" if words["is_exact"] else "; an end has not acknowledged all of it"
        facts["is_exact"], facts["line"] = words["is_exact"] is True, int(words["line"])
        self._note(str(words["point"]), f"done; so far {value}{doubt}", words, facts)
        action = self._actions.get(parse(str(words["point"])))
        if isinstance(action, PowerOff):
            self._world.perform(partial(self._cut_power, action))

    def _cut_power(self, action: PowerOff) -> None:
        self._world.stage.ground.unplug(action.device)
        self._world.stage.setting.outside[action.device].cut_power(action.off_s)

    def _cannot(self, words: Words) -> None:
        point, why = parse(str(words["point"])), str(words["why"])
        self._world.recorder.add("nemesis", "note", str(point), why)
        if self._entrusted:
            cannot = partial(self._entrusted.cannot, point, is_gone=words["is_gone"] is True)
            self._world.perform(cannot)

    def _note(
        self, address: str, value: str, words: Words | None = None, facts: Facts | None = None
    ) -> None:
        own: Facts = {"gate_us": int(words["at_us"])} if words else {}
        row = self._world.recorder.add("gate", "note", address, value, {**own, **(facts or {})})
        # what came before the last but one was seen before the gate said this, and so lived
        self._whole_until, self._heard_at = self._heard_at, row.index
