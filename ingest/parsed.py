"""Documents that are neither YAML nor JSON, with the trees that an ingestor made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ingest.base import Document
from ingest.reading import Node


@dataclass(frozen=True)
class Parsed(Document):
    """A document whose text was read by another parser than its ending would choose."""

    roots: tuple[Node, ...] = field(default=(), compare=False)

    @cached_property
    def trees(self) -> list[Node]:
        """The trees that were made of it."""
        return list(self.roots)


def parsed(document: Document, *roots: Node) -> Parsed:
    """The same document with these trees."""
    return Parsed(document.scope, document.content, document.folder, roots=roots)
