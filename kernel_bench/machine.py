"""An emulated PC (QEMU, without hardware's help) that boots the kernel and shows its console."""

import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernel_bench import bytecode, initramfs, needs
from kernel_bench.kernel import Kernel

ROOT = Path(__file__).parents[1]
MEMORY_MB = 1024
PROCESSORS = 1  # two cost half as much again, as what each does is seen by the other
OPTIONS = {"dummy_hcd": "num=2"}  # two USB ports, for what is plugged in by itself
_FOLDERS = ("bin", "dev", "proc", "sys", "host", "layer", "root")
_ARGUMENTS = (
    "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on tsc=reliable no_timer_check "
    "kernel_bench"  # by which tests know where they are
)


@dataclass(frozen=True)
class Machine:
    """One PC; `out` is the folder of the host's in which it may write."""

    kernel: Kernel
    out: Path
    tests: Sequence[str]

    def run(self, within_s: float, tell: Callable[[str], object]) -> bool:
        """Boot, and give each line of its console to `tell`; tell whether it ended by itself."""
        first = self.out / "initramfs.gz"
        first.write_bytes(self._first_files())
        with _switched_on(self._command(first)) as process, _limited(process, within_s) as is_late:
            assert process.stdout is not None
            for line in process.stdout:
                tell(line.rstrip())
            process.wait()
        first.unlink()
        return not is_late() and process.returncode == 0

    def _first_files(self) -> bytes:
        modules = self.kernel.modules
        order = [f"{each.name} {OPTIONS.get(each.stem, '')}" for each in modules]
        place = {
            "ROOT": str(ROOT), "PYTHON": sys.executable, "BYTECODE": str(bytecode.FOLDER),
            "WORDS": shlex.join(bytecode.WORDS), "TESTS": shlex.join(self.tests),
        }  # fmt: skip
        files = {
            "init": (Path(__file__).parent / "init").read_bytes(),
            "place": _assignments(place),
            "bin/busybox": needs.busybox().read_bytes(),
            "modules/order": ("\n".join(order) + "\n").encode(),
        }
        files |= {f"modules/{each.name}": each.read_bytes() for each in modules}
        return initramfs.archive(files, _FOLDERS)

    def _command(self, first: Path) -> list[str]:
        return [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max",
            "-smp", str(PROCESSORS), "-m", str(MEMORY_MB), "-serial", "stdio",
            "-kernel", str(self.kernel.image), "-initrd", str(first), "-append", _ARGUMENTS,
            "-virtfs", f"{_share('host', Path('/'))},readonly=on,multidevs=remap",
            "-virtfs", _share("out", self.out),
        ]  # fmt: skip


def _share(tag: str, folder: Path) -> str:
    return f"local,path={folder},mount_tag={tag},security_model=none"


def _switched_on(command: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip


def _assignments(values: dict[str, str]) -> bytes:
    """Return lines that a shell reads."""
    return "".join(f"{name}={shlex.quote(text)}\n" for name, text in values.items()).encode()


@contextmanager
def _limited(process: "subprocess.Popen[str]", within_s: float) -> Iterator[Callable[[], bool]]:
    """Switch it off when its time is over; what is given tells whether that was done."""
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(within_s, end)
    timer.start()
    try:
        yield late.is_set
    finally:
        timer.cancel()
        process.kill()
