"""Asks every question of a store of real configs as a user would, and counts after it by Cypher.

Usage: ``python .ci/ask_corpus.py FOLDER``. Checks the exit codes, that no text ends in a
traceback, and that what the JSON of one command counts is what Cypher and other commands count.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from lineage.cli import main as lineage
from lineage.impact import CARRIES, RELAYS, Policy
from lineage.store import QueryLimits, Store, open_store
from lineage.store.questions import ancestry_query, informed_query, reached_query
from lineage.vocabulary import Transmits

HUBS = 5
"""So many of the data sets and models that reach most models are asked about."""

POLICY, LIMITS = Policy(), QueryLimits(120, 1_000_000)


def told(address: str, *words: str, code: int = 0) -> str:
    """What a command prints; it must end with this exit code, and not by an accident."""
    done = CliRunner().invoke(lineage, [words[0], "--store", address, *words[1:]])
    by_accident = done.exception is not None and not isinstance(done.exception, SystemExit)
    assert not by_accident, (words, done.exception)
    assert done.exit_code == code, (words, done.exit_code, done.output[:500])
    assert done.output.strip(), words
    return done.output if code else done.stdout


def asked(address: str, *words: str) -> dict[str, Any]:
    """What a command answers, as JSON; its table must be possible too."""
    told(address, *words)
    return dict(json.loads(told(address, *words, "--format", "json")))


def ids(store: Store, query: str, node: str) -> set[str]:
    """The ids that a question in Cypher gives."""
    return {str(row[0]) for row in store.query(query, {"id": node}, LIMITS).rows}


def about(address: str, store: Store, row: Mapping[str, Any]) -> str:
    """Everything about one that is ranked; returns something that it affects."""
    carrying, node = POLICY.relations(*CARRIES), str(row["id"])
    informing = POLICY.relations(Transmits.INFORMS)
    answer = asked(address, "impact", node)
    fallen = {a["id"] for a in answer["affected"] if a["effect"] != "informs"}
    informed = {a["id"] for a in answer["affected"]} - fallen
    relaying = POLICY.relations(*RELAYS)
    assert fallen == ids(store, reached_query(carrying), node), node
    assert informed == ids(store, informed_query(carrying, informing, relaying), node), node
    kinds, total = answer["counts"]["kind"], answer["counts"]["total"]
    counted = (row["models"], row["deployments"], row["things"])
    names = (kinds.get("Model", 0), kinds.get("Deployment", 0), total["blast_radius"])
    assert counted == names, (node, counted, names)
    assert total["names"] == len(answer["affected"]), node
    made = asked(address, "ancestry", node)
    above = {a["id"] for a in made["ancestors"] if a["effect"] != "informs"}
    assert above == ids(store, ancestry_query(carrying), node), node
    furthest = max(answer["affected"], key=lambda a: (a["distance"], a["id"]))
    chain = asked(address, "explain", node, furthest["id"], "--all-routes")
    assert len(chain["steps"]) == furthest["distance"], node
    assert chain["routes"]["listed"] == len(chain["routes"]["routes"]) >= 1, node
    step = chain["steps"][0]
    line = (step["subject"], step["relation"], step["object"])
    less = asked(address, "what-if", node, "--remove", *line)
    assert less["before"]["things"] == total["blast_radius"] >= less["after"]["things"], node
    cut = asked(address, "leverage", node)
    assert cut["affected"]["things"] == total["blast_radius"], node
    return str(furthest["id"])


def main(folder: Path) -> None:
    """All checks; an AssertionError names the one that failed."""
    with tempfile.TemporaryDirectory() as scratch:
        address = str(Path(scratch) / "corpus.sqlite")
        CliRunner().invoke(lineage, ["ingest", str(folder), "--store", address])
        store = open_store(address)
        kinds = ("--kind", "dataset", "--kind", "model")
        ranking = asked(address, "rank", *kinds, "--limit", str(HUBS))["ranking"]
        reached = [about(address, store, row) for row in ranking]
        asked(address, "rank")
        asked(address, "rank", "--kind", "party", "--by", "people")
        first, second = (str(row["id"]) for row in ranking[:2])
        both = asked(address, "impact", first, second)["counts"]["total"]
        together = asked(address, "what-if", first, second)
        assert together["together"]["things"] == both["blast_radius"], (first, second)
        left, right = reached[:2]
        compared = asked(address, "diff", left, right)
        shared = len(compared["changed"]) + len(compared["same"])
        for name, part in ((left, "only_left"), (right, "only_right")):
            whole = asked(address, "ancestry", name)["ancestors"]
            assert len(whole) == len(compared[part]) + shared, name
        plan = next(path for path in sorted(folder.rglob("*lora*.y*ml")) if path.is_file())
        assert asked(address, "what-if", "--add", str(plan))["made"]
        told(address, "impact", "no such thing at all", code=2)
        told(address, "what-if", code=2)
        told(address, "diff", first, "--from", "2001-01-01", code=2)
        print(
            f"all questions asked about {HUBS} hubs from {ranking[0]['name']} on; their counts "
            "agree with each other and with Cypher"
        )
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
