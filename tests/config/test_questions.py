"""What a question to a live source accepts and refuses, and every word that its author is told."""

from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.config.questions import COMBINATIONS, REDUCTIONS, Question
from pytest_fitness.errors import ConfigError
from pytest_fitness.session.registry import load_registry

SOURCES = """\
sources:
  prom: {prometheus: {url: "http://prom:9090"}}
  cache: {redis: {url: "redis://cache:6379"}}
"""
USERS = "users: {source: prom, metric: active_users}\n"
KEYS = "combine, metric, over, promql, reduce, source, stale_after, unit"
SOME = "last, mean, min, max, p50, p95, p99, increase, rate"


def read(tmp_path: Path, text: str, **environment: str) -> Config:
    path = tmp_path / "fitness.yaml"
    path.write_text(text, "utf-8")
    return load_config(path, load_registry, environment=environment)


def question(tmp_path: Path, text: str, limit: str = "5", **environment: str) -> Question:
    functions = f"functions:\n  it:\n    metric: {text}\n    max: {limit}\n"
    found: Question = read(tmp_path, SOURCES + functions, **environment).functions[0].options
    return found


def told(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    return "\n".join(str(problem) for problem in caught.value.problems)


def told_of(tmp_path: Path, question: str) -> str:
    """What is said of a question on line 6, from column 13."""
    return told(tmp_path, f"{SOURCES}functions:\n  it:\n    metric: {question}\n    max: 5\n")


def told_of_ratio(tmp_path: Path, options: str) -> str:
    return told(tmp_path, f"{SOURCES}functions:\n  it:\n    ratio: {options}\n    min: 99%\n")


def told_of_growth(tmp_path: Path, options: str, *, head: str = SOURCES) -> str:
    return told(tmp_path, f"{head}functions:\n  it:\n    growth: {options}\n    max: 1\n")


def test_a_question_with_what_it_takes_for_granted(tmp_path: Path) -> None:
    found = question(tmp_path, "{source: prom, metric: up}")
    assert found.query.metric == "up"
    assert found._replace(query=None) == Question(
        source="prom",
        query=None,
        unit="",
        scale=1.0,
        over=None,
        reduce=None,
        combine=None,
        stale_after=300.0,
        keeps_time=True,
        shown="up",
    )


def test_a_question_with_everything(tmp_path: Path) -> None:
    found = question(
        tmp_path,
        "{source: cache, command: [LLEN, jobs], unit: ms, over: 1m, reduce: p95, combine: max,"
        " stale_after: 1h}",
        limit="200ms",
    )
    assert (found.unit, found.scale) == ("s", 0.001)
    assert (found.over, found.reduce, found.combine) == (60.0, "p95", "max")
    assert (found.stale_after, found.keeps_time) == (3600.0, False)
    assert found.shown == "LLEN jobs"


@pytest.mark.parametrize("reduce", REDUCTIONS)
@pytest.mark.parametrize("combine", COMBINATIONS)
def test_every_reduction_with_every_combination(tmp_path: Path, reduce: str, combine: str) -> None:
    found = question(
        tmp_path,
        f"{{source: prom, metric: up, over: 5m, reduce: {reduce}, combine: {combine}}}",
        limit="5/s" if reduce == "rate" else "5",
    )
    assert (found.reduce, found.combine) == (reduce, combine)


def test_the_newest_value_needs_no_time(tmp_path: Path) -> None:
    assert question(tmp_path, "{source: prom, metric: up, reduce: last}").over is None


def test_variables_are_asked_filled_in_and_shown_as_they_stand(tmp_path: Path) -> None:
    found = question(tmp_path, "{source: prom, metric: \"up{job='${JOB}'}\"}", JOB="shop")
    assert found.query.metric == "up{job='shop'}"
    assert found.shown == "up{job='${JOB}'}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "up",
            "6:13: expected a mapping, found 'up'\n    Write `{source: NAME, metric: NAME}`.",
            id="no mapping",
        ),
        pytest.param(
            "{metric: up}",
            "6:13: the key 'source' is missing\n    Name one of `sources:`.",
            id="no source",
        ),
        pytest.param(
            "{source: [prom], metric: up}",
            "6:22: expected a source, found a list of 1",
            id="sources",
        ),
        pytest.param(
            "{source: proom, metric: up}",
            "6:22: unknown source 'proom'\n    Did you mean 'prom'?",
            id="near source",
        ),
        pytest.param(
            "{source: warehouse, metric: up}",
            "6:22: unknown source 'warehouse'\n    Known: cache, prom.",
            id="far source",
        ),
        pytest.param(
            "{source: prom, metrics: up, metric: up}",
            "6:28: unknown key 'metrics'\n    Did you mean 'metric'?",
            id="near key",
        ),
        pytest.param(
            "{source: prom, command: DBSIZE, metric: up}",
            f"6:28: unknown key 'command'\n    Known: {KEYS}.",
            id="key of another source",
        ),
        pytest.param(
            "{source: prom, metric: up, xyz: 1}",
            f"6:40: unknown key 'xyz'\n    Known: {KEYS}.",
            id="far key",
        ),
        pytest.param(
            "{source: prom, metric: up, over: 5m}",
            f"6:40: `over` needs `reduce`: {SOME}",
            id="over alone",
        ),
        pytest.param(
            "{source: prom, metric: up, reduce: p95}",
            "6:40: `reduce: p95` needs `over`: the time that it is made of",
            id="reduce alone",
        ),
        pytest.param(
            "{source: prom, metric: up, over: 0s, reduce: mean}",
            "6:40: `over` must be longer than nothing",
            id="over nothing",
        ),
        pytest.param(
            "{source: prom, metric: up, over: 5m, reduce: meen}",
            "6:58: unknown reduction 'meen'\n    Did you mean 'mean'?",
            id="reduction",
        ),
        pytest.param(
            "{source: prom, metric: up, combine: all}",
            "6:49: unknown combination 'all'\n    Known: max, mean, min, sum.",
            id="combination",
        ),
        pytest.param(
            "{source: prom, promql: up, metric: up}",
            "6:13: exactly one of `promql` and `metric` is needed",
            id="promql and metric",
        ),
        pytest.param(
            "{source: prom}",
            "6:13: exactly one of `promql` and `metric` is needed",
            id="neither promql nor metric",
        ),
        pytest.param(
            "{source: prom, metric: sum(up)}",
            "6:28: `metric` is a name with labels, such as requests_total{code=~\"5..\"}; "
            "write any other expression as `promql`",
            id="an expression as metric",
        ),
        pytest.param(
            "{source: cache}",
            "6:13: exactly one of `metric` and `command` is needed",
            id="neither metric nor command",
        ),
        pytest.param(
            "{source: prom, metric: ~, over: 5m}",
            "6:36: expected a metric such as up or requests_total{code='500'}, found nothing",
            id="an empty metric",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(tmp_path: Path, text: str, said: str) -> None:
    assert told_of(tmp_path, text) == f"fitness.yaml:{said}"


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("parsec", "'parsec' is no unit; known are ms, s, m, h, d, %, B, kB, MB, GB, /s, x, $"),
        ("5ms", "'5ms' is no unit; known are ms, s, m, h, d, %, B, kB, MB, GB, /s, x, $"),
        ('""', "expected a unit such as s, ms, B, % or /s, found ''"),
    ],
)
def test_a_unit_that_is_none(tmp_path: Path, unit: str, said: str) -> None:
    text = f"{{source: prom, metric: up, unit: {unit}}}"
    assert told_of(tmp_path, text) == f"fitness.yaml:6:46: {said}"


