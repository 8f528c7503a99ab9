"""`pos-harness watch`: judges live what host and slips show while a person uses the terminal."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.campaign.play import Played
from harness.campaign.scenario import Scenario
from harness.check import Finding
from harness.commands.exit_code import INCONCLUSIVE
from harness.commands.host import (
    CARDS,
    LISTEN,
    MERCHANT_ID,
    TERMINAL_ID,
    Allow,
    Cards,
    Listen,
    MerchantId,
    TerminalId,
    TmkFile,
)
from harness.commands.live import follow, until_stopped
from harness.commands.output import print_lines, print_object
from harness.history.record import Row
from harness.report.console import print_verdict
from harness.report.plain_text import visible
from harness.report.tally import as_json
from harness.rig.inside import HOST_END
from harness.rig.opening import Opening
from harness.rig.outside import open_host
from harness.rig.parts import Parts
from harness.runner.host_parts import HostWanted, host_parts
from harness.runner.place import REPORTS, new_folder
from harness.runner.player import Player
from harness.runner.write import judge, write_run
from harness.world.live import LiveWorld

CASE = "watched"
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
    reports: Annotated[Path, typer.Option(help="The folder in which reports are kept.")] = REPORTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
) -> int:
    """Let a person use a terminal freely and judge what our host and the slips show.

    Findings are told as they are made; Ctrl-C ends it with the verdict and a report.
    Exit codes: 0 PASS, 1 FAIL, 3 INCONCLUSIVE.
    """
    parts = host_parts(
        HostWanted(
            listen=listen, tmk_file=tmk_file, cards=cards, terminal_id=terminal_id,
            merchant_id=merchant_id, allow=tuple(allow or ()), printer=printer,
        )
    )  # fmt: skip
    begun_s = time.monotonic()
    with ExitStack() as stack:
        world = open_host(parts, Opening(world="live", case=CASE), parts.books(), stack)
        name, number = world.listening(*HOST_END)
        if not json:
            print_lines([f"host     {name}:{number}", "Use the terminal; Ctrl-C ends it."])
        until_stopped(world, None, None if json else _Judge(world).take)
        history = world.recorder.history()
    played = Played(history=history, took_s=time.monotonic() - begun_s)
    return _conclude(parts, played, reports, json=json)


def _conclude(parts: Parts, played: Played, reports: Path, *, json: bool) -> int:
    if not any(row.kind in {"tx", "rx", "print"} for row in played.history.rows):
        print_lines(["INCONCLUSIVE: the terminal said nothing: no report was written"])
        return INCONCLUSIVE
    folder = new_folder(reports)
    player = Player(parts=parts, world="live", folder=folder, door="run")
    player.keep(Scenario(name=CASE, script=id, due=()), "watch", played)
    tally = write_run(folder, [parts], "live")
    page = str(folder / "index.html")
    if json:
        print_object(as_json(tally, page))
    else:
        print_verdict(tally, Console(), page)
    return tally.exit_code


@dataclass
class _Judge:
    """Tells of rows, and of each finding once."""

    world: LiveWorld
    _told: set[Finding] = field(init=False, default_factory=set)

    def take(self, row: Row) -> None:
        """Tell of a row and of what it brought to light."""
        follow(row)
        if row.kind in JUDGED_AFTER:
            for finding in judge(self.world.recorder.history()).findings:
                if finding not in self._told:
                    self._told.add(finding)
                    print_lines([f"FINDING {visible(str(finding))}"])
