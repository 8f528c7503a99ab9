import pytest

from harness.errors import MisuseError
from harness.profile.defaults import DEFAULTS, number, parameter, words


def test_the_profile_goes_before_the_default():
    assert parameter({}, "reversal_attempts_max") == 3
    assert parameter({"reversal_attempts_max": 5}, "reversal_attempts_max") == 5
    assert parameter({"of_ours": 1}, "of_ours") == 1


def test_an_unknown_parameter_is_misuse():
    with pytest.raises(MisuseError, match="reversal_atempts_max"):
        parameter({}, "reversal_atempts_max")


def test_a_number_is_a_whole_one():
    assert number({}, "answer_timeout_s") == 60
    for value in ("60", True, ()):
        with pytest.raises(MisuseError, match="answer_timeout_s"):
            number({"answer_timeout_s": value}, "answer_timeout_s")


def test_a_list_is_one_of_text():
    assert words({}, "reversal_on_f39") == ()
    assert words({"reversal_on_f39": ("68",)}, "reversal_on_f39") == ("68",)
    with pytest.raises(MisuseError, match="reversal_on_f39"):
        words({"reversal_on_f39": "68"}, "reversal_on_f39")


def test_the_defaults_cannot_be_changed():
    with pytest.raises(TypeError):
        DEFAULTS["copies"] = 3
