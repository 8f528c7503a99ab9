"""What the author of a case expects, noted in the history with what was seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import MisuseError
from harness.history.record import Fact, History, Recorder, Row
from harness.ledger.reconciliation import Difference
from harness.rig.reconcile import VIEWS, differences, kept, ledger, open_items
from harness.rig.reconcile_sums import sum_differences, sums, sums_said, totals_differences
from harness.terms.amount import in_units
from harness.terms.outcome import Outcome

Against = Callable[[str], Sequence[Difference]]


@dataclass(frozen=True)
class Expect:
    """Expectations on the history so far; `balance_minor` reads a card's account now."""

    recorder: Recorder
    balance_minor: Callable[[str], int]
    against: Against

    def outcome(self, expected: str) -> bool:
        """Expect the last verb to have ended so: approved, not_approved or unknown."""
        _require("outcome", expected, _ENDS.values())
        ends = [row for row in self._rows() if row.actor == "till" and row.kind in _ENDS]
        seen = _ENDS[ends[-1].kind] if ends else "no verb"
        verb = ends[-1].address if ends else "a verb"
        return self._note(f"end of {verb}", expected, seen, is_met=seen == expected)

    def slip(self, **facts: Fact) -> bool:
        """Expect the last slip to have these facts, as docs/history.md names them.

        Numbers may be given as text.
        """
        for name in facts:
            _require("fact of a slip", name, SLIP_FACTS)
        slips = [row for row in self._rows() if row.kind == "print"]
        seen = {name: slips[-1].facts.get(name, "nothing") for name in facts} if slips else {}
        is_met = bool(slips) and all(str(seen[name]) == str(facts[name]) for name in facts)
        return self._note("the last slip", _words(facts), _words(seen) or "no slip", is_met=is_met)

    def slip_row(self, group: str, kind: str, count: int, amount_minor: int) -> bool:
        """Expect the last slip to have a row of totals; group: domestic, foreign, or empty."""
        slips = [row for row in self._rows() if row.kind == "print"]
        found = slips[-1].facts.get("rows", ()) if slips else ()
        seen = [row for row in _rows_of(found) if row.startswith(f"{group}|{kind}|")]
        wanted = f"{group}|{kind}|{count}|{amount_minor}"
        what = f"row {group} {kind} of the last slip".replace("  ", " ")
        return self._note(what, wanted, ", ".join(seen) or "none", is_met=wanted in seen)

    def no_approval_slip(self) -> bool:
        """Expect that nothing was printed that says approved."""
        slips = [row for row in self._rows() if row.kind == "print"]
        found = [row for row in slips if row.facts.get("says_approved") is True]
        seen = f"{len(found)} of {len(slips)} slips"
        return self._note("slips that say approved", "none", seen, is_met=not found)

    def net(self, card: str, amount_minor: int) -> bool:
        """Expect the card's balance to have changed by this much since the case began."""
        begin = next(row for row in reversed(self._rows()) if row.facts.get("when") == "begin")
        _require("card", card, [name for name in begin.facts if name != "when"])
        before = begin.facts[card]
        assert isinstance(before, int)  # a snapshot of balances
        change = self.balance_minor(card) - before
        what = f"change of the balance of {card}"
        return self._money(what, amount_minor, change)

    def paid(self, amount_minor: int) -> bool:
        """Expect the merchant to have been paid this much, less what was taken back again."""
        signs = {"payout": 1, "clawback": -1}
        moves = [row for row in self._rows() if row.kind == "ledger" and row.address in signs]
        minors = [signs[row.address] * int(str(row.facts["amount_minor"])) for row in moves]
        return self._money("what the merchant was paid", amount_minor, sum(minors))

    def agreement(self, name: str, against: str, *, day: str = "") -> bool:
        """Expect two views to show the same transactions: till, slips, journal, ledger.

        day: a business date (YYYYMMDD); what the books have of it is compared only.  What is
        listed as an open item may be in the books alone.  A view that this bench has not is a gap.
        """
        for each in (name, against):
            _require("view", each, VIEWS)
        history = self.recorder.history()
        if unseen := {name, against} - {"ledger", *_seen(history)}:
            return self._note_unseen(f"{name} against {against}", unseen)
        one, other = VIEWS[name](history), VIEWS[against](history)
        if day:
            booked = ledger(history, day)
            one, other = kept(one, booked), kept(other, booked)
        spared = open_items(history) if against == "ledger" else frozenset()
        found = differences(name, one, against, other, spared)
        return self._agree(f"{name} against {against}", day, found)

    def settled_totals(self, *, day: str = "") -> bool:
        """Expect the rows of settlement slips to be the net of the books' batches."""
        found = totals_differences(self.recorder.history(), day)
        return self._agree("totals against ledger", day, found)

    def sums(self, *, day: str = "") -> bool:
        """Expect each view, and the merchant's account, to come to the cent to what the books say.

        The sums of the books stand in the expectation, so that a person can compare them.
        """
        history = self.recorder.history()
        found = sum_differences(history, _seen(history), day)
        due = sums_said(sums(ledger(history, day)))
        what = "sums to the cent" + (f" on {day}" if day else "")
        return self._note(what, due, _differing(found) if found else due, is_met=not found)

    def reconciled(self, *, day: str = "") -> bool:
        """Expect all that the bench sees of a day, or of the case, to agree with the books."""
        views = _seen(self.recorder.history())
        met = [self.agreement(name, "ledger", day=day) for name in views]
        return all([*met, self.settled_totals(day=day), self.sums(day=day)])

    def _agree(self, what: str, day: str, found: Sequence[str]) -> bool:
        what += f" on {day}" if day else ""
        return self._note(what, "no difference", _differing(found), is_met=not found)

    def ledger(self, name: str) -> bool:
        """Expect a ledger that the bench names to have what the host booked.

        Each row that is missing, extra or altered is noted by itself.
        """
        found = self.against(name)
        what = f"ledger {name} against the host's books"
        for each in found:
            self._note(what, "no difference", f"{each.kind}: {each.what}", is_met=False)
        return self._note(what, "no difference", "none", is_met=True) if not found else False

    def own_check(self, seen: str) -> bool:
        """Note that a check of the case's own, not one of these, has failed, and with what."""
        return self._note("a check of the case's own", "that it holds", seen, is_met=False)

    def _rows(self) -> tuple[Row, ...]:
        history: History = self.recorder.history()
        return history.rows

    def _money(self, what: str, expected_minor: int, seen_minor: int) -> bool:
        is_met = seen_minor == expected_minor
        return self._note(what, in_units(expected_minor), in_units(seen_minor), is_met=is_met)

    def _note_unseen(self, what: str, unseen: Iterable[str]) -> bool:
        facts: dict[str, Fact] = {"what": what, "is_seen": False}
        self.recorder.add(
            "bench", "note", "expectation", f"{what}: no {' and '.join(sorted(unseen))}", facts
        )
        return True  # nobody can say that it is not so: the case goes on

    def _note(self, what: str, expected: str, seen: str, *, is_met: bool) -> bool:
        facts: dict[str, Fact] = {
            "what": what, "expected": expected, "seen": seen, "is_met": is_met
        }  # fmt: skip
        value = f"{what}: expected {expected}, seen {seen}"
        self.recorder.add("bench", "note", "expectation", value, facts)
        return is_met


