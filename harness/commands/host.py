"""`pos-harness host`: our acquirer host alone, for any terminal of the dialect."""

from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.exit_code import PASS
from harness.commands.live import follow, stopping, tell_until
from harness.commands.output import print_lines, print_object
from harness.errors import HarnessError
from harness.port.history_file import HistoryFile
from harness.rig.inside import HOST_END
from harness.rig.ledger_models import MEMORY
from harness.rig.open_books import open_books
from harness.rig.opening import Opening
from harness.rig.outside import open_host
from harness.rig.parts import Parts
from harness.runner.host_parts import HostWanted, host_parts
from harness.world.live import LiveWorld

LISTEN = "127.0.0.1:8583"
CARDS = Path("fixtures/cards.yaml")
TERMINAL_ID, MERCHANT_ID = "10000001", "104110045110012"
Listen = Annotated[str, typer.Option(help="HOST:PORT to listen on; beyond loopback --allow too.")]
TmkFile = Annotated[Path, typer.Option(help="File (mode 0600) with the terminal's test TMK.")]
Cards = Annotated[Path, typer.Option(help="File of the declared test cards.")]
TerminalId = Annotated[str, typer.Option(help="Field 41 of the terminal.")]
MerchantId = Annotated[str, typer.Option(help="Field 42 of the merchant.")]
KeptHistory = Annotated[
    Path | None, typer.Option("--history", help="New file that keeps each row as it happens.")
]
Ledger = Annotated[
    str, typer.Option(help="URL of a database that keeps the books: sqlite:///FILE, postgresql+...")
]
LedgerFile = Annotated[
    Path | None, typer.Option(help="File (mode 0600) with that URL, where it has a password.")
]
Allow = Annotated[list[str] | None, typer.Option(help="A peer that may connect; may be repeated.")]


def host(
    tmk_file: TmkFile,
    listen: Listen = LISTEN,
    cards: Cards = CARDS,
    terminal_id: TerminalId = TERMINAL_ID,
    merchant_id: MerchantId = MERCHANT_ID,
    allow: Allow = None,
    ledger: Ledger = MEMORY,
    ledger_file: LedgerFile = None,
    history: KeptHistory = None,
    json: Annotated[bool, typer.Option("--json", help="Print the address as JSON.")] = False,
) -> int:
    """Run our host alone, with its issuer and its books, until Ctrl-C.

    It signs terminals in, authorises, declines, reverses, and shows every message, masked.  What
    `--history` keeps can be judged by `check` and looked up by `ledger find`, also meanwhile.  With
    `--ledger` the books go on where they ended.
    """
    wanted = HostWanted(
        listen=listen, tmk_file=tmk_file, cards=cards, terminal_id=terminal_id,
        merchant_id=merchant_id, allow=tuple(allow or ()), ledger=ledger, ledger_file=ledger_file,
    )  # fmt: skip
    parts = host_parts(wanted)
    with ExitStack() as stack:
        ended = stack.enter_context(stopping())
        world = open_world(parts, "host", history, stack)
        name, number = world.listening(*HOST_END)
        if json:
            print_object({"host": f"{name}:{number}"})
        else:
            print_lines([f"host     {name}:{number}", "Ctrl-C ends it"])
        tell_until(ended, world, None if json else follow)
    return PASS


def open_world(parts: Parts, case: str, history: Path | None, stack: ExitStack) -> LiveWorld:
    """Open our host and, if one is named, the file that keeps its history; `stack` closes both.

    Raises MisuseError for the file, RigError for a port; then no file is left.
    """
    books = open_books(parts, parts.ledger_url(Path()), stack, book=parts.device.terminal_id)
    if history is None:
        return open_host(parts, Opening(world="live", case=case), books, stack)
    file = stack.enter_context(closing(HistoryFile(history)))
    opening = Opening(world="live", case=case, sink=file.write)
    try:
        return open_host(parts, opening, books, stack)
    except HarnessError:
        file.discard()
        raise
