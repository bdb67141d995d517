"""Libraries that are missing or broken."""

from pathlib import Path

import pytest

from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require


def test_a_library_that_is_there() -> None:
    assert require("json.decoder", "http").JSONDecoder


@pytest.mark.parametrize("module", ["nosuchlibrary", "nosuchlibrary.part"])
def test_a_library_that_is_missing(module: str) -> None:
    with pytest.raises(MeasureError, match="needs the package nosuchlibrary") as caught:
        require(module, "redis")
    assert caught.value.hint == "Install it: pip install 'pytest-fitness[redis]'."


@pytest.mark.parametrize("content", ["import nosuchpart", "raise ImportError('no shared object')"])
def test_a_library_that_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "brokenlibrary.py").write_text(content, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MeasureError, match="brokenlibrary is installed but cannot be imported"):
        require("brokenlibrary", "redis")
