"""What a file may say of commands, processes and functions: problems found before anything runs."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from pytest_fitness.config.document import load
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record
from pytest_fitness.config.reader import Reader
from pytest_fitness.sources.command import CommandSource
from pytest_fitness.sources.process.source import Process
from pytest_fitness.sources.python import Python

COMMAND, PROCESS, PYTHON = CommandSource(), Process(), Python()


def decode(type_: type[Options], text: str, tmp_path: Path) -> tuple[Options | None, list[str]]:
    path = tmp_path / "options.yaml"
    path.write_text(text, "utf-8")
    reader = Reader("options.yaml", {})
    found = Record(type_).decode(load(path, "options.yaml"), reader)
    problems = [problem.message for problem in reader.problems]
    return (found if isinstance(found, type_) else None), problems


def option_problems(source: Source, text: str, tmp_path: Path) -> list[str]:
    assert isinstance(source.options, Record)
    options, problems = decode(source.options.type, text, tmp_path)
    return problems if options is None else [*problems, *source.problems(options)]


def query_problems(source: Source, text: str, tmp_path: Path) -> list[str]:
    query, problems = decode(source.query, text, tmp_path)
    return problems if query is None else [*problems, *source.query_problems(query)]


GOOD_OPTIONS = [
    (COMMAND, "{cwd: tools}"),
    (COMMAND, "{cwd: tools, env: {A_1: b}, timeout: 5m, shell: true}"),
    (PYTHON, "{path: src, timeout: 500ms}"),
    (PROCESS, "{pid: 12}"),
    (PROCESS, "{pidfile: run/app.pid, children: false}"),
    (PROCESS, "{port: 8000}"),
    (PROCESS, "{start: python -m http.server, ready: {port: 8000, within: 10s}, log: a.log}"),
    (PROCESS, "{start: [sleep, 5, ''], cwd: x, env: {A: b}, stop_within: 1s}"),
    (PROCESS, "{start: a b, ready: {url: 'http://localhost/'}}"),
    (PROCESS, "{start: a b, ready: {pattern: 'listening on \\d+'}}"),
]


@pytest.mark.parametrize(("source", "text"), GOOD_OPTIONS)
def test_good_options_are_taken_by_the_loader_and_the_schema(
    source: Source, text: str, tmp_path: Path
) -> None:
    assert option_problems(source, text, tmp_path) == []
    Draft202012Validator(source.options.schema()).validate(yaml.safe_load(text))


GOOD_QUERIES = [
    (COMMAND, "{run: wc -l}"),
    (COMMAND, "{run: [wc, -l]}"),
    (COMMAND, "{run: [grep, '', 5, true], pattern: '(\\d+)'}"),
    (PYTHON, "{call: 'a.b:c.d'}"),
    (PYTHON, "{call: 'a:b', args: {n: [1, {x: y}]}, series: true}"),
    *((PROCESS, f"{{metric: {name}}}") for name in ("rss", "uss", "cpu", "fds", "threads")),
    (PROCESS, "{metric: connections}"),
]


@pytest.mark.parametrize(("source", "text"), GOOD_QUERIES)
def test_good_queries_are_taken_by_the_loader_and_the_schema(
    source: Source, text: str, tmp_path: Path
) -> None:
    assert query_problems(source, text, tmp_path) == []
    Draft202012Validator(Record(source.query).schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        (COMMAND, "{timeout: 0s}", "longer than nothing"),
        (COMMAND, "{timeout: -5s}", "longer than nothing"),
        (COMMAND, "{timeout: 5}", "is not a time"),
        (COMMAND, "{env: {A-B: c}}", "not a valid name of a variable"),
        (COMMAND, "{shell: maybe}", "expected true or false"),
        (PYTHON, "{timeout: 0ms}", "longer than nothing"),
        (PROCESS, "{children: true}", "in one way: pid, pidfile, port, start"),
        (PROCESS, "{pid: 5, port: 80}", "in one way"),
        (PROCESS, "{pid: 0}", "less than 1"),
        (PROCESS, "{port: 65536}", "more than 65535"),
        (PROCESS, "{pid: 5, cwd: x}", "`cwd` belongs to `start`"),
        (PROCESS, "{pid: 5, stop_within: 1s}", "`stop_within` belongs to `start`"),
        (PROCESS, "{port: 5, ready: {port: 5}}", "`ready` belongs to `start`"),
        (PROCESS, "{start: []}", "the list is empty"),
        (PROCESS, "{start: ['', a]}", "expected a program"),
        (PROCESS, "{start: {a: b}}", "expected a command"),
        (PROCESS, '{start: "a \'b"}', "`start` cannot be split into words: no closing quotation"),
        (PROCESS, "{start: a, stop_within: 0s}", "`stop_within` must be"),
        (PROCESS, "{start: a, stop_within: 1h}", "`stop_within` must be"),
        (PROCESS, "{start: a, ready: {within: 5s}}", "takes one of url, port and pattern"),
        (PROCESS, "{start: a, ready: {port: 5, pattern: b}}", "takes one of"),
        (PROCESS, "{start: a, ready: {port: 5, within: 0s}}", "`within` must be"),
        (PROCESS, "{start: a, ready: {pattern: '('}}", "is no regular expression"),
        (PROCESS, "{start: a, ready: {url: 'localhost:80'}}", "expected a URL"),
    ],
)
def test_what_is_wrong_with_options_is_told(
    source: Source, text: str, said: str, tmp_path: Path
) -> None:
    (problem,) = option_problems(source, text, tmp_path)
    assert said in problem


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        (COMMAND, "{pattern: (a)}", "the key 'run' is missing"),
        (COMMAND, "{run: }", "expected a command, found nothing"),
        (COMMAND, "{run: [a, [b]]}", "expected a text, found a list"),
        (COMMAND, "{run: a, pattern: '('}", "is no regular expression"),
        (COMMAND, "{run: a, pattern: 'b'}", "has 0 groups, not one; put the number in parentheses"),
        (COMMAND, "{run: a, pattern: '(b)(c)'}", "has 2 groups, not one; write the others as (?:"),
        (COMMAND, "{run: a, pattern: '(" + "b" * 500 + ")'}", "longer than 500 characters"),
        (PYTHON, "{call: 'a.b'}", "expected a function such as package.module:function"),
        (PYTHON, "{call: 'a.1b:c'}", "expected a function"),
        (PYTHON, "{call: 'a:b()'}", "expected a function"),
        (PYTHON, "{call: 'os;x:b'}", "expected a function"),
        (PYTHON, "{call: 'a:b', args: [1]}", "expected a mapping"),
        (PYTHON, "{call: 'a:b', args: {1x: 2}}", "not a valid name of a parameter"),
        (PROCESS, "{metric: vms}", "unknown metric 'vms'"),
    ],
)
def test_what_is_wrong_with_a_query_is_told(
    source: Source, text: str, said: str, tmp_path: Path
) -> None:
    (problem,) = query_problems(source, text, tmp_path)
    assert said in problem


def test_registering_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "import pytest_fitness.sources.command, pytest_fitness.sources.python\n"
        "import pytest_fitness.sources.process.source\n"
        "print(sorted({'psutil', 'ssl', 'subprocess', 'socket'} & {*sys.modules}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
