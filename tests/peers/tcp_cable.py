"""A cable between a terminal and its host that can be opened: nothing passes, nobody is told."""

import asyncio
from functools import partial

from tests.peers.loop import LoopThread


class _End(asyncio.Protocol):
    def __init__(self, cable):
        self.cable, self.far, self.line, self.early = cable, None, None, []

    def connection_made(self, transport):
        self.line = transport

    def data_received(self, data):
        if self.cable.is_open:
            return
        if self.far is None:
            self.early.append(data)
        else:
            self.far.write(data)

    def connection_lost(self, _error):
        if self.far is not None and not self.cable.is_open:
            self.far.close()


class TcpCable:
    """Listens at one port and calls another for each call that comes."""

    def __init__(self, listen, target):
        self.is_open = False
        self._target = target
        self._loop = LoopThread()
        self._tasks = set()
        self._server = self._loop.run(
            self._loop.loop.create_server(self._accept, "127.0.0.1", listen)
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def set_open(self, is_open):
        """Open it, or make it whole; what passed meanwhile is lost."""
        self.is_open = is_open

    def _accept(self):
        near = _End(self)
        task = self._loop.loop.create_task(self._join(near))
        self._tasks.add(task)
        return near

    async def _join(self, near):
        while self.is_open:  # the call's first packet is lost, and sent again until it gets through
            await asyncio.sleep(0.05)
        make = partial(_End, self)
        try:
            line, far = await self._loop.loop.create_connection(make, "127.0.0.1", self._target)
        except OSError:
            near.line.abort()
            return
        near.far, far.far = line, near.line
        for data in near.early:
            line.write(data)

    def close(self):
        self._server.close()
        self._loop.close()
