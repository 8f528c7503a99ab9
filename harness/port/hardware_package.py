"""Packages that only a bench with instruments needs: loaded when a bench names such a part."""

from importlib import import_module
from types import ModuleType

from harness.errors import MisuseError


def load_package(name: str) -> ModuleType:
    """Return the package or module of this name.  Raises MisuseError if it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise MisuseError(
            f"{name.partition('.')[0]} is not installed, and a part of the bench needs it: "
            "pip install 'pos-harness[hardware]'"
        ) from error
