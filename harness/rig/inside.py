"""A bench whose terminal is ours: all machines on one stage, in virtual time or live."""

from collections.abc import Iterable
from contextlib import ExitStack, closing
from functools import partial

from harness.device.operator import StageOperator
from harness.device.power import StagePower
from harness.device.zvt_terminal import ZvtTerminal
from harness.emulator import CardPresented
from harness.emulator.terminal.nv_facts import facts as nv_facts
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Plan
from harness.history.describe import Describer
from harness.history.record import Header
from harness.ledger.batch import foreign_cards
from harness.ledger.books import Books
from harness.rig.back_office import BackOffice
from harness.rig.bench_defects import CardSwapper, FrameKeeper, OpenWorld
from harness.rig.cards import CardGuard
from harness.rig.frames import ECR_FRAMES, HOST_FRAMES, till_link
from harness.rig.gate_seat import GateSeat
from harness.rig.ledgers import compared_always, records
from harness.rig.open_books import open_books
from harness.rig.opening import Opening, make_header, till_slack_s
from harness.rig.parts import Parts
from harness.rig.rig import Rig
from harness.rig.till import Till
from harness.world.live import LiveWorld
from harness.world.stage import Setting
from harness.world.virtual import VirtualWorld

TERMINAL_END, HOST_END, ECR = ("terminal", "host"), ("host", "terminal"), ("terminal", "ecr")
PEERS = {TERMINAL_END: HOST_END}


def open_inside(parts: Parts, opening: Opening, stack: ExitStack) -> Rig:
    """Open the bench; `stack` closes it.  Raises RigError when a port cannot be opened."""
    books = open_books(parts, opening.ledger, stack)
    header = make_header(parts, opening)
    slack_s = till_slack_s(header)
    describe = describer(parts)
    setting = make_setting(parts, books, slack_s, describe)
    world = stack.enter_context(closing(_world(parts, opening, setting, header)))
    world.begin()
    is_virtual = opening.world == "virtual"  # one thread: a frame is read once for both its ends
    terminal = ZvtTerminal(
        address=world.address(*ECR),
        clock=world,
        recorder=world.recorder,
        describe=describe if is_virtual else describer(parts),
        make_link=till_link(parts.ecr_link, slack_s),
        is_call=parts.ecr_link == "tcp",
        restarts_timer=parts.till.restarts_timer,
        resends=parts.till.resends,
    )
    till = Till(
        recorder=world.recorder,
        terminal=terminal,
        operator=(CardSwapper if parts.bench.takes_strangers else StageOperator)(world),
        cards={card.token: card for card in parts.cards},
        kind=parts.till,
        password=parts.password,
    )
    if not parts.bench.takes_strangers:
        till.guard = CardGuard(world.recorder)
    gate = open_gate(parts, world, stack) if isinstance(world, LiveWorld) else None
    rig = Rig(
        world=world,
        till=till,
        office=make_office(parts, world, books),
        power=StagePower(world),
        plan=opening.plan,
        script=opening.script,
        gate=gate,
    )
    return stack.enter_context(closing(rig))


def make_setting(
    parts: Parts, books: Books, slack_s: float = 0.0, describe: Describer | None = None
) -> Setting:
    """Return the machines of an emulated bench and their lines; both ends of the till's line wait
    `slack_s` longer for each other than they would.
    """
    ecr = ECR_FRAMES[parts.ecr_link]
    return Setting(
        machines={"host": parts.host(books), "terminal": parts.terminal(slack_s)},
        lines={TERMINAL_END: HOST_FRAMES, HOST_END: HOST_FRAMES, ECR: ecr},
        printers={"terminal": parts.printer()},
        books=books,
        nemesis=Nemesis(Plan()),
        describe=describe or describer(parts),
        cards={card.token: CardPresented(card.track2) for card in parts.cards},
    )


def describer(parts: Parts) -> Describer:
    """Return what describes the rows of this bench."""
    kind = FrameKeeper if parts.bench.keeps_frames else Describer
    return kind(parts.cards, parts.tmk, nv_facts, parts.mac_width)


def make_office(parts: Parts, world: VirtualWorld | LiveWorld, books: Books) -> BackOffice:
    """Return the acquirer's side of the bench."""
    return BackOffice(
        world=world,
        books=books,
        merchant_id=parts.device.merchant_id,
        terminal_id=parts.device.terminal_id,
        cards=tuple(card.token for card in parts.cards),
        ask=parts.ask,
        find=parts.look_up,
        open_items=parts.open_items,
        unheard=parts.unheard,
        profile=parts.profile,
        read_ledger=partial(records, parts),
        ledgers=compared_always(parts),
        foreign=foreign_cards(parts.cards),
    )


def _world(
    parts: Parts, opening: Opening, setting: Setting, header: Header
) -> VirtualWorld | LiveWorld:
    if opening.world == "virtual":
        return VirtualWorld(setting, header, peers=PEERS, sink=opening.sink)
    is_serial, gate = parts.ecr_link == "serial", parts.device.gate
    kind = OpenWorld if parts.bench.is_exposed else LiveWorld
    return kind(
        setting,
        header,
        peers=PEERS,
        serial=(ECR,) if is_serial else (),
        sockets=() if is_serial else (ECR,),
        listen={HOST_END: parts.device.host.address} if gate else {},
        dial={TERMINAL_END: gate.listen_address} if gate else {},
        sink=opening.sink,
    )


def open_gate(
    parts: Parts, world: LiveWorld, stack: ExitStack, remote: Iterable[str] = ()
) -> GateSeat | None:
    """Hold the gate of the host line, if the bench has one; `stack` lets go of it.

    remote: devices whose power is cut at the gate's word.  Raises RigError.
    """
    gate = parts.device.gate
    if gate is None:
        return None
    seat = GateSeat(
        world, gate.control_address, parts.device.host.address, frozenset(remote),
        has_relay=parts.device.line_relay is not None,
    )  # fmt: skip
    return stack.enter_context(closing(seat))
