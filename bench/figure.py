"""One figure of the table: what was measured, against what, and all runs of it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`best` of `runs`; `baseline` is measured in the same run, `wanted` is what we aim at."""

    name: str
    unit: str
    runs: tuple[float, ...]
    is_more_better: bool
    wanted: str
    baseline: str

    @property
    def best(self) -> float:
        """Return the best run."""
        return max(self.runs) if self.is_more_better else min(self.runs)

    def as_json(self) -> dict[str, Any]:
        """Return what is written for programs."""
        return {
            "value": self.best, "unit": self.unit, "runs": list(self.runs),
            "wanted": self.wanted, "baseline": self.baseline,
        }  # fmt: skip

    def __str__(self) -> str:
        head = f"{self.name:<34} {self.best:>10.2f} {self.unit:<8}"
        return f"{head} wanted {self.wanted:<10} baseline: {self.baseline}"
