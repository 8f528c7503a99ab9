"""The declared test cards of a bench, read from a file."""

from pathlib import Path
from typing import Any

import yaml

from harness.errors import ConfigError
from harness.terms.card import Card, is_luhn

_KEYS = frozenset(Card.__dataclass_fields__)


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
        kind = int if name == "balance_minor" else str
        if not isinstance(value, kind):
            raise ConfigError(f"{path}: card {place}: {name}: expected {kind.__name__}, in quotes")
    pan = found["pan"]
    if not (pan.isdigit() and 13 <= len(pan) <= 19 and is_luhn(pan)):
        raise ConfigError(f"{path}: card {place}: the PAN needs 13 to 19 digits that pass Luhn")
    return Card(**found)
