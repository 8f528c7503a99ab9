"""What the first page shows of a whole run: findings, rules, and what nobody could see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Word
from harness.report import case_view, fault_text
from harness.report.case import Case
from harness.report.case_view import RowLine
from harness.report.junit import reasons
from harness.report.rules import CATALOGUE, in_order, text_of
from harness.report.tally import Tally

SIGNS = {Word.PASS: "✓", Word.FAIL: "✕", Word.INCONCLUSIVE: "?", Word.WAIVED: "~"}
LOOKS = {Word.PASS: "pass", Word.FAIL: "fail", Word.INCONCLUSIVE: "inc", Word.WAIVED: "inc"}
HIDDEN = "hid"
NEEDS: Mapping[str, str] = {rule.id: rule.needs for each in ALL_CHECKERS for rule in each.RULES}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: a case, the rows that show it, and what was done there."""

    case: Case
    evidence: list[RowLine]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """One finding, and all places where the very same was found."""

    anchor: str
    rule: str
    what: str
    expected: str
    seen: str
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What the run says of one rule."""

    id: str
    word: str
    sign: str
    look: str
    evaluated: int
    text: str
    chinese: str
    source: str
    why: tuple[str, ...] = ()
    findings: tuple[FindingGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A case that proves nothing, and why."""

    case: Case
    why: list[str]


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench of the run, and how many cases it had."""

    facts: tuple[tuple[str, str], ...]
    observes: str
    profile: str
    versions: str
    cases: int


def finding_groups(cases: Iterable[Case]) -> list[FindingGroup]:
    """Return the findings of all cases, the very same ones as one."""
    groups: dict[tuple[str, str, str, str], FindingGroup] = {}
    for case in cases:
        for found in case.verdict.findings:
            key = (found.rule, found.what, found.expected, found.seen)
            group = groups.setdefault(key, FindingGroup(f"finding-{len(groups) + 1}", *key))
            rows = case_view.evidence(case.history, found)
            group.places.append(Place(case, rows, fault_text.faults(case.history)))
    return list(groups.values())


def doubts(cases: Iterable[Case]) -> list[Doubt]:
    """Return the cases that prove nothing; one with a finding is told there."""
    return [Doubt(case, reasons(case)) for case in cases if case.word is Word.INCONCLUSIVE]


def rule_lines(
    tally: Tally, cases: Sequence[Case], groups: Sequence[FindingGroup]
) -> list[RuleLine]:
    """Return a line for every rule of this release, and for each that a third party judged."""
    known = {rule.id for rule in CATALOGUE} | set(tally.rules) | set(tally.coverage.applicable)
    foreign = _not_applicable(tally, cases)
    return [_rule_line(rule, tally, cases, groups) for rule in in_order(known | foreign)]


def _rule_line(
    rule: str, tally: Tally, cases: Sequence[Case], groups: Sequence[FindingGroup]
) -> RuleLine:
    texts, found = text_of(rule), tally.rules.get(rule)
    own = tuple(group for group in groups if group.rule == rule)
    if found:
        head = (rule, found.word.name, SIGNS[found.word], LOOKS[found.word], found.evaluated)
        return RuleLine(*head, texts.text, texts.chinese, texts.source, found.gaps, own)
    word, why = _absence(rule, tally, cases)
    return RuleLine(rule, word, "–", HIDDEN, 0, texts.text, texts.chinese, texts.source, (why,))


def _absence(rule: str, tally: Tally, cases: Sequence[Case]) -> tuple[str, str]:
    """Return the word for a rule without a ruling, and the reason."""
    if rule in tally.coverage.unobservable:
        return "not observable", _unobservable(rule, cases)
    if rule in _not_applicable(tally, cases):
        return "not applicable", "the profile of the terminal takes it away"
    return "not evaluated", "nothing in the cases of this run touched it"


def silences(lines: Iterable[RuleLine]) -> dict[tuple[str, str], list[str]]:
    """Return the rules of which the run says nothing, by word and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.look == HIDDEN:
            found.setdefault((line.word, "; ".join(line.why)), []).append(line.id)
    return found


def _not_applicable(tally: Tally, cases: Sequence[Case]) -> set[str]:
    away = {rule for case in cases for rule in case.verdict.not_applicable}
    return away - set(tally.coverage.applicable)


def _unobservable(rule: str, cases: Sequence[Case]) -> str:
    seen = dict.fromkeys(channel for case in cases for channel in case.history.header.observes)
    needs = NEEDS.get(rule, "a channel that this bench lacks")
    words = needs.replace(" | ", ", or ").replace(" & ", " and ")
    return f"it needs {words}; the bench observes {', '.join(seen) or 'nothing'}"


def benches(cases: Iterable[Case]) -> list[Bench]:
    """Return each bench of the run once."""
    found: dict[tuple[object, ...], list[Case]] = {}
    for case in cases:
        header = case.history.header
        texts = (case_view.facts_text(each) for each in (header.profile, header.versions))
        key = (tuple(case_view.bench(case.history)), ", ".join(header.observes), *texts)
        found.setdefault(key, []).append(case)
    return [_bench(own) for own in found.values()]


def _bench(cases: Sequence[Case]) -> Bench:
    history = cases[0].history
    return Bench(
        tuple(case_view.bench(history)),
        ", ".join(history.header.observes),
        case_view.facts_text(history.header.profile),
        case_view.facts_text(history.header.versions),
        len(cases),
    )


def in_order_of_concern(cases: Iterable[Case]) -> list[Case]:
    """Return the cases, those that failed first."""
    return sorted(cases, key=lambda case: -case.word)


def faults_sentence(cases: Iterable[Case]) -> str:
    """Return how much of the plans happened."""
    histories = [case.history for case in cases]
    steps = [step for history in histories for step in case_view.plan(history)]
    if not steps:
        return "none planned"
    fired, layers = sum(s.fired_at is not None for s in steps), fault_text.layers(histories)
    return f"{len(steps)} planned, {fired} fired" + (f" (by layer: {layers})" if layers else "")
