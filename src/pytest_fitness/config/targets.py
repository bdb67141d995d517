"""What may be put under load: this machine, and the hosts that the file allows by name."""

import ipaddress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from pytest_fitness.config.nodes import Node
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Schema, Text

_ADDRESS: Final = Text("an address such as http://localhost:8000/checkout", r"https?://\S+")


class TargetUrl(NamedTuple):
    """The address of a system that is put under load."""

    def decode(self, node: Node, reader: Reader) -> str | Invalid:
        """The address, if its host may be put under load."""
        url = _ADDRESS.decode(node, reader)
        if isinstance(url, Invalid):
            return url
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            return reader.problem(node, f"no address: {error}")
        if not host:
            return reader.problem(node, "the address names no host")
        if not is_loopback(host) and host not in map(str.lower, reader.allow_hosts):
            return reader.problem(
                node,
                f"{host} may not be put under load: it is not this machine",
                f"If it is yours to load, say so at the top of the file: `allow_hosts: [{host}]`.",
            )
        return url

    def schema(self) -> Schema:
        """A string with http or https."""
        return _ADDRESS.schema()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name alone: nothing is looked up."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
