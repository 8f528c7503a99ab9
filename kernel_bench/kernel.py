"""The kernel that is booted: Debian's image, and the modules of a rack's drivers, kept in a cache.

A kernel is made once for each version of its packages; what was not made whole is never found.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kernel_bench import gpio_sim, packages

CACHE = Path(__file__).parents[1] / ".cache/kernel-bench"
WANTED = (  # by the names that modules call each other
    "virtio_pci", "9p", "9pnet_virtio", "overlay", "configfs",
    "dummy_hcd", "libcomposite", "usb_f_acm", "usb_f_printer", "cdc_acm", "usblp",
)  # fmt: skip
_DEPENDS = re.compile(rb"\0depends=([^\0]*)\0")


@dataclass(frozen=True)
class Kernel:
    """One kernel in its folder; `modules` can be loaded in their order."""

    folder: Path

    @property
    def image(self) -> Path:
        """Return what is booted."""
        return self.folder / "vmlinuz"

    @property
    def modules(self) -> list[Path]:
        """Return the files of the modules."""
        names = (self.folder / "order").read_text().split()
        return [self.folder / name for name in names]


def ready() -> Kernel:
    """Return the kernel of this machine's packages, made if it is not in the cache.

    Raises PackageError, BuildError.
    """
    release = packages.release()
    folder = CACHE / f"{release}_{packages.version(release)}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _make(release, folder)
    return Kernel(folder)


def _make(release: str, folder: Path) -> None:
    print(f"kernel-bench: fetching {release}, and building {gpio_sim.MODULE} for it", flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as name:
        unpacked, made = Path(name) / "unpacked", Path(name) / "made"
        unpacked.mkdir()
        made.mkdir()
        packages.unpack(release, unpacked)
        shutil.copyfile(unpacked / f"boot/vmlinuz-{release}", made / "vmlinuz")
        there = {_name(path): path for path in unpacked.glob("lib/modules/*/kernel/**/*.ko")}
        there[_name(Path(gpio_sim.MODULE))] = gpio_sim.build(unpacked, release)
        _keep([there[each] for each in in_order([*WANTED, "gpio_sim"], there)], made)
        os.replace(made, folder)


def _name(path: Path) -> str:
    return path.stem.replace("-", "_")


def _keep(modules: Iterable[Path], folder: Path) -> None:
    names = []
    for each in modules:
        shutil.copyfile(each, folder / each.name)
        names.append(each.name)
    (folder / "order").write_text("\n".join(names) + "\n")


def in_order(wanted: Iterable[str], there: dict[str, Path]) -> Iterator[str]:
    """Yield the names of modules, each after those that it needs.

    What is not there is part of the kernel's image.
    """
    seen: set[str] = set()

    def walk(name: str) -> Iterator[str]:
        if name in seen or name not in there:
            return
        seen.add(name)
        for each in needs(there[name]):
            yield from walk(each)
        yield name

    for name in wanted:
        yield from walk(name)


def needs(module: Path) -> list[str]:
    """Return the names of the modules that a module says it depends on."""
    found = _DEPENDS.search(module.read_bytes())
    names = found[1].decode().replace("-", "_").split(",") if found else []
    return [each for each in names if each]
