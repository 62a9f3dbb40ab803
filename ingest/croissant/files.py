"""The files that a data set is published as: places of its bytes, with their digests."""

from __future__ import annotations

import posixpath
import re

from ingest.base import Findings
from ingest.croissant.terms import Pages, Vocabulary, text, types_of
from ingest.reading import Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_DIGESTS = {"sha256": 64, "md5": 32}
_OF_NOTHING = frozenset({
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "d41d8cd98f00b204e9800998ecf8427e",
})  # fmt: skip
"""Digests of an empty file: equal ones say nothing."""


def read_files(found: Findings, words: Vocabulary, node: Node, data: Ref, pages: Pages) -> None:
    """Each file that lies at a place of its own; one inside an archive or repository does not."""
    hubs: dict[Ref, Node] = {}
    for item in words.each(node, "distribution"):
        url = text(words.at(item, "contentUrl"))
        inside = words.at(item, "containedIn")
        if not url or inside or is_placeholder(url.text) or "FileSet" in types_of(item):
            continue
        place = found.artifact(_placed(found, url), Kind.COPY, hub=False)
        if place.namespace.startswith("hf://"):
            hubs.setdefault(Ref(place.kind, place.namespace, place.name), url)
            continue
        if place in pages or place.namespace.startswith("unknown://"):
            continue
        found.describe(
            place, url, copy_kind="file", location=place.name, digest=_digest(words, item)
        )
        found.relate(place, Relation.COPY_OF, data, url)
    _hosted(found, data, hubs, pages)


def _placed(found: Findings, url: Node) -> Node:
    """A relative place is relative to the description's folder."""
    if "://" in url.text or url.text.startswith(("/", "~")):
        return url
    return url.saying(f"./{posixpath.join(found.document.parent, url.text)}")


def _digest(words: Vocabulary, item: Node) -> str | None:
    """The digest with the name of its method; many files fill the key with something else."""
    for method, length in _DIGESTS.items():
        value = text(words.at(item, method)).text.lower()
        if re.fullmatch(rf"[0-9a-f]{{{length}}}", value) and value not in _OF_NOTHING:
            return f"{method}:{value}"
    return None


def _hosted(found: Findings, data: Ref, hubs: dict[Ref, Node], pages: Pages) -> None:
    """Files in a repository of a hub: the data set's own one, or others that it is made of."""
    own = {page.id for page in pages if page.namespace.startswith("hf://")}
    for ref, url in hubs.items():
        if ref.id in own:
            continue
        if not own and len(hubs) == 1 and ref.kind is Kind.DATASET:
            for one, other in ((data, ref), (ref, data)):
                found.relate(one, Relation.SAME_AS, other, url, evidence=Evidence.INFERRED)
        else:
            if own:
                found.skip("these files lie in another repository than the data set's page", url)
            found.relate(data, Relation.DERIVED_FROM, ref, url, evidence=Evidence.INFERRED)
