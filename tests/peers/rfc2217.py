"""A serial server by RFC 2217: pyserial's own class for it, before a pty."""

import os
import select
import socket
import threading
import tty
from contextlib import suppress

import serial
from serial.rfc2217 import PortManager


class PlainSerial(serial.Serial):
    """A pty has no modem lines; here all of them are still."""

    cts = dsr = ri = cd = property(lambda _: False)

    def _update_rts_state(self):
        pass

    def _update_dtr_state(self):
        pass

    def _update_break_state(self):
        pass


class Rfc2217Server:
    """Serves one pty; `near` is what a device on its serial side would have."""

    def __init__(self):
        self.near, self._far = os.openpty()
        for fd in (self.near, self._far):
            tty.setraw(fd)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"rfc2217://127.0.0.1:{self._server.getsockname()[1]}"
        self._line = None
        threading.Thread(target=self._serve, daemon=True).start()

    def write(self, data):
        """Send it, counted and escaped as Telnet has it."""
        with suppress(OSError):
            self._line.sendall(data)

    def _serve(self):
        with suppress(OSError):
            while True:
                self._line, _ = self._server.accept()
                self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._carry()

    def _carry(self):
        port = PlainSerial(os.ttyname(self._far), timeout=0)
        manager = PortManager(port, self)
        with port, suppress(OSError, ValueError):
            while True:
                ready, _, _ = select.select([self._line, port.fd], [], [])
                if self._line in ready:
                    data = self._line.recv(999)
                    if not data:
                        return
                    port.write(b"".join(manager.filter(data)))
                if port.fd in ready:
                    self.write(b"".join(manager.escape(port.read(999))))

    def pull(self):
        """Be gone."""
        for each in (self._server, self._line):
            if each is not None:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def close(self):
        self.pull()
        for fd in (self.near, self._far):
            os.close(fd)
