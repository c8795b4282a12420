"""By which names and addresses a tablet on the canteen's network may reach this computer."""

import re
import socket
from ipaddress import ip_address, ip_network

import psutil

ALWAYS = ("localhost", "127.0.0.1", "::1")
REACHED = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Networks whose addresses belong to nobody in the world, and which others beside this computer can reach."""
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def hostname() -> str:
    """This computer's own name in lower case, without a domain; `canteen` where it has none that a network takes."""
    first = socket.gethostname().split(".")[0].lower()
    return first if HOST_NAME.fullmatch(first) else "canteen"


def lan_addresses() -> list[str]:
    """This computer's addresses in private networks, as tablets beside it reach it; IPv4 first."""
    found = [
        each.address.split("%")[0]
        for network in psutil.net_if_addrs().values()
        for each in network
        if each.family in (socket.AF_INET, socket.AF_INET6)
    ]
    private = {text for text in found if is_on_a_lan(text)}
    return sorted(private, key=lambda text: (ip_address(text).version, ip_address(text).packed))


def in_address(text: str) -> str:
    """A name or an address as it stands in a web address: IPv6 in brackets."""
    return f"[{text}]" if ":" in text else text


def is_on_a_lan(text: str) -> bool:
    """Whether this is an address of a private network that others on it can reach."""
    address = ip_address(text)
    return any(address in ip_network(network) for network in REACHED)


def all_names() -> list[str]:
    """Every name and address that the certificate should hold."""
    name = hostname()
    return list(dict.fromkeys([name, f"{name}.local", *ALWAYS, *lan_addresses()]))
