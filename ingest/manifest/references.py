"""What a reference in a manifest points at: a local id, a full id, or a shorthand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.manifest.values import UnfitError, suggestion
from ingest.reading import Node
from lineage.identity import (
    HUB_NAMESPACES,
    Scope,
    hub_ref,
    identify,
    is_placeholder,
    named,
    normalised_path,
)
from lineage.records import Ref
from lineage.vocabulary import Kind

_SHELVES = {"models": Kind.MODEL, "datasets": Kind.DATASET}
_HUB_KINDS = {namespace: kind for kind, namespace in HUB_NAMESPACES.items()}
_SCHEMES = {
    "party": Kind.PARTY,
    "grant": Kind.GRANT,
    "revocation": Kind.REVOCATION,
    "decision": Kind.DECISION,
}
_OWN_SCHEMES = frozenset({"lineage", "file", "name", *_SCHEMES})
_WITH_FRAGMENT = frozenset({"config", "unknown"})
_HUB = re.compile(r"(models|datasets)/([A-Za-z0-9][\w.-]*(?:/[\w.-]+)?)")
_NAME = re.compile(r"(models|datasets)/(\S.*)")
_SHORTHANDS = ("hf:", "file:", "name:")
_OUTSIDE = (
    "A thing outside this manifest is written hf:models/ORG/NAME, hf:datasets/ORG/NAME,"
    " file:PATH, name:models/NAME, or as a full id."
)


def is_local(text: str) -> bool:
    """Whether a text can be the id of an item: no full id, no shorthand."""
    return "://" not in text and not text.startswith(_SHORTHANDS)


@dataclass(slots=True)
class Resolver:
    """Turns the references of one manifest into refs.

    ``local`` maps the ids of the manifest's items to their refs.
    """

    scope: Scope
    namespace: str
    local: dict[str, Ref] = field(default_factory=dict)

    def own(self, kind: Kind, scheme: str, name: str) -> Ref:
        """The ref of an item that only this manifest knows."""
        return Ref(kind, f"{scheme}://{self.namespace}", name)

    def resolve(self, text: str, kinds: Sequence[Kind], key: str, node: Node) -> Ref:
        """The ref of what a text names, of one of ``kinds``.

        Args:
            text: the reference.
            kinds: what it may be; the first is meant where the text does not tell.
            key: the key it stands under, for messages.
            node: its place.

        Raises:
            UnfitError: it names nothing, or something that cannot stand here.
        """
        if "://" in text:
            ref = self._full(text, kinds[0], node)
        elif text.startswith("hf:"):
            ref = self._shelved(_HUB, text, "hf:models/ORG/NAME or hf:datasets/ORG/NAME", node)
        elif text.startswith("name:"):
            ref = self._shelved(_NAME, text, "name:models/NAME or name:datasets/NAME", node)
        elif text.startswith("file:"):
            ref = self.path(text, kinds[0], node)
        elif text in self.local:
            ref = self.local[text]
        else:
            raise UnfitError(
                f"No item of this manifest has the id “{text}”."
                f"{suggestion(text, self.local, _OUTSIDE)}",
                node,
            )
        if ref.kind not in kinds:
            wanted = ", ".join(kind.value for kind in kinds)
            raise UnfitError(f"“{text}” is a {ref.kind.value}; “{key}” takes: {wanted}.", node)
        return ref

    def place(self, text: str, kind: Kind, node: Node) -> Ref:
        """The ref of a place: a path in this repository, a URI, or a shorthand.

        Raises:
            UnfitError: a placeholder, or a path that leaves the repository.
        """
        if "://" in text:
            return self._full(text, kind, node)
        if text.startswith(("hf:", "name:")):
            return self.resolve(text, tuple(_SHELVES.values()), "location", node)
        return self.path(text, kind, node)

    def path(self, text: str, kind: Kind, node: Node) -> Ref:
        """The ref of a path, relative to the repository's root, with or without ``file:``.

        Raises:
            UnfitError: a placeholder, or a path that leaves the repository.
        """
        raw = text.removeprefix("file:").strip()
        if is_placeholder(raw):
            raise UnfitError(f"“{text}” is a placeholder, not a path.", node)
        path = normalised_path(raw)
        if path == ".." or path.startswith("../"):
            raise UnfitError(
                f"“{text}” leaves the repository. A path means nothing outside it: give a URI.",
                node,
            )
        return Ref(kind, self.scope.files, path)

    def _shelved(self, pattern: re.Pattern[str], text: str, wanted: str, node: Node) -> Ref:
        match = pattern.fullmatch(text.partition(":")[2])
        if match is None:
            raise UnfitError(f"“{text}” cannot be read. Write {wanted}.", node)
        kind = _SHELVES[match[1]]
        return hub_ref(match[2], kind) if pattern is _HUB else named(match[2], kind)

    def _full(self, text: str, kind: Kind, node: Node) -> Ref:
        scheme, _, rest = text.partition("://")
        if scheme not in _OWN_SCHEMES | _WITH_FRAGMENT:
            if is_placeholder(text):
                raise UnfitError(f"“{text}” is a placeholder, not an address.", node)
            ref = identify(text, kind, self.scope, node.key)
            return replace(ref, kind=_HUB_KINDS.get(ref.namespace, kind))
        if scheme in _WITH_FRAGMENT:
            namespace, mark, name = text.partition("#")
        else:
            namespace, mark, name = self._divided(text, scheme, rest)
        if not (mark and name):
            raise UnfitError(f"“{text}” is no full id: it has no name after its namespace.", node)
        kind = _SCHEMES.get(scheme, kind)
        kind = _SHELVES.get(namespace.removeprefix("name://"), kind)
        return Ref(kind, namespace, name)

    def _divided(self, text: str, scheme: str, rest: str) -> tuple[str, str, str]:
        for own in (self.scope.files, f"{scheme}://{self.namespace}"):
            if text.startswith(f"{own}/"):
                return own, "/", text[len(own) + 1 :]
        authority, mark, name = rest.partition("/")
        return f"{scheme}://{authority}", mark, name
