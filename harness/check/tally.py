"""What one rule has come to so far, while a checker walks through a history."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.check import Finding, Judgement
from harness.history.record import Row


@dataclass(slots=True)
class Tally:
    """Counts the evaluations of one rule and keeps its findings and gaps."""

    rule: str
    evaluated: int = 0
    _findings: list[Finding] = field(default_factory=list)
    _gaps: list[str] = field(default_factory=list)

    def require(
        self, is_right: bool, what: str, *, expected: str, seen: str, at: Iterable[Row | None]
    ) -> None:
        """Evaluate once; `what`, `expected` and `seen` make the finding if it is not right."""
        if is_right:
            self.right()
        else:
            self.wrong(what, expected=expected, seen=seen, at=at)

    def right(self) -> None:
        """Evaluate once: it is as it must be."""
        self.evaluated += 1

    def wrong(self, what: str, *, expected: str, seen: str, at: Iterable[Row | None]) -> None:
        """Evaluate once: a finding, with the rows that show it."""
        self.evaluated += 1
        evidence = tuple(sorted({row.index for row in at if row}))
        self._findings.append(Finding(self.rule, what, expected, seen, evidence))

    def gap(self, why: str) -> None:
        """Note what could not be seen; said once however often it is met."""
        if why not in self._gaps:
            self._gaps.append(why)

    def judgement(self) -> Judgement:
        """Return what the rule has come to."""
        return Judgement(self.rule, self.evaluated, tuple(self._findings), tuple(self._gaps))
