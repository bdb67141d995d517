"""Asking over HTTP: what is sent, and what is made of the answer."""

import base64
import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hostile_http import Asked, HostileServer, head, in_turn, reply, reply_json
from http_asking import SECRET, asking, without_proxies
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.support.http_options import BasicAuth


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@pytest.mark.parametrize(
    ("base", "path", "params", "target"),
    [
        ("", "", (), "/"),
        ("/", "", (), "/"),
        ("/prefix", "", (), "/prefix"),
        ("/prefix/", "api/v1", (), "/prefix/api/v1"),
        ("/prefix", "/api/v1", (), "/prefix/api/v1"),
        ("?key=1", "a", (("b", "x y&z"),), "/a?key=1&b=x+y%26z"),
        ("", "a?b=1", (("c", "ü"),), "/a?b=1&c=%C3%BC"),
        ("#part", "a", (), "/a"),
        ("", "http://elsewhere/", (), "/http://elsewhere/"),
    ],
)
def test_a_path_is_below_the_url(
    base: str, path: str, params: tuple[tuple[str, str], ...], target: str
) -> None:
    with HostileServer(reply("1")) as server, asking(server.url + base) as http:
        assert http.get(path, params).body == b"1"
        assert server.asked[0].target == target


def test_a_reply_is_whole() -> None:
    with HostileServer(reply("[1, 2]", 203)) as server, asking(server.url) as http:
        got = http.get(accept="application/json")
        assert got == (203, "application/json", b"[1, 2]")
        assert got.json("it") == [1, 2]
        sent = server.asked[0].headers
        assert (sent["accept"], sent["accept-encoding"]) == ("application/json", "gzip")
        assert sent["user-agent"].startswith("pytest-fitness/")
        assert "authorization" not in sent


def test_a_form_is_posted() -> None:
    with HostileServer(reply("1")) as server, asking(server.url) as http:
        http.post_form("q", [("query", "a+b"), ("time", "1")])
        asked = server.asked[0]
        assert (asked.method, asked.target) == ("POST", "/q")
        assert asked.body == b"query=a%2Bb&time=1"
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


BASIC = "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("user", "options", "sent"),
    [
        ("", {"bearer_token": SECRET}, f"Bearer {SECRET}"),
        ("", {"basic_auth": BasicAuth(username="me", password=SECRET)}, BASIC),
        (f"me:{SECRET}@", {}, BASIC),
        ("me:s3c%723t@", {}, BASIC),
        ("", {"headers": {"authorization": "Special x"}}, "Special x"),
    ],
)
def test_credentials_are_sent(user: str, options: dict[str, Any], sent: str) -> None:
    with HostileServer(reply("1")) as server:
        with asking(server.url.replace("//", f"//{user}"), **options) as http:
            http.get()
        assert server.asked[0].headers["authorization"] == sent
        assert "@" not in server.asked[0].headers["host"]


def test_headers_of_the_user_win() -> None:
    headers = {"X-Scope-OrgID": "tenant", "user-agent": "mine", "ACCEPT": "text/x"}
    with HostileServer(reply("1")) as server, asking(server.url, headers=headers) as http:
        http.get(accept="application/json")
        sent = server.asked[0].headers
        assert (sent["x-scope-orgid"], sent["user-agent"], sent["accept"]) == (
            "tenant", "mine", "text/x",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (301, "redirect to nowhere"),
        (304, "redirect to nowhere"),
        (400, None),
        (401, "Look at the credentials of the source"),
        (403, "Look at the credentials of the source"),
        (404, "a prefix of its path may be missing"),
        (500, "Its server failed"),
    ],
)
def test_a_status_of_trouble_is_an_error(status: int, hint: str | None) -> None:
    with HostileServer(reply(SECRET, status)) as server:
        url = server.url.replace("//", f"//me:{SECRET}@") + f"/x?key={SECRET}"
        with asking(url) as http, pytest.raises(MeasureError) as caught:
            http.get()
        assert f"{server.url}/x?key=… answered with the status {status}" in caught.value.message
        assert (hint is None) == (caught.value.hint is None)
        assert (hint or "") in (caught.value.hint or "")
        assert SECRET not in str(caught.value)
        assert not isinstance(caught.value, UnreachableError)
        assert len(server.asked) == 1


def test_a_status_that_is_allowed_is_a_reply() -> None:
    with HostileServer(reply("{}", 422)) as server, asking(server.url) as http:
        assert http.get(allowed=[422])[:2] == (422, "application/json")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_asked_again(status: int) -> None:
    answer = in_turn(reply("", status), reply("", status), reply("7"))
    with HostileServer(answer) as server, asking(server.url, retries=2) as http:
        assert http.get().body == b"7"
        assert len(server.asked) == 3


