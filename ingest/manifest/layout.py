"""The first pass over a manifest: its sections, its items and their ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.base import Findings
from ingest.manifest.references import Resolver, is_local
from ingest.manifest.table import SECTIONS, TOP_KEYS, VERSION, Section
from ingest.manifest.values import UnfitError, suggestion, text_of
from ingest.reading import ABSENT, Map, Node, Scalar, Seq
from lineage.errors import RecordError
from lineage.records import Ref
from lineage.vocabulary import Kind

_NAMESPACE = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a section, and the node of the graph that it is."""

    section: Section
    node: Map
    ref: Ref


class Layout:
    """A manifest's items, and what its references resolve to.

    Attributes:
        findings: collects facts and problems.
        resolver: resolves references, once every item is known.
        items: the items that have an id, in the order of the sections.
    """

    def __init__(self, findings: Findings, root: Map):
        self.findings = findings
        self.resolver = Resolver(findings.document.scope, findings.document.scope.repository)
        self._root = root
        self._check_head()
        self.items = [item for section in SECTIONS for item in self._items(section)]

    @contextmanager
    def reported(self, node: Node) -> Iterator[None]:
        """Reports what does not fit, at its own line or that of ``node``, and goes on."""
        try:
            yield
        except UnfitError as problem:
            self.findings.skip(problem.reason, problem.node if problem.node.line else node)
        except RecordError as problem:
            self.findings.skip(str(problem), node)

    def listed(self, key: str) -> list[Node]:
        """The items of a list of the manifest; none where there is no such list."""
        node = self._root.at(key)
        if node and not isinstance(node, Seq):
            self.findings.skip(f"“{key}” takes a list: begin each item with “- ”.", node)
            return []
        return list(node.elements())

    def check_keys(self, node: Map, known: tuple[str, ...], what: str) -> None:
        """Reports keys of a mapping that nobody reads."""
        for key, value in node.entries():
            if key not in known and "\x1f" not in key:
                takes = f"It takes: {', '.join(known)}."
                self.findings.skip(
                    f"{what} has no key “{key}”.{suggestion(key, known, takes)}", value
                )

    def _check_head(self) -> None:
        version = self._root.at("lineage")
        if version.text != VERSION:
            self.findings.skip(
                f"A manifest says “lineage: {VERSION}”, the version of its format. This one does"
                " not; it is read as if it did.",
                version if version.line else 1,
            )
        self.check_keys(self._root, TOP_KEYS, "A manifest")
        named = self._root.at("namespace")
        if isinstance(named, Scalar) and _NAMESPACE.fullmatch(named.text):
            self.resolver.namespace = named.text
        elif named.line:
            self.findings.skip(
                "“namespace” takes letters, digits, “.”, “_”, “-” and “/”, as in “acme”. The"
                " repository's name is used instead.",
                named,
            )

    def _items(self, section: Section) -> Iterator[Item]:
        for node in self.listed(section.key):
            with self.reported(node):
                yield self._item(section, node)

    def _item(self, section: Section, node: Node) -> Item:
        if not isinstance(node, Map):
            raise UnfitError(f"An item of “{section.key}” is a mapping with an “id”.", node)
        place = node.at("location") if section.kind is Kind.COPY else ABSENT
        ways = {"id": node.at("id"), "is": node.at("is"), "location": place}
        key, named = next(((k, n) for k, n in ways.items() if n.line), ("id", ABSENT))
        if not named.line:
            either = "“id”, “is” or “location”" if section.kind is Kind.COPY else "“id” or “is”"
            raise UnfitError(f"This item of “{section.key}” needs {either}.", node)
        label = text_of(named, key)
        if key == "id" and not is_local(label):
            raise UnfitError(
                f"“id” takes a short name. Write “is: {label}” for a thing known elsewhere.", named
            )
        if label in self.resolver.local:
            raise UnfitError(f"The id “{label}” stands twice. Give each item its own.", named)
        ref = self._ref(section, label, node.at("is"), place)
        self.resolver.local[label] = ref
        return Item(section, node, ref)

    def _ref(self, section: Section, label: str, same: Node, place: Node) -> Ref:
        if same.line:
            return self.resolver.resolve(text_of(same, "is"), (section.kind,), "is", same)
        if place.line:
            return self.resolver.place(text_of(place, "location"), Kind.COPY, place)
        return self.resolver.own(section.kind, section.scheme, label)
