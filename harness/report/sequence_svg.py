"""The sequence diagram of a case as one SVG element, drawn from marks.

The tree is built by ElementTree, so text of a device can be nothing but text.
"""

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from harness.history.record import History
from harness.report.mark import Arrow, Band, Box, Lane, Mark
from harness.report.plain_text import seconds, visible
from harness.report.sequence import marks

WIDTH = 960
TOP = 62
MARKS_MAX = 300
TEXT_SIZE_MAX = 44
_X = {
    Lane.OPERATOR: 112,
    Lane.TILL: 250,
    Lane.ECR_LINE: 335,
    Lane.TERMINAL: 420,
    Lane.LINE: 580,
    Lane.HOST: 740,
    Lane.CARDHOLDER: 880,
}


def draw(history: History, prefix: str = "", evidence: Collection[int] = ()) -> str:
    """Return the diagram as text of an `svg` element.

    prefix: of all ids; marks lead to #PREFIXrow-N of the same page.  evidence: rows whose marks
    stand out; the first of them has the id PREFIXevidence, the whole diagram if there is none.
    Of more than MARKS_MAX marks those near evidence are shown, and the others counted.
    """
    shown = list(_nearest(marks(history), evidence))
    heights = list(map(_height, shown))
    bottom = TOP + sum(heights)
    svg = _svg(shown, bottom + 8, prefix)
    for lane, x in _X.items():
        _lane(svg, lane, x, bottom)
    first = next((mark for mark in shown if _is_evidence(mark, evidence)), None)
    named = {"id": f"{prefix}evidence"}
    svg.attrib |= named if first is None else {}
    y = TOP
    for mark, height in zip(shown, heights, strict=True):
        group = ET.SubElement(svg, "g", named if mark is first else {})
        if _is_evidence(mark, evidence):
            _ground(group, y, height)
        _mark(group, mark, y + height - 20, prefix)
        y += height
    return ET.tostring(svg, encoding="unicode")


def _nearest(found: Sequence[Mark], evidence: Collection[int]) -> Iterator[Mark]:
    """Yield the marks there is room for; a band says how many are left out at a place."""
    places = [place for place, mark in enumerate(found) if _is_evidence(mark, evidence)] or [0]
    distance = [min(abs(place - each) for each in places) for place in range(len(found))]
    kept = set(sorted(range(len(found)), key=distance.__getitem__)[:MARKS_MAX])
    left = 0
    for place, mark in enumerate(found):
        if place not in kept:
            left += 1
            continue
        if left:
            yield Band(f"{left} more in the list of rows")
        left = 0
        yield mark
    if left:
        yield Band(f"{left} more in the list of rows")


def _is_evidence(mark: Mark, evidence: Collection[int]) -> bool:
    return any(row in evidence for row in mark.rows)


def _ground(parent: ET.Element, y: int, height: int) -> None:
    """Draw what a mark of evidence stands on: a tint, and a bar at the left for those without."""
    group = ET.SubElement(parent, "g", {"class": "evidence"})
    _rect(group, 0, y - 2, WIDTH, height)
    ET.SubElement(group, "path", {"d": f"M2 {y - 2} v{height}"})


def _svg(shown: Iterable[Mark], height: int, prefix: str) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "seq",
            "viewBox": f"0 0 {WIDTH} {height}",
            "role": "img",
            "aria-labelledby": f"{prefix}seq-title {prefix}seq-desc",
        },
    )
    ET.SubElement(svg, "title", {"id": f"{prefix}seq-title"}).text = "Who sent what, and when"
    ET.SubElement(svg, "desc", {"id": f"{prefix}seq-desc"}).text = _described(shown)
    return svg


def _described(shown: Iterable[Mark]) -> str:
    lines = [line for mark in shown if (line := _sentence(mark))]
    return visible("; ".join(islice(lines, 60)) or "Nothing happened.")


