"""A small package to do harm to, and users with fewer rights than root."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.cache import Cache

SHOP = {
    "shop/__init__.py": "",
    "shop/web/__init__.py": "",
    "shop/web/views.py": "from shop import orders\n",
    "shop/orders.py": "import json\n",
}
NOBODY = 65_534
posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions as POSIX has them")


@contextmanager
def open_to_all() -> Iterator[Path]:
    """A directory that other users may work in too."""
    with tempfile.TemporaryDirectory(prefix="fitness-faults-") as directory:
        Path(directory).chmod(0o777)
        yield Path(directory)
        subprocess.run(["chmod", "-R", "u+rwx", directory], check=True)


@contextmanager
def as_anybody() -> Iterator[None]:
    """Do without the rights of root, to whom nothing is forbidden."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def view(root: Path, *, exclude: tuple[str, ...] = ()) -> Codebase:
    return Codebase(root, ["shop"], ["."], exclude, Cache(root / "cache"))


def edges(codebase: Codebase) -> list[tuple[str, str]]:
    graph = codebase.graph()
    found = [
        (graph.names[importer], graph.names[imported])
        for importer, row in enumerate(graph.imports)
        for imported in row
    ]
    codebase.cache.close()
    return found


EXPECTED = [("shop.web.views", "shop.orders")]
