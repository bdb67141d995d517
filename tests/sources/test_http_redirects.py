"""Redirects: they are followed, and credentials stay behind."""

from collections.abc import Iterator
from typing import Any

import pytest

from hostile_http import Answer, Asked, HostileServer, head, reply
from http_asking import SECRET, asking, without_proxies
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.support.http_options import BasicAuth

CREDENTIALS: list[dict[str, Any]] = [
    {"bearer_token": SECRET},
    {"basic_auth": BasicAuth(username="me", password=SECRET)},
    {"headers": {"Cookie": SECRET, "X-Api-Key": SECRET, "User-Agent": SECRET, "Accept": SECRET}},
]


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.fixture
def other() -> Iterator[HostileServer]:
    with HostileServer(reply("2")) as server:
        yield server


def to(location: str, status: int = 302) -> Answer:
    return lambda asked: iter([head(status, Location=location, Content_Length=0)])


def to_end(location: str, status: int = 302) -> Answer:
    """A redirect from anywhere but the path /end."""

    def answer(asked: Asked) -> Iterator[bytes]:
        return (reply("1") if asked.target == "/end" else to(location, status))(asked)

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/end", "end", "{url}/end", "//127.0.0.1:{port}/end#part"])
def test_credentials_stay_on_their_host(status: int, location: str) -> None:
    with HostileServer(reply("")) as server:
        server.answer = to_end(location.format(url=server.url, port=server.port), status)
        with asking(server.url, bearer_token=SECRET) as http:
            assert http.get().body == b"1"
        assert [each.headers["authorization"] for each in server.asked] == [f"Bearer {SECRET}"] * 2


@pytest.mark.parametrize("options", CREDENTIALS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "me:other@127.0.0.1"])
def test_no_credential_goes_elsewhere(
    other: HostileServer, options: dict[str, Any], host: str
) -> None:
    with HostileServer(to(f"http://{host}:{other.port}/x")) as server:
        with asking(server.url, **options) as http:
            assert http.get().body == b"2"
        assert {"authorization", "cookie"} & set(server.asked[0].headers)
    sent = other.asked[0].headers
    assert SECRET not in str(other.asked)
    assert not {"authorization", "cookie", "x-api-key"} & set(sent)
    assert sent["accept"] == "*/*"


def test_credentials_of_the_url_do_not_go_elsewhere(other: HostileServer) -> None:
    with HostileServer(to(other.url)) as server:
        with asking(server.url.replace("//", f"//me:{SECRET}@") + f"?key={SECRET}") as http:
            http.get()
        assert "authorization" in server.asked[0].headers
    assert "authorization" not in other.asked[0].headers
    assert SECRET not in str(other.asked)


def test_credentials_that_stayed_behind_do_not_come_back() -> None:
    with HostileServer(reply("")) as server, HostileServer(reply("")) as between:
        server.answer = to_end(between.url)
        between.answer = to(f"{server.url}/end")
        with asking(server.url, bearer_token=SECRET) as http:
            assert http.get().body == b"1"
        assert ["authorization" in each.headers for each in server.asked] == [True, False]


def test_a_host_that_wants_credentials_after_a_redirect(other: HostileServer) -> None:
    other.answer = reply("", 401)
    with HostileServer(to(other.url)) as server, asking(server.url, bearer_token=SECRET) as http:
        with pytest.raises(MeasureError, match="it was sent none") as caught:
            http.get()
        assert other.url in caught.value.message


def test_a_form_is_sent_along() -> None:
    with HostileServer(to_end("/end", 307)) as server, asking(server.url) as http:
        http.post_form("", [("query", "up")])
        assert [(each.method, each.body) for each in server.asked] == [("POST", b"query=up")] * 2


def test_see_other_is_a_question_of_its_own() -> None:
    with HostileServer(to_end("/end", 303)) as server, asking(server.url) as http:
        http.post_form("", [("query", "up")])
        assert [(each.method, each.body) for each in server.asked][1] == ("GET", b"")


def test_a_circle_ends() -> None:
    with HostileServer(to("/")) as server, asking(server.url, retries=3) as http:
        with pytest.raises(MeasureError, match="redirects more than 5 times"):
            http.get()
        assert len(server.asked) == 6


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://host/", "http://[::1", "http://h:port/"]
)
def test_nothing_but_http_is_followed(location: str) -> None:
    with (
        HostileServer(to(location)) as server,
        asking(server.url) as http,
        pytest.raises(MeasureError, match="redirects to where HTTP does not lead"),
    ):
        http.get()
