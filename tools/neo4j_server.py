"""Runs a real Neo4j server that is ours alone: for the tests, and to try Lineage on.

    python tools/neo4j_server.py [--port 7687] [--http] [--no-demo]

As a program it uses Docker when an engine answers, else Java and Maven (which fetches the
server's jars once, into ``.build/``). The tests import :func:`java_server` from here. The
server listens on 127.0.0.1 only, sends no telemetry, and reads no local file or address.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import neo4j
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, TransientError

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_VERSION = "5.26.30"
HOW_TO_GET_ONE = (
    "Install Docker, or Java (17 for Neo4j 5.26, 25 for 2026.x) and Maven: "
    "on Debian, apt-get install openjdk-17-jdk-headless maven."
)
START_SECONDS = 120

SETTINGS = {
    "dbms.usage_report.enabled": "false",
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    "server.bolt.connection_keep_alive": "5s",
    "server.bolt.connection_keep_alive_for_requests": "ALL",
    "client.allow_telemetry": "false",
}
"""Keeps the server quiet, and away from files and addresses."""

JAVA_OPTIONS = (
    "-Xmx1g",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
)

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>lineage</groupId><artifactId>neo4j-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>
      <version>{version}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{version}</version></dependency>
    <dependency><groupId>org.neo4j.client</groupId><artifactId>neo4j-browser</artifactId>
      <version>5.24.0</version></dependency>
  </dependencies>
</project>
"""


class NoServerError(Exception):
    """No server can be had here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and its own directory (none under Docker)."""

    url: str
    user: str
    password: str
    home: Path | None
    http: str | None = None


def java_home(version: str, environ: Mapping[str, str] = os.environ) -> Path:
    """The Java that this Neo4j runs on: LINEAGE_TEST_NEO4J_JAVA, or the first that fits.

    Raises:
        NoServerError: none was found.
    """
    if named := environ.get("LINEAGE_TEST_NEO4J_JAVA"):
        return Path(named)
    lowest, highest = (17, 21) if version.startswith("5.") else (25, 99)
    for home in _java_homes(environ):
        if (major := _java_major(home)) and lowest <= major <= highest:
            return home
    raise NoServerError(f"Neo4j {version} needs Java {lowest}; none was found. {HOW_TO_GET_ONE}")


