"""S3: the settlement slip says what field 48 and the batch say, and the host's result.

Its rows are net: what was voided is in neither count nor amount.  So the voids are what field 48
has more than the slip, on the debit side and on the credit side alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.check import fact
from harness.check.batch import VOIDS, Content, Item
from harness.check.closing import BALANCED, ERROR, GROUPS, NOT_BALANCED, Closing, figures, key
from harness.check.observability import is_observable
from harness.check.settlement_totals import stated
from harness.check.settling import Settling
from harness.check.tally import Tally
from harness.history.record import Row
from harness.terms.amount import in_units

Sum = tuple[int, int]  # amount and count
_WORDS = {BALANCED: "balanced", NOT_BALANCED: "not_balanced", ERROR: "error"}
_ALIASES = {
    "offline_sale": "offline", "offline_settlement": "offline", "adjust": "offline",
    "adjustment": "offline", "tip": "offline",
}  # fmt: skip
_CREDIT_ROWS = frozenset({"refund"})
_NO_ROWS = frozenset({"credit_total", "debit_total", "net_total", *VOIDS})
_TOTALS_ARE_JUDGED = "host_wire & journal | host_wire & ledger"  # by S2


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one slip: type, count and amount by card group, "" where it has none."""

    by_group: dict[str, dict[str, Sum]]

    @property
    def groups(self) -> Sequence[str]:
        """Return the groups that the slip tells apart: both, or "" for all together."""
        return ("",) if "" in self.by_group else GROUPS

    def of(self, group: str) -> dict[str, Sum]:
        """Return the rows of a group, those of all for ""."""
        if group:
            return self.by_group.get(group, {})
        found: dict[str, Sum] = {}
        for rows in self.by_group.values():
            for name, one in rows.items():
                found[name] = _plus(found.get(name, (0, 0)), one)
        return found


def judge_slips(tally: Tally, scene: Settling) -> None:
    """S3: judge every whole settlement slip, and that there is one."""
    for closing in scene.closings:
        slips = scene.slips(closing)
        for slip in slips:
            if slip.facts.get("is_complete") is not False:
                _rows(tally, closing, slip, scene.batches.at(closing), scene)
                _results(tally, closing, slip)
        if not slips and is_due(scene, closing):
            _missing(tally, scene, closing)


def _plus(one: Sum, other: Sum) -> Sum:
    return one[0] + other[0], one[1] + other[1]


def _minus(one: Sum, other: Sum) -> Sum:
    return one[0] - other[0], one[1] - other[1]


def is_due(scene: Settling, closing: Closing) -> bool:
    """Tell whether the terminal has done with a settlement, and neither paper nor power failed."""
    if closing.done is None or closing.is_refused:
        return False
    call, gate = scene.call_of(closing), scene.gate(closing)
    end = call.end if call else None
    ends = [row.index for row in (end, gate) if row and row.index > closing.over]
    is_rested = scene.rest_end is not None and scene.rest_end > closing.over
    last = min(ends, default=scene.line.last)
    return (bool(ends) or is_rested) and not scene.is_printer_down(closing.first.index, last)


def _missing(tally: Tally, scene: Settling, closing: Closing) -> None:
    if scene.line.is_blind("slip", closing.first.index):
        return  # said of the whole rule
    if not scene.observes("till", "paper", "power"):
        tally.gap(f"nobody saw whether paper or power failed in {closing.title}")
        return
    tally.wrong(
        f"{closing.title} is over",
        expected="a settlement slip, as neither paper nor power failed",
        seen="none",
        at=(closing.first, closing.done.row if closing.done else None),
    )


def _rows(tally: Tally, closing: Closing, slip: Row, content: Content, scene: Settling) -> None:
    ask = closing.asks[0].request if closing.asks else None
    if ask is None or "debit_minor" not in ask.facts:
        tally.gap(f"the 0500 of batch {closing.batch} was not seen: its slip cannot be compared")
        return
    rows = _read(slip)
    wrong = [group for group in rows.groups if not _fits(ask, rows, group, content)]
    if wrong and _is_true(rows, content) and _are_totals_judged(scene):
        return  # the slip is right, field 48 is not
    if not wrong:
        tally.right()
    for group in wrong:
        _differs(tally, ask, slip, rows, group, content)


