"""Asks the person at the bench for an act, on the terminal that the command was started from."""

from harness.errors import RigError

TTY = "/dev/tty"


def ask_human(prompt: str) -> None:
    """Show what is to be done and wait for ENTER.  Raises RigError when nobody can be asked."""
    try:
        with open(TTY, "w", encoding="utf-8") as screen, open(TTY, encoding="utf-8") as keys:
            print(f"\n>>> Please {prompt}, then press ENTER. ", end="", file=screen, flush=True)
            answer = keys.readline()
    except OSError as error:
        raise RigError(
            "operator: nobody can be asked, as there is no terminal: run this from one, or use "
            "an operator of kind command"
        ) from error
    if not answer:
        raise RigError("operator: the question was not answered")
