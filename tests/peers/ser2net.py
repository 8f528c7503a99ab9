"""A serial port behind ser2net, an RFC 2217 server of somebody else's."""

import shutil
import socket
import subprocess
from contextlib import contextmanager

from tests.live.bench import free_port
from tests.peers.patience import holds

PROGRAM = shutil.which("ser2net")
MISSING = "ser2net is not installed (apt-get install ser2net)"
CONFIG = """%YAML 1.1
---
define: &banner ""
connection: &line
  accepter: telnet(rfc2217),tcp,localhost,{port}
  connector: serialdev,{served},9600n81,local
  options:
    mdns: false
    kickolduser: true
"""


@contextmanager
def ser2net(folder, served):
    """Serve a serial port; yield its address."""
    port = free_port()
    config = folder / "ser2net.yaml"
    config.write_text(CONFIG.format(port=port, served=served))
    with subprocess.Popen([PROGRAM, "-n", "-c", config]) as process:
        try:
            assert holds(lambda: _listens(port))
            yield f"rfc2217://127.0.0.1:{port}?ign_set_control"
        finally:
            process.kill()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
