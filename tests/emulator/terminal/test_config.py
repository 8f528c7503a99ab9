import pytest

from harness.emulator.terminal.config import with_profile
from harness.errors import MisuseError
from harness.profile.defaults import DEFAULTS
from tests.emulator.terminal.bench import CONFIG


def test_a_profile_sets_what_it_names_and_the_rest_stays():
    changed = with_profile(CONFIG, {"copies": 3, "answer_timeout_s": 30, "liveness_s": 1})
    assert (changed.copies, changed.answer_timeout_s) == (3, 30.0)
    assert changed.merchant_id == CONFIG.merchant_id


def test_the_defaults_of_profiles_are_those_of_the_terminal():
    assert with_profile(CONFIG, DEFAULTS) == CONFIG


@pytest.mark.parametrize("value", ["3", True, 3.0])
def test_a_value_of_another_type_is_refused_by_name(value):
    with pytest.raises(MisuseError, match="profile: copies: expected int"):
        with_profile(CONFIG, {"copies": value})


def test_slips_print_the_first_letter_of_a_way_of_reading():
    assert [CONFIG.entry_letter(reading) for reading in ("02", "05", "99")] == ["S", "I", ""]
    assert with_profile(CONFIG, {"entry_letters": ("02 X",)}).entry_letter("02") == "X"


def test_keys_are_in_no_repr():
    assert CONFIG.tmk.hex() not in repr(CONFIG)
    assert repr(CONFIG.tmk) not in repr(CONFIG)
