"""The live world: one sale over a real pty and TCP, all timers a hundred times as fast."""

import statistics
import time

from bench.figure import Figure
from bench.virtual import bench_parts
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening

SALES, RUNS = 15, 3


def live_sale_p50_ms() -> Figure:
    """Return the median of a sale; two of the world's seconds are the operator's reaction."""
    parts, runs = bench_parts(), []
    for _ in range(RUNS):
        with open_rig(parts, Opening(case="speed", world="live")) as rig:
            rig.bring_to()
            took_ms = []
            for _ in range(SALES):
                begun_s = time.perf_counter()
                rig.till.sale(1234, card="card-3")
                took_ms.append((time.perf_counter() - begun_s) * 1000)
            runs.append(statistics.median(took_ms))
    return Figure(
        name="live_sale_p50_ms",
        unit="ms",
        runs=tuple(runs),
        is_more_better=False,
        wanted="reported",
        baseline="10 ms of it is the operator's scaled reaction",
    )