def _read(slip: Row) -> _Rows:
    found: dict[str, dict[str, Sum]] = {}
    for text in fact.words(slip, "rows"):
        group, name, count, amount = text.split("|")
        own = found.setdefault(group, {})
        name = _ALIASES.get(name, name)
        own[name] = _plus(own.get(name, (0, 0)), (int(amount), int(count)))
    return _Rows(found)


def _sides(rows: dict[str, Sum]) -> tuple[Sum, Sum]:
    """Return what the rows say of debit and of credit."""
    debit, credit = (0, 0), (0, 0)
    for name, one in rows.items():
        if name in _CREDIT_ROWS:
            credit = _plus(credit, one)
        elif name not in _NO_ROWS:
            debit = _plus(debit, one)
    return debit, credit


def _over(ask: Row, rows: _Rows, group: str) -> tuple[Sum, Sum]:
    """Return what field 48 has more than the slip, of debit and of credit."""
    told, (debit, credit) = stated(ask, group), _sides(rows.of(group))
    return _minus((told[0], told[1]), debit), _minus((told[2], told[3]), credit)


def _fits(ask: Row, rows: _Rows, group: str, content: Content) -> bool:
    debit, credit = _over(ask, rows, group)
    if debit != credit:
        return False
    if not content.is_sure:
        return True
    if group not in content.groups:
        return _is_true(rows, content)
    return debit == _voided(content.of(group)) and _net(rows.of(group)) == _true(content.of(group))


def _is_true(rows: _Rows, content: Content) -> bool:
    """Tell whether the slip says what the batch holds, as far as the groups are told apart."""
    groups = rows.groups if rows.groups == content.groups else ("",)
    return content.is_sure and all(
        _net(rows.of(group)) == _true(content.of(group)) for group in groups
    )


def _are_totals_judged(scene: Settling) -> bool:
    return is_observable(_TOTALS_ARE_JUDGED, scene.line.history.header.observes)


def _net(rows: dict[str, Sum]) -> dict[str, Sum]:
    return {name: one for name, one in rows.items() if one != (0, 0) and name not in _NO_ROWS}


def _true(items: Sequence[Item]) -> dict[str, Sum]:
    """Return the rows that a slip must have: what was not voided, by type."""
    found: dict[str, Sum] = {}
    for item in items:
        if item.name not in VOIDS and not item.is_voided:
            name = _ALIASES.get(item.name, item.name)
            found[name] = _plus(found.get(name, (0, 0)), (item.amount_minor, 1))
    return found


def _voided(items: Sequence[Item]) -> Sum:
    total = (0, 0)
    for item in items:
        if item.name in VOIDS:
            total = _plus(total, (item.amount_minor, 1))
    return total


def _differs(tally: Tally, ask: Row, slip: Row, rows: _Rows, group: str, content: Content) -> None:
    is_known = content.is_sure and group in content.groups
    true = _true(content.of(group)) if is_known else {}
    expected = f"{_said(true)}, as in the batch" if is_known else "field 48 less the voids"
    debit, credit = _over(ask, rows, group)
    tally.wrong(
        f"the {group} rows of the settlement slip do not fit the 0500".replace("  ", " "),
        expected=expected,
        seen=f"{_said(_net(rows.of(group)))}; field 48 has {_sum(debit)} more debit"
        f" and {_sum(credit)} more credit",
        at=(ask, slip),
    )


def _said(rows: dict[str, Sum]) -> str:
    return ", ".join(f"{name} {_sum(one)}" for name, one in sorted(rows.items())) or "no rows"


def _sum(one: Sum) -> str:
    minor, count = one
    return f"{in_units(minor)} in {count}"


def _results(tally: Tally, closing: Closing, slip: Row) -> None:
    """Judge that the result of each group is printed as the host gave it."""
    results, answer = closing.results(), closing.answer
    if results is None or answer is None or answer.doubt:
        return
    wrong = [group for group in GROUPS if _is_other(answer.row, slip, group, results[group])]
    printed = {group: slip.facts.get(key(group, "result"), "none") for group in wrong}
    tally.require(
        not wrong,
        f"the settlement slip of batch {closing.batch} prints another result than the 0510",
        expected=", ".join(f"{group} {_WORDS.get(results[group])}" for group in wrong),
        seen=", ".join(f"{group} {word}" for group, word in printed.items()),
        at=(answer.row, slip),
    )


def _is_other(answer: Row, slip: Row, group: str, result: int) -> bool:
    printed = slip.facts.get(key(group, "result"))
    if printed is None and not any(figures(answer, group)):
        return False  # a group without transactions may be left out
    return printed != _WORDS.get(result)
