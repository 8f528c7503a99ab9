r"""The file that says what a relay or a robot at a serial port is told, and what it answers.

    version: 1
    send_end: "\r"
    timeout_s: 2
    acts:
      energise: [{send: "relay on {channel}", expect: ">"}]
      release: [{send: "relay off {channel}", expect: ">"}]
      read: [{send: "relay read {channel}", expect: "(on|off)"}]

A relay has energise, release and, if it can tell, read: the group of its pattern is the state.
A robot has present_card (with {card}), press (with {key}) and rest.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, Field, ValidationError

from harness.errors import ConfigError
from harness.port.dialogue import Dialogue, Exchange
from harness.rig.config_sentence import sentence
from harness.rig.wiring import Part


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no pattern: {error}: mend it, or put a \\ before its signs") from None
    return text


class _Exchange(Part):
    send: str
    expect: Annotated[str, AfterValidator(_pattern)] = ""


class _DialogueFile(Part):
    version: Literal[1]
    send_end: str = "\r\n"
    timeout_s: float = Field(default=2.0, gt=0, le=60)
    acts: dict[str, list[_Exchange]]


def load_dialogue(path: Path) -> Dialogue:
    """Return the dialogue of a file.  Raises ConfigError with the place and the remedy."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; write it (see fixtures/dialogues) or mend `dialogue`"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError(f"{path}: this is no YAML; mend the indentation or quotes") from None
    try:
        file = _DialogueFile.model_validate(found)
    except ValidationError as error:
        raise ConfigError(sentence(path, [dict(each) for each in error.errors()])) from None
    acts = {
        name: tuple(Exchange(each.send, each.expect) for each in exchanges)
        for name, exchanges in file.acts.items()
    }
    return Dialogue(acts, file.send_end, file.timeout_s)
