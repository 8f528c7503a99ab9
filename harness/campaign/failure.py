"""What was raised while a case was played, as a sentence."""

import traceback
from pathlib import Path

from harness.errors import HarnessError
from harness.history.record import masked


def sentence_of(error: Exception) -> str:
    """Return what went wrong, and where if it is a bug in a machine or in a suite; masked."""
    said = masked(f"{type(error).__name__}: {error}")
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, HarnessError) or not frames:
        return said
    return f"{said} ({Path(frames[-1].filename).name}, line {frames[-1].lineno})"
