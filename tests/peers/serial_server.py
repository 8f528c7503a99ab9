"""A serial server before a pty: by RFC 2217 with pyserial's own class for it, or plain TCP."""

import os
import select
import socket
import struct
import threading
import tty
from contextlib import suppress

import serial
from serial.rfc2217 import PortManager

NO_LINGERING = struct.pack("ii", 1, 0)


class PlainSerial(serial.Serial):
    """A pty has no modem lines; here all of them are still."""

    cts = dsr = ri = cd = property(lambda _: False)

    def _update_rts_state(self):
        pass

    def _update_dtr_state(self):
        pass

    def _update_break_state(self):
        pass


class PlainManager:
    """Carries bytes as they are."""

    def __init__(self, _port, _server):
        self.filter = self.escape = lambda data: [data]


MANAGERS = {"rfc2217": PortManager, "socket": PlainManager}


class SerialServer:
    """Serves a serial port; without one a pty, whose `near` end a device would have."""

    def __init__(self, served="", protocol="rfc2217"):
        self._manager = MANAGERS[protocol]
        self._fds = () if served else os.openpty()
        for fd in self._fds:
            tty.setraw(fd)
        self.near = self._fds[0] if self._fds else -1
        self._served = served or os.ttyname(self._fds[1])
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"{protocol}://127.0.0.1:{self._server.getsockname()[1]}"
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
                with self._line:
                    self._carry()

    def _carry(self):
        port = PlainSerial(self._served, timeout=0)
        manager = self._manager(port, self)
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

    def reset(self):
        """Reset the connection; the server goes on."""
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
        self._line.shutdown(socket.SHUT_RD)  # has its own thread close it

    def pull(self):
        """Be gone."""
        for each in (self._server, self._line):
            if each is not None:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def close(self):
        self.pull()
        for fd in self._fds:
            os.close(fd)
