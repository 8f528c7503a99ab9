"""The current that a terminal drew in a case, as one SVG element: a curve, and the till's calls.

The curve is a staircase, as a row stands until the next one.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from harness.check import fact
from harness.history.record import History, Row
from harness.report.plain_text import seconds, visible

WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 62, 950, 28, 186
SAMPLES_MIN = 2
CEILING_MA = 10  # the least that the scale goes up to
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class _Scale:
    """Where a time and a current are drawn."""

    begin_ns: int
    end_ns: int
    ceiling_ma: int

    def x(self, time_ns: int) -> float:
        share = (time_ns - self.begin_ns) / max(1, self.end_ns - self.begin_ns)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def y(self, current_ma: int) -> float:
        return round(BOTTOM - current_ma / self.ceiling_ma * (BOTTOM - TOP), 1)


def draw_current(history: History, prefix: str = "") -> str:
    """Return the curve as text of an `svg` element, "" where no current was measured."""
    rows = history.rows
    samples = [(row.time_ns, value) for row in rows if (value := _current_ma(row)) is not None]
    if len(samples) < SAMPLES_MIN:
        return ""
    scale = _Scale(rows[0].time_ns, rows[-1].time_ns, _ceiling_ma(max(ma for _, ma in samples)))
    svg = _svg(prefix)
    _axes(svg, scale)
    for row in rows:
        if row.kind == "invoke" or row.kind == "power":
            _event(svg, scale, row)
    _curve(svg, scale, samples)
    return ET.tostring(svg, encoding="unicode")


def _current_ma(row: Row) -> int | None:
    is_sample = row.kind == "level" and row.address == "current"
    return fact.number(row, "current_ma") if is_sample else None


def _ceiling_ma(highest_ma: int) -> int:
    """Return the next round number above: 1, 2 or 5 times a power of ten."""
    power = CEILING_MA
    while True:
        for step in _STEPS:
            if step * power >= highest_ma:
                return step * power
        power *= 10


def _svg(prefix: str) -> ET.Element:
    about = {"class": "curve", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img"}
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **about})
    svg.set("aria-labelledby", f"{prefix}current-title")
    title = ET.SubElement(svg, "title", {"id": f"{prefix}current-title"})
    title.text = "Current of the terminal, in mA, over the time of the case"
    return svg


def _axes(svg: ET.Element, scale: _Scale) -> None:
    for part in (0, 1, 2):
        value = scale.ceiling_ma * part // 2
        y = scale.y(value)
        _line(svg, "axis", LEFT, y, RIGHT, y)
        _text(svg, LEFT - 6, y + 4, f"{value} mA", "end")
    for part in range(5):
        time_ns = scale.begin_ns + (scale.end_ns - scale.begin_ns) * part // 4
        _text(svg, scale.x(time_ns), BOTTOM + 18, seconds(time_ns), "middle")


def _event(svg: ET.Element, scale: _Scale, row: Row) -> None:
    name = row.address if row.kind == "invoke" else f"power {row.value}"
    x = scale.x(row.time_ns)
    _line(svg, "event", x, TOP, x, BOTTOM)
    mark = svg[-1]
    ET.SubElement(mark, "title").text = f"{visible(name)} at {seconds(row.time_ns)}"


def _curve(svg: ET.Element, scale: _Scale, samples: Sequence[tuple[int, int]]) -> None:
    points: list[str] = []
    last_y = scale.y(samples[0][1])
    for time_ns, current_ma in samples:
        x, y = scale.x(time_ns), scale.y(current_ma)
        points += [f"{x},{last_y}", f"{x},{y}"]
        last_y = y
    points.append(f"{RIGHT},{last_y}")
    ET.SubElement(svg, "polyline", {"points": " ".join(points)})


def _line(svg: ET.Element, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
    places = {"x1": f"{x1}", "y1": f"{y1}", "x2": f"{x2}", "y2": f"{y2}"}
    ET.SubElement(svg, "line", {"class": kind, **places})


def _text(svg: ET.Element, x: float, y: float, said: str, anchor: str) -> None:
    place = {"x": f"{x}", "y": f"{y}", "text-anchor": anchor}
    ET.SubElement(svg, "text", place).text = said
