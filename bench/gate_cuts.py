"""Cuts at random bytes and messages through a gate, each counted on both sides.

python -m bench.gate_cuts [COUNT [SEED]]: prints how many were exact, by way of cutting.
"""

import random
import select
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from bench.gate import SOON_S, Held, held_gate, message
from harness.fault.plan import Cut, Plan
from harness.link.length_prefix import split

COUNT, SEED = 10_000, 1
MESSAGES_MAX, SIZE_MIN, SIZE_MAX = 5, 20, 1500
How = Literal["rst", "fin", "silence", "half_open"]
HOWS: tuple[How, ...] = ("rst", "fin", "silence", "half_open")


@dataclass(frozen=True)
class Trial:
    """One cut: which end sends what, and where it is cut; `is_joined`: by one write."""

    sender: str
    sizes: tuple[int, ...]
    kind: str
    at: int  # index of the message
    keep: int | None
    how: How
    is_joined: bool

    @property
    def receiver(self) -> str:
        """Return the other end."""
        return "host" if self.sender == "terminal" else "terminal"

    @property
    def frames(self) -> list[bytes]:
        """Return what is sent."""
        mti = "0200" if self.sender == "terminal" else "0210"
        return [message(mti, size) for size in self.sizes]

    @property
    def expected(self) -> bytes:
        """Return what must arrive, no byte more or less."""
        return b"".join([*self.frames[: self.at], self.frames[self.at][: self.keep]])

    @property
    def plan(self) -> Plan:
        """Return the plan that cuts there."""
        actor = self.sender if self.kind == "tx" else self.receiver
        mti = "0200" if self.sender == "terminal" else "0210"
        point = f"{self.kind} {actor} {mti} #{self.at + 1}"
        return Plan().also(point, Cut(keep=self.keep, how=self.how))


def draw(dice: random.Random) -> Trial:
    """Return a trial at random; half of the cuts stand between messages."""
    sizes = tuple(dice.randint(SIZE_MIN, SIZE_MAX) for _ in range(dice.randint(1, MESSAGES_MAX)))
    at = dice.randrange(len(sizes))
    keep = dice.choice([0, None]) if dice.random() < 0.5 else dice.randint(1, sizes[at] - 1)
    return Trial(
        dice.choice(["terminal", "host"]), sizes, dice.choice(["tx", "rx"]), at, keep,
        dice.choice(HOWS), dice.random() < 0.5,
    )  # fmt: skip


def carry_out(held: Held, trial: Trial) -> str:
    """Return what was wrong with a cut, "" if it was exact on both sides."""
    held.begin(trial.plan)
    near, far = held.call()
    with near, far:
        sender, receiver = (near, far) if trial.sender == "terminal" else (far, near)
        is_refused = _send(sender, trial)
        if not held.is_done.wait(SOON_S) or held.lost:
            return held.lost or "it was never told done"
        got, end = drained(receiver)
        back, seen = drained(sender)
        seen = "rst" if is_refused and seen == "fin" else seen
        return _fault(held, trial, got, end) or _fault_of_sender(trial, back, seen)


def _send(sender: socket.socket, trial: Trial) -> bool:
    """Send all; tell whether the line was reset meanwhile: that is told once, here or to a read."""
    frames = trial.frames
    try:
        for data in [b"".join(frames)] if trial.is_joined else frames:
            sender.sendall(data)
    except ConnectionError:
        return True
    return False


def drained(line: socket.socket) -> tuple[bytes, str]:
    """Return what came and how it ended: rst, fin, or silence."""
    got = b""
    while select.select([line], [], [], 0)[0]:
        try:
            data = line.recv(65_536)
        except ConnectionResetError:
            return got, "rst"
        if not data:
            return got, "fin"
        got += data
    return got, "silence"


def _fault(held: Held, trial: Trial, got: bytes, end: str) -> str:
    if got != trial.expected:
        return f"{len(got)} bytes arrived instead of {len(trial.expected)}"
    told_end = trial.sender if trial.kind == "tx" else trial.receiver
    wanted = {"half_open": "rst" if told_end == trial.receiver else "silence"}
    if end != wanted.get(trial.how, trial.how):
        return f"the receiver saw {end}"
    whole = len(split(trial.expected)[0])
    counted = held.done["delivered"][trial.receiver]
    if counted != len(got) or not held.done["is_exact"]:
        return f"the gate counted {counted} bytes where {len(got)} arrived"
    if held.passed != Counter(came=trial.at + 1, went=whole):
        return f"the gate counted {dict(held.passed)} where {trial.at + 1} came and {whole} went"
    return ""


def _fault_of_sender(trial: Trial, got: bytes, end: str) -> str:
    told_end = trial.sender if trial.kind == "tx" else trial.receiver
    wanted = {"half_open": "rst" if told_end == trial.sender else "silence"}
    if got or end != wanted.get(trial.how, trial.how):
        return f"the sender saw {end} and {len(got)} bytes"
    return ""


def run(count: int, seed: int) -> tuple[Counter[str], list[tuple[Trial, str]]]:
    """Return how many were carried out by way of cutting, and those that were not exact."""
    dice, made, wrong = random.Random(seed), Counter[str](), list[tuple[Trial, str]]()
    with held_gate() as held:
        for _ in range(count):
            trial = draw(dice)
            made[trial.how] += 1
            if fault := carry_out(held, trial):
                wrong.append((trial, fault))
    return made, wrong


def main(count: int = COUNT, seed: int = SEED) -> int:
    """Print the figures; exit code 1 if one cut was not exact."""
    begun_s = time.monotonic()
    made, wrong = run(count, seed)
    for how, number in sorted(made.items()):
        missed = sum(trial.how == how for trial, _ in wrong)
        print(f"{how:<10} {number - missed:>6} of {number} exact")
    for trial, fault in wrong[:5]:
        print(f"not exact: {fault}: {trial}")
    took_s = time.monotonic() - begun_s
    print(f"{count - len(wrong)} of {count} exact, seed {seed}, {took_s:.0f} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
