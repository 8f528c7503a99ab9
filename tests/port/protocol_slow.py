"""slow://HOST:PORT: a socket that is still being opened when its far end hangs up."""

import select

from serial.urlhandler import protocol_socket


class Serial(protocol_socket.Serial):
    def from_url(self, url):
        return super().from_url(url.replace("slow:", "socket:", 1))

    def _reconfigure_port(self):
        self._socket.send(b"open")
        select.select([self._socket], [], [], 5)
        super()._reconfigure_port()
