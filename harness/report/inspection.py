"""What the outputs of a case show: notes of secrets (C1), and of text that devices wrote (X4).

The history itself is searched for the numbers that have passed through the bench.  Where the case
exists for it, it is shown as the report shows it: as a page, in junit.xml and on a console; and all
that is searched.  Text of devices that needs escaping is given marks that are found again, in its
rows and in a finding of its own, so that nothing of our own passes for it.

A PIN of few digits can be a time or a number of the terminal's: then it is not searched for.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape as escape_xml

from markupsafe import escape as escape_html

from harness.check import Finding
from harness.check.compose import Ruling, Verdict, Word
from harness.emulator.host.key_store import derive
from harness.history.record import Fact, Facts, History, Row, dump
from harness.report.case import Case
from harness.report.console import FINDINGS_MAX
from harness.report.outputs import ESCAPING, RAW, Outputs
from harness.report.plain_text import visible
from harness.report.secrecy_scan import Canary, canaries_of, scan
from harness.rig.parts import Parts

SECRECY, ESCAPES = "C1", "X4"
PIN_SIZE_SURE = 8  # digits that are no time and no number of a message
HITS_SHOWN = 5
TEXT_SIZE_MAX = 500  # longer ones are cut where they are shown
_FRAMES = frozenset({"tx", "rx"})
_OF_DEVICES = frozenset({"tx", "rx", "print", "show", "note"})
_NUMBERS = frozenset(
    {"stan", "voucher", "approval_code", "time", "receipt", "amount_minor", "F11", "F12", "F38"}
)
_MARKUP = re.compile(r"[<>&]")
_STEERING = re.compile(r"\[[a-z/]")  # what rich takes for markup
Shown = Callable[[str], str]


def inspected(history: History, parts: Parts, due: Collection[str]) -> History:
    """Return the history with notes of what its outputs show."""
    canaries = _canaries(history, parts)
    texts = {"history": dump(history)} if canaries or SECRECY in due else {}
    notes: list[tuple[str, str, Facts]] = []
    if {SECRECY, ESCAPES} & set(due):
        outputs = RAW if not parts.bench.escapes else ESCAPING
        marked = _marked(history)
        shown = _shown(_with_marks(history, marked), list(marked.values()), outputs)
        texts |= shown if SECRECY in due else {}
        notes += _escapes(shown, list(marked.values()))
    notes += _scans(texts, canaries)
    return _with(history, notes)


def _with(history: History, notes: Iterable[tuple[str, str, Facts]]) -> History:
    now_ns, first = (history.rows[-1].time_ns if history.rows else 0), len(history.rows)
    rows = (
        Row(index, now_ns, "bench", "note", address, value, facts)
        for index, (address, value, facts) in enumerate(notes, start=first)
    )
    return replace(history, rows=(*history.rows, *rows))


# --- C1


def _canaries(history: History, parts: Parts) -> list[Canary]:
    """Return the secrets that have passed: cards, keys once there was a sign-in, sure PINs."""
    frames = [row for row in history.rows if row.kind in _FRAMES]
    tokens = {row.facts.get("card") for row in frames}
    cards = [card for card in parts.cards if card.token in tokens]
    given = sum(row.actor == "host" and row.facts.get("mti") == "0810" for row in frames)
    terminal_id = parts.device.terminal_id
    working = [derive(terminal_id, generation, "004") for generation in range(1, given + 1)]
    keys = [key for each in working for key in (each.pik[:8], each.mak, each.track_key)]
    found = canaries_of(cards, [parts.tmk, *keys] if given else [])
    return [one for one in found if one.kind != "pin" or _is_sure(one, history)]


def _is_sure(pin: Canary, history: History) -> bool:
    """Tell whether nothing else in the history can have these digits."""
    if len(pin.secret) >= PIN_SIZE_SURE:
        return True
    alike = (str(row.facts[name]) for row in history.rows for name in _NUMBERS & row.facts.keys())
    return all(pin.secret != text.zfill(len(pin.secret)) for text in alike)


def _scans(texts: Mapping[str, str], canaries: list[Canary]) -> Iterator[tuple[str, str, Facts]]:
    for output, text in texts.items():
        hits = scan([], canaries, texts={output: text}) if canaries else []
        said = "; ".join(map(str, hits[:HITS_SHOWN])) or f"{len(canaries)} looked for, none found"
        facts: Facts = {"output": output, "hits": len(hits), "canaries": len(canaries)}
        yield "scan", said, facts


# --- X4


def _marked(history: History) -> dict[str, str]:
    """Return the first texts of devices that would do harm if not escaped, and each with marks."""
    found: dict[str, None] = {}
    for row in history.rows:
        if row.kind in _OF_DEVICES:
            found |= dict.fromkeys(filter(_is_hostile, _texts(row)))
    return {
        text: f"mark{number}x{text}x{number}mark"
        for number, text in enumerate(list(found)[:FINDINGS_MAX])
    }


def _with_marks(history: History, marked: Mapping[str, str]) -> History:
    return replace(history, rows=tuple(_marked_row(row, marked) for row in history.rows))


def _marked_row(row: Row, marked: Mapping[str, str]) -> Row:
    if row.kind not in _OF_DEVICES or marked.keys().isdisjoint(_texts(row)):
        return row
    facts = {name: _marked_fact(fact, marked) for name, fact in row.facts.items()}
    return replace(row, value=marked.get(row.value, row.value), facts=facts)


def _marked_fact(fact: Fact, marked: Mapping[str, str]) -> Fact:
    if isinstance(fact, tuple):
        return tuple(marked.get(text, text) for text in fact)
    return marked.get(fact, fact) if isinstance(fact, str) else fact


def _texts(row: Row) -> Iterator[str]:
    if row.kind in {"show", "note"}:
        yield row.value
    for fact in row.facts.values():
        if isinstance(fact, str):
            yield fact
        elif isinstance(fact, tuple):
            yield from fact


def _is_hostile(text: str) -> bool:
    is_marked = _MARKUP.search(text) or _STEERING.search(text)
    return len(text) <= TEXT_SIZE_MAX and bool(is_marked or not text.isprintable())


def _shown(history: History, texts: list[str], outputs: Outputs) -> dict[str, str]:
    case = _case(history, texts)
    return {
        "page": outputs.page(case), "junit.xml": outputs.junit(case),
        "console": outputs.console(case),
    }  # fmt: skip


def _case(history: History, texts: list[str]) -> Case:
    """Return a case with a finding for each text, so that all outputs have to show it."""
    found = tuple(Finding(ESCAPES, text, text, text, ()) for text in texts)
    rulings = (Ruling(ESCAPES, Word.FAIL, len(found), found),) if found else ()
    word = Word.FAIL if found else Word.PASS
    return Case(
        name=history.header.case, suite="", door="run", rules=(), history=history,
        verdict=Verdict(word, rulings), took_s=0.0, slug="case",
    )  # fmt: skip


def _in_html(text: str) -> str:
    return str(escape_html(visible(text)))


def _in_xml(text: str) -> str:
    return escape_xml(visible(text), quote=False)


_FORMS: Mapping[str, Shown] = {"page": _in_html, "junit.xml": _in_xml, "console": visible}


def _escapes(shown: Mapping[str, str], texts: list[str]) -> Iterator[tuple[str, str, Facts]]:
    """Count, for each output, the texts that must look otherwise in it and do not."""
    for output, text in shown.items():
        form = _FORMS[output]
        wanted = [each for each in texts if output == "console" or form(each) != each]
        if wanted:
            unsafe = sum(not _is_safe(text, each, form(each)) for each in wanted)
            facts: Facts = {"output": output, "texts": len(wanted), "unsafe": unsafe}
            yield "escape", f"{unsafe} of {len(wanted)} texts of devices not escaped", facts


def _is_safe(output: str, text: str, form: str) -> bool:
    return form in output and (form == text or text not in output)
