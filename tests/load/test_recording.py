"""What is counted inside Locust, and how it travels."""

import json
import os
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.judge.histogram import Histogram
from pytest_fitness.load.recorder import Recorder, described, host_of, is_unanswered
from pytest_fitness.load.recording import SLICES, Lately, Seen
from pytest_fitness.load.result import StageResult, stage_from_builtins, stage_to_builtins
from pytest_fitness.processes.pipes import Tail

REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(["GET /a", "GET /b", "POST /c"]),
        st.floats(0, 60),
        st.integers(0, SLICES - 1),
        st.sampled_from([None, None, "status 500", "Connection refused"]),
    )
)


class Answer:
    def __init__(self, status: int) -> None:
        self.status_code = status


class CatchResponseError(Exception):
    """As Locust's own is called."""


def seen(requests: list[Any]) -> Seen:
    found = Seen()
    for request in requests:
        found.add(*request)
    return found


def plain(found: Seen) -> Any:
    """All of it but for sums, which depend on the order of adding."""

    def of(tally: Any) -> Any:
        slices = [(part.answers, part.failures) for part in tally.slices]
        return tally.times.buckets, tally.times.min, tally.times.max, tally.failures, slices

    names = {name: of(tally) for name, tally in found.by_name.items()}
    return of(found.total), names, dict(found.errors), found.unfinished


@given(REQUESTS, REQUESTS, REQUESTS)
def test_what_several_saw_is_what_one_would_have_seen(
    first: list[Any], second: list[Any], third: list[Any]
) -> None:
    together = seen(first)
    together.merge(seen(second))
    together.merge(seen(third))
    once = seen(first + second + third)
    assert plain(together) == plain(once)
    assert together.total.times.sum == pytest.approx(once.total.times.sum)


@given(REQUESTS)
def test_names_and_slices_add_up_to_all(requests: list[Any]) -> None:
    found = seen(requests)
    assert found.total.times.count == len(requests)
    assert sum(tally.times.count for tally in found.by_name.values()) == len(requests)
    assert sum(part.answers for part in found.total.slices) == len(requests)
    assert sum(found.errors.values()) == found.total.failures


@given(REQUESTS)
def test_what_was_seen_survives_json(requests: list[Any]) -> None:
    found = seen(requests)
    found.busy, found.unfinished = 0.5, 3
    copy = Seen.from_builtins(json.loads(json.dumps(found.to_builtins())))
    assert copy.to_builtins() == found.to_builtins()


@given(REQUESTS)
def test_a_result_survives_json(requests: list[Any]) -> None:
    found = seen(requests)
    names = {name: tally.timings() for name, tally in found.by_name.items()}
    errors = tuple(found.errors.most_common())
    result = StageResult(3, 1.5, found.total.timings(), names, errors, 12.5, ("a note",), 0.7)
    assert stage_from_builtins(json.loads(json.dumps(stage_to_builtins(result)))) == result


def test_news_survive_json_and_are_added_up() -> None:
    first, second = Lately(), Lately()
    first.times.add(0.5)
    first.silence, first.users, first.requests, first.longest = 2.0, 3, 10, 0.5
    second.unanswered, second.failures, second.users, second.stranger = 4, 5, 6, "elsewhere"
    copy = Lately.from_builtins(json.loads(json.dumps(first.to_builtins())))
    assert copy.to_builtins() == first.to_builtins()
    copy.merge(Lately.from_builtins(json.loads(json.dumps(second.to_builtins()))))
    assert (copy.silence, copy.users, copy.requests, copy.unanswered) == (2.0, 9, 10, 4)
    assert (copy.failures, copy.longest, copy.stranger) == (5, 0.5, "elsewhere")
    assert copy.times.count == 1


def test_names_and_errors_are_bounded_also_after_merging() -> None:
    several = [Seen(), Seen()]
    for number in range(1000):
        several[number % 2].add(f"GET /{number}" * 100, 0.1, 0, f"broken {number}")
    several[0].merge(several[1])
    assert len(several[0].by_name) == 201
    assert len(several[0].errors) == 51
    assert sum(tally.times.count for tally in several[0].by_name.values()) == 1000
    assert sum(several[0].errors.values()) == 1000
    assert max(map(len, several[0].by_name)) <= 200


def recorder() -> Recorder:
    found = Recorder(whole_names=False, hosts=("shop.example",))
    found.open(10.0)
    return found


def test_only_what_ends_while_it_is_open_counts() -> None:
    found = Recorder(whole_names=True)
    found.request("GET", "before", 1.0)
    found.open(10.0)
    found.request("GET", "within", 2.0)
    closed = found.close()
    found.request("GET", "after", 3.0)
    assert list(closed.by_name) == ["within"]
    assert closed.total.times.max == 0.002
    assert found.lately().requests == 3


def test_a_name_says_all_or_has_its_method_before_it() -> None:
    assert list(_after(whole_names=True).by_name) == ["checkout"]
    assert list(_after(whole_names=False).by_name) == ["GET checkout"]


