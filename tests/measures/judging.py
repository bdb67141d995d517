"""Running the functions of a configuration without pytest."""

from pathlib import Path
from textwrap import dedent

from pytest_fitness.model import Verdict
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.opening import open_workspace


def write_files(root: Path, files: dict[str, str]) -> None:
    """Write files below a directory; every package on the way gets its ``__init__.py``."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")


def verdicts(
    root: Path, functions: str, *, top: str = "codebase: {packages: shop}"
) -> list[Verdict]:
    """The verdicts of some functions, in the order of the file."""
    indented = "\n".join(f"  {line}" for line in dedent(functions).strip().splitlines())
    path = root / "fitness.yaml"
    path.write_text(f"{top}\nfunctions:\n{indented}\n", "utf-8")
    workspace = open_workspace(path, root)
    try:
        return [
            evaluate(kind, function, check, workspace)
            for kind, function, checks in workspace.plan
            for check in checks
        ]
    finally:
        workspace.close()


def verdict(root: Path, function: str, *, top: str = "codebase: {packages: shop}") -> Verdict:
    """The verdict of one function, whose body is given."""
    body = "\n".join(f"  {line}" for line in dedent(function).strip().splitlines())
    (found,) = verdicts(root, f"it:\n{body}", top=top)
    return found
