"""A machine that cannot boot the bench's kernel says why: a skip, or a failure where it is due."""

import pytest

from kernel_bench import __main__ as kernel_bench
from kernel_bench import needs
from kernel_bench.bytecode import ImportFailedError
from kernel_bench.packages import PackageError


@pytest.fixture
def bare(monkeypatch):
    """A Debian without any of the programs."""
    monkeypatch.setattr(needs.platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(needs.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(needs.shutil, "which", lambda _name: None)
    monkeypatch.delenv(kernel_bench.WISH, raising=False)
    return monkeypatch


@pytest.mark.usefixtures("bare")
def test_what_is_missing_is_skipped_with_the_remedy_and_never_called_a_pass(capsys):
    assert kernel_bench.main() == 0
    said = capsys.readouterr().out
    assert said == (
        "kernel-bench: skipped, nothing is proved: install them: apt-get install "
        "--no-install-recommends qemu-system-x86 busybox-static gcc make\n"
    )
    assert "PASS" not in said


def test_what_is_missing_is_a_failure_where_it_is_required(bare, capsys):
    bare.setenv(kernel_bench.WISH, "required")
    assert kernel_bench.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("kernel-bench: FAIL: it was required, and cannot be played: install")


@pytest.mark.parametrize(("wish", "code"), [("", 0), ("required", 1)])
def test_kernel_that_cannot_be_made_is_skipped_unless_it_is_required(bare, capsys, wish, code):
    bare.setenv(kernel_bench.WISH, wish)
    bare.setattr(needs, "missing", lambda: "")
    bare.setattr(kernel_bench, "ready", lambda: raising(PackageError("apt is out of reach")))
    assert kernel_bench.main() == code
    said = "".join(capsys.readouterr())
    assert "its kernel could not be made: apt is out of reach" in said
    assert "PASS" not in said


def test_tree_that_the_guest_cannot_import_is_a_failure(bare, capsys):
    bare.setattr(needs, "missing", lambda: "")
    bare.setattr(kernel_bench, "ready", lambda: None)
    bare.setattr(kernel_bench, "compile_all", lambda *_: raising(ImportFailedError("no such")))
    assert kernel_bench.main() == 1
    assert (
        "FAIL: what the guest imports could not be made ready: no such" in capsys.readouterr().err
    )


def raising(error):
    raise error


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("freedesktop_os_release", {"ID": "alpine"}, "and this machine runs alpine"),
        ("machine", "aarch64", "and this machine is aarch64"),
    ],
)
def test_machine_of_another_kind_is_named(bare, name, value, said):
    bare.setattr(needs.platform, name, lambda: value)
    assert said in needs.missing()


def test_apt_that_knows_no_kernel_is_told_to_look(bare):
    bare.setattr(needs.shutil, "which", lambda name: name)
    bare.setattr(needs.packages, "release", lambda: "")
    assert needs.missing() == "apt knows no linux-image-amd64: apt-get update"
