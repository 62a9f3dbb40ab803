"""The records that pass between layers: facts, and the documents that assert them.

All are immutable and hashable. A record refuses, when it is made, what a store could not
hold: ids over :data:`MAX_ID` characters, control characters, lone surrogates, integers beyond
63 bits.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lineage.errors import RecordError
from lineage.vocabulary import KIND_PRECEDENCE, Evidence, Kind, Relation

MAX_ID = 480
"""Longest id, in characters: what an index of every store can key on."""

MAX_TEXT = 4_000
"""Longest text property, in characters."""

OWN_REPOSITORY = "lineage"
"""The repository of documents that Lineage itself writes: joins, decisions, records of scans."""

DECISIONS = f"document://{OWN_REPOSITORY}/aliases/"
"""What the ids of documents begin with that hold one decision on two names each."""

RESERVED_PROPERTIES = frozenset(
    {"id", "name", "namespace", "kind", "type", "title", "labels", "recorded_in"}
)
"""Names that a store or its query language gives a meaning of its own.

Use ``display_name``, ``grant_kind``, ``copy_kind`` and the like.
"""

Value = str | int | float | bool | tuple[str, ...]
"""A property's value: what both stores can hold and compare."""


_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def _checked_text(text: str, what: str, limit: int) -> str:
    if len(text) > limit:
        raise RecordError(f"{what} is longer than {limit} characters: {text[:60]!r}…")
    if _UNSTORABLE.search(text):
        raise RecordError(
            f"{what} has control characters or half of a surrogate pair: {text!r:.80}"
        )
    return text


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A mention of a node: what kind it is taken for, and its canonical namespace and name."""

    kind: Kind
    namespace: str
    name: str

    def __post_init__(self) -> None:
        if not self.name or not self.namespace:
            raise RecordError("a name is empty")
        _checked_text(self.id, "a name", MAX_ID)

    @property
    def id(self) -> str:
        """The node's id: namespace and name. The kind is no part of it."""
        separator = "#" if self.namespace.startswith(("config://", "unknown://")) else "/"
        return f"{self.namespace}{separator}{self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in its document a fact stands: key path, and line (from 1) when it is known."""

    key: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says of one node.

    ``produced`` marks what the document makes or describes: its outputs. ``stated`` is false
    where the document names no output and the name was made from the document's path.
    """

    ref: Ref
    place: Place
    properties: tuple[tuple[str, Value], ...] = ()
    produced: bool = False
    stated: bool = True


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a document says of two nodes: ``subject`` came from ``object`` by ``relation``.

    ``selector`` names the part of the object that was used (split, files, revision); ``share``
    is its weight in the subject's inputs, from 0 to 1, when the document gives it.
    """

    subject: Ref
    relation: Relation
    object: Ref
    place: Place
    evidence: Evidence = Evidence.DECLARED
    selector: str | None = None
    share: float | None = None

    def key(self, document: str) -> str:
        """A stable key of this assertion by that document, the same in every store."""
        parts = (self.subject.id, self.relation.value, self.object.id, document)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a document that was not understood or not safe to read."""

    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """All that an ingestor found in one document.

    ``leaves`` counts the scalars that say something; ``unread`` has the key paths, without
    indexes, of those that the ingestor did not look at and that no fact cites, each with how
    many they are.
    """

    statements: tuple[Statement, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    leaves: int = 0
    unread: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """Which document: its place, its bytes' digest, and what read it.

    ``path`` is relative to the repository's root, with forward slashes. ``sha256`` is empty
    when the document is no longer there.
    """

    repository: str
    path: str
    sha256: str
    format: str
    revision: str | None = None

    def __post_init__(self) -> None:
        if not self.repository or not self.path:
            raise RecordError("a document has no repository or no path")
        for text in (self.id, self.sha256, self.format, self.revision or ""):
            _checked_text(text, "a document's place", MAX_ID)

    @property
    def id(self) -> str:
        """The document's id."""
        return f"document://{self.repository}/{self.path}"


OWN_FORMATS = frozenset({"joins", "scan", "alias decision", "git history"})
"""The formats of such documents, which no file of a repository has."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and the facts read from it: the unit that a store writes whole.

    ``trace`` says how it was read, as text that stores keep beside the document and do not
    understand; it is no part of what the document says.
    """

    document: DocumentRef
    extract: Extract = field(default_factory=Extract)
    trace: str = ""


