"""R6: what a 0400 repeats of its original, what it leaves out, and what it says of the cause.

Source: UnionPay POS messages: copy of the request without tracks, PIN and field 37; field 39 is
98 (no answer), A0 (MAC), 96 (cannot finish) or 06 (other).
"""

from harness.check import Judgement, Rule, fact
from harness.check.fate import NO_ANSWER, REASONS, Case, Fate, State
from harness.check.item import value_in_words
from harness.check.message import (
    REVERSAL,
    is_same_stan,
    is_whole,
    original_of,
    stan_of,
    value_of,
)
from harness.check.reversal_kinds import names_another
from harness.check.tally import Tally
from harness.check.unseen_cut import may_forget
from harness.check.wire_view import Attempt, is_named_in_f61
from harness.history.record import Row
from harness.profile.defaults import parameter

RULES = (Rule("R6", "host_wire"),)
_REPEATED = {
    "F3": "field 3", "amount_minor": "field 4", "F22": "field 22", "F25": "field 25",
    "terminal_id": "field 41", "merchant_id": "field 42", "type_code": "60.1", "batch": "60.2",
}  # fmt: skip
_FORBIDDEN = {"35": "track 2", "36": "track 3", "45": "track 1", "52": "a PIN block", "37": "F37"}


def judge(case: Case) -> list[Judgement]:
    """Judge every whole 0400, by its original if that is in the history."""
    tally = Tally("R6")
    fates = {fate.request.index: fate for fate in case.fates}
    for attempt in case.attempts:
        for place, reversal in enumerate(attempt.reversals):
            if _is_readable(case, reversal):
                wrong = _Unlike(case, attempt, reversal)
                wrong.look(fates.get(attempt.request.index), is_repeat=place > 0)
                wrong.tell(tally, attempt.title, attempt.request)
    for reversal in case.orphans:
        if _is_readable(case, reversal):
            alone = _Wrong(case, reversal)
            alone.look_alone()
            alone.tell(tally, "its request was not seen", None)
    return [tally.judgement()]


def _named(row: Row) -> object:
    """Return batch and STAN that field 61 names, or its text where these cannot be read."""
    return original_of(row) or value_of(row, "F61")


def _is_readable(case: Case, reversal: Row) -> bool:
    """Tell whether what we read is what the terminal sent."""
    if not is_whole(reversal) or reversal.facts.get("malformed"):
        return False
    if case.line.is_at_terminal:
        return True
    return not reversal.facts.get("spoiled") and not _is_hit(case, reversal)


def _is_hit(case: Case, reversal: Row) -> bool:
    """Tell whether a fault may have changed it on its way to the host."""
    before = [row.index for row in case.line.left if row.index < reversal.index]
    faults = case.line.line_faults(before[-1] + 1 if before else 0, reversal.index + 1)
    return any(REVERSAL in row.address for row in faults)


class _Wrong:
    """Collects what is wrong with one 0400: (what, expected, seen)."""

    def __init__(self, case: Case, reversal: Row) -> None:
        self._case, self._reversal = case, reversal
        self._found: list[tuple[str, str, str]] = []
        self._doubt = ""

    def look_alone(self) -> None:
        """Look for what is wrong whatever it undoes."""
        self._left_out()
        self._reason_among(REASONS)
        self._mac()

    def tell(self, tally: Tally, of: str, request: Row | None) -> None:
        """Evaluate the 0400: one finding for each thing that is wrong."""
        if self._doubt:
            tally.gap(f"{self._doubt}: 0400 of row {self._reversal.index} ({of})")
        elif not self._found:
            tally.right()
        for what, expected, seen in self._found:
            tally.wrong(
                f"{what} of the 0400 ({of})", expected=expected, seen=seen,
                at=(request, self._reversal),
            )  # fmt: skip

    def _note(self, what: str, expected: str, seen: object) -> None:
        self._found.append((what, expected, "none" if seen is None else str(seen)))

    def _left_out(self) -> None:
        for number in fact.words(self._reversal, "present"):
            if number in _FORBIDDEN:
                self._note(f"field {number}", f"absent: no {_FORBIDDEN[number]} in a 0400", "it")

    def _reason_among(self, allowed: frozenset[str]) -> None:
        reason = self._reversal.facts.get("reason")
        if reason not in allowed:
            self._note("reason (field 39)", " or ".join(sorted(allowed)), reason)

    def _mac(self) -> None:
        facts = self._reversal.facts
        if facts.get("mac") == "absent":
            self._note("MAC", "present and right", "none")
        elif facts.get("mac_ok") is False and self._case.line.are_keys_certain(self._reversal):
            self._note("MAC", "right under the working key", "a wrong one")


