"""``fitness.yaml`` to functions: what is valid comes out typed, what is not is told all at once."""

from pathlib import Path

import pytest
from config_samples import SpeedOptions, function, function_problems, problems, read

from pytest_fitness import units
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import Effect, Limit


def test_a_function_comes_out_typed(tmp_path: Path) -> None:
    found = function(
        tmp_path,
        """
speed: {of: search, rounds: 5}
about: people leave
owner: team-search
link: https://example.org/adr/7
tags: [checkout, slow]
max: 500ms
warn: {max: 400ms}
baseline: frozen
on_no_data: warn
on_inconclusive: skip
gates: [ci, scheduled]
""",
    )
    assert found.options == SpeedOptions(of="search", rounds=5)
    assert (found.limit, found.warn) == (Limit(high=0.5), Limit(high=0.4))
    assert found.unit == units.SECONDS
    assert (found.about, found.owner) == ("people leave", "team-search")
    assert found.tags == ("checkout", "slow")
    assert found.gates == ("ci", "scheduled")
    assert found.frozen
    assert (found.on_no_data, found.on_inconclusive) == (Effect.WARN, Effect.SKIP)
    assert str(found.location) == "fitness.yaml:2:3"


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    found = function(tmp_path, "speed: {of: search}\nmax: 1s")
    assert found.gates == ("pre-deploy",)
    assert not found.frozen
    assert (found.on_no_data, found.on_inconclusive) == (Effect.FAIL, Effect.WARN)
    assert found.warn is None


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("max: 1s", Limit(high=1)),
        ("min: 1s", Limit(low=1)),
        ("equals: 0s", Limit(equals=0)),
        ("between: [1s, 2min]", Limit(low=1, high=120)),
    ],
)
def test_every_form_of_limit(tmp_path: Path, text: str, limit: Limit) -> None:
    assert function(tmp_path, f"speed: {{of: x}}\n{text}").limit == limit


def test_several_limits_each_in_its_own_unit(tmp_path: Path) -> None:
    found = function(
        tmp_path,
        "speed: {of: x}\nlimits:\n  p95: {max: 1s, warn: {max: 900ms}}\n  error_rate: {max: 1%}",
    )
    assert found.limits == {
        "p95": (Limit(high=1), Limit(high=0.9)),
        "error_rate": (Limit(high=0.01), None),
    }


def test_variables_come_from_the_environment_and_are_never_quoted(tmp_path: Path) -> None:
    assert function(tmp_path, "speed: {of: '${WHAT}'}\nmax: ${T:-2s}", WHAT="x").options.of == "x"
    with pytest.raises(ConfigError) as caught:
        function(
            tmp_path,
            "speed: {of: x, rounds: '${SECRET}', clock: '${SECRET}'}\nmax: ${SECRET}\n"
            "gates: ['${SECRET}']\ntags: ['${SECRET}']\non_no_data: ${SECRET}",
            SECRET="hunter 2",
        )
    assert "hunter" not in str(caught.value)
    assert str(caught.value).count("${SECRET}") == 5


