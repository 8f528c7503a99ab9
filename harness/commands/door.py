"""The door of the command line: every way in which a command can end becomes an exit code.

A command returns its exit code, or raises.  Nothing that was typed is shown again in an error: a
word in the wrong place may be a PAN, a PIN or a key.
"""

import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any, TextIO

import typer
from typer.core import TyperGroup

from harness.commands.concealment import printed
from harness.commands.exit_code import FAIL, INCONCLUSIVE, INTERRUPTED, MISUSE, PIPE_CLOSED
from harness.commands.output import say
from harness.errors import DecodeError, HarnessError, MisuseError

# typer has no public name for it: the error of the parser that all usage errors are
PARSER_ERROR: type[Exception] = typer.BadParameter.__mro__[2]
TYPED = re.compile(r"(?=[A-Za-z]*\d)[0-9A-Za-z*=]{4,}|[0-9A-Fa-f]{8,}")
LONG_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
WHERE_TO_REPORT = "run it again as pos-harness --debug ... and report what it prints as an issue"


class Door(TyperGroup):
    """The group of all commands."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: object,
    ) -> object:
        """Run the command that `args` name; exits with its code if `standalone_mode`."""
        for stream in (sys.stdout, sys.stderr):
            _escape_unwritable(stream)
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except PARSER_ERROR as error:
            code = _usage(error)
        except (typer.Abort, KeyboardInterrupt):  # Ctrl-C at a prompt, or before the command ran
            code = _interrupted()
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401  # typer has no public name for it
        """Run a command and return its exit code, whatever it raises."""
        try:
            code = super().invoke(ctx)
            if sys.stdout:
                sys.stdout.flush()  # here, where a closed pipe can still be answered for
        except (typer.Exit, typer.Abort, PARSER_ERROR):
            raise
        except KeyboardInterrupt:
            return _interrupted()
        except OSError as error:
            return _refused(error)
        except Exception as error:  # noqa: BLE001  # a bug of ours must not read as a verdict
            return _failed(error, is_debugging=bool(ctx.params.get("debug")))
        return code


def _failed(error: Exception, *, is_debugging: bool) -> int:
    if isinstance(error, HarnessError):
        _complain(LONG_HEX.sub("...", str(error)))
        if isinstance(error, DecodeError):
            return FAIL
        return MISUSE if isinstance(error, MisuseError) else INCONCLUSIVE
    if is_debugging:
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}, line {frame.lineno}"
    _complain(f"a bug in pos-harness: {type(error).__name__} in {where}: {WHERE_TO_REPORT}")
    return INCONCLUSIVE


def _refused(error: OSError) -> int:
    """Answer for what the system refuses beside the files that commands open: output, mostly."""
    _abandon_output()
    if isinstance(error, BrokenPipeError):
        return PIPE_CLOSED
    _complain(f"the system refused: {error.strerror or type(error).__name__}: nothing is proved")
    return INCONCLUSIVE


def _abandon_output() -> None:
    """Send what is still buffered nowhere, or the interpreter complains when it ends."""
    try:
        handle = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):  # no standard output, or one that is no file
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, handle)
    os.close(nowhere)


def _usage(error: Exception) -> int:
    """Say what was wrong with the words of the command, without what was typed."""
    said = str(getattr(error, "format_message", error.__str__)())
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "pos-harness"
    _complain(f"{TYPED.sub('...', said).rstrip('. ')}: see {path} --help")
    return MISUSE


def _interrupted() -> int:
    _complain("interrupted")
    return INTERRUPTED


def _complain(message: str) -> None:
    say(printed(f"error: {message}"))


def _escape_unwritable(stream: TextIO | None) -> None:
    """Have characters that the stream's coding lacks written as escapes."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")
