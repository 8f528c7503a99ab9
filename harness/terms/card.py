"""Cards, and how their numbers are hidden."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_PAN = re.compile(r"(?<!\d)\d{13,19}(?!\d)")
_LONGER = re.compile(r"\d{20,}")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # its digits summed


@dataclass(frozen=True, slots=True)
class Card:
    """A declared test card; `token` is what histories and reports call it.

    `expiry` is YYMM, `pin` what its issuer accepts; `balance_minor` what its account begins with.
    """

    token: str
    pan: str = field(repr=False)
    expiry: str = field(default="4912", repr=False)
    service_code: str = "220"
    discretionary: str = field(default="00000", repr=False)
    pin: str = field(default="", repr=False)
    name: str = ""
    organisation: str = "CUP"
    balance_minor: int = 1_000_000

    @property
    def track2(self) -> str:
        """Return track 2 as field 35 holds it, separator D."""
        return f"{self.pan}D{self.expiry}{self.service_code}{self.discretionary}"

    @property
    def masked(self) -> str:
        """Return the PAN as slips show it: first six, last four."""
        return mask_pan(self.pan)


def mask_pan(pan: str) -> str:
    """Return first six and last four digits, stars between."""
    return pan[:6] + "*" * (len(pan) - 10) + pan[-4:]


def mask(text: str) -> str:
    """Return `text` without any run of digits that could be a PAN or a track.

    Runs of 13 to 19 digits that pass Luhn keep six and four, longer ones always do.  Merchant and
    reference numbers that do not pass Luhn stay readable.
    """
    return _LONGER.sub(_mask_longer, _PAN.sub(_mask_run, text)) if len(text) > 12 else text


def _mask_run(found: re.Match[str]) -> str:
    return mask_pan(found[0]) if is_luhn(found[0]) else found[0]


def _mask_longer(found: re.Match[str]) -> str:
    return found[0][:6] + "*" * (len(found[0]) - 10) + found[0][-4:]


def is_luhn(digits: str) -> bool:
    """Tell whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1)."""
    values = [*map(int, reversed(digits))]
    return (sum(values[::2]) + sum(map(_DOUBLED.__getitem__, values[1::2]))) % 10 == 0


def token_of(masked: str, cards: Iterable[Card]) -> str | None:
    """Return the token of the one card that a masked PAN fits, None if none or several do."""
    fitting = [card.token for card in cards if _fits(masked, card.pan)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(masked: str, pan: str) -> bool:
    return (
        len(masked) == len(pan)
        and any(sign.isdigit() for sign in masked)
        and all(
            sign == digit or not sign.isdigit() for sign, digit in zip(masked, pan, strict=True)
        )
    )
