"""Fetching packages from the registry, whole and as they were when they were pinned."""

import hashlib
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

from support.programs import ProgramError, run


class Package(NamedTuple):
    """One file of the registry.

    Attributes:
        file: its name there.
        digest: its SHA-256.
    """

    name: str
    version: str
    file: str
    digest: str

    @property
    def is_wheel(self) -> bool:
        return self.file.endswith(".whl")


DJANGO = Package(
    "Django",
    "5.2.19",
    "django-5.2.19.tar.gz",
    "ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1",
)
KEDRO = Package(
    "kedro",
    "1.7.0",
    "kedro-1.7.0.tar.gz",
    "50b654c0f6ec79c465bc913c1680ea6ad35fff287160262dce7f9d4c1bdbd493",
)
SQLFLUFF = Package(
    "sqlfluff",
    "4.5.0",
    "sqlfluff-4.5.0.tar.gz",
    "0b0d5b2cca03e7d138b8d899249fed5fa54083e407bbd161449c0b30f901b7b8",
)
HOME_ASSISTANT = Package(
    "homeassistant",
    "2024.3.3",
    "homeassistant-2024.3.3-py3-none-any.whl",
    "6e1ec2c07441d63fdcfb8acd2c4bbb6f68bc97330855784d3623d10c38fe3577",
)


def fetch(package: Package, directory: Path) -> Path:
    """The package's file, downloaded where it is not there yet.

    Raises:
        ProgramError: it cannot be downloaded, or is not what was pinned.
    """
    path = directory / package.file
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        kind = "--only-binary" if package.is_wheel else "--no-binary"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
        requirement = f"{package.name}=={package.version}"
        # Only this package from its source: what builds it may come ready-made.
        run([*pip, kind, package.name, "--dest", directory, requirement], directory)
    if not path.exists():
        raise ProgramError(f"pip downloaded {requirement}, but not as {package.file}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.digest:
        raise ProgramError(f"{path} is not the file that was pinned: its SHA-256 is {digest}")
    return path


def unpack(archive: Path, target: Path) -> Path:
    """Unpack an archive once; nothing of it may land outside of the target."""
    done = target / ".unpacked"
    if not done.exists():
        target.mkdir(parents=True, exist_ok=True)
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(target)  # it strips what leads outside
        else:
            with tarfile.open(archive) as sources:
                sources.extractall(target, filter="data")
        done.touch()
    return target


def unpacked(package: Package, work: Path) -> Path:
    """The directory that holds the package's sources."""
    target = unpack(fetch(package, work / "downloads"), work / "sources" / package.file)
    if package.is_wheel:
        return target
    return target / package.file.removesuffix(".tar.gz")
