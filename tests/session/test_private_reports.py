"""What a failing marked test tells of itself, without what came from the environment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked_tests import run, write_tests
from pytest_fitness.session.secrets import hidden

SECRET = "s3cr3t/p+ss 'word'"
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\nshort\n-----END KEY-----"
HEAD = """\
tests: tests
sources:
  shop: {process: {start: ["true"], env: {PASSWORD: "${SHOP_PASSWORD}", KEY: "${SHOP_KEY}"}}}
"""
FAILING = """
import os

PASSWORD = os.environ["SHOP_PASSWORD"]

def connect(dsn, key):
    print("connecting to", dsn)
    raise ConnectionError(f"{dsn} was refused\\n{key}")

@pytest.fixture
def shop():
    print("ready:", PASSWORD)
    return PASSWORD

@pytest.mark.fitness(max=5)
def test_search(fitness, shop, request):
    request.node.user_properties.append(("shop", shop))
    try:
        connect(f"shop://{shop}@host", os.environ["SHOP_KEY"])
    except ConnectionError as error:
        raise ValueError(shop) from error

@pytest.mark.fitness(max=5)
def test_cart(fitness, shop):
    assert f"token {shop}" == "token none"

@pytest.mark.fitness(max=5)
def test_skipped(fitness, shop):
    pytest.skip(f"no {shop} here")

@pytest.fixture
def broken():
    yield
    raise OSError(PASSWORD)

@pytest.mark.fitness(max=5)
def test_teardown(fitness, broken):
    fitness.record("a", 1)
"""
OPTIONS = {
    "plain": [],
    "long": ["--tb=long", "--showlocals", "-rA"],
    "short": ["--tb=short", "-vv"],
    "native": ["--tb=native", "-v"],
    "line": ["--tb=line", "-rs"],
    "workers": ["-n1", "-rA", "--showlocals"],
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    monkeypatch.setenv("SHOP_KEY", KEY)


def require_private(pytester: pytest.Pytester, result: pytest.RunResult) -> None:
    """Neither what is shown nor any file that was written holds a secret."""
    written = [(pytester.path / name).read_text("utf-8") for name in ("out.xml", "out.json")]
    told = [str(result.stdout), str(result.stderr), *written]
    for text in told:
        for secret in (SECRET, "s3cr3t/p", "MIIEvQIBADANBgkqhkiG"):
            assert secret not in text


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_failing_test_shows_no_secret(pytester: pytest.Pytester, options: list[str]) -> None:
    write_tests(pytester, FAILING, config=HEAD)
    result = run(pytester, "--junitxml=out.xml", *options, status=1)
    result.assert_outcomes(passed=1, failed=2, skipped=1, errors=1)
    require_private(pytester, result)
    assert "${SHOP_PASSWORD}" in (pytester.path / "out.xml").read_text("utf-8")


def test_the_rest_of_a_traceback_stays(pytester: pytest.Pytester) -> None:
    write_tests(pytester, FAILING, config=HEAD)
    result = run(pytester, "--showlocals", status=1)
    result.stdout.fnmatch_lines(
        [
            "*def connect(dsn, key):*",
            "E *ConnectionError: shop://${SHOP_PASSWORD}@host was refused",
            "E *${SHOP_KEY}",
            "tests/test_it.py:*: ConnectionError",
            "The above exception was the direct cause of the following exception:",
            "E *ValueError: ${SHOP_PASSWORD}",
            "*Captured stdout setup*",
            "ready: ${SHOP_PASSWORD}",
            "*Captured stdout call*",
            "connecting to shop://${SHOP_PASSWORD}@host",
        ]
    )


def test_a_fixture_that_is_not_there_is_told_as_ever(pytester: pytest.Pytester) -> None:
    source = "@pytest.mark.fitness(max=5)\ndef test_it(fitness, nowhere): pass\n"
    write_tests(pytester, source, config=HEAD)
    run(pytester, status=1).stdout.fnmatch_lines(["E *fixture 'nowhere' not found"])


@pytest.mark.parametrize("options", [[], ["--tb=native"]], ids=str)
def test_a_file_that_cannot_be_imported_shows_none(
    pytester: pytest.Pytester, options: list[str]
) -> None:
    source = FAILING.replace("def connect", "print(PASSWORD)\nraise OSError(PASSWORD)\ndef connect")
    write_tests(pytester, source, config=HEAD)
    result = pytester.runpytest_inprocess("--fitness", *options)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*OSError: ${SHOP_PASSWORD}"])
    assert SECRET not in str(result.stdout)


def test_what_is_not_in_the_file_is_no_secret(pytester: pytest.Pytester) -> None:
    write_tests(pytester, FAILING)
    assert SECRET in str(run(pytester, status=1).stdout)


def test_ordinary_runs_are_pytests_own(pytester: pytest.Pytester) -> None:
    write_tests(pytester, FAILING, config=HEAD)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert SECRET in str(result.stdout)


class Told:
    """As what pytest makes of an exception."""

    def __init__(self, text: str) -> None:
        self.entries = [(text, 1), text]
        self.path = None

    def toterminal(self) -> None:
        """It can be shown."""


@given(st.text(min_size=4, max_size=20).filter(str.strip), st.text(max_size=5), st.text(max_size=5))
def test_every_text_is_looked_through(secret: str, before: str, after: str) -> None:
    told = Told(before + secret + after)
    assert hidden(told, {secret: "T"}) is told
    for text in (told.entries[0][0], told.entries[1]):
        assert "${T}" in text
    assert told.path is None


@pytest.mark.parametrize("told", [None, 3, ("a.py", 3, "Skipped"), [("name", 1)], "text", {}])
def test_what_holds_no_secret_stays_the_same(told: object) -> None:
    assert hidden(told, {SECRET: "T"}) == told
    assert hidden(told, {}) is told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a'b\"c", "dsn = 'a\\'b\"c'"),
        ("line one\nline two", "E   line one\nE   line two"),
        ("line one\nline two", "'line one\\nline two'"),
        ("line one\nline two", "line one\nline two"),
    ],
)
def test_values_are_known_as_tracebacks_show_them(value: str, text: str) -> None:
    found = hidden(text, {value: "T"})
    assert "${T}" in found
    assert not any(part in found for part in ("a'b", "\\'b", "one", "two"))


def test_a_short_line_of_a_long_value_is_no_secret() -> None:
    assert hidden("[x]: a brief", {"[x]: long enough\nbrief": "T"}) == "[x]: a brief"
