"""The key ``history``: a place in one word, or a mapping that says more."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_fitness.config.history import HistoryValue
from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.errors import ConfigError
from pytest_fitness.session.recorder import reference_of
from pytest_fitness.session.registry import load_registry

FUNCTIONS = """
codebase: {packages: [shop]}
functions:
  cycles: {coupling: {measure: cycles}, max: 0}
"""


def config_of(directory: Path, history: str, **environment: str) -> Config:
    path = directory / "fitness.yaml"
    path.write_text(f"history: {history}\n{FUNCTIONS}", "utf-8")
    return load_config(path, load_registry, environment=environment)


@pytest.mark.parametrize(
    ("history", "location", "branch"),
    [
        ("elsewhere/h.db", "elsewhere/h.db", None),
        ("postgresql://fitness@db/shop", "postgresql://fitness@db/shop", None),
        ("git:refs/notes/fitness", "git:refs/notes/fitness", None),
        ("{url: h.db}", "h.db", None),
        ("{url: h.db, branch: trunk}", "h.db", "trunk"),
        ("{branch: trunk}", None, "trunk"),
        ("{git: refs/notes/fitness}", "git:refs/notes/fitness", None),
        ("{git: refs/notes/team/a, branch: main}", "git:refs/notes/team/a", "main"),
        ("{}", None, None),
    ],
)
def test_every_way_to_write_it(
    tmp_path: Path, history: str, location: str | None, branch: str | None
) -> None:
    config = config_of(tmp_path, history)
    assert (config.history, config.default_branch) == (location, branch)


def test_a_password_comes_from_the_environment_and_is_kept_secret(tmp_path: Path) -> None:
    history = "{url: 'postgresql://fitness:${DB_PASSWORD}@db/shop'}"
    config = config_of(tmp_path, history, DB_PASSWORD="open-sesame")
    assert config.history == "postgresql://fitness:open-sesame@db/shop"
    assert config.secrets == {"open-sesame": "DB_PASSWORD"}


@pytest.mark.parametrize(
    ("history", "why"),
    [
        ("{url: h.db, git: refs/notes/fitness}", "not both"),
        ("{git: fitness}", "expected a reference such as refs/notes/fitness"),
        ("{branhc: main}", "branch"),
        ("[h.db]", "expected a path or URL"),
        ("''", "expected a path or URL"),
        ("{branch: ''}", "expected a branch"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, history: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        config_of(tmp_path, history)
    assert "fitness.yaml:1:" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("h.db", True),
        ("", False),
        ({"git": "refs/notes/fitness", "branch": "main"}, True),
        ({"git": "fitness"}, False),
        ({"branhc": "main"}, False),
        (3, False),
    ],
    ids=["path", "empty", "git", "no-reference", "misspelt", "number"],
)
def test_the_schema_says_the_same(value: Any, valid: bool) -> None:
    assert jsonschema.Draft202012Validator(HistoryValue().schema()).is_valid(value) is valid


def test_the_file_knows_the_branch_better_than_git(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/odd\n", "utf-8")
    assert reference_of(config_of(tmp_path, "h.db")).branch == "odd"
    assert reference_of(config_of(tmp_path, "{branch: trunk}")).branch == "trunk"
