"""The command line as a process: what it loads, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.store.embedded import EmbeddedStore


def test_a_command_answers_without_what_only_the_explorer_needs(tmp_path: Path) -> None:
    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    ingest_demo(store)
    store.close()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lineage", "impact", "okcupid-user-photos",
         "--store", str(tmp_path / "store.sqlite"), "--fail-on", "proven"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, "what is found is in the exit status of the process"
    assert "44 things are affected" in done.stdout
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "pyarrow.lib" in loaded
    assert loaded & {"pandas.core", "streamlit", "neo4j", "networkx"} == set()


def test_each_command_stands_in_the_module_of_its_name() -> None:
    for name, command in commands().items():
        ours = {command, *getattr(command, "commands", {}).values()}
        modules = {c.callback.__module__ for c in ours if c.callback is not None}
        own = f"lineage.cli.{name.replace('-', '_')}"
        assert all(m == own or m.startswith(f"{own}.") for m in modules), (name, modules)


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    return {n: c for n in main.list_commands(context) if (c := main.get_command(context, n))}