def test_what_does_not_pass_says_how_often_it_was_asked() -> None:
    with HostileServer(reply("", 503)) as server, asking(server.url, retries=1) as http:
        with pytest.raises(MeasureError, match=r"status 503 \(2 attempts\)"):
            http.get()
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("retry_after", "count"),
    [("0", 3), ("-5", 3), ("soon", 3), ("Mon, 01 Jan 2001 00:00:00 GMT", 3), ("3600", 1),
     ("Fri, 01 Jan 2100 00:00:00 GMT", 1), ("99999999999999999999", 3)],
)  # fmt: skip
def test_no_wait_is_longer_than_the_timeout(retry_after: str, count: int) -> None:
    answer = reply("", 429, Retry_After=retry_after)
    with HostileServer(answer) as server, asking(server.url, retries=2) as http:
        with pytest.raises(MeasureError, match="429") as caught:
            http.get()
        assert len(server.asked) == count
        assert f"Retry-After: {retry_after}" in str(caught.value.hint)


def test_the_time_that_was_asked_for_is_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("pytest_fitness.sources.support.exchange.time.sleep", waits.append)
    answer = in_turn(reply("", 429, Retry_After="3"), reply("", 503), reply("1"))
    with HostileServer(answer) as server, asking(server.url, retries=9) as http:
        http.get()
    assert waits == [3.0, 0.4]


def test_a_lost_connection_is_tried_again() -> None:
    def hang_up(asked: Asked) -> Iterator[bytes]:
        return iter(())

    with HostileServer(in_turn(hang_up, reply("1"))) as server:
        with asking(server.url, retries=1) as http:
            assert http.get().body == b"1"
        with asking(server.url) as http:
            server.answer = hang_up
            with pytest.raises(UnreachableError, match="cannot be connected to"):
                http.get()


def test_nobody_there() -> None:
    with HostileServer(reply("1")) as server:
        url = server.url
    with asking(url, retries=1) as http, pytest.raises(UnreachableError) as caught:
        http.get()
    assert caught.value.message == f"{url} cannot be connected to: Connection refused"


def test_an_unknown_host() -> None:
    with (
        asking("http://nowhere.invalid") as http,
        pytest.raises(UnreachableError, match=r"host of http://nowhere\.invalid is not known"),
    ):
        http.get()


@pytest.mark.parametrize("url", ["http://" + "a" * 70 + ".invalid", "http://a..b"])
def test_a_host_that_cannot_be(url: str) -> None:
    with asking(url) as http, pytest.raises(MeasureError):
        http.get()


def test_gzip_is_unpacked() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    with (
        HostileServer(reply(packed, Content_Encoding="gzip")) as server,
        asking(server.url) as http,
    ):
        assert http.get().body == b"one two"


def test_an_empty_answer_has_no_encoding() -> None:
    with HostileServer(reply(b"", Content_Encoding="gzip")) as server, asking(server.url) as http:
        assert http.get().body == b""


def test_chunks_are_put_together() -> None:
    def chunked(asked: Asked) -> Iterator[bytes]:
        yield head(Transfer_Encoding="chunked")
        yield b"3\r\none\r\n4\r\n two\r\n0\r\n\r\n"

    with HostileServer(chunked) as server, asking(server.url) as http:
        assert http.get().body == b"one two"


def test_many_threads_ask_at_once() -> None:
    together = threading.Barrier(6, timeout=20)

    def answer(asked: Asked) -> Iterator[bytes]:
        together.wait()
        return reply(asked.target[1:])(asked)

    with HostileServer(answer) as server, asking(server.url) as http, ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda n: http.get(n).body, "abcdef")) == [*map(str.encode, "abcdef")]


def test_closing_twice_is_fine_and_asking_opens_again() -> None:
    with HostileServer(reply_json({})) as server, asking(server.url) as http:
        http.close()
        http.get()
        http.close()
        http.close()
        assert http.get().body == b"{}"


def test_a_connection_is_used_again() -> None:
    def keep(asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"

    with HostileServer(keep) as server, asking(server.url) as http:
        server.keeps = True
        assert [http.get().body for _ in range(3)] == [b"1"] * 3
        assert (len(server.asked), server.connections) == (3, 1)
        http.close()


def test_nothing_heavy_is_imported_before_asking() -> None:
    code = (
        "import sys\n"
        "import pytest_fitness.sources.prometheus.source, pytest_fitness.sources.http_json\n"
        "from pathlib import Path\n"
        "from pytest_fitness.sources.support.http import Http, HttpOptions\n"
        "Http(HttpOptions(url='http://h'), Path()).close()\n"
        "print({'urllib3', 'jmespath', 'ssl', 'http.client'} & set(sys.modules))\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout == "set()\n"
