"""A terminal outside our tree on a bench of its own: a foreign process, cables, robot, switch.

The process is our emulator, as `pos-harness serve` starts it: what matters is that the harness
has nothing of it but a serial line, a printer line, a TCP call and three commands.  Each cable is
a pair of pseudo terminals that outlives the process, so its death is silence, as on a real line.
"""

import os
import select
import socket
import sys
import threading
import tty
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.live.program import PROGRAM, ROOT, key_file

SHORT_TIMES = {"answer_timeout_s": 2, "connect_timeout_s": 2, "reversal_due_s": 10}
IDENTITY = {
    "terminal_id": "10000001",
    "merchant_id": "104110045110012",
    "merchant_name": "银杏超市 GINKGO STORE",
    "cards": str(ROOT / "fixtures/cards.yaml"),
}
BOOT_S = 0.2  # beyond the time until its control port answers
BOOT_LOOKS = 1600  # for that port, twenty a second: a PC that has much else to do is slow
COMMAND_S = 100  # what a command may take, and that must be more


class Cable:
    """Two pseudo terminals back to back; `ends` are what the two sides open."""

    def __init__(self):
        self._theirs = _pair()
        self._stop, self._stopped = os.pipe()
        self.plug()

    def plug(self):
        """Give our side a port, with another name after a `pull`."""
        self._ours = _pair()
        self.ends = tuple(os.ttyname(pair[1]) for pair in (self._theirs, self._ours))
        self._is_plugged = True
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def _carry(self):
        other = {self._theirs[0]: self._ours[0], self._ours[0]: self._theirs[0]}
        while True:
            ready, _, _ = select.select([*other, self._stop], [], [])
            if self._stop in ready:
                os.read(self._stop, 1)
                return
            for fd in ready:
                os.write(other[fd], os.read(fd, 4096))

    def mute(self):
        """Carry nothing any more; twice is fine."""
        if self._thread.is_alive():
            os.write(self._stopped, b"x")
            self._thread.join()

    def pull(self):
        """Take our side's port away, as an adapter that is pulled; twice is fine."""
        self.mute()
        if self._is_plugged:
            self._is_plugged = False
            for fd in self._ours:
                os.close(fd)

    def close(self):
        self.pull()
        for fd in (*self._theirs, self._stop, self._stopped):
            os.close(fd)


def _pair():
    pair = os.openpty()
    for fd in pair:
        tty.setraw(fd)
    return pair


ROBOT = """#!{python} -SE
import socket, sys
act = " ".join(sys.argv[1:]) if sys.argv[1] != "pin" else "pin " + sys.stdin.read()
with socket.create_connection(("127.0.0.1", {control}), timeout=60) as line:
    line.sendall(act.encode() + b"\\n")
    said = line.makefile().readline().strip()
sys.exit(0 if said == "ok" else said or "no answer")
"""

SWITCH = """#!{python} -SE
import contextlib, os, pathlib, signal, socket, subprocess, sys, time
pid = pathlib.Path("{pid}")
if sys.argv[1] == "off":
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.kill(int(pid.read_text()), signal.SIGKILL)
    sys.exit()
with open("{log}", "ab") as log:
    terminal = subprocess.Popen({command!r}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                start_new_session=True, cwd={root!r})
pid.write_text(str(terminal.pid))
for _ in range({boot_looks}):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", {control})) == 0:
            sys.exit()
    if terminal.poll() == -signal.SIGKILL:  # switched off again meanwhile
        sys.exit()
    if terminal.poll() is not None:
        break
    time.sleep(0.05)
said = pathlib.Path("{log}").read_text("utf-8", "replace")[-1000:]
sys.exit("the terminal did not boot; it says: " + said)
"""


@dataclass
class Bench:
    """A bench that is ready; `devices` is the file that describes it to the harness."""

    folder: Path
    till: Cable
    paper: Cable
    host: int  # port on which the terminal looks for its host
    control: int  # port of its robot

    @property
    def devices(self):
        return self.folder / "devices.yaml"

    @property
    def pid_file(self):
        return self.folder / "terminal.pid"

    @property
    def robot(self):
        return self.folder / "robot"

    @property
    def switch(self):
        return self.folder / "switch"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@contextmanager
def outside_bench(folder, *words, **profile):
    """Put the bench together in a folder and switch the terminal on; take it apart afterwards.

    words: more of the command that starts the terminal.  profile: beyond the short times.
    """
    bench = Bench(folder, Cable(), Cable(), free_port(), free_port())
    try:
        write_bench(bench, words, SHORT_TIMES | profile)
        run(bench.switch, "on")
        yield bench
    finally:
        with suppress(OSError, RuntimeError):
            run(bench.switch, "off")
        bench.till.close()
        bench.paper.close()


def run(program, *words):
    code = os.spawnl(os.P_WAIT, str(program), str(program), *words)
    if code:
        raise RuntimeError(f"{program} {words} ended with {code}")


def write_bench(bench, words, profile):
    """Write the files of a bench; return the command that starts its terminal."""
    folder, theirs = bench.folder, bench.folder / "terminal.yaml"
    same = IDENTITY | {"tmk_file": str(key_file(folder)), "profile": profile}
    _describe(theirs, "terminal", same | {"terminal": {"kind": "emulated", "ecr": "zvt_serial"}})
    command = [
        str(PROGRAM), "serve", "--json", "--devices", str(theirs),
        "--host", f"127.0.0.1:{bench.host}", "--ecr", bench.till.ends[0],
        "--printer", bench.paper.ends[0], "--state", str(folder / "state"),
        "--control", str(bench.control), *words,
    ]  # fmt: skip
    filled = {
        "python": sys.executable, "control": bench.control, "pid": bench.pid_file,
        "command": command, "root": str(ROOT), "log": folder / "terminal.log",
        "boot_looks": BOOT_LOOKS,
    }  # fmt: skip
    _script(bench.robot, ROBOT, filled)
    _script(bench.switch, SWITCH, filled)
    _describe(bench.devices, "ext", same | _surroundings(bench))
    return command


def _surroundings(bench):
    robot, switch = bench.robot, bench.switch
    return {
        "terminal": {
            "kind": "external", "ecr": bench.till.ends[1], "printer": bench.paper.ends[1],
            "model": "emulator in a process of its own", "serial_number": "1", "firmware": "0.1.0",
            "application": "reference 0.1.0", "checksum": "none",
        },
        "host": {"kind": "emulated", "listen": f"127.0.0.1:{bench.host}"},
        "operator": {
            "kind": "command", "present_card": f"{robot} card {{card}}",
            "key_pin": f"{robot} pin", "press": f"{robot} key {{key}}", "timeout_s": COMMAND_S,
        },
        "power": {
            "kind": "command", "off": f"{switch} off", "on": f"{switch} on", "boot_s": BOOT_S,
            "timeout_s": COMMAND_S,
        },
    }  # fmt: skip


def _describe(path, name, device):
    text = yaml.safe_dump({"version": 1, "devices": {name: device}}, allow_unicode=True)
    path.write_text(text, "utf-8")


def _script(path, text, filled):
    path.write_text(text.format(**filled))
    path.chmod(0o700)
