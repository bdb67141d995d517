"""Temporary files that are gone with the run, however that ends."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from families import Family, assert_gone, wait_for
from pytest_fitness.processes.leftovers import discard, temporary_file, temporary_folder
from pytest_fitness.processes.orphans import remove

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process groups there")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, here and in what is started."""
    folder = tmp_path / "a folder\nof two lines"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_folder_is_gone_afterwards_with_all_that_is_in_it(temporary: Path) -> None:
    with temporary_folder("one-") as folder:
        assert folder.parent == temporary
        (folder / "below").mkdir()
        (folder / "below" / "file").touch()
    assert list(temporary.iterdir()) == []


def test_a_folder_is_gone_after_a_failure(temporary: Path) -> None:
    with pytest.raises(ValueError, match="broken"), temporary_folder("one-"):
        raise ValueError("broken")
    assert list(temporary.iterdir()) == []


def test_a_folder_that_somebody_else_removed_is_no_trouble(temporary: Path) -> None:
    with temporary_folder("one-") as folder:
        folder.rmdir()
    assert list(temporary.iterdir()) == []


def test_a_file_is_there_until_it_is_discarded(temporary: Path) -> None:
    file, path = temporary_file("one-", ".log")
    with file:
        file.write(b"said")
    assert (path.read_bytes(), path.parent, path.suffix) == (b"said", temporary, ".log")
    discard(path)
    discard(path)
    assert list(temporary.iterdir()) == []


def test_what_a_link_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "kept")
    remove(str(link))
    assert not link.is_symlink()
    assert (tmp_path / "kept" / "file").exists()


# It makes a folder and a file, and ends one folder itself, whose name then is another's.
RUN = """\
import sys, time
from pathlib import Path
from pytest_fitness.processes.groups import Group
from pytest_fitness.processes.leftovers import temporary_file, temporary_folder
with temporary_folder("gone-") as gone:
    pass
gone.mkdir()
folder = temporary_folder("folder-")
(folder.__enter__() / "file").touch()
file, _ = temporary_file("file-", ".log")
Group(sys.argv[1:], cwd=Path(), env={}, stdout=file, grace=0.5)
print("up", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("sent", ["SIGTERM", "SIGKILL", "SIGHUP"])
def test_nothing_outlives_a_run_that_is_killed(temporary: Path, tmp_path: Path, sent: str) -> None:
    family = Family(tmp_path / "family", "deaf")
    argv = [sys.executable, "-c", RUN, *family.argv]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"up\n"
        members = family.processes()
        assert len(list(temporary.iterdir())) == 3
        run.send_signal(signal.Signals[sent])
    assert_gone(members)
    wait_for(lambda: len(list(temporary.iterdir())) == 1)
    (left,) = temporary.iterdir()
    assert left.name.startswith("gone-")
