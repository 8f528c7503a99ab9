"""V1, V2, V5: which voids the host books, of what amount, and that it books none twice.

What is settled is V6's matter, another card V4's; a sale that is live again after its void was
reversed is R13's.
"""

from harness.check import Judgement, fact
from harness.check.message import is_whole
from harness.check.tally import Tally
from harness.check.undoing import VOIDS, Undoing
from harness.check.undoing_flaws import Flaw, flaw_of
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.terms.amount import in_units

REFUSING = frozenset({"12", "22", "25"})
_ELSEWHERE = frozenset({Flaw.VOIDED, Flaw.SETTLED})  # other rules name them where they are posted
_OTHER_CAUSES = frozenset(  # of the message, the PIN, the line or the host: they come first
    {"30", "38", "55", "75", "77", "90", "91", "92", "94", "96", "97", "98", "99", "A0"}
)
_MISFITS = {"14": "card", "64": "amount_minor"}  # code: what differs from the sale


def judge_voidable(scene: Scene) -> Judgement:
    """V1: judge every void that the host booked or refused."""
    tally = Tally("V1")
    for undoing in scene.of(VOIDS):
        sale, posting = scene.sale_of(undoing), undoing.posting
        if scene.is_of_elsewhere(undoing):
            tally.gap(f"the books do not show what {undoing.title} undoes")
        elif posting:
            _posted(tally, scene, undoing, sale, posting)
        else:
            _refused(tally, scene, undoing, sale)
    return tally.judgement()


def _posted(tally: Tally, scene: Scene, undoing: Undoing, sale: Row | None, posting: Row) -> None:
    flaw = flaw_of(scene, undoing, sale, posting.index)
    if flaw in _ELSEWHERE:
        return
    if flaw is Flaw.UNKNOWN and scene.is_blind("ledger"):
        tally.gap(f"ledger was blind: the sale of {undoing.title} may have been missed")
        return
    tally.require(
        flaw is Flaw.NONE,
        f"the host booked {undoing.title}",
        expected="12, 22 or 25: only a live sale of this terminal, batch and day can be voided",
        seen=f"a void of {flaw.value}",
        at=(undoing.request, posting, sale, scene.books.reversal_of(sale) if sale else None),
    )


def _refused(tally: Tally, scene: Scene, undoing: Undoing, sale: Row | None) -> None:
    for row in undoing.refusals[:1] or _declined_by(scene, undoing):
        code = fact.text(row, "response_code")
        flaw = flaw_of(scene, undoing, sale, row.index)
        if code is None or code in _OTHER_CAUSES or _is_misfit(undoing, sale, code):
            continue
        if flaw is not Flaw.NONE and (code in REFUSING or _is_certain(scene, undoing, flaw)):
            expected = f"12, 22 or 25: it names {flaw.value}"
            _code(tally, undoing, row, is_right=code in REFUSING, expected=expected)
        elif code in REFUSING and sale and _is_plain(scene, undoing, sale, row):
            expected = "an approval: the sale is live and can be voided"
            _code(tally, undoing, row, is_right=False, expected=expected)


def _is_certain(scene: Scene, undoing: Undoing, flaw: Flaw) -> bool:
    """Tell whether a sale that the books do not show is nowhere, and not of before the history."""
    is_here = scene.is_within(undoing.original[1]) and not scene.is_blind("ledger")
    return flaw is not Flaw.UNKNOWN or is_here


def _declined_by(scene: Scene, undoing: Undoing) -> list[Row]:
    """Return the host's answer, where the books have no row of it and it says no."""
    answer = scene.answer_of(undoing)
    if answer is None or answer.facts.get("on_purpose") or undoing.exchange is None:
        return []
    return [] if undoing.exchange.approves else [answer]


def _is_misfit(undoing: Undoing, sale: Row | None, code: str | None) -> bool:
    """Tell whether the code says that card or amount are not those of the sale, and is right."""
    name = _MISFITS.get(code or "")
    return bool(name) and bool(sale) and not _agrees(undoing, sale, str(name))


def _agrees(undoing: Undoing, sale: Row | None, name: str) -> bool:
    rows = [row for row in (undoing.request, *undoing.booked) if row]
    return sale is not None and all(fact.agree(row, sale, name) for row in rows)


