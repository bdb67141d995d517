"""``complexity``: each measure, each way to judge it, and what is never a pass."""

import os
from pathlib import Path

import pytest
from judging import verdict, verdicts, write_files
from radon.complexity import cc_visit
from radon.metrics import h_visit, mi_visit
from radon.raw import analyze

from pytest_fitness.errors import ConfigError
from pytest_fitness.model import Outcome

CART = '''\
"""The cart."""

LIMIT = 10


class Cart:
    # What is in it.
    def add(self, items, item):
        if item and len(items) < LIMIT:
            items.append(item)
        return items

    def total(self, items):
        def price(item):
            return item or 0

        return sum(price(item) for item in items if item)


def ship(weight, express=False):
    cost = 5 * weight + 2
    if express or weight > 20:
        cost *= 2
    elif weight > 10:
        cost += 3
    return cost
'''
PAGES = '"""Pages."""\n\n\ndef page(title):\n    return title\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_files(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/cart.py": CART,
            "shop/web/__init__.py": "",
            "shop/web/pages.py": PAGES,
        },
    )
    return tmp_path


def test_cyclomatic_complexity_is_judged_for_each_function(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: cyclomatic}\nmax: 2")
    assert found.outcome is Outcome.FAILED
    assert found.value == 4
    assert found.subject == "5 functions in 4 modules"
    assert [(v.key, v.value, v.path, v.line) for v in found.violations] == [
        ("shop.cart.ship", 4, "shop/cart.py", 20),
        ("shop.cart.Cart.add", 3, "shop/cart.py", 8),
        ("shop.cart.Cart.total", 3, "shop/cart.py", 13),
    ]


def test_figures_are_those_of_radon(shop: Path) -> None:
    halstead = h_visit(CART).total
    raw = analyze(CART)
    expected = {
        "volume": halstead.volume,
        "difficulty": halstead.difficulty,
        "effort": halstead.effort,
        "bugs": halstead.bugs,
        "loc": raw.loc,
        "lloc": raw.lloc,
        "sloc": raw.sloc,
        "comments": raw.comments / raw.loc,
    }
    functions = "\n".join(
        f"{name}:\n  complexity: {{measure: {name}, modules: shop.cart}}\n  max: 1"
        for name in expected
    )
    found = {each.function: each.value for each in verdicts(shop, functions)}
    assert found == pytest.approx(expected, rel=1e-12)
    maintainability = verdict(
        shop, "complexity: {measure: maintainability, modules: shop.cart}\nmin: 0"
    )
    assert maintainability.value == mi_visit(CART, multi=True)
    worst = verdict(shop, "complexity: {measure: cyclomatic, modules: shop.cart}\nmax: 9")
    assert worst.value == max(block.complexity for block in cc_visit(CART))


def test_the_worst_is_the_lowest_where_low_is_bad(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: maintainability}\nmin: 75")
    assert found.outcome is Outcome.FAILED
    assert [violation.key for violation in found.violations] == ["shop.cart"]
    assert found.value == found.violations[0].value


def test_past_the_warn_line_is_warned(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: cyclomatic}\nmax: 4\nwarn: {max: 3}")
    assert found.outcome is Outcome.WARNED


@pytest.mark.parametrize(
    ("options", "limit", "value"),
    [
        ("as: mean", "max: 9", (4 + 3 + 3 + 1 + 2) / 5),
        ("as: p50", "max: 9", 3),
        ("as: p90", "max: 9", 3.6),
        ("as: share, over: 2", "max: 100%", 3 / 5),
        ("as: share, under: 2", "max: 100%", 1 / 5),
    ],
)
def test_statistics_over_all_functions(shop: Path, options: str, limit: str, value: float) -> None:
    found = verdict(shop, f"complexity: {{measure: cyclomatic, {options}}}\n{limit}")
    assert found.outcome is Outcome.PASSED
    assert found.value == pytest.approx(value)


def test_a_statistic_past_its_limit_fails_as_a_whole(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: cyclomatic, as: share, over: 2}\nmax: 10%")
    assert found.outcome is Outcome.FAILED
    assert found.reason == "60% where ≤ 10% is allowed"
    assert len(found.violations) == 1