def _after(*, whole_names: bool) -> Seen:
    found = Recorder(whole_names=whole_names)
    found.open(1.0)
    found.request("GET", "checkout", 1.0)
    return found.close()


def test_who_still_waits_at_the_end_counts_with_that_time_where_it_is_the_longest() -> None:
    found = recorder()
    found.request("GET", "quick", 100.0)
    now = time.perf_counter()
    found.waiting = {1: ("slow", now - 7), 2: ("slow", now - 9), 3: ("quick", now - 0.01)}
    closed = found.close()
    assert closed.unfinished == 2
    assert closed.total.times.count == 3
    assert closed.by_name["slow"].times.count == 2
    assert 9 <= closed.total.times.max < 60
    assert closed.total.failures == 0


def test_who_waits_counts_for_nothing_where_nothing_was_answered() -> None:
    found = recorder()
    found.waiting = {1: ("slow", time.perf_counter() - 7)}
    closed = found.close()
    assert (closed.unfinished, closed.total.times.count) == (1, 0)


@pytest.mark.parametrize("value", [None, "soon", [1]])
def test_an_event_without_a_time_is_not_timed(value: Any) -> None:
    found = recorder()
    found.request("GET", "x", value)
    closed = found.close()
    assert (closed.total.times.count, closed.untimed) == (0, 1)


def test_silence_ends_with_any_answer_also_a_bad_one() -> None:
    found = recorder()
    refused = ConnectionRefusedError(111, "Connection refused")
    for _ in range(3):
        found.request("GET", "x", 1.0, refused, Answer(0))
    news = found.lately()
    assert (news.unanswered, news.silence, news.failures) == (3, float("inf"), 3)
    found.request("GET", "x", 1.0, ValueError("500"), Answer(500))
    found.request("GET", "x", 1.0, refused, Answer(0))
    news = found.lately()
    assert (news.unanswered, news.failures, news.requests) == (1, 2, 5)
    assert news.silence < 60
    assert found.close().errors == {"GET x: Connection refused": 4, "GET x: status 500": 1}


@pytest.mark.parametrize(
    ("response", "exception", "unanswered", "text"),
    [
        (Answer(0), ConnectionRefusedError(111, "Connection refused"), True, "Connection refused"),
        (Answer(0), TimeoutError("timed out"), True, "TimeoutError: timed out"),
        (Answer(503), ValueError("503 for http://x/?secret"), False, "status 503"),
        (Answer(200), CatchResponseError("no basket"), False, "no basket"),
        (Answer(500), CatchResponseError("no basket"), False, "no basket"),
        (Answer(200), "a text", False, "a text"),
        (None, ConnectionResetError(104, "reset"), True, "reset"),
        (None, ValueError("<x object at 0x7f00aa>"), False, "ValueError: <x object>"),
        (None, KeyError(), False, "KeyError"),
        (None, "", False, "a failure"),
    ],
)
def test_failures_in_a_few_words(
    response: Any, exception: Any, unanswered: bool, text: str
) -> None:
    assert is_unanswered(response, exception) is unanswered
    assert described(response, exception) == text


@pytest.mark.parametrize(
    ("url", "stranger"),
    [
        ("http://shop.example:8000/x", ""),
        ("http://localhost/x", ""),
        ("http://127.9.9.9/x", ""),
        ("https://[::1]:9/", ""),
        ("http://shop.example.evil/x", "shop.example.evil"),
        ("http://shop.example@evil/x", "evil"),
        ("http://10.0.0.1/", "10.0.0.1"),
    ],
)
def test_a_host_that_may_not_be_asked_is_noticed(url: str, stranger: str) -> None:
    found = recorder()
    found.request("GET", "x", 1.0, url=url)
    assert found.lately().stranger == stranger


def test_what_is_no_url_has_no_host() -> None:
    assert host_of("http://[::1") == host_of("/path") == ""


def test_it_is_told_how_busy_the_process_was() -> None:
    found = recorder()
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert 0 < found.close().busy <= 2


def test_of_what_a_process_writes_the_end_is_kept() -> None:
    reading, writing = os.pipe()
    tail = Tail(os.fdopen(reading, "rb"))
    with os.fdopen(writing, "wb") as pipe:
        for number in range(100_000):
            pipe.write(b"line %d\n" % number)
    tail.join()
    text = tail.text()
    assert text.endswith("line 99999\n")
    assert len(text) <= 200_000
    assert threading.current_thread() is not tail


def test_a_histogram_is_equal_to_its_copy_in_a_result() -> None:
    times = Histogram()
    times.add(0.25)
    assert stage_from_builtins(stage_to_builtins(_empty(times))).total.times == times


def _empty(times: Histogram) -> StageResult:
    timings = Seen().total.timings()._replace(times=times)
    return StageResult(1, 1.0, timings, {})