def test_everything_wrong_with_one_question_is_told_at_once(tmp_path: Path) -> None:
    text = "{source: prom, metrik: up, unit: parsec, reduce: meen, stale_after: old}"
    lines = told_of(tmp_path, text).splitlines()
    places = [line.split(": ")[0] for line in lines if not line.startswith(" ")]
    assert places == [f"fitness.yaml:6:{column}" for column in (28, 46, 62, 81)]


BROKEN = 'sources:\n  prom: {prometheus: {urll: "http://prom"}}\n'
ONE_PROBLEM = (
    "fitness.yaml:2:22: the key 'url' is missing\n"
    "    The address, http or https.\n"
    "fitness.yaml:2:23: unknown key 'urll'\n"
    "    Did you mean 'url'?"
)


def test_what_is_wrong_with_a_source_is_told_once(tmp_path: Path) -> None:
    functions = "".join(
        f"  {name}:\n    metric: {{source: prom, metric: up, nonsense: 1}}\n    max: 5\n"
        for name in ("one", "two")
    )
    functions += "  three:\n    growth: {of: {source: prom, metric: up}, per: users}\n    max: 1\n"
    functions += "  four:\n    metric: {source: prom, metric: up}\n    max: 5\n    from_users: 1\n"
    assert told(tmp_path, f"{BROKEN}{USERS}functions:\n{functions}") == ONE_PROBLEM


