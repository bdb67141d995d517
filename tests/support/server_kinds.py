"""Prometheus, Redis, memcached and PostgreSQL: how each is started and asked without a client."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from server_processes import Server, programs

WAIT_SECONDS = 60
POSTGRES_FOLDERS = Path("/usr/lib/postgresql")


class Prometheus(Server):
    """A Prometheus, on a history of its own, or on what it scrapes each second.

    `openmetrics_text` ends with `# EOF`; each of `scrape` is `host:port` or a URL. What is
    scraped is kept only where it is newer than the history, and comes after five seconds at the
    earliest: `wait_for` it.
    """

    name = "prometheus"
    ready = "Server is ready to receive web requests"

    def __init__(
        self,
        openmetrics_text: str | None = None,
        scrape: Sequence[str] = (),
        flags: Sequence[str] = (),
    ) -> None:
        prometheus, promtool = programs("prometheus", "prometheus", "promtool")
        super().__init__()
        config, data = self.folder / "prometheus.yml", self.folder / "data"
        config.write_text(json.dumps(_scrape_config(scrape)), encoding="utf-8")
        if openmetrics_text is not None:
            history = self.folder / "history.om"
            history.write_text(openmetrics_text, encoding="utf-8")
            create = (promtool, "tsdb", "create-blocks-from", "openmetrics")
            self.run(*create, str(history), str(data))
        self.start(
            lambda port: [
                prometheus,
                f"--config.file={config}",
                f"--storage.tsdb.path={data}",
                "--storage.tsdb.retention.time=10y",
                f"--web.listen-address=127.0.0.1:{port}",
                *flags,
            ]
        )

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def is_ready(self) -> bool:
        return super().is_ready() and "is Ready" in self._get("/-/ready")

    def query(self, promql: str, at: float | None = None) -> list[Any]:
        """The result of an instant query, as the server tells it."""
        asked = {"query": promql} if at is None else {"query": promql, "time": repr(at)}
        answer = json.loads(self._get(f"/api/v1/query?{urlencode(asked)}"))
        result: list[Any] = answer["data"]["result"]
        return result

    def wait_for(self, promql: str) -> list[Any]:
        """The result of an instant query as soon as there is one, for what is scraped."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not (result := self.query(promql)):
            assert time.monotonic() < deadline, f"no result of {promql}; the log:\n{self.log}"
            time.sleep(0.05)
        return result

    def _get(self, path: str) -> str:
        from urllib.request import ProxyHandler, build_opener

        with build_opener(ProxyHandler({})).open(self.url + path, timeout=WAIT_SECONDS) as answer:
            text: str = answer.read().decode()
            return text


class Redis(Server):
    """A Redis that keeps nothing on disk, with a password if wanted."""

    name = "redis"
    ready = "Ready to accept connections"

    def __init__(self, password: str = "", flags: Sequence[str] = ()) -> None:
        server, self._client = programs("redis-server", "redis-server", "redis-cli")
        super().__init__()
        self.password = password
        secret = ["--requirepass", password] if password else []
        self.start(
            lambda port: [
                *(server, "--port", str(port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", *secret, *flags),
            ]
        )

    @property
    def url(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}{self.address}/0"

    def cli(self, *command: str) -> str:
        """What redis-cli prints for a command; an error answer is raised."""
        secret = {"REDISCLI_AUTH": self.password} if self.password else {}
        client = (self._client, "-e", "-h", "127.0.0.1", "-p", str(self.port))
        return _output(*client, *command, environment=secret)


class Memcached(Server):
    """A memcached; its log names each command it was sent."""

    name = "memcached"
    ready = "server listening"
    # It has nothing to save, and takes a second to notice a gentler one.
    stop_signal = signal.SIGKILL
    refuses_root = True

    def __init__(self, flags: Sequence[str] = ()) -> None:
        (memcached,) = programs("memcached", "memcached")
        super().__init__()
        self.start(
            lambda port: [memcached, "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-vv", *flags]
        )

    def ask(self, *lines: str) -> list[str]:
        """The lines answered to those of a command: ask("set a 0 0 1", "1"), ask("stats")."""
        sent = "".join(f"{line}\r\n" for line in (*lines, "quit"))
        with socket.create_connection(("127.0.0.1", self.port), WAIT_SECONDS) as connection:
            connection.sendall(sent.encode())
            with connection.makefile("r", encoding="utf-8", newline="\r\n") as answer:
                return [line.rstrip("\r\n") for line in answer]


class Postgres(Server):
    """A PostgreSQL whose only user has a password; nothing survives it."""

    name = "postgres"
    ready = "database system is ready to accept connections"
    stop_signal = signal.SIGINT
    refuses_root = True
    login = "fitness"
    password = "open-sesame"

    def __init__(self, flags: Sequence[str] = ()) -> None:
        folder = postgres_folder()
        initdb, postgres = programs("postgresql", "initdb", "postgres", folder=folder)
        psql = shutil.which("psql", path=folder and str(folder))
        self._client = psql or programs("postgresql-client", "psql")[0]
        super().__init__()
        data, secret = str(self.folder / "data"), self.folder / "password"
        secret.write_text(self.password, encoding="utf-8")
        self.run(
            *(initdb, "--no-sync", "--encoding=UTF8", "--locale=C", f"--username={self.login}"),
            *("--auth=scram-sha-256", f"--pwfile={secret}", "-D", data),
        )
        settings = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_buffers=16MB",
        ]
        arguments = [part for setting in settings for part in ("-c", setting)]
        self.start(lambda port: [postgres, "-D", data, "-p", str(port), *arguments, *flags])

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    @property
    def dsn(self) -> str:
        return self.dsn_of("postgres")

    def url_of(self, database: str) -> str:
        """The URL that SQLAlchemy takes."""
        return self.dsn_of(database).replace("postgresql:", "postgresql+psycopg:")

    def dsn_of(self, database: str) -> str:
        """The URL that psycopg and psql take."""
        return f"postgresql://{self.login}:{self.password}@{self.address}/{database}"

    def sql(self, text: str, database: str = "postgres") -> str:
        """What psql prints for statements: a line a row, columns with | between them."""
        options = ("--no-psqlrc", "--quiet", "--no-align", "--tuples-only")
        stop = ("--set=ON_ERROR_STOP=1", f"--command={text}")
        return _output(self._client, *options, *stop, self.dsn_of(database))


def postgres_folder() -> Path | None:
    """Where initdb lies beside postgres, the newest first; a client alone has no initdb."""
    packaged = sorted(POSTGRES_FOLDERS.glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    found = [*packaged, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((f for f in found if (f / "initdb").exists() and (f / "postgres").exists()), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def _scrape_config(scrape: Sequence[str]) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [_scrape_job(number, target) for number, target in enumerate(scrape, 1)],
    }


def _scrape_job(number: int, target: str) -> dict[str, Any]:
    parts = urlsplit(target if "://" in target else f"http://{target}")
    return {
        "job_name": f"job{number}",
        "scheme": parts.scheme,
        "metrics_path": parts.path or "/metrics",
        "static_configs": [{"targets": [parts.netloc]}],
    }


def _output(*command: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{Path(command[0]).name}: {done.stdout}{done.stderr}"
    return done.stdout.rstrip("\n")
