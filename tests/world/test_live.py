"""What only the live world can get wrong: threads, sockets, and who may connect to them."""

import gc
import socket
import threading
from contextlib import contextmanager

import pytest
import serial

from harness.emulator import Received
from harness.errors import MisuseError, PortLostError, RigError
from harness.fault.plan import Cut, Plan, PowerOff
from tests.world.pair import ECR, Host, Terminal, at_the_till, open_world

HOST = ("host", "terminal")
SOON_S = 5.0  # real seconds; a bench that works needs a few milliseconds
WORLD_S = 500.0  # the same on the world's clock


class Crashing(Terminal):
    """A machine with a bug of ours."""

    def handle(self, now_ns, event):
        if isinstance(event, Received):
            raise ZeroDivisionError
        return super().handle(now_ns, event)


@contextmanager
def host_alone(plan=Plan(), **options):  # noqa: B008
    """Our host, for a terminal that is no machine here."""
    with open_world(
        "live", plan, options={"serial": (), **options}, machines={"host": Host}
    ) as world:
        yield world


@contextmanager
def caller(world):
    with socket.create_connection(world.listening(*HOST), timeout=SOON_S) as peer:
        yield peer


def is_reset(world):
    """Tell whether a call is reset, sometimes before it has returned."""
    try:
        with caller(world) as peer:
            return end_of(peer) == (b"", "rst")
    except ConnectionResetError:
        return True


def rows(world, kind, actor="host"):
    found = world.recorder.history().rows
    return [(row.address, row.value) for row in found if (row.actor, row.kind) == (actor, kind)]


def reached(world, kind, count, actor="host"):
    return world.wait(lambda: len(rows(world, kind, actor)) >= count, WORLD_S)


def end_of(peer):
    """Return what still came, and how the connection ended."""
    data = b""
    try:
        while piece := peer.recv(99):
            data += piece
    except ConnectionResetError:
        return data, "rst"
    return data, "fin"


# --- errors


def test_error_in_a_machine_is_not_lost_in_its_thread():
    with (
        pytest.raises(RigError, match="ZeroDivisionError") as raised,
        at_the_till("live", machines={"terminal": Crashing, "host": Host}) as (_, till),
    ):
        till.call(within_s=1.0)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda _: 1 / 0, "ZeroDivisionError"),
        (lambda world: world.connect("terminal", "nowhere"), "KeyError"),
    ],
)
def test_error_in_the_loop_ends_waits_and_is_raised_again_at_the_end(act, error):
    with open_world("live") as world:
        world.later(0.0, lambda: act(world))
        for look in (lambda: world.wait(lambda: False, None), world.close):
            with pytest.raises(RigError, match=error):
                look()


def test_error_of_who_acts_at_the_bench_is_raised_there():
    with pytest.raises(RigError, match="division"), open_world("live") as world:
        world.perform(lambda: 1 / 0)


def test_machine_that_waits_is_misuse():
    caught = []

    def act(world):
        for verb in (lambda: world.wait(lambda: False, 1.0), lambda: world.perform(print)):
            with pytest.raises(MisuseError, match="a machine must not"):
                verb()
            caught.append(threading.current_thread())

    with open_world("live") as world:
        world.perform(lambda: act(world))
    assert len(caught) == 2
    assert threading.current_thread() not in caught


def test_world_is_closed_once():
    with open_world("live") as world:
        pass
    world.close()


def test_callers_of_the_last_moment_leave_no_socket_open():
    for _ in range(10):
        with host_alone() as world:
            peers = [socket.create_connection(world.listening(*HOST)) for _ in range(3)]
        for peer in peers:
            peer.close()
    gc.collect()  # what nobody closed is an error here


# --- addresses


def test_address_in_use_is_named_with_the_remedy():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        with (
            pytest.raises(PortLostError) as raised,
            host_alone(listen={HOST: ("127.0.0.1", number)}),
        ):
            pass
    assert f"host/terminal cannot listen on 127.0.0.1:{number}" in str(raised.value)
    assert "choose another address" in str(raised.value)


@pytest.mark.parametrize("address", [("203.0.113.1", 0), ("127.0.0.1", 70_000)])
def test_address_that_is_none_of_ours_cannot_be_listened_on(address):
    with pytest.raises(PortLostError, match="cannot listen on"):
        host_alone(listen={HOST: address}, allow=["192.0.2.7"]).__enter__()


