"""Cobertura and JUnit: from what coverage.py and pytest really wrote; and XML that bites."""

import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pytest_fitness import units
from pytest_fitness.results import formats
from pytest_fitness.results import opened as opened_module
from pytest_fitness.results.opened import ResultFile
from result_files import asset, opened, read_asset, read_text, refused


@pytest.mark.parametrize(
    ("name", "format_"),
    [("coverage.xml", "cobertura"), ("coverage-branch.xml", "cobertura"), ("junit.xml", "junit")],
)
def test_they_are_recognised_and_their_units_are_as_promised(name: str, format_: str) -> None:
    assert formats.recognise(ResultFile(asset(name), name)) == format_
    readings = read_asset(name)
    assert len(readings) > 10
    for number, reading in readings.items():
        assert formats.unit_of(format_, number) == reading.unit, number


# Cobertura.


@pytest.mark.parametrize(
    ("number", "value", "samples"),
    [
        ("line-rate", 0.7, 10),
        ("branch-rate", 0.25, 4),
        ("lines-valid", 10, 10),
        ("lines-covered", 7, 10),
        ("shop.line-rate", 0.7, 10),
        ("shop/cart.py.line-rate", 4 / 6, 6),
        ("shop/cart.py.branch-rate", 0.25, 4),
        ("shop/ship.py.line-rate", 0.75, 4),
    ],
)
def test_rates_of_all_code_of_packages_and_of_files(
    number: str, value: float, samples: int
) -> None:
    found = read_asset("coverage-branch.xml")[number]
    assert (found.value, found.samples) == (value, samples)


def test_they_are_those_that_coverage_says() -> None:
    root = ET.parse(asset("coverage-branch.xml")).getroot()
    found = read_asset("coverage-branch.xml")
    assert found["line-rate"].value == float(root.attrib["line-rate"])
    assert found["branch-rate"].value == float(root.attrib["branch-rate"])
    for each in root.iter("class"):
        if each.attrib["filename"] != "shop/__init__.py":
            rate = found[f"{each.attrib['filename']}.line-rate"].value
            assert rate == pytest.approx(float(each.attrib["line-rate"]), abs=1e-4)
    assert found["line-rate"].moment == int(root.attrib["timestamp"]) / 1000


@pytest.mark.parametrize(
    ("name", "number"),
    [
        # Nothing was covered, and nothing could be: coverage.py calls that 1, or 0.
        ("coverage-branch.xml", "shop/__init__.py.line-rate"),
        ("coverage-branch.xml", "shop/ship.py.branch-rate"),
        ("coverage.xml", "branch-rate"),
    ],
)
def test_where_nothing_could_be_covered_there_is_no_rate(name: str, number: str) -> None:
    found = read_asset(name)[number]
    assert math.isnan(found.value)
    assert found.samples == 0


JAVA = """<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage timestamp="1700000000">
  <packages><package name="shop"><classes>
    <class filename="Cart.java" line-rate="0.9">
      <methods><method><lines><line number="1" hits="1"/></lines></method></methods>
      <lines><line number="1" hits="1"/><line number="2" hits="0"/></lines>
    </class>
    <class filename="Cart.java"><lines><line number="9" hits="3"/></lines></class>
  </classes></package></packages>
</coverage>"""


def test_classes_of_one_file_are_counted_together_and_lines_of_methods_once(
    tmp_path: Path,
) -> None:
    found = read_text(tmp_path, JAVA)
    assert found["Cart.java.line-rate"].value == 2 / 3
    assert found["shop.lines-valid"].value == 3
    assert found["line-rate"].moment == 1_700_000_000


# JUnit.


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("tests", 5),
        ("failures", 1),
        ("errors", 1),
        ("skipped", 1),
        ("time", 0.096),
        ("pytest.tests", 5),
        ("pytest.time", 0.096),
        ("testcase.max", 0.051),
        ("test_shop.test_slow.time", 0.051),
        ("test_shop.TestCart.test_add.time", 0.0),
    ],
)
def test_counts_and_times_of_tests(number: str, value: float) -> None:
    assert read_asset("junit.xml")[number].value == value