SLIP_FACTS = frozenset(
    [
        "kind", "type", "copy", "says_approved", "is_duplicate", "is_test", "is_complete",
        "merchant_name", "merchant_id", "terminal_id", "operator", "pan_masked", "mask", "entry",
        "card", "batch", "voucher", "approval_code", "rrn", "date", "time", "amount_minor",
        "currency", "original_voucher", "original_rrn", "result", "foreign_result", "leaks",
        "has_signature_line",
    ]
)  # fmt: skip


SHOWN_MAX = 10  # differences that one finding names


def _seen(history: History) -> list[str]:
    """Return the views that the bench has besides the books."""
    channels = {"till": "till", "slips": "slip", "journal": "journal"}
    return [name for name, channel in channels.items() if channel in history.header.observes]


def _differing(found: Sequence[str]) -> str:
    more = len(found) - SHOWN_MAX
    said = [*found[:SHOWN_MAX], f"and {more} more"] if more > 0 else found
    return "; ".join(said) or "none"


def _rows_of(found: Fact) -> tuple[str, ...]:
    return found if isinstance(found, tuple) else ()


_ENDS = {
    Outcome.APPROVED.value: "approved",
    Outcome.NOT_APPROVED.value: "not_approved",
    Outcome.UNKNOWN.value: "unknown",
}


def _require(what: str, name: str, known: Iterable[str]) -> None:
    """Raise MisuseError for a word that no terminal could ever meet."""
    names = sorted(known)
    if name not in names:
        raise MisuseError(f"no {what} is called {name!r}: expected one of {', '.join(names)}")


def _words(facts: Mapping[str, Fact]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())
