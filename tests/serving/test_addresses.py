from __future__ import annotations

import ipaddress
import socket

import pytest
from gatescope.serving.addresses import list_addresses, list_names, rank_addresses

LAPTOP = {
    "lo": ["127.0.0.1", "::1"],
    "docker0": ["172.17.0.1"],
    "tun0": ["10.8.0.2"],
    "eth0": ["169.254.10.1", "fe80::1"],
    "wlan0": ["192.168.1.5", "2001:db8::5", "fe80::2"],
    "wlan1": ["192.168.9.9"],
}


@pytest.mark.parametrize("default", ["192.168.1.5", "10.8.0.2", None])
def test_the_likeliest_address_comes_first_and_loopback_never(default: str | None) -> None:
    ranked = rank_addresses(LAPTOP, default, (4,))
    assert ranked[:2] == ["192.168.1.5", "192.168.9.9"]
    assert set(ranked[2:4]) == {"172.17.0.1", "10.8.0.2"}
    assert ranked[4:] == ["169.254.10.1"]


def test_the_default_route_decides_between_two_interfaces() -> None:
    assert rank_addresses(LAPTOP, "192.168.9.9", (4,))[:2] == ["192.168.9.9", "192.168.1.5"]


def test_where_it_listens_on_ipv6_too_that_comes_after() -> None:
    assert rank_addresses(LAPTOP, None, (4, 6))[-1] == "2001:db8::5"
    assert "fe80::2" not in rank_addresses(LAPTOP, None, (4, 6)), "needs a zone to be typed"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_this_machines_own_addresses_are_named_and_let_in(host: str) -> None:
    found = list_addresses(host)
    assert found
    assert set(found) <= set(list_names(host))
    assert socket.gethostname() in list_names(host)
    for name in found:
        if name != socket.gethostname():  # this machine has no network
            address = ipaddress.ip_address(name.strip("[]"))
            assert not address.is_loopback
            assert not address.is_unspecified


def test_an_address_that_was_named_is_the_only_one() -> None:
    assert list_addresses("192.168.1.5") == list_names("192.168.1.5") == ("192.168.1.5",)
    assert list_addresses("fd00::2") == ("[fd00::2]",)
