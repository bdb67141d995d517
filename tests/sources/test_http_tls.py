"""Certificates: trusted, not trusted, not looked at."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from hostile_http import HostileServer, head, reply
from http_asking import SECRET, asking, without_proxies
from pytest_fitness.errors import MeasureError, UnreachableError


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[HostileServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with HostileServer(reply("1"), context) as server:
        yield server


def test_an_unknown_certificate_is_not_trusted(secure: HostileServer) -> None:
    with (
        asking(secure.url, bearer_token=SECRET, retries=2) as http,
        pytest.raises(UnreachableError, match="no secure connection: ") as caught,
    ):
        http.get()
    assert "`ca_file`" in str(caught.value.hint)
    assert secure.asked == []


def test_certificates_of_a_file_are_trusted(secure: HostileServer, ca_file: Path) -> None:
    for name, root in (("ca.pem", ca_file.parent), (str(ca_file), Path.cwd())):
        with asking(secure.url, root, ca_file=name) as http:
            assert http.get().body == b"1"


def test_a_certificate_of_another_host_is_not_trusted(secure: HostileServer, ca_file: Path) -> None:
    with (
        asking(f"https://localhost:{secure.port}", ca_file.parent, ca_file="ca.pem") as http,
        pytest.raises(UnreachableError, match="not valid for 'localhost'"),
    ):
        http.get()


def test_certificates_need_not_be_looked_at(secure: HostileServer) -> None:
    # Warnings are errors here, and urllib3 would warn.
    with asking(f"https://localhost:{secure.port}", verify=False) as http:
        assert http.get().body == b"1"
        assert http.get().body == b"1"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates(
    secure: HostileServer, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "none.pem").write_text(content, encoding="utf-8")
    with (
        asking(secure.url, tmp_path, ca_file="none.pem") as http,
        pytest.raises(MeasureError, match=r"the ca_file '.*none.pem' cannot be used"),
    ):
        http.get()


def test_https_where_there_is_none() -> None:
    with (
        HostileServer(reply("1"), greeting=b"HTTP/1.1 400 No\r\n\r\n") as server,
        asking(server.url.replace("http:", "https:")) as http,
        pytest.raises(UnreachableError, match="no secure connection") as caught,
    ):
        http.get()
    assert "https" in str(caught.value.hint)


def test_credentials_do_not_leave_https(secure: HostileServer) -> None:
    with HostileServer(reply("2")) as plain:
        secure.answer = lambda asked: iter([head(302, Location=plain.url)])
        with asking(secure.url, verify=False, bearer_token=SECRET) as http:
            assert http.get().body == b"2"
        assert "authorization" in secure.asked[0].headers
        assert "authorization" not in plain.asked[0].headers


def test_a_handshake_that_never_ends() -> None:
    def wait(asked: object) -> Iterator[bytes]:
        server.pause(10)
        return iter(())

    with (
        HostileServer(wait) as server,
        asking(server.url.replace("http:", "https:"), timeout=0.3) as http,
        pytest.raises(UnreachableError),
    ):
        http.get()
