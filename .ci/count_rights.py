"""Counts unknown and unspecified rights in raw cards and summaries, apart from the product.

Usage: ``python .ci/count_rights.py FOLDER`` with the corpus's files. Reads the front matter and
the sections of each data set card, and the records of each Data Provenance summary, by itself;
then asks ``lineage coverage`` for the same numbers, and ``lineage rights`` for every source: none
of which nothing is known may be called permitted or claimed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

LINEAGE = Path(sys.executable).parent / "lineage"
UNTOLD = {"unknown", "other", "others", "unspecified", "undefined", "various", "mixed", "n/a",
          "not specified", "not applicable", "more information needed", "undisclosed", "unclear",
          "???"}  # fmt: skip
UNFILLED = re.compile(r"\[?\s*(more information needed|needs more information)", re.I)
PEOPLE = re.compile(r"^#+ .*(personal|sensitive)", re.I)
OF_PEOPLE = re.compile(
    r"face-(detection|recognition|verification|identification)|facial-|face_(recognition|detection)"
    r"|(iris|fingerprint|gait|palm)-recognition|biometric|person-re-?identification"
    r"|speaker-|speech|voice-|audio-emotion"
)
"""Tasks and tags from which the card's reader concludes what personal data there is."""


def texts(value: object) -> list[str]:
    """Every text in a value, however it is nested."""
    if isinstance(value, dict):
        return [t for v in value.values() for t in texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [value.strip()] if isinstance(value, str) and value.strip() else []


def count_licence(count: Counter[str], licences: list[str]) -> None:
    """Adds one thing with these licences."""
    count["things"] += 1
    if not licences:
        count["licence_unspecified"] += 1
    elif all(text.lower() in UNTOLD for text in licences):
        count["licence_unknown"] += 1


def cards(folder: Path) -> Counter[str]:
    """What the data set cards leave open."""
    count: Counter[str] = Counter()
    for path in sorted(folder.rglob("README.md")):
        text = path.read_text("utf-8-sig").replace("\r\n", "\n")
        if not text.startswith("---\n"):
            continue  # no card: it has no front matter
        _, front, body = text.split("---\n", 2)
        try:
            told = yaml.load(front, yaml.BaseLoader) or {}
        except yaml.YAMLError:
            continue
        keys = ("license", "licenses", "licence")
        count_licence(count, [t for key in keys for t in texts(told.get(key))])
        tasks = texts([told.get(k) for k in ("task_ids", "task_categories", "tags")])
        lines = body.split("\n")
        fenced, heads = False, []
        for at, line in enumerate(lines):
            fenced ^= line.lstrip().startswith(("```", "~~~"))
            if not fenced and re.match(r"#{1,6}\s", line):
                heads.append(at)
        at = next((h for h in heads if PEOPLE.match(lines[h])), None)
        if OF_PEOPLE.search(" ".join(tasks).lower()):
            continue
        if at is None:
            count["personal_unspecified"] += 1
            continue
        end = next((h for h in heads if h > at), len(lines))
        said = re.sub(r"<!--.*?-->", "", "\n".join(lines[at + 1 : end]), flags=re.S).strip()
        if not said or UNFILLED.match(said):
            count["personal_unknown"] += 1
    return count


def summaries(folder: Path) -> Counter[str]:
    """What the Data Provenance summaries leave open."""
    count: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        records = told.values() if isinstance(told, dict) else told
        seen: set[str] = set()
        for record in records:
            name = record.get("Unique Dataset Identifier") if isinstance(record, dict) else None
            if not name or name in seen or name.startswith(("string:", "string (")):
                continue
            seen.add(name)
            licences = [texts(one.get("License")) for one in record.get("Licenses") or []]
            count_licence(count, [t for one in licences for t in one])
            count["personal_unspecified"] += 1
    return count


def asked(folder: Path, store: str) -> dict[str, dict[str, int]]:
    """What ``lineage coverage`` says of the same folder, by format."""
    for command in (["ingest", str(folder), "--repository", "corpus"], ["coverage"]):
        done = subprocess.run(
            [LINEAGE, *command, "--store", store, "--format", "json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 3}, done.stderr
    return {row["format"]: row["rights"] for row in json.loads(done.stdout)["formats"]}


def permitted_of_unknown(store: str) -> list[str]:
    """Sources of which no right is known and that are called permitted or claimed all the same."""
    done = subprocess.run(
        [LINEAGE, "rights", "--store", store, "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(done.stdout)["sources"]
    assert rows
    return [
        row["id"]
        for row in rows
        if not row["rights"]
        and {"permitted", "claimed"} & {row["right"], row["consent"], *row["uses"].values()}
    ]


def main(folder: Path) -> None:
    """Compares; an AssertionError names what differs."""
    parts = (
        ("hf_dataset_card", "hf-dataset-cards", cards),
        ("data_provenance", "data-provenance", summaries),
    )
    for form, name, count in parts:
        with tempfile.TemporaryDirectory() as scratch:
            store = str(Path(scratch) / "store.sqlite")
            mine = {k: v for k, v in count(folder / name).items() if v}
            theirs = {k: v for k, v in asked(folder / name, store)[form].items() if v}
            assert mine == theirs, (form, mine, theirs)
            wrong = permitted_of_unknown(store)
            assert not wrong, wrong
            told = ", ".join(
                f"{k.replace('_', ' ')} {v} ({100 * v / mine['things']:.0f} %)"
                for k, v in sorted(mine.items())
                if k != "things"
            )
            print(f"{form}: {mine['things']} things: {told}; counted apart and equal")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
