"""Scraping a URL, once for the present, and several times to watch it."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, start_http_server

from exposition_texts import SOURCE, THEN, by_labels, values
from hostile_http import Answer as Served
from hostile_http import Asked, HostileServer, head, in_turn, reply
from http_asking import SECRET, without_proxies
from pytest_fitness.answers import Answer, Client, Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.openmetrics.options import OpenMetricsOptions, OpenMetricsQuery

UP = OpenMetricsQuery(metric="up")
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN = "text/plain; version=0.0.4; charset=utf-8"
NOW = Window(THEN)


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxies(monkeypatch)


@contextmanager
def client_of(url: str, **options: Any) -> Iterator[Client]:
    client: Client = SOURCE.open(
        OpenMetricsOptions(url=url, **({"timeout": 5.0, "retries": 0} | options)), Path.cwd()
    )
    try:
        yield client
    finally:
        client.close()


def exposition(text: str, content_type: str = PLAIN, status: int = 200) -> Served:
    return reply(text, status, Content_Type=content_type)


def counting() -> Served:
    """A counter that is one higher at each scrape."""
    lock = threading.Lock()
    count = 0

    def answer(asked: Asked) -> Iterator[bytes]:
        nonlocal count
        with lock:
            count += 1
            text = f"up {count}\n"
        return exposition(text)(asked)

    return answer


def scraped(answer: Served, metric: str = "up", window: Window = NOW, **options: Any) -> Answer:
    with HostileServer(answer) as server, client_of(server.url, **options) as client:
        return client.ask(OpenMetricsQuery(metric=metric), window)


def refusal(answer: Served, window: Window = NOW, **options: Any) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        scraped(answer, window=window, **options)
    return caught.value


def test_a_program_that_exposes_itself() -> None:
    registry = CollectorRegistry()
    counter = Counter("requests", "All.", ["code"], registry=registry)
    counter.labels("200").inc(7)
    server, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        with client_of(f"http://127.0.0.1:{server.server_port}/metrics") as client:
            query = OpenMetricsQuery(metric='requests_total{code=~"2.."}')
            assert values(client.ask(query, Window(THEN))) == {"code=200": 7.0}
            counter.labels("200").inc(5)
            assert values(client.ask(query, Window(THEN + 1))) == {"code=200": 12.0}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_time_of_a_sample_is_that_of_the_scrape() -> None:
    before = time.time()
    [((when, value),)] = by_labels(scraped(exposition("up 1\n"))).values()
    assert before <= when <= time.time()
    assert value == 1.0


def test_a_sample_that_brings_its_time_keeps_it() -> None:
    text = f"up 1 {THEN * 1000 - 90_000:.0f}\n"
    assert by_labels(scraped(exposition(text))) == {"": ((THEN - 90, 1.0),)}


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        (OPENMETRICS, "up 1 1700000000.5\n# EOF\n"),
        ("Application/OpenMetrics-Text", "up 1 1700000000.5\n# EOF\n"),
        ("text/plain", "up 1 1700000000.5\n# EOF\n"),
        ("application/octet-stream", "up 1 1700000000.5\n# EOF\n"),
        ("", "up 1 1700000000.5\n# EOF\n"),
        (PLAIN, "up 1 1700000000500\n# EOF\n"),
        ("text/plain; version = 0.0.4", "up 1 1700000000500\n# EOF\n"),
        ("text/plain", "up 1 1700000000500\n"),
    ],
)
def test_the_format_is_told_by_the_type_and_the_end(content_type: str, text: str) -> None:
    assert by_labels(scraped(exposition(text, content_type))) == {"": ((1700000000.5, 1.0),)}


@pytest.mark.parametrize(
    "content_type", ["application/json", "image/png", "application/vnd.google.protobuf; a=b"]
)
def test_something_else_than_metrics(content_type: str) -> None:
    error = refusal(exposition("up 1\n", content_type))
    assert f"answered with '{content_type.partition(';')[0]}', not with metrics" in error.message
    assert error.hint is not None
    assert "/metrics" in error.hint


def test_a_page_of_html() -> None:
    assert "answered with a page" in refusal(exposition("<html>", "text/html")).message


def test_an_exposition_that_was_cut_off() -> None:
    with (
        HostileServer(exposition("up 1\nup", OPENMETRICS)) as server,
        client_of(f"{server.url}/metrics?token={SECRET}") as client,
        pytest.raises(MeasureError) as caught,
    ):
        client.ask(UP, NOW)
    assert caught.value.message.startswith(f"{server.url}/metrics?token=…:2: ")
    error = refusal(exposition("up 1\n", OPENMETRICS))
    assert "does not end with the line `# EOF`: it was cut off" in error.message


def test_it_asks_for_the_formats_that_it_reads_and_with_its_credentials() -> None:
    with (
        HostileServer(exposition("up 1\n")) as server,
        client_of(f"{server.url}/metrics", bearer_token=SECRET) as client,
    ):
        client.ask(UP, NOW)
    [asked] = server.asked
    assert (asked.method, asked.target) == ("GET", "/metrics")
    assert asked.headers["accept"].startswith("application/openmetrics-text;version=1.0.0")
    assert "text/plain;version=0.0.4" in asked.headers["accept"]
    assert asked.headers["authorization"] == f"Bearer {SECRET}"


def test_nobody_there() -> None:
    with HostileServer(exposition("up 1\n")) as server:
        url = server.url
    with client_of(url) as client, pytest.raises(UnreachableError):
        client.ask(UP, NOW)


def test_a_status_of_failure_is_no_silence() -> None:
    error = refusal(exposition("up 1\n", status=500))
    assert not isinstance(error, UnreachableError)
    assert "500" in error.message


def test_questions_about_one_moment_share_a_scrape() -> None:
    with HostileServer(counting()) as server, client_of(server.url) as client:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: client.ask(UP, NOW), range(16)))
        assert len(server.asked) == 1
        assert set(map(repr, answers)) == {repr(answers[0])}
        assert values(client.ask(UP, Window(THEN + 1))) == {"": 2.0}
        assert len(server.asked) == 2


def test_a_failure_is_shared_too() -> None:
    answer = in_turn(exposition("", status=500), exposition("up 1\n"))
    with HostileServer(answer) as server, client_of(server.url) as client:
        for _ in range(2):
            with pytest.raises(MeasureError, match="500"):
                client.ask(UP, NOW)
        assert len(server.asked) == 1
        assert values(client.ask(UP, Window(THEN + 1))) == {"": 1.0}


def test_watching_for_a_time_gives_a_series_that_fills_the_window() -> None:
    seconds = 2.0
    with HostileServer(counting()) as server, client_of(server.url) as client:
        before = time.monotonic()
        [points] = by_labels(client.ask(UP, Window(THEN, seconds))).values()
        assert time.monotonic() - before >= seconds
        assert len(server.asked) == 3
    assert [value for _, value in points] == [1.0, 2.0, 3.0]
    times = [when for when, _ in points]
    assert times[-1] == THEN
    assert THEN - seconds <= times[0] < times[1] < times[2]


def test_a_short_time_takes_two_scrapes() -> None:
    with HostileServer(counting()) as server, client_of(server.url) as client:
        [points] = by_labels(client.ask(UP, Window(THEN, 0.05))).values()
        assert [value for _, value in points] == [1.0, 2.0]
        assert len(server.asked) == 2


def test_questions_about_the_same_time_share_what_was_seen() -> None:
    with HostileServer(counting()) as server, client_of(server.url) as client:
        now = time.time()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: client.ask(UP, Window(now, 0.2)), range(16)))
        assert len(server.asked) == 2
        assert set(map(repr, answers)) == {repr(answers[0])}
        # Another end of the window, much of which was seen.
        later = client.ask(UP, Window(now + 0.1, 0.2))
        assert len(server.asked) == 2
        [[(_, first), (end, second)]] = by_labels(later).values()
        assert (first, end, second) == (1.0, now + 0.1, 2.0)
        # And one nothing of which was.
        client.ask(UP, Window(now + 3600, 0.2))
        assert len(server.asked) == 4
        # Another length of time.
        client.ask(UP, Window(now, 0.1))
        assert len(server.asked) == 6


def test_a_time_that_is_too_long_is_not_waited_for() -> None:
    error = refusal(counting(), Window(THEN, 300.0))
    assert "would have to be watched for 5min, and `longest_wait` is 1min" in error.message
    assert error.hint is not None
    assert "Prometheus" in error.hint
    assert "file" in error.hint
    error = refusal(counting(), Window(THEN, 2.0), longest_wait=1.0)
    assert "`longest_wait` is 1s" in error.message
    with HostileServer(counting()) as server, client_of(server.url) as client:
        with pytest.raises(MeasureError):
            client.ask(UP, Window(THEN, 61.0))
        assert server.asked == []


def test_a_scrape_that_fails_in_between_is_a_gap_that_is_told() -> None:
    answer = in_turn(exposition("up 1\n"), exposition("", status=500), exposition("up 3\n"))
    found = scraped(answer, window=Window(THEN, 2.0))
    [points] = by_labels(found).values()
    assert [value for _, value in points] == [1.0, 3.0]
    [note] = found.notes
    assert note.startswith("1 of 3 scrapes failed: ")
    assert "500" in note


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (exposition("", status=500), exposition("up 1\n")),
        (exposition("up 1\n"), exposition("", status=500)),
        (exposition("up 1\n"), lambda asked: iter([b""])),
        (exposition("up 1\n"), exposition("up\n")),
    ],
    ids=["first fails", "last fails", "last is nothing", "last is broken"],
)
def test_the_first_and_the_last_scrape_must_not_fail(first: Served, last: Served) -> None:
    refusal(in_turn(first, last), Window(THEN, 0.05))


def test_a_series_that_begins_while_it_is_watched() -> None:
    answer = in_turn(exposition("down 1\n"), exposition('down 2\nup{a="b"} 5\n'))
    assert by_labels(scraped(answer, window=Window(THEN, 0.05))) == {"a=b": ((THEN, 5.0),)}


def test_samples_with_times_are_moved_with_the_others() -> None:
    def answer(asked: Asked) -> Iterator[bytes]:
        now = int(time.time() * 1000)
        text = f"up 1 {now - 60_000}\nup 2 {now - 500}\nold 1 {now - 60_000}\n"
        return exposition(text)(asked)

    with HostileServer(answer) as server, client_of(server.url) as client:
        [points] = by_labels(client.ask(UP, Window(THEN, 1.5))).values()
        assert {value for _, value in points} == {2.0}
        assert all(THEN - 1.5 <= when <= THEN for when, _ in points)
        found = client.ask(OpenMetricsQuery(metric="old"), Window(THEN, 1.5))
        assert found.series == ()
        assert found.notes == ("its samples lie outside of the time asked for",)


def test_a_slow_answer_makes_fewer_scrapes() -> None:
    with HostileServer(counting()) as server:
        quick = server.answer

        def answer(asked: Asked) -> Iterator[bytes]:
            if len(server.asked) == 1:
                server.pause(2.2)
            return quick(asked)

        server.answer = answer
        with client_of(server.url) as client:
            [points] = by_labels(client.ask(UP, Window(THEN, 2.0))).values()
    assert [value for _, value in points] == [1.0, 2.0]
    assert [when for when, _ in points] == [THEN - 2.0, THEN]


def test_closing_ends_the_watch() -> None:
    with HostileServer(counting()) as server, client_of(server.url) as client:
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(client.ask, UP, Window(THEN, 60.0))
            while not server.asked:
                time.sleep(0.01)
            client.close()
            with pytest.raises(MeasureError, match="was closed while it was watched"):
                answer.result(timeout=30)
        client.close()


def test_an_answer_that_trickles_is_not_waited_for() -> None:
    def answer(asked: Asked) -> Iterator[bytes]:
        yield head(Content_Type=PLAIN)
        for _ in range(1000):
            server.pause(0.05)
            yield b"# still here\n"

    with (
        HostileServer(answer) as server,
        client_of(server.url, timeout=0.3) as client,
        pytest.raises(UnreachableError, match="did not answer within 300ms"),
    ):
        client.ask(UP, NOW)


def test_too_many_samples_while_it_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_fitness.sources.openmetrics.reading.MOST_SAMPLES", 3)
    text = 'up{a="1"} 1\nup{a="2"} 1\n'
    assert len(scraped(exposition(text)).series) == 2
    assert "more than 3 samples" in refusal(exposition(text), Window(THEN, 0.05)).message
