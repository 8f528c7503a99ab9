"""Waivers: findings that somebody answers for, until a day.  They show as WAIVED, never as PASS.

    version: 1
    waivers:
      - {rule: V8, case: "void *", firmware: "2.1*", reason: "ticket 71, mended in 2.2",
         expires: 2027-01-31}

`case` and `firmware` are patterns (*, ?, [seq]); without them a waiver holds everywhere.  After the
day `expires` the finding is one again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from harness.check import Finding
from harness.check.compose import Ruling, Verdict, Waived, Word
from harness.errors import ConfigError
from harness.history.record import Header
from harness.report.rules import CATALOGUE
from harness.rig.config_sentence import sentence

FILE_NAME = "waivers.yaml"
EXPECTATION = "EXPECT"


def _known(rule: str) -> str:
    if rule not in {each.id for each in CATALOGUE} | {EXPECTATION}:
        raise ValueError(f"no rule is called {rule!r}: see docs/semantics.md")
    return rule


class Waiver(BaseModel):
    """One waiver; whoever reads the report reads its reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: Annotated[str, AfterValidator(_known)]
    case: str = "*"
    firmware: str = "*"
    reason: str = Field(min_length=1)
    expires: date

    def holds_for(self, finding: Finding, header: Header) -> bool:
        """Tell whether it is about this finding, whatever the day is."""
        firmware = str(header.bench.get("firmware", ""))
        return (
            self.rule == finding.rule
            and fnmatchcase(header.case, self.case)
            and fnmatchcase(firmware, self.firmware)
        )

    def __str__(self) -> str:
        return f"{self.reason} (until {self.expires})"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1]
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a file on one day."""

    all: tuple[Waiver, ...] = ()
    today: date = date.max

    @property
    def valid(self) -> tuple[Waiver, ...]:
        """Return those that have not expired."""
        return tuple(each for each in self.all if self.today <= each.expires)

    @property
    def expired(self) -> tuple[Waiver, ...]:
        """Return those that hold no more."""
        return tuple(each for each in self.all if each.expires < self.today)

    def applied(self, verdict: Verdict, header: Header) -> Verdict:
        """Return the verdict with the findings set aside that a valid waiver is about."""
        if not (self.valid and verdict.findings):
            return verdict
        rulings = tuple(_waived(ruling, header, self.valid) for ruling in verdict.rulings)
        return replace(verdict, rulings=rulings, word=max(ruling.word for ruling in rulings))

    def notes(self, verdicts: Iterable[Verdict]) -> list[str]:
        """Return what whoever keeps the file should know after a run."""
        used = {(each.finding.rule, each.why) for found in verdicts for each in found.waived}
        ended = [f"the waiver of {each.rule} has expired: {each}" for each in self.expired]
        idle = [each for each in self.valid if (each.rule, str(each)) not in used]
        return ended + [f"the waiver of {each.rule} set nothing aside: {each}" for each in idle]


def _waived(ruling: Ruling, header: Header, waivers: Sequence[Waiver]) -> Ruling:
    kept: list[Finding] = []
    waived: list[Waived] = []
    for finding in ruling.findings:
        found = next((each for each in waivers if each.holds_for(finding, header)), None)
        if found:
            waived.append(Waived(finding, str(found)))
        else:
            kept.append(finding)
    if not waived:
        return ruling
    word = Word.FAIL if kept else Word.INCONCLUSIVE if ruling.gaps else Word.WAIVED
    return replace(ruling, word=word, findings=tuple(kept), waived=tuple(waived))


NO_WAIVERS = Waivers()


def load_waivers(path: Path, today: date) -> Waivers:
    """Return the waivers of a file.  Raises ConfigError with the place and the remedy."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
        return Waivers(_File.model_validate(found).waivers, today)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: write it, or leave --waivers out") from error
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError(f"{path}: this is no YAML; mend it") from None
    except ValidationError as error:
        raise ConfigError(sentence(path, [dict(each) for each in error.errors()])) from None
