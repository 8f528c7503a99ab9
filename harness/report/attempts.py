"""Attempts at one case: which of them count, and whether they came out in one way."""

from collections.abc import Iterable, Sequence

from harness.check.compose import Word
from harness.report.case import Case

Title = tuple[str, str, str]


def counted(attempts: Sequence[Case]) -> list[Case]:
    """Leave out attempts that a bench that stood still has spoilt, where a sound one is there.

    Such an attempt has no finding and says nothing of the terminal.
    """
    sound = {_title(case) for case in attempts if not case.is_stalled}
    return [case for case in attempts if not (case.is_stalled and _title(case) in sound)]


def spoilt_notes(attempts: Sequence[Case]) -> list[str]:
    """Return a sentence for each attempt that does not count, and where it is kept."""
    kept = {case.slug for case in counted(attempts)}
    return [
        f"{case.name}: played again, as the bench stood still; that attempt is in cases/{case.slug}"
        for case in attempts
        if case.slug not in kept
    ]


def flaky(cases: Iterable[Case]) -> list[str]:
    """Return a sentence for each case that ran several times and not always with one verdict."""
    words: dict[Title, list[Word]] = {}
    for case in cases:
        words.setdefault(_title(case), []).append(case.word)
    return [
        f"{name}: flaky, {max(found).name} in {found.count(max(found))} of {len(found)} runs"
        for (name, _, _), found in words.items()
        if len(set(found)) > 1
    ]


def _title(case: Case) -> Title:
    return case.name, case.suite, case.door
