"""The declared test cards of a bench, read from a file; a card of anybody else's ends the case."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from harness.check.safety import UNKNOWN_CARD
from harness.errors import ConfigError, RigError
from harness.history.record import Recorder, Row
from harness.terms.card import Card, is_luhn

_KEYS = frozenset(Card.__dataclass_fields__)
_FORMS = {  # what is keyed or on the stripe, and how that is said
    "token": (r"[\w-]{1,40}", "a word of letters, digits and -"),
    "pan": (r"\d{13,19}", "13 to 19 digits"),
    "expiry": (r"\d{2}(0[1-9]|1[0-2])", "YYMM"),
    "service_code": (r"\d{3}", "three digits"),
    "discretionary": (r"\d{0,13}", "up to 13 digits"),
    "pin": (r"|\d{4,12}", "4 to 12 digits, or nothing"),
}
TRACK2_SIZE_MAX = 37


def load_cards(path: Path) -> tuple[Card, ...]:
    """Return the cards of a file.  Raises ConfigError; a message never shows a PAN."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; declare the test cards there") from error
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError(f"{path}: this is no YAML; expected a list of cards") from None
    if not isinstance(found, list) or not found:
        raise ConfigError(f"{path}: expected a list of cards, each with token and pan")
    cards = tuple(_card(path, place, each) for place, each in enumerate(found, start=1))
    if len({card.token for card in cards}) < len(cards):
        raise ConfigError(f"{path}: two cards have the same token; give each its own")
    return cards


def _card(path: Path, place: int, found: Any) -> Card:  # noqa: ANN401  # whatever YAML holds
    if not isinstance(found, dict) or not {"token", "pan"} <= found.keys():
        raise ConfigError(f"{path}: card {place}: expected token and pan")
    if unknown := sorted(set(found) - _KEYS):
        raise ConfigError(f"{path}: card {place}: unknown key {unknown[0]!r}; remove it")
    for name, value in found.items():
        kind, said = (int, "a whole number") if name == "balance_minor" else (str, "text in quotes")
        if type(value) is not kind:
            raise ConfigError(f"{path}: card {place}: {name}: expected {said}")
    for name, (form, said) in _FORMS.items():
        if name in found and not re.fullmatch(form, found[name], re.ASCII):
            raise ConfigError(f"{path}: card {place}: {name}: expected {said}")
    card = Card(**found)
    if not is_luhn(card.pan):
        raise ConfigError(f"{path}: card {place}: pan: the last digit is not the check digit")
    if len(card.track2) > TRACK2_SIZE_MAX:
        raise ConfigError(f"{path}: card {place}: track 2 is too long: shorten `discretionary`")
    return card


class CardGuard:
    """Looks before each verb at what has happened since the last one that it let pass."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder, self._passed = recorder, 0

    def __call__(self) -> None:
        """Raise RigError if no verb may follow what has happened."""
        rows = self._recorder.since(self._passed)
        require_declared(rows)
        self._passed += len(rows)


def require_declared(rows: Iterable[Row]) -> None:
    """Raise RigError if a card has passed that nobody declared: it may be a real one."""
    for row in rows:
        if row.kind in {"tx", "rx"} and row.facts.get("card") == UNKNOWN_CARD:
            raise RigError(
                f"card not on the test list (row {row.index}): the case ends here, its money is "
                "nobody's to move; use one of the declared cards"
            )
