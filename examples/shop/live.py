"""Open the shop, send customers to it, and judge it while it runs: ``python live.py``.

All options go to pytest. The shop is closed again however this ends.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
_PATIENCE: Final = 30.0


def main() -> int:
    """The exit status of ``pytest --fitness``."""
    # SIGTERM unwinds as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="shop-") as folder, open_shop(Path(folder)) as shop:
        command = [sys.executable, "-m", "pytest", "--fitness", "--fitness-config=live.yaml"]
        judged = [*command, "--fitness-history=.fitness/live.db", *sys.argv[1:]]
        return subprocess.run(judged, cwd=_HERE, env=os.environ | shop, check=False).returncode


@contextmanager
def open_shop(folder: Path) -> Iterator[dict[str, str]]:
    """A shop with customers; where it is, as variables of the environment."""
    port_file, pid_file = folder / "port", folder / "pid"
    command = [sys.executable, "-m", "shop", "live", "--users=20", "--pause=50ms"]
    command.append(f"--port-file={port_file}")
    environment = os.environ | {"PYTHONPATH": str(_HERE / "src")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as shop:
        try:
            pid_file.write_text(f"{shop.pid}\n", encoding="ascii")
            _wait_for(port_file, shop)
            port = port_file.read_text(encoding="ascii").strip()
            yield {"SHOP_URL": f"http://127.0.0.1:{port}", "SHOP_PIDFILE": str(pid_file)}
        finally:
            shop.terminate()


def _wait_for(port_file: Path, shop: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while not port_file.exists():
        if shop.poll() is not None or time.monotonic() > end:
            sys.exit(f"the shop did not open (exit status {shop.poll()})")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
