"""The virtual world: whole judged sales a second, and what a time-out of a minute costs."""

import time
from pathlib import Path

from bench.figure import Figure
from harness.check.all import ALL_CHECKERS
from harness.check.compose import Word, compose
from harness.fault.plan import Drop, Plan
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.rig.parts import Parts
from harness.runner.place import load_parts

SALES, ROUNDS, RUNS = 10, 20, 3
DEVICES = Path("devices.yaml")


def bench_parts() -> Parts:
    """Return the first device of the checkout."""
    return load_parts(DEVICES)[0]


def virtual_sales_per_s() -> Figure:
    """Return sales a second on one core: till, ZVT, terminal, 8583, ledger, slip, all rules.

    A case is a sign-in and ten sales; opening, sign-in and judging are in the time.
    """
    parts = bench_parts()
    runs = tuple(_sales_per_s(parts) for _ in range(RUNS))
    unjudged = max(_sales_per_s(parts, is_judged=False) for _ in range(RUNS))
    return Figure(
        name="virtual_sales_per_s",
        unit="1/s",
        runs=runs,
        is_more_better=True,
        wanted=">= 500",
        baseline=f"unjudged {unjudged:.0f} /s",
    )


def _sales_per_s(parts: Parts, *, is_judged: bool = True) -> float:
    begun_s = time.perf_counter()
    for turn in range(ROUNDS):
        with open_rig(parts, Opening(case="speed")) as rig:
            rig.bring_to()
            for number in range(SALES):
                rig.till.sale(1000 + SALES * turn + number, card="card-3")
            history = rig.history()
        if is_judged:
            assert compose(history, ALL_CHECKERS).word is Word.PASS
    return SALES * ROUNDS / (time.perf_counter() - begun_s)


def timeout_60s_real_ms() -> Figure:
    """Return the real time of a sale whose answer is lost and of the sale that reverses it."""
    parts = bench_parts()
    plan = Plan().also("tx host 0210 #1", Drop())
    runs = tuple(_pair_ms(parts, plan) for _ in range(9))
    plain = min(_pair_ms(parts, Plan()) for _ in range(9))
    return Figure(
        name="timeout_60s_real_ms",
        unit="ms",
        runs=runs,
        is_more_better=False,
        wanted="< 5",
        baseline=f"the same two sales undisturbed: {plain:.2f} ms",
    )


def _pair_ms(parts: Parts, plan: Plan) -> float:
    with open_rig(parts, Opening(case="speed", plan=plan)) as rig:
        rig.bring_to()
        begun_s = time.perf_counter()
        rig.till.sale(1234, card="card-3")
        rig.till.sale(500, card="card-3")
        return (time.perf_counter() - begun_s) * 1000
