"""Who watches the bench: the first part that fails is noted, with how long it was whole."""

import threading
from contextlib import closing

import pytest

from harness.device.watch import Watch
from harness.errors import PortLostError, RigError
from tests.device.fake import recorder
from tests.peers.patience import holds


class Part:
    """Gone when it is told so."""

    def __init__(self, name):
        self.name, self.is_gone, self.looks = name, False, 0

    def look(self):
        self.looks += 1
        if self.is_gone:
            raise PortLostError(f"{self.name}: pulled")


@pytest.fixture
def told():
    return threading.Event()


@pytest.fixture
def watch(told):
    with closing(Watch(recorder(), told.set)) as found:
        yield found


def failures(watch):
    rows = watch.recorder.history().rows
    return [(row.value, row.facts["whole_until"]) for row in rows if row.address == "bench failure"]


def test_part_that_is_pulled_is_told_at_once_and_once(watch, told):
    first, second = Part("relay"), Part("supply")
    watch.recorder.add("bench", "note", "before")
    for part in (first, second):
        watch.add(part.look, every_s=0.01)
    assert holds(lambda: first.looks and second.looks)
    watch.require_whole()
    second.is_gone = True
    assert told.wait(5)
    first.is_gone = True
    watch.look_now()
    assert failures(watch) == [("supply: pulled", 1)]
    assert watch.has_failed()
    with pytest.raises(RigError, match=r"^supply: pulled$"):
        watch.require_whole()


def test_last_look_sees_what_no_other_has_seen(watch, told):
    part = Part("relay")
    watch.add(part.look, every_s=500)
    part.is_gone = True
    watch.look_now()
    assert failures(watch) == [("relay: pulled", 0)]
    assert told.is_set()


def test_part_that_is_taken_down_with_the_bench_is_no_failure(watch, told):
    part = Part("relay")
    watch.add(part.look, every_s=500)
    watch.close()
    part.is_gone = True
    watch.look_now()
    assert (failures(watch), told.is_set()) == ([], False)
