"""M7: merchants are paid what their batches come to, or transaction by transaction, never more.

T+1: with the next day the net of all batches settled since the last payout; a negative net is
carried forward.  D+0: each transaction at once; what is undone later is clawed back before the
next payout, unless it was itself undone by then.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.check import Judgement, Rule, books, fact
from harness.check.batch import CREDITS, DEBITS
from harness.check.books import GIVES, TAKES, UNDOING, Books
from harness.check.index import Index
from harness.check.tally import Tally
from harness.history.record import History, Row
from harness.profile.defaults import parameter
from harness.terms.amount import in_units

RULES = (Rule("M7", "ledger", after_rest=True),)
PAYOUT, CLAWBACK, BATCH_END = "payout", "clawback", "batch_end"
_MERCHANT = "merchant:"
_PAID = frozenset({PAYOUT, CLAWBACK})
_UNDO = CREDITS | UNDOING


def check(history: History) -> list[Judgement]:
    """Judge what was paid until the rest ended."""
    tally, index = Tally("M7"), Index(history)
    ledger = [row for row in index.of("ledger") if row.actor == "host"]
    is_due = any(row.address in {PAYOUT, CLAWBACK, BATCH_END} for row in ledger)
    is_at_once = parameter(index.profile, "payout") == "D+0"
    if index.rest_end is None or not (is_due or (is_at_once and ledger)):
        return [tally.judgement()]
    if index.is_blind("ledger"):
        tally.gap("ledger was blind: what was due and what was paid may have been missed")
    elif not _is_fresh(index) and any(row.address == PAYOUT for row in ledger):
        tally.gap("what was due before this history is not known")
    elif is_at_once:
        _at_once(tally, Books(ledger))
    else:
        _Days(tally, index, Books(ledger)).judge(ledger)
    return [tally.judgement()]


def _is_fresh(index: Index) -> bool:
    """Tell whether the books were empty when the history began."""
    header = index.history.header
    is_ours = header.world == "virtual" or header.bench.get("kind") == "emulated"
    return is_ours or header.bench.get("books") == "new"


def merchant_minor(ledger: Books, row: Row) -> int:
    """Return what the merchant got by a posting; by its name where the entries are not known."""
    entries = ledger.entries(row)
    if entries is not None:
        return sum(minor for account, minor in entries if account.startswith(_MERCHANT))
    name, amount = books.name_of(row), fact.number(row, "amount_minor") or 0
    if name in UNDOING:
        undone = original_of(ledger, row)
        return -merchant_minor(ledger, undone) if undone else 0
    return amount * ((name in TAKES) - (name in GIVES))


def original_of(ledger: Books, row: Row) -> Row | None:
    """Return the posting that a posting names as its original."""
    named = row.facts.get("original")
    found = (one for one in ledger.all if named and one.facts.get("reference") == named)
    return next(found, None)


def paid_minor(row: Row) -> int:
    """Return what a payout or clawback moved."""
    return fact.number(row, "amount_minor") or 0


@dataclass(slots=True)
class _Days:
    """T+1: what is due, walked through day by day."""

    tally: Tally
    index: Index
    ledger: Books
    pending: defaultdict[int | None, int] = field(default_factory=lambda: defaultdict(int))
    closed: set[int | None] = field(default_factory=set)
    due: int = 0
    rows: list[Row] = field(default_factory=list)  # of what is due
    owed: bool = False  # since the last change of day
    paid: list[Row] = field(default_factory=list)  # payouts with nothing between them

    def judge(self, ledger: Iterable[Row]) -> None:
        days = self.index.notes("next day")
        for row in sorted([*ledger, *days], key=lambda row: row.index):
            if row.kind != "note" and row.address == PAYOUT:
                self.paid.append(row)
                continue
            self._pay()
            self._take(row)
        self._pay()
        self._must_be_paid()

    def _take(self, row: Row) -> None:
        if row.kind == "note":
            self._must_be_paid()
            is_lost = _is_without_power(self.index, row)
            if is_lost and self.due > 0:
                self.tally.gap(f"the host had no power when the day changed (row {row.index})")
            self.owed = self.due > 0 and not is_lost
        elif row.address == BATCH_END:
            batch = fact.number(row, "batch")
            self.closed.add(batch)
            self._add(self.pending.pop(batch, 0), row)
        elif books.is_posting(row):
            self._book(row)

    def _book(self, row: Row) -> None:
        """Note what a posting brings; what undoes goes with the batch of what it undoes."""
        minor = merchant_minor(self.ledger, row)
        root = original_of(self.ledger, row) if books.name_of(row) in UNDOING else None
        batch = fact.number(root or row, "batch")
        if batch in self.closed:
            self._add(minor, row)
        else:
            self.pending[batch] += minor

    def _add(self, minor: int, row: Row) -> None:
        self.due += minor
        self.rows.append(row)

    def _pay(self) -> None:
        """Judge the payouts that have come together."""
        if not self.paid:
            return
        paid, rows = sum(map(paid_minor, self.paid)), [*self.rows, *self.paid]
        self.tally.require(
            paid == max(self.due, 0),
            "the merchant was paid for the settled batches",
            expected=_due_in_words(self.due),
            seen=_paid_in_words(paid, max(self.due, 0)),
            at=rows,
        )
        self.due, self.rows, self.paid, self.owed = min(self.due, 0), [], [], False

    def _must_be_paid(self) -> None:
        """Judge that what was due at the last change of day has been paid by now."""
        if self.owed:
            self.tally.wrong(
                "the merchant was not paid on the day after the settlement",
                expected=f"a payout of {in_units(self.due)}",
                seen="none",
                at=self.rows,
            )
        elif self.due < 0:
            self.tally.right()  # carried forward
        self.owed = False


def _is_without_power(index: Index, day: Row) -> bool:
    """Tell whether the host had no power when the day changed, or lost it before it went on."""
    switched = [row for row in index.of("power") if row.actor == "host"]
    before = [row for row in switched if row.index < day.index]
    after = [row for row in switched if row.index > day.index]
    asked = (row.index for row in index.of("rx") if row.actor == "host")
    went_on = next((place for place in asked if place > day.index), index.size)
    next_cut = [row for row in after[:1] if row.index < went_on]
    return any(row.value == "off" for row in (*before[-1:], *next_cut))


def _due_in_words(due: int) -> str:
    return in_units(due) if due > 0 else f"nothing: {in_units(due)} is carried forward"


def _paid_in_words(paid: int, due: int) -> str:
    return f"{in_units(paid)}, {in_units(abs(paid - due))} too {'much' if paid > due else 'little'}"


def _at_once(tally: Tally, ledger: Books) -> None:
    """D+0: judge what was paid for each transaction, and what was taken back."""
    paid = [row for row in ledger.all if books.name_of(row) in _PAID]
    for row in ledger.originals:
        if books.name_of(row) in DEBITS:
            own = [one for one in paid if one.facts.get("original") == row.facts.get("reference")]
            _is_paid(tally, ledger, row, own)
            _is_clawed_back(tally, ledger, row, paid)
    named = {row.facts.get("reference") for row in ledger.originals}
    for one in paid:
        if one.facts.get("original") not in named:
            tally.wrong(
                f"a {one.address} of {in_units(paid_minor(one))} belongs to no transaction",
                expected="the transaction that it pays or takes back",
                seen=str(one.facts.get("original") or "none"),
                at=(one,),
            )


def _is_paid(tally: Tally, ledger: Books, row: Row, own: list[Row]) -> None:
    chain = [one for one in ledger.chain(row) if books.name_of(one) not in _PAID]
    due = sum(merchant_minor(ledger, one) for one in chain)
    got = sum(paid_minor(one) * (1 if books.name_of(one) == PAYOUT else -1) for one in own)
    tally.require(
        got == due,
        f"{books.title(row)} was paid out",
        expected=f"{in_units(due)} in all",
        seen=f"{in_units(got)} in {len(own)} payouts and clawbacks",
        at=[*chain, *own],
    )


def _is_undone(ledger: Books, undoing: Row, until: int) -> bool:
    """Tell whether a void was reversed before the next payout: then nothing is owed for it."""
    reversal = ledger.reversal_of(undoing)
    return reversal is not None and reversal.index < until


def _is_clawed_back(tally: Tally, ledger: Books, row: Row, paid: list[Row]) -> None:
    """Judge that what was undone after its payout was taken back before the next payout."""
    own = [one for one in paid if one.facts.get("original") == row.facts.get("reference")]
    undoings = [one for one in ledger.chain(row)[1:] if merchant_minor(ledger, one) < 0]
    undoings = [one for one in undoings if books.name_of(one) in _UNDO]
    for undoing in undoings:
        later = [one for one in paid if one.index > undoing.index]
        following = next((one for one in later if books.name_of(one) == PAYOUT), None)
        until = following.index if following else ledger.all[-1].index + 1
        if _is_undone(ledger, undoing, until):
            continue
        back = [one for one in later if one in own and one.index < until]
        if any(one.index < undoing.index for one in own):
            tally.require(
                any(books.name_of(one) == CLAWBACK for one in back),
                f"{books.title(row)} was undone after it had been paid out",
                expected="a clawback before the next payout",
                seen="none",
                at=(row, undoing, following),
            )
