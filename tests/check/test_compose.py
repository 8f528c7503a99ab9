import pytest

from harness.check import Finding, Judgement, Rule
from harness.check.all import ALL_CHECKERS
from harness.check.compose import Ruling, Verdict, Waived, Word, compose
from tests.check.literal import history, row

FINDING = Finding("Z1", "the till told nothing", "a word", "none", (1,))
ONE = (Rule("Z1", "till"),)


class Fixed:
    """A checker that always says the same."""

    def __init__(self, *judgements, rules=ONE, error=None):
        self.RULES, self._judgements, self._error = rules, list(judgements), error

    def check(self, _history):
        if self._error:
            raise self._error
        return self._judgements


def verdict(*judgements, rules=ONE, rows=(), **header):
    return compose(history(*rows, **header), [Fixed(*judgements, rules=rules)])


@pytest.mark.parametrize(
    ("judgement", "word"),
    [
        (Judgement("Z1", 1), Word.PASS),
        (Judgement("Z1", 1, gaps=("blind",)), Word.INCONCLUSIVE),
        (Judgement("Z1", 0, gaps=("blind",)), Word.INCONCLUSIVE),
        (Judgement("Z1", 1, (FINDING,)), Word.FAIL),
        (Judgement("Z1", 1, (FINDING,), ("blind",)), Word.FAIL),
    ],
)
def test_a_finding_beats_a_gap_beats_a_pass(judgement, word):
    found = verdict(judgement)
    assert (found.word, found.words()) == (word, {"Z1": word.name})
    assert found.rulings[0].evaluated == judgement.evaluated


def test_the_worst_rule_is_the_verdict():
    rules = tuple(Rule(name, "till") for name in ("Z1", "Z2", "Z3"))
    good, gap = Judgement("Z1", 1), Judgement("Z2", 1, gaps=("blind",))
    assert verdict(good, gap, rules=rules).word is Word.INCONCLUSIVE
    bad = Judgement("Z3", 1, (FINDING,))
    found = verdict(good, gap, bad, rules=rules)
    assert (found.word, found.findings) == (Word.FAIL, (FINDING,))


def test_a_verdict_has_what_was_set_aside_of_all_its_rules():
    waived = Waived(FINDING, "known to the laboratory")
    rulings = Ruling("Z1", Word.WAIVED, 1, waived=(waived,)), Ruling("Z2", Word.PASS, 1)
    assert Verdict(Word.WAIVED, rulings).waived == (waived,)


def test_nothing_judged_is_inconclusive():
    found = verdict(Judgement("Z1", 0))
    assert (found.word, found.rulings) == (Word.INCONCLUSIVE, ())
    assert compose(history(), []).word is Word.INCONCLUSIVE


def test_a_rule_that_was_due_and_never_evaluated_is_inconclusive():
    found = verdict(Judgement("Z1", 0), due=("Z1",))
    assert found.rulings[0].gaps == ("due, but never evaluated",)
    assert verdict(due=("Z1",)).word is Word.INCONCLUSIVE
    assert verdict(Judgement("Z1", 1), due=("Z1",)).word is Word.PASS


def test_a_rule_that_was_due_and_that_no_checker_knows_is_inconclusive():
    found = verdict(Judgement("Z1", 1), due=("Z1", "Z9"))
    assert found.words() == {"Z1": "PASS", "Z9": "INCONCLUSIVE"}


def test_a_rule_that_the_bench_cannot_see_is_listed_and_not_judged():
    found = verdict(Judgement("Z1", 1, (FINDING,)), observes=("slip",), due=("Z1",))
    assert (found.unobservable, found.rulings, found.word) == (("Z1",), (), Word.INCONCLUSIVE)


def test_a_rule_that_the_profile_takes_away_is_not_judged():
    foreign = {"not_applicable": ("Z1",)}
    found = verdict(Judgement("Z1", 1, (FINDING,)), profile=foreign, due=("Z1",))
    assert (found.not_applicable, found.rulings, found.unobservable) == (("Z1",), (), ())


STEP = ("tx host 0210 #1", "drop", ("Z1",))


def test_a_step_that_was_planned_later_is_one_of_the_plan():
    facts = {"point": STEP[0], "action": STEP[1], "rules": STEP[2]}
    later, broken = row("bench", "note", "planned", **facts), row("bench", "note", "planned")
    fired = row("nemesis", "fault", STEP[0])
    rules = (Rule("Z1", "till"), Rule("Z2", "till"))
    judged = Judgement("Z1", 1), Judgement("Z2", 1)
    found = compose(history(later, broken), [Fixed(*judged, rules=rules)])
    assert found.words() == {"Z1": "INCONCLUSIVE", "Z2": "PASS"}
    assert found.rulings[0].gaps == ("drop never happened: tx host 0210 #1 was not reached",)
    assert compose(history(later, fired), [Fixed(*judged, rules=rules)]).word is Word.PASS


