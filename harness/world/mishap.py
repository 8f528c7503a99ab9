"""What each action of a plan does to an effect or an arrival, in every world.

What an actor sent stays a row even where the line lost it: marked `lost`, `spoiled` or `partial`.
A copy that a fault makes of a frame is none of the sender's rows.
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
    PresentCard,
    Press,
    RefuseConnect,
    Truncate,
)
from harness.world.ground import SECOND_NS
from harness.world.stage import Do, Stage


def is_possible(stage: Stage, action: Action, actor: str, step: Do) -> bool:
    """Tell whether the action can be carried out on this effect now."""
    match action:
        case PowerOff(device=device) | Press(device=device):
            return stage.is_on(device) or device in stage.setting.outside
        case PresentCard(device=device, card=card):
            return stage.is_on(device) and card in stage.setting.cards
        case PaperOut():
            return stage.printer(actor).has_paper
        case RefuseConnect():
            return True
        case LinkDown() if isinstance(step, Connect):
            return True
    assert isinstance(step, Transmit | Arrival)
    return stage.ground.is_open(actor, step.port) and _fits(stage, action, actor, step)


def _fits(stage: Stage, action: Action, actor: str, step: Transmit | Arrival) -> bool:
    match action:
        case Corrupt(byte=byte):
            return -len(step.data) <= byte < len(step.data)
        case Truncate(keep=keep):
            return keep < len(step.data)
        case Cut():
            return stage.ground.is_call(actor, step.port)
    return True


def obey(stage: Stage, action: Action, actor: str, step: Do) -> None:
    """Do to the effect what the action says."""
    match action:
        case Press() | PresentCard():
            stage.apply(actor, step)
            _act(stage, action)
        case PowerOff():
            _cut_power(stage, action, actor, step)
        case LinkDown() if isinstance(step, Connect):
            _take_down(stage, action, actor, step.label)
            stage.apply(actor, step)
        case RefuseConnect():
            assert isinstance(step, Connect)
            stage.recorder.add(actor, "connect", step.label, "dial")
            stage.later(actor, stage.refuse, actor, step.label)
        case PaperOut(keep=keep):
            stage.printer(actor).paper_out_after(keep)
            stage.apply(actor, step)
        case _:
            assert isinstance(step, Transmit | Arrival)
            _disturb(stage, action, actor, step)


def _act(stage: Stage, action: Press | PresentCard) -> None:
    match action:
        case PresentCard(card=card, device=device):
            stage.soon(device, stage.setting.cards[card])
        case Press(key=key, device=device) if device in stage.setting.outside:
            stage.setting.outside[device].press(key)
        case Press(key=key, device=device):
            stage.soon(device, KeyPressed(key))


def _cut_power(stage: Stage, action: PowerOff, actor: str, step: Do) -> None:
    is_own = isinstance(step, Transmit | Arrival) or action.device == actor
    if is_own or action.keep is None:
        _apply_part(stage, actor, step, action.keep)
    if action.device in stage.setting.outside:
        stage.ground.unplug(action.device)  # a switch takes its time, and nothing may arrive in it
        stage.setting.outside[action.device].cut_power(action.off_s)
    else:
        stage.cut_power(action.device, action.off_s)
    if not is_own and action.keep is not None:
        stage.apply(actor, step)


def _disturb(stage: Stage, action: Action, actor: str, step: Transmit | Arrival) -> None:
    """Do what only messages can suffer."""
    match action:
        case Drop():
            _lose(stage, actor, step)
        case Duplicate():
            stage.apply(actor, step)
            _repeat(stage, actor, step)
        case Corrupt(byte=byte):
            _send_other(stage, actor, step, _turned(step.data, byte))
        case Truncate(keep=keep):
            _apply_part(stage, actor, step, keep)
        case Delay(for_s=for_s):
            stage.remember(actor, step)
            stage.ground.call_later(_ns(for_s), partial(_resume, stage, actor, step))
        case Cut() | LinkDown():
            _break(stage, action, actor, step)
        case _:
            raise AssertionError(f"{action} has no place here")


def _break(stage: Stage, action: Cut | LinkDown, actor: str, step: Transmit | Arrival) -> None:
    stage.lose_unread(actor, step.port)
    if isinstance(step, Arrival):
        stage.deafen(actor, step.port)  # nor comes the beginning of what followed this frame
    _apply_part(stage, actor, step, action.keep)
    if isinstance(action, LinkDown):
        _take_down(stage, action, actor, step.port)
    elif stage.ground.is_call(actor, step.port):  # still: the machine may have hung up
        stage.ground.cut(actor, step.port, action.how)


def _take_down(stage: Stage, action: LinkDown, actor: str, port: str) -> None:
    heal = partial(_heal_line, stage, actor, port)
    open_line = stage.setting.relays.get((actor, port))
    stage.ground.cut(actor, port, "silence" if open_line else "rst")  # a wire tells nobody
    stage.ground.set_down(actor, port, True)
    if open_line:
        open_line(action.for_s, heal)
    else:
        stage.ground.call_later(_ns(action.for_s), heal)


def _heal_line(stage: Stage, actor: str, port: str) -> None:
    stage.ground.set_down(actor, port, False)
    stage.recorder.add("nemesis", "heal", f"{actor}/{port}", "link up", {"action": "link_down"})


def _resume(stage: Stage, actor: str, step: Transmit | Arrival) -> None:
    if stage.is_lost_late(actor, step):
        address = f"{step.kind} {actor} {step.label}"
        stage.recorder.add("nemesis", "note", address, "delayed, and no line when it was due")
    else:
        stage.apply(actor, step)


def _lose(stage: Stage, actor: str, step: Transmit | Arrival) -> None:
    if isinstance(step, Transmit):
        stage.apply(actor, step, {"lost": True})


def _repeat(stage: Stage, actor: str, step: Transmit | Arrival) -> None:
    """Bring the frame once more: a row where it arrives, none where it was sent but once."""
    if isinstance(step, Transmit):
        stage.ground.send(actor, step.port, step.data)
    elif not stage.is_lost_late(actor, step):
        stage.apply(actor, step)


def _turned(data: bytes, byte: int) -> bytes:
    turned = bytearray(data)
    turned[byte] ^= 0x10
    return bytes(turned)


def _send_other(stage: Stage, actor: str, step: Transmit | Arrival, data: bytes) -> None:
    """Record what the actor meant, and carry what the fault made of it."""
    if isinstance(step, Arrival):
        stage.receive_raw(actor, replace(step, data=data), {"spoiled": True})
        return
    stage.apply(actor, step, {"spoiled": True})
    stage.ground.send(actor, step.port, data)


def _apply_part(stage: Stage, actor: str, step: Do, keep: int | None) -> None:
    if keep is None or (isinstance(step, _WITH_BYTES) and keep >= len(step.data)):
        stage.apply(actor, step)
        return
    match step:
        case Transmit(port=port, data=data):
            stage.apply(actor, step, {"partial": True, "size": keep})
            stage.ground.send(actor, port, data[:keep])
        case Arrival(data=data) if keep:
            part = replace(step, data=data[:keep])
            stage.receive_raw(actor, part, {"partial": True, "size": keep})
        case Store() if keep:
            stage.apply(actor, step, {"torn": True})
            stage.write_torn(actor, step, keep)
        case Print(data=data) if keep:
            stage.apply(actor, replace(step, data=data[:keep]))
        case _:
            pass  # nothing of it happens


_WITH_BYTES = Transmit | Arrival | Store | Print


def _ns(seconds: float) -> int:
    return int(seconds * SECOND_NS)
