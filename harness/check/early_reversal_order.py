"""R10 and R11: a 0400 that the host gets more than once, and one that comes before its original.

What arrived is told by the host's own rows.  Where there are none, what left the terminal whole
stands for it; then no order of arrival is known, and R11 is not due.
"""

from collections import defaultdict

from harness.check import Judgement, books, fact
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    is_answer_mti,
    is_approval,
    is_same_stan,
    mti_of,
    original_of,
    stan_of,
)
from harness.check.tally import Tally
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.profile.defaults import parameter

_Name = tuple[int | None, int | None]  # batch and STAN of an original
_ANSWER = "0410"
_ALIKE = ("F3", "amount_minor", "type_code")


def judge_repeats(scene: Scene) -> Judgement:
    """R10: judge every reversal that the host got more than once."""
    tally = Tally("R10")
    for name, rows in _repeated(scene).items():
        if len(rows) > 1:
            _counts_once(tally, scene, name, rows)
    for answer in _done(scene):
        _is_counted(tally, scene, answer)
    return tally.judgement()


def _done(scene: Scene) -> list[Row]:
    """Return the answers by which the host said that it has undone something."""
    sent = (row for row in scene.line.of("tx") if row.actor == "host" and mti_of(row) == _ANSWER)
    return [row for row in sent if row.facts.get("response_code") == "00" and _is_meant(row)]


def _is_meant(row: Row) -> bool:
    return not row.facts.get("on_purpose")


def _is_counted(tally: Tally, scene: Scene, answer: Row) -> None:
    """Judge that what the host has booked is undone in the books when it has said so."""
    name = _undone(scene, answer)
    own = (row for row in scene.books.originals if row.index < answer.index and _own(row) == name)
    sale = next(own, None)
    if sale is None or scene.line.is_blind("ledger", sale.index, answer.index):
        return
    undone = scene.books.reversal_of(sale)
    if undone is None or undone.index > answer.index:
        tally.wrong(
            f"the host answered 00 to the 0400 of transaction {_title(name)}",
            expected="its reversal in the books before",
            seen="none" if undone is None else "one later",
            at=(sale, answer, undone),
        )


def _repeated(scene: Scene) -> dict[_Name, list[Row]]:
    """Return the 0400s that the host got, by what they undo, since that number was used last."""
    found: defaultdict[_Name, list[Row]] = defaultdict(list)
    for row in _arrivals(scene):
        name = _undone(scene, row) if mti_of(row) == REVERSAL else _own(row)
        if mti_of(row) == REVERSAL:
            found[name].append(row)
        elif len(found[name]) < 2:
            found[name].clear()
    return found


def _arrivals(scene: Scene) -> list[Row]:
    """Return the requests and reversals that reached the host whole, in order."""
    line = scene.line
    rows = [row for row in line.of("rx") if row.actor == "host"]
    rows = rows or [row for row in line.of("tx") if row.actor == "terminal"]
    known = FINANCIAL | {REVERSAL}
    marks = ("lost", "spoiled", "partial")
    whole = (row for row in rows if not any(row.facts.get(mark) for mark in marks))
    return [row for row in whole if mti_of(row) in known]


def _own(row: Row) -> _Name:
    return fact.number(row, "batch"), stan_of(row)


def _undone(scene: Scene, reversal: Row) -> _Name:
    """Return what a 0400 undoes: by its STAN, or by field 61 where it has a STAN of its own."""
    is_new = parameter(scene.profile, "reversal_stan") == "new"
    named = original_of(reversal) if is_new else None
    return named or _own(reversal)


def _counts_once(tally: Tally, scene: Scene, name: _Name, rows: list[Row]) -> None:
    names = {name, *map(_own, rows)}
    posted = [
        row
        for row in scene.books.all
        if books.name_of(row) == "reversal" and row.index > rows[0].index
        and (_own(row) in names or _original(scene, row) == name)
    ]  # fmt: skip
    if len(posted) < 2 and scene.line.is_blind("ledger", rows[0].index):
        tally.gap(f"ledger was blind: a second reversal of {_title(name)} may have been missed")
        return
    tally.require(
        len(posted) < 2,
        f"the host got the 0400 of transaction {_title(name)} {len(rows)} times",
        expected="one reversal in the books",
        seen=f"{len(posted)} of them",
        at=(*rows, *posted),
    )


def _original(scene: Scene, reversal: Row) -> _Name | None:
    reference = reversal.facts.get("original")
    undone = (row for row in scene.books.originals if row.facts.get("reference") == reference)
    return next((_own(row) for row in undone if reference), None)


def _title(name: _Name) -> str:
    return f"{name[1] or 0:06}"


def judge_order(scene: Scene) -> Judgement:
    """R11: judge every original that came after its own reversal."""
    tally, early = Tally("R11"), dict[_Name, Row]()
    seen: set[_Name] = set()
    rows = _arrivals(scene) if any(row.actor == "host" for row in scene.line.of("rx")) else []
    for row in rows:
        if mti_of(row) == REVERSAL:
            early.setdefault(_undone(scene, row), row)
            continue
        reversal = early.get(_own(row)) if _own(row) not in seen else None
        seen.add(_own(row))
        if reversal and fact.agree(row, reversal, *_ALIKE):
            _is_refused(tally, scene, row, reversal)
    return tally.judgement()


def _is_refused(tally: Tally, scene: Scene, late: Row, reversal: Row) -> None:
    posted = [row for row in scene.books.originals if row.index > late.index]
    own = [row for row in posted if _own(row) == _own(late)]
    approvals = [row for row in _answers(scene, late) if is_approval(row, scene.profile)]
    if not own and not approvals and scene.line.is_blind("ledger", late.index):
        tally.gap(f"ledger was blind after row {late.index}: the late request may have been booked")
        return
    tally.require(
        not own and not approvals,
        f"transaction {_title(_own(late))} came to the host after its own reversal",
        expected="a refusal, and nothing booked: the terminal has done with it",
        seen="booked" if own else "approved",
        at=(reversal, late, *own, *approvals[:1]),
    )


def _answers(scene: Scene, late: Row) -> list[Row]:
    sent = [row for row in scene.line.of("tx") if row.actor == "host" and row.index > late.index]
    own = [row for row in sent if is_answer_mti(row, late) and is_same_stan(row, late)]
    return [row for row in own if not row.facts.get("on_purpose")]