def test_modules_and_exclude_choose_what_is_looked_at(shop: Path) -> None:
    web = verdict(shop, "complexity: {measure: loc, modules: shop.web}\nmax: 1")
    assert [violation.key for violation in web.violations] == ["shop.web.pages"]
    assert web.subject == "2 modules in 2 modules"
    rest = verdict(shop, "complexity: {measure: loc, exclude: [shop.cart, 'shop.web.*']}\nmax: 1")
    assert rest.outcome is Outcome.PASSED
    assert rest.value == 0


def test_what_matches_nothing_is_no_data_with_the_nearest_name(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: loc, modules: shop.cat}\nmax: 1")
    assert found.outcome is Outcome.NO_DATA
    assert found.reason == "no module matches shop.cat"
    assert "shop.cart" in found.hint


def test_modules_without_any_function_are_no_data(tmp_path: Path) -> None:
    write_files(tmp_path, {"shop/__init__.py": "X = 1\n"})
    found = verdict(tmp_path, "complexity: {measure: cyclomatic}\nmax: 1")
    assert found.outcome is Outcome.NO_DATA
    assert "0 functions in 1 modules" in found.reason


def test_a_file_that_cannot_be_parsed_is_an_error_with_its_place(shop: Path) -> None:
    write_files(shop, {"shop/broken.py": "x = 1\ndef f(:\n"})
    found = verdict(shop, "complexity: {measure: loc}\nmax: 100")
    assert found.outcome is Outcome.ERROR
    assert found.reason.startswith("shop/broken.py:2: cannot be analysed: ")
    assert "exclude" in found.hint
    elsewhere = verdict(shop, "complexity: {measure: loc, modules: shop.web}\nmax: 100")
    assert elsewhere.outcome is Outcome.PASSED
    left_out = verdict(
        shop,
        "complexity: {measure: loc}\nmax: 100",
        top="codebase: {packages: shop, exclude: shop.broken}",
    )
    assert left_out.outcome is Outcome.PASSED


def test_a_missing_package_is_an_error_with_the_nearest_name(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: loc}\nmax: 1", top="codebase: {packages: shopp}")
    assert found.outcome is Outcome.ERROR
    assert "shopp" in found.reason
    assert "shop" in found.hint


def test_no_package_at_all_is_an_error(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: loc}\nmax: 1", top="version: 1")
    assert found.outcome is Outcome.ERROR
    assert "packages" in found.hint


@pytest.mark.parametrize(
    "options",
    [
        "as: share",
        "over: 3",
        "as: share, over: 3, under: 2",
        "as: p95, over: 3",
        "as: p42",
        "measure: size",
    ],
)
def test_options_that_say_nothing_are_refused(shop: Path, options: str) -> None:
    measure = "" if "measure" in options else "measure: cyclomatic, "
    with pytest.raises(ConfigError):
        verdict(shop, f"complexity: {{{measure}{options}}}\nmax: 1")


def test_a_change_of_the_code_is_seen_at_once(shop: Path) -> None:
    body = "complexity: {measure: cyclomatic, modules: shop.web}\nmax: 1"
    assert verdict(shop, body).outcome is Outcome.PASSED
    path = shop / "shop/web/pages.py"
    before = path.stat()
    path.write_text(PAGES.replace("return title", "return 1 if title else 2"), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert verdict(shop, body).value == 2


def test_every_entry_of_modules_has_to_match(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: loc, modules: [shop.cart, shop.wbe.**]}\nmax: 99")
    assert found.outcome is Outcome.NO_DATA
    assert found.reason == "no module matches shop.wbe.**"
    assert "shop.web" in found.hint


def test_where_all_is_excluded_there_is_no_data(shop: Path) -> None:
    found = verdict(shop, "complexity: {measure: loc, modules: shop.web, exclude: shop}\nmax: 99")
    assert found.outcome is Outcome.NO_DATA
    assert found.reason == "every module that matches is excluded"


@pytest.mark.parametrize("how", ["", "as: mean, "])
def test_an_exclude_that_matches_nothing_is_noted(shop: Path, how: str) -> None:
    found = verdict(
        shop,
        f"complexity: {{measure: loc, {how}exclude: [shop.web, 'shop.legacy.**']}}\nmax: 99",
        top="codebase: {packages: shop, exclude: [shop.old]}",
    )
    assert found.outcome is Outcome.PASSED
    assert found.notes == (
        "exclude: shop.legacy.** matches no module",
        "codebase: exclude: shop.old matches no module",
    )
