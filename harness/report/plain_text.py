"""Text that a device made, fit to be shown: nothing in it can steer a screen or reveal a card.

Control characters, changes of writing direction and what XML forbids become visible escapes.
What this returns still has to be escaped for HTML, XML or markup by whoever puts it there.
"""

import unicodedata
from functools import lru_cache

from harness.terms.card import mask

SIZE_MAX = 2000
REPEATED = 1 << 16
_RUN_SIZE_MAX = 40  # a PAN that begins before the cut is masked as a whole
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@lru_cache(maxsize=REPEATED)  # rows of many cases say the same again and again
def visible(text: str, *, size_max: int = SIZE_MAX) -> str:
    r"""Return one line of harmless text, cut to `size_max` characters of the original.

    >>> visible("paid\x1b[2J")
    'paid\\x1b[2J'
    """
    shown = mask(text[: size_max + _RUN_SIZE_MAX])[:size_max]
    if not shown.isprintable():
        shown = "".join(map(_character, shown))
    return shown if len(text) <= size_max else shown + "…"


def _character(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def money(amount_minor: int, *, signed: bool = False) -> str:
    """Return an amount as people write it: 1 000.00, with a real minus.

    >>> money(-123456), money(5, signed=True)
    ('−1 234.56', '+0.05')
    """
    major, minor = divmod(abs(amount_minor), 100)
    sign = "−" if amount_minor < 0 else "+" if signed and amount_minor else ""
    return f"{sign}{major:,}".replace(",", " ") + f".{minor:02d}"


def seconds(time_ns: int) -> str:
    """Return a time of the world in seconds, to the millisecond.

    >>> seconds(60_318_000_000)
    '60.318'
    """
    return f"{time_ns // 10**9}.{time_ns // 10**6 % 1000:03d}"
