"""A GPIO chip of the kernel's gpio-sim: lines by name, and a hand at the far end of each.

Source: Linux, Documentation/admin-guide/gpio/gpio-sim.rst.
"""

from pathlib import Path

import gpiod

SIMULATORS = Path("/sys/kernel/config/gpio-sim")
PLATFORM = Path("/sys/devices/platform")


class SimulatedChip:
    """`name` and `device` are what the kernel calls it; `label` is ours."""

    def __init__(self, label, *lines):
        self.label, self._lines = label, lines
        self._simulator = SIMULATORS / label
        bank = self._simulator / "bank0"
        for folder in (self._simulator, bank):
            folder.mkdir()
        (bank / "num_lines").write_text(str(len(lines)))
        (bank / "label").write_text(label)
        for offset, line in enumerate(lines):
            (bank / f"line{offset}").mkdir()
            (bank / f"line{offset}/name").write_text(line)
        self._set_live(True)
        self.name = (bank / "chip_name").read_text().strip()
        device = (self._simulator / "dev_name").read_text().strip()
        self._wires = PLATFORM / device / self.name

    @property
    def device(self):
        return f"/dev/{self.name}"

    def value(self, line):
        """Tell what the wire carries, as somebody at its far end measures it."""
        return self.far_end(line).read_text().strip() == "1"

    def far_end(self, line):
        """Return the file that tells it: 0 or 1."""
        return self._of(line, "value")

    def pull(self, line, is_up):
        """Pull the wire from its far end."""
        self._of(line, "pull").write_text("pull-up" if is_up else "pull-down")

    def pulled(self, line):
        """Tell which way the wire is pulled: pull-up or pull-down."""
        return self._of(line, "pull").read_text().strip()

    def _of(self, line, what):
        return self._wires / f"sim_gpio{self._lines.index(line)}" / what

    def _set_live(self, is_live):
        (self._simulator / "live").write_text(str(int(is_live)))

    def pull_out(self):
        """Take the chip out, whoever holds its lines; twice is fine."""
        if (self._simulator / "live").read_text().strip() == "1":
            self._set_live(False)

    def told(self):
        with gpiod.Chip(self.device) as chip:
            info = chip.get_info()
            names = " ".join(chip.get_line_info(at).name for at in range(info.num_lines))
        return f"chip: {info.name} [{info.label}], driver gpio-sim, lines {names}"

    def close(self):
        self.pull_out()
        bank = self._simulator / "bank0"
        for folder in (*sorted(bank.glob("line*")), bank, self._simulator):
            folder.rmdir()
