"""How a document was read: what is needed to know whether reading it again would tell more.

Stores keep a trace as text beside its document. It is no part of what the document says, and
no digest or version depends on it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable

from ingest.base import ENTRY_POINT_GROUP
from ingest.ignored import is_ignored
from lineage.licences import read_licence
from lineage.records import Extract, Value
from lineage.vocabulary import UNKNOWN, Kind

_MOST_KEYS = 40
_MOST_SKIPPED = 100


@dataclass(frozen=True, slots=True)
class Trace:
    """How a document was read.

    Attributes:
        readers: fingerprint of the code that read it.
        consulted: each other place of the tree that was looked at, with a mark of its state.
        leaves: how many scalars of the document say something.
        ignored: how many of them are left out by name: they mean no lineage.
        not_understood: how many were neither read nor left out by name.
        keys: the most common keys of those, without indexes, each with how many.
        skipped: what was seen and not understood: line (or None) and reason.
        skipped_in_all: how many such places there are; ``skipped`` may be cut.
        rights: how many things the document describes, and of how many of them it leaves which
            right open: see :func:`rights_left_open`.
    """

    readers: str = ""
    consulted: Mapping[str, str] = field(default_factory=dict)
    leaves: int = 0
    ignored: int = 0
    not_understood: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[tuple[int | None, str], ...] = ()
    skipped_in_all: int = 0
    rights: Mapping[str, int] = field(default_factory=dict)

    @property
    def mapped(self) -> int:
        """How many scalars facts were made from or decided by."""
        return self.leaves - self.ignored - self.not_understood

    def text(self) -> str:
        """The trace as a store keeps it: in ASCII, for names of files may be in no encoding."""
        told = {name: value for name in _FIELDS if (value := getattr(self, name))}
        return json.dumps(told, separators=(",", ":"))


_FIELDS = tuple(f.name for f in fields(Trace))
_CONSULTED = ',"consulted":'
_DECODER = json.JSONDecoder()


def trace_of(form: str, extract: Extract, consulted: Mapping[str, str]) -> Trace:
    """The trace of a reading by the ingestor of that name."""
    unknown = Counter({key: n for key, n in extract.unread if not is_ignored(form, key)})
    not_understood = unknown.total()
    return Trace(
        fingerprint(),
        dict(sorted(consulted.items())),
        extract.leaves,
        sum(n for _, n in extract.unread) - not_understood,
        not_understood,
        dict(sorted(unknown.items(), key=lambda k: (-k[1], k[0]))[:_MOST_KEYS]),
        tuple((s.line, s.reason) for s in extract.skipped[:_MOST_SKIPPED]),
        len(extract.skipped),
        rights_left_open(extract),
    )


def rights_left_open(extract: Extract) -> dict[str, int]:
    """How many things a document describes, and what it leaves open of their rights.

    Returns:
        ``things``; of these ``licence_unknown``, where the document says that the licence is not
        known, and ``licence_unspecified``, where it says nothing; ``personal_unknown`` and
        ``personal_unspecified`` likewise of the personal data in them. Zeros are left out.
    """
    things: dict[str, dict[str, Value]] = {}
    for statement in extract.statements:
        if statement.produced and statement.ref.kind in _DESCRIBED:
            things.setdefault(statement.ref.id, {}).update(statement.properties)
    count: Counter[str] = Counter(things=len(things))
    for said in things.values():
        licences = _texts(said.get("licence"))
        if not licences:
            count["licence_unspecified"] += 1
        elif not any(read_licence(text).known for text in licences):
            count["licence_unknown"] += 1
        personal = [*_texts(said.get("data_categories")), *_texts(said.get("personal_information"))]
        if not personal:
            count["personal_unspecified"] += 1
        elif all(text == UNKNOWN for text in personal):
            count["personal_unknown"] += 1
    return {name: number for name, number in sorted(count.items()) if number}


_DESCRIBED = frozenset({Kind.SOURCE, Kind.DATASET, Kind.MODEL})


def _texts(value: Value | None) -> tuple[str, ...]:
    return () if value is None else value if isinstance(value, tuple) else (str(value),)


def parsed_trace(text: str) -> Trace:
    """A trace from what a store kept; an empty one where it kept nothing that can be read."""
    try:
        told = json.loads(text)
        told["skipped"] = tuple((line, reason) for line, reason in told.get("skipped", ()))
        return Trace(**told)
    except (ValueError, TypeError):
        return Trace()


def consulted_in(text: str) -> Mapping[str, str] | None:
    """What a trace says was looked at besides the document; None where other code read it.

    Only that part of the text is parsed: an unchanged tree has a trace for every document.
    """
    readers = f'{{"readers":"{fingerprint()}"'
    if not text.startswith(readers):
        return None
    if not text.startswith(_CONSULTED, len(readers)):
        return {}
    try:
        told: dict[str, str] = _DECODER.raw_decode(text, len(readers) + len(_CONSULTED))[0]
    except ValueError:
        return None
    return told


@cache
def fingerprint() -> str:
    """A digest of all code and tables that decide what is read from a file."""
    hasher = hashlib.sha256()
    for package in ("ingest", "lineage", "lineage.scan"):
        for name, content in _sources(files(package), deep=package == "ingest"):
            hasher.update(f"{name}\0".encode() + content)
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP)):
        version = point.dist.version if point.dist else ""
        hasher.update(f"{point.name}\0{point.value}\0{version}\0".encode())
    return hasher.hexdigest()[:16]


def _sources(folder: Traversable, *, deep: bool) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith((".py", ".json")):
            found.append((entry.name, entry.read_bytes()))
        elif deep and entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry, deep=True)
    return found
