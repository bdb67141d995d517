"""What the options of ``coupling`` and ``complexity`` do to what is judged."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import verdict, verdicts, write_files

from pytest_fitness.errors import ConfigError
from pytest_fitness.judge.samples import mean, percentile
from pytest_fitness.measures.complexity.options import OF_MODULE, PERCENTILES
from pytest_fitness.measures.coupling.options import OF_ELEMENT, OF_GRAPH, SHARES
from pytest_fitness.model import Outcome


def branches(count: int) -> str:
    """A function of a complexity of its own."""
    return f"def f{count}(a):\n" + "    if a: pass\n" * (count - 1) + "    return a\n"


FILES = {
    "shop/__init__.py": "",
    "shop/web.py": "from shop import core, tools\n" + branches(6) + branches(2),
    "shop/core.py": "from shop import tools\n" + branches(4),
    "shop/tools.py": branches(1) + branches(3),
    "shop/legacy/__init__.py": "",
    "shop/legacy/old.py": "from shop import web\n" + branches(9),
}
VALUES = [6, 2, 4, 1, 3, 9]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize("over", [0, 1, 2, 3.5, 4, 9, 100])
def test_a_share_over_a_line_does_not_count_the_line_itself(shop: Path, over: float) -> None:
    options = f"measure: cyclomatic, as: share, over: {over}"
    found = verdict(shop, f"complexity: {{{options}}}\nmax: 100%")
    assert found.value == pytest.approx(sum(value > over for value in VALUES) / len(VALUES))


@pytest.mark.parametrize("under", [0, 1, 2, 3.5, 4, 9, 100])
def test_a_share_under_a_line_does_not_count_the_line_itself(shop: Path, under: float) -> None:
    options = f"measure: cyclomatic, as: share, under: {under}"
    found = verdict(shop, f"complexity: {{{options}}}\nmax: 100%")
    assert found.value == pytest.approx(sum(value < under for value in VALUES) / len(VALUES))


@pytest.mark.parametrize("statistic", [*PERCENTILES, "mean"])
def test_a_statistic_is_that_of_all_functions(shop: Path, statistic: str) -> None:
    found = verdict(shop, f"complexity: {{measure: cyclomatic, as: {statistic}}}\nmax: 99")
    percent = PERCENTILES.get(statistic)
    expected = mean(VALUES) if percent is None else percentile(VALUES, percent)
    assert found.value == pytest.approx(expected)
    assert found.subject == "6 functions in 6 modules"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("modules: shop.web", [6, 2]),
        ("modules: shop", VALUES),
        ("modules: [shop.web, shop.core]", [6, 4, 2]),
        ("modules: [shop.web, shop.web]", [6, 2]),
        ("modules: 'shop.*'", [6, 4, 3, 2, 1]),
        ("modules: 'shop.**'", VALUES),
        ("modules: 'shop.**', exclude: shop.legacy", [6, 4, 3, 2, 1]),
        ("exclude: 'shop.legacy.**'", [6, 4, 3, 2, 1]),
        ("exclude: [shop.legacy, shop.web]", [4, 3, 1]),
        ("modules: shop.legacy.old", [9]),
    ],
)
def test_modules_and_exclude_choose_together(shop: Path, chosen: str, expected: list[int]) -> None:
    found = verdict(shop, f"complexity: {{measure: cyclomatic, {chosen}}}\nmax: 0")
    shown = sorted((violation.value or 0 for violation in found.violations), reverse=True)
    assert shown == sorted(expected, reverse=True)


@pytest.mark.parametrize("measure", OF_MODULE)
def test_the_worst_module_is_the_farthest_past_the_line_on_either_side(
    shop: Path, measure: str
) -> None:
    share = "%" if measure == "comments" else ""
    body = f"complexity: {{measure: {measure}}}"
    functions = f"high:\n  {body}\n  max: 0{share}\nlow:\n  {body}\n  min: 100{share}"
    high, low = verdicts(shop, functions)
    assert high.value is not None
    assert low.value is not None
    assert low.value <= high.value
    for found, sign in ((high, -1), (low, 1)):
        values = [sign * (violation.value or 0) for violation in found.violations]
        assert values == sorted(values)


@pytest.mark.parametrize(
    ("limit", "failing"),
    [
        ("max: 4", {6, 9}),
        ("min: 3", {1, 2}),
        ("between: [2, 6]", {1, 9}),
        ("equals: 4", {1, 2, 3, 6, 9}),
    ],
)
def test_every_form_of_limit_holds_for_each_function(
    shop: Path, limit: str, failing: set[int]
) -> None:
    found = verdict(shop, f"complexity: {{measure: cyclomatic}}\n{limit}")
    assert found.outcome is Outcome.FAILED
    assert {violation.value for violation in found.violations} == failing


def test_a_warned_function_is_named_though_others_are_known(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: cyclomatic}\nmax: 9\nwarn: {max: 5}")
    assert found.outcome is Outcome.WARNED
    assert found.violations == ()
    assert found.reason.startswith("past warn ≤ 5: shop/legacy/old.py:2: shop.legacy.old.f9")


@pytest.mark.parametrize("measure", OF_ELEMENT)
def test_each_measure_of_an_element_names_what_is_past_the_line(shop: Path, measure: str) -> None:
    components = "components: {web: shop.web, core: shop.core, tools: shop.tools}"
    low = "min: 100%" if measure == "autonomy" else f"max: {'0%' if measure in SHARES else -1}"
    found = verdict(shop, f"coupling: {{measure: {measure}, {components}}}\n{low}")
    assert found.outcome in (Outcome.FAILED, Outcome.PASSED, Outcome.NO_DATA)
    names = {violation.key for violation in found.violations}
    assert names <= {"web", "core", "tools"}
    assert bool(names) == (found.outcome is Outcome.FAILED)


@pytest.mark.parametrize("measure", OF_GRAPH)
@pytest.mark.parametrize("chosen", ["", ", package: shop", ", modules: 'shop.**'"])
def test_the_whole_is_the_same_however_it_is_named(shop: Path, measure: str, chosen: str) -> None:
    limit = "max: 100%" if measure in SHARES else "max: 99"
    found = verdict(shop, f"coupling: {{measure: {measure}{chosen}}}\n{limit}")
    plain = verdict(shop, f"coupling: {{measure: {measure}}}\n{limit}")
    if "modules" not in chosen:
        assert (found.value, found.subject) == (plain.value, plain.subject)
    assert found.outcome is Outcome.PASSED


def test_imports_for_type_checkers_count_until_they_are_left_out(shop: Path) -> None:
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop import web\n"
    write_files(shop, {"shop/tools.py": guarded})
    with_them = verdict(shop, "coupling: {measure: cycles}\nmax: 0")
    without = verdict(shop, "coupling: {measure: cycles, type_checking: false}\nmax: 0")
    assert (with_them.outcome, without.outcome) == (Outcome.FAILED, Outcome.PASSED)


@pytest.mark.parametrize(
    "body",
    [
        "complexity: {measure: cyclomatic}\nmax: 50%",
        "complexity: {measure: comments}\nmin: 5",
        "complexity: {measure: cyclomatic, as: share, over: 3}\nmax: 5",
        "coupling: {measure: instability}\nmax: 500ms",
        "coupling: {measure: cycles}\nmax: 1%",
    ],
)
def test_a_limit_in_another_unit_is_refused(shop: Path, body: str) -> None:
    with pytest.raises(ConfigError):
        verdict(shop, body)


def test_options_that_measure_alike_are_measured_apart(shop: Path) -> None:
    def value(options: str, limit: str = "max: 99") -> Any:
        return verdict(shop, f"complexity: {{measure: cyclomatic{options}}}\n{limit}").value

    asked = [("",), (", as: mean",), (", modules: shop.web",), ("", "min: 0"), (", as: p50",)]
    first = [value(*each) for each in asked]
    assert first == pytest.approx([9, 25 / 6, 6, 1, 3.5])
    assert [value(*each) for each in asked] == first  # now remembered


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.floats(0, 100), st.floats(0, 100))
def test_percentiles_rise_with_the_percentage_and_stay_within_the_samples(
    values: list[float], one: float, other: float
) -> None:
    low, high = (percentile(values, percent) for percent in sorted((one, other)))
    slack = 1e-6 * max(map(abs, values))
    assert min(values) - slack <= low <= high + slack <= max(values) + 2 * slack
    assert percentile(values, 0) == min(values)
    assert percentile(values, 100) == pytest.approx(max(values))
