"""The source `redis`, asking a real server."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_fitness.answers import Answer, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.redis.client import RedisClient
from redis_asking import NOW, asking, command, metric, value_of
from server_kinds import Redis as Server


@pytest.fixture
def client(redis_server: Server) -> Iterator[RedisClient]:
    with asking(redis_server.url) as client:
        yield client


def test_a_counter_is_the_number_of_now(redis_server: Server, client: RedisClient) -> None:
    redis_server.cli("SET", "tea", "green")
    for _ in range(3):
        redis_server.cli("GET", "tea")
    redis_server.cli("GET", "coffee")
    before = time.time()
    answer = client.ask(metric("keyspace_hits"), NOW)
    (series,) = answer.series
    ((at, value),) = series.points
    assert value == 3.0
    assert before <= at <= time.time()
    assert series.labels == ()
    assert answer.notes == ()
    assert value_of(client.ask(metric("keyspace_misses"), NOW)) == 1.0


def test_a_window_changes_nothing_since_there_is_no_memory(
    redis_server: Server, client: RedisClient
) -> None:
    redis_server.cli("SET", "tea", "green")
    past = Window(end=time.time(), seconds=3600.0)
    assert value_of(client.ask(metric("db0.keys"), past)) == 1.0


def test_a_ratio_with_a_fraction_is_a_number(client: RedisClient) -> None:
    assert value_of(client.ask(metric("mem_fragmentation_ratio"), NOW)) > 0


@pytest.mark.parametrize("name", ["db0.keys", "db0.expires", "cmdstat_set.calls"])
def test_fields_of_groups(redis_server: Server, client: RedisClient, name: str) -> None:
    redis_server.cli("SET", "tea", "green", "EX", "1000")
    assert value_of(client.ask(metric(name), NOW)) == 1.0


def test_all_fields_of_a_moment_come_from_one_info(
    redis_server: Server, client: RedisClient
) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = ["keyspace_hits", "used_memory", "connected_clients", "uptime_in_seconds"] * 8
        answers = list(pool.map(lambda name: client.ask(metric(name), NOW), names))
    assert all(len(answer.series) == 1 for answer in answers)
    times = {answer.series[0].points[0][0] for answer in answers}
    assert len(times) == 1
    assert "cmdstat_info:calls=1," in redis_server.cli("INFO", "commandstats")


def test_another_moment_is_asked_anew(redis_server: Server, client: RedisClient) -> None:
    redis_server.cli("SET", "tea", "green")
    assert value_of(client.ask(metric("db0.keys"), NOW)) == 1.0
    redis_server.cli("SET", "coffee", "black")
    assert value_of(client.ask(metric("db0.keys"), NOW)) == 1.0
    later = Window(end=NOW.end + 1)
    assert value_of(client.ask(metric("db0.keys"), later)) == 2.0


def test_an_unknown_field_is_no_data_and_the_nearest_is_named(client: RedisClient) -> None:
    answer = client.ask(metric("keyspace_hit"), NOW)
    assert answer.series == ()
    assert answer.notes == ("INFO has no field 'keyspace_hit'. Did you mean 'keyspace_hits'?",)


def test_an_empty_database_is_not_listed_and_the_note_says_so(client: RedisClient) -> None:
    answer = client.ask(metric("db7.keys"), NOW)
    assert answer.series == ()
    assert "A database without keys is not listed." in answer.notes


def test_an_unknown_part_of_a_known_group_is_no_data(
    redis_server: Server, client: RedisClient
) -> None:
    redis_server.cli("SET", "tea", "green")
    answer = client.ask(metric("db0.key"), NOW)
    assert answer.series == ()
    assert "Did you mean 'db0.keys'?" in answer.notes[0]


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("used_memory_human", "used_memory_human is the text '", "Did you mean 'used_memory'?"),
        ("redis_mode", "redis_mode is the text 'standalone', no number", ""),
        ("db0", "db0 is a group of keys, expires, avg_ttl", "db0.keys"),
    ],
)
def test_a_field_that_is_no_number_is_refused_with_what_it_is(
    redis_server: Server, client: RedisClient, name: str, what: str, hint: str
) -> None:
    redis_server.cli("SET", "tea", "green")
    with pytest.raises(MeasureError) as caught:
        client.ask(metric(name), NOW)
    assert what in caught.value.message
    assert caught.value.hint is not None
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("LLEN", "jobs"), 2.0),
        (("llen jobs",), 2.0),
        (("LLEN 'two words'",), 1.0),
        (("DBSIZE",), 5.0),
        (("GET", "answer"), 42.5),
        (("GET", "endless"), float("inf")),
        (("ZSCORE", "board", "ada"), 1.5),
        (("EXISTS", "answer"), 1.0),
        (("MEMORY USAGE answer",), None),
        (("SLOWLOG LEN",), 0.0),
        (("PUBSUB NUMPAT",), 0.0),
        (("LASTSAVE",), None),
    ],
)
def test_commands_that_answer_a_number(
    redis_server: Server, client: RedisClient, words: tuple[str, ...], expected: float | None
) -> None:
    redis_server.cli("RPUSH", "jobs", "wash", "cook")
    redis_server.cli("RPUSH", "two words", "one")
    redis_server.cli("SET", "answer", "42.5")
    redis_server.cli("SET", "endless", "inf")
    redis_server.cli("ZADD", "board", "1.5", "ada")
    value = value_of(client.ask(command(*words), NOW))
    assert value == expected if expected is not None else value > 0


@pytest.mark.parametrize("words", [("GET nothing",), ("ZSCORE board nobody",)])
def test_nil_is_no_data(client: RedisClient, words: tuple[str, ...]) -> None:
    assert client.ask(command(*words), NOW) == Answer()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("GET name",), "GET answered the text 'Ada', no number"),
        (("GET figure",), "GET answered the text '1_000', no number"),
        (("GET empty",), "GET answered the text '', no number"),
        (("GET bytes",), "no number"),
        (("LRANGE jobs 0 -1",), "LRANGE answered a list of 2, no number"),
    ],
)
def test_another_reply_is_refused_with_what_it_is(
    redis_server: Server, client: RedisClient, words: tuple[str, ...], what: str
) -> None:
    redis_server.cli("SET", "name", "Ada")
    redis_server.cli("SET", "figure", "1_000")
    redis_server.cli("SET", "empty", "")
    redis_server.cli("SETBIT", "bytes", "0", "1")
    redis_server.cli("RPUSH", "jobs", "wash", "cook")
    with pytest.raises(MeasureError, match="no number") as caught:
        client.ask(command(*words), NOW)
    assert what in caught.value.message


@pytest.mark.parametrize(
    "words",
    [
        ("INCR", "answer"),
        ("DEL answer",),
        ("FLUSHALL",),
        ("GETDEL answer",),
        ("EVAL", "return redis.call('DEL', 'answer')", "0"),
        ("SCRIPT FLUSH",),
        ("CONFIG SET maxmemory 1000000",),
        ("CLIENT KILL TYPE normal",),
        ("DEBUG SLEEP 0",),
        ("SELECT 3",),
        ("SUBSCRIBE news",),
        ("MULTI",),
        ("SHUTDOWN NOSAVE",),
        ("OBJECT",),
        ("flushdb", "ASYNC"),
    ],
)
def test_what_the_server_does_not_flag_as_reading_is_never_sent(
    redis_server: Server, client: RedisClient, words: tuple[str, ...]
) -> None:
    redis_server.cli("SET", "answer", "42")
    with pytest.raises(MeasureError, match="is not sent: the server does not flag it") as caught:
        client.ask(command(*words), NOW)
    assert caught.value.hint
    assert redis_server.cli("GET", "answer") == "42"
    name = words[0].split()[0].lower()
    assert f"cmdstat_{name}" not in redis_server.cli("INFO", "commandstats").replace(
        "cmdstat_config|get", ""
    )
    assert value_of(client.ask(command("GET answer"), NOW)) == 42.0


def test_an_unknown_command_is_named(client: RedisClient) -> None:
    with pytest.raises(MeasureError, match="the server knows no command LEN"):
        client.ask(command("LEN jobs"), NOW)


def test_a_command_is_looked_up_once(redis_server: Server, client: RedisClient) -> None:
    for _ in range(5):
        assert value_of(client.ask(command("LLEN jobs"), NOW)) == 0.0
    stats = redis_server.cli("INFO", "commandstats")
    assert "cmdstat_llen:calls=5," in stats
    assert "cmdstat_command|info:calls=1," in stats


def test_a_command_with_wrong_arguments_says_what_the_server_said(client: RedisClient) -> None:
    with pytest.raises(MeasureError, match="wrong number of arguments") as caught:
        client.ask(command("LLEN"), NOW)
    assert caught.value.hint == "Try the same words in redis-cli."


def test_a_key_of_another_type_is_this_question_s_trouble(
    redis_server: Server, client: RedisClient
) -> None:
    redis_server.cli("SET", "jobs", "none")
    with pytest.raises(MeasureError, match="WRONGTYPE"):
        client.ask(command("LLEN jobs"), NOW)
    assert value_of(client.ask(command("DBSIZE"), NOW)) == 1.0


def test_threads_share_the_client(redis_server: Server, client: RedisClient) -> None:
    for number in range(20):
        redis_server.cli("SET", f"key{number}", str(number))

    def ask(number: int) -> float:
        return value_of(client.ask(command("GET", f"key{number % 20}"), NOW))

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(200))) == [float(n % 20) for n in range(200)]


def test_the_database_of_the_url_is_asked(redis_server: Server) -> None:
    redis_server.cli("-n", "3", "SET", "tea", "7")
    with asking(redis_server.url.removesuffix("/0") + "/3") as client:
        assert value_of(client.ask(command("GET tea"), NOW)) == 7.0


def test_a_socket_in_the_file_system(start_redis: Callable[..., Server], tmp_path: Path) -> None:
    start_redis(flags=("--unixsocket", str(tmp_path / "redis.sock")))
    with asking(f"unix://{tmp_path}/redis.sock") as client:
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0


def test_closing_twice_is_fine(redis_server: Server) -> None:
    with asking(redis_server.url) as client:
        assert value_of(client.ask(command("DBSIZE"), NOW)) == 0.0
        client.close()