def test_nobody_listens_beyond_loopback_without_an_allow_list():
    with pytest.raises(MisuseError, match="name the peers that may connect"):
        host_alone(listen={HOST: ("0.0.0.0", 0)}).__enter__()


def test_listeners_are_noted_with_who_can_reach_them():
    with host_alone(listen={HOST: ("0.0.0.0", 0)}, allow=["127.0.0.1"]) as world:
        found = [row for row in world.recorder.history().rows if row.address == "listen"]
    assert [dict(row.facts) for row in found] == [{"loopback": False, "allow_list": True}]
    assert found[0].kind == "note"
    with host_alone() as world:
        row = world.recorder.history().rows[0]
    assert dict(row.facts) == {"loopback": True, "allow_list": False}
    assert f"host/terminal 127.0.0.1:{row.value.rpartition(':')[2]}" == row.value


def test_peer_that_is_not_on_the_list_is_reset_and_noted():
    with host_alone(allow=["192.0.2.0/24"]) as world:
        assert is_reset(world)
        assert reached(world, "note", 2, "bench")
        assert rows(world, "note", "bench")[1] == (
            "refused peer", "127.0.0.1 is not on the allow-list of host/terminal"
        )  # fmt: skip
        assert rows(world, "connect") == []


def test_peer_on_the_list_is_served():
    with host_alone(allow=["127.0.0.0/8"]) as world, caller(world) as peer:
        peer.sendall(b"0200.")
        assert peer.recv(99) == b"0210."


def test_our_own_terminal_needs_no_place_on_the_list():
    with at_the_till("live", options={"allow": ["192.0.2.7"]}) as (_, till):
        assert till.call() == "OK"


# --- a terminal that is no machine here


def test_frames_of_a_terminal_outside_arrive_whole_however_they_are_sent():
    with host_alone() as world, caller(world) as peer:
        for piece in (b"02", b"00.02"):
            peer.sendall(piece)
        assert peer.recv(99) == b"0210."
        peer.sendall(b"00.")
        assert peer.recv(99) == b"0210."
        assert rows(world, "rx") == [("terminal/0200", "")] * 2


def test_garbage_and_half_frames_from_outside_hurt_nobody():
    with host_alone() as world:
        with caller(world) as peer:
            peer.sendall(b"\x00\x7f.GARBAGE.02")
            assert reached(world, "rx", 2)
        assert reached(world, "disconnect", 1)
        assert rows(world, "note") == [("terminal", "2 bytes of a frame")]
        with caller(world) as peer:
            peer.sendall(b"0200.")
            assert peer.recv(99) == b"0210."


def test_half_frame_is_given_up_after_the_byte_time_out():
    with host_alone() as world, caller(world) as peer:
        peer.sendall(b"02")
        assert reached(world, "note", 1)
        peer.sendall(b"0200.")
        assert peer.recv(99) == b"0210."


def test_newer_connection_wins_and_the_older_one_is_told():
    with host_alone() as world, caller(world) as older:
        assert reached(world, "connect", 1)
        with caller(world) as newer:
            assert end_of(older) == (b"", "fin")
            newer.sendall(b"0200.")
            assert newer.recv(99) == b"0210."
            assert rows(world, "disconnect") == [("terminal", "lost")]


def test_host_without_power_resets_who_calls():
    with host_alone() as world:
        world.perform(lambda: world.stage.power_off("host"))
        assert is_reset(world)


def test_terminal_outside_is_not_told_of_the_hosts_power_loss():
    plan = Plan().also("ledger host sale #1", PowerOff(keep=None, device="host", off_s=WORLD_S))
    with host_alone(plan) as world, caller(world) as peer:
        peer.sendall(b"0200.")
        assert reached(world, "power", 2)
        peer.settimeout(0.2)
        with pytest.raises(TimeoutError):
            peer.recv(99)


@pytest.mark.parametrize(("how", "seen"), [("rst", (b"021", "rst")), ("fin", (b"021", "fin"))])
def test_terminal_outside_gets_exactly_the_bytes_before_a_cut(how, seen):
    plan = Plan().also("tx host 0210 #1", Cut(keep=3, how=how))
    with host_alone(plan) as world, caller(world) as peer:
        peer.sendall(b"0200.")
        assert end_of(peer) == seen
        assert reached(world, "disconnect", 1)


