"""The guest's first files, read back as the kernel's documentation describes them."""

import gzip

from kernel_bench.initramfs import archive

HEAD_SIZE = 110


def padded(size):
    return -(-size // 4) * 4


def entries(packed):
    """Yield path, mode and data of each entry, up to the one that ends them."""
    data, at = gzip.decompress(packed), 0
    while True:
        head = data[at : at + HEAD_SIZE]
        assert head[:6] == b"070701"
        numbers = [int(head[6 + 8 * place : 14 + 8 * place], 16) for place in range(13)]
        mode, size, name_size = numbers[1], numbers[6], numbers[11]
        name = data[at + HEAD_SIZE : at + HEAD_SIZE + name_size]
        assert name.endswith(b"\0")
        begins = at + padded(HEAD_SIZE + name_size)
        at = begins + padded(size)
        if name == b"TRAILER!!!\0":
            assert at == len(data)
            return
        yield name[:-1].decode(), oct(mode), data[begins : begins + size]


def test_files_come_after_their_folders_with_their_bytes():
    found = list(entries(archive({"init": b"#!", "a/b/c": b"12345"}, ("dev", "a/x"))))
    assert found == [
        ("a", "0o40755", b""),
        ("a/b", "0o40755", b""),
        ("a/x", "0o40755", b""),
        ("dev", "0o40755", b""),
        ("init", "0o100755", b"#!"),
        ("a/b/c", "0o100755", b"12345"),
    ]


def test_names_and_data_of_any_size_stay_apart():
    files = {"n" * size: b"d" * (7 - size) for size in range(1, 8)}
    assert {path: data for path, _, data in entries(archive(files))} == files
