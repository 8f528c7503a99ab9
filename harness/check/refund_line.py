"""F3 and F5: refunds on the line.  None is reversed; each counts in the batch that it was made in.

The terminal does not reverse a refund whose answer was lost, so nobody knows what came of it until
somebody has looked: it is an open item, unless the books show that the host has made nothing of it.
"""

from itertools import combinations

from harness.check import Judgement, fact
from harness.check.exchange import Exchange
from harness.check.message import (
    SETTLEMENT,
    has_left,
    is_card_transaction,
    is_power_cut,
    mti_of,
    title,
)
from harness.check.tally import Tally
from harness.check.undoing import REFUNDS, VOIDS, Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.terms.amount import in_units

BATCH_MAX = 999_999  # it is followed by 1
_SUBSETS_MAX = 8
_SETTLING = frozenset({"0500", "0320", "0820"})
_MINORS = ("credit_minor", "foreign_credit_minor")
_COUNTS = ("credit_count", "foreign_credit_count")


def judge_lost(scene: Scene) -> Judgement:
    """F3: judge every refund that was reversed, or whose answer was lost."""
    tally = Tally("F3")
    for undoing in scene.of(REFUNDS):
        exchange = undoing.exchange
        if exchange is None or not has_left(exchange.request):
            continue
        if exchange.reversals or exchange.taken is None:
            _reversed(tally, scene, exchange)
        if exchange.taken is None and not _is_nothing(scene, undoing):
            _listed(tally, scene, exchange)
    return tally.judgement()


def _reversed(tally: Tally, scene: Scene, exchange: Exchange) -> None:
    request, reversals = exchange.request, exchange.reversals
    gate = next((row for row in _gates(scene) if row.index > request.index), None)
    if not reversals and gate is None:
        return
    if gate and not reversals and scene.line.is_blind("host_wire", request.index, gate.index):
        tally.gap(f"host_wire was blind after {title(request)}: a reversal may have been missed")
        return
    tally.require(
        not reversals,
        f"{title(request)} was reversed",
        expected="no 0400: a refund without an answer stays open until somebody clears it",
        seen=f"{len(reversals)} of them",
        at=(request, exchange.taken, *reversals),
    )


def _gates(scene: Scene) -> list[Row]:
    """Return the card transactions and settlements: before them a reversal would have left."""
    sent = (one.request for one in scene.line.exchanges)
    return [row for row in sent if is_card_transaction(row) or mti_of(row) == SETTLEMENT]


