"""What the guest leaves is a pass only if it is whole, all passed and nothing was skipped."""

import pytest

from kernel_bench.outcome import Outcome, read

JUNIT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def left(folder, code, *numbers):
    (folder / "exit_code").write_text(f"{code}\n")
    (folder / "junit.xml").write_text(JUNIT.format(*numbers))
    return read(folder, has_ended=True)


def test_all_that_passed_is_a_pass(tmp_path):
    assert left(tmp_path, 0, 23, 0, 0, 0) == Outcome(23)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((1, 23, 2, 0, 0), Outcome(21, "2 failures")),
        ((1, 23, 0, 1, 1), Outcome(21, "1 errors, 1 skipped")),
        ((0, 23, 0, 0, 23), Outcome(0, "23 skipped")),
        ((5, 0, 0, 0, 0), Outcome(0, "0 passed, and pytest ended with 5")),
        ((0, 0, 0, 0, 0), Outcome(0, "0 passed, and pytest ended with 0")),
        ((3, 23, 0, 0, 0), Outcome(23, "23 passed, and pytest ended with 3")),
    ],
)
def test_whatever_is_amiss_is_no_pass(tmp_path, numbers, said):
    assert left(tmp_path, *numbers) == said


@pytest.mark.parametrize("name", ["exit_code", "junit.xml"])
def test_guest_that_leaves_half_a_result_has_none(tmp_path, name):
    left(tmp_path, 0, 23, 0, 0, 0)
    (tmp_path / name).unlink()
    assert read(tmp_path, has_ended=True) == Outcome(0, "the guest ended without a result")


def test_guest_that_was_switched_off_has_none(tmp_path):
    left(tmp_path, 0, 23, 0, 0, 0)
    said = "the guest did not come to its end in time"
    assert read(tmp_path, has_ended=False) == Outcome(0, said)
