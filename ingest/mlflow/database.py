"""The store in a database (``mlflow.db``): SQLite, opened in memory, only ever selected from.

The bytes are those of a stranger: nothing but reading columns is allowed, within a number of
steps, and the file itself is never opened by the database.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager

from ingest.base import Findings
from ingest.mlflow.facts import (
    PARAMETERS,
    Data,
    Given,
    Run,
    data_known_by,
    model_known_by,
    read_recorded_data,
    read_recorded_run,
)
from ingest.mlflow.models import logged, registered, version
from ingest.reading import ABSENT, Node, Scalar
from lineage.identity import ref_in
from lineage.records import Ref
from lineage.vocabulary import Kind

_MAGIC = b"SQLite format 3\x00"
_MOST_ROWS = 20_000
_MOST_STEPS = 20_000_000
_STEPS_BETWEEN_LOOKS = 100_000
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})

Row = dict[str, str]


def is_database(content: bytes) -> bool:
    """Whether these are the bytes of an SQLite database."""
    return content.startswith(_MAGIC) and len(content) >= 512


def tables_of(content: bytes) -> frozenset[str]:
    """The names of its tables; none where it is damaged."""
    try:
        with _opened(content) as database:
            return frozenset(
                str(name)
                for (name,) in database.execute("select name from sqlite_master where type='table'")
            )
    except (sqlite3.Error, MemoryError):
        return frozenset()


@contextmanager
def _opened(content: bytes) -> Iterator[sqlite3.Connection]:
    """The database in memory, with everything but reading forbidden."""
    steps = 0

    def look() -> int:
        nonlocal steps
        steps += _STEPS_BETWEEN_LOOKS
        return int(steps > _MOST_STEPS)

    def judge(action: int, *_: object) -> int:
        return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY

    # Two bytes of the header say whether a log lies beside the file: in memory there is none.
    content = content[:18] + b"\x01\x01" + content[20:]
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.execute("pragma trusted_schema = off")
        database.execute("pragma query_only = on")
        database.set_progress_handler(look, _STEPS_BETWEEN_LOOKS)
        database.set_authorizer(judge)
        yield database


class _Store:
    """Rows of the tables, as texts; a table or column that a version lacks is empty."""

    def __init__(self, found: Findings, database: sqlite3.Connection, tables: frozenset[str]):
        self.found = found
        self.database = database
        self.tables = tables

    def rows(self, table: str, *wanted: str) -> list[Row]:
        """The wanted columns of a table, at most so many rows."""
        if table not in self.tables:
            return []
        try:
            cursor = self.database.execute(f'select * from "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description or ()]
            values = cursor.fetchmany(_MOST_ROWS + 1)
        except sqlite3.Error as error:
            self.found.skip(f"the table {table} cannot be read: {error}")
            return []
        if len(values) > _MOST_ROWS:
            self.found.skip(f"the table {table} has more than {_MOST_ROWS} rows; these were read")
        places = {name: names.index(name) for name in wanted if name in names}
        return [
            {name: _text(value[places[name]]) if name in places else "" for name in wanted}
            for value in values[:_MOST_ROWS]
        ]

    def chosen(self, table: str, owner: str, keys: frozenset[str]) -> dict[str, dict[str, str]]:
        """Tags or parameters of some names, by what they belong to."""
        result: dict[str, dict[str, str]] = defaultdict(dict)
        name = "name" if table == "input_tags" else "key"
        for row in self.rows(table, owner, name, "value"):
            if row[name] in keys:
                result[row[owner]][row[name]] = row["value"]
        return result


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) else ""


def _node(table: str, row: str, text: str) -> Node:
    """A value with its place in the database: a table and a row have no line."""
    return Scalar(f"{table}/{row}", 0, text, quoted=True) if text else ABSENT


def read_database(found: Findings, content: bytes) -> None:
    """All facts of a store in a database."""
    try:
        with _opened(content) as database:
            store = _Store(found, database, tables_of(content))
            data = _data(store)
            _runs(store, data, _logged(store))
            _registered(store)
    except (sqlite3.Error, MemoryError) as error:
        found.skip(f"the database cannot be read: {error}")


def _data(store: _Store) -> dict[str, Ref]:
    """The data sets by the ids of their rows."""
    result: dict[str, Ref] = {}
    columns = ("dataset_uuid", "experiment_id", "name", "digest", "dataset_source_type",
               "dataset_source")  # fmt: skip
    rows = store.rows("datasets", *columns)
    sources = Counter(row["dataset_source"] for row in rows)
    for row in rows:
        number = row["dataset_uuid"] or row["name"]
        data = Data(
            *(
                _node("datasets", number, row[key])
                for key in ("name", "digest", "dataset_source_type", "dataset_source")
            )
        )
        ref = data_known_by(data, number)
        result[number] = ref
        alone = sources[row["dataset_source"]] == 1
        read_recorded_data(store.found, data, ref, alone=alone)
    return result


def _logged(store: _Store) -> set[str]:
    """Logged models; gives the runs that they come from."""
    runs: set[str] = set()
    columns = ("model_id", "name", "artifact_location", "source_run_id", "lifecycle_stage")
    for row in store.rows("logged_models", *columns):
        number = row["model_id"]
        name, place, run = (
            _node("logged_models", number, row[key])
            for key in ("name", "artifact_location", "source_run_id")
        )
        model = ref_in(
            f"{store.found.document.scope.outputs}/{number}", name.text or number, Kind.MODEL
        )
        at = _node("logged_models", number, number)
        store.found.describe(model, name or at, produced=True, stated=bool(name))
        logged(store.found, model, at, run, place)
        runs.add(run.text)
    return runs


def _runs(store: _Store, data: dict[str, Ref], logged_from: set[str]) -> None:
    contexts = store.chosen("input_tags", "input_uuid", frozenset({"mlflow.data.context"}))
    wanted = frozenset({"mlflow.runName", "mlflow.log-model.history"})
    tags = store.chosen("tags", "run_uuid", wanted)
    parameters = store.chosen("params", "run_uuid", frozenset(PARAMETERS))
    runs: dict[str, Run] = {}
    for row in store.rows("runs", "run_uuid", "name", "lifecycle_stage", "artifact_uri"):
        number = row["run_uuid"]
        own = tags.get(number, {})
        runs[number] = Run(
            id=number,
            name=_node("runs", number, row["name"] or own.get("mlflow.runName", "")),
            at=_node("runs", number, number),
            artifacts=_node("runs", number, row["artifact_uri"]),
            logged_model="mlflow.log-model.history" in own or number in logged_from,
            deleted=row["lifecycle_stage"] == "deleted",
            parameters=[
                (key, _node("params", f"{number}/{key}", text))
                for key, text in sorted(parameters.get(number, {}).items())
            ],
        )
    columns = ("input_uuid", "source_type", "source_id", "destination_type", "destination_id")
    for row in store.rows("inputs", *columns):
        _input(store, row, runs, data, contexts.get(row["input_uuid"], {}))
    for run in runs.values():
        read_recorded_run(store.found, run)


def _input(store: _Store, row: Row, runs: dict[str, Run], data: dict[str, Ref], tags: Row) -> None:
    """A data set that a run was given, or a model that it was given or made."""
    number, ends = row["input_uuid"], (row["source_id"], row["destination_id"])
    run = next((runs[end] for end in ends if end in runs), None)
    other = next((end for end in ends if end not in runs), "")
    at = _node("inputs", number, other or number)
    if run is None or not other:
        return  # an input of a trace or of an evaluation, not of a run
    if row["source_type"] == "DATASET":
        if other not in data:
            store.found.skip(f"the data set {other} has no record of its own", at)
        given = data.get(other) or data_known_by(Data(ABSENT, ABSENT, ABSENT, ABSENT), other)
        context = _node("input_tags", number, tags.get("mlflow.data.context", ""))
        run.given.append(Given(given, context, at))
    elif "OUTPUT" in row["destination_type"] or "OUTPUT" in row["source_type"]:
        run.models_out.append((model_known_by(other), at))
    elif "MODEL" in row["destination_type"] or "MODEL" in row["source_type"]:
        run.models_in.append((model_known_by(other), at))


def _registered(store: _Store) -> None:
    """Registered models and their versions."""
    for row in store.rows("registered_models", "name"):
        if row["name"]:
            registered(store.found, _node("registered_models", row["name"], row["name"]))
    for row in store.rows("model_versions", "name", "version", "run_id", "source", "model_id"):
        if not row["name"]:
            continue
        place = f"{row['name']}/{row['version']}"
        name, number, run, source, model_id = (
            _node("model_versions", place, row[key])
            for key in ("name", "version", "run_id", "source", "model_id")
        )
        model = registered(store.found, name)
        version(store.found, model, version=number, run=run, source=source, model_id=model_id)
