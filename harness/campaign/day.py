"""A day of a shop: mixed transactions with faults among them.  A seed gives the whole plan.

Batches are settled in the course of the day and at its end.  Voids and refunds name sales in
which, and just before which, nothing goes wrong, so that there is something to undo.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from harness.campaign.troubles import CANCELS, TROUBLES, Trouble, Verb

WITH_PIN = ("card-1", "card-2", "card-foreign")
PURSES = (*WITH_PIN, "card-3")
AMOUNT_MAX_MINOR, ABOVE_LIMIT_MINOR = 300_000, 5_000_001
BATCH_SIZE_MIN, BATCH_SIZE_MAX = 10, 50
WRONG_PINS_MAX = 2  # in a row: the third one blocks the card
MIX = {
    "sale": 60, "tender": 8, "void": 10, "refund": 6, "balance": 5, "wrong_pin": 4, "poor": 2,
    "above_limit": 1, "expired": 1, "cancel": 3, "reprint": 3, "reprint_voucher": 2,
    "wrong_password": 1, "other_card": 1, "void_again": 1, "void_late": 1, "details": 1,
    "totals": 1,
}  # kinds of tasks, and how many of about a hundred they are  # fmt: skip
HIT = frozenset({"sale", "tender", "void", "refund", "balance", "settle"})  # by faults


@dataclass(frozen=True, slots=True)
class Size:
    """How long a day is, and how much goes wrong in it."""

    transactions: int
    faults: int


WHOLE = Size(200, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One verb of a day; `original` is the place of the sale that it is about.

    pin, password: right or wrong.
    """

    verb: Verb
    amount_minor: int = 0
    card: str = "card-1"
    pin: str = "right"
    password: str = "right"
    original: int | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """All tasks of a day, in order."""

    seed: int
    tasks: tuple[Task, ...]

    @property
    def fault_count(self) -> int:
        """Return how many faults are planned; a key that somebody presses is none."""
        own = (task.trouble for task in self.tasks)
        return sum(each.count for each in own if each and each not in CANCELS)

    def __str__(self) -> str:
        return f"seed {self.seed}: {len(self.tasks)} transactions, {self.fault_count} faults"


