"""Why nobody can be certain: what each case could not see, and how its bench broke."""

from dataclasses import dataclass

from harness.check.compose import Word
from harness.report.case import Case


@dataclass(frozen=True, slots=True)
class CaseGap:
    """What kept a rule from a certain verdict in one case; `slug` is the folder of the case.

    rule: "" where the whole case proves nothing.
    """

    rule: str
    case: str
    what: str
    slug: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}" if self.rule else self.what


def gaps_of(case: Case) -> list[CaseGap]:
    """Return the gaps of a case, that of a broken bench first; an INCONCLUSIVE one has some."""
    found = [("", f"the bench failed: {case.error}")] if case.error else []
    found += [(ruling.rule, gap) for ruling in case.verdict.rulings for gap in ruling.gaps]
    if case.word is Word.INCONCLUSIVE and not found:
        found = [("", "no rule was evaluated")]
    return [CaseGap(rule, case.name, what, case.slug) for rule, what in found]
