"""``coupling``: each measure on a package worked out by hand."""

from pathlib import Path

import pytest
from judging import verdict, write_files

from pytest_fitness.errors import ConfigError
from pytest_fitness.judge.limits import WHOLE
from pytest_fitness.model import Outcome

# web.pages -> services.cart -> storage.orders -> services.cart, a cycle of two; tools is alone.
FILES = {
    "shop/__init__.py": "",
    "shop/web/__init__.py": "",
    "shop/web/pages.py": "from shop.services import cart\n",
    "shop/services/__init__.py": "",
    "shop/services/cart.py": """\
        from abc import ABC
        from typing import TYPE_CHECKING

        from shop.storage import orders

        if TYPE_CHECKING:
            from shop.web import pages


        class Cart(ABC):
            pass


        class Item:
            pass
        """,
    "shop/storage/__init__.py": "",
    "shop/storage/orders.py": "\nimport shop.services.cart\n",
    "shop/tools.py": "",
}
COMPONENTS = "components: {web: shop.web, services: shop.services, storage: shop.storage}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ("measure: afferent, modules: shop.services.cart", 2),
        ("measure: efferent, modules: shop.services.cart", 2),
        ("measure: efferent, modules: shop.services.cart, type_checking: false", 1),
        ("measure: fan_in, package: shop.services", 0),
        (f"measure: fan_in, {COMPONENTS}", 2),
        (f"measure: fan_out, {COMPONENTS}, type_checking: false", 1),
        ("measure: instability, package: shop.web", 0.5),
        ("measure: instability, package: shop.web, type_checking: false", 1),
        ("measure: abstractness, package: shop.services", 0.5),
        ("measure: distance, package: shop.services, type_checking: false", abs(0.5 + 1 / 3 - 1)),
        ("measure: cycles", 1),
        (f"measure: cycles, {COMPONENTS}", 1),
        ("measure: depth, type_checking: false", 2),
        ("measure: depth, package: shop.web", 1),
        ("measure: propagation_cost, type_checking: false", (5 * 1 + 2 + 2 + 3) / 64),
        ("measure: ccd, type_checking: false", 12),
        ("measure: acd, type_checking: false", 12 / 8),
        ("measure: nccd, package: shop.web", 2 / (3 * 1.584962500721156 - 2)),
        (f"measure: autonomy, {COMPONENTS}, shared: [storage], type_checking: false", 0),
    ],
)
def test_each_measure(shop: Path, options: str, value: float) -> None:
    found = verdict(shop, f"coupling: {{{options}}}\n{limit(options)}")
    assert found.value == pytest.approx(value)


def limit(options: str) -> str:
    """A limit in the unit of the measure, in the direction that makes the worst value of it."""
    if "autonomy" in options:
        return "min: 0%"
    shares = ("instability", "abstractness", "distance", "propagation_cost")
    return "max: 100%" if any(f"measure: {share}" in options for share in shares) else "max: 99"


def test_a_cycle_fails_with_every_import_and_the_cheapest_cut_first(shop: Path) -> None:
    found = verdict(shop, "coupling: {measure: cycles, type_checking: false}\nmax: 0")
    assert found.outcome is Outcome.FAILED
    assert {(v.key, v.path, v.line) for v in found.violations} == {
        ("shop.services.cart -> shop.storage.orders", "shop/services/cart.py", 4),
        ("shop.storage.orders -> shop.services.cart", "shop/storage/orders.py", 2),
    }
    assert "cut" in found.violations[0].message
    assert "cut" not in found.violations[1].message
    assert found.notes == (
        "a cycle of 2: shop.services.cart, shop.storage.orders; cutting 1 import breaks it",
    )


def test_an_element_past_its_limit_shows_the_imports_behind_the_number(shop: Path) -> None:
    found = verdict(shop, "coupling: {measure: afferent, type_checking: false}\nmax: 1")
    assert found.outcome is Outcome.FAILED
    (violation,) = found.violations
    assert (violation.key, violation.value) == ("shop.services.cart", 2)
    assert {(link.importer, link.path, link.line) for link in violation.chain} == {
        ("shop.web.pages", "shop/web/pages.py", 1),
        ("shop.storage.orders", "shop/storage/orders.py", 2),
    }


def test_elements_without_a_value_are_left_out_and_counted(shop: Path) -> None:
    found = verdict(shop, "coupling: {measure: instability}\nmax: 100%")
    assert found.outcome is Outcome.PASSED
    assert found.subject == "3 modules"
    assert found.notes == ("5 without a value: nothing to divide by",)


def test_a_measure_that_is_defined_for_nothing_is_no_data(shop: Path) -> None:
    found = verdict(shop, "coupling: {measure: abstractness, package: shop.web}\nmax: 100%")
    assert found.outcome is Outcome.NO_DATA
    assert found.reason == "abstractness is not defined for any of 1 packages"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ("modules: shop.servces.*", ""),
        ("package: shop.servces", "shop.services"),
        ("components: {a: shop.web, b: shop.servces}", "shop.services"),
    ],
)
def test_what_matches_nothing_is_no_data(shop: Path, options: str, hint: str) -> None:
    found = verdict(shop, f"coupling: {{measure: fan_in, {options}}}\nmax: 1")
    assert found.outcome is Outcome.NO_DATA
    assert "servces" in found.reason
    assert hint in found.hint


def test_a_whole_graph_past_its_limit_is_one_violation(shop: Path) -> None:
    found = verdict(shop, "coupling: {measure: propagation_cost}\nmax: 10%")
    assert found.outcome is Outcome.FAILED
    assert [violation.key for violation in found.violations] == [WHOLE]
    assert found.notes[0].startswith("reach most: ")


def test_a_file_that_cannot_be_parsed_is_an_error(shop: Path) -> None:
    write_files(shop, {"shop/broken.py": "def f(:\n"})
    found = verdict(shop, "coupling: {measure: cycles}\nmax: 5")
    assert found.outcome is Outcome.ERROR
    assert found.reason.startswith("shop/broken.py:1: cannot be analysed")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("measure: cycle", "Did you mean 'cycles'?"),
        ("measure: autonomy", "`autonomy` needs `components`"),
        ("measure: cycles, package: shop, modules: shop.web", "choose different things"),
        ("measure: autonomy, components: {a: shop.web}, shared: [b]", "'b', which is no component"),
        ("measure: cycles, components: {}", "the mapping is empty"),
    ],
)
def test_options_that_make_no_sense_are_refused(shop: Path, options: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        verdict(shop, f"coupling: {{{options}}}\nmax: 1")
    assert message in str(caught.value)


def test_every_glob_of_a_component_has_to_match(shop: Path) -> None:
    components = "components: {web: [shop.web, shop.servces], services: shop.services}"
    found = verdict(shop, f"coupling: {{measure: fan_in, {components}}}\nmax: 9")
    assert found.outcome is Outcome.NO_DATA
    assert found.reason == "component web: no module matches shop.servces"
    assert "shop.services" in found.hint


@pytest.mark.parametrize("measure", ["cycles", "depth", "propagation_cost", "ccd", "acd", "nccd"])
@pytest.mark.parametrize(
    ("elements", "noun"),
    [("modules: shop.tools", "module"), ("components: {all: shop}", "component")],
)
def test_a_graph_of_one_element_is_never_a_pass(
    shop: Path, measure: str, elements: str, noun: str
) -> None:
    options = f"measure: {measure}, {elements}"
    found = verdict(shop, f"coupling: {{{options}}}\n{limit(options)}")
    assert found.outcome is Outcome.NO_DATA
    assert found.reason == f"only one {noun}: nothing can depend on anything"
