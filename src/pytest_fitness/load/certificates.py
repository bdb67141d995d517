"""Which certificates of a system under load are trusted."""

import socket
import ssl
from pathlib import Path

from pytest_fitness.errors import MeasureError


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """What trusts the certificates of a file, or those that the system trusts.

    Raises:
        MeasureError: the file cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # of ssl as well
        raise MeasureError(
            f"the ca_file {str(ca_file)!r} cannot be used: {error.strerror or error}",
            "It holds certificates as PEM; a relative path starts at the directory of"
            " fitness.yaml.",
        ) from error


def trusting_all() -> ssl.SSLContext:
    """What trusts any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def check_certificate(
    connection: socket.socket, host: str, place: str, ca_file: Path | None
) -> None:
    """Shake hands over TLS before anybody else does.

    Raises:
        MeasureError: the certificate is not trusted, or there is none.
        OSError: the connection is lost, or too slow.
    """
    try:
        with trusting(ca_file).wrap_socket(connection, server_hostname=host):
            return
    except ssl.SSLCertVerificationError as error:
        raise MeasureError(
            f"the certificate of {place} is not trusted: {error.verify_message}",
            "Name the certificate of who signed it in `ca_file`, or write `verify: false`.",
        ) from error
    except ssl.SSLError as error:
        raise MeasureError(
            f"{place} does not answer in TLS: {error.reason or error}",
            "Is its `url` one of http rather than https?",
        ) from error
