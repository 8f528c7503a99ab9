"""Which attempts at a case count."""

from harness.report.attempts import counted, flaky, spoilt_notes
from tests.report.literal import FAILED, PASSED, STALLED, UNSURE, case


def attempts(*verdicts, **more):
    return [case("a", each, slug=f"a-{n}", **more) for n, each in enumerate(verdicts, start=1)]


def slugs(cases):
    return [each.slug for each in cases]


def test_attempt_that_a_stall_has_spoilt_does_not_count_beside_a_sound_one():
    assert slugs(counted(attempts(STALLED, PASSED))) == ["a-2"]
    assert slugs(counted(attempts(STALLED, FAILED, STALLED))) == ["a-2"]
    assert slugs(counted(attempts(STALLED, UNSURE))) == ["a-2"]


def test_attempts_that_are_all_spoilt_count():
    assert slugs(counted(attempts(STALLED, STALLED))) == ["a-1", "a-2"]


def test_sound_attempt_of_another_case_heals_nothing():
    for other in ({"name": "b"}, {"suite": "void"}, {"door": "robot"}):
        both = [*attempts(STALLED), case(**{"name": "a", "slug": "x"} | other)]
        assert slugs(counted(both)) == ["a-1", "x"]


def test_attempt_that_broke_counts_whatever_stood_still():
    assert slugs(counted(attempts(STALLED, error="the line is gone"))) == ["a-1"]
    broken = [*attempts(STALLED, error="the line is gone"), *attempts(PASSED)]
    assert len(counted(broken)) == 2


def test_uncertain_attempt_counts_unless_a_stall_made_it_so():
    assert slugs(counted(attempts(UNSURE, PASSED, FAILED))) == ["a-1", "a-2", "a-3"]


def test_attempt_that_does_not_count_is_told_with_its_place():
    assert spoilt_notes(attempts(STALLED, PASSED)) == [
        "a: played again, as the bench stood still; that attempt is in cases/a-1"
    ]
    assert spoilt_notes(attempts(UNSURE, PASSED)) == []


def test_flaky_is_what_came_out_in_several_ways():
    runs = [case("a"), case("a", FAILED), case("a"), case("b"), case("b")]
    assert flaky(runs) == ["a: flaky, FAIL in 1 of 3 runs"]
