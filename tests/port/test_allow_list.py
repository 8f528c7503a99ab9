"""Who may connect."""

import pytest

from harness.errors import MisuseError
from harness.port.allow_list import AllowList, is_loopback


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_is_this_machine_alone(name):
    assert is_loopback(name)


@pytest.mark.parametrize("name", ["0.0.0.0", "192.0.2.7", "::", "pos.example", ""])
def test_every_other_address_can_be_reached_by_others(name):
    assert not is_loopback(name)


def test_empty_list_allows_all_and_is_none():
    assert not AllowList()
    assert AllowList().allows("192.0.2.7")
    assert AllowList().allows("nonsense")


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("198.51.100.9", True),
        ("198.51.101.9", False),
        ("::ffff:192.0.2.7", True),
        ("2001:db8::1", False),
        ("nonsense", False),
    ],
)
def test_peers_are_allowed_by_address_or_network(address, is_allowed):
    found = AllowList(["192.0.2.7", "198.51.100.0/24"])
    assert found
    assert found.allows(address) is is_allowed


@pytest.mark.parametrize("entry", ["pos.example", "192.0.2.1/24", ""])
def test_entry_that_is_no_address_is_misuse(entry):
    with pytest.raises(MisuseError, match="is no address or network; write 192.0.2.7"):
        AllowList([entry])
