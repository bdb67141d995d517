"""The programs that stand beside the running interpreter."""

import sys
from pathlib import Path


def tool(name: str, environment: Path | None = None) -> Path:
    """A program of a virtual environment, by default of the one that runs this."""
    return (environment or Path(sys.prefix)) / "bin" / name
