"""The files and the summary that a run leaves, also where names and messages are hostile."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from run_results import insert, report

Words = Callable[..., None]
LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
HOSTILE = "<script>\x1b[31m\r\n\u202e]]>&\0" + "x" * 10_000


def test_junit_carries_value_unit_and_limit(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "--junitxml=out.xml", "-k", "size or cycles")
    cases = {
        case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")}
        for case in ET.parse(shop.path / "out.xml").iter("testcase")
    }
    assert cases["size"] == {
        "fitness.outcome": "passed",
        "fitness.value": "7",
        "fitness.limit": "≤ 100",
        "fitness.violations": "0",
        "fitness.known": "0",
    }
    assert cases["no-cycles"]["fitness.outcome"] == "failed"


def test_the_json_report_is_versioned_and_in_the_order_of_the_file(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "--fitness-json=out/report.json", "--fitness-gate=ci")
    document = json.loads((shop.path / "out" / "report.json").read_text("ascii"))
    assert document["format"] == 1
    assert document["run"]["gate"] == "ci"
    assert [verdict["id"] for verdict in document["verdicts"]] == [
        *("layers", "no-cycles", "size", "branches"),
        *("architecture::core", "architecture::prices"),
    ]
    cycles = document["verdicts"][1]
    assert (cycles["value"], cycles["limit"]["high"], cycles["outcome"]) == (1, 0, "failed")
    assert cycles["violations"][0]["path"] == "shop/prices.py"


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_json_report_that_cannot_be_written_fails_the_run_and_hides_nothing(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    (pytester.path / "file").touch()
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=file/out.json", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*✓ length *", "error: the JSON report file/out.json cannot be written: *"]
    )


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_hostile_texts_are_harmless_in_every_report(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    about = json.dumps(HOSTILE.replace("\0", ""))
    words(f"{LIMITED}    about: {about}\n    owner: {about}\n", a="one two three four")
    insert(pytester.path, f"raise MeasureError({HOSTILE!r}, {HOSTILE!r})")
    result = pytester.runpytest_inprocess(
        "--fitness", "--color=no", "--junitxml=out.xml", "--fitness-json=out.json", *workers
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    shown = str(result.stdout)
    assert not {"\x1b", "\u202e", "\0"} & set(shown)
    assert max(map(len, result.outlines)) < 1_000
    ET.parse(pytester.path / "out.xml")
    assert report(pytester.path / "out.json")["length"]["reason"] == HOSTILE


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there")
@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_a_file_name_that_is_no_text_is_harmless(
    pytester: pytest.Pytester, workers: list[str]
) -> None:
    package = pytester.mkpydir("shop")
    Path(os.fsdecode(os.fsencode(package) + b"/bad\xff.py")).write_text("a = 1\nb = 2\n", "utf-8")
    config = "codebase: {packages: [shop]}\nfunctions:\n"
    size = "  size:\n    complexity: {measure: loc}\n    max: 1\n"
    (pytester.path / "fitness.yaml").write_text(config + size, "utf-8")
    options = ("--fitness", "--junitxml=out.xml", "--fitness-json=out.json", *workers)
    result = pytester.runpytest_inprocess(*options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  shop/bad?udcff.py: shop.bad?udcff: 2"])
    (violation,) = report(pytester.path / "out.json")["size"]["violations"]
    (pytester.path / "fitness.yaml").write_text(f"{config}{size}    baseline: frozen\n", "utf-8")
    known = {"format": 1, "functions": {"size": {violation["key"]: 2}}}
    (pytester.path / "fitness-baseline.json").write_text(json.dumps(known), "utf-8")
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)


@pytest.mark.parametrize(("columns", "workers"), [(60, []), (80, []), (200, []), (80, ["-n2"])])
def test_no_line_of_the_summary_is_wider_than_the_terminal(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, columns: int, workers: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.delenv("CI", raising=False)  # there pytest's own short summary is never cut
    result = shop.runpytest_inprocess("--fitness", *workers)
    lines = result.outlines
    start = next(i for i, line in enumerate(lines) if " fitness " in line and line.startswith("="))
    assert max(map(len, lines[start:])) <= columns


def test_a_terminal_that_shows_ascii_only_gets_readable_ascii(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = shop.runpytest_subprocess("--fitness")
    assert str(result.stdout).isascii()
    result.stdout.fnmatch_lines(
        ["1 where <= 0 is allowed", "  --> fitness.yaml:6", "  XX no-cycles *1  <= 0*"]
    )


@pytest.mark.parametrize(
    ("option", "rows"),
    [
        ("-v", ["layers", "no-cycles", "size", "branches", "core", "prices"]),
        ("-q", ["no-cycles", "branches"]),
        ("-qq", []),
    ],
)
def test_how_much_is_shown(shop: pytest.Pytester, option: str, rows: list[str]) -> None:
    result = shop.runpytest_inprocess("--fitness", option)
    marks = ("  ✓ ", "  ✗ ", "  ! ")
    shown = {
        line[4:].split()[0].rpartition("::")[2]
        for line in result.outlines
        if line.startswith(marks)
    }
    assert shown == set(rows)
    result.stdout.fnmatch_lines(["1 failed, 1 warned, 4 passed"])


def test_many_passed_functions_are_counted_and_not_listed(
    pytester: pytest.Pytester, words: Words
) -> None:
    words("".join(LIMITED.replace("length", f"length-{n}") for n in range(300)), a="one")
    result = pytester.runpytest_inprocess("--fitness")
    result.stdout.fnmatch_lines(["300 passed (-v lists them)", "300 passed"])
    assert len(result.outlines) < 25


def test_a_plugin_is_found_by_its_entry_point(
    pytester: pytest.Pytester, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    words(LIMITED, a="one two")
    installed = pytester.mkdir("installed")
    (pytester.path / "words_local.py").rename(installed / "words_installed.py")
    info = installed / "words-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: words\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[pytest_fitness]\nwords = words_installed\n", "utf-8")
    config = pytester.path / "fitness.yaml"
    config.write_text(config.read_text("utf-8").replace("plugins: [words_local]\n", ""), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(installed))
    pytester.runpytest_subprocess("--fitness").assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_a_run_of_no_function_leaves_no_older_report_in_place(
    shop: pytest.Pytester, workers: list[str]
) -> None:
    shop.runpytest_inprocess("--fitness", "--fitness-json=out.json", "-k", "size")
    assert list(report(shop.path / "out.json")) == ["size"]
    options = ("--fitness", "--fitness-json=out.json", "-k", "nothing", *workers)
    result = shop.runpytest_inprocess(*options)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert report(shop.path / "out.json") == {}


def test_a_collection_alone_writes_no_report(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "--fitness-json=out.json", "--collect-only")
    assert not (shop.path / "out.json").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("fitness.yaml", None, "the configuration file"),
        ("fitness-baseline.json", None, "the baseline file"),
        ("other.json", '{"format": 1, "functions": {}}', "no JSON report of an earlier run"),
        ("notes.txt", "mine", "no JSON report of an earlier run"),
    ],
)
def test_no_file_but_an_earlier_report_is_overwritten(
    pytester: pytest.Pytester, words: Words, name: str, content: str | None, said: str
) -> None:
    words(LIMITED, a="one")
    path = pytester.path / name
    if content is not None:
        path.write_text(content, "utf-8")
    before = path.read_bytes() if path.exists() else None
    result = pytester.runpytest_inprocess("--fitness", f"--fitness-json=./{name}")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*✓ length *", f"error: the JSON report *./{name}: *{said}*"])
    assert (path.read_bytes() if path.exists() else None) == before


def test_an_empty_file_and_an_earlier_report_are_overwritten(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED, a="one")
    (pytester.path / "out.json").touch()
    for _ in range(2):
        result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
        assert result.ret == pytest.ExitCode.OK
        assert list(report(pytester.path / "out.json")) == ["length"]


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_code_that_is_not_analysed_is_told_in_every_run(
    shop: pytest.Pytester, workers: list[str]
) -> None:
    (shop.path / "shop" / "deep").mkdir()
    (shop.path / "shop" / "deep" / "tools.py").touch()
    options = ("--fitness", "--fitness-json=out.json", *workers)
    for _ in range(2):  # the second run analyses nothing anew
        result = shop.runpytest_inprocess(*options)
        told = [line for line in result.outlines if line.startswith("not analysed")]
        assert told == ["not analysed: 1 directory, shop/deep; see `pytest-fitness doctor`"]
        run = json.loads((shop.path / "out.json").read_text("utf-8"))["run"]
        reason = "it lies in a package and has no __init__.py"
        assert run["not_analysed"] == [{"path": "shop/deep", "reason": reason}]
    config = (shop.path / "fitness.yaml").read_text("utf-8")
    excluding = config.replace("[shop]}", "[shop], exclude: [shop.deep]}")
    (shop.path / "fitness.yaml").write_text(excluding, "utf-8")
    shop.runpytest_inprocess(*options).stdout.no_fnmatch_line("not analysed*")


def test_code_beside_a_contract_file_of_other_packages_is_told_too(
    shop: pytest.Pytester,
) -> None:
    config = "codebase: {packages: [web]}\nfunctions:\n  all: {contracts: {from: setup.cfg}}\n"
    (shop.path / "fitness.yaml").write_text(config, "utf-8")
    (shop.path / "shop" / "a.b.py").touch()
    shop.runpytest_inprocess("--fitness").stdout.fnmatch_lines(
        ["not analysed: 1 file, shop/a.b.py; *"]
    )


def test_a_run_that_looks_at_no_code_says_nothing_of_it(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED, a="one")
    pytester.mkpydir("shop")
    pytester.mkdir("shop/deep")
    (pytester.path / "shop" / "deep" / "tools.py").touch()
    config = (pytester.path / "fitness.yaml").read_text("utf-8")
    (pytester.path / "fitness.yaml").write_text(
        f"codebase: {{packages: [shop]}}\n{config}", "utf-8"
    )
    pytester.runpytest_inprocess("--fitness").stdout.no_fnmatch_line("not analysed*")


def test_of_a_function_that_is_run_again_the_last_verdict_counts(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(LIMITED, a="1 2 3 4")
    again = """
        from pathlib import Path
        from _pytest.runner import runtestprotocol
        def pytest_runtest_protocol(item, nextitem):
            runtestprotocol(item, nextitem=nextitem)
            Path("docs/a.txt").write_text("1")
            runtestprotocol(item, nextitem=nextitem)
            return True
    """
    pytester.makeconftest(again)
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    result.stdout.fnmatch_lines(["  ✓ length *", "1 passed"])
    document = json.loads((pytester.path / "out.json").read_text("utf-8"))
    assert [verdict["value"] for verdict in document["verdicts"]] == [1]
