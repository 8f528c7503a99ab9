import io

import pytest
from rich.console import Console

from harness.check import Finding
from harness.check.compose import Ruling, Verdict, Word
from harness.report.case import Skip
from harness.report.console import FINDINGS_MAX, REASONS_MAX, Progress, print_verdict
from harness.report.rules import CATALOGUE
from harness.report.tally import tally
from tests.report.literal import FAILED, PASSED, UNSURE, case


def shown(say, *, is_terminal=False, width=100, encoding="utf-8"):
    """Return what `say` prints on a console."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    colours = "truecolor" if is_terminal else None
    say(Console(file=file, force_terminal=is_terminal, width=width, color_system=colours))
    file.flush()
    return raw.getvalue().decode(encoding)


def one_case(each, count=2):
    def say(console):
        progress = Progress(console, count)
        progress.case_started(each.name)
        progress.case_ended(each)

    return say


def test_progress_is_plain_text_where_there_is_no_terminal():
    assert shown(one_case(case("a sale"))) == "[1/2] PASS         a sale (0.2 s)\n"


def test_progress_says_on_a_terminal_what_begins():
    text = shown(one_case(case("a sale")), is_terminal=True)
    assert text.startswith("[1/2] a sale ...\n")
    assert "\x1b[1;32mPASS" in text


def test_progress_tells_the_first_reason_of_a_case_that_did_not_pass():
    assert "R3: the answer of sale 000002 was lost" in shown(one_case(case("a", FAILED)))
    broken = shown(one_case(case("a", UNSURE, error="the port is gone"), count=0))
    assert broken.startswith("[1] INCONCLUSIVE a (0.2 s): the bench failed: the port is gone")


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_name_can_neither_steer_the_screen_nor_hold_markup(is_terminal):
    text = shown(one_case(case("\x1b]0;x\x07[bold red]6222021234567894")), is_terminal=is_terminal)
    shown_times = text.count("\\x1b]0;x\\x07[bold red]622202******7894")
    assert shown_times == 1 + is_terminal
    assert "\x1b]" not in text


def test_the_verdict_comes_with_counts_coverage_and_the_way_to_the_report():
    whole = tally([case("a", FAILED), case("b")], [Skip("c", "no power")])
    lines = shown(lambda console: print_verdict(whole, console, "reports/latest")).splitlines()
    assert lines[0].startswith("FAIL: 1 passed, 1 failed, 0 inconclusive, 1 skipped; ")
    assert f"{len(CATALOGUE)} of {len(CATALOGUE)} applicable" in lines[0]
    assert lines[-1] == "report: reports/latest"
    assert any(line.split()[:3] == ["R3", "FAIL", "4"] for line in lines)
    assert "R3: the answer of sale 000002 was lost" in lines
    assert "  expected a reversal" in lines


@pytest.mark.parametrize(
    ("verdict", "word"), [(PASSED, "PASS"), (FAILED, "FAIL"), (UNSURE, "INCONCLUSIVE")]
)
def test_the_first_word_is_the_verdict(verdict, word):
    text = shown(lambda console: print_verdict(tally([case(verdict=verdict)]), console))
    assert text.split(":")[0] == word


def test_a_run_without_a_case_says_why_it_proves_nothing():
    text = shown(lambda console: print_verdict(tally([]), console))
    assert text.startswith("INCONCLUSIVE: 0 passed")
    assert "no case was run" in text


def test_many_findings_are_counted_and_not_all_printed():
    many = tuple(Finding("R3", f"what {n}", "a", "b", (n,)) for n in range(FINDINGS_MAX + 3))
    verdict = Verdict(Word.FAIL, (Ruling("R3", Word.FAIL, 1, many),))
    text = shown(lambda console: print_verdict(tally([case(verdict=verdict)]), console))
    assert "3 more findings in the report" in text
    assert f"what {FINDINGS_MAX}" not in text


def unsure(*gaps):
    """Return a verdict with these rules and what was not certain of each."""
    rulings = [Ruling(rule, Word.INCONCLUSIVE, 1, (), texts) for rule, *texts in gaps]
    return Verdict(Word.INCONCLUSIVE, tuple(rulings))


def after_the_table(*cases):
    text = shown(lambda console: print_verdict(tally(cases), console))
    return text[text.index("INCONCLUSIVE in") :].splitlines()


def test_reasons_stand_under_their_case_each_once_with_its_rules():
    first = unsure(("R8", "the line was blind", "never due"), ("M2", "the line was blind"))
    assert after_the_table(
        case("a", first, slug="a"), case("b", UNSURE, error="the port is gone"), case("c")
    ) == [
        "INCONCLUSIVE in cases/a/",
        "  R8, M2: the line was blind",
        "  R8: never due",
        "INCONCLUSIVE in b",
        "  the bench failed: the port is gone",
        "  R8: due, but never evaluated",
    ]


def test_many_reasons_are_counted_and_not_all_printed():
    many = unsure(("R8", *(f"why {n}" for n in range(REASONS_MAX + 3))))
    lines = after_the_table(case("a", many))
    assert lines[-2:] == [f"  R8: why {REASONS_MAX - 1}", "3 more reasons in the report"]


def test_reasons_of_a_rule_with_findings_are_left_to_the_report():
    ruling = Ruling("R3", Word.FAIL, 1, FAILED.findings, ("line was blind",))
    whole = tally([case("a", Verdict(Word.FAIL, (ruling,)))])
    assert "line was blind" not in shown(lambda console: print_verdict(whole, console))


def test_the_table_says_the_first_reason_and_how_many_there_are():
    whole = tally([case("a", unsure(("R8", "one", "two", "three"), ("M2", "one")))])
    lines = shown(lambda console: print_verdict(whole, console)).splitlines()
    assert [" ".join(line.split()[3:]) for line in lines[2:4]] == ["one", "one (and 2 more)"]


def test_flaky_cases_are_named():
    runs = tally([case("a"), case("a", FAILED)])
    assert "a: flaky, FAIL in 1 of 2 runs" in shown(lambda console: print_verdict(runs, console))


def test_what_the_output_cannot_write_is_escaped():
    text = shown(one_case(case("签到")), encoding="ascii")
    assert "\\u7b7e\\u5230" in text