def test_they_are_those_that_pytest_says() -> None:
    (suite,) = ET.parse(asset("junit.xml")).getroot()
    found = read_asset("junit.xml")
    for name in ("tests", "failures", "errors", "skipped"):
        assert found[name].value == int(suite.attrib[name])
        assert found[name].samples == 5
    assert found["tests"].moment == pytest.approx(1795247750.676065)


def test_no_test_is_no_sample(tmp_path: Path) -> None:
    found = read_text(tmp_path, '<testsuites><testsuite name="a" time="0"/></testsuites>')
    assert (found["failures"].value, found["failures"].samples) == (0, 0)
    assert math.isnan(found["testcase.max"].value)


def test_suites_lie_within_suites(tmp_path: Path) -> None:
    case = '<testcase classname="C" name="t{}" time="{}"/>'
    text = (
        '<testsuite name="outer" time="7"><testsuite name="inner" time="5">'
        + case.format(1, "1,234.5")
        + '</testsuite><testcase name="alone"><failure/><error/></testcase></testsuite>'
    )
    found = read_text(tmp_path, text)
    assert [found[name].value for name in ("tests", "failures", "errors")] == [2, 1, 1]
    assert [found[name].value for name in ("outer.tests", "inner.tests")] == [2, 1]
    assert [found[name].value for name in ("time", "inner.time")] == [7, 5]
    assert found["C.t1.time"].value == 1234.5
    assert math.isnan(found["alone.time"].value)
    assert found["testcase.max"].value == 1234.5
    assert found["testcase.max"].samples == 1


def test_a_test_that_is_there_twice_has_no_time_of_its_own(tmp_path: Path) -> None:
    case = '<testcase classname="C" name="t" time="1"/>'
    found = read_text(tmp_path, f"<testsuite>{case}{case}</testsuite>")
    assert "C.t.time" not in found
    assert found["tests"].value == 2


def test_more_tests_than_can_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened_module, "MOST_NUMBERS", 3)
    error = refused(tmp_path, f"<testsuite>{'<testcase/>' * 4}</testsuite>")
    assert error.message == "r.out: it holds more than 3 numbers"


# XML that bites.

LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(20)
)  # fmt: skip
BITES = {
    "billion laughs": f"<!DOCTYPE coverage [{LAUGHS}]><coverage>&l19;</coverage>",
    "a file": '<!DOCTYPE coverage [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<coverage>&x;'
    "</coverage>",
    "a parameter": '<!DOCTYPE testsuite [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>'
    "<testsuite/>",
    "attributes": '<!DOCTYPE testsuite [<!ATTLIST testsuite time CDATA "0">]><testsuite/>',
    "an empty one": "<!DOCTYPE testsuite []><testsuite/>",
}


@pytest.mark.parametrize("text", BITES.values(), ids=BITES)
def test_declarations_are_refused(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, text)
    assert error.message.endswith("it declares entities or a DTD of its own, which is refused")
    assert error.message.startswith("r.out:1: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<testsuite>\n<testcase>", "r.out:2: no valid XML: no element found"),
        ("<testsuite>\n</testsuit>", "r.out:2: no valid XML: mismatched tag"),
        ("<coverage>&nbsp;</coverage>", "r.out:1: no valid XML: undefined entity"),
        ("<coverage>" + "<a>" * 200, "r.out:1: its elements lie too deep"),
        ('<?xml version="1.0" encoding="klingon"?><coverage/>', "r.out: no valid XML: "),
        ("<coverage>\x00</coverage>", "r.out:1: no valid XML: "),
        ("<coverage/><coverage/>", "r.out:1: no valid XML: junk after document element"),
    ],
)
def test_broken_markup_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert refused(tmp_path, text).message.startswith(said)


def test_other_markup_is_not_ours(tmp_path: Path) -> None:
    assert refused(tmp_path, "<html><body/></html>").message == (
        "r.out: no result file of a tool that is known"
    )


def test_the_root_is_found_behind_what_comes_before_it(tmp_path: Path) -> None:
    text = "<?xml version='1.0'?>\n<!-- " + "x" * 5_000 + " -->\n<coverage></coverage>"
    assert formats.recognise(opened(tmp_path, text)) == "cobertura"
    assert read_text(tmp_path, text.encode("utf-16"))["lines-valid"].unit == units.COUNT
