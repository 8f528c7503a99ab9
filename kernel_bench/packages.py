"""Debian's packages of one kernel: downloaded and unpacked in a folder, never installed."""

import re
import subprocess
from pathlib import Path

META = "linux-image-amd64"
_IMAGE = re.compile(r"Depends: linux-image-(\S+)")
_FOR_MODULES = re.compile(r"Depends: (linux-(?:headers|kbuild)-\S+)")


class PackageError(Exception):
    """A package that cannot be had, or is not of the kernel's version; the message says which."""


def release() -> str:
    """Return the release of the kernel that apt would install, such as 6.1.0-56-amd64."""
    found = _IMAGE.search(_asked("apt-cache", "depends", META))
    return found[1] if found else ""


def version(of_release: str) -> str:
    """Return the version of its packages, such as 6.1.192-2."""
    found = re.search(r"Candidate: (\S+)", _asked("apt-cache", "policy", _image(of_release)))
    if not found:
        raise PackageError(f"apt has no candidate for {_image(of_release)}: apt-get update")
    return found[1]


def _image(of_release: str) -> str:
    return f"linux-image-{of_release}"


def _names(of_release: str) -> list[str]:
    """Return the packages of the kernel, of what modules are built with, and of its source."""
    headers = f"linux-headers-{of_release}"
    source = ".".join(of_release.split(".")[:2])
    beside = _FOR_MODULES.findall(_asked("apt-cache", "depends", headers))
    return [_image(of_release), headers, *beside, f"linux-source-{source}"]


def unpack(of_release: str, folder: Path) -> None:
    """Download what belongs to the kernel and unpack it below a folder.  Raises PackageError."""
    wanted = version(of_release)
    pinned = [f"{name}={wanted}" for name in _names(of_release)]
    done = subprocess.run(
        ["apt-get", "download", "-q", *pinned],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PackageError(f"apt-get download {' '.join(pinned)}: {done.stderr.strip()}")
    for file in sorted(folder.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", file, folder], check=True)
        file.unlink()


def _asked(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout
