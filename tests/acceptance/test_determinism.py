"""The same run in two processes: not one byte of any history may differ."""

import os
import subprocess
import sys

import pytest

from tests.acceptance.bench import ROOT, scenarios

SEEDS = ("1", "4711")


def start(device, folder, seed):
    folder.mkdir()
    command = [sys.executable, "-m", "tests.acceptance.play_all", device, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})


def written(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("device", ["zvt-1", "zvt-2"])
def test_two_processes_write_the_same_bytes_whatever_the_hash_seed(tmp_path, device):
    folders = [tmp_path / seed for seed in SEEDS]
    started = [start(device, folder, seed) for folder, seed in zip(folders, SEEDS, strict=True)]
    assert [process.wait() for process in started] == [0, 0]
    one, other = map(written, folders)
    assert [name for name in one if one[name] != other.get(name)] == []
    assert len(one) == len(other) == len(scenarios())
