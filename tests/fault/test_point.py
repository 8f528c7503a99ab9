"""Points: named, written, read."""

import pytest

from harness.errors import MisuseError
from harness.fault.point import Point, parse


def test_point_is_written_and_read_alike():
    point = Point("tx", "host 0210", 2)
    assert str(point) == "tx host 0210 #2"
    assert parse(str(point)) == point
    assert point.actor == "host"


def test_first_occurrence_is_meant_where_none_is_said():
    assert Point("print", "terminal slip") == parse("print terminal slip #1")


@pytest.mark.parametrize(
    "text", ["tx host 0210", "tx #1", "tx host #1", "tx host 0210 #0", "tx host 0210 #1x", ""]
)
def test_text_that_names_no_point_is_misuse(text):
    with pytest.raises(MisuseError, match="is no point: expected 'kind actor label"):
        parse(text)


def test_misspelt_kind_is_misuse_and_not_a_point_that_never_comes():
    with pytest.raises(MisuseError, match="kind must be one of .*tx"):
        parse("send host 0210 #1")
