"""What comes from the environment never leaves: not in a report, not in the history."""

import itertools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.model import Outcome, Verdict, Violation
from pytest_fitness.session.secrets import redact, sealed, unsealed

Project = Callable[..., None]
SECRET = "s3cr3t/p+ss word"
HEAD = """\
plugins: [given_source]
sources:
  app: {given: {token: "${SHOP_TOKEN}"}}
"""
TROUBLES = {"refuses": "denied: ", "unreachable": "refused: ", "breaks": "broke: "}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("options", [[], ["-v"], ["-n2"], ["--tb=long", "-l"], ["-s"]], ids=str)
def test_no_output_and_no_file_holds_a_secret(
    project: Project,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
    options: list[str],
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    functions = "  queue:\n    metric: {source: app, metric: queue}\n    max: 5\n"
    project(functions, {"queue": {trouble: TROUBLES[trouble]}}, head=HEAD)
    outputs = ["--fitness-json=out.json", "--junitxml=out.xml"]
    result = pytester.runpytest_inprocess("--fitness", *outputs, *options)
    assert result.ret == 1
    said = str(result.stdout) + str(result.stderr)
    assert TROUBLES[trouble] + "${SHOP_TOKEN}" in said
    written = [path for path in pytester.path.rglob("*") if path.is_file()]
    assert {"out.json", "out.xml", "history.db"} <= {path.name for path in written}
    for content in (said.encode(), *(path.read_bytes() for path in written)):
        assert SECRET.encode() not in content


@pytest.mark.parametrize("options", [[], ["-n2"]], ids=str)
def test_what_a_source_says_beside_its_numbers_is_looked_through(
    project: Project,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    functions = "  queue:\n    metric: {source: app, metric: queue}\n    max: 5\n"
    answer = {"points": [[0, 9]], "notes": [f"asked with {SECRET}"]}
    project(functions, {"queue": answer}, head=HEAD)
    result = pytester.runpytest_inprocess("--fitness", *options)
    result.stdout.fnmatch_lines(["*asked with ${SHOP_TOKEN}*"])
    for path in pytester.path.rglob("*"):
        if path.is_file() and path.suffix != ".json":  # the answers that the test made up
            assert SECRET.encode() not in path.read_bytes()


def verdict(text: str) -> Verdict:
    return Verdict(
        "a",
        Outcome.FAILED,
        text,
        hint=text,
        subject=text,
        notes=(text,),
        violations=(Violation("k", text),),
        known=(Violation("k", text),),
    )


def texts(found: Verdict) -> list[str]:
    messages = [violation.message for violation in (*found.violations, *found.known)]
    return [found.reason, found.hint, found.subject, *found.notes, *messages]


secrets = st.text(st.characters(codec="utf-8"), min_size=4, max_size=20)


@given(secrets, st.text(max_size=5), st.text(max_size=5))
def test_every_text_of_a_verdict_is_looked_through(secret: str, before: str, after: str) -> None:
    shown = "${T}"
    for text in texts(redact(verdict(before + secret + after), {secret: "T"})):
        assert shown in text
        assert secret not in text or secret in before + shown + after


@given(secrets)
def test_a_secret_is_known_in_a_url_too(secret: str) -> None:
    found = redact(verdict(f"http://u:{quote(secret, safe='')}@host/"), {secret: "T"})
    assert found.reason == "http://u:${T}@host/"


@pytest.mark.parametrize("order", list(itertools.permutations(["abcd", "abcdef", "cdefgh"])))
def test_a_secret_within_another_leaves_no_rest(order: tuple[str, ...]) -> None:
    names = dict.fromkeys(order, "T")
    assert redact(verdict("x abcdef y"), names).reason == "x ${T} y"


def test_without_secrets_a_verdict_stays_the_same(monkeypatch: Any) -> None:
    found = verdict("text")
    assert redact(found, {}) is found


SECRETS = {"s3cr/et": "TOKEN", "shop": "NAME"}
texts_of_any_kind = st.text(st.sampled_from("${#0123}ab")) | st.text() | st.sampled_from([*SECRETS])
pieces = st.lists(texts_of_any_kind, max_size=5).map("".join)
builtins = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | pieces,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(pieces | st.tuples(pieces, pieces), inner, max_size=4)
        | st.frozensets(pieces)
        | st.sets(pieces)
    ),
)


@given(builtins)
def test_what_is_sealed_holds_no_secret_and_can_be_opened_again(value: Any) -> None:
    kept = sealed(value, SECRETS)
    assert not any(secret in str(kept) for secret in (*SECRETS, "s3cr%2Fet"))
    assert unsealed(kept, SECRETS) == value


@pytest.mark.parametrize("secret", ["a b/c", "a%20b/c", "a%20b%2Fc", "a+b%2Fc"])
def test_each_spelling_is_put_back_as_it_was(secret: str) -> None:
    kept = sealed({f"GET /?t={secret}": [1.5, f"{secret}{secret}"]}, {"a b/c": "TOKEN"})
    assert secret not in str(kept)
    assert unsealed(kept, {"a b/c": "TOKEN"}) == {f"GET /?t={secret}": [1.5, f"{secret}{secret}"]}


def test_without_secrets_a_value_stays_the_same() -> None:
    value = {"a": ("${#0}", 1)}
    assert sealed(value, {}) is value
    assert unsealed(value, {}) is value
