"""What is fetched is what was pinned, and unpacks into its own directory only."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from support import packages
from support.packages import Package, fetch, unpack
from support.programs import ProgramError


def package(content: bytes) -> Package:
    return Package("shop", "1.0", "shop-1.0.tar.gz", hashlib.sha256(content).hexdigest())


def test_a_kept_file_is_checked_and_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "shop-1.0.tar.gz").write_bytes(b"code")
    assert fetch(package(b"code"), tmp_path) == tmp_path / "shop-1.0.tar.gz"
    with pytest.raises(ProgramError, match="not the file that was pinned"):
        fetch(package(b"other code"), tmp_path)


def test_a_failed_download_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ProgramError("pip ended with 1")

    monkeypatch.setattr(packages, "run", fail)
    with pytest.raises(ProgramError, match="pip ended with 1"):
        fetch(package(b"code"), tmp_path)
    monkeypatch.setattr(packages, "run", lambda *_: None)
    with pytest.raises(ProgramError, match="but not as"):
        fetch(package(b"code"), tmp_path)


def test_nothing_is_unpacked_outside(tmp_path: Path) -> None:
    archive = tmp_path / "shop.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.addfile(tarfile.TarInfo("../outside.py"), io.BytesIO())
    with pytest.raises(tarfile.FilterError):
        unpack(archive, tmp_path / "target")
    assert not (tmp_path / "outside.py").exists()
