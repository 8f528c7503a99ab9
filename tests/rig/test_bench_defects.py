"""A card of somebody else's ends the case; benches that would do harm do what they say they do."""

from base64 import b64decode

import pytest

from harness.errors import MisuseError, RigError
from harness.rig.bench_defects import BENCH_DEFECTS, STRANGER, SWAPPED, CardSwapper, OpenWorld
from harness.rig.inside import PEERS, make_setting
from harness.rig.opening import Opening, make_header
from harness.world.live import LiveWorld
from tests.rig.opened import SERIAL, rig, rows


def with_strangers(opened):
    """Have somebody swipe another card, at a bench that is otherwise right."""
    opened.till.operator = CardSwapper(opened.world)


def test_card_that_nobody_declared_ends_the_case_and_is_never_shown():
    with rig() as opened:
        with_strangers(opened)
        opened.till.sale(500, card=SWAPPED)
        for verb in (opened.till.status, lambda: opened.till.sale(1234), opened.rest):
            with pytest.raises(RigError, match="card not on the test list") as raised:
                verb()
            opened.fail(str(raised.value))
        verdict = opened.verdict()
    assert verdict.words()["X2"] == "INCONCLUSIVE"
    assert "card not on the test list" in str(verdict.rulings)
    assert STRANGER.pan not in repr(opened.history())


def test_declared_cards_end_nothing():
    with rig() as opened:
        opened.till.sale(500, card=SWAPPED)
        opened.till.sale(1234)
        assert opened.verdict().words()["X2"] == "PASS"


def test_bench_that_goes_on_after_a_strangers_card_is_named_by_x2():
    with rig(defect="bench-takes-a-strangers-card") as opened:
        opened.till.sale(500, card=SWAPPED)
        opened.till.sale(1234)
        assert {finding.rule for finding in opened.verdict().findings} == {"X2"}


def test_bench_that_keeps_frames_hides_them_from_masking():
    with rig(defect="bench-keeps-whole-frames") as opened:
        opened.till.sale(1234)
        asked = rows(opened, actor="terminal", kind="tx", address="host/0200")[0]
    frame = b64decode(asked.value.rpartition(" ")[2])
    assert SERIAL.cards[0].pan in frame.hex()


def test_bench_with_keys_in_its_settings_says_where_they_come_from():
    with rig(defect="bench-has-keys-in-its-settings", is_ready=False) as opened:
        assert opened.history().header.bench["keys_from"] == "devices.yaml"


def test_every_bench_defect_is_wrong_in_one_way_of_its_own():
    ways = [
        {
            name
            for name in ("keys_from", "keeps_frames", "escapes", "takes_strangers", "is_exposed")
            if getattr(each, name) != getattr(type(each)("", ""), name)
        }
        for each in BENCH_DEFECTS.values()
    ]
    assert all(len(way) == 1 for way in ways)
    assert len(set.union(*ways)) == len(ways)


def open_world(kind, **words):
    header = make_header(SERIAL, Opening(world="live"))
    return kind(make_setting(SERIAL, SERIAL.books()), header, peers=PEERS, serial=(), **words)


@pytest.mark.live
def test_world_that_listens_to_anybody_says_so_and_lets_this_machine_in_only():
    world = open_world(OpenWorld)
    try:
        listen = next(row for row in world.recorder.history().rows if row.address == "listen")
        assert dict(listen.facts) == {"loopback": False, "allow_list": False}
        end = ("host", "terminal")
        assert [world.is_allowed(end, each) for each in ("127.0.0.1", "192.0.2.7")] == [True, False]
    finally:
        world.close()


@pytest.mark.live
def test_world_that_is_right_refuses_to_listen_to_anybody():
    with pytest.raises(MisuseError, match="for anybody"):
        open_world(LiveWorld, listen={("host", "terminal"): ("0.0.0.0", 0)})
