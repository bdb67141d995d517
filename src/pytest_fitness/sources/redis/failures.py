"""What redis-py raises, as errors of this package."""

from typing import Final

from redis import exceptions

from pytest_fitness import units
from pytest_fitness.errors import MeasureError, UnreachableError

_PERMISSION: Final = (
    "Let its user read: ACL SETUSER <user> on ><password> ~* +@read +info +command +select"
)
# The more special of two classes stands first.
_ANSWERED: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (
        exceptions.AuthenticationError,
        "refuses the login",
        "Look at user and password in the `url` of the source.",
    ),
    (exceptions.AuthorizationError, "refuses the login", _PERMISSION),
    (exceptions.NoPermissionError, "does not permit this", _PERMISSION),
    (
        exceptions.BusyLoadingError,
        "is still loading its data",
        "Ask again when that is done: INFO persistence tells when.",
    ),
    (
        exceptions.AskError,  # MOVED too
        "is a node of a cluster that does not hold this key",
        "Name the node that holds it in the `url` of a source; each node answers for itself only.",
    ),
    (
        exceptions.MasterDownError,
        "has lost its master, and gives no stale data",
        "Look at its replication, or ask its master.",
    ),
    (exceptions.ClusterDownError, "is part of a cluster that is down", "Look at CLUSTER INFO."),
    (
        exceptions.ReadOnlyError,
        "is a replica, and this command writes",
        "Ask with a command that only reads.",
    ),
    (
        exceptions.NoScriptError,
        "does not know this script",
        "Load it first, or ask with a plain command.",
    ),
    (
        exceptions.InvalidResponse,
        "does not answer as Redis does",
        "Look at host and port in the `url` of the source.",
    ),
    (exceptions.ResponseError, "refuses this", "Try the same words in redis-cli."),
    (exceptions.DataError, "cannot be asked this", "Look at the words of the command."),
)


def failure(error: exceptions.RedisError, shown: str, timeout: float) -> MeasureError:
    """The error that says what happened and what to do; the caller hides passwords in it."""
    said = units.shorten(str(error).split("\n", 1)[0], 200)
    for kind, what, hint in _ANSWERED:
        if isinstance(error, kind):
            return MeasureError(f"{shown} {what}: {said}", hint)
    if isinstance(error, exceptions.TimeoutError):
        within = units.format_value(timeout, units.SECONDS)
        hint = "Look at why, or raise the `timeout` of the source."
        if shown.startswith("rediss://"):
            hint += " A server without TLS does not answer to rediss:// either."
        return UnreachableError(f"{shown} did not answer within {within}", hint)
    hint = "Look at the `url` of the source, and at whether its server runs."
    if "SSL" in said or "certificate" in said:
        hint = "With TLS the `url` begins with rediss://; ?ssl_ca_certs=ca.pem says whom to trust."
    return UnreachableError(f"{shown} does not answer: {said}", hint)
