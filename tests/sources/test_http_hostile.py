"""Servers that answer too much, too slowly, too little, or something else."""

import gzip
import itertools
import re
import zlib
from collections.abc import Iterator

import pytest

from hostile_http import Answer, Asked, HostileServer, head, reply
from http_asking import SECRET, asking, without_proxies
from pytest_fitness.errors import MeasureError, UnreachableError

MEGABYTE = bytes(2**20)


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


def asked_of(answer: Answer, timeout: float = 10.0) -> MeasureError:
    with (
        HostileServer(answer) as server,
        asking(server.url, limit=3 * 2**20, timeout=timeout) as http,
    ):
        with pytest.raises(MeasureError) as caught:
            http.get()
        return caught.value


def endless(first: bytes, *parts: bytes) -> Answer:
    return lambda asked: itertools.chain([first], itertools.cycle(parts))


@pytest.mark.parametrize(
    "answer",
    [
        endless(head(), MEGABYTE),
        endless(head(Content_Length=10**15), MEGABYTE),
        endless(head(Transfer_Encoding="chunked"), b"100000\r\n", MEGABYTE, b"\r\n"),
        endless(head(Transfer_Encoding="chunked"), b"fffffffffff\r\n", MEGABYTE),
    ],
    ids=["no length", "long", "chunks", "a long chunk"],
)
def test_an_endless_body_is_cut(answer: Answer) -> None:
    assert asked_of(answer).message == "the answer has more than 3 MiB"


@pytest.mark.parametrize("first", [b"", b"1;"], ids=["length", "extension"])
def test_endless_framing_is_cut_too(first: bytes) -> None:
    chunked = head(Transfer_Encoding="chunked") + first
    error = asked_of(endless(chunked, b"1" * 2**20), timeout=60.0)
    # Some versions of urllib3 cut such a line themselves.
    assert re.search("more than 72 MiB|was cut short", error.message)


def test_endless_answers_before_the_answer_are_cut() -> None:
    wait = b"HTTP/1.1 100 Continue\r\n" + (b"X: " + b"y" * 60_000 + b"\r\n") * 90 + b"\r\n"
    error = asked_of(endless(b"", wait), timeout=60.0)
    assert error.message == "the answer has more than 72 MiB"


def test_endless_headers() -> None:
    error = asked_of(endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"))
    assert "does not answer in HTTP" in error.message


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(MEGABYTE) for _ in range(megabytes)), packer.flush()])


def test_a_bomb_is_not_unpacked() -> None:
    packed = bomb(200)
    assert len(packed) < 2**20
    error = asked_of(reply(packed, Content_Encoding="gzip"))
    assert error.message == "the answer has more than 3 MiB"


def test_what_is_just_short_enough_is_unpacked() -> None:
    with HostileServer(reply(bomb(3), Content_Encoding="x-gzip")) as server:
        with asking(server.url, limit=3 * 2**20) as http:
            assert len(http.get().body) == 3 * 2**20
        with (
            asking(server.url, limit=3 * 2**20 - 1) as http,
            pytest.raises(MeasureError, match="more than 3 MiB"),
        ):
            http.get()


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "zstd", "gzip, identity"])
def test_an_encoding_that_was_not_asked_for(encoding: str) -> None:
    error = asked_of(reply(bomb(1), Content_Encoding=encoding))
    assert "in an encoding that was not asked for" in error.message


@pytest.mark.parametrize(
    "body", [b"plain", gzip.compress(b"1") + b"rest"], ids=["plain", "more after the end"]
)
def test_what_is_no_gzip(body: bytes) -> None:
    assert "cannot be unpacked" in asked_of(reply(body, Content_Encoding="gzip")).message


def trickle(first: bytes, part: bytes) -> Answer:
    """Parts for about ten seconds, and then an end; no gap is as long as the timeout."""

    def answer(asked: Asked) -> Iterator[bytes]:
        yield first
        for _ in range(200):
            SLOW[-1].pause(0.05)
            yield part
        yield b"\r\n\r\n"

    return answer


SLOW: list[HostileServer] = []


@pytest.mark.parametrize(
    ("first", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (head(), b" "),
        (head(Transfer_Encoding="chunked"), b"1\r\n1\r\n"),
        (head(Transfer_Encoding="chunked"), b"0"),
        (head(Content_Encoding="gzip"), gzip.compress(b"")),
        (b"", b""),
    ],
    ids=["header", "continue", "body", "chunks", "length of a chunk", "gzip", "silence"],
)
def test_a_trickle_ends_with_the_timeout(first: bytes, part: bytes) -> None:
    with HostileServer(trickle(first, part)) as server:
        SLOW.append(server)
        with (
            asking(server.url, timeout=0.3, retries=3) as http,
            pytest.raises(UnreachableError, match="did not answer within 300ms"),
        ):
            http.get()
        assert len(server.asked) <= 1, "who ran out of time is not asked again"


@pytest.mark.parametrize(
    "parts",
    [
        [head(Content_Length=10), b"[1"],
        [head(Transfer_Encoding="chunked"), b"5\r\n[1"],
        [head(Transfer_Encoding="chunked"), b"2\r\n[1\r\n"],
        [head(Transfer_Encoding="chunked"), b"zz\r\n[1\r\n"],
        [head(Content_Encoding="gzip"), gzip.compress(b"[1]")[:-9]],
    ],
    ids=["length", "in a chunk", "between chunks", "no chunk", "gzip"],
)
def test_an_answer_that_is_cut_short(parts: list[bytes]) -> None:
    error = asked_of(lambda asked: iter(parts))
    assert "the answer was cut short" in error.message
    assert not isinstance(error, UnreachableError)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html><form>", "text/html; charset=utf-8"),
        ("Sign in", "application/xhtml+xml"),
        ("\n  <!DOCTYPE HTML><title>", "text/plain"),
        ("<HTML>", "application/json"),
    ],
)
def test_a_page_is_no_data(body: str, content_type: str) -> None:
    error = asked_of(reply(body, Content_Type=content_type))
    assert "answered with a page, perhaps a login page" in error.message


@pytest.mark.parametrize("said", [b"+PONG\r\n", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_another_protocol(said: bytes) -> None:
    error = asked_of(lambda asked: iter([said]))
    assert "does not answer in HTTP" in error.message
    assert not isinstance(error, UnreachableError)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "answered with nothing"),
        (" \n", "answered with nothing"),
        (f'{{"a": "{SECRET}', "answered with no valid JSON (at byte 6)"),
        ("[" * 100_000, "answered with no valid JSON"),
        (b"\xff\xfe\xfd", "answered with no valid JSON"),
        ("1" * 5000, "answered with no valid JSON"),
    ],
)
def test_what_is_no_json(body: bytes | str, said: str) -> None:
    with HostileServer(reply(body)) as server, asking(server.url) as http:
        got = http.get()
        with pytest.raises(MeasureError) as caught:
            got.json("it")
        assert caught.value.message.startswith(f"it {said}")
        assert SECRET not in str(caught.value)
