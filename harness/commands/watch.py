"""`pos-harness watch`: judges live what host and slips show while a person uses the terminal."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.campaign.play import Played
from harness.campaign.scenario import Scenario
from harness.check import Finding
from harness.commands.host import (
    CARDS,
    LISTEN,
    MERCHANT_ID,
    TERMINAL_ID,
    Allow,
    Cards,
    KeptHistory,
    Ledger,
    LedgerFile,
    Listen,
    MerchantId,
    TerminalId,
    TmkFile,
    open_world,
)
from harness.commands.live import follow, stopping, tell_until
from harness.commands.output import print_lines, print_object, say
from harness.errors import RigError
from harness.history.record import Row
from harness.report.console import print_verdict
from harness.report.plain_text import visible
from harness.report.tally import as_json, tally
from harness.rig.inside import HOST_END
from harness.rig.ledger_models import MEMORY
from harness.rig.parts import Parts
from harness.runner.host_parts import HostWanted, host_parts
from harness.runner.place import REPORTS, new_folder, require_writable
from harness.runner.player import Player
from harness.runner.write import judge, write_run
from harness.world.live import LiveWorld

CASE = "watched"
SAID = frozenset({"tx", "rx", "print"})
JUDGED_AFTER = frozenset({"tx", "print", "disconnect"})  # rows after which something may be due


def watch(
    tmk_file: TmkFile,
    listen: Listen = LISTEN,
    cards: Cards = CARDS,
    terminal_id: TerminalId = TERMINAL_ID,
    merchant_id: MerchantId = MERCHANT_ID,
    allow: Allow = None,
    printer: Annotated[
        str, typer.Option(help="Serial port that taps the terminal's printer; none if absent.")
    ] = "",
    ledger: Ledger = MEMORY,
    ledger_file: LedgerFile = None,
    history: KeptHistory = None,
    reports: Annotated[Path, typer.Option(help="The folder in which reports are kept.")] = REPORTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
) -> int:
    """Let a person use a terminal freely and judge what our host and the slips show.

    Findings are told as they are made; Ctrl-C ends it with the verdict and a report.
    Exit codes: 0 PASS, 1 FAIL, 3 INCONCLUSIVE.
    """
    require_writable(reports)
    parts = host_parts(
        HostWanted(
            listen=listen, tmk_file=tmk_file, cards=cards, terminal_id=terminal_id,
            merchant_id=merchant_id, allow=tuple(allow or ()), printer=printer, ledger=ledger,
            ledger_file=ledger_file,
        )
    )  # fmt: skip
    played = _watch(parts, history, json=json)
    return _conclude(parts, played, reports, json=json)


def _watch(parts: Parts, kept: Path | None, *, json: bool) -> Played:
    """Return what was seen until Ctrl-C, or until the bench failed.

    Raises RigError when a port cannot be opened.
    """
    begun_s, error = time.monotonic(), ""
    world: LiveWorld | None = None
    try:
        with ExitStack() as stack:
            ended = stack.enter_context(stopping())
            world = open_world(parts, CASE, kept, stack)
            name, number = world.listening(*HOST_END)
            if not json:
                print_lines([f"host     {name}:{number}", "Use the terminal; Ctrl-C ends it."])
            tell_until(ended, world, None if json else _Judge(world).take)
    except RigError as failure:
        if world is None:
            raise
        error = f"RigError: {failure}"
    took_s = time.monotonic() - begun_s
    return Played(history=world.recorder.history(), took_s=took_s, error=error)


def _conclude(parts: Parts, played: Played, reports: Path, *, json: bool) -> int:
    is_silent = not any(row.kind in SAID for row in played.history.rows)
    if is_silent and not played.error:
        say("the terminal said nothing: there is no report")
        tallied, page = tally([]), ""
    else:
        folder = new_folder(reports)
        player = Player(parts=parts, world="live", folder=folder, door="run")
        player.keep(Scenario(name=CASE, script=id, due=()), "watch", played)
        tallied, page = write_run(folder, [parts], "live"), str(folder / "index.html")
    if json:
        print_object(as_json(tallied, page))
    else:
        print_verdict(tallied, Console(), page)
    return tallied.exit_code


@dataclass
class _Judge:
    """Tells of rows, and of each finding once."""

    world: LiveWorld
    _told: set[tuple[str, str]] = field(init=False, default_factory=set)

    def take(self, rows: Sequence[Row]) -> None:
        """Tell of rows and of what they brought to light."""
        follow(rows)
        if any(row.kind in JUDGED_AFTER for row in rows):
            for finding in judge(self.world.recorder.history()).findings:
                self._tell(finding)

    def _tell(self, finding: Finding) -> None:
        """Tell of a finding, though not again when it has more evidence."""
        key = (finding.rule, finding.what)
        if key not in self._told:
            self._told.add(key)
            print_lines([f"FINDING {visible(str(finding))}"])
