"""Waivers: findings are set aside until a day, for the cases and firmware that they name."""

from dataclasses import replace
from datetime import date

import pytest

from harness.check.compose import Ruling, Verdict, Word
from harness.errors import ConfigError
from harness.history.record import Header
from harness.report.tally import as_json, tally
from harness.report.waivers import Waiver, Waivers, load_waivers
from tests.report.literal import FAILED, FOUND, PASSED, case

DAY = date(2026, 11, 26)
HEADER = Header(world="virtual", observes=(), case="sale twice", bench={"firmware": "2.1.7"})


def waiver(rule=FOUND.rule, expires=DAY, **more):
    return Waiver(rule=rule, reason="ticket 7", expires=expires, **more)


def applied(*waivers, verdict=FAILED, today=DAY):
    return Waivers(waivers, today).applied(verdict, HEADER)


def test_waived_finding_is_set_aside_with_its_reason_and_is_no_pass():
    found = applied(waiver())
    assert (found.word, found.findings) == (Word.WAIVED, ())
    assert [(each.finding, each.why) for each in found.waived] == [
        (FOUND, "ticket 7 (until 2026-11-26)")
    ]


@pytest.mark.parametrize(
    "other",
    [
        waiver("L2"),
        waiver(case="sale"),
        waiver(firmware="2.2*"),
        waiver(expires=date(2026, 11, 25)),
    ],
    ids=["rule", "case", "firmware", "day"],
)
def test_waiver_of_something_else_sets_nothing_aside(other):
    assert applied(other) == FAILED


@pytest.mark.parametrize("more", [{"case": "sale *"}, {"firmware": "2.1*"}])
def test_patterns_name_cases_and_firmware(more):
    assert applied(waiver(**more)).word is Word.WAIVED


def test_one_of_two_findings_waived_leaves_a_fail():
    other = replace(FOUND, rule="L2")
    two = Verdict(Word.FAIL, (*FAILED.rulings, Ruling("L2", Word.FAIL, 1, (other,))))
    found = applied(waiver(), verdict=two)
    assert (found.word, found.findings) == (Word.FAIL, (other,))


def test_one_of_two_findings_of_a_rule_leaves_it_failed():
    ruling = Ruling(FOUND.rule, Word.FAIL, 2, (FOUND, replace(FOUND, what="another")))
    two = Verdict(Word.FAIL, (ruling,))
    only = Waivers((waiver(case="sale twice"),), DAY)
    assert only.applied(two, HEADER).word is Word.WAIVED
    assert only.applied(two, replace(HEADER, case="x")).word is Word.FAIL


def test_what_is_not_certain_stays_so():
    unsure = Ruling(FOUND.rule, Word.FAIL, 1, (FOUND,), gaps=("blind",))
    assert applied(waiver(), verdict=Verdict(Word.FAIL, (unsure,))).word is Word.INCONCLUSIVE


def test_run_with_waived_findings_alone_is_waived_and_says_which():
    found = tally([case(verdict=applied(waiver())), case(verdict=PASSED)])
    assert (found.word, found.exit_code, found.passed, found.failed) == (Word.WAIVED, 4, 1, 0)
    assert (as_json(found, "")["verdict"], as_json(found, "")["waived"]) == ("WAIVED", 1)
    assert as_json(found, "")["findings"] == []
    assert found.rules[FOUND.rule].word is Word.WAIVED


def test_notes_tell_of_waivers_that_have_expired_or_set_nothing_aside():
    waivers = Waivers((waiver(), waiver("L2"), waiver("L3", date(2026, 1, 1))), DAY)
    assert waivers.notes([waivers.applied(FAILED, HEADER)]) == [
        "the waiver of L3 has expired: ticket 7 (until 2026-01-01)",
        "the waiver of L2 set nothing aside: ticket 7 (until 2026-11-26)",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nwaivers: [{rule: R3, reason: x}]", "waivers.0.expires: missing: add it"),
        ("version: 1\nwaivers: [{rule: Z9, reason: x, expires: 2026-01-01}]", "no rule is called"),
        ("version: 1\nwaivers: [{rule: R3, reason: '', expires: 2026-01-01}]", "waivers.0.reason"),
        ("version: 2", "version: expected 1, got 2"),
        ("waivers: [", "this is no YAML"),
        ("[1]", "the file: "),
    ],
)
def test_file_that_is_wrong_is_refused_with_the_place(tmp_path, text, said):
    path = tmp_path / "waivers.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_waivers(path, DAY)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="write it, or leave --waivers out"):
        load_waivers(tmp_path / "none.yaml", DAY)


def test_file_is_read(tmp_path):
    path = tmp_path / "waivers.yaml"
    path.write_text("version: 1\nwaivers: [{rule: R3, reason: x, expires: 2026-12-31}]")
    assert load_waivers(path, DAY).valid[0].expires == date(2026, 12, 31)
