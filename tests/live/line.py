"""A TCP line between a terminal and its host, which a test can make half dead while it stands."""

import socket
import threading
from contextlib import contextmanager, suppress

CHUNK_SIZE = 4096


class Line:
    """Carries what is sent, on any number of connections; `loses_answers` is for the way back."""

    def __init__(self, listen_port, host_port):
        self.loses_answers = False
        self._host_port = host_port
        self._server = socket.create_server(("127.0.0.1", listen_port))
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        with suppress(OSError):  # closed: nobody calls any more
            while True:
                caller, _ = self._server.accept()
                threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller):
        with caller, socket.create_connection(("127.0.0.1", self._host_port)) as callee:
            back = threading.Thread(target=self._carry, args=(callee, caller, True), daemon=True)
            back.start()
            self._carry(caller, callee, False)
            back.join()

    def _carry(self, here, there, is_answers):
        with suppress(OSError):  # one end was cut off, and so is the other
            while data := here.recv(CHUNK_SIZE):
                if not (is_answers and self.loses_answers):
                    there.sendall(data)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a caller
        self._server.close()


@contextmanager
def line_between(listen_port, host_port):
    line = Line(listen_port, host_port)
    try:
        yield line
    finally:
        line.close()
