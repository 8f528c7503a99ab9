"""Amounts as people read them."""


def in_units(amount_minor: int | None) -> str:
    """Return an amount in units and cents, as reports write it; a question mark if unknown.

    >>> in_units(-123456)
    '-1,234.56'
    """
    if amount_minor is None:
        return "?"
    return f"{'-' * (amount_minor < 0)}{abs(amount_minor) // 100:,}.{abs(amount_minor) % 100:02}"
