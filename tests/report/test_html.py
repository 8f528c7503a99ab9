import re
from dataclasses import replace

import pytest

from harness.check.compose import Ruling, Verdict, Waived, Word
from harness.report.case import Skip, read_cases, read_skips, write_case, write_skip
from harness.report.html import Run, said, write_html
from harness.report.past_run import PastRun
from harness.report.rules import CATALOGUE
from harness.report.run_json import Bench
from harness.report.tally import tally
from harness.report.trend import Trend, title_of
from tests.check.literal import history
from tests.report.literal import (
    FAILED,
    FOUND,
    INFO,
    PASSED,
    UNSURE,
    case,
    quick,
    row,
    whole_case,
    written,
)
from tests.report.page import read

FIRST = Trend(())  # a run with none before it
PAN = "6222021234567894"
HOSTILE = '"><script>alert(1)</script><img src=//x onerror=y>\x1b[2J\u202e\x00' + PAN


def page(folder, verdicts, info=INFO, **options):
    """Write a run with a case for each verdict, and return its first page."""
    judge = written(folder, verdicts) if verdicts else None
    return rendered(folder, read_cases(folder, judge) if judge else [], info, **options)


def rendered(folder, cases, info=INFO, before=FIRST, **options):
    skips = read_skips(folder)
    write_html(Run(folder, info, tally(cases, skips), cases, skips, before), **options)
    return read(folder / "index.html")


@pytest.mark.parametrize(
    ("verdict", "headline"),
    [(PASSED, "✓ PASS"), (FAILED, "✕ FAIL"), (UNSURE, "? INCONCLUSIVE")],
)
def test_the_verdict_comes_first_in_word_and_sign(tmp_path, verdict, headline):
    found = page(tmp_path, {"a": verdict})
    assert found.text.startswith(f"{headline.split()[1]} · emulated-zvt")
    assert f"{headline} emulated, virtual time {len(verdict.findings)} finding" in found.text
    assert 'content="width=device-width' in (tmp_path / "index.html").read_text("utf-8")


def test_a_run_without_cases_is_inconclusive_and_says_why(tmp_path):
    write_skip(tmp_path, Skip("power cut", "the bench cannot cut the power"))
    found = page(tmp_path, {})
    assert "? INCONCLUSIVE 0 findings in 0 cases on emulated-zvt" in found.text
    assert "No case was run: this run proves nothing." in found.text
    assert "power cut: the bench cannot cut the power" in found.text


def test_the_pages_are_well_formed_and_every_link_leads_somewhere(tmp_path):
    (tmp_path / "matrix.csv").touch()  # written beside the page
    found = page(tmp_path, {"a": FAILED, "b": PASSED, "签到": UNSURE})
    assert found.unclosed == []
    assert len(found.ids) == len(set(found.ids))
    for link in found.links:
        path, _, anchor = link.partition("#")
        assert (anchor in found.ids) if anchor else (tmp_path / path).exists()


def test_a_finding_is_two_clicks_from_the_verdict_to_its_rows(tmp_path):
    found = page(tmp_path, {"a": FAILED})
    assert "✕ R3 the answer of sale 000002 was lost." in found.text
    assert "expected a reversal seen none" in found.text
    for row_number in FOUND.evidence:
        assert f"#case-a-row-{row_number}" in found.links
        assert f"case-a-row-{row_number}" in found.ids
    assert "#findings" in found.links
    assert "row 18 0.076 s nemesis fault tx host 0210 #1: cut, silence" in found.text


def test_a_case_shows_diagram_slip_ledger_plan_till_and_the_command(tmp_path):
    found = page(tmp_path, {"a": PASSED})
    for wanted in [
        "✓ fired tx host 0210 #1",
        "not fired rx host 0400 #2",
        "outcome unknown result_code 6C",
        "reversal 000002 card-3 12.34 card:card-3 +12.34, clearing −12.34",
        "凭证号 VOUCHER NO: 000003",
        "card-3 1 000.00 999.00 −1.00",
        f"pos-harness check {tmp_path}/cases/a/history.jsonl",
    ]:
        assert wanted in found.text
    assert "svg" in found.tags
    assert found.tags.count("pre") == 1


def test_the_command_is_relative_and_quoted_where_it_can_be_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = page(tmp_path / "reports" / "run 1", {"a": PASSED})
    assert "pos-harness check 'reports/run 1/cases/a/history.jsonl'" in found.text


