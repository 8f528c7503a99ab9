"""Facts of a row by type; what is not known, or is not of that type, is None."""

from harness.history.record import Row


def text(row: Row, name: str) -> str | None:
    """Return a fact that is text."""
    found = row.facts.get(name)
    return found if isinstance(found, str) else None


def number(row: Row, name: str) -> int | None:
    """Return a fact that is a whole number, also one written in decimal digits."""
    found = row.facts.get(name)
    if isinstance(found, str):
        return int(found) if found.isascii() and found.isdigit() else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def words(row: Row, name: str) -> tuple[str, ...]:
    """Return a fact that is a tuple of texts, empty if it is not known."""
    found = row.facts.get(name)
    return found if isinstance(found, tuple) else ()


def agree(one: Row, other: Row, *names: str) -> bool:
    """Tell whether two rows say the same of these, as far as both say something.

    Numbers agree with their decimal digits, leading zeros or not.
    """
    return all(
        _comparable(one, name) == _comparable(other, name)
        for name in names
        if name in one.facts and name in other.facts
    )


def agree_as(one: Row, name: str, other: Row, other_name: str) -> bool:
    """Tell whether two facts of different names are both known and the same."""
    if name not in one.facts or other_name not in other.facts:
        return False
    return _comparable(one, name) == _comparable(other, other_name)


def _comparable(row: Row, name: str) -> object:
    as_number = number(row, name)
    return row.facts[name] if as_number is None else as_number
