"""Prints the table of figures and writes reports/bench.json.  Nothing here ever fails a test."""

import json
from pathlib import Path

from bench.codec import iso8583_round_trip_vs_pyiso8583
from bench.figure import Figure
from bench.gate_latency import gate_latency_ratio
from bench.live import live_sale_p50_ms
from bench.virtual import timeout_60s_real_ms, virtual_sales_per_s

FIGURES = (
    iso8583_round_trip_vs_pyiso8583,
    virtual_sales_per_s,
    timeout_60s_real_ms,
    live_sale_p50_ms,
    gate_latency_ratio,
)
TARGET = Path("reports/bench.json")


def main() -> None:
    """Measure everything, best of three."""
    figures: list[Figure] = []
    for measure in FIGURES:
        figure = measure()
        figures.append(figure)
        print(figure, flush=True)
    TARGET.parent.mkdir(exist_ok=True)
    found = {each.name: each.as_json() for each in figures}
    TARGET.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written to {TARGET}")


if __name__ == "__main__":
    main()