def test_rules_bench_versions_and_languages_are_told(tmp_path):
    found = page(tmp_path, {"a": PASSED})
    assert "A late answer completes nothing" in found.text
    assert "迟到应答一律丢弃" in found.text
    assert f"{tally([case()]).coverage}." in found.text
    for wanted in ["merchant name 测试商户", "pos-harness 0.1.0", "seed 7", "2 planned, 1 fired"]:
        assert wanted in found.text
    assert set(found.languages) == {"en", "zh-Hans"}


@pytest.mark.parametrize("own_page", [False, True])
def test_hostile_text_of_a_device_stays_text(tmp_path, own_page):
    rows = [
        row("terminal", kind, HOSTILE, HOSTILE, text=(HOSTILE,), name=HOSTILE, call=1)
        for kind in ("tx", "show", "print", "ledger", "note", "invoke", "ok", "fault", "nv")
    ]
    bad = replace(FOUND, rule=HOSTILE, what=HOSTILE, seen=HOSTILE, expected=HOSTILE, evidence=(0,))
    both = (bad, replace(bad, seen=f"{HOSTILE} too"))
    verdict = Verdict(Word.FAIL, (Ruling(HOSTILE, Word.FAIL, 1, both, (HOSTILE,)),), (HOSTILE,))
    whole = history(*quick(rows), bench={HOSTILE: HOSTILE}, profile={HOSTILE: HOSTILE})
    write_case(tmp_path, case(HOSTILE, suite=HOSTILE, error=HOSTILE, history=whole))
    write_skip(tmp_path, Skip(HOSTILE, HOSTILE))
    device = Bench(what=HOSTILE, identity={HOSTILE: HOSTILE}, instruments=[{"name": HOSTILE}])
    info = replace(INFO, bench=HOSTILE, command=HOSTILE, by=HOSTILE, devices={HOSTILE: device})
    cases = read_cases(tmp_path, lambda _: verdict)
    outcomes = {title_of(cases[0]): (Word.FAIL, Word.PASS)}
    past = PastRun(HOSTILE, HOSTILE, HOSTILE, {}, {}, outcomes=outcomes, on=HOSTILE)
    before = Trend((past,), (HOSTILE,))
    found = rendered(tmp_path, cases, info, before, page_size_max=0 if own_page else 10**7)
    for path in tmp_path.rglob("*.html"):
        assert_harmless(path)
    assert "<script>alert(1)</script>" in found.text


def assert_harmless(path):
    found, text = read(path), path.read_text("utf-8")
    assert not {"script", "img", "iframe", "object"} & set(found.tags)
    assert not [name for name in found.attributes if name.startswith("on")]
    assert not set("\x1b\x00\u202e") & set(text)
    assert PAN not in text
    assert found.unclosed == []


def test_nothing_is_loaded_from_outside(tmp_path):
    page(tmp_path, {"a": FAILED})
    text = (tmp_path / "index.html").read_text("utf-8")
    loads = r'(?:src|data|action|xlink:href)\s*=|url\(|@import|<(?:script|link (?!rel="icon"))'
    assert re.findall(loads, text) == []
    assert {found for found in re.findall(r"https?://[^\"' ]+", text)} <= {
        "http://www.w3.org/2000/svg"
    }


def test_what_the_first_page_has_no_room_for_gets_pages_of_its_own(tmp_path):
    found = page(tmp_path, {"bad": FAILED, "good": PASSED}, page_size_max=1)
    assert "case-bad" in found.ids
    assert "case-good" not in found.ids
    assert "cases/good/index.html#case-good" in found.links
    own = read(tmp_path / "cases" / "good" / "index.html")
    assert "case-good-row-0" in own.ids
    assert "../../index.html#rule-R3" in own.links
    assert "history.jsonl" in own.links
    assert not (tmp_path / "cases" / "bad" / "index.html").exists()


def test_very_long_case_leaves_the_first_page_to_the_others(tmp_path):
    assert "case-bad" in page(tmp_path, {"bad": FAILED}).ids
    found = page(tmp_path, {"bad": FAILED}, rows_max=3)
    assert "case-bad" not in found.ids
    assert "cases/bad/index.html#case-bad" in found.links


