"""A bench whose terminal is somebody else's: our host listens, the terminal calls it.

Live and never scaled.  Only our host's end of the host line is seen, and what passes on the till
line and comes out of the printer.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

from harness.device.outside import OutsideActs
from harness.device.slip_tap import SlipTap, open_paper, record_lines
from harness.device.watch import Watch
from harness.device.zvt_terminal import ZvtTerminal
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Plan
from harness.history.record import Header
from harness.ledger.books import Books
from harness.rig import schema
from harness.rig.cards import CardGuard
from harness.rig.empty_batch import empty_batch, needs_empty_batch
from harness.rig.frames import HOST_FRAMES, till_link
from harness.rig.inside import HOST_END, PEERS, describer, make_office, open_gate
from harness.rig.open_books import open_books
from harness.rig.opening import Opening, make_header
from harness.rig.parts import Parts
from harness.rig.rig import Rig
from harness.rig.surroundings import Surroundings, SurroundingsMaker
from harness.rig.till import Till
from harness.world.live import LiveWorld
from harness.world.stage import Setting

SETTLE_S = 0.2  # the calls that follow take real time, and wait for their slips
TERMINAL = ("terminal",)
READ_SLICE_S = 0.5  # how soon the till notices that the terminal's power was taken


def open_outside(
    parts: Parts, opening: Opening, terminal: schema.ExternalTerminal, stack: ExitStack
) -> Rig:
    """Open the bench; `stack` closes it.  Raises RigError when a port cannot be opened.

    A case about settlements begins with an empty batch: what earlier cases have left in it is
    settled first, on a bench of its own whose history nobody judges.
    """
    if needs_empty_batch(opening.due):
        with ExitStack() as before:
            empty_batch(_opened(parts, Opening(world=opening.world), terminal, before))
    return _opened(parts, opening, terminal, stack)


def _opened(
    parts: Parts, opening: Opening, terminal: schema.ExternalTerminal, stack: ExitStack
) -> Rig:
    books, acts = open_books(parts, opening.ledger, stack), OutsideActs()
    world = _open_world(parts, opening, books, stack, acts)
    tap = _open_tap(parts, world, stack, is_begun=False)
    driver = _driver(parts, terminal, world, tap)
    stack.callback(driver.close)
    around = SurroundingsMaker(parts, world, driver, stack).make()
    stack.callback(acts.finish)  # before anything is made safe
    acts.equip(around.power, around.operator, around.line)
    acts.later = partial(world.later, 0.0)
    watch = _watched(world, driver, tap, around, stack)
    if tap:
        tap.begin()
    return Rig(
        world=world,
        till=_till(world, parts, terminal, driver, around, watch),
        office=make_office(parts, world, books),
        power=around.power,
        plan=opening.plan,
        script=opening.script,
        gate=open_gate(parts, world, stack, remote=TERMINAL if parts.device.cuts_power else ()),
        is_emulated=False,
        settle_s=SETTLE_S,
        settle=acts.settle,
        be_ready=acts.be_ready,
        open_line=acts.open_line if around.line else None,
        close_line=acts.close_line,
        watch=watch,
    )


def _till(
    world: LiveWorld,
    parts: Parts,
    terminal: schema.ExternalTerminal,
    driver: ZvtTerminal,
    around: Surroundings,
    watch: Watch,
) -> Till:
    return Till(
        recorder=world.recorder,
        terminal=driver,
        operator=around.operator,
        cards={card.token: card for card in parts.cards},
        kind=parts.till,
        password=parts.password,
        guard=_guard(CardGuard(world.recorder), watch),
        prints=terminal.printer == "ecr",
    )


def _watched(
    world: LiveWorld,
    driver: ZvtTerminal,
    tap: SlipTap | None,
    around: Surroundings,
    stack: ExitStack,
) -> Watch:
    """Look at every part of the bench from now on."""
    watch = stack.enter_context(closing(Watch(world.recorder, driver.abandon)))
    for look in (driver.look, *([tap.look] if tap else []), *around.looks):
        watch.add(look)
    return watch


def _guard(cards: CardGuard, watch: Watch) -> Callable[[], None]:
    def guard() -> None:
        cards()
        watch.require_whole()

    return guard


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
    outside: OutsideActs | None = None,
) -> LiveWorld:
    """Open our host; a case has acts on the terminal, and books of its own."""
    setting = Setting(
        machines={"host": parts.host(books)},
        lines={HOST_END: HOST_FRAMES},
        printers={},
        books=books,
        nemesis=Nemesis(Plan()),
        describe=describer(parts),
        outside={"terminal": outside} if outside else {},
        relays={HOST_END: outside.open_line} if outside and parts.device.line_relay else {},
    )
    header = make_header(parts, opening)
    world = LiveWorld(
        setting,
        _of_case(header) if outside else header,
        peers=PEERS,
        serial=(),
        listen={HOST_END: parts.device.host.address},
        allow=parts.device.host.allow,
        sink=opening.sink,
    )
    stack.enter_context(closing(world))
    world.begin()
    return world


def _of_case(header: Header) -> Header:
    """Say what a case begins with, though the terminal has a past."""
    known = {"books": "new"} | ({"batch": "empty"} if needs_empty_batch(header.due) else {})
    return replace(header, bench={**header.bench, **known})


def _open_tap(
    parts: Parts, world: LiveWorld, stack: ExitStack, *, is_begun: bool = True
) -> SlipTap | None:
    terminal = parts.device.terminal
    if not isinstance(terminal, schema.ExternalTerminal) or not terminal.has_tap:
        return None
    paper = open_paper(terminal.printer, terminal.printer_setting)
    tap = SlipTap(paper, world.recorder, describer(parts), is_begun)
    return stack.enter_context(closing(tap))


def _driver(
    parts: Parts, terminal: schema.ExternalTerminal, world: LiveWorld, tap: SlipTap | None
) -> ZvtTerminal:
    describe = describer(parts)
    driver = ZvtTerminal(
        address=terminal.ecr,
        clock=world,
        recorder=world.recorder,
        describe=describe,
        make_link=till_link(parts.ecr_link),
        is_call=parts.ecr_link == "tcp",
        setting=terminal.setting,
        read_slice_s=READ_SLICE_S,
    )
    if tap:
        driver.hear_out = tap.hear_out
    if terminal.printer == "ecr":
        driver.take_slip = partial(record_lines, world.recorder, describe)
    return driver
