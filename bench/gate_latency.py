"""What a gate adds to a round trip: the same load with and without it, turn by turn.

python -m bench.gate_latency [TRIPS]: prints median and p99 of both, and the ratio of medians.
"""

import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

from bench.figure import Figure
from bench.gate import LOOPBACK, SOON_S, endpoint, gate_process, message
from harness.fault.plan import Cut, Plan
from harness.gate.holder import Holder

TRIPS, TURN = 3000, 100
REQUEST, ANSWER = message("0200", 114), message("0210", 147)


def _serve(told: Connection) -> None:
    with socket.create_server(LOOPBACK) as listener:
        told.send(listener.getsockname()[1])
        while True:
            line, _ = listener.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_answer, args=(line,), daemon=True).start()


def _answer(line: socket.socket) -> None:
    with line:
        while _read(line, len(REQUEST)):
            line.sendall(ANSWER)


def _read(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := line.recv(size - len(data))):
        data += piece
    return data


@contextmanager
def _host() -> Iterator[tuple[str, int]]:
    """Start a host that answers at once, in a process of its own."""
    near, far = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(far,), daemon=True)
    process.start()
    try:
        yield "127.0.0.1", int(near.recv())
    finally:
        process.kill()
        process.join()


def _trips(line: socket.socket, count: int) -> list[float]:
    """Return what each round trip took, in microseconds."""
    took = []
    for _ in range(count):
        begun_ns = time.perf_counter_ns()
        line.sendall(REQUEST)
        _read(line, len(ANSWER))
        took.append((time.perf_counter_ns() - begun_ns) / 1000)
    return took


def measured(trips: int) -> dict[str, list[float]]:
    """Return round trips in microseconds: direct, through a gate, and with a plan that waits."""
    found: dict[str, list[float]] = {"direct": [], "gate": [], "held": []}
    with _host() as host, gate_process(f"{host[0]}:{host[1]}") as (_, addresses):
        control = endpoint(addresses["control"])
        hold: Callable[[], Holder] = partial(Holder, control, lambda _: None, lambda _: None)
        with _line(host) as direct, _line(endpoint(addresses["listen"])) as gated:
            for _ in range(trips // TURN):
                found["direct"] += _trips(direct, TURN)
                found["gate"] += _trips(gated, TURN)
                with closing(hold()) as holder:
                    holder.hold()
                    holder.begin(Plan().also("tx host 0510 #1", Cut()), 1.0, ())
                    found["held"] += _trips(gated, TURN)
    return found


def _line(address: tuple[str, int]) -> socket.socket:
    line = socket.create_connection(address, timeout=SOON_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def gate_latency_ratio() -> Figure:
    """Return the median of a round trip through the gate, as a multiple of one without it."""
    runs = []
    for _ in range(3):
        found = measured(TRIPS // 3)
        runs.append(statistics.median(found["gate"]) / statistics.median(found["direct"]))
    return Figure(
        name="gate_latency_ratio",
        unit="x",
        runs=tuple(runs),
        is_more_better=False,
        wanted="reported",
        baseline="the same load on the same host without the gate, turn by turn",
    )


def main(trips: int = TRIPS) -> None:
    """Print the figures."""
    found = measured(trips)
    base = statistics.median(found["direct"])
    for name, took in found.items():
        p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
        print(
            f"{name:<7} p50 {p50:>7.0f} us  p99 {p99:>7.0f} us  ratio of medians {p50 / base:.2f}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
