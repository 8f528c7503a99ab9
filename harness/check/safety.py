"""X1 to X4: the harness itself does no harm.

It listens where it may, meets devices and cards of tests only, takes keys from files, looks at
foreign books without writing, and escapes what devices say before it shows it.
"""

from harness.check import Judgement, Rule, fact
from harness.check.index import notes
from harness.check.secrecy import EVERY_BENCH
from harness.check.tally import Tally
from harness.history.record import History, Row

_FRAMES = frozenset({"tx", "rx"})
RULES = tuple(Rule(name, EVERY_BENCH) for name in ("X1", "X2", "X3", "X4"))
UNKNOWN_CARD = "unknown card"
_FROM_FILE, _BUILT_IN = "file", "built-in test keys"  # which open emulated devices only


def check(history: History) -> list[Judgement]:
    """Judge all four by the notes of the bench and the facts of the header."""
    return [_listeners(history), _environment(history), _keys(history), _escapes(history)]


def _notes(history: History, address: str) -> list[Row]:
    return [row for row in notes(history) if row.address == address]


def _listeners(history: History) -> Judgement:
    tally = Tally("X1")
    for row in _notes(history, "listen"):
        if "loopback" not in row.facts and "allow_list" not in row.facts:
            tally.gap("a listener is noted without its address and its list of peers")
            continue
        tally.require(
            row.facts.get("loopback") is True or row.facts.get("allow_list") is True,
            "a listener can be reached by anybody",
            expected="loopback, or a list of the peers that may connect",
            seen="neither",
            at=(row,),
        )
    return tally.judgement()


def _environment(history: History) -> Judgement:
    tally, bench = Tally("X2"), history.header.bench
    if "kind" in bench and bench["kind"] != "emulated":
        tally.require(
            bench.get("environment") == "test",
            "a device that is not emulated may belong to the real world",
            expected="the environment declared as test",
            seen=str(bench.get("environment", "no declaration")),
            at=(),
        )
    stranger: Row | None = None
    for row in history.rows:
        card = row.facts.get("card")
        if card == UNKNOWN_CARD:
            tally.gap("card not on the test list")
            stranger = stranger or (row if row.kind in _FRAMES else None)
        elif card is not None and row.kind in _FRAMES:
            tally.right()
        elif stranger and row.kind == "invoke":
            _went_on(tally, stranger, row)
            break
    return tally.judgement()


def _went_on(tally: Tally, stranger: Row, row: Row) -> None:
    tally.wrong(
        "the run went on after a card that is not on the test list: it may be a real one",
        expected="nothing more asked of the terminal",
        seen=f"the till asked for {row.address}",
        at=(stranger, row),
    )


def _keys(history: History) -> Judgement:
    tally, bench = Tally("X3"), history.header.bench
    if "keys_from" in bench:
        is_ours = bench.get("kind", "emulated") == "emulated"
        tally.require(
            bench["keys_from"] in ({_FROM_FILE, _BUILT_IN} if is_ours else {_FROM_FILE}),
            "keys come from where they must not be kept",
            expected="a key file" + ", or the built-in test keys" * is_ours,
            seen=str(bench["keys_from"]),
            at=(),
        )
    if "ledger_mode" in bench and bench.get("kind") != "emulated":
        tally.require(
            bench["ledger_mode"] == "read-only",
            "a ledger that is not ours is open for writing",
            expected="read-only",
            seen=str(bench["ledger_mode"]),
            at=(),
        )
    return tally.judgement()


def _escapes(history: History) -> Judgement:
    tally = Tally("X4")
    for row in _notes(history, "escape"):
        unsafe, output = fact.number(row, "unsafe"), fact.text(row, "output") or "an output"
        if unsafe is None or (not unsafe and not fact.number(row, "texts")):
            tally.gap(f"{output} proves nothing: no text was counted in it that needs escaping")
            continue
        tally.require(
            not unsafe,
            f"{output} shows text of a device as it came",
            expected="every such text escaped",
            seen=f"{unsafe} not escaped",
            at=(row,),
        )
    return tally.judgement()
