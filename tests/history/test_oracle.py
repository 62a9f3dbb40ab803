"""Random histories, with branches and merges, against a plain account of who said what when."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gits import RUN, Git, config, day
from lineage.history import histories, remember
from lineage.pipeline import ingest, join
from lineage.records import Snapshot
from lineage.repository import repository_of
from lineage.scan import targets
from lineage.store.base import Store
from lineage.store.embedded import EmbeddedStore

DATA = ("one", "two", "three")
TABLE = "data/dataset_info.json"


@dataclass(frozen=True)
class Made:
    """A commit of the plain account: its files' meaning, its day, and what it stands on."""

    says: Mapping[str, frozenset[str]]
    table: str | None
    at: int
    parents: tuple[int, ...]

    def files(self) -> dict[str, str]:
        files = {
            path: config(*(f"org/{d}" for d in sorted(data))) for path, data in self.says.items()
        }
        files["run.yaml"] = RUN
        if self.table:
            files[TABLE] = json.dumps({"notes": {"hf_hub_url": f"org/{self.table}"}})
        return files

    def facts(self) -> set[tuple[str, str]]:
        told = {(path, data) for path, names in self.says.items() for data in names}
        return told | ({("run.yaml", self.table)} if self.table else set())


@st.composite
def stories(draw: st.DrawFn) -> list[Made]:
    """Commits in an order in which each comes after its parents; the last is HEAD."""
    says = st.dictionaries(
        st.sampled_from(["a.yaml", "sub/b.yaml"]),
        st.frozensets(st.sampled_from(DATA), min_size=1),
    )
    made: list[Made] = []
    for number in range(draw(st.integers(1, 7))):
        parents: tuple[int, ...] = ()
        if number:
            parents = tuple(
                draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True))
            )
        table = draw(st.none() | st.sampled_from(DATA))
        made.append(Made(draw(says), table, draw(st.integers(0, 9)), parents))
    return made


def account(made: list[Made]) -> dict[tuple[str, str], tuple[bool, str, str]]:
    """What was stated in what HEAD stands on: still?, from, until.

    Where a clock ran backwards, what a commit removed was said at the latest by its parent.
    """
    reached, pending = set(), [len(made) - 1]
    while pending:
        number = pending.pop()
        if number not in reached:
            reached.add(number)
            pending += made[number].parents
    result = {}
    for fact in set().union(*(made[n].facts() for n in reached)):
        states = {n for n in reached if fact in made[n].facts()}
        brought = [n for n in states if not made[n].parents or set(made[n].parents) - states]
        removals = [(p, n) for n in reached - states for p in made[n].parents if p in states]
        since = min([made[n].at for n in brought] + [made[p].at for p, _ in removals])
        holds = len(made) - 1 in states
        until = 0 if holds else max(max(made[p].at, made[n].at) for p, n in removals)
        result[fact] = (holds, text(since), "" if holds else text(until))
    return result


def text(number: int) -> str:
    return day(number).date().isoformat()


def told(snapshot: Snapshot) -> dict[tuple[str, str], tuple[bool, str, str]]:
    paths = {d.id: d.path for d in snapshot.documents}
    return {
        (paths[e.document], e.object.rpartition("/")[2]): (
            e.active,
            e.first_seen[:10],
            (e.retracted_at or "")[:10],
        )
        for e in snapshot.edges
        if e.relation == "TRAINED_ON" and e.object.startswith("hf://datasets/org/")
    }


def write(git: Git, made: list[Made]) -> list[str]:
    ids: list[str] = []
    for commit in made:
        ids.append(git.commit(commit.files(), commit.at, [ids[p] for p in commit.parents]))
    git.checkout(made[-1].files())
    repository_of.cache_clear()
    return ids


def replay(git: Git, store: Store, *, ingested: bool = True) -> None:
    chosen = targets([git.folder])
    if ingested:
        ingest(chosen, store)
    for history in histories(chosen):
        remember(history, store)
        history.close()
    join(store)


@given(made=stories())
@settings(max_examples=150)
def test_all_that_was_ever_said_is_there_with_its_dates(made: list[Made]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        git = Git(Path(folder) / "configs")
        write(git, made)
        store = EmbeddedStore.open(Path(folder) / "s.sqlite")
        replay(git, store)
        first = store.snapshot()
        assert told(first) == account(made)
        replay(git, store)
        again = store.snapshot()
        assert (again.version, again.digest()) == (first.version, first.digest())
        store.close()
        git.close()


@given(made=stories(), data=st.data())
@settings(max_examples=80)
def test_replayed_in_two_parts_it_is_the_same(made: list[Made], data: st.DataObject) -> None:
    stop = data.draw(st.integers(0, len(made) - 1))
    with tempfile.TemporaryDirectory() as folder:
        git = Git(Path(folder) / "configs")
        ids = write(git, made)
        store = EmbeddedStore.open(Path(folder) / "s.sqlite")
        git.repo.refs[b"HEAD"] = ids[stop].encode()
        replay(git, store, ingested=False)
        git.repo.refs[b"HEAD"] = ids[-1].encode()
        replay(git, store)
        found = told(store.snapshot())
        for fact, (holds, since, _) in account(made).items():
            assert found[fact][0] == holds
            assert found[fact][1] <= since  # another line, left since, may have said it earlier
        store.close()
        git.close()


STORY = [
    Made({"a.yaml": frozenset({"one"})}, "two", 0, ()),
    Made({"a.yaml": frozenset({"two"}), "sub/b.yaml": frozenset({"one"})}, "two", 1, (0,)),
    Made({"a.yaml": frozenset({"one", "three"})}, "three", 2, (0,)),
    Made({"a.yaml": frozenset({"two"})}, None, 4, (1, 2)),
]


@pytest.mark.parametrize("packed", [False, True])
def test_both_stores_hold_the_same(store: Store, tmp_path: Path, packed: bool) -> None:
    git = Git(tmp_path / "configs")
    write(git, STORY)
    if packed:
        git.repo.object_store.pack_loose_objects()
    replay(git, store)
    other = EmbeddedStore.open(tmp_path / "other.sqlite")
    replay(git, other)
    one, two = store.snapshot(), other.snapshot()
    assert told(one) == told(two) == account(STORY)
    assert one.digest() == two.digest()
    assert {n.id: dict(n.properties) for n in one.nodes} == {
        n.id: dict(n.properties) for n in two.nodes
    }
    other.close()
    git.close()
