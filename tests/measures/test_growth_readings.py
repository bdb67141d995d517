"""Reading a number again and again, from sources of every temper."""

import math
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from families import wait_for
from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.kinds import Asked
from pytest_fitness.config.questions import Question
from pytest_fitness.errors import FitnessError, MeasureError, NoDataError
from pytest_fitness.measures.growth.readings import Readings, read_now

QUESTION = Question(
    source="app", query=None, unit="B", scale=1000.0, over=None, reduce=None, combine=None,
    stale_after=300.0, keeps_time=False, shown="memory",
)  # fmt: skip


class Told(Client):
    """Answers in turn with what it is given; the last answer stays. An exception is raised."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.windows: list[Window] = []

    def ask(self, query: Any, window: Window) -> Answer:
        self.windows.append(window)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Around:
    """As much of a run as is needed."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def source(self, name: str) -> Client:
        assert name == "app"
        return self.client

    def ask(self, asked: Asked) -> Answer:
        return self.client.ask(asked.query, asked.window)


def one(value: float, unit: str = "") -> Answer:
    return Answer((Series(((5.0, value),)),), (), unit)


def read(client: Client, enough: Callable[[Readings], bool], question: Question = QUESTION) -> Any:
    around: Any = Around(client)
    with Readings(question, around, 0.001) as readings:
        wait_for(lambda: enough(readings))
        return readings.points()


def has(count: int) -> Callable[[Readings], bool]:
    return lambda readings: len(readings.points()) >= count


def is_told(readings: Readings) -> bool:
    try:
        readings.points()
    except FitnessError:
        return True
    return False


def test_each_reading_has_the_time_at_which_it_was_made() -> None:
    client = Told(one(1.0), one(2.0), one(3.0))
    points = read(client, has(5))
    assert [value for _, value in points[:4]] == [1000.0, 2000.0, 3000.0, 3000.0]
    times = [time for time, _ in points]
    assert times == sorted(times)
    assert all(window.seconds == 0 for window in client.windows)
    for (time, _), window in zip(points, client.windows, strict=False):
        assert time >= window.end


def test_the_unit_of_the_question_counts() -> None:
    assert read(Told(one(7.0, "B")), has(1))[0][1] == 7.0
    with pytest.raises(MeasureError, match="answered memory in s"):
        read(Told(one(7.0, "s")), is_told)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(), NoDataError, "app has nothing for memory"),
        (Answer((Series(()),)), NoDataError, "app has nothing for memory"),
        (one(math.nan), NoDataError, "app: memory is NaN"),
        (MeasureError("it broke", "Mend it."), MeasureError, "it broke"),
        (ValueError("oops"), MeasureError, "the source 'app' failed: ValueError: oops"),
        (
            Answer(
                (Series(((1.0, 1.0),), (("pod", "a"),)), Series(((1.0, 2.0),), (("pod", "b"),)))
            ),
            MeasureError,
            "memory is 2 series",
        ),
    ],
)
def test_what_goes_wrong_is_told_to_whoever_wants_the_points(
    answer: Answer | Exception, kind: type[FitnessError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        read(Told(one(1.0), answer), is_told)


def test_several_series_become_one_where_that_is_said() -> None:
    both = Answer((Series(((1.0, 1.0),), (("pod", "a"),)), Series(((1.0, 2.0),), (("pod", "b"),))))
    points = read(Told(both), has(1), QUESTION._replace(combine="sum"))
    assert points[0][1] == 3000.0


def test_nothing_is_read_after_it_was_left() -> None:
    client = Told(one(1.0))
    around: Any = Around(client)
    with Readings(QUESTION, around, 0.001) as readings:
        wait_for(lambda: len(client.windows) > 3)
    asked = len(client.windows)
    assert not [each for each in threading.enumerate() if each.name == "read app"]
    assert len(client.windows) == asked
    assert len(readings.points()) == asked


def test_readings_keep_their_distance_however_slow_the_source_is() -> None:
    ready = threading.Event()

    class Slow(Told):
        def ask(self, query: Any, window: Window) -> Answer:
            ready.wait(0.02)
            return super().ask(query, window)

    # Not one after another to make up for what was missed: that would load the system.
    client = Slow(one(1.0))
    around: Any = Around(client)
    with Readings(QUESTION, around, 0.001) as readings:
        wait_for(lambda: len(readings.points()) >= 3)
    ends = [window.end for window in client.windows]
    assert ends == sorted(ends)
    assert min(after - before for before, after in pairwise(ends)) >= 0.015


def test_the_number_of_now() -> None:
    around: Any = Around(Told(one(2.0), Answer()))
    assert read_now(QUESTION, around) == 2000.0
    with pytest.raises(NoDataError):
        read_now(QUESTION, around)
