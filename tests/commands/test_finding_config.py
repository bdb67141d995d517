"""The configuration that a command means, and reading it without opening what it names."""

from pathlib import Path

import pytest
from command_samples import write

from pytest_fitness.commands.reading import locate_config, read_config, read_registry
from pytest_fitness.errors import ConfigError, FitnessError

VALID = "functions: {a: {coupling: {measure: cycles}, max: 0}}\n"


def test_the_nearest_one_upwards_is_meant(tmp_path: Path) -> None:
    write(tmp_path, {"fitness.yaml": VALID, "a/fitness.yaml": VALID, "a/b/c/x.py": ""})

    assert locate_config(None, tmp_path / "a/b/c") == tmp_path / "a/fitness.yaml"
    assert locate_config(None, tmp_path) == tmp_path / "fitness.yaml"


def test_the_one_beside_git_is_still_meant(tmp_path: Path) -> None:
    write(tmp_path, {"fitness.yaml": VALID, ".git/HEAD": "", "a/x.py": ""})

    assert locate_config(None, tmp_path / "a") == tmp_path / "fitness.yaml"


def test_a_worktree_is_a_repository_too(tmp_path: Path) -> None:
    write(tmp_path, {"fitness.yaml": VALID, "tree/.git": "gitdir: elsewhere"})

    with pytest.raises(FitnessError, match=r"there is no fitness\.yaml"):
        locate_config(None, tmp_path / "tree")


def test_one_that_is_named_is_relative_to_where_the_command_started(tmp_path: Path) -> None:
    write(tmp_path, {"fitness.yaml": VALID, "a/rules.yaml": VALID})

    assert locate_config("a/rules.yaml", tmp_path) == tmp_path / "a/rules.yaml"
    assert locate_config(str(tmp_path / "fitness.yaml"), tmp_path / "a") == (
        tmp_path / "fitness.yaml"
    )
    with pytest.raises(FitnessError, match=r"there is no file rules\.yaml"):
        locate_config("rules.yaml", tmp_path)


def test_reading_opens_and_begins_nothing(tmp_path: Path) -> None:
    text = f"history: past/h.db\ncodebase: {{packages: nowhere}}\n{VALID}"
    write(tmp_path, {"fitness.yaml": text})

    config = read_config(tmp_path / "fitness.yaml", tmp_path)

    assert config.history == "past/h.db"
    assert [path.name for path in tmp_path.iterdir()] == ["fitness.yaml"]


def test_problems_are_placed_as_seen_from_where_the_command_started(tmp_path: Path) -> None:
    write(tmp_path, {"a/fitness.yaml": "functions: {}\n"})

    with pytest.raises(ConfigError, match=r"^a/fitness.yaml:1:12: "):
        read_config(tmp_path / "a/fitness.yaml", tmp_path)


def test_the_kinds_are_known_in_spite_of_problems(tmp_path: Path) -> None:
    write(tmp_path, {"fitness.yaml": "functions: {}\n"})

    assert "coupling" in read_registry(tmp_path / "fitness.yaml", tmp_path).kinds
