import pytest

from harness.check import fact
from tests.check.literal import history, row


def made(**facts):
    return history(row("till", "ok", **facts)).rows[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7), ("007", 7), (True, None), ("7a", None), ("", None), ("٧", None), (("7",), None)],
)
def test_a_number_is_whole_or_written_in_decimal_digits(value, expected):
    assert fact.number(made(stan=value), "stan") == expected


def test_what_is_not_known_or_of_another_type_is_none():
    assert fact.number(made(), "stan") is None
    assert fact.text(made(), "card") is None
    assert fact.text(made(card=7), "card") is None
    assert fact.text(made(card="card-1"), "card") == "card-1"
    assert fact.words(made(entries="a"), "entries") == ()
    assert fact.words(made(entries=("a",)), "entries") == ("a",)


def test_rows_agree_as_far_as_both_say_something():
    assert fact.agree(made(stan=7, batch="1"), made(stan="000007"), "stan", "batch")
    assert not fact.agree(made(stan=7), made(stan=8), "stan")
    assert not fact.agree(made(card="card-1"), made(card="card-2"), "card")


def test_facts_of_different_names_must_both_be_known():
    assert fact.agree_as(made(voucher=7), "voucher", made(stan="07"), "stan")
    assert not fact.agree_as(made(voucher=7), "voucher", made(stan=8), "stan")
    assert not fact.agree_as(made(), "voucher", made(stan=8), "stan")
    assert not fact.agree_as(made(voucher=8), "voucher", made(), "stan")
