"""Proxies of the environment."""

from collections.abc import Iterator

import pytest

from hostile_http import HostileServer, reply
from http_asking import SECRET, asking, without_proxies
from pytest_fitness.errors import MeasureError, UnreachableError


@pytest.fixture
def proxy() -> Iterator[HostileServer]:
    with HostileServer(reply("by proxy")) as server:
        yield server


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    without_proxies(monkeypatch)
    return monkeypatch


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_http_goes_through_the_proxy(
    proxy: HostileServer, environment: pytest.MonkeyPatch, name: str, scheme: str
) -> None:
    environment.setenv(name, f"{scheme}127.0.0.1:{proxy.port}")
    with asking("http://somewhere.invalid/path") as http:
        assert http.get().body == b"by proxy"
    assert proxy.asked[0].target == "http://somewhere.invalid/path"


@pytest.mark.parametrize("spared", ["127.0.0.1", "*", "127.0.0.1:{port}"])
def test_some_hosts_are_spared(
    proxy: HostileServer, environment: pytest.MonkeyPatch, spared: str
) -> None:
    with HostileServer(reply("direct")) as server:
        environment.setenv("HTTP_PROXY", proxy.url)
        environment.setenv("NO_PROXY", spared.format(port=server.port))
        with asking(server.url) as http:
            assert http.get().body == b"direct"
    assert proxy.asked == []


def test_credentials_of_the_proxy_are_for_it(
    proxy: HostileServer, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("HTTP_PROXY", proxy.url.replace("//", "//me:pass@"))
    with asking("http://somewhere.invalid/") as http:
        http.get()
    assert proxy.asked[0].headers["proxy-authorization"].startswith("Basic ")


def test_https_is_tunnelled(proxy: HostileServer, environment: pytest.MonkeyPatch) -> None:
    proxy.answer = reply("", 403)
    environment.setenv("HTTPS_PROXY", proxy.url)
    with (
        asking("https://somewhere.invalid/", bearer_token=SECRET) as http,
        pytest.raises(UnreachableError, match=r"through a proxy: .*403"),
    ):
        http.get()
    assert (proxy.asked[0].method, proxy.asked[0].target) == ("CONNECT", "somewhere.invalid:443")
    assert SECRET not in str(proxy.asked)


def test_a_proxy_that_is_not_there(environment: pytest.MonkeyPatch) -> None:
    with HostileServer(reply("")) as gone:
        environment.setenv("HTTP_PROXY", gone.url.replace("//", f"//me:{SECRET}@"))
    with (
        asking("http://somewhere.invalid/") as http,
        pytest.raises(UnreachableError, match="through a proxy") as caught,
    ):
        http.get()
    assert "NO_PROXY" in str(caught.value.hint)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("proxy_url", [f"socks5://me:{SECRET}@host:1", f"ftp://me:{SECRET}@host"])
def test_another_kind_of_proxy(environment: pytest.MonkeyPatch, proxy_url: str) -> None:
    environment.setenv("HTTP_PROXY", proxy_url)
    with (
        asking("http://somewhere.invalid/") as http,
        pytest.raises(MeasureError, match=r"the proxy .* cannot be used") as caught,
    ):
        http.get()
    assert SECRET not in str(caught.value)
