"""Who asks what, how often: one answer for equal questions, one try for a dead source."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pytest_fitness.answers import (
    Answer,
    Client,
    Series,
    Window,
    answer_from_builtins,
    answer_to_builtins,
)
from pytest_fitness.config.kinds import LONGEST_WATCH, Asked
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.session.asking import LANES, Asker

Run = Callable[..., dict[str, Any]]
Project = Callable[..., None]
NOW = 1_700_000_000.0


class Counting(Client):
    """Answers with how often it was asked; notes how many asked it at the same time."""

    def __init__(self, trouble: Exception | None = None, pause: float = 0.0) -> None:
        self.trouble = trouble
        self.pause = pause
        self.asked: Counter[str] = Counter()
        self.closed = 0
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()

    def ask(self, query: str, window: Window) -> Answer:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
            self.asked[query] += 1
        time.sleep(self.pause)
        with self._lock:
            self._inside -= 1
        if self.trouble is not None:
            raise self.trouble
        return Answer((Series(((window.end, float(sum(self.asked.values()))),)),))

    def close(self) -> None:
        self.closed += 1


def asker(**clients: Any) -> Asker:
    return Asker(lambda name: clients[name])


def question(text: str, source: str = "app", **more: Any) -> Asked:
    return Asked(source, text, Window(NOW), **more)


def test_an_equal_question_is_asked_once() -> None:
    client = Counting()
    asking = asker(app=client)
    assert asking.ask(question("up")) == asking.ask(question("up"))
    asking.ask(question("down"))
    asking.ask(Asked("app", "up", Window(NOW, 60.0)))
    assert client.asked == {"up": 2, "down": 1}


def test_threads_with_an_equal_question_wait_for_one_answer() -> None:
    client = Counting(pause=0.05)
    asking = asker(app=client)
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(asking.ask(question("up"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.asked == {"up": 1}
    assert len(set(answers)) == 1


def test_a_dead_source_is_tried_once_and_all_its_functions_are_told_why() -> None:
    client = Counting(UnreachableError("connection refused", "Start it."))
    asking = asker(app=client)
    for text in ("a", "b", "c"):
        with pytest.raises(UnreachableError, match=r"app: connection refused") as caught:
            asking.ask(question(text))
        assert caught.value.hint == "Start it."
    assert sum(client.asked.values()) == 1


def test_a_refused_question_does_not_make_its_source_dead() -> None:
    client = Counting(MeasureError("bad query"))
    asking = asker(app=client)
    for text in ("a", "b"):
        with pytest.raises(MeasureError, match="bad query"):
            asking.ask(question(text))
    assert sum(client.asked.values()) == 2


def test_asking_ahead_finds_a_dead_source_with_one_question() -> None:
    dead, alive = Counting(UnreachableError("refused")), Counting()
    asking = asker(dead=dead, alive=alive)
    asking.ask_ahead([question(str(n), source) for n in range(30) for source in ("dead", "alive")])
    for number in range(30):
        asking.ask(question(str(number), "alive"))
        with pytest.raises(UnreachableError):
            asking.ask(question(str(number), "dead"))
    # This thread may ask its first question beside the lane's own.
    assert sum(dead.asked.values()) <= 2
    assert sum(alive.asked.values()) == 30
    asking.close()


def test_a_source_is_asked_some_questions_at_a_time_and_not_more() -> None:
    client = Counting(pause=0.01)
    asking = asker(app=client)
    asking.ask_ahead([question(str(n)) for n in range(40)])
    # The last one is awaited by this thread, which asks nothing that a lane has begun.
    for lane in asking._lanes:
        lane.join()
    assert 1 < client.most <= LANES
    assert sum(client.asked.values()) == 40
    asking.close()


def test_closing_closes_every_source_even_after_one_that_cannot_be_closed() -> None:
    class Stubborn(Counting):
        def close(self) -> None:
            raise OSError("stuck")

    good = Counting()
    asking = asker(stubborn=Stubborn(), app=good)
    asking.ask(question("up", "stubborn"))
    asking.ask(question("up"))
    asking.close()
    asking.close()
    assert good.closed == 1


def test_what_opened_to_no_client_cannot_be_asked() -> None:
    with pytest.raises(MeasureError, match="answers no questions"):
        asker(app=object()).ask(question("up"))


def test_a_source_without_memory_is_asked_at_both_ends_of_the_time() -> None:
    client = Counting()
    asking = asker(app=client)
    found = asking.ask(Asked("app", "up", Window(NOW, 0.05), watched=True))
    (series,) = found.series
    assert [value for _, value in series.points] == [1.0, 2.0]
    assert client.asked == {"up": 2}


def test_nobody_waits_longer_for_a_source_without_memory_than_is_bearable() -> None:
    client = Counting()
    with pytest.raises(MeasureError, match="knows only the present") as caught:
        asker(app=client).ask(Asked("app", "up", Window(NOW, LONGEST_WATCH + 1), watched=True))
    assert "60s or less" in str(caught.value.hint)
    assert not client.asked


def test_the_end_of_the_run_ends_the_watching() -> None:
    asking = asker(app=Counting())
    asking.ask_ahead([Asked("app", "up", Window(NOW, 30.0), watched=True)])
    asking.close()
    with pytest.raises(MeasureError, match="ended before"):
        asking.ask(Asked("app", "up", Window(NOW, 30.0), watched=True))


def test_an_answer_crosses_to_another_process_whole() -> None:
    answer = Answer((Series(((1.0, 2.0), (2.0, 3.0)), (("pod", "a"),)), Series(())), ("note",))
    assert answer_from_builtins(answer_to_builtins(answer)) == answer


FUNCTIONS = "".join(
    f"  {name}:\n    metric: {{source: app, metric: queue}}\n    max: {limit}\n"
    for name, limit in (("a", 1), ("b", 5), ("c", 9))
)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_run_asks_once_whatever_the_number_of_functions_and_workers(
    project: Project, run: Run, pytester: pytest.Pytester, workers: list[str]
) -> None:
    project(FUNCTIONS, {"queue": {"points": [[0, 3]]}})
    found = run(*workers, exit_status=1)
    assert [found[name]["outcome"] for name in "abc"] == ["failed", "passed", "passed"]
    assert (pytester.path / "asked.txt").read_text() == "queue 0\n"
    assert (pytester.path / "closed.txt").exists()


def test_only_selected_functions_are_asked_for(
    project: Project, run: Run, pytester: pytest.Pytester
) -> None:
    functions = FUNCTIONS + "  d:\n    metric: {source: app, metric: other}\n    max: 1\n"
    project(functions, {"queue": {"points": [[0, 3]]}})
    run("-k", "b", exit_status=0)
    assert (pytester.path / "asked.txt").read_text() == "queue 0\n"
    (pytester.path / "asked.txt").unlink()
    pytester.runpytest_inprocess("--fitness", "--co").assert_outcomes()
    assert not (pytester.path / "asked.txt").exists()
