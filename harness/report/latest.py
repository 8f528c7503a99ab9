"""reports/latest: the run that was reported last."""

import os
from collections.abc import Callable
from pathlib import Path

from harness.report.file import write_text, writing

Link = Callable[[str, Path], None]


def point_latest(reports: Path, run: str, link: Link = os.symlink) -> Path:
    """Point `reports`/latest at the run of that name, and return what was written.

    Where links cannot be made the name stands in latest.txt.  Raises MisuseError if neither can
    be written, as when somebody made a folder of that name.
    """
    latest, temporary = reports / "latest", reports / f".latest-{os.getpid()}"
    with writing(latest):
        temporary.unlink(missing_ok=True)
    try:
        link(run, temporary)
    except OSError:
        write_text(reports / "latest.txt", run + "\n")
        return reports / "latest.txt"
    with writing(latest):
        try:
            os.replace(temporary, latest)
        except OSError:
            temporary.unlink()
            raise
    return latest
