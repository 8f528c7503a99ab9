"""What the author of a case expects, noted in the history with what was seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import MisuseError
from harness.history.record import Fact, History, Recorder, Row
from harness.rig.reconcile import VIEWS, View, differences, ledger, totals_differences
from harness.terms.outcome import Outcome


@dataclass(frozen=True)
class Expect:
    """Expectations on the history so far; `balance_minor` reads a card's account now."""

    recorder: Recorder
    balance_minor: Callable[[str], int]

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
        return self._note(what, str(amount_minor), str(change), is_met=change == amount_minor)

    def paid(self, amount_minor: int) -> bool:
        """Expect the merchant to have been paid this much, less what was taken back again."""
        signs = {"payout": 1, "clawback": -1}
        moves = [row for row in self._rows() if row.kind == "ledger" and row.address in signs]
        minors = [signs[row.address] * int(str(row.facts["amount_minor"])) for row in moves]
        seen = sum(minors)
        what = "what the merchant was paid"
        return self._note(what, str(amount_minor), str(seen), is_met=seen == amount_minor)

    def agreement(self, name: str, against: str, *, day: str = "") -> bool:
        """Expect two views to show the same transactions: till, slips, ledger.

        day: a business date (YYYYMMDD); what the books have of it is compared only.
        """
        for each in (name, against):
            _require("view", each, VIEWS)
        history = self.recorder.history()
        one, other = VIEWS[name](history), VIEWS[against](history)
        if day:
            booked = ledger(history, day)
            one, other = _kept(one, booked), _kept(other, booked)
        found = differences(name, one, against, other)
        what = f"{name} against {against}" + (f" on {day}" if day else "")
        return self._note(what, "no difference", _differing(found), is_met=not found)

    def settled_totals(self) -> bool:
        """Expect the rows of all settlement slips to be the net of the books' batches."""
        found = totals_differences(self.recorder.history())
        return self._note(
            "totals against ledger", "no difference", _differing(found), is_met=not found
        )

    def own_check(self, seen: str) -> bool:
        """Note that a check of the case's own, not one of these, has failed, and with what."""
        return self._note("a check of the case's own", "that it holds", seen, is_met=False)

    def _rows(self) -> tuple[Row, ...]:
        history: History = self.recorder.history()
        return history.rows

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


def _kept(view: View, booked: View) -> View:
    """Return what the books have too, by voucher where there is no batch."""
    vouchers = {voucher for _, voucher in booked}
    return {
        key: deal
        for key, deal in view.items()
        if key in booked or (not key[0] and key[1] in vouchers)
    }


def _differing(found: Sequence[str]) -> str:
    return "; ".join(found) or "none"


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
