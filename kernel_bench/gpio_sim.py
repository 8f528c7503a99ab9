"""gpio-sim as a module of a kernel that was built without it, from that kernel's own source.

gpio-sim needs irq_sim, which such a kernel lacks too: both become one module.  The one call of
irq_sim that modules may not make is replaced by the one that they may.
"""

import shutil
import subprocess
import tarfile
from pathlib import Path

MODULE = "gpio-sim"
_SOURCES = {  # in the kernel's tree, and here: a module and its parts must differ in name
    "drivers/gpio/gpio-sim.c": "chip.c",
    "drivers/gpio/gpiolib.h": "gpiolib.h",
    "kernel/irq/irq_sim.c": "irq_sim.c",
}
_KBUILD = f"obj-m := {MODULE}.o\n{MODULE}-y := chip.o irq_sim.o\n"
_KEPT_FROM_MODULES = "handle_simple_irq(irq_to_desc(irqnum))"
_FOR_MODULES = "generic_handle_irq(irqnum)"
_TAIL_SIZE = 2000  # characters of what a compiler says


class BuildError(Exception):
    """The module cannot be built; the message is what was said."""


def build(unpacked: Path, release: str) -> Path:
    """Return the module, built from the packages that are unpacked.  Raises BuildError."""
    folder = unpacked / "build"
    folder.mkdir()
    _take_sources(unpacked, folder)
    (folder / "Makefile").write_text(_KBUILD)
    headers = _headers(unpacked, release)
    command = ["make", "-C", str(headers), f"M={folder}", "modules"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{' '.join(command)}: {(done.stdout + done.stderr)[-_TAIL_SIZE:]}")
    module = folder / f"{MODULE}.ko"
    subprocess.run(["strip", "--strip-debug", module], check=True)
    return module


def _take_sources(unpacked: Path, folder: Path) -> None:
    (archive,) = unpacked.glob("usr/src/linux-source-*.tar.xz")
    wanted = dict(_SOURCES)
    with tarfile.open(archive, "r|xz") as source:
        for member in source:
            name = wanted.pop(member.name.partition("/")[2], None)
            if name:
                data = source.extractfile(member)
                assert data is not None  # they are files
                (folder / name).write_bytes(data.read())
            if not wanted:
                break
    if wanted:
        raise BuildError(f"{archive.name} has no {', '.join(wanted)}")
    _mend(folder / "irq_sim.c")


def _mend(file: Path) -> None:
    text = file.read_text()
    if _KEPT_FROM_MODULES not in text:
        raise BuildError(f"{file.name} has no {_KEPT_FROM_MODULES}: it is another than was tried")
    file.write_text(text.replace(_KEPT_FROM_MODULES, _FOR_MODULES))


def _headers(unpacked: Path, release: str) -> Path:
    """Return the folder to build in, told that it is not installed in /usr/src."""
    folder = unpacked / f"usr/src/linux-headers-{release}"
    makefile = folder / "Makefile"
    makefile.write_text(makefile.read_text().replace("/usr/src/", f"{unpacked}/usr/src/"))
    for name in ("scripts", "tools"):  # links of Debian's tree, which lead out of a copy
        assert (folder / name).exists(), f"{folder / name} leads nowhere"
    return folder


def remove(unpacked: Path) -> None:
    """Remove what was unpacked; it is a gigabyte."""
    shutil.rmtree(unpacked)
