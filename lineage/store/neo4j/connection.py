"""Reaching a Neo4j server: its address, who we are, and what its errors mean to a user."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from lineage.errors import StoreError, UsageError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
USER_VARIABLE = "LINEAGE_NEO4J_USER"
PASSWORD_VARIABLE = "LINEAGE_NEO4J_PASSWORD"  # noqa: S105 - the name of a variable
_CONNECT_SECONDS = 10.0
_ACQUIRE_SECONDS = 60.0
_IDLE_SECONDS = 30.0

Session = neo4j.Session
Transaction = neo4j.ManagedTransaction | neo4j.Transaction


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and who we are there. ``str()`` shows no credentials."""

    url: str
    user: str
    password: str | None = field(repr=False)
    database: str | None

    def __str__(self) -> str:
        return f"{self.url}/{self.database}" if self.database else self.url


def address(url: str, user: str | None, password: str | None, database: str | None) -> Address:
    """Reads a URL; what is not given comes from it, then from the environment.

    Raises:
        UsageError: not the URL of a Neo4j server.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"not a server's address: {error}", remedy=_URL_REMEDY) from error
    if parts.scheme not in SCHEMES or not host:
        raise UsageError("not the address of a Neo4j server", remedy=_URL_REMEDY)
    shown = f"[{host}]" if ":" in host else host
    return Address(
        f"{parts.scheme}://{shown}" + (f":{port}" if port else ""),
        user or unquote(parts.username or "") or os.environ.get(USER_VARIABLE) or "neo4j",
        password or unquote(parts.password or "") or os.environ.get(PASSWORD_VARIABLE),
        database or unquote(parts.path.strip("/")) or None,
    )


_URL_REMEDY = "Write neo4j://HOST:PORT, or neo4j+s:// for an encrypted connection."


def connect(place: Address) -> neo4j.Driver:
    """A driver whose server has answered and let us in.

    Raises:
        StoreError: it did not.
    """
    with translated(str(place)):
        driver = neo4j.GraphDatabase.driver(
            place.url,
            auth=(place.user, place.password) if place.password else None,
            connection_timeout=_CONNECT_SECONDS,
            connection_acquisition_timeout=_ACQUIRE_SECONDS,
            liveness_check_timeout=_IDLE_SECONDS,
            keep_alive=True,
            telemetry_disabled=True,
            notifications_min_severity="OFF",
        )
        try:
            with driver.session(database=place.database) as session:
                session.run("RETURN 1").consume()
        except BaseException:
            driver.close()
            raise
    return driver


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turns the driver's errors into ours."""
    try:
        yield
    except (DriverError, Neo4jError, UnicodeEncodeError, OverflowError) as error:
        message, remedy = _explained(error)
        raise StoreError(message, location=location, remedy=remedy) from error


def _explained(error: Exception) -> tuple[str, str]:
    """What happened, and what the user can do."""
    code = getattr(error, "code", None) or ""
    if isinstance(error, AuthError) or code.startswith("Neo.ClientError.Security"):
        return (
            f"the server refused us: {first_line(error)}",
            f"Set {USER_VARIABLE} and {PASSWORD_VARIABLE} to an account of that server.",
        )
    if code.endswith(("DatabaseNotFound", "DatabaseUnavailable")):
        return f"no such database: {first_line(error)}", "Name one as in neo4j://HOST:PORT/NAME."
    if isinstance(error, ConfigurationError):
        return f"the connection is set up wrongly: {first_line(error)}", "Check the URL's scheme."
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return (
            f"no Neo4j server answered: {first_line(error)}",
            "Check that it runs, and the host, port and scheme; make neo4j starts one.",
        )
    if isinstance(error, TransientError):
        return f"the server could not do it now: {first_line(error)}", "Try again."
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return f"a value cannot be sent: {error}", "Nothing was changed; correct the document."
    if isinstance(error, ClientError):
        return f"the server refused it: {first_line(error)}", "Nothing was changed."
    return f"the server failed: {first_line(error)}", "Nothing was changed; see the server's log."


def first_line(error: Exception) -> str:
    """The message of an error, without the codes around it."""
    text = getattr(error, "message", None) or str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0].rstrip(".") + "."
