"""The facts of many files: remembered where the content is known, analysed where it is not."""

from collections.abc import Sequence

from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.reading import Digest, digest_file
from pytest_fitness.codebase.files.workers import analyse_files
from pytest_fitness.collector import collector_paused

__all__ = ["Digest", "digest_files", "load_facts", "scan"]


def scan(paths: Sequence[str], cache: Cache | None = None) -> list[FileFacts]:
    """Return the facts of each file. Only content counts: not names, times or sizes.

    A file that cannot be read or parsed has an `error` in its facts.

    Args:
        paths: The files.
        cache: What earlier runs learnt; new facts are added to it.
    """
    if cache is None:
        return [facts for _, facts in analyse_files(paths)]
    return load_facts(paths, digest_files(paths), cache)


def digest_files(paths: Sequence[str]) -> list[Digest]:
    """Return what identifies the content of each file, or its facts if it cannot be read."""
    return list(map(digest_file, paths))


def load_facts(paths: Sequence[str], digests: Sequence[Digest], cache: Cache) -> list[FileFacts]:
    """Return the facts of each file, whose digest was taken just before.

    Args:
        paths: The files.
        digests: What `digest_files` returned for them.
        cache: What earlier runs learnt; new facts are added to it.
    """
    path_of = {
        digest: path
        for path, digest in zip(paths, digests, strict=True)
        if isinstance(digest, bytes)
    }
    with collector_paused():
        known = cache.facts(path_of)
    missing = [digest for digest in path_of if digest not in known]
    analysed = analyse_files([path_of[digest] for digest in missing])
    # A file may have changed since its digest was taken. It is remembered as what it is now.
    cache.save_facts({now: facts for now, facts in analysed if now is not None})
    known.update(zip(missing, (facts for _, facts in analysed), strict=True))
    return [known[digest] if isinstance(digest, bytes) else digest for digest in digests]
