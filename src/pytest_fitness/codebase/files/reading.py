"""Reading source files: quickly, bounded in size, and without surprises."""

import hashlib
import os

from pytest_fitness.codebase.files.facts import FileFacts

# What identifies the content of a file; the facts with the error if it could not be read.
Digest = bytes | FileFacts

DIGEST_SIZE = 16
MAX_FILE_SIZE = 32 * 1024 * 1024
_FIRST_READ = 64 * 1024
# Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def read_file(path: str) -> bytes | FileFacts:
    """Return the content of a file, or facts that say why it cannot be read."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            content = os.read(descriptor, _FIRST_READ)
            # A short read of a regular file means that there is no more.
            if len(content) == _FIRST_READ:
                content += _read_rest(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return FileFacts.broken(1, f"cannot be read: {reason}")
    if len(content) > MAX_FILE_SIZE:
        limit = MAX_FILE_SIZE // 1024**2
        return FileFacts.broken(1, f"larger than {limit} MiB, which is too large to be analysed")
    return content


def _read_rest(descriptor: int) -> bytes:
    chunks = []
    wanted = MAX_FILE_SIZE - _FIRST_READ + 1
    while wanted > 0 and (chunk := os.read(descriptor, min(wanted, 1024 * 1024))):
        chunks.append(chunk)
        wanted -= len(chunk)
    return b"".join(chunks)


def digest_of(content: bytes) -> bytes:
    """Return what identifies the content."""
    return hashlib.blake2b(content, digest_size=DIGEST_SIZE).digest()


def digest_file(path: str) -> Digest:
    """Return what identifies the content of a file, or facts that say why it cannot be read."""
    content = read_file(path)
    return digest_of(content) if isinstance(content, bytes) else content
