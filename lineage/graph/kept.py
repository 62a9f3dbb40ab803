"""Graphs kept on disk, so that the next process maps what an earlier one read.

One folder a store, named by the store's own identity; in it a folder a version, with one file
a column, mapped into memory when it is opened. Everything in it can be thrown away: what is
missing, cut or from another release is read anew from the store, and said.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
from platformdirs import user_cache_path

from lineage.engine.arrays import Bools
from lineage.engine.ordered import Ordered, prepare
from lineage.engine.topology import Topology
from lineage.errors import NotFoundError
from lineage.graph.graph import Graph
from lineage.graph.merged import merged
from lineage.records import Moment
from lineage.store.base import Store
from lineage.store.columns import Columns
from lineage.vocabulary import CARRIES, RELATIONS

_LOG = logging.getLogger(__name__)

_FORM = 2
"""The form of the files; another one is not read."""

WORTH_KEEPING = 50_000
"""Assertions from which reading the store takes longer than mapping files."""

_WORTH_ORDERING = 1_000_000
"""Assertions from which the order of walks is kept too: below, a queue takes milliseconds."""

_MOST_LATER = 0.01
"""What may lie over the columns, as a share of them, before the two are made one."""

_ROWS = ("start", "subject", "object", "up_start", "up_edge", "code")
_LATEST: dict[str, Graph] = {}
_TURN = Lock()


def folder_of_graphs() -> Path:
    """Where graphs are kept: ``LINEAGE_CACHE``, or the user's cache folder."""
    named = os.environ.get("LINEAGE_CACHE")
    return (Path(named) if named else user_cache_path("lineage-explorer", False)) / "graphs"


def graph_of(store: Store, *, worth_keeping: int = WORTH_KEEPING) -> Graph:
    """The graph of a store as it is now, by the shortest way.

    That of this process or one kept on disk, brought up to date by what was written since; else
    the store is read.

    Args:
        store: the store.
        worth_keeping: assertions from which it is kept on disk.

    Raises:
        StoreError: the store cannot be read.
    """
    with _TURN:
        moment = store.moment()
        known = _LATEST.get(moment.identity) or _opened(moment.identity)
        if known is None or not _is_past_of(known.moment, store):
            graph, fresh = Graph(store.columns()), True
        elif known.version == moment.version:
            graph, fresh = known, False
        else:
            graph, fresh = known.updated(store.changes(known.version)), False
        size = len(graph.columns.code)
        if len(graph.later.edges) + graph.later.left_out > max(1_000, _MOST_LATER * size):
            graph, fresh = Graph(merged(graph)), True
        if fresh and len(graph.columns.code) >= worth_keeping:
            graph = _kept(graph)
        if moment.identity:
            _LATEST.clear()
            _LATEST[moment.identity] = graph
        return graph


def _is_past_of(moment: Moment, store: Store) -> bool:
    """Whether the store was at this moment once: one restored from a backup was not."""
    try:
        return store.moment(moment.version) == moment
    except NotFoundError:
        return False


def _versions(identity: str) -> list[Path]:
    """The kept versions of a store, the newest first."""
    place = folder_of_graphs() / identity
    with suppress(OSError):
        found = [p for p in place.iterdir() if p.name.isdigit()]
        return sorted(found, key=lambda p: -int(p.name))
    return []


def _opened(identity: str) -> Graph | None:
    for folder in _versions(identity) if identity else ():
        try:
            return _read(folder)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowInvalid) as error:
            _LOG.warning(
                "the graph kept in %s cannot be used (%s); the store is read anew", folder, error
            )
    return None


def _kept(graph: Graph) -> Graph:
    """Writes a graph, and gives it as mapped from there; or itself where it cannot be kept."""
    identity = graph.moment.identity
    place = folder_of_graphs() / identity
    try:
        place.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix="new-", dir=place))
        _write(graph, new)
        target = place / str(graph.version)
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
        for older in _versions(identity):
            if older != target:
                shutil.rmtree(older, ignore_errors=True)
        return _read(target)
    except OSError as error:
        _LOG.warning("the graph cannot be kept in %s: %s", place, error)
        return graph


def _write(graph: Graph, folder: Path) -> None:
    told: dict[str, Any] = {"form": _FORM, "sizes": {}}
    for name, value in _values(graph):
        if isinstance(value, np.ndarray):
            np.save(folder / f"{name}.npy", value, allow_pickle=False)
            told["sizes"][f"{name}.npy"] = (folder / f"{name}.npy").stat().st_size
        elif isinstance(value, pa.Array):
            batch = pa.record_batch({"it": value})
            with (
                pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file,
                pa.ipc.new_file(file, batch.schema) as writer,
            ):
                writer.write_batch(batch)
            told["sizes"][f"{name}.arrow"] = (folder / f"{name}.arrow").stat().st_size
        elif isinstance(value, Moment):
            told[name] = [value.identity, value.version, value.at]
        else:
            told[name] = value.isoformat() if isinstance(value, datetime) else value
    (folder / "told.json").write_text(json.dumps(told))


def _values(graph: Graph) -> Iterator[tuple[str, Any]]:
    for field in fields(Columns):
        if field.name not in {"subject", "object", "code"}:  # the topology has these
            yield field.name, getattr(graph.columns, field.name)
    for name in _ROWS:
        yield name, getattr(graph.topology.rows, name)
    if graph.topology.edges >= _WORTH_ORDERING:
        for name, array in prepare(graph.topology, _carrying(graph))._asdict().items():
            yield f"ordered_{name}", array


def _carrying(graph: Graph) -> Bools:
    """The classes that the blast radius spreads by under the default policy."""
    return graph.passing(r for r, term in RELATIONS.items() if term.transmits in CARRIES)


def _read(folder: Path) -> Graph:
    """A graph mapped from files.

    Raises:
        OSError, ValueError, KeyError, TypeError, ArrowInvalid: they are not whole, or of
            another form.
    """
    told = json.loads((folder / "told.json").read_text())
    if told["form"] != _FORM:
        raise ValueError("it was written by another release")
    for name, size in told["sizes"].items():
        if (folder / name).stat().st_size != size:
            raise ValueError(f"{name} is cut or changed")

    def value(name: str) -> Any:
        if f"{name}.npy" in told["sizes"]:
            return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        if f"{name}.arrow" in told["sizes"]:
            mapped = pa.memory_map(str(folder / f"{name}.arrow"))
            return pa.ipc.open_file(mapped).get_batch(0).column(0)
        return told[name]

    topology = Topology.from_arrays(*(value(name) for name in _ROWS))
    values = {f.name: value(f.name) for f in fields(Columns)}
    values["moment"] = Moment(*told["moment"])
    values["taken_at"] = datetime.fromisoformat(told["taken_at"])
    values["classes"] = tuple(map(tuple, told["classes"]))
    graph = Graph(Columns(**values), topology)
    if topology.edges >= _WORTH_ORDERING:
        ordered = Ordered._make(value(f"ordered_{name}") for name in Ordered._fields)
        prepare(topology, _carrying(graph), ordered)
    return graph
