"""What checkers take and give.  A checker is a pure function of one history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.history.record import History
from harness.terms.immutable import immutable


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and the channels it needs: alternatives of sets, as in "nv | host_wire & power".

    `after_rest` rules are judged on what stands after the rest, and only if there was one.
    """

    id: str
    needs: str
    after_rest: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach, a sentence an engineer can act on; `evidence` are indices of rows."""

    rule: str
    what: str
    expected: str
    seen: str
    evidence: tuple[int, ...]

    def __str__(self) -> str:
        rows = ", ".join(map(str, self.evidence))
        return f"{self.rule}: {self.what}: expected {self.expected}, seen {self.seen} (rows {rows})"


@immutable
class Judgement:
    """How often a rule was evaluated, what broke it, and what could not be seen."""

    rule: str
    evaluated: int
    findings: tuple[Finding, ...] = ()
    gaps: tuple[str, ...] = ()


class Checker(Protocol):
    """A rule family; a module is one."""

    @property
    def RULES(self) -> Sequence[Rule]:
        """Return the rules it judges."""

    def check(self, history: History, /) -> list[Judgement]:
        """Judge; a rule that was not due is evaluated 0 times."""
