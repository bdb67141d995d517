"""Selectors mean what they mean to Prometheus, and say where they are wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.sources.openmetrics.selector import SelectorError, parse_selector

LABELS = ("code", "method", "path")
VALUES = st.sampled_from(["", "200", "500", "GET", "/a/b", "200\n", "ü", 'a"b', "\\"])
PATTERNS = st.sampled_from(["", "5..", "2.*", ".*", ".+", "GET|POST", "(?i)get", r"\d+", "[/a-b]*"])
LABELLED = st.dictionaries(st.sampled_from(LABELS), VALUES)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def means(labels: dict[str, str], label: str, operator: str, value: str) -> bool:
    """What a matcher means, spelt out."""
    found = labels.get(label, "")
    if operator == "=":
        return found == value
    if operator == "!=":
        return found != value
    whole = re.compile(rf"\A(?:{value})\Z", re.DOTALL | re.ASCII) if "(?i)" not in value else None
    if whole is None:
        is_match = found.lower() == value.removeprefix("(?i)")
    else:
        is_match = whole.search(found) is not None
    return is_match if operator == "=~" else not is_match


MATCHERS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(LABELS), st.sampled_from(["=", "!="]), VALUES),
        st.tuples(st.sampled_from(LABELS), st.sampled_from(["=~", "!~"]), PATTERNS),
    ),
    max_size=4,
)


@given(MATCHERS, LABELLED)
def test_series_are_selected_whose_labels_all_match(
    matchers: list[tuple[str, str, str]], labels: dict[str, str]
) -> None:
    inside = ", ".join(f"{label}{operator}{quoted(value)}" for label, operator, value in matchers)
    selector = parse_selector(f"requests_total{{{inside}}}")
    assert selector.name == "requests_total"
    expected = all(means(labels, *matcher) for matcher in matchers)
    assert selector.matches(labels) == expected


@given(MATCHERS, LABELLED, st.sampled_from(["", " ", "\n\t "]))
def test_blanks_between_the_parts_mean_nothing(
    matchers: list[tuple[str, str, str]], labels: dict[str, str], blank: str
) -> None:
    parts = [blank.join((label, operator, quoted(value))) for label, operator, value in matchers]
    spaced = parse_selector(blank.join([blank, "m", "{", f"{blank},{blank}".join(parts), "}", ""]))
    tight = parse_selector(
        "m{" + ",".join("".join((a, b, quoted(c))) for a, b, c in matchers) + "}"
    )
    assert spaced.matches(labels) == tight.matches(labels)


@given(st.text(max_size=30))
def test_any_text_can_be_the_value_of_a_label(value: str) -> None:
    selector = parse_selector(f"m{{a={quoted(value)}}}")
    assert selector.matches({"a": value})
    assert not selector.matches({"a": value + "x"})


@given(st.text(st.sampled_from("m{}=~!\"'`\\,a[5] ()0é\n"), max_size=20))
def test_whatever_is_no_selector_says_a_column_within_it(text: str) -> None:
    try:
        parse_selector(text)
    except SelectorError as error:
        found = re.match(r"column (\d+): ", str(error))
        assert found is not None
        assert 1 <= int(found[1]) <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("up", "up"),
        ("  up  ", "up"),
        ("up{}", "up"),
        ("job:errors:rate5m", "job:errors:rate5m"),
        ("_x9{a='b',}", "_x9"),
        ('{"http.server.duration"}', "http.server.duration"),
        ('{ "http.server.duration" , a="b" }', "http.server.duration"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert parse_selector(text).name == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'm{a="\t\n\\"}', "\t\n\\"),
        (r"m{a='it\'s'}", "it's"),
        (r'm{a="it\'s \"so\""}', 'it\'s "so"'),
        (r"m{a=`\d`}", r"\d"),
        (r'm{a="\x41\u00e9"}', "Aé"),
        ("m{a='\"'}", '"'),
        ('m{"a"="b"}', "b"),
        ("m{a='}, {'}", "}, {"),
    ],
)
def test_quotes_and_escapes(text: str, value: str) -> None:
    [matcher] = parse_selector(text).matchers
    assert (matcher.label, matcher.value) == ("a", value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: expected the name of a metric, found the end"),
        ("9lives", "column 1: expected the name of a metric, found '9lives'"),
        ("rate(x[5m])", "column 5: expected { or the end, found '(x[5m])'"),
        ("up[5m]", "column 3: expected { or the end, found '[5m]'"),
        ("a + b", "column 3: expected { or the end, found '+ b'"),
        ('up{a="b"} offset 5m', "column 11: expected the end, found 'offset 5m'"),
        ("up{", "column 4: expected the name of a label, found the end"),
        ("up{a", "column 5: expected one of =, !=, =~, !~, found the end"),
        ('up{a=="b"}', "column 6: expected a text in quotes, found '=\"b\"}'"),
        ("up{a=5}", "column 6: expected a text in quotes, found '5}'"),
        ('up{a="b" c="d"}', "column 10: expected a comma or }, found 'c=\"d\"}'"),
        ('up{a="b"', "column 9: expected a comma or }, found the end"),
        ('up{a="b}', "column 6: this quote is never closed"),
        ("up{,}", "column 4: expected the name of a label, found ',}'"),
        (r'up{a=~"\d"}', r"column 8: unknown escape \d; for a backslash write \\ or `...`"),
        ('up{a=~"("}', "column 7: no regular expression: missing ), unterminated subpattern"),
        ('{__name__="up"}', "column 2: expected the name of a metric in quotes"),
        ('{"up" a="b"}', "column 7: expected a comma or }, found 'a=\"b\"}'"),
    ],
)
def test_what_is_wrong_and_where(text: str, message: str) -> None:
    with pytest.raises(SelectorError, match="^" + re.escape(message)):
        parse_selector(text)


def test_patterns_are_anchored_and_cross_lines() -> None:
    assert not parse_selector('m{a=~"b"}').matches({"a": "abc"})
    assert parse_selector('m{a=~"a.c"}').matches({"a": "a\nc"})
    assert not parse_selector('m{a=~"b|d"}').matches({"a": "bd"})


def test_a_missing_label_is_an_empty_one() -> None:
    assert parse_selector('m{a=""}').matches({})
    assert parse_selector('m{a!="b"}').matches({})
    assert not parse_selector('m{a=~".+"}').matches({})


def test_a_pattern_that_python_warns_of_is_no_trouble() -> None:
    assert parse_selector('m{a=~"[[a]+"}').matches({"a": "[a"})
