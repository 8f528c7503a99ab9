"""What the first page shows of a whole run: findings, rules, and what nobody could see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Word
from harness.report import case_view, fault_text
from harness.report.case import Case
from harness.report.case_view import RowLine
from harness.report.junit import reasons
from harness.report.rules import in_order, text_of
from harness.report.silence import Silence, silence_on
from harness.report.tally import Tally

SIGNS = {Word.PASS: "✓", Word.FAIL: "✕", Word.INCONCLUSIVE: "?", Word.WAIVED: "~"}
LOOKS = {Word.PASS: "pass", Word.FAIL: "fail", Word.INCONCLUSIVE: "inc", Word.WAIVED: "inc"}
HIDDEN = "hid"
WHY = {
    Silence.NOT_APPLICABLE: "the profile of the terminal takes it away",
    Silence.NOT_EVALUATED: "nothing in the cases of this run touched it",
}
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
class Told:
    """The cases that say the same of a rule; `word` is in capitals only for a verdict."""

    word: str
    sign: str
    look: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What the run says of one rule; `told` are its cells of the matrix, the gravest first."""

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
    told: tuple[Told, ...] = ()


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
    known = in_order({*tally.rules, *tally.silent})
    return [_rule_line(rule, tally, cases, groups) for rule in known]


def _rule_line(
    rule: str, tally: Tally, cases: Sequence[Case], groups: Sequence[FindingGroup]
) -> RuleLine:
    texts, found = text_of(rule), tally.rules.get(rule)
    about = (texts.text, texts.chinese, texts.source)
    own = tuple(group for group in groups if group.rule == rule)
    told = tuple(cells(rule, cases))
    if found:
        head = (rule, found.word.name, SIGNS[found.word], LOOKS[found.word], found.evaluated)
        return RuleLine(*head, *about, found.gaps, own, told)
    silence = tally.silent[rule]
    why = _unobservable(rule, cases) if silence is Silence.NOT_OBSERVABLE else WHY[silence]
    return RuleLine(rule, silence.value, "–", HIDDEN, 0, *about, (why,), (), told)


def cells(rule: str, cases: Sequence[Case]) -> Iterator[Told]:
    """Yield what the cases say of a rule; one that says nothing has a cell too, but no link."""
    found: dict[Word | Silence, list[Case]] = {}
    for case in cases:
        found.setdefault(_said_of(rule, case), []).append(case)
    for word in (*sorted(Word, reverse=True), *Silence):
        if word in found:
            yield _told(word, tuple(found[word]))


def _said_of(rule: str, case: Case) -> Word | Silence:
    word = case.verdict.words().get(rule)
    return Word[word] if word else silence_on(rule, case.verdict)


def _told(word: Word | Silence, cases: tuple[Case, ...]) -> Told:
    if isinstance(word, Silence):
        return Told(word.value, "–", HIDDEN, cases)
    return Told(word.name, SIGNS[word], LOOKS[word], cases)


def silences(lines: Iterable[RuleLine]) -> dict[tuple[str, str], list[str]]:
    """Return the rules of which the run says nothing, by word and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.look == HIDDEN:
            found.setdefault((line.word, "; ".join(line.why)), []).append(line.id)
    return found


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


def played_again(cases: Iterable[Case]) -> list[list[str]]:
    """Return the slugs of the attempts of each case that was played more than once, in order."""
    own: dict[tuple[str, str, str], list[str]] = {}
    for case in cases:
        own.setdefault((case.name, case.suite, case.door), []).append(case.slug)
    by_number = [sorted(slugs, key=lambda slug: (len(slug), slug)) for slugs in own.values()]
    return [slugs for slugs in by_number if len(slugs) > 1]


def attempts(cases: Iterable[Case]) -> dict[str, str]:
    """Return "attempt 2 of 3" by the slug of each case that was played more than once."""
    return {
        slug: f"attempt {number} of {len(slugs)}"
        for slugs in played_again(cases)
        for number, slug in enumerate(slugs, start=1)
    }


def seeded(cases: Iterable[Case]) -> list[str]:
    """Return the defects that were switched on for the run: its verdict is about them."""
    found = (case.history.header.bench.get("defects", ()) for case in cases)
    return sorted({name for each in found if isinstance(each, tuple) for name in each})


def faults_sentence(cases: Iterable[Case]) -> str:
    """Return how much of the plans happened."""
    histories = [case.history for case in cases]
    steps = [step for history in histories for step in case_view.plan(history)]
    if not steps:
        return "none planned"
    fired, layers = sum(s.fired_at is not None for s in steps), fault_text.layers(histories)
    return f"{len(steps)} planned, {fired} fired" + (f" (by layer: {layers})" if layers else "")
