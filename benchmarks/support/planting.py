"""Planting a violation, and looking whether it is found where it stands."""

from pathlib import Path

from support.fitness import Verdicts, report
from support.projects import Plant


def differences(root: Path, plant: Plant) -> list[str]:
    """What is wrong with what a run says of a planted violation; the file is left as it was."""
    path = root / plant.file
    before = path.read_text("utf-8")
    base = before if before.endswith("\n") else f"{before}\n"
    line = base.count("\n") + 1
    path.write_text(f"{base}{plant.code}\n", "utf-8")
    try:
        done, verdicts = report(root)
    finally:
        path.write_text(before, "utf-8")
    found = [] if done.status == 1 else [f"{plant.sort}: exit status {done.status}, not 1"]
    if not is_found(verdicts, plant, line):
        found.append(f"{plant.sort}: not found at {plant.file}:{line}")
    return found


def is_found(verdicts: Verdicts, plant: Plant, line: int) -> bool:
    """Whether the function failed with a new violation at that place."""
    return any(
        (place["path"], place["line"]) == (plant.file, line)
        for verdict in verdicts
        if verdict["function"] == plant.function and verdict["outcome"] == "failed"
        for violation in verdict["violations"]
        for place in (violation, *violation["chain"])
    )
