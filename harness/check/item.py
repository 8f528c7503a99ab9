"""Items of slips and messages as findings say them: names as words, amounts as money."""

from harness.terms.amount import in_units

_MINOR = "_minor"


def in_words(name: str, value: object) -> str:
    """Return name and value of an item.

    >>> in_words("amount_minor", 1234)
    'amount 12.34'
    """
    return f"{name_in_words(name)} {value_in_words(name, value)}"


def name_in_words(name: str) -> str:
    """Return the name of an item, "approval code"."""
    return name.removesuffix(_MINOR).replace("_", " ")


def value_in_words(name: str, value: object) -> str:
    """Return the value of an item: "12.34" of an amount in minor units."""
    return in_units(value) if name.endswith(_MINOR) and isinstance(value, int) else str(value)
