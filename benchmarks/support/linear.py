"""A repository whose history is one line, so that everybody means the same by its commits."""

import os
import shutil
import subprocess
from pathlib import Path


def linear_clone(repository: Path, clone: Path, commits: int) -> int:
    """Clone a repository, and check out its newest first-parent commits as a line of their own.

    The trees and times are those of the commits, and the ids are new.

    Returns:
        how many commits there are.
    """
    shutil.rmtree(clone, ignore_errors=True)
    _git(repository, "clone", "--quiet", "--no-checkout", "--no-local", ".", str(clone))
    shown = _git(
        *(clone, "rev-list", "--first-parent", "--reverse", f"--max-count={commits}"),
        *("--format=%T %ct", "HEAD"),
    )
    found = [line.split() for line in shown.splitlines()[1::2]]
    stream = "".join(
        f"commit refs/heads/line\nmark :{number}\ncommitter A <a@b> {moment} +0000\ndata 1\n.\n"
        + (f"from :{number - 1}\n" if number > 1 else "")
        + f"M 040000 {tree} \n\n"
        for number, (tree, moment) in enumerate(found, start=1)
    )
    _git(clone, "fast-import", "--quiet", given=stream)
    _git(clone, "checkout", "--quiet", "line")
    return len(found)


def _git(directory: Path, *arguments: str, given: str = "") -> str:
    return subprocess.run(
        ["git", *arguments],
        cwd=directory,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull},
        input=given,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