def test_a_fault_that_never_happened_spoils_the_rules_that_depend_on_it():
    rules = (Rule("Z1", "till"), Rule("Z2", "till"))
    judged = Judgement("Z1", 1), Judgement("Z2", 1)
    found = verdict(*judged, rules=rules, plan=[STEP])
    assert found.words() == {"Z1": "INCONCLUSIVE", "Z2": "PASS"}
    assert found.rulings[0].gaps == ("drop never happened: tx host 0210 #1 was not reached",)


@pytest.mark.parametrize("kind", ["fault", "act"])
def test_a_fault_or_act_at_the_point_has_happened(kind):
    done = row("nemesis", kind, STEP[0])
    assert verdict(Judgement("Z1", 1), rows=[done], plan=[STEP]).word is Word.PASS
    healed = row("nemesis", "heal", STEP[0])
    assert verdict(Judgement("Z1", 1), rows=[healed], plan=[STEP]).word is Word.INCONCLUSIVE


def test_a_checker_that_raises_judges_nothing():
    checker = Fixed(error=ValueError("no luck"))
    found = compose(history(), [checker])
    assert found.rulings[0].gaps == ("the checker raised ValueError: no luck",)
    assert found.word is Word.INCONCLUSIVE


@pytest.mark.parametrize(
    "judgements",
    [(Judgement("Z2", 1, (FINDING,)),), (Judgement("Z1", 1, (FINDING,)), Judgement("Z1", 1))],
)
def test_a_judgement_that_would_be_lost_is_our_own_mistake(judgements):
    found = verdict(*judgements)
    assert found.word is Word.INCONCLUSIVE
    assert "MisuseError" in found.rulings[0].gaps[0]


BROKEN = [
    row("till", "invoke", "sale"),
    row("till", "ok", "sale"),
    row("bench", "note", "bench failure"),
]


def test_a_finding_from_before_the_bench_failed_stands():
    found = verdict(Judgement("Z1", 1, (FINDING,)), rows=BROKEN)
    assert (found.word, found.findings) == (Word.FAIL, (FINDING,))


@pytest.mark.parametrize(("whole_until", "word"), [(1, Word.INCONCLUSIVE), (2, Word.FAIL)])
def test_a_finding_after_the_last_look_that_found_the_part_whole_is_a_gap(whole_until, word):
    failed = row("bench", "note", "bench failure", whole_until=whole_until)
    assert verdict(Judgement("Z1", 1, (FINDING,)), rows=[*BROKEN[:2], failed]).word is word


class Missing(Fixed):
    """A checker that misses something from its second row on, whatever it saw before."""

    def check(self, history):
        return [Judgement("Z1", 1, (FINDING,) if len(history.rows) > 2 else ())]


def test_what_is_missed_only_after_the_bench_had_failed_is_a_gap():
    found = compose(history(*BROKEN, due=()), [Missing()])
    assert (found.word, found.findings) == (Word.INCONCLUSIVE, ())
    assert str(FINDING) in found.rulings[0].gaps[0]
    assert compose(history(*BROKEN[:2], BROKEN[0]), [Missing()]).word is Word.FAIL


class Early(Fixed):
    """A checker that misses something until its third row explains it."""

    def check(self, history):
        return [Judgement("Z1", 1, (FINDING,) if len(history.rows) < 3 else ())]


def test_what_is_explained_after_the_bench_had_failed_is_no_finding():
    found = compose(history(*BROKEN), [Early()])
    assert (found.word, found.findings) == (Word.INCONCLUSIVE, ())


@pytest.mark.parametrize("evidence", [(2,), (1, 3)])
def test_a_finding_from_after_the_bench_failed_is_a_gap(evidence):
    late = Finding("Z1", "what", "this", "that", evidence)
    found = verdict(Judgement("Z1", 1, (late,)), rows=BROKEN)
    assert (found.word, found.findings) == (Word.INCONCLUSIVE, ())
    assert str(late) in found.rulings[0].gaps[0]


def test_after_a_failure_of_the_bench_nothing_passes():
    assert verdict(Judgement("Z1", 1), rows=BROKEN).word is Word.INCONCLUSIVE
    assert verdict(Judgement("Z1", 0), rows=BROKEN).rulings == ()
    assert verdict(Judgement("Z1", 1), rows=BROKEN[:2]).word is Word.PASS


def test_every_rule_has_one_checker():
    rules = [rule.id for checker in ALL_CHECKERS for rule in checker.RULES]
    assert sorted(rules) == sorted(set(rules))
    assert {"M1", "M2", "M3", "M4", "M5", "M6", "M9", "D1", "Q1", "E4", "E6"} <= set(rules)


def test_a_finding_reads_as_a_sentence():
    assert str(FINDING) == "Z1: the till told nothing: expected a word, seen none (rows 1)"


def test_another_note_is_no_failure_of_the_bench():
    assert verdict(Judgement("Z1", 1), rows=[row("bench", "note", "rest")]).word is Word.PASS
    other = row("bench", "sees", "bench failure")
    assert verdict(Judgement("Z1", 1), rows=[other]).word is Word.PASS


def test_a_gap_says_more_than_that_nothing_was_evaluated():
    found = verdict(Judgement("Z1", 0, gaps=("blind",)), due=("Z1",))
    assert found.rulings[0].gaps == ("blind",)
