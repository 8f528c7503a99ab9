"""What each action of a plan does to an effect or an arrival, in every world.

What an actor sent stays a row even where the line lost it: marked `lost`, `spoiled` or `partial`.
"""

from dataclasses import replace
from functools import partial

from harness.emulator import (
    Arrival,
    Connect,
    KeyPressed,
    Print,
    Store,
    Transmit,
)
from harness.fault.plan import (
    Action,
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    LinkDown,
    PaperOut,
    PowerOff,
    Press,
    RefuseConnect,
    Truncate,
)
from harness.world.ground import SECOND_NS
from harness.world.stage import Do, Stage


def is_possible(stage: Stage, action: Action, actor: str, step: Do) -> bool:
    """Tell whether the action can be carried out on this effect now."""
    match action, step:
        case ((PowerOff(device=device) | Press(device=device)), _):
            return stage.is_on(device)
        case Corrupt(byte=byte), (Transmit(data=data) | Arrival(data=data)):
            return -len(data) <= byte < len(data) and stage.ground.is_open(actor, step.port)
        case _, (Transmit(port=port) | Arrival(port=port)):
            return stage.ground.is_open(actor, port)
        case LinkDown(), _:
            return isinstance(step, Connect)
    return True


def obey(stage: Stage, action: Action, actor: str, step: Do) -> None:
    """Do to the effect what the action says."""
    match action:
        case Press(key=key, device=device):
            stage.apply(actor, step)
            stage.soon(device, KeyPressed(key))
        case PowerOff(keep=keep, off_s=off_s, device=device):
            _apply_part(stage, actor, step, keep)
            stage.power_off(device)
            stage.ground.call_later(_ns(off_s), partial(stage.power_on, device))
        case Cut() | LinkDown():
            _break(stage, action, actor, step)
        case RefuseConnect():
            assert isinstance(step, Connect)
            stage.recorder.add(actor, "connect", step.label, "dial")
            stage.ground.call_later(0, partial(stage.refuse, actor, step.label))
        case PaperOut(keep=keep):
            stage.printer(actor).paper_out_after(keep)
            stage.apply(actor, step)
        case _:
            _disturb(stage, action, actor, step)


def _break(stage: Stage, action: Cut | LinkDown, actor: str, step: Do) -> None:
    _apply_part(stage, actor, step, action.keep)
    port = step.port if isinstance(step, Transmit | Arrival) else step.label
    if isinstance(action, Cut):
        stage.ground.cut(actor, port, action.how)
        return
    stage.ground.cut(actor, port, "rst")
    stage.ground.set_down(actor, port, True)
    stage.ground.call_later(_ns(action.for_s), partial(_heal_line, stage, actor, port))


def _heal_line(stage: Stage, actor: str, port: str) -> None:
    stage.ground.set_down(actor, port, False)
    stage.recorder.add("nemesis", "heal", f"{actor}/{port}", "link up", {"action": "link_down"})


def _disturb(stage: Stage, action: Action, actor: str, step: Do) -> None:
    """Do what only messages can suffer, and after which the line goes on."""
    assert isinstance(step, Transmit | Arrival)
    match action:
        case Drop():
            _lose(stage, actor, step)
        case Duplicate():
            stage.apply(actor, step)
            stage.apply(actor, step)
        case Corrupt(byte=byte):
            _send_other(stage, actor, step, _turned(step.data, byte), "spoiled")
        case Truncate(keep=keep):
            _apply_part(stage, actor, step, keep)
        case Delay(for_s=for_s):
            stage.ground.call_later(_ns(for_s), partial(_resume, stage, actor, step))
        case _:
            raise AssertionError(f"{action} has no place here")


def _resume(stage: Stage, actor: str, step: Do) -> None:
    if stage.is_on(actor):
        stage.apply(actor, step)


def _lose(stage: Stage, actor: str, step: Transmit | Arrival) -> None:
    if isinstance(step, Transmit):
        stage.apply(actor, step, {"lost": True})


def _turned(data: bytes, byte: int) -> bytes:
    turned = bytearray(data)
    turned[byte] ^= 0x10
    return bytes(turned)


def _send_other(stage: Stage, actor: str, step: Transmit | Arrival, data: bytes, mark: str) -> None:
    """Record what the actor meant, and carry what the fault made of it."""
    if isinstance(step, Arrival):
        stage.receive_raw(actor, replace(step, data=data), {mark: True})
        return
    stage.apply(actor, step, {mark: True})
    stage.ground.send(actor, step.port, data)


def _apply_part(stage: Stage, actor: str, step: Do, keep: int | None) -> None:
    match step:
        case _ if keep is None:
            stage.apply(actor, step)
        case Transmit(port=port, data=data):
            stage.apply(actor, step, {"partial": True, "size": min(keep, len(data))})
            stage.ground.send(actor, port, data[:keep])
        case Arrival(data=data) if keep:
            stage.receive_raw(
                actor, replace(step, data=data[:keep]), {"partial": True, "size": keep}
            )
        case Store() if keep:
            stage.apply(actor, step, {"torn": True})
            stage.write_torn(actor, step, keep)
        case Print(data=data) if keep:
            stage.apply(actor, replace(step, data=data[:keep]))
        case _:
            pass  # nothing of it happens


def _ns(seconds: float) -> int:
    return int(seconds * SECOND_NS)
