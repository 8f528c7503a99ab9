"""Devices that take lines of text, by a dialogue."""

from contextlib import closing

import pytest

from harness.errors import BenchTimeoutError, PortLostError, RigError
from harness.port.dialogue import Dialogue, DialoguePort, DialogueRelay, Exchange
from tests.peers.pty_peer import PtyPeer


class TextRelays(PtyPeer):
    """A USB board of relays that echoes, answers and prompts."""

    def __init__(self):
        self.on, self.is_silent, self._heard = set(), False, b""
        super().__init__(self._hear)

    def _hear(self, data):
        *lines, self._heard = (self._heard + data).split(b"\r")
        for line in lines:
            self._act(line.decode())

    def _act(self, line):
        verb, channel = line.split()[1:]
        if verb == "on":
            self.on.add(channel)
        elif verb == "off":
            self.on.discard(channel)
        said = ("on" if channel in self.on else "off") if verb == "read" else ""
        if not self.is_silent:
            self.write(f"{line}\r\n{said}\r\n>".encode())


ACTS = {
    "energise": (Exchange("relay on {channel}", ">"),),
    "release": (Exchange("relay off {channel}", ">"),),
    "read": (Exchange("relay read {channel}", r"\n(on|off)\r\n>"),),
}


@pytest.fixture
def text_relays():
    with closing(TextRelays()) as found:
        yield found


def text_relay(peer, acts=ACTS):
    port = DialoguePort(peer.address, "relay", Dialogue(acts, send_end="\r", timeout_s=0.3))
    return DialogueRelay(port, "2")


def test_relay_is_told_in_lines_and_read_back(text_relays):
    with closing(text_relay(text_relays)) as relay:
        relay.energise(True)
        assert (text_relays.on, relay.is_energised()) == ({"2"}, True)
        relay.energise(False)
        assert (text_relays.on, relay.is_energised()) == (set(), False)


def test_relay_without_a_question_is_believed(text_relays):
    acts = {name: ACTS[name] for name in ("energise", "release")}
    with closing(text_relay(text_relays, acts)) as relay:
        relay.energise(True)
        assert relay.is_energised()
        text_relays.close()
        with pytest.raises(PortLostError, match="relay /dev/pts/"):
            relay.is_energised()


def test_relay_that_is_silent_is_told(text_relays):
    text_relays.is_silent = True
    with (
        closing(text_relay(text_relays)) as relay,
        pytest.raises(BenchTimeoutError, match="energise: nothing within 0.3 s: check its power"),
    ):
        relay.energise(True)


def test_act_that_the_dialogue_does_not_have_is_told(text_relays):
    with (
        closing(text_relay(text_relays, {})) as relay,
        pytest.raises(RigError, match="its dialogue has no `energise`: add it to the file"),
    ):
        relay.energise(True)
