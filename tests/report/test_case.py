import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.check.compose import Verdict, Word
from harness.errors import MisuseError
from harness.report.case import (
    Skip,
    read_absent,
    read_cases,
    read_skips,
    write_absent,
    write_case,
    write_skip,
)
from tests.check.literal import history, row
from tests.report.literal import FAILED, PASSED, UNSURE, case, judged_by_name, written

PAN = "6222021234567894"


def any_verdict(_history):
    return PASSED


def test_a_case_comes_back_as_it_was_written(tmp_path):
    made = write_case(tmp_path, case(error="the port is gone"))
    assert read_cases(tmp_path, any_verdict) == [made]
    assert made.slug == "answer-lost-next-sale-pushes-the-reversal-out"


def test_the_verdict_is_judged_anew_and_not_stored(tmp_path):
    write_case(tmp_path, case(verdict=PASSED))
    (found,) = read_cases(tmp_path, lambda _: FAILED)
    assert found.word is Word.FAIL


def test_cases_of_one_name_get_folders_of_their_own(tmp_path):
    slugs = [write_case(tmp_path, case("One case")).slug for _ in range(3)]
    assert slugs == ["one-case", "one-case-2", "one-case-3"]


@pytest.mark.parametrize("name", ["给上一笔冲正", "..", "/", "", "x" * 500])
def test_any_name_makes_a_folder(tmp_path, name):
    made = write_case(tmp_path, case(name))
    assert (tmp_path / "cases" / made.slug / "history.jsonl").is_file()
    assert len(made.slug) <= 60


def test_a_card_number_in_a_name_reaches_no_file(tmp_path):
    write_case(tmp_path, case(f"sale {PAN}", suite=PAN, error=f"no {PAN}"))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert not any(PAN in path.read_text("utf-8") + str(path) for path in files)


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b", "a\nb", "half \ud800"])
def test_text_with_line_ends_of_its_own_comes_back(tmp_path, text):
    whole = history(row("terminal", "show", "WAIT", text))
    write_case(tmp_path, case(history=whole))
    (found,) = read_cases(tmp_path, any_verdict)
    assert found.history.rows[0].value == text


@pytest.mark.parametrize("file", ["case.json", "history.jsonl"])
@pytest.mark.parametrize("damage", [None, "", "{", "[]", '{"name": 1}', "\xff"])
def test_a_damaged_case_is_refused_in_one_sentence(tmp_path, file, damage):
    path = tmp_path / "cases" / write_case(tmp_path, case()).slug / file
    path.unlink()
    if damage is not None:
        path.write_text(damage, "latin-1")
    with pytest.raises(MisuseError, match=f"{file} cannot be read"):
        read_cases(tmp_path, any_verdict)


def test_a_folder_without_cases_is_no_report(tmp_path):
    with pytest.raises(MisuseError, match="is no report"):
        read_cases(tmp_path, any_verdict)


def test_half_written_cases_are_not_read(tmp_path):
    (tmp_path / "cases" / ".half").mkdir(parents=True)
    assert read_cases(tmp_path, any_verdict) == []


def test_a_case_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "cases").write_text("in the way")
    with pytest.raises(MisuseError, match="cannot write"):
        write_case(tmp_path, case())


def test_what_cannot_be_written_down_leaves_no_half_case(tmp_path):
    whole = history(row("terminal", "show", "WAIT", "", odd={1}))
    with pytest.raises(TypeError):
        write_case(tmp_path, case(history=whole))
    assert list((tmp_path / "cases").iterdir()) == []


def test_cases_of_one_name_may_be_written_at_one_time(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: write_case(tmp_path, case("one")).slug, range(48)))
    assert len(set(made)) == 48
    assert len(read_cases(tmp_path, any_verdict)) == 48


def test_cases_come_in_the_order_of_their_folders(tmp_path):
    judge = written(tmp_path, {"b": PASSED, "a": FAILED, "c": UNSURE})
    assert [each.name for each in read_cases(tmp_path, judge)] == ["a", "b", "c"]


def test_skips_come_back_in_order(tmp_path):
    skips = [Skip("one", "no power"), Skip("two\u2028", "签")]
    for skip in skips:
        write_skip(tmp_path / "new", skip)
    assert read_skips(tmp_path / "new") == skips
    assert read_skips(tmp_path) == []


def test_a_damaged_list_of_skips_is_refused(tmp_path):
    (tmp_path / "skipped.jsonl").write_text(json.dumps({"nam": "x"}) + "\n")
    with pytest.raises(MisuseError, match="skipped.jsonl cannot be read"):
        read_skips(tmp_path)


def test_skips_that_cannot_be_written_are_misuse(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MisuseError, match="cannot write"):
        write_skip(tmp_path / "file", Skip("one", "why"))


@pytest.mark.parametrize(
    ("verdict", "error", "word"),
    [
        (PASSED, "", Word.PASS),
        (PASSED, "gone", Word.INCONCLUSIVE),
        (FAILED, "gone", Word.FAIL),
        (UNSURE, "", Word.INCONCLUSIVE),
        (Verdict(Word.FAIL, ()), "gone", Word.FAIL),
        (Verdict(Word.PASS, FAILED.rulings), "", Word.FAIL),
    ],
)
def test_a_finding_stands_and_a_broken_bench_proves_nothing(verdict, error, word):
    assert case(verdict=verdict, error=error).word is word


def test_a_judge_sees_the_history_of_its_case(tmp_path):
    verdicts = {"good": PASSED, "bad": FAILED}
    written(tmp_path, verdicts)
    found = read_cases(tmp_path, judged_by_name(verdicts))
    assert {each.name: each.word for each in found} == {"good": Word.PASS, "bad": Word.FAIL}


def test_what_a_device_does_not_have_is_listed_once_however_many_processes_say_it(tmp_path):
    absent = [Skip("one", "no ACK"), Skip("two", "no NAK")]
    for each in absent * 2:
        write_absent(tmp_path, each)
    assert read_absent(tmp_path) == absent
    assert read_skips(tmp_path) == []
    assert read_absent(tmp_path / "other") == []
