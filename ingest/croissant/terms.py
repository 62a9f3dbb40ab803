"""The terms of a JSON-LD document, however they are prefixed, and what its ids refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.reading import ABSENT, Map, Node, Seq
from lineage.records import Ref

PARTS = frozenset({"FileObject", "FileSet", "RecordSet", "Field", "Split", "Label"})
"""Types of the parts that a description of a data set is made of."""

NO_DATA = frozenset({
    "Agent", "SoftwareAgent", "Person", "Organization", "Plan", "ScholarlyArticle", "Article",
    "Report", "Book", "SoftwareSourceCode", "SoftwareApplication",
})  # fmt: skip
"""Types of what is named beside data: people, programs and papers."""

PAPER = re.compile(r"https?://([\w-]+\.)*(arxiv\.org|aclanthology\.org|openreview\.net)/", re.I)
"""Addresses of papers, which are no data."""

Pages = frozenset[Ref]
"""What a data set is called elsewhere."""


def local(term: str) -> str:
    """A term without its prefix or namespace: ``prov:label`` is ``label``."""
    return re.split(r"[#/:]", term)[-1]


def types_of(node: Node) -> set[str]:
    """The local names of a node's types."""
    return {
        local(kind.text)
        for key in ("@type", "type", "prov:type")
        for kind in node.at(key).elements()
        if kind.text
    }


def texts(node: Node) -> Iterator[Node]:
    """Each text of a value: one, a list, or with its language (``@value``, or by language)."""
    if isinstance(node, Map):
        told = node.at("@value")
        for value in [told] if told else [v for _, v in node.entries()]:
            if value.text:
                yield value
                return
    for item in node.elements():
        if item.text:
            yield item
        elif isinstance(item, Map) and item.at("@value").text:
            yield item.at("@value")


def text(node: Node) -> Node:
    """The first text of a value, or nothing."""
    return next(texts(node), ABSENT)


class Vocabulary:
    """Looks terms up in a document, and follows references to what its ids stand for."""

    def __init__(self, root: Node):
        self._defined: dict[str, Node] = {}
        pending = [root]
        while pending:
            node = pending.pop()
            if isinstance(node, Map):
                if len(node.items) > 1 and node.at("@id").text:
                    self._defined.setdefault(node.at("@id").text, node)
                pending.extend(v for k, v in reversed(node.items.items()) if k != "@context")
            elif isinstance(node, Seq):
                pending.extend(reversed(node.items))

    def at(self, node: Node, *terms: str) -> Node:
        """The value of the first of these terms that a node has, under whatever prefix."""
        for term in terms:
            if node.at(term):
                return node.at(term)
            for key, value in node.entries():
                if value and local(key) == term:
                    return value
        return ABSENT

    def defined(self, node: Node) -> Node:
        """What a node stands for: itself, or what has the id that it refers to."""
        name = node.at("@id").text
        if isinstance(node, Map) and len(node.items) == 1 and name:
            return self._defined.get(name, node)
        return node

    def each(self, node: Node, *terms: str) -> Iterator[Node]:
        """What a node names under these terms, references followed."""
        for term in terms:
            value = self.at(node, term)
            for item in [value] if isinstance(value, Map) else value.elements():
                yield self.defined(item)