def frozen_properties(properties: Mapping[str, object]) -> tuple[tuple[str, Value], ...]:
    """Properties as sorted pairs, each value checked.

    Raises:
        RecordError: a value no store can hold, or a reserved name.
    """
    result: list[tuple[str, Value]] = []
    for name, value in sorted(properties.items()):
        if value is None:
            continue
        if name in RESERVED_PROPERTIES or not name:
            raise RecordError(f"“{name}” cannot be the name of a property")
        _checked_text(name, "the name of a property", MAX_ID)
        result.append((name, _checked_value(name, value)))
    return tuple(result)


def _checked_value(name: str, value: object) -> Value:
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise RecordError(f"{name} does not fit 64 bits")
        return value
    if isinstance(value, str):
        return _checked_text(" ".join(value.split()), name, MAX_TEXT)
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(_checked_text(str(item), name, MAX_TEXT) for item in value)
    raise RecordError(f"{name} is neither text, number, truth value nor a list of texts")


def effective_kind(kinds: Iterable[Kind]) -> Kind:
    """The kind of a node that documents call by several."""
    present = set(kinds)
    return next(kind for kind in KIND_PRECEDENCE if kind in present)


def effective_properties(
    statements: Iterable[tuple[str, str, tuple[tuple[str, Value], ...]]],
) -> dict[str, Value]:
    """One value for each property from what several documents say.

    Args:
        statements: (format, document id, properties) of each statement.

    The project's own manifest wins, because people write it to correct the rest; then the
    first document in order of id. Where documents differ, ``conflicts`` lists the properties.
    """
    chosen: dict[str, Value] = {}
    conflicts: set[str] = set()
    order = sorted(statements, key=lambda s: (s[0] != "lineage", s[1], s[2]))
    for _, _, properties in order:
        for name, value in properties:
            if name not in chosen:
                chosen[name] = value
            elif chosen[name] != value:
                conflicts.add(name)
    if conflicts:
        chosen["conflicts"] = tuple(sorted(conflicts))
    return chosen


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node as a snapshot holds it."""

    id: str
    kind: Kind
    namespace: str
    name: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """An assertion as a snapshot holds it. ``active`` is false once it was retracted."""

    key: str
    subject: str
    relation: Relation
    object: str
    document: str
    place: str
    line: int | None
    evidence: Evidence
    selector: str | None
    share: float | None
    active: bool
    first_seen: str
    last_seen: str
    retracted_at: str | None

    @property
    def withdrawn(self) -> bool:
        """Whether a person took back a decision: that was a mistake, not a thing of the past."""
        return not self.active and self.document.startswith(DECISIONS)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as a store holds it. A snapshot leaves the ``trace`` of each out."""

    id: str
    repository: str
    path: str
    sha256: str
    format: str
    revision: str | None
    read_at: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything in a store at one version, read consistently."""

    store: str
    version: int
    taken_at: datetime
    nodes: tuple[NodeRow, ...]
    edges: tuple[EdgeRow, ...]
    documents: tuple[DocumentRow, ...]

    def digest(self) -> str:
        """SHA-256 of the graph's content, the same in every store, whenever it was written.

        Times of reading are left out, so that ingesting the same documents again, in any
        order, gives the same digest.
        """
        hasher = hashlib.sha256()
        for node in sorted(self.nodes, key=lambda n: n.id):
            _feed(hasher, [node.id, node.kind, sorted(node.properties.items())])
        for edge in sorted(self.edges, key=lambda e: e.key):
            _feed(
                hasher,
                [
                    edge.key,
                    edge.subject,
                    edge.relation,
                    edge.object,
                    edge.document,
                    edge.place,
                    edge.line,
                    edge.evidence,
                    edge.selector,
                    edge.share,
                    edge.active,
                ],
            )
        for document in sorted(self.documents, key=lambda d: d.id):
            _feed(hasher, [document.id, document.sha256, document.format, document.revision])
        return hasher.hexdigest()


@dataclass(frozen=True, slots=True)
class Moment:
    """A version of a store: which store, which version of it, and when that was written (UTC).

    ``identity`` is the store's own, so that another one at the same place is told from it;
    ``at`` is empty for a store into which nothing was written.
    """

    identity: str
    version: int
    at: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What was written to a store after one version: each row that changed, as it is now."""

    since: int
    moment: Moment
    taken_at: datetime
    nodes: tuple[NodeRow, ...]
    edges: tuple[EdgeRow, ...]
    documents: tuple[DocumentRow, ...]


def _feed(hasher: hashlib._Hash, row: list[object]) -> None:
    hasher.update(json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
