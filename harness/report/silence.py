"""Rules of which a case or a whole run says nothing, and why: silence is no PASS."""

from collections.abc import Collection, Iterable, Sequence
from enum import Enum

from harness.check.compose import Verdict
from harness.report.rules import CATALOGUE, in_order


class Silence(Enum):
    """Why nothing is said of a rule: the name is for programs, the value for people."""

    NOT_EVALUATED = "not evaluated"
    NOT_OBSERVABLE = "not observable"
    NOT_APPLICABLE = "not applicable"


def silence_on(rule: str, verdict: Verdict) -> Silence:
    """Return why a case has no ruling on a rule."""
    if rule in verdict.unobservable:
        return Silence.NOT_OBSERVABLE
    if rule in verdict.not_applicable:
        return Silence.NOT_APPLICABLE
    return Silence.NOT_EVALUATED


def silences(verdicts: Sequence[Verdict], ruled: Collection[str]) -> dict[str, Silence]:
    """Return why a run says nothing of each rule that is not among the ruled ones.

    A rule that one case could have evaluated was not evaluated, whatever the others say.
    """
    return {rule: _of_run(rule, verdicts) for rule in known_rules(verdicts) if rule not in ruled}


def known_rules(verdicts: Iterable[Verdict]) -> list[str]:
    """Return all rules of this release, and those of third parties that a case has heard of."""
    known = {rule.id for rule in CATALOGUE}
    for verdict in verdicts:
        known |= {*verdict.words(), *verdict.unobservable, *verdict.not_applicable}
    return in_order(known)


def _of_run(rule: str, verdicts: Iterable[Verdict]) -> Silence:
    found = {silence_on(rule, verdict) for verdict in verdicts}
    return next((each for each in Silence if each in found), Silence.NOT_EVALUATED)
