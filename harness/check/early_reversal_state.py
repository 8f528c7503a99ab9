"""R13: the reversal of a void, of a completion or of their kind brings back what was before it.

The books show it at once; that the sale can be voided again shows when somebody tries.
"""

from collections import Counter

from harness.check import Judgement, books, fact
from harness.check.exchange import Exchange
from harness.check.message import REVERSAL, mti_of, title, value_of
from harness.check.refusal import is_refused_alone
from harness.check.tally import Tally
from harness.check.undoing import VOIDS, Undoing
from harness.check.undoing_flaws import Flaw, flaw_of
from harness.check.undoing_scene import Scene
from harness.check.void_books import REFUSING, is_sound
from harness.history.record import Row
from harness.terms.amount import in_units

_RESTORED = frozenset({"void", "completion", "completion_void", "preauth_void"})
_DONE = frozenset({"00", "25"})  # 12 refuses a reversal of another day


def judge_states(scene: Scene) -> Judgement:
    """R13: judge postings, answers, and each new void of what is live again."""
    tally = Tally("R13")
    for reversal in scene.books.all:
        if books.name_of(reversal) == "reversal":
            _is_mirrored(tally, scene, reversal)
    for exchange in scene.line.exchanges:
        if mti_of(exchange.request) == REVERSAL:
            _is_booked(tally, scene, exchange)
    for undoing in scene.of(VOIDS):
        _is_voidable(tally, scene, undoing)
    return tally.judgement()


def _is_mirrored(tally: Tally, scene: Scene, reversal: Row) -> None:
    """Judge that each account has what it had before."""
    reference = reversal.facts.get("original")
    undone = (row for row in scene.books.originals if row.facts.get("reference") == reference)
    original = next((row for row in undone if reference), None)
    if original is None or books.name_of(original) not in _RESTORED:
        return
    left = _left(scene, original, reversal)
    tally.require(
        not left,
        f"the reversal of {books.title(original)} does not restore what was before it",
        expected="the same entries the other way round",
        seen=", ".join(f"{account} {in_units(minor)} left over" for account, minor in left.items()),
        at=(original, reversal),
    )


def _left(scene: Scene, original: Row, reversal: Row) -> dict[str, int]:
    """Return what both postings together leave in each account, or on each card."""
    rows, total = (original, reversal), Counter[str]()
    is_known = all(scene.books.entries(row) is not None for row in rows)
    for row in rows:
        moved = scene.books.entries(row) if is_known else scene.books.cards(row)
        for account, minor in moved or []:
            total[account] += minor
    return {account: minor for account, minor in total.items() if minor}


def _is_booked(tally: Tally, scene: Scene, exchange: Exchange) -> None:
    """Judge that a 0400 that the host answered as done has undone what it names."""
    undone, answer = exchange.undoes, exchange.taken
    if undone is None or answer is None or exchange.doubt or undone.name not in _RESTORED:
        return
    code = value_of(answer, "F39")
    posting = _posting(scene, undone, answer)
    if code not in _DONE or posting is None or answer.facts.get("on_purpose"):
        return
    reversal = scene.books.reversal_of(posting)
    if reversal is None and scene.line.is_blind("ledger", posting.index):
        tally.gap(f"ledger was blind after {books.title(posting)}: its reversal may be missing")
        return
    tally.require(
        reversal is not None,
        f"the host answered {code} to the reversal of {title(undone.request)}",
        expected="that it is undone in the books",
        seen="it stands",
        at=(undone.request, posting, exchange.request, answer),
    )


def _posting(scene: Scene, undone: Exchange, answer: Row) -> Row | None:
    request = undone.request
    between = (r for r in scene.books.originals if request.index < r.index < answer.index)
    own = (row for row in between if books.name_of(row) == undone.name)
    same = (row for row in own if fact.agree_as(row, "stan", request, "stan"))
    return next((row for row in same if fact.agree(row, request, "batch")), None)


def _is_voidable(tally: Tally, scene: Scene, undoing: Undoing) -> None:
    """Judge a void of a sale whose void before it was reversed."""
    sale = scene.sale_of(undoing)
    if sale is None or flaw_of(scene, undoing, sale, undoing.at) is not Flaw.NONE:
        return
    before = [row for row in scene.books.chain(sale)[1:] if row.index < undoing.at]
    standing = [row for row in before if row is not undoing.posting and _stands(scene, row)]
    if not scene.voids_of(sale, undoing.at, undoing.posting) or standing:
        return
    seen = _refused(scene, undoing, sale)
    if seen or undoing.posting:
        tally.require(
            not seen,
            f"{undoing.title} was refused, though the void before it was reversed",
            expected="a void: the sale is live again",
            seen=seen,
            at=(sale, *before, *undoing.rows),
        )


def _stands(scene: Scene, row: Row) -> bool:
    return books.name_of(row) not in books.UNDOING and scene.books.reversal_of(row) is None


def _refused(scene: Scene, undoing: Undoing, sale: Row) -> str:
    """Return by whom it was refused without a reason, empty if it was not."""
    if undoing.posting:
        return ""
    for row in undoing.refusals[:1]:
        code = fact.text(row, "response_code")
        return f"{code} from the host" if code in REFUSING and is_sound(undoing, sale, row) else ""
    is_fit = all(fact.agree(row, sale, "card", "amount_minor") for row in undoing.rows)
    is_alone = is_fit and is_refused_alone(scene, undoing)
    return "a refusal by the terminal, and nothing on the line" if is_alone else ""
