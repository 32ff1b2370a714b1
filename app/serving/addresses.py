"""How this machine is reached: what others type, and the names that the guard lets in."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Mapping, Sequence

WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - every interface: asked for by a person
# Bridges, tunnels and virtual machines: up, with addresses, and of no use to the next table.
VIRTUAL = (
    *("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vethernet", "bridge"),
    *("lxc", "lxd", "cni", "flannel", "podman", "cali", "kube"),
    *("wg", "tun", "tap", "utun", "zt", "tailscale", "ppp", "awdl", "llw", "anpi"),
)


def list_addresses(host: str) -> tuple[str, ...]:
    """Name this machine as others may type it, the most likely name first.

    ``host`` is what the server listens on. Where that is every interface, these are the
    interfaces' addresses: that of the default route first, those of virtual ones last.
    """
    if host not in WILDCARDS:
        return (write_host(host),)
    families = (4, 6) if ":" in host else (4,)
    ranked = rank_addresses(_read_interfaces(), _find_default_address(), families)
    return tuple(map(write_host, ranked)) or (socket.gethostname(),)


def list_names(host: str) -> tuple[str, ...]:
    """Name every host that a request may be meant for: loopback is not among them."""
    names = {write_host(host)}
    if host in WILDCARDS:
        name = socket.gethostname()
        names |= {name, f"{name}.local", socket.getfqdn()}
        names |= {write_host(one) for found in _read_interfaces().values() for one in found}
    return tuple(sorted(names))


def add_token(address: str, token: str | None) -> str:
    """Write the address that a first visit is made with."""
    return f"{address}?token={token}" if token else address


def rank_addresses(
    interfaces: Mapping[str, Sequence[str]], default: str | None, families: Sequence[int]
) -> list[str]:
    """Sort the addresses of ``interfaces`` by how likely another machine reaches them.

    ``families`` are the versions of IP, in the order to prefer.
    """
    ranked = []
    for name, found in interfaces.items():
        virtual = name.lower().startswith(VIRTUAL)
        for written in found:
            address = ipaddress.ip_address(written)
            unreachable = address.is_loopback or (address.version == 6 and address.is_link_local)
            if address.version in families and not unreachable:
                other = written != default
                family = families.index(address.version)
                ranked.append((family, address.is_link_local, virtual, other, written))
    return [written for *_, written in sorted(ranked, key=lambda entry: entry[:-1])]


def write_host(host: str) -> str:
    """Write a host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _read_interfaces() -> dict[str, list[str]]:
    """List the IP addresses of every interface that is up."""
    import psutil

    ip = {socket.AF_INET, socket.AF_INET6}
    states = psutil.net_if_stats()
    return {
        # without the zone: fe80::1%eth0
        name: [entry.address.partition("%")[0] for entry in found if entry.family in ip]
        for name, found in psutil.net_if_addrs().items()
        if name in states and states[name].isup
    }


def _find_default_address() -> str | None:
    """Find the address that leaves by the default route; connecting UDP sends nothing."""
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe,
    ):
        probe.connect(("198.51.100.1", 9))  # of a network kept for documents (RFC 5737)
        return str(probe.getsockname()[0])
    return None
