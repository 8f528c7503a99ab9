import xml.etree.ElementTree as ET

import pytest

from harness.report.sequence_svg import MARKS_MAX, WIDTH, draw
from tests.check.literal import history
from tests.report.literal import quick, row, whole_case

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert(1)</script>\x1b[2J\u202e" onload="x'


def tree(whole, prefix=""):
    return ET.fromstring(draw(whole, prefix))


def test_the_fault_is_marked_by_a_cross_and_by_words():
    svg = tree(whole_case())
    assert svg.findall(f".//{SVG}path[@class='cross']")
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert "fault: cut at tx host 0210 #1" in texts


def test_every_mark_leads_to_its_row():
    links = {link.get("href") for link in tree(whole_case(), "case-a-").iter(f"{SVG}a")}
    assert "#case-a-row-18" in links
    rows = len(whole_case().rows)
    assert all(0 <= int(link.rpartition("-")[2]) < rows for link in links)


def test_two_diagrams_of_one_page_share_no_id():
    ids = [{each.get("id") for each in tree(whole_case(), prefix).iter()} for prefix in "ab"]
    assert (ids[0] & ids[1]) == {None}


def test_the_diagram_has_a_name_and_a_description_for_those_who_do_not_see_it():
    svg = tree(whole_case(), "p-")
    named = [svg.find(f".//*[@id='{each}']").text for each in svg.get("aria-labelledby").split()]
    assert named[0] == "Who sent what, and when"
    assert "Host sends 0210 sale · 00, which is lost" in named[1]


@pytest.mark.parametrize("kind", ["show", "power", "note", "connect", "invoke"])
def test_text_of_a_device_stays_text(kind):
    whole = history(*quick([row("terminal", kind, HOSTILE, HOSTILE)]))
    text = draw(whole)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not [each for each in ET.fromstring(text).iter() if each.get("onload")]


def test_an_empty_history_is_a_diagram_of_lanes():
    texts = [text.text for text in tree(history()).iter(f"{SVG}text")]
    assert texts == ["Operator", "Till", "Terminal", "Line", "Host", "Cardholder"]


def test_a_very_long_history_is_cut_and_says_so():
    rows = quick([row("terminal", "show", f"P{n}") for n in range(MARKS_MAX + 7)])
    svg = tree(history(*rows))
    assert len(list(svg.iter(f"{SVG}a"))) == MARKS_MAX
    assert "7 more in the list of rows" in [text.text for text in svg.iter(f"{SVG}text")]


def test_no_box_leaves_the_picture():
    whole = history(*quick([row("operator", "show", "W" * 99), row("host", "show", "签" * 99)]))
    for rect in tree(whole).iter(f"{SVG}rect"):
        assert int(rect.get("x")) >= 0
        assert int(rect.get("x")) + int(rect.get("width")) <= WIDTH


def groups(svg, prefix=""):
    """Return the groups of marks that stand out, and the one with the id."""
    tinted = [each for each in svg.iter(f"{SVG}g") if each.find(f"{SVG}g[@class='evidence']")]
    return tinted, [each for each in svg.iter() if each.get("id") == f"{prefix}evidence"]


def test_marks_of_evidence_stand_out_and_the_first_has_the_id():
    svg = ET.fromstring(draw(whole_case(), "p-", {18, 22}))
    tinted, named = groups(svg, "p-")
    assert len(tinted) == 2
    assert named == tinted[:1]
    assert named[0].find(f".//{SVG}a").get("href") == "#p-row-18"


def test_row_at_the_other_end_of_an_arrow_is_its_evidence_too():
    whole = whole_case()
    sent = next(each.index for each in whole.rows if each.address == "host/0200")
    (tinted,), _ = groups(ET.fromstring(draw(whole, "", {sent + 1})))
    assert tinted.find(f".//{SVG}a").get("href") == f"#row-{sent}"


def test_evidence_that_has_no_mark_leads_to_the_whole_diagram():
    svg = ET.fromstring(draw(whole_case(), "p-", {0}))
    assert groups(svg, "p-") == ([], [svg])


def test_of_a_very_long_history_the_marks_near_the_evidence_are_drawn():
    rows = quick([row("terminal", "show", f"P{n}") for n in range(MARKS_MAX + 900)])
    svg = ET.fromstring(draw(history(*rows), "", {600}))
    texts = [text.text or "" for text in svg.iter(f"{SVG}text")]
    assert len(list(svg.iter(f"{SVG}a"))) == MARKS_MAX
    assert any("P600" in text for text in texts)
    left = [int(text.split()[0]) for text in texts if text.endswith("more in the list of rows")]
    assert (len(left), sum(left)) == (2, 900)
