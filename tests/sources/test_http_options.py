"""What a source over HTTP may be told, and how it is shown."""

from typing import Any

import pytest

from http_asking import SECRET, decoded
from pytest_fitness.sources.support.http import HttpOptions, http_problems, shown_url
from pytest_fitness.sources.support.http_options import BasicAuth

BASIC = BasicAuth(username="me", password=SECRET)


def problems(url: str = "https://host", **options: Any) -> str:
    return "\n".join(http_problems(HttpOptions(url=url, **options)))


def test_all_keys_are_read_from_a_file() -> None:
    options = decoded(
        HttpOptions,
        "url: https://host/prefix\n"
        "headers: {X-Scope-OrgID: tenant}\n"
        f"basic_auth: {{username: me, password: {SECRET}}}\n"
        "verify: false\ntimeout: 500ms\nretries: 0\n",
    )
    assert (options.url, options.headers) == ("https://host/prefix", {"X-Scope-OrgID": "tenant"})
    assert (options.basic_auth.username, options.basic_auth.password) == ("me", SECRET)
    assert (options.verify, options.timeout, options.retries) == (False, 0.5, 0)
    assert problems(options.url, headers=options.headers, basic_auth=options.basic_auth) == ""


def test_only_the_url_is_needed() -> None:
    options = decoded(HttpOptions, "url: http://host:9090")
    assert (options.timeout, options.retries, options.verify) == (10.0, 2, True)
    assert list(http_problems(options)) == []


@pytest.mark.parametrize(
    "url",
    [
        "host:9090",
        "//host",
        "https://",
        "http:///path",
        "ftp://host",
        "file:///etc/passwd",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://[::1",
        "http://ho st",
        "http://host/\n",
        "http://host\\@evil",
    ],
)
def test_a_url_leads_to_a_host_by_http(url: str) -> None:
    assert "`url` has to be an address such as https://host/path" in problems(url)


@pytest.mark.parametrize("url", ["http://h", "https://[::1]:1/x", "HTTPS://h", "http://u:p@h/?a=b"])
def test_urls_that_are_fine(url: str) -> None:
    assert problems(url) == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bearer_token": SECRET, "basic_auth": BASIC}, "exclude each other"),
        ({"url": f"http://me:{SECRET}@host", "basic_auth": BASIC}, "credentials in `url` exclude"),
        ({"url": f"http://me:{SECRET}@host", "bearer_token": "t"}, "credentials in `url` exclude"),
        (
            {"url": f"http://me:{SECRET}@host", "headers": {"authorization": SECRET}},
            "exclude the header Authorization",
        ),
        ({"basic_auth": BASIC, "headers": {"AUTHORIZATION": SECRET}}, "Authorization excludes"),
        ({"headers": {"X": f"{SECRET}\r\nY: z"}}, "header X has a line break"),
        ({"headers": {"X": f"{SECRET}✓"}}, "header X has a line break or another odd"),
        ({"headers": {"Content-Length": "3"}}, "the header Content-Length cannot be set"),
        ({"headers": {"accept-encoding": "br"}}, "the header accept-encoding cannot be set"),
        ({"bearer_token": f"{SECRET}\n"}, "`bearer_token` has a line break"),
        ({"basic_auth": BasicAuth(username="a:b", password=SECRET)}, "cannot have a colon"),
        ({"timeout": 0.0}, "`timeout` has to be more than 0s"),
        ({"timeout": -1.0}, "`timeout` has to be more than 0s"),
        ({"timeout": 3601.0}, "at most 1h"),
        ({"verify": False, "ca_file": "ca.pem"}, "no meaning beside `verify: false`"),
    ],
)
def test_what_does_not_go_together_is_said_without_secrets(
    options: dict[str, Any], said: str
) -> None:
    found = problems(**options)
    assert said in found
    assert SECRET not in found


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://me:{SECRET}@host:1/path", "https://host:1/path"),
        (f"http://{SECRET}@host/", "http://host/"),
        (f"http://host/?token={SECRET}&b=2", "http://host/?token=…&b=…"),
        (f"http://host/?{SECRET}", "http://host/"),
        (f"http://host/#{SECRET}", "http://host/"),
        (f"http://a@b:{SECRET}@host/x", "http://host/x"),
        (f"http://[{SECRET}", "the url"),
        (f"http://me:pa/{SECRET}@host/", "the url"),
        (f"http://me:pa#{SECRET}@host/", "the url"),
        ("http://host/a/b", "http://host/a/b"),
    ],
)
def test_a_url_is_shown_without_secrets(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_options_are_shown_without_secrets() -> None:
    options = HttpOptions(
        url=f"http://me:{SECRET}@host/?key={SECRET}",
        headers={"X-Key": SECRET},
        bearer_token=SECRET,
        basic_auth=BASIC,
    )
    assert SECRET not in repr(options)
    assert SECRET not in repr(BASIC)
    assert "http://host/" in repr(options)


def test_options_that_differ_only_in_secrets_are_not_equal() -> None:
    one, other = (HttpOptions(url="http://h", bearer_token=each) for each in ("a", "b"))
    assert one != other
    assert one == HttpOptions(url="http://h", bearer_token="a")
