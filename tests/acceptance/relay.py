"""A TCP relay that keeps what passes, for an outside reader of the bytes."""

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

CHUNK_SIZE = 4096
TO_TERMINAL, TO_TILL = "I", "O"  # text2pcap: as declared, and the other way round


@dataclass
class Relay:
    """One connection; `passed` has direction and bytes of each piece."""

    target: tuple[str, int]
    passed: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self):
        host, port = self.server.getsockname()
        return f"socket://{host}:{port}"

    def serve(self):
        caller, _ = self.server.accept()
        with caller, socket.create_connection(self.target) as callee:
            back = threading.Thread(target=self.pass_on, args=(callee, caller, TO_TILL))
            back.start()
            self.pass_on(caller, callee, TO_TERMINAL)
            back.join()

    def pass_on(self, here, there, direction):
        while data := here.recv(CHUNK_SIZE):
            self.passed.append((direction, data))
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)


@contextmanager
def relayed(target):
    """Serve one caller; whoever opens it hangs up before it ends."""
    relay = Relay(target)
    thread = threading.Thread(target=relay.serve, daemon=True)
    thread.start()
    with relay.server:
        yield relay
        thread.join(timeout=10)