def test_no_sources_at_all(tmp_path: Path) -> None:
    text = "functions:\n  it:\n    metric: {source: prom, metric: up}\n    max: 5\n"
    assert told(tmp_path, text) == ("fitness.yaml:3:22: unknown source 'prom'\n    There are none.")


class TestTheKindsThatAsk:
    def test_for_wants_a_source_that_keeps_time(self, tmp_path: Path) -> None:
        functions = (
            "functions:\n  it:\n    metric: {source: cache, metric: used_memory}\n"
            "    max: 5\n    for: 5m\n"
        )
        assert told(tmp_path, SOURCES + functions) == (
            "fitness.yaml:8:5: it: `for` needs a source that keeps time; cache knows only "
            "the present"
        )

    def test_from_users_wants_users(self, tmp_path: Path) -> None:
        functions = (
            "functions:\n  it:\n    metric: {source: prom, metric: up}\n"
            "    max: 5\n    from_users: 100\n"
        )
        assert told(tmp_path, SOURCES + functions) == (
            "fitness.yaml:8:5: it: `from_users` needs `users: {source: …, metric: …}` at the top "
            "of the file"
        )
        assert read(tmp_path, SOURCES + USERS + functions).functions[0].from_users == 100

    def test_users_are_a_question_like_any_other(self, tmp_path: Path) -> None:
        functions = "functions:\n  it:\n    metric: {source: prom, metric: up}\n    max: 5\n"
        users = "users: {source: pron, metric: active_users}\n"
        assert told(tmp_path, SOURCES + users + functions) == (
            "fitness.yaml:4:17: unknown source 'pron'\n    Did you mean 'prom'?"
        )

    def test_growth_per_users_wants_users(self, tmp_path: Path) -> None:
        options = "{of: {source: prom, metric: up}, per: users}"
        assert told_of_growth(tmp_path, options) == (
            "fitness.yaml:6:51: there are no `users:` to measure against\n"
            "    Add `users: {source: …, metric: …}` at the top of the file."
        )

    def test_growth_per_something_else(self, tmp_path: Path) -> None:
        options = "{of: {source: prom, metric: up}, per: orders}"
        assert told_of_growth(tmp_path, options, head=SOURCES + USERS) == (
            "fitness.yaml:7:51: expected `users` or a question {source: …, metric: …}"
        )

    def test_growth_wants_sources_that_keep_time(self, tmp_path: Path) -> None:
        options = "{of: {source: cache, metric: used_memory}, per: {source: cache, metric: a}}"
        assert told_of_growth(tmp_path, options) == (
            "fitness.yaml:6:14: it: `of` needs a source that keeps time; cache does not\n"
            "fitness.yaml:6:56: it: `per` needs a source that keeps time; cache does not"
        )

    @pytest.mark.parametrize(
        "names",
        [(), ("hits",), ("hits", "whole"), ("hits", "misses", "total"), ("good", "part"),
         ("hits", "misses", "part", "whole")],
    )  # fmt: skip
    def test_a_ratio_takes_one_pair(self, tmp_path: Path, names: tuple[str, ...]) -> None:
        options = ", ".join(f"{name}: {{source: cache, metric: {name}}}" for name in names)
        assert told_of_ratio(tmp_path, f"{{{options}}}") == (
            "fitness.yaml:5:3: it: a ratio takes `hits` and `misses`, `part` and `whole`, or "
            "`good` and `total`"
        )

    @pytest.mark.parametrize("pair", [("hits", "misses"), ("part", "whole"), ("good", "total")])
    def test_a_time_beside_the_pair_is_that_of_both(
        self, tmp_path: Path, pair: tuple[str, str]
    ) -> None:
        options = ", ".join(f"{name}: {{source: prom, metric: {name}}}" for name in pair)
        functions = f"functions:\n  it:\n    ratio: {{{options}, over: 5m}}\n    min: 99%\n"
        found: Any = read(tmp_path, SOURCES + functions).functions[0].options
        *questions, holds = found.pair
        assert [(each.over, each.reduce) for each in questions] == [(300.0, "increase")] * 2
        assert holds == (pair[0] != "hits")

    def test_a_time_stands_once(self, tmp_path: Path) -> None:
        hits = "{source: prom, metric: hits, over: 5m, reduce: increase}"
        options = f"{{hits: {hits}, misses: {{source: prom, metric: misses}}, over: 5m}}"
        assert told_of_ratio(tmp_path, options) == (
            "fitness.yaml:6:117: it: `over` stands twice: write it once, beside the pair"
        )