def test_evidence_on_a_page_of_its_own_is_still_one_link_away(tmp_path):
    found = page(tmp_path, {"bad": FAILED}, page_size_max=0)
    assert "cases/bad/index.html#case-bad-row-14" in found.links
    own = read(tmp_path / "cases" / "bad" / "index.html")
    assert {"case-bad", "case-bad-row-14", "case-bad-diagram"} <= set(own.ids)


def test_pictures_of_slips_are_offered_where_they_were_drawn(tmp_path):
    judge = written(tmp_path, {"a": PASSED})
    (tmp_path / "cases" / "a" / "slip-1.png").write_bytes(b"")
    found = rendered(tmp_path, read_cases(tmp_path, judge))
    assert "cases/a/slip-1.png" in found.links


def test_a_finding_of_many_cases_shows_some_and_names_the_others(tmp_path):
    found = page(tmp_path, {f"case {n}": FAILED for n in range(8)})
    assert found.text.count("expected a reversal seen none case ") == 1
    assert "also in 7 cases case 1 rows 14 18 case 2 rows 14 18" in found.text


def test_every_finding_of_a_broken_rule_is_linked_from_the_verdict(tmp_path):
    other = replace(FOUND, seen="two", evidence=(20,))
    both = Verdict(Word.FAIL, (Ruling("R3", Word.FAIL, 2, (FOUND, other)),))
    found = page(tmp_path, {"a": both})
    top = found.links[: found.links.index("#findings")]
    assert top == ["#unseen", "#finding-1", "#finding-1", "#finding-2"]
    assert "2 findings: 1 2" in found.text


def test_waived_findings_say_so_with_reason_and_rows_and_are_no_pass(tmp_path):
    ruling = Ruling("R3", Word.WAIVED, 2, waived=(Waived(FOUND, "ticket 71"),))
    found = page(tmp_path, {"a": Verdict(Word.WAIVED, (ruling,))})
    assert "~ WAIVED emulated, virtual time 0 findings in 1 case" in found.text
    assert "1 finding waived: which, and why" in found.text
    assert found.text.count("waived ticket 71") == 2  # on the first page and in the case
    assert "#case-a-row-14" in found.links
    assert "case-a-evidence" in found.ids


def test_matrix_has_every_rule_and_leads_to_its_cases(tmp_path):
    found = page(tmp_path, {"a": FAILED, "b": PASSED, "c": UNSURE})
    assert {f"rule-{rule.id}" for rule in CATALOGUE} <= set(found.ids)
    assert "✕ FAIL in 1 case 1 ✓ PASS in 1 case 3 not evaluated in 1 case" in found.text
    assert {"c1", "c2", "c3"} <= set(found.ids)
    assert "#c3" in found.links


def test_attempts_and_earlier_runs_stand_beside_each_case(tmp_path):
    title = ("reversal", "a", "pytest")
    outcomes = {title: (Word.FAIL, Word.PASS)}
    past = PastRun("r1", "2026-11-01", "FAIL", {}, {}, outcomes=outcomes, on="terminal 2")
    run = Run(
        tmp_path, INFO, tally([case("a"), case("a")]),
        [case("a", slug="a"), case("a", slug="a-2")], [], Trend((past,), ("r0",)),
    )  # fmt: skip
    write_html(run)
    found = read(tmp_path / "index.html")
    assert "1 case played more than once: all attempts are kept" in found.text
    assert "attempt 2 of 2" in found.text
    assert found.text.count("F* P mixed") == 4
    assert "r1 2026-11-01 FAIL terminal 2" in found.text
    assert "Left out, no whole run of this release: r0" in found.text


def test_a_first_run_has_no_history_of_verdicts(tmp_path):
    assert "run after run" not in page(tmp_path, {"a": FAILED}).text


def test_seeded_defects_are_said_beside_the_verdict(tmp_path):
    bench = {"kind": "emulated", "defects": ("slip-lacks-batch",)}
    found = rendered(tmp_path, [case("a", history=whole_case(bench=bench), slug="a")])
    assert "With seeded defects: slip-lacks-batch." in found.text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a<b", "a&lt;b"),
        ("签到", '<bdi lang="zh-Hans">签到</bdi>'),
        ("שלום", "<bdi>שלום</bdi>"),
        ("\u202e<", "\\u202e&lt;"),
    ],
)
def test_text_has_its_own_language_and_direction(text, html):
    assert said(text) == html
