"""A bench whose terminal is somebody else's: our host listens, the terminal calls it.

Live and never scaled.  Only our host's end of the host line is seen, and what passes on the till
line and comes out of the printer.
"""

from contextlib import ExitStack, closing
from functools import partial

from harness.device.operator import CommandOperator, HumanOperator, Operator
from harness.device.outside import OutsideActs
from harness.device.power import CommandPower, NoPower, Power
from harness.device.slip_tap import SlipTap, record_lines
from harness.device.zvt_terminal import ZvtTerminal
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Plan
from harness.history.record import Recorder
from harness.ledger.books import Books
from harness.rig import schema
from harness.rig.ask_human import ask_human
from harness.rig.cards import CardGuard
from harness.rig.frames import HOST_FRAMES, till_link
from harness.rig.inside import HOST_END, PEERS, describer, make_office, open_gate
from harness.rig.open_books import open_books
from harness.rig.opening import Opening, make_header
from harness.rig.parts import Parts
from harness.rig.rig import Rig
from harness.rig.till import Till
from harness.world.live import LiveWorld
from harness.world.stage import Outside, Setting

SETTLE_S = 0.2  # the calls that follow take real time, and wait for their slips
TERMINAL = ("terminal",)
READ_SLICE_S = 0.5  # how soon the till notices that the terminal's power was taken


def open_outside(
    parts: Parts, opening: Opening, terminal: schema.ExternalTerminal, stack: ExitStack
) -> Rig:
    """Open the bench; `stack` closes it.  Raises RigError when a port cannot be opened."""
    books, acts = open_books(parts, opening.ledger, stack), OutsideActs()
    stack.enter_context(closing(acts))
    world = _open_world(parts, opening, books, stack, acts)
    tap = _open_tap(parts, world, stack)
    driver = _driver(parts, terminal, world)
    if tap:
        driver.hear_out = tap.hear_out
    operator = make_operator(parts, world.recorder)
    power = make_power(parts, world, driver)
    stack.callback(power.ensure_on)  # whatever ends the case, Ctrl-C too
    acts.equip(power, operator)
    till = Till(
        recorder=world.recorder,
        terminal=driver,
        operator=operator,
        cards={card.token: card for card in parts.cards},
        kind=parts.till,
        password=parts.password,
        guard=CardGuard(world.recorder),
        prints=terminal.printer == "ecr",
    )
    rig = Rig(
        world=world,
        till=till,
        office=make_office(parts, world, books),
        power=power,
        plan=opening.plan,
        script=opening.script,
        gate=open_gate(parts, world, stack, remote=() if isinstance(power, NoPower) else TERMINAL),
        is_emulated=False,
        settle_s=SETTLE_S,
        settle=acts.settle,
    )
    return stack.enter_context(closing(rig))


def open_host(parts: Parts, opening: Opening, books: Books, stack: ExitStack) -> LiveWorld:
    """Open our host alone, and the tap of the terminal's printer where there is one."""
    world = _open_world(parts, opening, books, stack)
    _open_tap(parts, world, stack)
    return world


def _open_world(
    parts: Parts,
    opening: Opening,
    books: Books,
    stack: ExitStack,
    outside: Outside | None = None,
) -> LiveWorld:
    setting = Setting(
        machines={"host": parts.host(books)},
        lines={HOST_END: HOST_FRAMES},
        printers={},
        books=books,
        nemesis=Nemesis(Plan()),
        describe=describer(parts),
        outside={"terminal": outside} if outside else {},
    )
    world = LiveWorld(
        setting,
        make_header(parts, opening),
        peers=PEERS,
        serial=(),
        listen={HOST_END: parts.device.host.address},
        allow=parts.device.host.allow,
        sink=opening.sink,
    )
    stack.enter_context(closing(world))
    world.begin()
    return world


def _open_tap(parts: Parts, world: LiveWorld, stack: ExitStack) -> SlipTap | None:
    terminal = parts.device.terminal
    if not isinstance(terminal, schema.ExternalTerminal) or not terminal.has_tap:
        return None
    describe = describer(parts)
    tap = SlipTap(terminal.printer, terminal.printer_baud, world.recorder, describe)
    return stack.enter_context(closing(tap))


def _driver(parts: Parts, terminal: schema.ExternalTerminal, world: LiveWorld) -> ZvtTerminal:
    describe = describer(parts)
    driver = ZvtTerminal(
        address=terminal.ecr,
        clock=world,
        recorder=world.recorder,
        describe=describe,
        make_link=till_link(parts.ecr_link),
        is_call=parts.ecr_link == "tcp",
        baud=terminal.baud,
        read_slice_s=READ_SLICE_S,
    )
    if terminal.printer == "ecr":
        driver.take_slip = partial(record_lines, world.recorder, describe)
    return driver


def make_operator(parts: Parts, recorder: Recorder) -> Operator:
    """Return whoever stands at the terminal."""
    match parts.device.operator:
        case schema.CommandOperator() as model:
            names = ("present_card", "key_pin", "press")
            commands = {name: text for name in names if (text := getattr(model, name))}
            return CommandOperator(recorder, commands, model.timeout_s)
    return HumanOperator(recorder, ask_human)


def make_power(parts: Parts, world: LiveWorld, driver: ZvtTerminal) -> Power:
    """Return the terminal's supply; the till gives a conversation up when it is switched off."""
    match parts.device.power:
        case schema.CommandPower() as model:
            return CommandPower(
                clock=world,
                recorder=world.recorder,
                off=model.off,
                on=model.on,
                boot_s=model.boot_s,
                timeout_s=model.timeout_s,
                on_off=driver.give_up,
            )
    return NoPower()
