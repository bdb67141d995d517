"""``compare``, ``trend`` and ``better``: how they are read, and what is told of mistakes."""

from pathlib import Path

import pytest
from config_samples import problems, read

from pytest_fitness.model import FitnessFunction, Limit
from pytest_fitness.trends import Better, Comparison, TrendRule


def function(tmp_path: Path, keys: str) -> FitnessFunction:
    text = f"functions:\n  checkout:\n    speed: {{of: search}}\n    {keys}\n"
    return read(tmp_path, text).functions[0]


def told(tmp_path: Path, keys: str) -> str:
    text = f"functions:\n  checkout:\n    speed: {{of: search}}\n    {keys}\n"
    return "\n".join(problems(tmp_path, text))


class TestCompare:
    @pytest.mark.parametrize(
        ("written", "comparison"),
        [
            ("{to: rolling, max_increase: 10%}", Comparison("rolling", max_increase=0.1)),
            ("{to: baseline:v1.0, improve: 50%}", Comparison("v1.0", improve=0.5)),
            ("{to: rolling, max_increase: 150%}", Comparison("rolling", max_increase=1.5)),
            ("{to: baseline:v1.0, factor: 5x}", Comparison("v1.0", factor=5.0)),
            (
                "{to: rolling, max_increase: 0.1, max_decrease: 20%}",
                Comparison("rolling", max_increase=0.1, max_decrease=0.2),
            ),
        ],
    )
    def test_what_can_be_written(
        self, tmp_path: Path, written: str, comparison: Comparison
    ) -> None:
        found = function(tmp_path, f"max: 1s\n    compare: {written}")
        assert found.compare == comparison
        assert found.limit == Limit(high=1.0)

    def test_it_is_limit_enough(self, tmp_path: Path) -> None:
        found = function(tmp_path, "compare: {to: rolling, max_increase: 10%}")
        assert found.limit is None
        assert found.comparison(None) == Comparison("rolling", max_increase=0.1)

    def test_each_of_several_limits_has_its_own(self, tmp_path: Path) -> None:
        found = function(
            tmp_path,
            "limits: {p95: {max: 1s, compare: {to: rolling, max_increase: 10%}}, p99: {max: 1s}}",
        )
        assert found.comparison("p95") == Comparison("rolling", max_increase=0.1)
        assert found.comparison("p99") is None
        assert found.limits["p95"] == (Limit(high=1.0), None)

    def test_one_of_several_limits_may_be_nothing_else(self, tmp_path: Path) -> None:
        found = function(tmp_path, "limits: {p95: {compare: {to: baseline:v1, max_increase: 5%}}}")
        assert found.limits["p95"] == (None, None)
        assert found.comparison("p95") == Comparison("v1", max_increase=0.05)

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("{to: rolling}", "`compare` draws no line: add `max_increase: 10%`"),
            ("{to: yesterday, improve: 5%}", "expected `rolling`, or `baseline:` and a name"),
            ("{to: 'baseline:', improve: 5%}", "expected `rolling`, or `baseline:` and a name"),
            ("{improve: 5%}", "the key 'to' is missing"),
            ("{to: rolling, max_increase: -5%}", "expected a change such as 10% or 150%"),
            ("{to: rolling, improve: 5%, factor: 2x}", "say the same thing twice"),
            ("{to: rolling, factor: 0.5}", "1x is as good as before"),
            ("{to: rolling, max_increase: 5ms}", "expected a change such as 10% or 150%"),
            ("{to: rolling, max_incraese: 5%}", "Did you mean 'max_increase'?"),
            ("rolling", "Write `compare: {to: rolling, max_increase: 10%}`."),
        ],
    )
    def test_mistakes(self, tmp_path: Path, written: str, said: str) -> None:
        assert said in told(tmp_path, f"max: 1s\n    compare: {written}")

    def test_beside_several_limits_it_would_be_nobodys(self, tmp_path: Path) -> None:
        keys = "compare: {to: rolling, max_increase: 1%}\n    limits: {p95: {max: 1s}}"
        assert "`compare` stands beside `limits`" in told(tmp_path, keys)

    def test_what_takes_no_limit_takes_none_that_is_drawn(self, tmp_path: Path) -> None:
        text = "functions:\n  it:\n    rule: x\n    compare: {to: rolling, improve: 5%}\n"
        assert "`rule` takes no limit" in "\n".join(problems(tmp_path, text))

    def test_without_any_limit_there_is_nothing_to_judge(self, tmp_path: Path) -> None:
        assert "checkout has no limit" in told(tmp_path, "trend: warn")


class TestTrend:
    @pytest.mark.parametrize(
        ("written", "rule"),
        [
            ("off", TrendRule("off")),
            ("warn", TrendRule("warn")),
            ("fail", TrendRule("fail")),
            ("{effect: fail, least: 5%}", TrendRule("fail", least=0.05)),
            ("{over: 30d}", TrendRule(over=30 * 86400.0)),
        ],
    )
    def test_what_can_be_written(self, tmp_path: Path, written: str, rule: TrendRule) -> None:
        assert function(tmp_path, f"max: 1s\n    trend: {written}").trend == rule

    def test_what_knows_nothing_of_its_past_is_not_asked_for_it(self, tmp_path: Path) -> None:
        text = "functions:\n  it:\n    rule: x\n    trend: {over: 30d}\n"
        assert "`trend.over` has no meaning beside `rule`" in "\n".join(problems(tmp_path, text))

    def test_by_default_the_gate_decides(self, tmp_path: Path) -> None:
        assert function(tmp_path, "max: 1s").trend == TrendRule(None)

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("always", "unknown effect 'always'"),
            ("{effect: shout}", "unknown effect 'shout'"),
            ("{over: 0s}", "`over` must be longer than nothing: 30d"),
            ("{over: 30%}", "is not a time"),
            ("[off]", "expected one of off, warn, fail"),
        ],
    )
    def test_mistakes(self, tmp_path: Path, written: str, said: str) -> None:
        assert said in told(tmp_path, f"max: 1s\n    trend: {written}")


class TestBetter:
    def test_it_is_read(self, tmp_path: Path) -> None:
        assert function(tmp_path, "between: [1s, 2s]\n    better: lower").better is Better.LOWER

    def test_a_third_way_is_none(self, tmp_path: Path) -> None:
        assert "unknown direction 'up'" in told(tmp_path, "max: 1s\n    better: up")

    @pytest.mark.parametrize("line", ["improve: 5%", "factor: 2x"])
    def test_who_asks_for_better_has_to_say_what_that_is(self, tmp_path: Path, line: str) -> None:
        keys = f"between: [1s, 2s]\n    compare: {{to: rolling, {line}}}"
        assert "say which way it gets better: `better: lower`" in told(tmp_path, keys)
        assert function(tmp_path, f"{keys}\n    better: lower").compare is not None

    def test_in_one_of_several_limits_too(self, tmp_path: Path) -> None:
        keys = "limits: {p95: {compare: {to: rolling, factor: 2x}}}"
        assert "p95: say which way it gets better" in told(tmp_path, keys)
