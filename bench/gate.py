"""A gate as a process of its own, held from here, between a caller and a listener of ours."""

import json
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.fault.plan import Plan
from harness.fault.point import parse
from harness.gate.holder import Holder, Words
from harness.link.length_prefix import PREFIX_SIZE, frame

PROGRAM = Path(sys.executable).with_name("pos-harness")
LOOPBACK = ("127.0.0.1", 0)
HEAD = bytes.fromhex("6000030000603100310100")
SOON_S = 30.0


def message(mti: str, size: int) -> bytes:
    """Return a frame of the host line, `size` bytes long."""
    body = HEAD + bytes.fromhex(mti)
    return frame(body + b"\x31" * (size - len(body) - PREFIX_SIZE))


@dataclass(eq=False)
class Held:
    """A gate that is ours; `done` gets what it tells when an action is carried out."""

    process: "subprocess.Popen[str]"
    listener: socket.socket
    near: tuple[str, int]
    control: tuple[str, int]
    holder: Holder = field(init=False)
    done: Words = field(init=False, default_factory=dict)
    passed: Counter[str] = field(init=False, default_factory=Counter)
    lost: str = field(init=False, default="")
    is_done: threading.Event = field(init=False, default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.holder = Holder(self.control, self._hear, self._lose)
        self.holder.hold()

    def begin(self, plan: Plan) -> None:
        """Have it play a plan."""
        self.is_done.clear()
        self.passed.clear()
        self.holder.begin(plan, 1.0, ())

    def call(self) -> tuple[socket.socket, socket.socket]:
        """Return both ends of a new line through the gate."""
        near = socket.create_connection(self.near, timeout=SOON_S)
        far, _ = self.listener.accept()
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.settimeout(SOON_S)
        return near, far

    def _hear(self, words: Words) -> None:
        match words["told"]:
            case "firing":
                self.holder.proceed(parse(words["point"]))
            case "done":
                self.done = words
                self.is_done.set()
            case "came" | "went" as what:
                self.passed[what] += 1

    def _lose(self, why: str) -> None:
        self.lost = why
        self.is_done.set()


@contextmanager
def gate_process(host: str, *words: str) -> Iterator[tuple["subprocess.Popen[str]", Any]]:
    """Start a gate before a host; give its process and its addresses."""
    command = [
        str(PROGRAM), "gate", "--host", host, "--listen", "127.0.0.1:0", "--control",
        "127.0.0.1:0", "--json", *words,
    ]  # fmt: skip
    quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **quiet) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield process, json.loads(line)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=SOON_S)


@contextmanager
def held_gate() -> Iterator[Held]:
    """Start a gate before a listener of ours, and hold it."""
    with socket.create_server(LOOPBACK) as listener:
        listener.settimeout(SOON_S)
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        with gate_process(host) as (process, addresses):
            near, control = (endpoint(addresses[name]) for name in ("listen", "control"))
            held = Held(process, listener, near, control)
            with closing(held.holder):
                yield held


def endpoint(text: str) -> tuple[str, int]:
    """Return host and port."""
    host, _, port = text.rpartition(":")
    return host, int(port)
