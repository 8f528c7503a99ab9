"""`pos-harness host` and `watch`: what they refuse, before a port is open or a file written."""

import socket

import pytest

from harness.commands.address import address_of
from harness.errors import MisuseError
from tests.commands.shell import refusal, run
from tests.live.program import ROOT, key_file


@pytest.fixture
def key(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    return str(key_file(tmp_path))


@pytest.mark.parametrize("command", ["host", "watch"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--listen", "8583"], "the host: expected HOST:PORT, such as 127.0.0.1:8583"),
        (["--listen", "127.0.0.1:99999"], "the host: expected HOST:PORT"),
        (["--listen", "0.0.0.0:0"], "the host: beyond loopback name the peers that may connect"),
        (["--listen", "0.0.0.0:0", "--allow", "x"], "the host: allow-list: 'x' is no address"),
        (["--terminal-id", "1"], "terminal_id: expected 8 letters or digits"),
        (["--merchant-id", "1"], "merchant_id: expected 15 letters or digits"),
        (["--cards", "nowhere.yaml"], "nowhere.yaml: No such file or directory; declare"),
        (["--tmk-file", "nowhere.hex"], "nowhere.hex: No such file or directory: put the test"),
    ],
)
def test_value_that_cannot_be_is_refused(tmp_path, key, command, words, said):
    more = ["--reports", str(tmp_path / "r")] if command == "watch" else []
    assert refusal(command, "--tmk-file", key, *more, *words).startswith(said)


@pytest.mark.parametrize("command", ["host", "watch"])
def test_port_in_use_is_named_and_no_history_is_left(tmp_path, key, command):
    kept = tmp_path / "history"
    more = ["--reports", str(tmp_path / "r")] if command == "watch" else []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        words = (command, "--tmk-file", key, "--listen", listen, "--history", str(kept))
        result = run(*words, *more)
    assert (result.exit_code, result.stdout) == (3, "")
    assert f"cannot listen on {listen}: " in result.stderr
    assert "choose another address" in result.stderr
    assert not kept.exists()


def test_history_that_cannot_be_written_is_refused(tmp_path, key):
    words = ("host", "--tmk-file", key, "--listen", "127.0.0.1:0")
    said = refusal(*words, "--history", str(tmp_path / "no/folder"))
    assert said.startswith(f"cannot write {tmp_path}/no/folder: No such file or directory")
    (tmp_path / "kept").write_text("evidence")
    assert "name another file" in refusal(*words, "--history", str(tmp_path / "kept"))
    assert (tmp_path / "kept").read_text() == "evidence"


def test_watch_refuses_a_folder_of_reports_before_it_begins(tmp_path, key):
    (tmp_path / "file").write_text("")
    said = refusal("watch", "--tmk-file", key, "--reports", str(tmp_path / "file/below"))
    assert said.startswith(f"cannot write {tmp_path}/file/below: Not a directory: make the folder")


def test_watch_without_the_printer_that_was_named_does_not_begin(tmp_path, key):
    words = ("watch", "--tmk-file", key, "--listen", "127.0.0.1:0", "--printer", "/dev/nowhere")
    result = run(*words, "--reports", str(tmp_path))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("error: printer tap /dev/nowhere: No such file or directory:")


@pytest.mark.parametrize("text", ["", "x", "x:", ":1", "x:y", "x:65536", "x:-1", "x:１"])
def test_text_that_is_no_address_is_refused(text):
    with pytest.raises(MisuseError, match="--host .*: expected HOST:PORT, such as"):
        address_of(text, "--host")


def test_addresses():
    assert address_of("192.0.2.1:65535", "--host") == ("192.0.2.1", 65_535)
    assert address_of("[::1]:80", "--host") == ("::1", 80)
