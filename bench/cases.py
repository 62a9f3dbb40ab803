"""Plans for ten thousand affected artifacts, verification of a ledger, registers of people."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from bench.goal import Goal
from lineage.graph import Graph
from lineage.impact import impact
from lineage.ledger import Act, Keyring, append, checkpoint, create_key, export, verify
from lineage.ledger.entries import Json
from lineage.ledger.recording import Draft
from lineage.plan import RemediationPolicy, Scope, alternatives, make_plan
from lineage.store.embedded import EmbeddedStore
from lineage.store.ledger import Turn
from lineage.subjects import Registers
from lineage.subjects.register import digests_of

AFFECTED, ENTRIES, PEOPLE, RUNS, ASKED = 10_000, 100_000, 200_000, 10, 1_000

T = TypeVar("T")


def measure() -> Iterator[Goal]:
    """The goals of cases, the ledger and registers."""
    yield from _plans()
    with tempfile.TemporaryDirectory() as name:
        yield from _ledger(Path(name))
    with tempfile.TemporaryDirectory() as name:
        yield from _registers(Path(name))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def _plans() -> Iterator[Goal]:
    graph = _world(AFFECTED)
    root = [graph.number["test://world/s0"]]
    asked, answer = _timed(lambda: impact(graph, root))
    busy = time.process_time()
    planned, plan = _timed(lambda: make_plan(graph, answer))
    busy = time.process_time() - busy
    beside, _ = _timed(lambda: alternatives(graph, answer, RemediationPolicy(), Scope()))
    yield Goal(
        "plan for 10,000 affected, seconds beyond the impact",
        planned,
        2.0,
        "less",
        {
            "affected": len(answer.affected),
            "impact_s": asked,
            "processor_s": busy,
            "waves": plan.waves,
            "four_ways_s": beside,
        },
    )


def _world(count: int) -> Graph:
    """Data, models, copies and services, each made of some of those before it."""
    import random

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from worlds import world

    choose = random.Random(20_261_125)
    told = [("d0", "DERIVED_FROM", "s0"), ("m0", "TRAINED_ON", "d0")]
    data, models = ["s0", "d0"], ["m0"]
    for n in range(1, count - 2):
        kind = choose.choices("dmcx", (3, 4, 2, 1))[0]
        name = f"{kind}{n}"
        if kind == "d":
            told += [(name, "DERIVED_FROM", d) for d in {choose.choice(data) for _ in range(2)}]
            data.append(name)
        elif kind == "m":
            told += [(name, "TRAINED_ON", choose.choice(data))]
            told += [(name, "TRAINED_ON", f"d_clean{choose.randrange(50)}")] * (n % 2)
            told += [(name, "FINE_TUNED_FROM", choose.choice(models))] * (n % 3 > 0)
            models.append(name)
        elif kind == "c":
            told.append((name, "COPY_OF", choose.choice(models)))
        else:
            told.append((name, "DEPLOYS", choose.choice(models)))
    return world(*told)


def _ledger(folder: Path) -> Iterator[Goal]:
    store, ring = EmbeddedStore.open(folder / "store.sqlite"), Keyring(folder / "keys")
    ledger = store.ledger()
    public = create_key(ledger, ring, "bench")

    def written(turn: Turn) -> None:
        for n in range(ENTRIES):
            evidence: list[Json] = [{"sha256": "1" * 64, "size": n}]
            body: dict[str, Json] = {"steps": [f"S{n}"], "evidence": evidence}
            append(turn, Draft(Act.STEP_DONE, body, f"case:C{n % 9}"))

    appended, _ = _timed(lambda: ledger.write(written))
    checkpoint(ledger, ring, "bench")
    export(ledger, folder / "ledger.jsonl")
    store.close()

    def read() -> int:
        with (folder / "ledger.jsonl").open("rb") as lines:
            found = verify(lines, public)
        assert found.sound
        return found.entries

    seconds, entries = min((_timed(read) for _ in range(3)), key=lambda t: t[0])
    size = (folder / "ledger.jsonl").stat().st_size
    yield Goal(
        "ledger verification, entries a second",
        entries / seconds,
        50_000,
        "more",
        {"entries": entries, "seconds": seconds, "bytes_per_entry": size / entries,
         "appended_per_s_in_one_turn": ENTRIES / appended},
    )  # fmt: skip


def _registers(folder: Path) -> Iterator[Goal]:
    key = bytes(32)
    names = [f"person-{n}@example.org" for n in range(PEOPLE)]
    built, register = _timed(lambda: Registers(folder / "r").add(names, "d", "1", key))
    rows, table = _timed(lambda: _rows(folder / "rows.sqlite", names))
    wanted = digests_of(names[:ASKED], key)
    found, hits = _timed(lambda: register.holds(wanted))
    assert hits.all()
    looked, _ = _timed(
        lambda: [
            table.execute("SELECT 1 FROM held WHERE subject = ? AND run = ?", (n, "r1")).fetchone()
            for n in names[:ASKED]
        ]
    )
    table.close()
    yield Goal(
        f"register of {PEOPLE:,} people, times faster to build than rows for each of {RUNS} runs",
        rows / built,
        1,
        "more",
        {"built_s": built, "rows_s": rows, "found_1000_s": found, "rows_found_1000_s": looked},
    )
    sizes = register.path.stat().st_size, (folder / "rows.sqlite").stat().st_size
    yield Goal(
        "and times smaller",
        sizes[1] / sizes[0],
        1,
        "more",
        {"register_mb": sizes[0] / 1e6, "rows_mb": sizes[1] / 1e6},
    )


def _rows(path: Path, names: list[str]) -> sqlite3.Connection:
    """A row for each subject and run, found by the subject, as others keep it."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE held (subject TEXT, run TEXT, PRIMARY KEY (subject, run))")
    with connection:
        for run in range(RUNS):
            connection.executemany(
                "INSERT INTO held VALUES (?, ?)", ((name, f"r{run}") for name in names)
            )
    return connection
