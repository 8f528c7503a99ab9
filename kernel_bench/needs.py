"""What this machine lacks to build and boot the bench's kernel, each with its remedy."""

import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from kernel_bench import packages

PROGRAMS = {  # and the package of Debian that has it
    "qemu-system-x86_64": "qemu-system-x86",
    "busybox": "busybox-static",
    "gcc": "gcc",
    "make": "make",
}
DISTRIBUTION = "debian"


def missing() -> str:
    """Return one sentence: what is missing and how to get it; "" if nothing is."""
    return next(_reasons(), "")


def _reasons() -> Iterator[str]:
    if platform.machine() != "x86_64":
        yield f"the kernel is built for x86_64, and this machine is {platform.machine()}"
    if (found := _distribution()) != DISTRIBUTION:
        yield f"the kernel is made of Debian's packages, and this machine runs {found}"
    if lacking := [each for name, each in PROGRAMS.items() if not shutil.which(name)]:
        yield f"install them: apt-get install --no-install-recommends {' '.join(lacking)}"
    if not packages.release():
        yield f"apt knows no {packages.META}: apt-get update"


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except (OSError, KeyError):
        return platform.system()


def busybox() -> Path:
    """Return the program that is the guest's first shell; it must not need any library."""
    found = shutil.which("busybox")
    assert found, "looked for before"
    return Path(found)
