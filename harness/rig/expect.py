"""What the author of a case expects, noted in the history with what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.history.record import Fact, History, Recorder, Row
from harness.terms.outcome import Outcome


@dataclass(frozen=True)
class Expect:
    """Expectations on the history so far; `balance_minor` reads a card's account now."""

    recorder: Recorder
    balance_minor: Callable[[str], int]

    def outcome(self, expected: str) -> bool:
        """Expect the last verb to have ended so: approved, not_approved or unknown."""
        ends = [row for row in self._rows() if row.actor == "till" and row.kind in _ENDS]
        seen = _ENDS[ends[-1].kind] if ends else "no verb"
        verb = ends[-1].address if ends else "a verb"
        return self._note(f"end of {verb}", expected, seen, is_met=seen == expected)

    def slip(self, **facts: Fact) -> bool:
        """Expect the last slip to have these facts, as docs/history.md names them."""
        slips = [row for row in self._rows() if row.kind == "print"]
        seen = {name: slips[-1].facts.get(name, "nothing") for name in facts} if slips else {}
        is_met = bool(slips) and seen == facts
        return self._note("the last slip", _words(facts), _words(seen) or "no slip", is_met=is_met)

    def no_approval_slip(self) -> bool:
        """Expect that nothing was printed that says approved."""
        slips = [row for row in self._rows() if row.kind == "print"]
        found = [row for row in slips if row.facts.get("says_approved") is True]
        seen = f"{len(found)} of {len(slips)} slips"
        return self._note("slips that say approved", "none", seen, is_met=not found)

    def net(self, card: str, amount_minor: int) -> bool:
        """Expect the card's balance to have changed by this much since the case began."""
        begins = [row for row in self._rows() if row.facts.get("when") == "begin"]
        before = begins[-1].facts.get(card) if begins else None
        change = self.balance_minor(card) - before if isinstance(before, int) else None
        return self._note(
            f"change of the balance of {card}",
            str(amount_minor),
            "unknown" if change is None else str(change),
            is_met=change == amount_minor,
        )

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


_ENDS = {
    Outcome.APPROVED.value: "approved",
    Outcome.NOT_APPROVED.value: "not_approved",
    Outcome.UNKNOWN.value: "unknown",
}


def _words(facts: Mapping[str, Fact]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())