def _sentence(mark: Mark) -> str:
    match mark:
        case Arrow(look="lost"):
            return f"{mark.source.value} sends {mark.label}, which is lost"
        case Arrow():
            names = [lane.value or "line" for lane in (mark.source, mark.target)]
            return f"{mark.label} from {names[0]} to {names[1]}"
        case Box():
            return f"{mark.lane.value or 'Line'}: {mark.text}"
    return ""


def _height(mark: Mark) -> int:
    match mark:
        case Arrow(detail=detail) if detail:
            return 48
    return 36


def _lane(svg: ET.Element, lane: Lane, x: int, bottom: int) -> None:
    if not lane.value:
        return
    _line(svg, x, x, 42, bottom, "life")
    group = ET.SubElement(svg, "g", {"class": "lane"})
    _rect(group, x - 50, 14, 100)
    _text(group, x, 33, lane.value)


def _mark(svg: ET.Element, mark: Mark, y: int, prefix: str) -> None:
    match mark:
        case Arrow():
            _time(svg, mark.time_ns, y)
            _arrow(
                _link(svg, f"#{prefix}row-{mark.row}", f"arrow {mark.look}"),
                mark,
                y - 14 * bool(mark.detail),
            )
        case Box():
            _time(svg, mark.time_ns, y)
            _box(_link(svg, f"#{prefix}row-{mark.row}", f"box {mark.look}"), mark, y)
        case Band():
            _line(svg, 40, 930, y - 4, y - 4, "gap")
            _text(svg, 486, y, mark.text, "gapt", size_max=110)


def _arrow(parent: ET.Element, arrow: Arrow, y: int) -> None:
    start, end = _X[arrow.source], _X[arrow.target]
    way = 1 if end >= start else -1
    is_lost = arrow.look == "lost"
    _line(parent, start, end - way * 6, y, y, "msg")
    head = f"M{end} {y} l{-way * 9} -4.5 v9 z"
    cross = f"M{end - 8} {y - 8} l16 16 m0 -16 l-16 16"
    ET.SubElement(parent, "path", {"class": "cross" if is_lost else "head",
                                   "d": cross if is_lost else head})  # fmt: skip
    middle, size_max = (start + end) // 2, max(TEXT_SIZE_MAX, abs(end - start) // 5)
    _text(parent, middle, y - 6, arrow.label, "lbl", size_max)
    if arrow.detail:
        _text(parent, middle, y + (22 if is_lost else 14), arrow.detail, "sub", size_max)


def _box(parent: ET.Element, box: Box, y: int) -> None:
    text = visible(box.text, size_max=TEXT_SIZE_MAX)
    width = 16 + sum(7 if ord(character) < 0x2E80 else 12 for character in text)
    x = min(max(_X[box.lane], 66 + width // 2), WIDTH - 4 - width // 2)
    _rect(parent, x - width // 2, y - 16, width, 22)
    _text(parent, x, y - 1, box.text)


def _link(svg: ET.Element, target: str, look: str) -> ET.Element:
    link = ET.SubElement(svg, "a", {"href": target})
    return ET.SubElement(link, "g", {"class": look})


def _time(svg: ET.Element, time_ns: int, y: int) -> None:
    ET.SubElement(svg, "text", {"class": "time", "x": "9", "y": str(y)}).text = seconds(time_ns)


def _line(parent: ET.Element, x1: int, x2: int, y1: int, y2: int, look: str) -> None:
    places = {"x1": str(x1), "x2": str(x2), "y1": str(y1), "y2": str(y2)}
    ET.SubElement(parent, "line", {"class": look} | places)


def _rect(parent: ET.Element, x: int, y: int, width: int, height: int = 28) -> None:
    size = {"width": str(width), "height": str(height), "rx": "5"}
    ET.SubElement(parent, "rect", {"x": str(x), "y": str(y)} | size)


def _text(
    parent: ET.Element, x: int, y: int, text: str, look: str = "", size_max: int = TEXT_SIZE_MAX
) -> None:
    places = {"x": str(x), "y": str(y), "text-anchor": "middle"} | ({"class": look} if look else {})
    ET.SubElement(parent, "text", places).text = visible(text, size_max=size_max)
