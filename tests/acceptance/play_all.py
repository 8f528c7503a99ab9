"""Plays every scenario in virtual time and writes the histories: python -m ... DEVICE FOLDER."""

import sys
from pathlib import Path

from harness.campaign.play import play
from harness.history.record import dump
from tests.acceptance.bench import parts, scenarios


def main(device, folder):
    bench = parts(device)
    for number, (suite, scenario) in enumerate(scenarios()):
        text = dump(play(scenario, bench).history)
        (folder / f"{number:03} {suite}").write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
