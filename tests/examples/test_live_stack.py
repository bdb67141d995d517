"""The live stack as a whole: it comes up, has data, and nothing of it stays."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

STACK = Path(__file__).parents[2] / "examples" / "live_stack"
PATIENCE = 60.0
needs_programs = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("redis-server")),
    reason="needs prometheus and redis-server",
)


def run_stack(
    *options: str, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(STACK / "run.py"), *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
    )


def test_without_the_programs_nothing_is_started(tmp_path: Path) -> None:
    ended = run_stack(environment={"PATH": "", "TMPDIR": str(tmp_path)})

    assert ended.returncode == 2
    assert ended.stderr == "live stack: prometheus is not on the PATH\n"
    assert list(tmp_path.iterdir()) == []


@needs_programs
def test_the_whole_stack_has_data_and_leaves_nothing(tmp_path: Path) -> None:
    ended = run_stack(
        "--users=10",
        "--seconds=4",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        environment={"TMPDIR": str(tmp_path), "SHOP_SLOW": "1ms"},
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "fitness.yaml::checkout-p95" in ended.stdout
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("live-stack")]
    assert processes_within(tmp_path) == []


@needs_programs
def test_the_stack_ends_when_it_is_told_to(tmp_path: Path) -> None:
    command = [sys.executable, str(STACK / "run.py"), "--seconds=120"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        # The last thing that is started keeps its data there.
        while not list(tmp_path.glob("live-stack-*/prometheus/*")):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (128 + signal.SIGTERM, b"")
    assert list(tmp_path.iterdir()) == []
    assert processes_within(tmp_path) == []


def processes_within(folder: Path) -> list[str]:
    """The commands of processes that were told about this folder (where that can be known)."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes()
        except OSError:
            continue
        if str(folder).encode() in command:
            found.append(command.replace(b"\0", b" ").decode())
    return found
