"""V8: the slip of a void has a number of its own, says VOID, and names the sale and its amount.

Where the host line is not seen, the slip of the sale tells what the slip of its void must say.
"""

from bisect import bisect_right

from harness.check import Judgement, fact
from harness.check.message import original_of, stan_of
from harness.check.tally import Tally
from harness.check.undoing import VOIDS, Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.terms.amount import in_units

_Wrong = tuple[str, object, object, Row | None]  # item, expected, seen, where the first is said


def judge_slips(scene: Scene) -> Judgement:
    """V8: judge every whole receipt of a void."""
    tally, is_idle = Tally("V8"), scene.is_idle
    for row in scene.line.of("print"):
        if row.facts.get("says_approved") is True and row.facts.get("is_complete") is not False:
            undoing = None if is_idle else _printed_for(scene, row)
            if undoing or row.facts.get("type") in VOIDS:
                _slip(tally, scene, row, undoing)
    if tally.evaluated and scene.line.is_blind("slip"):
        tally.gap("slip was blind: the slip of a void may have come out unseen")
    return tally.judgement()


def _printed_for(scene: Scene, slip: Row) -> Undoing | None:
    """Return the void that the slip is about: by its number, else by when it came out."""
    for undoing in reversed(scene.of(VOIDS)):
        exchange = undoing.exchange
        if exchange and exchange.approves and exchange.taken:
            is_own = fact.number(slip, "voucher") == undoing.stan and undoing.left_at < slip.index
            if is_own and fact.agree(slip, exchange.request, "batch"):
                return undoing
            if exchange.taken.index < slip.index < _over(scene, undoing) and _is_lost(scene, slip):
                return undoing
    return None


def _is_lost(scene: Scene, slip: Row) -> bool:
    """Tell whether a slip cannot be that of the transaction whose number it bears."""
    if slip.facts.get("is_duplicate") is True:
        return False
    return slip.facts.get("type") in VOIDS or bool(_slips(scene, slip, "voucher"))


def _over(scene: Scene, undoing: Undoing) -> int:
    """Return where the terminal had done with it: its call ended, or something else began."""
    ends = [undoing.end.index] if undoing.end else []
    later = scene.begins[bisect_right(scene.begins, undoing.left_at) :][:1]
    return min([*ends, *later], default=scene.line.last + 1)


def _slip(tally: Tally, scene: Scene, row: Row, undoing: Undoing | None) -> None:
    wrong = [*_title(row, undoing), *_numbers(row, undoing), *_amount(scene, row, undoing)]
    tally.require(
        not wrong,
        f"the slip of {_name(row, undoing)} is not that of a void",
        expected=", ".join(f"{item} {expected}" for item, expected, _, _ in wrong),
        seen=", ".join(f"{item} {seen or 'nothing'}" for item, _, seen, _ in wrong),
        at=(row, undoing.request if undoing else None, *(where for _, _, _, where in wrong)),
    )


def _name(row: Row, undoing: Undoing | None) -> str:
    return undoing.title if undoing else f"void {fact.number(row, 'voucher') or 0:06}"


def _title(row: Row, undoing: Undoing | None) -> list[_Wrong]:
    said = row.facts.get("type")
    return [] if undoing is None or said == undoing.name else [("type", undoing.name, said, None)]


def _numbers(row: Row, undoing: Undoing | None) -> list[_Wrong]:
    """Judge its own number, and that of the sale."""
    own, original = fact.number(row, "voucher"), fact.number(row, "original_voucher")
    named = _original(undoing)
    wrong: list[_Wrong] = []
    if own is not None and undoing and undoing.request and own != stan_of(undoing.request):
        wrong.append(("voucher", stan_of(undoing.request), own, undoing.request))
    elif own is not None and own == original:
        wrong.append(("voucher", "of its own", own, None))
    if original is None or (named is not None and original != named):
        expected = "of the sale" if named is None else named
        wrong.append(("original voucher", expected, original, undoing.request if undoing else None))
    return wrong


def _original(undoing: Undoing | None) -> int | None:
    named = original_of(undoing.request) if undoing and undoing.request else None
    return named[1] if named else None


def _amount(scene: Scene, row: Row, undoing: Undoing | None) -> list[_Wrong]:
    sales = _slips(scene, row, "original_voucher")
    source = sales[-1] if sales else undoing.request if undoing else None
    expected = fact.number(source, "amount_minor") if source else None
    said = fact.number(row, "amount_minor")
    is_right = None in (expected, said) or abs(said or 0) == expected
    return [] if is_right else [("amount", in_units(expected), in_units(said), source)]


def _slips(scene: Scene, void: Row, name: str) -> list[Row]:
    """Return the approvals on paper, before the slip of a void, of the number that it names."""
    number = fact.number(void, name)
    prints = (row for row in scene.line.of("print") if row.index < void.index)
    approvals = (row for row in prints if row.facts.get("says_approved") is True)
    own = (row for row in approvals if fact.number(row, "voucher") == number is not None)
    return [row for row in own if fact.agree(row, void, "batch")]
