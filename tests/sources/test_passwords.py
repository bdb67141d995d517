"""Passwords in URLs of databases, which no message may show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.sources.support.passwords import hide_passwords, shown_address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("redis://ada:secret@host:6379/0", "redis://host:6379/0"),
        ("redis://:se/cr@et@host/0", "redis://host/0"),
        ("redis://:se?cret@host/0", "redis://host/0"),
        ("postgresql+psycopg://ada:secret@host/shop?password=secret", "postgresql+psycopg://host/shop"),
        ("unix:///tmp/redis.sock?password=secret", "unix:///tmp/redis.sock"),
        ("unix://:secret@/tmp/redis.sock", "unix:///tmp/redis.sock"),
        ("secret", "the url"),
    ],
)  # fmt: skip
def test_what_is_shown_of_a_url(url: str, shown: str) -> None:
    assert shown_address(url) == shown


@pytest.mark.parametrize(
    ("url", "text", "hidden"),
    [
        ("redis://:tea@host", "you sent tea", "you sent ***"),
        ("redis://:t%2Fa@host", "t/a and t%2Fa", "*** and ***"),
        ("redis://:t/a@host", "t/a", "***"),
        ("redis://ada:tea@host?password=coffee", "tea, coffee", "***, ***"),
        ("mysql://ada:tea@host/a?ssl_key_passwd=coffee&b=c@d", "tea, coffee", "***, ***"),
        ("redis://ada@host", "ada at host", "ada at host"),
        ("redis://ada:@host", "ada at host", "ada at host"),
        ("redis://[host", "host", "host"),
        ("redis://:tea@[host", "tea", "***"),
    ],
)
def test_what_is_hidden_in_a_text(url: str, text: str, hidden: str) -> None:
    assert hide_passwords(text, url) == hidden


# Letters that the rest of the texts below does not have.
PASSWORDS = st.text(st.sampled_from("XYZ09:/?#[]@!$&'()*+,;=% "), min_size=3).filter(
    lambda password: any(letter in password for letter in "XYZ09")
)


@given(PASSWORDS)
def test_no_password_is_shown_however_it_was_written(password: str) -> None:
    url = f"redis://ada:{password}@host:1/2"
    assert not set(shown_address(url)) & set("XYZ09")
    assert password not in hide_passwords(f"he said {password} to them", url)