def plan_day(
    seed: int,
    size: Size = WHOLE,
    *,
    troubles: Sequence[Trouble] = TROUBLES,
    cancels: Sequence[Trouble] = CANCELS,
    has_refunds: bool = True,
) -> Day:
    """Return the day of a seed; there are fewer faults only if no task is left for them.

    troubles, cancels: what can go wrong, and be pressed, on the bench.
    has_refunds: the function is, or will be, open.
    """
    random, transactions, faults = Random(seed), size.transactions, size.faults
    batch_size = min(BATCH_SIZE_MAX, max(BATCH_SIZE_MIN, transactions // 2))
    mix = {kind: weight for kind, weight in MIX.items() if has_refunds or kind != "refund"}
    kinds = list(_kinds(random, mix, transactions, batch_size))
    stops = {place: random.choice(cancels) for place, kind in enumerate(kinds) if kind == "cancel"}
    hits = _hits(random, kinds, faults, troubles, stops)
    return Day(seed=seed, tasks=_Planner(random, batch_size, kinds, hits).tasks())


def _kinds(
    random: Random, mix: Mapping[str, int], transactions: int, batch_size: int
) -> Iterator[str]:
    """Yield what kind of task each is; what needs an older sale comes when there may be one."""
    for place in range(transactions):
        is_last = place + 1 == transactions
        if is_last or (place + 1) % batch_size == 0:
            yield "settle"
            continue
        early = {"void", "void_again"} if place % batch_size < batch_size // 4 else set()
        early |= {"refund", "void_late"} if place < batch_size else set()
        weights = {kind: weight for kind, weight in mix.items() if kind not in early}
        yield random.choices(list(weights), list(weights.values()))[0]


def _hits(
    random: Random,
    kinds: Sequence[str],
    faults: int,
    troubles: Sequence[Trouble],
    stops: Mapping[int, Trouble],
) -> dict[int, Trouble]:
    """Return the trouble of each place that has one; between two there is a place without."""
    hits = dict(stops)
    left, missed, order = faults, 0, list[Trouble]()
    while left and missed < len(troubles):
        order = order or random.sample(troubles, len(troubles))
        trouble = order.pop()
        places = [place for place in _free(kinds, hits) if kinds[place] in trouble.verbs]
        if trouble.count <= left and places:
            hits[random.choice(places)] = trouble
            left, missed = left - trouble.count, 0
        else:
            missed += 1
    return hits


def _free(kinds: Sequence[str], hits: dict[int, Trouble]) -> list[int]:
    return [
        place
        for place, kind in enumerate(kinds)
        if kind in HIT and not hits.keys() & {place - 1, place, place + 1}
    ]


@dataclass
class _Planner:
    """Makes tasks of kinds, one after the other."""

    random: Random
    batch_size: int
    kinds: Sequence[str]
    hits: dict[int, Trouble]
    made: list[Task] = field(default_factory=list)
    live: list[int] = field(default_factory=list)  # places of sales that surely stand
    voided: list[int] = field(default_factory=list)
    refunded_minor: Counter[int] = field(default_factory=Counter)  # by the place of the sale
    wrong_pins: Counter[str] = field(default_factory=Counter)

    def tasks(self) -> tuple[Task, ...]:
        """Return them all; what lacks an older sale becomes a sale itself."""
        for place, kind in enumerate(self.kinds):
            task = self._task(place, kind) or self._sale(place, "sale")
            self.made.append(replace(task, trouble=self.hits.get(place)))
        return tuple(self.made)

    def _task(self, place: int, kind: str) -> Task | None:
        match kind:
            case "sale" | "tender" | "cancel":
                return self._sale(place, "tender" if kind == "tender" else "sale")
            case "settle" | "reprint" | "details" | "totals":
                return Task(verb=kind)
            case "balance":
                return Task(verb="balance", card=self.random.choice(PURSES))
            case "void":
                return self._void(place)
            case "refund":
                return self._refund(place)
            case "reprint_voucher":
                return self._of(self._batch(place), "reprint_voucher")
        return self._refused(place, kind)

    def _refused(self, place: int, kind: str) -> Task | None:
        """Return what host or terminal has to refuse."""
        match kind:
            case "wrong_pin":
                return self._wrong_pin()
            case "poor":
                return Task(verb="sale", amount_minor=self._amount(), card="card-poor")
            case "above_limit":
                return Task(verb="sale", amount_minor=ABOVE_LIMIT_MINOR)
            case "expired":
                return Task(verb="sale", amount_minor=self._amount(), card="card-expired")
            case "wrong_password":
                task = self._of(self._batch(place))
                return replace(task, password="wrong") if task else None
            case "other_card":
                task = self._of(self._batch(place))
                return replace(task, card=_another(task.card)) if task else None
            case "void_again":
                return self._of([each for each in self.voided if self._is_here(each, place)])
        return self._of([each for each in self.live if not self._is_here(each, place)])

    def _sale(self, place: int, verb: Verb) -> Task:
        card = self.random.choice(PURSES)
        if not self.hits.keys() & {place, place - 1}:
            self.live.append(place)
            self.wrong_pins[card] = 0
        return Task(verb=verb, amount_minor=self._amount(), card=card)

    def _void(self, place: int) -> Task | None:
        task = self._of(self._batch(place))
        if task and task.original is not None:
            self.live.remove(task.original)
            self.voided += [] if self.hits.keys() & {place, place - 1} else [task.original]
        return task

    def _refund(self, place: int) -> Task | None:
        left = {
            each: self.made[each].amount_minor - self.refunded_minor[each]
            for each in self.live
            if not self._is_here(each, place)
        }
        task = self._of([each for each in left if left[each]], "refund")
        if task is None or task.original is None:
            return None
        minor = self.random.randint(1, left[task.original])
        self.refunded_minor[task.original] += minor
        return replace(task, amount_minor=minor)

    def _wrong_pin(self) -> Task | None:
        cards = [card for card in WITH_PIN if self.wrong_pins[card] < WRONG_PINS_MAX]
        if not cards:
            return None
        card = self.random.choice(cards)
        self.wrong_pins[card] += 1
        return Task(verb="sale", amount_minor=self._amount(), card=card, pin="wrong")

    def _of(self, places: Sequence[int], verb: Verb = "void") -> Task | None:
        """Return a task about the sale of one of these places, None if there is none."""
        if not places:
            return None
        place = self.random.choice(places)
        return Task(verb=verb, card=self.made[place].card, original=place)

    def _batch(self, place: int) -> list[int]:
        return [each for each in self.live if self._is_here(each, place)]

    def _is_here(self, sale: int, place: int) -> bool:
        """Tell whether both places are in one batch."""
        return sale // self.batch_size == place // self.batch_size

    def _amount(self) -> int:
        return self.random.randint(1, AMOUNT_MAX_MINOR)


def _another(card: str) -> str:
    return next(each for each in PURSES if each != card)