def test_the_rest_of_the_file(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
version: 1
codebase: {packages: shop, source: [src, lib], exclude: shop.legacy.**}
baseline: known.json
history: history.db
sources: {one: {numbers: {of: x}}}
functions: {it: {rule: holds}}
""",
    )
    assert config.codebase.packages == ("shop",)
    assert config.codebase.source == ("src", "lib")
    assert config.codebase.exclude == ("shop.legacy.**",)
    assert config.baseline == tmp_path / "known.json"
    assert config.history == "history.db"
    assert config.sources["one"].options == SpeedOptions(of="x")
    assert config.root == tmp_path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("speed: {of: x}", "it has no limit"),
        ("speed: {of: x}\nmaxx: 1s", "unknown key 'maxx'\n    Did you mean 'max'?"),
        ("sped: {of: x}\nmax: 1s", "unknown key 'sped'\n    Did you mean 'speed'?"),
        ("max: 1s", "it says nothing to measure"),
        ("speed: {of: x}\nrule: y\nmax: 1s", "two kinds: speed and rule"),
        ("speed: {of: x}\nmax: 1s\nmin: 1ms", "two limits: max and min"),
        ("speed: {of: x}\nmax: 500", "is not a time such as 500ms"),
        ("speed: {of: x}\nmax: 5MB", "is not a time such as 500ms"),
        ("speed: {of: x}\nmax: soon", "'soon' is not a quantity"),
        ("speed: {of: x}\nbetween: 5s", "expected a list [low, high]"),
        ("speed: {of: x}\nbetween: [2s, 1s]", "first line of the range is above"),
        ("speed: {of: x}\nbetween: [2s, what]", "'what' is not a quantity"),
        ("speed: {of: x}\nmax: 1s\nwarn: {max: 2s}", "`warn` can never show"),
        ("speed: {of: x}\nmax: 1s\nwarn: 2s", "expected a mapping, found '2s'"),
        ("speed: {of: x}\nmax: 1s\nwarn: {maxx: 2s}", "unknown key 'maxx'"),
        ("speed: {of: x}\nmax: 1s\nwarn: {}", "`warn` holds no limit"),
        ("speed: {of: x}\nwarn: {max: 2s}", "`warn` stands without a limit"),
        ("speed: {rounds: 2}\nmax: 1s", "the key 'of' is missing"),
        ("speed: {of: x, round: 2}\nmax: 1s", "unknown key 'round'\n    Did you mean 'rounds'?"),
        ("speed: {of: x, rounds: many}\nmax: 1s", "expected a whole number, found 'many'"),
        ("speed: {of: x, rounds: 0}\nmax: 1s", "'0' is less than 1"),
        ("speed: {of: x, rounds: 101}\nmax: 1s", "it: more than 100 rounds take too long"),
        ("speed: {of: x, clock: sun}\nmax: 1s", "unknown clock 'sun'\n    Known: cpu, wall."),
        ("speed: [x]\nmax: 1s", "expected a mapping, found a list of 1"),
        ("rule: x\nmax: 1", "`rule` takes no limit"),
        ("rule: x\ngates: [ci, night]", "unknown gate 'night'"),
        ("rule: x\ngates: []", "the list is empty"),
        ("rule: x\nbaseline: thawed", "unknown baseline 'thawed'"),
        ("rule: x\non_no_data: pass", "unknown effect 'pass'"),
        ("rule: x\ntags: [skip]", "the tag 'skip' has a meaning of its own to pytest"),
        ("rule: x\ntags: [a b]", "expected a tag such as"),
        ("rule: ${NOWHERE}", "the environment variable NOWHERE is not set"),
        ("speed: {of: x}\nlimits: {p95: {max: 1s}}\nmax: 1s", "`max` stands beside `limits`"),
        ("speed: {of: x}\nlimits: {p42: {max: 1s}}", "nothing is called 'p42' here"),
        ("speed: {of: x}\nlimits: {p95: 1s}", "expected a limit such as {max: 10}"),
        ("speed: {of: x}\nlimits: {p95: {maxi: 1s}}", "unknown key 'maxi'"),
        ("speed: {of: x}\nlimits: [1]", "expected a mapping"),
        ("speed: {of: x}\nlimits: {}", "expected a mapping, found an empty mapping"),
        ("speed: {of: x}\nbetween: [1s, 2s, 3s]", "found a list of 3"),
        ("speed: {of: null}\nmax: 1s", "expected a text, found nothing"),
        ("rule: ~", "expected a text, found nothing"),
        ("rule: x\ntags: null", "found nothing"),
        ("speed: {of: x}\nmax:", "found nothing"),
    ],
)
def test_a_problem_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    found = function_problems(tmp_path, text)
    assert message in found
    assert found.startswith("fitness.yaml:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 1\n", "there are no `functions:`"),
        ("functions: {}\n", "expected a mapping of functions"),
        ("functions: [a]\n", "expected a mapping of functions"),
        ("functions:\n", "expected a mapping of functions, found nothing"),
        ("version: 2\nfunctions: {it: {rule: x}}", "unknown version '2'"),
        ("function: {it: {rule: x}}", "unknown key 'function'\n    Did you mean 'functions'?"),
        ("functions: {It: {rule: x}}", "'It' is not a valid id"),
        ("functions: {'a::b': {rule: x}}", "'a::b' is not a valid id"),
        ("functions: {it: rule}", "expected a mapping, found 'rule'"),
        ("sources: []\nfunctions: {it: {rule: x}}", "expected a mapping, found an empty list"),
        ("sources: {a: {redis: {}}}\nfunctions: {it: {rule: x}}", "unknown source 'redis'"),
        ("sources: {a: {}}\nfunctions: {it: {rule: x}}", "expected one type of source"),
        ("codebase: {package: x}\nfunctions: {it: {rule: x}}", "Did you mean 'packages'?"),
        ("codebase: {packages: a-b}\nfunctions: {it: {rule: x}}", "expected a package such as"),
        ("plugins: [tools]\nfunctions: {it: {rule: x}}", "no such plugin\n    install it"),
    ],
)
def test_a_problem_of_the_file_as_a_whole(tmp_path: Path, text: str, message: str) -> None:
    assert message in "\n".join(problems(tmp_path, text))


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """version: 3
functions:
  one: {speed: {of: x}, max: 5}
  Two: {rule: x}
  three: {rule: x, gate: ci}
  four: {speed: {rounds: x}, max: 1s}
  five: {speed: {of: x}, max: 1s, min: 2s, tags: [xfail]}
""",
    )
    assert [line.split(": ")[0] for line in found] == [
        "fitness.yaml:1:10",
        "fitness.yaml:3:30",
        "fitness.yaml:4:3",
        "fitness.yaml:5:20",
        "fitness.yaml:6:17",
        "fitness.yaml:6:26",
        "fitness.yaml:7:35",
        "fitness.yaml:7:51",
    ]
