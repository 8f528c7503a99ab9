import pytest

from harness.errors import MisuseError
from harness.profile.pan_mask import NEVER_MASKED, forms


@pytest.mark.parametrize(("name", "allowed"), [
    ("cup6x4", {"6x4"}),
    ("pci6x4", {"6x4", "last4"}),
    ("pci_bin8x4", {"bin8x4", "6x4", "last4"}),
    ("facta5", {"last5", "last4"}),
    ("last4", {"last4"}),
    ("clear", {"clear"}),
])  # fmt: skip
def test_a_form_says_what_may_be_seen(name, allowed):
    assert forms({"pan_mask": name}, "merchant", "sale") == allowed


def test_the_default_is_six_and_four():
    assert forms({}, "", "") == {"6x4"}


def test_the_most_particular_exception_holds():
    listed = ("default last4", "merchant pci6x4", "preauth clear", "preauth/cardholder facta5")
    profile = {"pan_mask": listed}
    assert forms(profile, "bank", "sale") == {"last4"}
    assert forms(profile, "merchant", "sale") == {"6x4", "last4"}
    assert forms(profile, "merchant", "preauth") == {"clear"}
    assert forms(profile, "cardholder", "preauth") == {"last5", "last4"}
    assert forms({"pan_mask": ("preauth clear",)}, "merchant", "sale") == {"6x4"}


@pytest.mark.parametrize("transaction", sorted(NEVER_MASKED))
def test_off_line_slips_are_never_masked(transaction):
    allowed = forms({"pan_mask": "last4"}, "merchant", transaction)
    assert {"clear", "6x4", "last5"} <= allowed
    assert "other" not in allowed


@pytest.mark.parametrize("value", ["6x4", ("merchant 6x4",), 6])
def test_a_form_that_does_not_exist_is_misuse(value):
    with pytest.raises(MisuseError, match="pan_mask"):
        forms({"pan_mask": value}, "merchant", "sale")