class _Unlike(_Wrong):
    """Collects what is wrong with the 0400 of a request that was seen."""

    def __init__(self, case: Case, attempt: Attempt, reversal: Row) -> None:
        super().__init__(case, reversal)
        self._attempt = attempt

    def look(self, fate: Fate | None, *, is_repeat: bool) -> None:
        """Compare it with its original, the profile and the cause."""
        self._repeated()
        self._left_out()
        self._stan()
        self._original_data()
        self._reason(fate, is_repeat=is_repeat)
        self._mac()

    def _repeated(self) -> None:
        request, reversal = self._attempt.request, self._reversal
        for name, what in _REPEATED.items():
            asked, told = value_of(request, name), value_of(reversal, name)
            is_same = fact.agree(request, reversal, name) and told is not None
            if asked is not None and not is_same:
                expected = f"{value_in_words(name, asked)}, as in the original"
                self._note(what, expected, told if told is None else value_in_words(name, told))

    def _stan(self) -> None:
        request, reversal = self._attempt.request, self._reversal
        if stan_of(request) is None:
            return
        is_new = parameter(self._case.line.profile, "reversal_stan") == "new"
        if is_same_stan(request, reversal) == is_new:
            asked = f"{stan_of(request):06}"
            expected = f"a new one, not {asked}" if is_new else f"{asked}, the original's"
            self._note("STAN", f"{expected} (reversal_stan)", stan_of(reversal))

    def _original_data(self) -> None:
        """Judge field 61, where the original has one or the reversal brings one."""
        request, reversal = self._attempt.request, self._reversal
        asked, told = value_of(request, "F61"), value_of(reversal, "F61")
        if (asked is None and told is None) or stan_of(request) is None:
            return
        rows = [row for row in self._attempt.reversals if row.index < reversal.index]
        if any(names_another(reversal, row) for row in rows):
            return  # R2 says that: it reverses a reversal
        mode = parameter(self._case.line.profile, "reversal_f61")
        if parameter(self._case.line.profile, "reversal_stan") == "new":
            mode = "reversed"  # nothing else names it
        if asked is None or mode == "reversed":
            is_right, expected = is_named_in_f61(reversal, request), "batch and STAN reversed"
        elif mode == "original":
            is_right, expected = _named(reversal) == _named(request), str(asked)[:12]
        else:
            is_right, expected = told == asked, str(asked)
        if not is_right:
            self._note("field 61", f"{expected} (reversal_f61: {mode})", told)

    def _reason(self, fate: Fate | None, *, is_repeat: bool) -> None:
        allowed = fate.reasons if fate else REASONS
        is_unknown = self._reversal.facts.get("reason") == NO_ANSWER and NO_ANSWER not in allowed
        if not (fate and is_unknown and self._may_be_forgotten(fate)):
            self._reason_among(allowed | {"06"} if is_repeat else allowed)
        elif fate.state is not State.APPROVED:
            # An approval that never came in is why reversals exist; of a wrong MAC or a code that
            # asks for one it is likelier that the terminal had it and gives the wrong reason.
            self._doubt = "the power may have been cut unseen before the answer was noted"

    def _may_be_forgotten(self, fate: Fate) -> bool:
        """Tell whether nothing shows that the terminal had its answer when it reversed."""
        had, until = fate.attempt.answer or fate.request, self._reversal.index
        is_shown = any(row.index < until for row in fate.shown)
        return not is_shown and may_forget(self._case.line, self._case.calls, had, until)
