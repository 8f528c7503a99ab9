import pytest

from harness.emulator.terminal.clock import moment, told


def test_a_clock_that_nobody_told_shows_the_begin_of_its_year():
    assert moment(0, 1000.0, 2026) == "20260101000000"


def test_a_clock_goes_on_from_what_it_was_told():
    clock_s = told(0, 100.0, 2026, "0105101112")
    assert moment(clock_s, 100.0, 2026) == "20260105101112"
    assert moment(clock_s, 160.9, 2026) == "20260105101212"


@pytest.mark.parametrize("nonsense", ["", "1332101112", "0105256112", "010510111", "x" * 10])
def test_what_is_no_time_changes_nothing(nonsense):
    assert told(1234, 0.0, 2026, nonsense) == 1234


def test_the_year_goes_on_at_new_year_only():
    clock_s = told(0, 0.0, 2026, "1231235959")
    assert moment(told(clock_s, 2.0, 2026, "0101000001"), 2.0, 2026)[:4] == "2027"
    assert moment(told(clock_s, 2.0, 2026, "1230000001"), 2.0, 2026)[:4] == "2026"


def test_a_first_date_late_in_the_year_is_of_that_year():
    assert moment(told(0, 0.0, 2026, "1231000000"), 0.0, 2026)[:8] == "20261231"


def test_a_leap_day_belongs_to_a_leap_year():
    clock_s = told(0, 0.0, 2027, "1231235959")
    assert moment(told(clock_s, 2.0, 2027, "0229000000"), 2.0, 2027)[:8] == "20280229"
    assert told(1234, 0.0, 2025, "0229000000") == 1234
