import pytest

from harness.terms.amount import in_units


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "0.00"), (5, "0.05"), (1234, "12.34"), (-5, "-0.05"), (-1234, "-12.34"),
        (123456789, "1,234,567.89"), (None, "?"),
    ],
)  # fmt: skip
def test_amounts_stand_in_units_and_cents(minor, text):
    assert in_units(minor) == text
