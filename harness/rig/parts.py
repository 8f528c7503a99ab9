"""What one device of devices.yaml is made of: cards, keys, profile, machines, printer, books."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from harness.emulator import Boot
from harness.emulator.host.all_defects import HOST_DEFECTS
from harness.emulator.host.config import HostConfig
from harness.emulator.host.machine import Host
from harness.emulator.printer import PRINTER_DEFECTS, Printer
from harness.emulator.terminal.config import EcrLink, TerminalConfig, with_profile
from harness.emulator.terminal.defects import TERMINAL_DEFECTS
from harness.emulator.terminal.machine import Terminal
from harness.errors import MisuseError
from harness.ledger.books import Books, MemoryBooks, opened
from harness.ledger.enquiry import enquire
from harness.ledger.lookup import look_up
from harness.ledger.open_items import open_items, unheard
from harness.ledger.transaction import card_account
from harness.port.dialogue import Dialogue
from harness.profile.defaults import DEFAULTS, Profile
from harness.rig.back_office import Ask, LookUp, OpenItems, Unheard
from harness.rig.bench_defects import BENCH_DEFECTS, SOUND_BENCH, BenchDefect
from harness.rig.cards import load_cards
from harness.rig.defects import require_known
from harness.rig.dialogue_file import load_dialogue
from harness.rig.ledger_models import MEMORY, SQLITE
from harness.rig.schema import CommandOperator, Device, EmulatedTerminal
from harness.rig.secret_file import read_key, read_password, read_url
from harness.rig.till import SOUND, TILL_DEFECTS, TillDefect
from harness.rig.wiring import DialogueRelay, FingersOperator, RobotOperator
from harness.terms.card import Card
from harness.wire import zvt
from harness.wire.mac import MacWidth

TEST_TMK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")  # opens the emulated bench only
BUILT_IN_KEYS = "built-in test keys"
LEDGER_FILE = "ledger.sqlite"  # in the folder of a run
D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A device with its files read; `profile` has every parameter, `defects` all that is on."""

    name: str
    device: Device
    cards: tuple[Card, ...] = field(repr=False)
    tmk: bytes = field(repr=False)
    profile: Profile
    ledger: str = field(default=MEMORY, repr=False)  # sqlite, memory, or a URL
    password: str = field(default=zvt.PASSWORD, repr=False)  # the supervisor's
    defects: tuple[str, ...] = ()
    root: Path = Path()  # what the names of files in `device` are relative to
    dialogues: Mapping[str, Dialogue] = field(default_factory=dict)  # by the name of their file

    @property
    def is_emulated(self) -> bool:
        """Tell whether the terminal is ours."""
        return isinstance(self.device.terminal, EmulatedTerminal)

    @property
    def keys_from(self) -> str:
        """Return where the master key comes from, as the history says it."""
        known = "file" if self.device.tmk_file else BUILT_IN_KEYS
        return self.bench.keys_from or known

    def ledger_url(self, folder: Path) -> str:
        """Return the URL of the books' database, "" for memory; SQLite's file is in the folder."""
        if self.ledger == SQLITE:
            return f"sqlite:///{folder.absolute()}/{LEDGER_FILE}"
        return "" if self.ledger == MEMORY else self.ledger

    @property
    def mac_width(self) -> MacWidth:
        """Return how field 64 is written."""
        return "binary8" if self.profile["mac_width"] == "binary8" else "ascii8"

    @property
    def ecr_link(self) -> EcrLink:
        """Return how the till's line is framed."""
        terminal = self.device.terminal
        name = terminal.ecr if isinstance(terminal, EmulatedTerminal) else terminal.ecr_link
        return "serial" if name == "zvt_serial" else "tcp"

    @property
    def can_press(self) -> bool:
        """Tell whether somebody can press the terminal's keys."""
        match self.device.operator:
            case CommandOperator() as model:
                return bool(model.press)
            case FingersOperator() as fingers:
                return bool(fingers.keys)
            case RobotOperator() as robot:
                return "press" in self.dialogues[robot.dialogue].acts
        return True

    @property
    def balances(self) -> list[tuple[str, int]]:
        """Return the account of every card, with what it begins with."""
        return [(card_account(card.token), card.balance_minor) for card in self.cards]

    @property
    def are_books_checked(self) -> bool:
        """Tell whether the books refuse what does not sum to zero."""
        found = self._defect(HOST_DEFECTS)
        return not (found and found.unchecked_books)

    def books(self) -> MemoryBooks:
        """Return new books in memory in which every card has its balance."""
        return opened(self.balances, is_checked=self.are_books_checked)

    def host(self, books: Books) -> Boot:
        """Return how the host boots on these books."""
        found = self._defect(HOST_DEFECTS)
        config = self._host_config()
        return found.boot(config, books) if found else partial(Host, config, books)

    def _host_config(self) -> HostConfig:
        config = HostConfig(
            cards=self.cards,
            merchant_id=self.device.merchant_id,
            merchant_name=self.device.merchant_name,
            tmk=self.tmk,
            terminal_ids=(self.device.terminal_id,),
        )
        names = {each.name for each in fields(config)} & self.profile.keys()
        own: dict[str, Any] = {name: self.profile[name] for name in names}
        return replace(config, **own)

    def terminal(self, slack_s: float = 0.0) -> Boot:
        """Return how the emulated terminal boots; it waits for the till `slack_s` longer."""
        found = self._defect(TERMINAL_DEFECTS)
        config = self._terminal_config(slack_s)
        return found.boot(config) if found else partial(Terminal, config)

    def _terminal_config(self, slack_s: float) -> TerminalConfig:
        config = TerminalConfig(
            terminal_id=self.device.terminal_id,
            merchant_id=self.device.merchant_id,
            merchant_name=self.device.merchant_name,
            tmk=self.tmk,
            password=self.password,
            ecr_link=self.ecr_link,
        )
        config = replace(
            config,
            ecr_ack_timeout_s=config.ecr_ack_timeout_s + slack_s,
            ecr_answer_timeout_s=config.ecr_answer_timeout_s + slack_s,
        )
        own = {name: value for name, value in self.profile.items() if name != "entry_letters"}
        return with_profile(config, own)

    def printer(self) -> Printer:
        """Return the emulated terminal's printer, with paper in it."""
        found = self._defect(PRINTER_DEFECTS)
        return Printer(found.work) if found else Printer()

    @property
    def till(self) -> TillDefect:
        """Return what is wrong with the till."""
        return self._defect(TILL_DEFECTS) or SOUND

    @property
    def bench(self) -> BenchDefect:
        """Return what is wrong with the bench itself."""
        return self._defect(BENCH_DEFECTS) or SOUND_BENCH

    @property
    def ask(self) -> Ask:
        """Return how the back office answers enquiries."""
        found = self._defect(HOST_DEFECTS)
        return found.enquire if found else enquire

    @property
    def look_up(self) -> LookUp:
        """Return how the back office finds transactions."""
        found = self._defect(HOST_DEFECTS)
        return found.look_up if found else look_up

    @property
    def open_items(self) -> OpenItems:
        """Return how the back office finds what stands and should not."""
        found = self._defect(HOST_DEFECTS)
        return found.open_items if found else open_items

    @property
    def unheard(self) -> Unheard:
        """Return how the back office finds what a terminal says that it could not reverse."""
        found = self._defect(HOST_DEFECTS)
        return found.unheard if found else unheard

    def _defect(self, known: Mapping[str, D]) -> D | None:
        return next((known[name] for name in self.defects if name in known), None)