def _is_nothing(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether the books show that the host has declined the refund, or never got it."""
    is_seen = "ledger" in scene.line.history.header.observes
    return is_seen and undoing.posting is None and not scene.line.is_blind("ledger", undoing.begin)


def _listed(tally: Tally, scene: Scene, exchange: Exchange) -> None:
    """Judge after the rest that it is among the open items."""
    request, notes = exchange.request, scene.line.of("note")
    ends = [row for row in notes if row.address == "rest" and row.value == "end"]
    if not ends or ends[-1].index < request.index:
        return
    items = (row for row in notes if row.address == "open item")
    tally.require(
        any(fact.agree_as(row, "stan", request, "stan") for row in items),
        f"nobody knows what came of {title(request)}: its answer was lost",
        expected="an open item",
        seen="none after the rest",
        at=(request, ends[-1]),
    )


def judge_batches(scene: Scene) -> Judgement:
    """F5: judge the batch of every refund, and the credits of every settlement with refunds."""
    tally = Tally("F5")
    for undoing in scene.of(REFUNDS):
        if undoing.exchange:
            _batch(tally, scene, undoing.exchange)
    for exchange in scene.line.exchanges:
        if mti_of(exchange.request) == SETTLEMENT and "credit_minor" in exchange.request.facts:
            _credits(tally, scene, exchange.request)
    return tally.judgement()


def _batch(tally: Tally, scene: Scene, exchange: Exchange) -> None:
    """Judge the batch number in a refund by those of the terminal's messages around it."""
    own, near = fact.number(exchange.request, "batch"), _near(scene, exchange)
    numbers = {number for row in near if (number := fact.number(row, "batch")) is not None}
    if near and mti_of(near[0]) in _SETTLING:
        numbers |= {number % BATCH_MAX + 1 for number in numbers}
    if own is not None and numbers:
        tally.require(
            own in numbers,
            f"{title(exchange.request)} is of another batch than the terminal",
            expected=f"batch {' or '.join(f'{number:06}' for number in sorted(numbers))}",
            seen=f"{own:06}",
            at=(exchange.request, *near),
        )


def _near(scene: Scene, exchange: Exchange) -> list[Row]:
    """Return the messages with a batch number just before and just after a refund."""
    place = scene.line.exchanges.index(exchange)
    around = [*scene.line.exchanges[:place][-1:], *scene.line.exchanges[place + 1 :][:1]]
    rows = [row for one in around for row in (one.request, one.taken) if row]
    return [row for row in rows if "batch" in row.facts]


def _credits(tally: Tally, scene: Scene, request: Row) -> None:
    """Judge whether the credits of a settlement hold the refunds of its batch, and no other."""
    before = [one for one in scene.all if one.left_at < request.index and one.exchange]
    voids = [one for one in before if one.name in VOIDS and _is_of(one, request)]
    refunds = [one for one in before if one.name in REFUNDS]
    own = [one for one in refunds if _is_of(one, request)]
    if not refunds or any(_is_open(scene, one) for one in voids + refunds):
        return
    counted = sum(fact.number(request, name) or 0 for name in _COUNTS) - len(_minors(voids))
    minor = sum(fact.number(request, name) or 0 for name in _MINORS) - sum(_minors(voids))
    due = _minors(own)
    if (minor, counted) == (sum(due), len(due)):
        tally.right()
    elif _is_sum(minor, counted, _minors(refunds)):
        tally.wrong(
            f"{title(request)} does not count just the refunds of its batch as credits",
            expected=f"{len(due)} refunds, {in_units(sum(due))}",
            seen=f"{counted}, {in_units(minor)}",
            at=(request, *(one.request for one in refunds)),
        )


def _is_of(undoing: Undoing, settlement: Row) -> bool:
    return undoing.number("batch") == fact.number(settlement, "batch") is not None


def _is_open(scene: Scene, undoing: Undoing) -> bool:
    """Tell whether nobody knows if the terminal has it as approved."""
    exchange = undoing.exchange
    if exchange is None or exchange.taken is None:
        return exchange is not None and not exchange.reversals
    return bool(exchange.doubt) or _is_cut_short(scene, undoing, exchange.taken)


def _is_cut_short(scene: Scene, undoing: Undoing, answer: Row) -> bool:
    """Tell whether the power failed before anybody was told of a refund that was approved.

    A void that was not stored is reversed: that shows.
    """
    slips = (row for row in scene.line.of("print") if row.index > answer.index)
    own = (row.index for row in slips if fact.number(row, "voucher") == undoing.stan)
    end = undoing.end.index if undoing.end and undoing.end.kind == "ok" else scene.line.last
    told = min(next(own, end), end)
    cuts = (row for row in scene.line.of("power") if answer.index < row.index < told)
    return undoing.name in REFUNDS and any(map(is_power_cut, cuts))


def _minors(undoings: list[Undoing]) -> list[int]:
    """Return the amounts of those that were approved and not reversed."""
    exchanges = [one.exchange for one in undoings if one.exchange]
    approved = (one.request for one in exchanges if one.approves and not one.reversals)
    return [fact.number(row, "amount_minor") or 0 for row in approved]


def _is_sum(minor: int, count: int, minors: list[int]) -> bool:
    """Tell whether so many of the amounts come to a sum."""
    some = minors[:_SUBSETS_MAX]
    return count >= 0 and any(sum(chosen) == minor for chosen in combinations(some, count))
