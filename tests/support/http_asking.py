"""Decoding options as from a file, and asking a server with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.config.composer import Composer
from pytest_fitness.config.nodes import Mapping
from pytest_fitness.config.options import Options, Record
from pytest_fitness.config.reader import INVALID, Reader
from pytest_fitness.sources.support.http import Http, HttpOptions

SECRET = "s3cr3t"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def decoded(record: type[Options], text: str) -> Any:
    """The options of a YAML text."""
    node = Composer("f.yaml").compose(text)
    assert isinstance(node, Mapping)
    reader = Reader("f.yaml", {})
    found = Record(record).decode(node, reader)
    assert found is not INVALID, reader.problems
    return found


@contextmanager
def asking(
    url: str, root: Path | None = None, limit: int = 10**6, **options: Any
) -> Iterator[Http]:
    """Http with short times, closed at the end."""
    options = {"timeout": 5.0, "retries": 0} | options
    http = Http(HttpOptions(url=url, **options), root or Path.cwd(), limit)
    try:
        yield http
    finally:
        http.close()


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names no proxies."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
