import xml.etree.ElementTree as ET

import pytest

from harness.report.current_svg import BOTTOM, LEFT, RIGHT, TOP, draw_current
from tests.report.literal import history, row

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert(1)</script>\x1b[2J" onload="x'


def sample(at_s, current_ma):
    return row("bench", "level", "current", f"{current_ma} mA", at_s=at_s, current_ma=current_ma)


def curve(*rows):
    svg = ET.fromstring(draw_current(history(*rows)))
    points = svg.find(f"{SVG}polyline").get("points").split()
    return svg, [tuple(map(float, point.split(","))) for point in points]


def test_the_curve_is_a_staircase_over_the_time_of_the_case():
    svg, points = curve(sample(0, 0), sample(5, 100), sample(10, 50))
    middle = (LEFT + RIGHT) / 2
    assert points == [
        (LEFT, BOTTOM), (LEFT, BOTTOM), (middle, BOTTOM), (middle, TOP),
        (RIGHT, TOP), (RIGHT, (TOP + BOTTOM) / 2), (RIGHT, (TOP + BOTTOM) / 2),
    ]  # fmt: skip
    assert [text.text for text in svg.iter(f"{SVG}text")][:3] == ["0 mA", "50 mA", "100 mA"]


@pytest.mark.parametrize(
    ("highest_ma", "ceiling"), [(3, 10), (10, 10), (11, 20), (41, 50), (322, 500), (900, 1000)]
)
def test_the_scale_goes_up_to_a_round_number(highest_ma, ceiling):
    svg, _ = curve(sample(0, 0), sample(1, highest_ma))
    assert [text.text for text in svg.iter(f"{SVG}text")][2] == f"{ceiling} mA"


def test_calls_of_the_till_and_power_are_marked_and_text_stays_text():
    calls = (row("till", "invoke", HOSTILE, at_s=1), row("terminal", "power", "", "off", at_s=2))
    text = draw_current(history(sample(0, 5), *calls, sample(3, 6)))
    titles = [each.text for each in ET.fromstring(text).iter(f"{SVG}title")]
    assert titles[1].endswith(" at 1.000 s") or " at 1" in titles[1]
    assert titles[2].startswith("power off at ")
    assert "<script" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("rows", [[], [sample(0, 5)], [row("bench", "level", "paper", at_s=0)] * 2])
def test_nothing_is_drawn_where_no_current_was_measured(rows):
    assert draw_current(history(*rows)) == ""
