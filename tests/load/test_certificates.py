"""A system under load has to show a certificate that is trusted, as for any other client."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from load_targets import Target
from pytest_fitness.errors import MeasureError
from pytest_fitness.load.certificates import check_certificate, trusting
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Stage
from secure_target import secure_server

SHORT = (Stage(2, 0.5),)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA) -> Path:
    found = tmp_path_factory.mktemp("certificates")
    authority.cert_pem.write_to_path(found / "ca.pem")
    trustme.CA().cert_pem.write_to_path(found / "other.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        found / "server.pem"
    )
    return found


@pytest.fixture(scope="module")
def secure(folder: Path) -> Iterator[int]:
    with secure_server("127.0.0.1", folder / "server.pem") as port:
        yield port


def failure(plan: LoadPlan) -> MeasureError:
    with pytest.raises(MeasureError) as raised:
        run_load(plan)
    return raised.value


@pytest.mark.parametrize("workers", [1, 2])
def test_a_certificate_of_a_trusted_authority(secure: int, folder: Path, workers: int) -> None:
    plan = LoadPlan(f"https://127.0.0.1:{secure}/", stages=SHORT, workers=workers)
    (found,) = run_load(plan._replace(ca_file=folder / "ca.pem"))
    assert found.total.count > found.total.failures == 0


def test_any_certificate_where_that_is_said(secure: int) -> None:
    plan = LoadPlan(f"https://127.0.0.1:{secure}/", stages=SHORT, verify=False)
    (found,) = run_load(plan)
    assert found.total.count > found.total.failures == 0


@pytest.mark.parametrize("ca_file", [None, "other.pem"], ids=["the system's", "another"])
def test_a_certificate_of_nobody_known_is_told_before_any_load(
    secure: int, folder: Path, ca_file: str | None
) -> None:
    plan = LoadPlan(f"https://127.0.0.1:{secure}/", stages=SHORT)
    error = failure(plan._replace(ca_file=folder / ca_file if ca_file else None))
    said = f"the certificate of 127.0.0.1:{secure} is not trusted: "
    assert error.message.startswith(said)
    assert len(error.message) > len(said)
    assert error.hint == (
        "Name the certificate of who signed it in `ca_file`, or write `verify: false`."
    )


def test_a_certificate_of_another_host_is_not_trusted(secure: int, folder: Path) -> None:
    plan = LoadPlan(f"https://localhost:{secure}/", stages=SHORT, ca_file=folder / "ca.pem")
    assert "not valid for 'localhost'" in failure(plan).message


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"", "PEM"), (b"nonsense", "PEM"), (b"\0", "PEM")],
)
def test_a_file_that_holds_no_certificate(
    secure: int, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    error = failure(LoadPlan(f"https://127.0.0.1:{secure}/", stages=SHORT, ca_file=path))
    assert error.message.startswith(f"the ca_file {str(path)!r} cannot be used: ")
    assert said.lower() in error.message.lower() or "certificate" in error.message.lower()


def test_what_does_not_speak_tls(server: Target) -> None:
    error = failure(LoadPlan(server.url.replace("http:", "https:"), stages=SHORT))
    place = server.url.removeprefix("http://")
    assert error.message.startswith((f"{place} does not answer in TLS", f"{place} cannot be"))


def test_the_users_of_a_locustfile_say_themselves_what_they_trust(
    secure: int, tmp_path: Path
) -> None:
    path = tmp_path / "visitors.py"
    path.write_text(
        "from locust import FastHttpUser, task\n"
        "class Visitor(FastHttpUser):\n"
        "    @task\n"
        "    def look(self):\n"
        "        self.client.get('/')\n"
    )
    (found,) = run_load(LoadPlan(f"https://127.0.0.1:{secure}", locustfile=path, stages=SHORT))
    assert found.total.count > found.total.failures == 0


def test_a_handshake_that_never_ends_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = failure(LoadPlan(f"https://127.0.0.1:{port}/", stages=SHORT, timeout=0.3))
    assert error.message.startswith(f"127.0.0.1:{port} cannot be reached: ")


def test_by_default_what_the_system_trusts_is_trusted() -> None:
    assert trusting(None).verify_mode is ssl.CERT_REQUIRED
    assert trusting(None).check_hostname


def test_a_connection_that_is_lost_in_the_handshake_is_no_matter_of_certificates() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(OSError, match=r".*") as raised:
        check_certificate(ours, "shop.example", "shop.example:443", None)
    assert not isinstance(raised.value, ssl.SSLCertVerificationError)
