"""What a run prints, line by line, at 80 columns and under pytest's own options."""

import re
from collections.abc import Callable

import pytest
from run_results import summary

Words = Callable[..., None]
LIMITED = "  NAME:\n    words: {source: docs, files: NAME.txt}\n    max: 3\n"
FIVE = {
    "good": "",
    "near": "    warn: {max: 1}\n",
    "bad": "    tags: [style]\n    owner: team-docs\n    link: https://example.org/7\n",
    "gone": "    on_no_data: warn\n",
    "away": "    on_no_data: skip\n",
}
TEXTS = {"good": "1", "near": "1 2", "bad": "1 2 3 4"}
ROWS = [
    "          value  limit  room",
    "style",
    "  ✗ bad       4  ≤ 3    -33%",
    "      bad.txt:1: bad.txt: 4",
    "words",
    "  ✓ good      1  ≤ 3    +67%",
    "  ! near      2  ≤ 3    +33%",
    "      past warn ≤ 1: near.txt:1: near.txt",
    "  ∅ gone      \N{EN DASH}  ≤ 3",
    "      no file matches gone.txt",
    "  ∅ away      \N{EN DASH}  ≤ 3",
    "      no file matches away.txt",
]
COUNT = "1 failed, 2 no data, 1 warned, 1 passed"


@pytest.fixture
def five(
    pytester: pytest.Pytester, words: Words, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    """One function of each outcome, at 80 columns."""
    words("".join(LIMITED.replace("NAME", name) + more for name, more in FIVE.items()), **TEXTS)
    monkeypatch.setenv("COLUMNS", "80")
    return pytester


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    result = pytester.runpytest_inprocess("--fitness", "--fitness-no-history", *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    return result


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["alone", "two workers"])
@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--color=no", [*ROWS, COUNT]),
        ("-v", [*ROWS, COUNT]),
        ("-q", [line for line in ROWS if "good" not in line] + [COUNT]),
        ("-qq", [COUNT]),
    ],
)
def test_the_section_line_by_line(
    five: pytest.Pytester, option: str, expected: list[str], workers: list[str]
) -> None:
    shown = summary(run(five, option, *workers))
    assert [line for line in shown if line] == [line for line in expected if line]


@pytest.mark.parametrize("tb", ["auto", "long", "short", "line", "native"])
def test_a_failure_reads_the_same_in_every_style_of_traceback(
    five: pytest.Pytester, tb: str
) -> None:
    text = str(run(five, f"--tb={tb}").stdout)
    assert "4 where ≤ 3 is allowed" in text
    assert "FitnessFailure" not in text
    assert "runtest" not in text


def test_no_traceback_is_shown_where_none_is_wanted(five: pytest.Pytester) -> None:
    result = run(five, "--tb=no")
    result.stdout.no_fnmatch_line("*-->*")
    assert summary(result)[-1] == COUNT


def test_a_failure_in_full(five: pytest.Pytester) -> None:
    lines = list(run(five).outlines)
    start = lines.index("4 where ≤ 3 is allowed")
    assert lines[start : start + 9] == [
        "4 where ≤ 3 is allowed",
        "  --> fitness.yaml:11",
        "",
        "  bad.txt:1: bad.txt: 4",
        "",
        "  looked at: 1 files",
        "  help: Bring it back within the limit.",
        (
            "    or: accept what is there, with `baseline: frozen` and"
            " `pytest-fitness baseline --accept bad`."
        ),
        "  ask: team-docs · https://example.org/7",
    ]


@pytest.mark.parametrize(
    ("option", "letters"),
    [("--color=no", ".wFns"), ("-q", ".wFns")],
)
def test_each_outcome_has_its_letter(five: pytest.Pytester, option: str, letters: str) -> None:
    run(five, option).stdout.fnmatch_lines([f"*{letters}*"])


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_each_outcome_has_its_word(five: pytest.Pytester, workers: list[str]) -> None:
    said = str(run(five, "-v", "--color=no", *workers).stdout)
    found = dict(re.findall(r"fitness\.yaml::(\w+) ([A-Z][A-Z ]*[A-Z])", said))
    found |= {
        name: word for word, name in re.findall(r"([A-Z ]+[A-Z]) fitness\.yaml::(\w+) $", said)
    }
    if workers:
        pairs = re.findall(r"\] ([A-Z][A-Z ]*[A-Z]) fitness\.yaml::(\w+)", said)
        found = {name: word for word, name in pairs}
    assert found["good"] == "PASSED"
    assert found["near"] == "WARNED"
    assert found["bad"] == "FAILED"
    assert found["gone"] == "NO DATA"
    assert found["away"] == "SKIPPED"


def test_pytest_counts_the_outcomes_in_its_last_line(five: pytest.Pytester) -> None:
    last = run(five).outlines[-1]
    counted = re.sub(r" in [\d.]+s", "", last).strip("= ")
    assert set(counted.split(", ")) == {
        "1 failed",
        "1 passed",
        "1 skipped",
        "1 warned",
        "1 no data",
    }


def test_the_short_summary_gives_the_reasons(five: pytest.Pytester) -> None:
    result = run(five, "-rA")
    result.stdout.fnmatch_lines(
        ["SKIPPED *no file matches away.txt", "FAILED fitness.yaml::bad - 4 where ≤ 3 is allowed"]
    )


def test_colours_are_only_there_where_they_are_wanted(five: pytest.Pytester) -> None:
    plain = "\n".join(summary(run(five, "--color=no")))
    assert "\x1b" not in plain
    coloured = str(run(five, "--color=yes").stdout)
    assert "\x1b[31m  ✗ bad" in coloured
    assert "\x1b[33m  ! near" in coloured
    assert "\x1b[32m  ✓ good" in coloured
    start = coloured.index("value  limit")
    section = coloured[start : coloured.index(COUNT)]
    assert (
        re.sub(r"\x1b\[\d+m", "", section).splitlines()
        == plain[plain.index("value") :].splitlines()[:-1]
    )


def test_without_a_summary_the_section_is_left_out_too(five: pytest.Pytester) -> None:
    result = run(five, "--no-summary")
    result.stdout.no_fnmatch_line("*FAILED fitness*")


def test_the_header_counts_the_functions_and_names_the_file(five: pytest.Pytester) -> None:
    (five.path / "fitness.yaml").rename(five.path / "rules.yaml")
    run(five, "--fitness-config=rules.yaml").stdout.fnmatch_lines(
        ["fitness: 5 functions in rules.yaml"]
    )
    config = (five.path / "rules.yaml").read_text("utf-8")
    one = config.partition("  near:")[0].replace("max: 3", "max: 0")
    (five.path / "rules.yaml").write_text(one, "utf-8")
    run(five, "--fitness-config=rules.yaml").stdout.fnmatch_lines(
        ["fitness: 1 function in rules.yaml"]
    )


@pytest.mark.parametrize("columns", [1, 40, 50, 79, 500])
def test_any_width_of_the_terminal_will_do(
    five: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    result = run(five, "--color=no", "--tb=no", "--no-header")
    # Below 40 pytest takes the terminal to be unknown, and goes by 80.
    assert max(map(len, summary(result))) <= (columns if columns >= 40 else 80)
