"""Modules are loaded after those that they need."""

from pathlib import Path

import pytest

from kernel_bench.kernel import in_order, needs

NEEDS = {"acm": "core,serial", "serial": "core", "core": "", "usblp": "core", "alone": None}


@pytest.fixture
def there(tmp_path):
    """Module files that say what they need, as the kernel's build writes it into them."""
    for name, needed in NEEDS.items():
        said = b"" if needed is None else f"\0depends={needed}\0".encode()
        (tmp_path / name).write_bytes(b"\x7fELF\0license=GPL" + said + b"name=x\0")
    return {name: tmp_path / name for name in NEEDS}


def test_module_comes_after_what_it_needs_and_once(there):
    assert list(in_order(["acm", "usblp", "alone"], there)) == [
        "core", "serial", "acm", "usblp", "alone",
    ]  # fmt: skip


def test_what_is_in_the_image_of_the_kernel_needs_no_file(there):
    assert list(in_order(["overlay", "core"], there)) == ["core"]


def test_names_of_modules_are_those_of_files_with_dashes_replaced(tmp_path):
    file = tmp_path / "module"
    file.write_bytes(b"\0depends=cdc-acm,u_serial\0")
    assert needs(Path(file)) == ["cdc_acm", "u_serial"]
