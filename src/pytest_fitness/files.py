"""Writing files whole or not at all."""

import os
import tempfile
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Replace a text file in one step, so that no reader and no crash ever meets half of it.

    Raises:
        OSError: it cannot be written; the file that was there is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