@pytest.mark.parametrize(("how", "told"), [("silence", 0), ("half_open", 1)])
def test_terminal_outside_hears_nothing_more_of_a_silent_line(how, told):
    plan = Plan().also("tx host 0210 #1", Cut(keep=3, how=how))
    with host_alone(plan) as world, caller(world) as peer:
        peer.sendall(b"0200.")
        assert peer.recv(3) == b"021"
        peer.sendall(b"0200.")
        peer.settimeout(0.2)
        with pytest.raises(TimeoutError):
            peer.recv(99)
        assert len(rows(world, "disconnect")) == told
        assert len(rows(world, "rx")) == 1
        peer.close()
        world.wait(lambda: False, 5.0)
        assert len(rows(world, "disconnect")) == told  # not even of the end


def test_unread_bytes_do_not_turn_a_fin_into_a_reset():
    plan = Plan().also("tx host 0210 #1", Cut(keep=5, how="fin"))
    with host_alone(plan) as world, caller(world) as peer:
        peer.sendall(b"0200." * 50)
        assert end_of(peer) == (b"0210.", "fin")


def test_terminal_outside_that_hangs_up_when_it_has_the_answer_loses_no_line():
    with host_alone() as world:
        with caller(world) as peer:
            peer.sendall(b"0200.")
            assert peer.recv(5) == b"0210."
        assert reached(world, "disconnect", 1)
        assert rows(world, "disconnect") == [("terminal", "caller hung up")]


def test_terminal_outside_that_leaves_its_answer_unread_loses_the_line():
    with host_alone() as world:
        with caller(world) as peer:
            peer.sendall(b"0200.")
            assert peer.recv(5, socket.MSG_PEEK) == b"0210."
        assert reached(world, "disconnect", 1)
        assert rows(world, "disconnect") == [("terminal", "lost")]


class Switch:
    """Takes its time: the terminal still has its power."""

    def cut_power(self, off_s):
        pass


def test_terminal_outside_hears_nothing_from_when_its_power_is_to_be_cut():
    plan = Plan().also("rx host 0200 #1", PowerOff(keep=None))
    outside = {"machines": {"host": Host}, "outside": {"terminal": Switch()}}
    with (
        open_world("live", plan, options={"serial": ()}, **outside) as world,
        caller(world) as peer,
    ):
        peer.sendall(b"0200.")
        assert reached(world, "tx", 1)
        peer.settimeout(0.2)
        with pytest.raises(TimeoutError):
            peer.recv(99)


def test_host_outside_is_called_at_its_address():
    with socket.create_server(("127.0.0.1", 0)) as acquirer:
        dial = {("terminal", "host"): acquirer.getsockname()}
        options = {"dial": dial}
        with at_the_till("live", machines={"terminal": Terminal}, options=options) as (_, till):
            threading.Thread(target=answer_one, args=(acquirer,)).start()
            assert till.call(within_s=WORLD_S) == "OK"


def answer_one(acquirer):
    peer, _ = acquirer.accept()
    with peer:
        peer.recv(99)
        peer.sendall(b"0210.")
        peer.recv(99)


def test_host_outside_that_is_down_refuses():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = gone.getsockname()
    options = {"dial": {("terminal", "host"): address}}
    with at_the_till("live", machines={"terminal": Terminal}, options=options) as (_, till):
        assert till.call() == "REFUSED"


# --- the till's line


def test_till_line_over_tcp_has_an_address_for_pyserial():
    options = {"serial": (), "sockets": (ECR,)}
    with open_world("live", options=options) as world:
        assert world.address(*ECR).startswith("socket://127.0.0.1:")
        with serial.serial_for_url(world.address(*ECR), timeout=SOON_S) as port:
            port.write(b"CALL.")
            assert port.read_until(b".") == b"OK."


def test_all_pieces_of_the_bench_are_given_back():
    with at_the_till("live") as (world, till):
        till.call()
        address = world.listening(*HOST)
    with socket.create_server(address):
        assert world.address(*ECR).startswith("/dev/")


def test_what_follows_an_act_at_once_is_done_when_perform_returns():
    with host_alone() as world:
        done = []

        def act():
            world.call_later(0, lambda: world.call_later(0, lambda: done.append("second")))
            world.call_later(0, lambda: done.append("never"))()  # taken back

        for _ in range(50):
            done.clear()
            world.perform(act)
            assert done == ["second"]
