"""A relay board: pymodbus' own server, over TCP or RTU on a pty, and what its contacts switch."""

import asyncio

from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.live.bench import Cable
from tests.peers.loop import LoopThread

COILS, UNIT = 16, 1
WRITES = {5, 15}


class RelayBoard:
    """Its coils and what goes wrong in it; `switched` is told of each change."""

    def __init__(self, switched=lambda _coil, _is_energised: None):
        self.coils = [False] * COILS
        self.switched = switched
        self.is_silent = False
        self.is_stuck = False  # takes everything, moves nothing
        self._loop = LoopThread()
        self._cable = None
        self._server = None

    def _device(self):
        coils = [SimData(0, count=COILS, values=False, datatype=DataType.BITS)]
        none = [SimData(0, count=1, values=0, datatype=DataType.REGISTERS)]
        return SimDevice(UNIT, simdata=(coils, coils, none, none), action=self._act)

    async def _act(self, code, _start, address, count, _registers, values):
        while self.is_silent:
            await asyncio.sleep(0.01)
        if code not in WRITES or not values:
            return
        for place in range(count):
            if self.is_stuck:
                values[place] = self.coils[address + place]
            elif self.coils[address + place] != bool(values[place]):
                self.coils[address + place] = bool(values[place])
                self.switched(address + place, bool(values[place]))

    def serve_tcp(self, port=0):
        """Listen; return the address as devices.yaml has it."""

        async def begin():
            self._server = ModbusTcpServer(self._device(), address=("127.0.0.1", port))
            await self._server.serve_forever(background=True)
            return self._server.transport.sockets[0].getsockname()[1]

        return f"tcp://127.0.0.1:{self._loop.run(begin())}"

    def serve_rtu(self):
        """Serve at one end of a cable; return the serial port of the other."""
        self._cable = Cable()

        async def begin():
            self._server = ModbusSerialServer(
                self._device(), framer=FramerType.RTU, port=self._cable.ends[0], baudrate=19_200
            )
            await self._server.serve_forever(background=True)

        self._loop.run(begin())
        return self._cable.ends[1]

    def fall_silent(self):
        """Answer nothing any more."""
        self.is_silent = True

    def reset_connections(self):
        """Reset all connections; the board goes on."""

        async def reset():
            for each in list(self._server.active_connections.values()):
                each.transport.abort()

        self._loop.run(reset())

    def close(self):
        """Be gone; twice is fine."""
        self.is_silent = False
        if self._server is not None:
            server, self._server = self._server, None
            self._loop.run(server.shutdown())
            self._loop.close()
        if self._cable:
            self._cable.close()
            self._cable = None
