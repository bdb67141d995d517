"""Where a number comes from: the commit, asked of git in the background, and the machine."""

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from pytest_fitness.history.records import Commit, Environment

if TYPE_CHECKING:
    import subprocess

TIMEOUT = 10.0

GIT = (
    *("--no-pager", "-c", "core.fsmonitor=false", "status", "--porcelain=v2", "--branch"),
    *("--untracked-files=no", "--no-ahead-behind", "--no-renames", "--"),
    *(":/", ":(top,exclude,glob)**/.fitness/**"),  # what is remembered is no change of the code
)

# Inside a hook these point at the repository of the hook, whatever the directory.
GIT_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")

# Continuous integration checks out a bare commit; the branch is the service's to tell.
BRANCH_VARIABLES = (
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_REF_NAME",
    "BUILDKITE_BRANCH",
    "BITBUCKET_BRANCH",
    "CIRCLE_BRANCH",
    "TRAVIS_PULL_REQUEST_BRANCH",
    "TRAVIS_BRANCH",
    "CHANGE_BRANCH",
    "BRANCH_NAME",
    "BUILD_SOURCEBRANCHNAME",
)


class Provenance:
    """A question to git that is asked early and answered late, so that nobody waits for it."""

    __slots__ = ("_commit", "_deadline", "_output", "_process")

    def __init__(
        self, process: "subprocess.Popen[bytes] | None", output: IO[bytes], timeout: float
    ) -> None:
        self._process = process
        self._output = output
        self._deadline = time.monotonic() + timeout
        self._commit: Commit | None = None

    @classmethod
    def start(cls, rootdir: Path, timeout: float = TIMEOUT) -> Self:
        """Ask git for the state of the work tree at a directory, and return at once."""
        # A file takes any amount of output; a pipe would fill up and stop git.
        output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was read
        return cls(_start_git(rootdir, output), output, timeout)

    def collect(self) -> Commit:
        """The answer; all parts are None where git is missing, silent, or has no repository.

        Waits for git at most until the timeout, counted from the start; then git is killed.
        """
        if self._commit is None:
            self._commit = self._answer()
            self._output.close()
        return self._commit

    def close(self) -> None:
        """Stop waiting: without an answer yet, there will be none."""
        self._deadline = time.monotonic()
        self.collect()

    def _answer(self) -> Commit:
        if self._process is None or not self._succeeded(self._process):
            return Commit()
        self._output.seek(0)
        return _parse(self._output.read().decode("utf-8", errors="replace"))

    def _succeeded(self, process: "subprocess.Popen[bytes]") -> bool:
        import subprocess

        try:
            return process.wait(max(0.0, self._deadline - time.monotonic())) == 0
        except subprocess.TimeoutExpired:
            _kill_group(process)
            return False


def environment() -> Environment:
    """The machine as far as it moves numbers: system, architecture, processors, Python."""
    import json
    from hashlib import sha256

    version = ".".join(map(str, sys.version_info[:2]))  # a patch release is no new machine
    details = json.dumps(
        {
            "system": sys.platform,
            "machine": _machine(),
            "cpus": _cpus(),
            "python": f"{sys.implementation.name} {version}",
        },
        sort_keys=True,
    )
    return Environment(sha256(details.encode()).hexdigest()[:12], details)


def _start_git(rootdir: Path, output: IO[bytes]) -> "subprocess.Popen[bytes] | None":
    import subprocess

    git = shutil.which("git")
    if git is None:
        return None
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    inherited = {name: text for name, text in os.environ.items() if name not in GIT_ELSEWHERE}
    try:
        return subprocess.Popen(
            [git, *GIT],
            cwd=rootdir,
            env=inherited | quiet,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # whatever git starts is killed along with it
        )
    except OSError:
        return None


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _parse(status: str) -> Commit:
    lines = status.splitlines()
    headers = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
    head, branch = headers.get("branch.oid"), headers.get("branch.head")
    return Commit(
        id=None if head == "(initial)" else head,
        branch=_branch_of_service() if branch == "(detached)" else branch,
        dirty=any(not line.startswith("#") for line in lines),
    )


def _branch_of_service() -> str | None:
    return next((os.environ[name] for name in BRANCH_VARIABLES if os.environ.get(name)), None)


def _machine() -> str:
    if hasattr(os, "uname"):
        return os.uname().machine
    return os.environ.get("PROCESSOR_ARCHITECTURE", "unknown")


def _cpus() -> int:
    """The processors that this process may use, which a container restricts."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
