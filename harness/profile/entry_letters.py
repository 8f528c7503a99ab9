"""The letter after a printed card number: the parameter `entry_letters`.

Each entry is the first two digits of field 22 and a letter that may stand for it: "02 S".

Source: slips of UnionPay terminal programs, which differ: I or C for a chip, P or C contactless.
"""

from functools import lru_cache

from harness.profile.defaults import Profile, words


def letters(profile: Profile, entry_mode: str) -> frozenset[str]:
    """Return the letters that may stand for a field 22; empty if the profile does not say."""
    return _letters(words(profile, "entry_letters"), entry_mode[:2])


@lru_cache(maxsize=64)
def _letters(entries: tuple[str, ...], mode: str) -> frozenset[str]:
    pairs = (entry.partition(" ") for entry in entries)
    return frozenset(letter for own, _, letter in pairs if own == mode)