PRESENT = """\
sources:
  app: {openmetrics: {url: "http://app:8000/metrics"}}
  me: {process: {pid: 1}}
  old: {openmetrics: {file: metrics.txt}}
  patient: {openmetrics: {url: "http://app:8000/metrics", longest_wait: 10min}}
"""


def told_of_present(tmp_path: Path, kind: str) -> str:
    return told(tmp_path, f"{PRESENT}functions:\n  it: {{{kind}}}\n")


@pytest.mark.parametrize(
    ("source", "metric"), [("app", "up"), ("me", "rss"), ("patient", "up")], ids=str
)
def test_a_time_that_cannot_be_waited_for(tmp_path: Path, source: str, metric: str) -> None:
    asked = f"source: {source}, metric: {metric}, over: 20min, reduce: mean"
    found = told_of_present(tmp_path, f"metric: {{{asked}}}, max: 5")
    longest = "10min" if source == "patient" else "1min"
    assert f"`over` would ask about 20min, and {source} knows only the present" in found
    assert f"it is watched for {longest} at most" in found


def test_a_ratio_over_a_time_that_cannot_be_waited_for(tmp_path: Path) -> None:
    asked = "{source: app, metric: hits}"
    found = told_of_present(
        tmp_path, f"ratio: {{hits: {asked}, misses: {asked}, over: 2min}}, min: 80%"
    )
    assert "`over` would ask about 2min, and app knows only the present" in found


def test_a_hold_that_cannot_be_waited_for(tmp_path: Path) -> None:
    asked = "{source: app, metric: up}"
    found = told_of_present(tmp_path, f"metric: {asked}, max: 5, for: 30s")
    assert "`for` and `stale_after` together ask about 5.5min" in found


@pytest.mark.parametrize(
    "kind",
    [
        "metric: {source: app, metric: up, stale_after: 10s}, max: 5, for: 30s",
        "metric: {source: old, metric: up}, max: 5, for: 3d",
        "metric: {source: patient, metric: up}, max: 5, for: 5min",
        "metric: {source: app, metric: up, over: 1min, reduce: mean}, max: 5",
    ],
)
def test_times_that_can_be_waited_for(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path, f"{PRESENT}functions:\n  it: {{{kind}}}\n").functions