def _is_plain(scene: Scene, undoing: Undoing, sale: Row, refusal: Row) -> bool:
    """Tell whether nothing had been booked against the sale, and the request was in order."""
    is_fresh = all(row.index > refusal.index for row in scene.books.chain(sale)[1:])
    return is_fresh and is_sound(undoing, sale, refusal)


def is_sound(undoing: Undoing, sale: Row, refusal: Row) -> bool:
    """Tell whether nothing about the request gave the host a reason to refuse."""
    request, exchange = undoing.request, undoing.exchange
    if request is None or exchange is None or not is_whole(request):
        return False
    is_readable = not request.facts.get("spoiled") and request.facts.get("mac_ok") is not False
    is_fitting = all(_agrees(undoing, sale, name) for name in ("card", "amount_minor"))
    is_named = undoing.rrn in (None, sale.facts.get("rrn"))
    is_overtaken = any(row.index < refusal.index for row in exchange.reversals)
    return is_readable and is_fitting and is_named and not is_overtaken


def _code(tally: Tally, undoing: Undoing, row: Row, *, is_right: bool, expected: str) -> None:
    tally.require(
        is_right,
        f"the host refused {undoing.title}",
        expected=expected,
        seen=str(row.facts.get("response_code", "no code")),
        at=(undoing.request, row),
    )


def judge_amounts(scene: Scene) -> Judgement:
    """V2: judge the amount of every void whose sale the books show."""
    tally = Tally("V2")
    for undoing in scene.of(VOIDS):
        sale = scene.sale_of(undoing)
        whole = scene.worth_minor(sale) if sale else None
        if sale and whole is not None:
            _amount(tally, scene, undoing, sale, whole)
    return tally.judgement()


def _amount(tally: Tally, scene: Scene, undoing: Undoing, sale: Row, whole: int) -> None:
    asked = fact.number(undoing.invoke, "amount_minor") if undoing.invoke else None
    is_part = asked not in (None, whole)
    seen = _wrong_amount(scene, undoing, whole, is_part=is_part)
    is_done = _is_over(undoing) if is_part else bool(undoing.request or undoing.booked)
    if is_done:
        tally.require(
            not seen,
            f"{undoing.title} is not of the whole amount",
            expected=f"{in_units(whole)}, what was approved of the sale, or a refusal",
            seen=seen,
            at=(*undoing.rows, sale),
        )


def _wrong_amount(scene: Scene, undoing: Undoing, whole: int, *, is_part: bool) -> str:
    """Return what is wrong; of a part that the till asked for, that it was not refused."""
    request, posting = undoing.request, undoing.posting
    sent = fact.number(request, "amount_minor") if request else None
    if posting:
        booked, moved = fact.number(posting, "amount_minor"), scene.books.moved_minor(posting)
        if booked not in (None, whole) or moved != whole:
            return f"{in_units(moved if booked in (None, whole) else booked)} booked"
        return f"{in_units(whole)} booked, though the till asked for a part" if is_part else ""
    return f"{in_units(sent)} sent to the host" if sent not in (None, whole) else ""


def _is_over(undoing: Undoing) -> bool:
    """Tell whether the till has been told, or the host has decided."""
    return bool(undoing.booked) or undoing.end is not None


def judge_once(scene: Scene) -> Judgement:
    """V5: judge every void and refund of a sale that had been voided before."""
    tally = Tally("V5")
    for undoing in scene.all:
        sale = scene.sale_of(undoing)
        before = scene.void_before(sale, undoing.at, undoing.posting) if sale else None
        if sale is None or before is None or not _is_over(undoing):
            continue
        if undoing.posting is None and scene.line.is_blind("ledger", undoing.at):
            tally.gap(f"ledger was blind after {undoing.title}: it may have been booked")
            continue
        tally.require(
            undoing.posting is None,
            f"{undoing.title} undoes a sale that was voided already",
            expected="a refusal by terminal or host, and nothing booked",
            seen="booked once more",
            at=(sale, before, *undoing.rows),
        )
    return tally.judgement()
