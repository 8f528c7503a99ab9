import pytest

from harness.check.item import in_words, name_in_words, value_in_words


def test_amounts_are_money_and_names_are_words():
    assert in_words("amount_minor", 123456) == "amount 1,234.56"
    assert in_words("approval_code", "012345") == "approval code 012345"
    assert name_in_words("debit_minor") == "debit"


@pytest.mark.parametrize(("value", "said"), [("absent", "absent"), (7, "0.07"), (-100, "-1.00")])
def test_what_is_no_number_is_said_as_it_is(value, said):
    assert value_in_words("amount_minor", value) == said


def test_other_numbers_stay_numbers():
    assert value_in_words("voucher", 123456) == "123456"
