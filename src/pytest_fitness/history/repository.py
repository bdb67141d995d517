"""What the files of a git repository tell, without a process: its branches and other references."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SYMBOLIC = "ref: "
_USUAL_NAMES = ("main", "master", "trunk")
_HEADS = "refs/heads/"
_ORIGIN = "refs/remotes/origin/"


class Repository(NamedTuple):
    """A repository as a work tree sees it.

    Attributes:
        own: what belongs to the work tree alone, such as ``HEAD``.
        common: what all work trees of the repository share, such as its branches.
    """

    own: Path
    common: Path

    def reference(self, name: str) -> str | None:
        """The object that a reference names; the text of a symbolic one; None without it."""
        loose = _line(self.common / name)
        if loose:
            return loose
        packed = _read(self.common / "packed-refs")
        ending = f" {name}\n"
        place = packed.find(ending)
        return packed[packed.rfind("\n", 0, place) + 1 : place] if place > 0 else None

    def current_branch(self) -> str | None:
        """The branch that is checked out; None where a bare commit is."""
        return _named(_line(self.own / "HEAD"), _HEADS)


def find_repository(directory: Path) -> Repository | None:
    """The repository that a directory lies in; None where there is none."""
    for each in (directory, *directory.parents):
        place = each / ".git"
        if place.is_file():
            # A further work tree, or a submodule.
            place = each / _line(place).removeprefix("gitdir: ")
        if (place / "HEAD").is_file():
            common = _line(place / "commondir")
            return Repository(place, place / common if common else place)
    return None


def default_branch(root: Path, environment: Mapping[str, str] = os.environ) -> str | None:
    """The branch that all others are made for; None where that cannot be told.

    As the service that runs this says (GitLab's ``CI_DEFAULT_BRANCH``); else what ``origin`` had
    for its default when it was cloned; else that of main, master and trunk which exists; else the
    branch that is checked out.
    """
    told = environment.get("CI_DEFAULT_BRANCH")
    if told:
        return told
    repository = find_repository(root.absolute())
    if repository is None:
        return None
    of_origin = _named(repository.reference(f"{_ORIGIN}HEAD"), _ORIGIN)
    return of_origin or _usual(repository) or repository.current_branch()


def _usual(repository: Repository) -> str | None:
    for name in _USUAL_NAMES:
        if repository.reference(_HEADS + name) or repository.reference(_ORIGIN + name):
            return name
    return None


def _named(reference: str | None, folder: str) -> str | None:
    """The name that a symbolic reference points to in a folder of references."""
    target = _SYMBOLIC + folder
    if reference is None or not reference.startswith(target):
        return None
    return reference.removeprefix(target)


def _line(path: Path) -> str:
    return _read(path).strip()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