def _java_homes(environ: Mapping[str, str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        yield Path(home)
    if java := shutil.which("java"):
        yield Path(java).resolve().parent.parent
    for folder, below in (
        ("/usr/lib/jvm", ""),
        ("/opt", ""),
        ("~/.sdkman/candidates/java", ""),
        ("/Library/Java/JavaVirtualMachines", "Contents/Home"),
    ):
        parent = Path(folder).expanduser()
        if parent.is_dir():
            yield from sorted(child / below for child in parent.iterdir())


def _java_major(home: Path) -> int | None:
    try:
        release = (home / "release").read_text()
    except OSError:
        return None
    found = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
    return int(found[1]) if found and (home / "bin" / "java").exists() else None


def jars(version: str) -> Path:
    """The folder of the server's jars, fetched with Maven the first time.

    Raises:
        NoServerError: Maven is missing or could not fetch them.
    """
    folder = ROOT / ".build" / f"neo4j-{version}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise NoServerError(f"Maven was not found. {HOW_TO_GET_ONE}")
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        (Path(temporary) / "pom.xml").write_text(POM.format(version=version))
        done = subprocess.run(
            [maven, "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"],
            cwd=temporary,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoServerError(f"Maven could not fetch Neo4j {version}: {done.stdout[-800:]}")
        with suppress(OSError):  # another process was faster
            (Path(temporary) / "lib").rename(folder)
    return folder


def free_port() -> int:
    """A port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _check_free(port: int) -> None:
    """Refuses a port that is taken: what answers there is not ours to set a password on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise NoServerError(f"Port {port} is taken ({error}); choose another.") from error


@contextmanager
def java_server(
    version: str = DEFAULT_VERSION, *, port: int | None = None, http: int | None = None
) -> Iterator[Server]:
    """A server in a temporary directory of its own, stopped and removed at the end."""
    java, library, port = java_home(version), jars(version), port or free_port()
    for wanted in filter(None, (port, http)):
        _check_free(wanted)
    with tempfile.TemporaryDirectory(prefix="lineage-neo4j-") as temporary:
        home = Path(temporary)
        _write_settings(home, port, http)
        main = "CommunityEntryPoint" if version.startswith("5.") else "Neo4jCommunity"
        with (home / "server.log").open("w") as log:
            process = subprocess.Popen(
                [
                    java / "bin" / "java",
                    *JAVA_OPTIONS,
                    "-cp",
                    f"{library}/*",
                    f"org.neo4j.server.{main}",
                    f"--home-dir={home}",
                    f"--config-dir={home}/conf",
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                # Only what the server needs: no option of ours or of Java's leaks into it.
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(home)},
            )
        try:
            url, password = f"neo4j://127.0.0.1:{port}", secrets.token_urlsafe(18)
            _wait(lambda: _set_password(url, password), process.poll, home / "server.log")
            page = f"http://127.0.0.1:{http}/browser/" if http else None
            yield Server(url, "neo4j", password, home, page)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _write_settings(home: Path, port: int, http: int | None) -> None:
    settings = {
        **SETTINGS,
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "true" if http else "false",
        "server.directories.import": str(home / "import"),
    }
    if http:
        settings["server.http.listen_address"] = f"127.0.0.1:{http}"
    (home / "conf").mkdir()
    (home / "import").mkdir()
    (home / "conf" / "neo4j.conf").write_text("".join(f"{k}={v}\n" for k, v in settings.items()))


def _set_password(url: str, password: str) -> bool:
    """Whether the server answered and took the password in place of the one it starts with."""
    bolt = url.replace("neo4j:", "bolt:")
    try:
        with (
            neo4j.GraphDatabase.driver(bolt, auth=("neo4j", "neo4j")) as driver,
            driver.session(database="system") as session,
        ):
            session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=password)
    except (ServiceUnavailable, TransientError):
        return False
    return _answers(url, password)


def _answers(url: str, password: str) -> bool:
    try:
        with neo4j.GraphDatabase.driver(url, auth=("neo4j", password)) as driver:
            driver.verify_connectivity()
    except (DriverError, Neo4jError):
        return False
    return True


def _wait(ready: Callable[[], bool], ended: Callable[[], int | None], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not ready():
        if ended() is not None or time.monotonic() > until:
            raise NoServerError(f"Neo4j did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.3)


def is_ours(driver: neo4j.Driver, server: Server) -> bool:
    """Whether the server that answers runs in ``server.home``: look before wiping anything."""
    found = driver.execute_query(
        "SHOW SETTINGS 'server.directories.neo4j_home' YIELD value", database_="system"
    ).records
    return server.home is not None and Path(found[0]["value"]).samefile(server.home)


def docker() -> str | None:
    """The docker command, when an engine answers it."""
    command = shutil.which("docker")
    if command is None:
        return None
    done = subprocess.run([command, "info"], capture_output=True, check=False)
    return command if done.returncode == 0 else None


@contextmanager
def docker_server(
    command: str, version: str = DEFAULT_VERSION, *, port: int, http: int | None = None
) -> Iterator[Server]:
    """A server in a container of its own, stopped and removed at the end."""
    name, password = f"lineage-neo4j-{port}", secrets.token_urlsafe(18)
    variables = {
        "NEO4J_" + key.replace("_", "__").replace(".", "_"): value
        for key, value in SETTINGS.items()
    }
    variables |= {
        "NEO4J_AUTH": f"neo4j/{password}",
        "NEO4J_server_bolt_advertised__address": f"127.0.0.1:{port}",
    }
    ports = ["-p", f"127.0.0.1:{port}:7687"] + (["-p", f"127.0.0.1:{http}:7474"] if http else [])
    # The values travel in the environment: an argument would show the password to `ps`.
    flags = [part for key in variables for part in ("-e", key)]
    subprocess.run(
        [
            command,
            "run",
            "--rm",
            "-d",
            "--name",
            name,
            *ports,
            *flags,
            f"neo4j:{version}",
        ],
        env={**os.environ, **variables},
        check=True,
    )
    try:
        url = f"neo4j://127.0.0.1:{port}"
        _wait_for_docker(url, password)
        yield Server(
            url, "neo4j", password, None, f"http://127.0.0.1:{http}/browser/" if http else None
        )
    finally:
        subprocess.run([command, "stop", name], capture_output=True, check=False)


def _wait_for_docker(url: str, password: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not _answers(url, password):
        if time.monotonic() > until:
            raise NoServerError("Neo4j did not answer; see: docker logs")
        time.sleep(0.5)


def main(arguments: list[str] | None = None) -> int:
    """Starts a server, loads the demo, says how to reach it, and waits for Ctrl-C."""
    parser = argparse.ArgumentParser(description="A Neo4j server to try Lineage on.")
    parser.add_argument("--port", type=int, default=7687, help="of Bolt (default 7687)")
    parser.add_argument("--http", action="store_true", help="with Neo4j's own browser (7474)")
    parser.add_argument("--version", default=DEFAULT_VERSION, help=f"default {DEFAULT_VERSION}")
    parser.add_argument("--no-demo", action="store_true", help="leave the database empty")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as Ctrl-C does
    http = 7474 if options.http else None
    command = docker()
    try:
        if command:
            running = docker_server(command, options.version, port=options.port, http=http)
        else:
            running = java_server(options.version, port=options.port, http=http)
        with running as server:
            if not options.no_demo:
                _load_demo(server)
            _announce(server)
            while True:
                time.sleep(3600)
    except NoServerError as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 0


def _load_demo(server: Server) -> None:
    subprocess.run(
        [
            sys.executable,
            "-c",
            "from lineage.cli import main; main()",
            "demo",
            "--ingest-only",
            "--store",
            server.url,
        ],
        env={**os.environ, "LINEAGE_NEO4J_PASSWORD": server.password},
        check=False,
    )


def _announce(server: Server) -> None:
    print(
        f"\nNeo4j answers at {server.url}\n  user      {server.user}\n  password  {server.password}"
    )
    if server.http:
        print(f"  browser   {server.http}")
    print(
        f"\nThe explorer:\n  LINEAGE_NEO4J_PASSWORD={server.password} "
        f"lineage ui --store {server.url}\n\nCtrl-C stops the server and removes its data.",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
