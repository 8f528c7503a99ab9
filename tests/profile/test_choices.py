"""What a file may give for a parameter."""

import re
from pathlib import Path

import pytest

from harness.errors import MisuseError
from harness.profile.choices import CHOICES, read_value
from harness.profile.defaults import DEFAULTS

DOCUMENT = (Path(__file__).parents[2] / "docs/profile.md").read_text("utf-8")


def documented(name):
    """Return the words that the row of a parameter lists as its choices."""
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{name}` |"))
    return tuple(re.findall(r"`([^`]+)`", row.split("|")[3]))


@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_those_of_the_document(name):
    assert CHOICES[name] == documented(name)


@pytest.mark.parametrize("name", DEFAULTS)
def test_default_of_each_parameter_is_a_value_that_a_file_may_give(name):
    assert read_value(name, DEFAULTS[name]) == DEFAULTS[name]


def test_list_becomes_a_value_that_cannot_change():
    assert read_value("not_applicable", ["E4"]) == ("E4",)


@pytest.mark.parametrize(
    ("name", "found", "said"),
    [
        ("answer_timeout", 60, "no parameter has this name"),
        ("answer_timeout_s", "60", "expected a whole number, got text"),
        ("answer_timeout_s", True, "expected a whole number, got true or false"),
        ("answer_timeout_s", 1.5, "expected a whole number, got float"),
        ("answer_timeout_s", -1, "expected 0 or more, got -1"),
        ("reversal_at_once", 1, "expected true or false, got a whole number"),
        ("keys_form", "002", "expected 001 or 003 or 004, got '002'"),
        ("not_applicable", "E4", "expected a list of text, got text"),
        ("not_applicable", [4], "expected a list of text"),
    ],
)
def test_value_that_cannot_be_is_refused_with_the_name_of_its_parameter(name, found, said):
    with pytest.raises(MisuseError, match=f"^{name}: {said}"):
        read_value(name, found)
