"""What tests share: each kind of store, empty, and a Neo4j server that is only ours."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import neo4j
import pytest
from hypothesis import HealthCheck, settings

from by_hand import OpenStore
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore
from lineage.store.neo4j import Neo4jStore

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from neo4j_server import DEFAULT_VERSION, NoServerError, Server, is_ours, java_server

# Tables are as wide as in a pipe, however wide the terminal is of whoever starts the tests.
os.environ.pop("COLUMNS", None)

# A busy machine is no defect: nothing here is judged by the clock. Where all parts are required
# the examples are the same each time: whether a change may land is not left to a draw.
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("LINEAGE_REQUIRE_ALL") == "1",
)
settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns every skip into a failure where all parts are required."""
    report = yield
    if report.skipped and os.environ.get("LINEAGE_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be skipped here: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side: all that need the server in one process, else by file."""
    for item in items:
        group = "neo4j" if item.get_closest_marker("neo4j") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """A server for this run; its tests are skipped where it cannot be had."""
    version = os.environ.get("LINEAGE_TEST_NEO4J_VERSION", DEFAULT_VERSION)
    with ExitStack() as stack:
        try:
            server = stack.enter_context(java_server(version))
        except NoServerError as error:
            pytest.skip(str(error))
        yield server


@pytest.fixture(scope="session")
def neo4j_driver(neo4j_server: Server) -> Iterator[neo4j.Driver]:
    """A driver of the server, to look behind the store's back."""
    auth = (neo4j_server.user, neo4j_server.password)
    with neo4j.GraphDatabase.driver(
        neo4j_server.url, auth=auth, notifications_min_severity="OFF"
    ) as driver:
        yield driver


@pytest.fixture
def wipe_neo4j(neo4j_server: Server, neo4j_driver: neo4j.Driver) -> Callable[[], None]:
    """Empties the database of our own server, and never another."""

    def wipe() -> None:
        assert is_ours(neo4j_driver, neo4j_server), "not the server that the tests started"
        with neo4j_driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()

    return wipe


@pytest.fixture
def clean_neo4j(neo4j_server: Server, wipe_neo4j: Callable[[], None]) -> Server:
    """The server with an empty database."""
    wipe_neo4j()
    return neo4j_server


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens one and the same store, empty at first, as often as it is called."""
    with ExitStack() as stack:
        if request.param == "neo4j":
            server: Server = request.getfixturevalue("clean_neo4j")

            def opened() -> Store:
                return Neo4jStore.open(server.url, user=server.user, password=server.password)
        else:

            def opened() -> Store:
                return EmbeddedStore.open(tmp_path / "store.sqlite")

        def opener() -> Store:
            store = opened()
            stack.callback(store.close)
            return store

        yield opener


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """An empty store; the test runs once on each kind."""
    return open_store()


@pytest.fixture
def today() -> date:
    """The day (UTC) of the test, which does not end while it runs."""
    now = datetime.now(UTC)
    left = (now + timedelta(1)).replace(hour=0, minute=0, second=0, microsecond=0) - now
    if left < timedelta(minutes=1):
        time.sleep(left.total_seconds())
    return datetime.now(UTC).date()
