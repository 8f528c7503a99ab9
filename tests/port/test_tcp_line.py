"""TCP lines: bytes, FIN and RST as the other end sees them."""

import asyncio
import socket
import struct

import pytest

from harness.port.tcp_line import TcpLine

END = ("host", "terminal")
WAIT_S = 5.0


class Listener:
    """Keeps what it is told."""

    def __init__(self):
        self.lines, self.came, self.lost = [], b"", asyncio.Event()
        self.is_open, self.is_fed = asyncio.Event(), asyncio.Event()

    def opened(self, line):
        self.lines.append(line)
        self.is_open.set()

    def received(self, _line, data):
        self.came += data
        self.is_fed.set()

    def closed(self, _line):
        self.lost.set()


async def wait(event):
    await asyncio.wait_for(event.wait(), WAIT_S)


def talk(story):
    """Run a story with a listener and a plain socket that is connected to it."""

    async def run():
        loop, listener = asyncio.get_running_loop(), Listener()
        server = await loop.create_server(lambda: TcpLine(END, listener), "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname(), timeout=WAIT_S) as peer:
            await wait(listener.is_open)
            await story(listener, listener.lines[0], peer)
            listener.lines[0].cut()
        server.close()
        await asyncio.sleep(0)

    asyncio.run(run())


def read_to_end(peer):
    data = b""
    while piece := peer.recv(99):
        data += piece
    return data


def test_bytes_go_both_ways():
    async def story(listener, line, peer):
        peer.sendall(b"request")
        await wait(listener.is_fed)
        assert listener.came == b"request"
        line.send(b"answer")
        assert peer.recv(99) == b"answer"
        assert (line.end, line.is_caller, line.peer_address()) == (END, False, "127.0.0.1")

    talk(story)


def test_hanging_up_sends_all_and_a_fin():
    async def story(_listener, line, peer):
        line.send(b"answer")
        line.hang_up()
        assert read_to_end(peer) == b"answer"

    talk(story)


def test_hanging_up_on_what_still_comes_is_no_reset():
    async def story(listener, line, peer):
        line.hang_up()
        peer.sendall(b"late")
        await wait(listener.is_fed)
        assert read_to_end(peer) == b""

    talk(story)


def test_cut_is_a_reset_after_what_was_sent():
    async def story(listener, line, peer):
        line.send(b"ans")
        line.cut()
        await wait(listener.lost)
        assert peer.recv(99) == b"ans"
        with pytest.raises(ConnectionResetError):
            peer.recv(99)

    talk(story)


def test_end_of_the_other_side_is_told_once_and_what_follows_is_harmless():
    async def story(listener, line, peer):
        peer.shutdown(socket.SHUT_WR)
        await wait(listener.lost)
        line.hang_up()
        line.cut()

    talk(story)


def test_end_that_has_read_all_and_closed_in_order_is_known():
    async def story(listener, line, peer):
        line.send(b"answer")
        assert peer.recv(6) == b"answer"
        peer.close()
        await wait(listener.lost)
        assert line.is_read_out

    talk(story)


@pytest.mark.parametrize("is_reset", [False, True])
def test_end_that_left_something_unread_is_not_taken_for_one_that_has_read_all(is_reset):
    async def story(listener, line, peer):
        line.send(b"answer")
        peer.recv(6, 0 if is_reset else socket.MSG_PEEK)
        if is_reset:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        await wait(listener.lost)
        assert not line.is_read_out

    talk(story)


def test_end_that_closed_before_all_had_reached_it_has_not_read_it():
    async def story(listener, line, peer):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.send(bytes(100_000))
        peer.shutdown(socket.SHUT_WR)
        await wait(listener.lost)
        assert not line.is_read_out

    talk(story)
