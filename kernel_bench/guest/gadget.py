"""USB devices of the kernel's gadget functions, plugged into ports of dummy_hcd in the same kernel.

Source: Linux, Documentation/usb/gadget_configfs.rst; gadget_printer.rst.
"""

import fcntl
from pathlib import Path

from tests.peers.patience import holds

GADGETS = Path("/sys/kernel/config/usb_gadget")
STRINGS = "strings/0x409"  # US English
VENDOR, PRODUCT = "0x1d6b", "0x0104"  # Linux Foundation, multifunction gadget
APPEARS_S = 10.0
SET_PRINTER_STATUS = 0xC0016722  # _IOWR('g', 0x22, unsigned char)


class Gadget:
    """One device at one port; `near` is its own end, `far` the node that the PC has of it."""

    def __init__(self, name, function, port, near, far):
        self.name, self.near, self.far = name, near, far
        self._port = f"dummy_udc.{port}"
        self._folder = GADGETS / name
        self._links = []
        self._describe()
        self.function = self._folder / f"functions/{function}"
        self.function.mkdir()
        self._link(self.function)

    def _describe(self):
        self._folder.mkdir()
        (self._folder / "idVendor").write_text(VENDOR)
        (self._folder / "idProduct").write_text(PRODUCT)
        texts = self._folder / STRINGS
        texts.mkdir()
        (texts / "serialnumber").write_text(f"KB-{self.name}")
        (texts / "product").write_text(f"pos bench {self.name}")
        (self._folder / "configs/c.1").mkdir()

    def _link(self, function):
        link = self._folder / "configs/c.1" / function.name
        link.symlink_to(function)
        self._links.append(link)

    @property
    def is_plugged(self):
        return bool((self._folder / "UDC").read_text().strip())

    def plug(self):
        """Plug it in; return when its nodes are there."""
        (self._folder / "UDC").write_text(self._port)
        nodes = [Path(self.near), Path(self.far)]
        assert holds(lambda: all(each.exists() for each in nodes), APPEARS_S), nodes

    def unplug(self):
        """Pull it out, whoever has it open; twice is fine."""
        if self.is_plugged:
            (self._folder / "UDC").write_text("\n")

    def told(self):
        """Say what the kernel made of it."""
        (driver,) = Path("/sys/class").glob(f"*/{Path(self.far).name}/device/driver")
        product = (self._folder / STRINGS / "product").read_text().strip()
        return (
            f"USB: {self.far} by {driver.resolve().name}, {VENDOR}:{PRODUCT} [{product}]; its own "
            f"end is {self.near}, on {self._port}"
        )

    def close(self):
        self.unplug()
        for link in self._links:
            link.unlink()
        for folder in (
            self.function, self._folder / "configs/c.1", self._folder / STRINGS, self._folder,
        ):  # fmt: skip
            folder.rmdir()


def till_adapter():
    """Return a serial adapter: what the terminal writes to its end comes out at the PC's."""
    return Gadget("till", "acm.till", 0, "/dev/ttyGS0", "/dev/ttyACM0")


def printer():
    """Return a printer: what the PC prints comes out at its own end."""
    return Gadget("printer", "printer.slips", 1, "/dev/g_printer0", "/dev/usb/lp0")


def tell_status(handle, status):
    """Have a printer tell its PC this status; `handle` is its own end, open."""
    fcntl.ioctl(handle, SET_PRINTER_STATUS, status)
