"""The command line as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

LINEAGE = str(Path(sys.executable).parent / "lineage")

CONFIG = """\
base_model: meta-llama/Llama-3.2-1B
datasets:
  - path: acme/okcupid-profiles
    type: alpaca
    split: train
val_set_size: 0
output_dir: ./outputs/captioner
"""

NEXT = """\
base_model: ./outputs/captioner
datasets:
  - path: acme/clean-captions
    type: alpaca
output_dir: ./outputs/captioner-2
"""


class User:
    """Somebody at a terminal, with a store and a folder of configs of their own."""

    def __init__(self, home: Path):
        self.home = home
        self.configs = home / "configs"
        self.configs.mkdir()
        self.store = home / "store.sqlite"

    def runs(self, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "LINEAGE_STORE": str(self.store), "COLUMNS": "200", **environment}
        return subprocess.run(
            [LINEAGE, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=env,
            cwd=self.home,
            timeout=120,
        )

    def writes(self, name: str, text: str | bytes) -> Path:
        path = self.configs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def affected_by(self, name: str, *options: str) -> dict[str, str]:
        done = self.runs("impact", name, "--format", "json", *options)
        assert done.returncode == 0, done.stderr
        return {a["name"]: a["certainty"] for a in json.loads(done.stdout)["affected"]}


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


@pytest.fixture
def ingested(user: User) -> User:
    user.writes("train.yml", CONFIG)
    user.writes("next.yml", NEXT)
    done = user.runs("ingest", "configs")
    assert done.returncode == 0, done.stdout + done.stderr
    return user


def test_from_a_folder_of_configs_to_the_blast_radius(ingested: User) -> None:
    assert ingested.affected_by("acme/okcupid-profiles") == {
        "outputs/captioner (train.yml)": "proven",
        "outputs/captioner": "proven",
        "outputs/captioner-2 (next.yml)": "proven",
        "outputs/captioner-2": "proven",
    }


def test_ingest_says_what_it_read_and_what_to_do_next(user: User) -> None:
    user.writes("train.yml", CONFIG)
    user.writes("notes.txt", "hello")
    done = user.runs("ingest", "configs")
    assert done.returncode == 0
    for part in ("axolotl", "not recognised", "2 files", "unknown origin", "lineage ui"):
        assert part in done.stdout


def test_a_dry_run_prints_documents_and_writes_nothing(user: User) -> None:
    user.writes("train.yml", CONFIG)
    done = user.runs("ingest", "configs", "--dry-run", "--format", "json", "--repository", "r")
    (document,) = json.loads(done.stdout)["documents"]
    assert (document["path"], document["format"]) == ("train.yml", "axolotl")
    data = next(i for i in document["inputs"] if i["role"] == "trained_on")
    assert data["name"] == "acme/okcupid-profiles"
    assert data["namespace"] == "hf://datasets"
    assert data["kind"] == "dataset"
    assert data["line"] == 3
    assert data["evidence"] == "declared"
    assert "train" in data["selector"]
    assert [o["name"] for o in document["outputs"]] == ["outputs/captioner"]
    assert not user.store.exists()


def test_ingesting_again_changes_nothing(ingested: User) -> None:
    done = ingested.runs("ingest", "configs", "--format", "json")
    result = json.loads(done.stdout)
    assert (result["asserted"], result["retracted"]) == (0, 0)
    again = ingested.runs("ingest", "configs", "--format", "json")
    assert json.loads(again.stdout)["version"] == result["version"]


def test_what_a_config_no_longer_says_still_contaminates(ingested: User) -> None:
    ingested.writes("train.yml", CONFIG.replace("acme/okcupid-profiles", "acme/other"))
    assert ingested.runs("ingest", "configs").returncode == 0
    assert "outputs/captioner (train.yml)" in ingested.affected_by("acme/okcupid-profiles")
    assert ingested.affected_by("acme/okcupid-profiles", "--current-only") == {}
    told = ingested.runs("impact", "acme/okcupid-profiles").stdout
    assert "no longer make" in told


def test_a_config_that_was_deleted_is_not_forgotten(ingested: User) -> None:
    (ingested.configs / "train.yml").unlink()
    done = ingested.runs("ingest", "configs")
    assert "1 documents gone" in done.stdout
    assert "outputs/captioner (train.yml)" in ingested.affected_by("acme/okcupid-profiles")


def test_explain_shows_the_chain_with_file_and_line(ingested: User) -> None:
    done = ingested.runs("explain", "acme/okcupid-profiles", "outputs/captioner-2 (next.yml)")
    assert done.returncode == 0, done.stderr
    for part in (
        "TRAINED_ON",
        "train.yml:3",
        "COPY_OF",
        "train.yml:7",
        "FINE_TUNED_FROM",
        "next.yml:1",
    ):
        assert part in done.stdout


def test_table_csv_and_markdown_carry_the_same_rows(ingested: User) -> None:
    name = "acme/okcupid-profiles"
    expected = set(ingested.affected_by(name))
    rows = list(
        csv.DictReader(io.StringIO(ingested.runs("impact", name, "--format", "csv").stdout))
    )
    assert {r["name"] for r in rows} == expected
    markdown = ingested.runs("impact", name, "--format", "markdown").stdout
    table = ingested.runs("impact", name).stdout
    for shown in expected:
        assert shown in table
        assert (
            shown.replace("(", "\\(").replace(")", "\\)").replace("-", "-").split(" ")[0]
            in markdown
        )


def test_fail_on_turns_findings_into_an_exit_status(ingested: User) -> None:
    assert ingested.runs("impact", "acme/okcupid-profiles", "--fail-on", "proven").returncode == 1
    assert (
        ingested.runs("impact", "outputs/captioner-2 (next.yml)", "--fail-on", "proven").returncode
        == 1
    )
    leaf = ingested.runs("find", "captioner-2").stdout
    assert "Copy" in leaf


def test_an_ambiguous_name_lists_its_candidates(ingested: User) -> None:
    done = ingested.runs("impact", "captioner")
    assert done.returncode == 2
    assert "fits" in done.stderr
    assert "config://" in done.stderr


def test_an_unknown_name_says_how_to_look(ingested: User) -> None:
    done = ingested.runs("impact", "no-such-thing")
    assert done.returncode == 2
    assert "lineage find" in done.stderr


def test_query_answers_and_says_when_it_cut(ingested: User) -> None:
    text = "MATCH (m:Model)-[:TRAINED_ON]->(d) RETURN m.name AS m, d.name AS d ORDER BY m"
    done = ingested.runs("query", text, "--format", "json")
    assert done.returncode == 0
    assert [r[1] for r in json.loads(done.stdout)["rows"]] == [
        "acme/okcupid-profiles",
        "acme/clean-captions",
    ]
    cut = ingested.runs("query", text, "--limit", "1")
    assert cut.returncode == 3
    assert "there are more than 1" in cut.stdout


def test_a_query_cannot_change_the_graph(ingested: User) -> None:
    done = ingested.runs("query", "MATCH (n) DETACH DELETE n")
    assert done.returncode == 2
    assert "only read" in done.stderr
    assert ingested.affected_by("acme/okcupid-profiles")


def test_bad_files_are_named_and_the_good_ones_are_read(user: User, tmp_path: Path) -> None:
    user.writes("good.yml", CONFIG)
    user.writes(
        "bomb.yml",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n"
            for i in range(9)
        ),
    )
    user.writes("deep.yml", "[" * 100_000)
    user.writes("broken.yml", "base_model: x\n  y: : z\n")
    user.writes("binary.yml", b"\0\1\2\3base_model: x")
    user.writes("latin.yml", "base_model: caf\xe9".encode("latin-1"))
    (tmp_path / "secret.yml").write_text(CONFIG)
    (user.configs / "link.yml").symlink_to(tmp_path / "secret.yml")
    done = user.runs("ingest", "configs")
    assert done.returncode == 3
    for name in ("bomb.yml", "deep.yml", "broken.yml", "binary.yml", "latin.yml", "link.yml"):
        (line,) = [
            text for text in done.stdout.splitlines() if text.startswith(f"not read  {name}")
        ]
        assert len(line) > len("not read  ") + len(name) + 10, line
    assert "outputs/captioner (good.yml)" in user.affected_by("acme/okcupid-profiles")
    assert "secret" not in user.runs("find", "secret").stdout.replace("0 of 0", "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_whose_name_is_no_text_is_read_all_the_same(user: User) -> None:
    user.writes("good.yml", CONFIG)
    (Path(os.fsdecode(os.fsencode(user.configs) + b"/od\xffd\n\x1b[31m.yml"))).write_text(CONFIG)
    done = user.runs("ingest", "configs")
    assert done.returncode == 0, done.stderr
    shown = user.runs("find", "captioner").stdout
    assert "\\udcff" in shown
    assert "\x1b" not in shown


def test_a_path_that_is_not_there(user: User) -> None:
    done = user.runs("ingest", "nowhere")
    assert done.returncode == 2
    assert "no such file" in done.stderr


def test_a_store_that_is_no_store(user: User) -> None:
    user.store.write_bytes(b"this is no database" * 100)
    done = user.runs("find", "x")
    assert done.returncode == 3
    assert "Restore it from a backup" in done.stderr
    assert user.store.read_bytes() == b"this is no database" * 100


def test_somebody_elses_database_is_left_alone(user: User) -> None:
    with sqlite3.connect(user.store) as other:
        other.execute("CREATE TABLE t (x)")
    done = user.runs("ingest", "configs")
    assert done.returncode == 3
    assert "not a Lineage store" in done.stderr


def test_a_store_address_of_no_known_form(user: User) -> None:
    done = user.runs("find", "x", "--store", "mysql://host/db")
    assert done.returncode == 2
    assert "neo4j://" in done.stderr


def test_a_server_that_does_not_answer(user: User) -> None:
    done = user.runs("find", "x", "--store", "bolt://127.0.0.1:1", LINEAGE_NEO4J_PASSWORD="x")
    assert done.returncode == 3
    assert "127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_git_repository_names_documents_by_repository_and_revision(user: User) -> None:
    user.writes("train.yml", CONFIG)
    for command in (
        ["init", "-q"],
        ["remote", "add", "origin", "https://tok:en@github.com/acme/face.git"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=user.configs, check=True)
    user.runs("ingest", "configs")
    rows = json.loads(
        user.runs(
            "query",
            "MATCH (d:Document) WHERE d.format = 'axolotl' RETURN d.id, d.revision",
            "--format",
            "json",
        ).stdout
    )["rows"]
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=user.configs, capture_output=True, text=True
    )
    assert rows == [["document://github.com/acme/face/train.yml", head.stdout.strip()]]


def test_help_lists_every_command(user: User) -> None:
    told = user.runs("--help").stdout
    for command in ("ingest", "find", "impact", "explain", "query", "ui", "demo"):
        assert command in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of Unix")
def test_what_is_no_ordinary_file_is_named_and_keeps_nobody_waiting(user: User) -> None:
    user.writes("train.yml", CONFIG)
    os.mkfifo(user.configs / "pipe.yml")
    done = user.runs("ingest", user.configs)
    assert done.returncode == 3
    assert "pipe.yml: not an ordinary file" in done.stdout
    assert "axolotl" in done.stdout
