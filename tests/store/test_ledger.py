"""The ledger's contract, on both stores."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j.exceptions import IncompleteCommit

from by_hand import OpenStore
from lineage.errors import UsageError
from lineage.ledger import Act, Draft, append, entry_of, noted, opens, record, verify
from lineage.store.base import Store
from lineage.store.ledger import GENESIS, LedgerStore, Turn

WRITER = """
import sys
from lineage.ledger import Act, Draft, record
from lineage.store import open_store
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    entry = record(store, Draft(Act.REPORTED, {"n": n}, f"writer:{sys.argv[2]}", f"W{sys.argv[2]}"))
    print(entry.number, flush=True)
"""


def lines(ledger: LedgerStore) -> Iterator[bytes]:
    return ((row.text + "\n").encode() for row in ledger.rows())


def test_entries_follow_one_another(store: Store) -> None:
    ledger = store.ledger()
    assert ledger.head() == (0, GENESIS)
    assert list(ledger.rows()) == []
    for n in range(3):
        record(store, Draft(Act.REPORTED, {"n": n}, f"thing:{n % 2}", "Ann"))
    rows = list(ledger.rows())
    assert [row.number for row in rows] == [1, 2, 3]
    assert ledger.head() == (3, rows[-1].digest)
    assert [json.loads(row.text)["previous"] for row in rows] == [
        GENESIS, rows[0].digest, rows[1].digest,
    ]  # fmt: skip
    assert all(hashlib.sha256(row.text.encode()).hexdigest() == row.digest for row in rows)
    assert [row.number for row in ledger.rows(about="thing:0")] == [1, 3]
    assert [row.number for row in ledger.rows(after=2)] == [3]
    assert ledger.subjects("thing:") == ["thing:0", "thing:1"]
    assert verify(lines(ledger)).sound


def test_names_and_notes_stand_beside_the_chain_and_can_be_erased(store: Store) -> None:
    ledger = store.ledger()
    for reason in ("she asked for it", "she asked again"):
        record(store, Draft(Act.REPORTED, {}, "", "Ann Example", {"why": reason}))
    record(store, Draft(Act.REPORTED, {}, "", "Bob Example"))
    entries = [entry_of(row) for row in ledger.rows()]
    ann, again, bob = (e.by for e in entries)
    assert ann == again != bob
    why = str(entries[0].body["why"])
    kept = ledger.asides([ann, why, "nothing"])
    assert {id_: a.text for id_, a in kept.items()} == {ann: "Ann Example", why: "she asked for it"}
    assert opens(kept[why], why)
    assert not any(b"Ann" in line or b"asked" in line for line in lines(ledger))
    assert ledger.erase(ann)
    assert ledger.erase(why)
    assert not ledger.erase(why)
    assert ledger.asides([ann, why]) == {}
    assert verify(lines(ledger)).entries == 3
    assert verify(lines(ledger)).sound


def test_what_is_erased_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    from lineage.store.embedded import EmbeddedStore

    store = EmbeddedStore.open(tmp_path / "store.sqlite")
    entry = record(store, Draft(Act.REPORTED, {}, "", "Quetzalcoatl Example"))
    assert store.ledger().erase(entry.by)
    left = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"Quetzalcoatl" not in left
    store.close()


def test_bytes_are_kept_under_their_digest(store: Store) -> None:
    data = random.Random(5).randbytes(2_500_000)
    ledger = store.ledger()
    for _ in range(2):
        ledger.write(lambda turn: turn.keep("big", data))
    ledger.write(lambda turn: turn.keep("none", b""))
    assert (ledger.kept("big"), ledger.kept("none"), ledger.kept("no")) == (data, b"", None)


def test_work_that_fails_leaves_nothing(store: Store) -> None:
    record(store, Draft(Act.REPORTED))
    before = store.ledger().head()

    def work(turn: Turn) -> None:
        append(turn, Draft(Act.REPORTED, {}, "", "Ann"))
        noted(turn, "a text")
        raise UsageError("no")

    with pytest.raises(UsageError):
        store.ledger().write(work)
    assert store.ledger().head() == before


def test_a_turn_sees_what_it_wrote(store: Store) -> None:
    def work(turn: Turn) -> list[int]:
        for _ in range(3):
            append(turn, Draft(Act.REPORTED, {}, "case:C1", "Ann"))
        return [row.number for row in turn.about("case:C1")]

    assert store.ledger().write(work) == [1, 2, 3]


def address(store: Store, request: pytest.FixtureRequest) -> str:
    if store.location.startswith(("bolt", "neo4j")):
        server = request.getfixturevalue("neo4j_server")
        return str(server.url).replace("://", f"://{server.user}:{server.password}@")
    return store.location


def writer(where: str, number: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, where, str(number), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def test_eight_processes_leave_one_unbroken_chain(
    open_store: OpenStore, request: pytest.FixtureRequest
) -> None:
    ledger = open_store().ledger()
    where = address(open_store(), request)
    writers = [writer(where, n, 25) for n in range(8)]
    for process in writers:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in writers:
        go(process)
    told = [
        int(line) for process in writers for line in process.communicate(timeout=240)[0].split()
    ]
    assert all(process.returncode == 0 for process in writers)
    assert sorted(told) == list(range(1, 201))
    found = verify(lines(ledger))
    assert found.sound, found.problems
    assert (found.entries, found.head) == ledger.head()
    assert all(len(list(ledger.rows(about=f"writer:{n}"))) == 25 for n in range(8))


def test_killed_at_any_point_the_chain_holds_all_that_was_acknowledged(tmp_path: Path) -> None:
    """50 times ``kill -9``, at random points of one ledger's life, each with two writers."""
    from lineage.store.embedded import EmbeddedStore

    where, choose = str(tmp_path / "store.sqlite"), random.Random(7)
    store = EmbeddedStore.open(Path(where))
    ledger, acknowledged = store.ledger(), 0
    for round_ in range(25):
        writers = [writer(where, n, 100_000) for n in range(2)]
        for process in writers:
            assert process.stdout
            process.stdout.readline()
        for process in writers:
            go(process)
        told: list[int] = []
        for process in writers:
            time.sleep(choose.uniform(0.0, 0.12))
            process.send_signal(signal.SIGKILL)
            out = process.communicate(timeout=60)[0]
            told += [int(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]
        acknowledged = max([acknowledged, *told])
        assert ledger.head()[0] >= acknowledged, round_
    found = verify(lines(ledger))
    assert found.sound, found.problems
    assert (found.entries, found.head) == ledger.head()
    assert acknowledged > 50
    store.close()


@pytest.mark.neo4j
def test_a_commit_that_nobody_heard_of_counts_once(
    open_store: OpenStore, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import neo4j

    store = open_store()
    if not address(store, request).startswith(("bolt", "neo4j")):
        record(store, Draft(Act.REPORTED))
        assert store.ledger().head()[0] == 1
        return
    record(store, Draft(Act.REPORTED))
    real, left = neo4j.Session.execute_write, [2]

    def execute_write(self: neo4j.Session, work: object, *args: object) -> object:
        result = real(self, work, *args)  # type: ignore[arg-type]
        if left[0]:
            left[0] -= 1
            raise IncompleteCommit("lost")
        return result

    monkeypatch.setattr(neo4j.Session, "execute_write", execute_write)
    assert record(store, Draft(Act.REPORTED)).number == 2
    assert left == [0]
    assert store.ledger().head()[0] == 2
