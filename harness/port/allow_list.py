"""Who may connect to a listener: addresses and networks of peers."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from harness.errors import MisuseError


def is_loopback(name: str) -> bool:
    """Tell whether an address to listen on can be reached from this machine alone."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


class AllowList:
    """Peers by address ("192.0.2.7") or network ("192.0.2.0/24"); an empty list allows all."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._networks = [_network(entry) for entry in entries]

    def __bool__(self) -> bool:
        return bool(self._networks)

    def allows(self, address: str) -> bool:
        """Tell whether a peer of this address may connect."""
        try:
            peer = ip_address(address)
        except ValueError:
            return not self._networks
        if isinstance(peer, IPv6Address):
            peer = peer.ipv4_mapped or peer
        return not self._networks or any(peer in network for network in self._networks)


def _network(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry)
    except ValueError:
        raise MisuseError(
            f"allow-list: {entry!r} is no address or network; write 192.0.2.7 or 192.0.2.0/24"
        ) from None
