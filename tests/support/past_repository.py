"""Small git repositories whose commits are dated as a test wishes."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

MONDAY: Final = 1_700_000_000
DAY: Final = 86_400
RULES: Final = """\
codebase: {packages: [shop]}
functions:
  complexity: {complexity: {measure: cyclomatic}, max: 10}
  size: {complexity: {measure: loc}, max: 300}
  cycles: {coupling: {measure: cycles}, max: 0}
"""
# What the machine has configured for its users must not matter.
ENVIRONMENT: Final = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


class PastRepository:
    """A repository in a directory, begun there; each commit is a day later than the one before."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.moment = MONDAY
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, given: bytes | None = None, **environment: str) -> str:
        """Run git, which has to succeed."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=os.environ | ENVIRONMENT | environment,
            input=given,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files, or remove those whose content is None."""
        for name, content in files.items():
            path = self.root / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self, files: Mapping[str, str | bytes | None] | None = None, moment: int | None = None
    ) -> str:
        """Commit all that is there, after some changes; returns the id."""
        self.write(files or {})
        self.git("add", "--all")
        return self.record(moment)

    def record(self, moment: int | None = None, *options: str) -> str:
        """Commit what was added."""
        self.moment = self.moment + DAY if moment is None else moment
        when = f"@{self.moment} +0000"
        self.git(
            *("commit", "--quiet", "--allow-empty", "--message", "a change", *options),
            GIT_AUTHOR_DATE=when,
            GIT_COMMITTER_DATE=when,
        )
        return self.head

    def load(self, trees: Sequence[Mapping[bytes, bytes]]) -> None:
        """Commit whole trees, oldest first, without writing any file of them."""
        stream = b""
        for number, tree in enumerate(trees):
            when = MONDAY + number * DAY
            stream += b"commit refs/heads/main\ncommitter A <a@b> %d +0000\n" % when
            stream += b"data 0\ndeleteall\n"
            for path, content in tree.items():
                stream += b"M 100644 inline %s\ndata %d\n" % (_quoted(path), len(content))
                stream += content + b"\n"
        self.git("fast-import", "--quiet", "--force", given=stream)

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    @property
    def state(self) -> tuple[str, ...]:
        """All that a backfill must leave alone: files, index, HEAD and refs."""
        index = (self.root / ".git/index").read_bytes().hex()
        files = sorted(
            f"{path} {path.read_bytes().hex()}"
            for path in self.root.rglob("*")
            if path.is_file() and not {".git", ".fitness"} & set(path.parts)
        )
        refs = self.git("for-each-ref")
        return (index, (self.root / ".git/HEAD").read_text(), refs, self.git("reflog"), *files)


def _quoted(path: bytes) -> bytes:
    return b'"%s"' % b"".join(b"\\%03o" % byte for byte in path)


def branching(branches: int, name: str = "f") -> str:
    """A function of so many branches, whose cyclomatic complexity is one more."""
    lines = [f"def {name}(x):"]
    for number in range(branches):
        lines += [f"    if x == {number}:", f"        return {number}"]
    return "\n".join([*lines, "    return x", ""])