def make_parts(
    name: str,
    device: Device,
    root: Path,
    *,
    profile: Profile | None = None,
    defects: tuple[str, ...] = (),
) -> Parts:
    """Read the files that a device names, relative to `root`; what the case wants comes on top.

    Raises ConfigError for a file that is wrong, MisuseError for an unknown defect.
    """
    wanted = (*device.defects, *defects)
    require_known(wanted)
    if wanted and not isinstance(device.terminal, EmulatedTerminal):
        raise MisuseError(f"{name}: defects can be switched on in emulated devices only")
    return Parts(
        name=name,
        device=device,
        cards=load_cards(root / device.cards),
        tmk=read_key(root / device.tmk_file) if device.tmk_file else TEST_TMK,
        ledger=read_url(root / device.ledger_file) if device.ledger_file else device.ledger,
        password=_password(root, device),
        profile={**DEFAULTS, **device.profile, **(profile or {})},
        defects=wanted,
        root=root,
        dialogues={name: load_dialogue(root / name) for name in _dialogue_files(device)},
    )


def _dialogue_files(device: Device) -> set[str]:
    parts = [device.operator, *(relay for _, relay in device.relays)]
    return {each.dialogue for each in parts if isinstance(each, DialogueRelay | RobotOperator)}


def _password(root: Path, device: Device) -> str:
    return read_password(root / device.password_file) if device.password_file else zvt.PASSWORD
