"""Collects the facts of one document while an ingestor reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from ingest.base.document import Document
from ingest.ignored import is_ignored
from ingest.reading import (
    ABSENT,
    Map,
    Node,
    Seq,
    leaves,
)
from lineage.errors import RecordError
from lineage.identity import (
    hub_ref,
    identify,
    is_path,
    is_placeholder,
    named,
    normalised_path,
    output_ref,
    unknown,
)
from lineage.records import (
    Assertion,
    Extract,
    Place,
    Ref,
    Skipped,
    Statement,
    Value,
    frozen_properties,
)
from lineage.vocabulary import EVIDENCE, Evidence, Kind, Relation

_LINEAGE_KEY = re.compile(
    r"dataset|data_(files?|path|dir)|corpus|teacher|reward_model|ref(erence)?_model|base_model|"
    r"pretrained|checkpoint|adapter|tokenizer|weights_path|(train|eval|valid(ation)?|test)_(data|file)"
)

_OWN_NAME = re.compile(r"my[-_ ][\w .-]+", re.IGNORECASE)
"""What somebody called a thing of theirs: in its own place a name, anywhere else left open."""

_INDEX = re.compile(r"\[\d+\]")


def selector_of(entry: Node, *keys: str) -> str | None:
    """The part of a data set that an entry's keys name, such as ``split=train; name=main``."""
    parts = []
    for key in keys:
        texts = [item.text for item in entry.at(key).elements() if item.text]
        texts += [f"{k}:{v.text}" for k, v in entry.at(key).entries() if v.text]
        if texts:
            parts.append(f"{key}={','.join(texts)}")
    return "; ".join(parts) or None


_OBJECT_KIND: dict[Relation, Kind] = {
    Relation.TRAINED_ON: Kind.DATASET,
    Relation.EVALUATED_ON: Kind.DATASET,
    Relation.CALIBRATED_ON: Kind.DATASET,
    Relation.DERIVED_FROM: Kind.DATASET,
    Relation.SUBSET_OF: Kind.DATASET,
}


class Findings:
    """Collects the facts of one document while an ingestor reads it."""

    def __init__(self, document: Document):
        self.document = document
        self._statements: dict[tuple[Ref, bool], Statement] = {}
        self._assertions: dict[tuple[Ref, Relation, Ref], Assertion] = {}
        self._skipped: dict[Skipped, None] = {}

    def artifact(self, node: Node, kind: Kind, *, hub: bool = True) -> Ref:
        """The artifact a scalar names, as :func:`lineage.identity.identify` decides."""
        local = False
        if not is_placeholder(node.text) and "://" not in node.text and "/" in node.text:
            local = self.document.folder.holds(normalised_path(node.text))
        return identify(node.text, kind, self.document.scope, node.key, hub=hub, local=local)

    def named(self, node: Node, kind: Kind) -> Ref:
        """The artifact that an index or a card knows by a bare name; never a path."""
        scope = self.document.scope
        if is_placeholder(node.text):
            return unknown(kind, node.text, scope, node.key)
        if "://" in node.text:
            return identify(node.text, kind, scope, node.key)
        return named(node.text, kind)

    def has(self, relation: Relation) -> bool:
        """Whether an edge of this relation was found so far."""
        return any(key[1] is relation for key in self._assertions)

    def output(
        self,
        kind: Kind,
        *,
        location: Node = ABSENT,
        hub_id: Node = ABSENT,
        name: Node = ABSENT,
        at: Node | None = None,
        **properties: object,
    ) -> Ref:
        """What this document makes, and the places where it puts it.

        An ``organisation/name`` on the hub is an identity. Any other name, and a path, is one
        only within this document: ``location`` becomes a copy that joins files of the same
        repository. With none of them the name is made from the document's path, and marked.
        """
        scope = self.document.scope
        stated = [n for n in (hub_id, name, location) if n and not is_placeholder(n.text)]
        if not stated and name and _OWN_NAME.fullmatch(name.text):
            stated = [name]
        by = stated[0] if stated else ABSENT
        if by is hub_id and "/" in hub_id.text:
            ref = hub_ref(hub_id.text, kind)
        else:
            path = by is location and "://" not in by.text
            text = normalised_path(by.text) if path else by.text
            ref = output_ref(text or self.document.stem, kind, scope)
        place = by or at or self.document.tree
        self.describe(ref, place, produced=True, stated=bool(by), **properties)
        if location and not is_placeholder(location.text):
            self.copy(ref, location, "output folder")
        if hub_id and not is_placeholder(hub_id.text) and "/" not in hub_id.text:
            self.describe(ref, hub_id, produced=True, hub_push=hub_id.text)
        return ref

    def copy(self, of: Ref, node: Node, what: str) -> None:
        """A place where an artifact's bytes also are."""
        if not node or is_placeholder(node.text):
            return
        ref = self.artifact(node, Kind.COPY, hub=False)
        if ref.id == of.id:
            return
        self.describe(ref, node, copy_kind=what, location=ref.name)
        self.relate(ref, Relation.COPY_OF, of, node)

    def input(
        self,
        subject: Ref,
        relation: Relation,
        node: Node,
        *,
        kind: Kind | None = None,
        hub: bool = True,
        evidence: Evidence = Evidence.DECLARED,
        selector: str | None = None,
        share: float | None = None,
    ) -> Ref | None:
        """Asserts that ``subject`` came from what a scalar names; nothing for an empty one."""
        if not node.text:
            return None
        target = self.artifact(node, kind or _OBJECT_KIND.get(relation, Kind.MODEL), hub=hub)
        self.relate(
            subject, relation, target, node, evidence=evidence, selector=selector, share=share
        )
        return target

    def relate(
        self,
        subject: Ref,
        relation: Relation,
        target: Ref,
        at: Node,
        *,
        evidence: Evidence = Evidence.DECLARED,
        selector: str | None = None,
        share: float | None = None,
    ) -> None:
        """Asserts a relationship. Said twice in one document it is one, for both parts."""
        try:
            new = Assertion(
                subject, relation, target, self._place(at), evidence, _tidy(selector), share
            )
        except RecordError as error:
            self.skip(str(error), at)
            return
        key = (subject, relation, target)
        old = self._assertions.get(key)
        self._assertions[key] = new if old is None else _united(old, new)

    def describe(
        self,
        ref: Ref,
        at: Node,
        *,
        produced: bool = False,
        stated: bool = True,
        **properties: object,
    ) -> None:
        """States properties of an artifact; ``produced`` marks it as this document's output."""
        pairs: tuple[tuple[str, Value], ...] = ()
        for name, value in properties.items():
            try:
                pairs += frozen_properties({name: value})
            except RecordError as error:
                self.skip(str(error), at)
        key = (ref, produced)
        old = self._statements.get(key)
        pairs = frozen_properties({**dict(pairs), **(dict(old.properties) if old else {})})
        stated = stated or (old is not None and old.stated)
        place = old.place if old is not None else self._place(at)
        self._statements[key] = Statement(ref, place, pairs, produced, stated)

    def report_unread(self, root: Node, known: Collection[str]) -> None:
        """Reports keys of a mapping that look like lineage and that the ingestor does not read."""
        for key, value in root.entries():
            if key in known or not _LINEAGE_KEY.search(key.lower()) or "\x1f" in key:
                continue
            text = value.text
            if "/" in text or is_path(text):
                self.skip(f"“{key}” may mean lineage, and this reader does not know it", value)

    def leave_out(self, *parts: Node) -> None:
        """Marks parts that mean no lineage where they stand, though their names do elsewhere."""
        for leaf in (leaf for part in parts for leaf in leaves(part)):
            _ = leaf.text  # looking at it is what counts

    def report_rest(self, form: str, *parts: Node) -> None:
        """Reports free-form settings that nobody looked at; numbers and switches say nothing.

        Nor do those that the format of that name leaves out by name.
        """
        for leaf in (leaf for part in parts for leaf in leaves(part)):
            if leaf.looked_at or leaf.number is not None or leaf.is_true or leaf.is_false:
                continue
            if leaf.text and not is_ignored(form, leaf.key):
                self.skip("a setting whose meaning this reader does not know", leaf)

    def skip(self, reason: str, at: Node | int | None = None) -> None:
        """Reports something that was not understood, at its line."""
        line = at.line if isinstance(at, Node) else at
        self._skipped[Skipped(reason, line or None)] = None

    def extract(self) -> Extract:
        """All facts, in a stable order."""
        for tree in self.document.trees:
            self._report_duplicates(tree)
        return Extract(
            tuple(
                sorted(
                    self._statements.values(), key=lambda s: (s.place.line or 0, s.ref, s.produced)
                )
            ),
            tuple(
                sorted(
                    self._assertions.values(),
                    key=lambda a: (a.place.line or 0, a.subject, a.relation, a.object),
                )
            ),
            tuple(sorted(self._skipped, key=lambda s: (s.line or 0, s.reason))),
            *self._unread(),
        )

    def _unread(self) -> tuple[int, tuple[tuple[str, int], ...]]:
        """How many scalars say something, and the keys of those that nothing was made of."""
        cited = {a.place.line for a in self._assertions.values()}
        cited |= {s.place.line for s in self._statements.values()}
        cited |= {s.line for s in self._skipped}
        total, unread = 0, Counter[str]()
        for tree in self.document.trees:
            for leaf in filter(None, leaves(tree)):
                total += 1
                if not leaf.looked_at and leaf.line not in cited:
                    unread[_INDEX.sub("[]", leaf.key)] += 1
        return total, tuple(sorted(unread.items()))

    def _place(self, node: Node) -> Place:
        return Place(node.key, node.line or None)

    def _report_duplicates(self, root: Node) -> None:
        pending = [root]
        while pending:
            node = pending.pop()
            if isinstance(node, Map):
                for key, line in node.duplicates:
                    self.skip(f"the key “{key}” stands twice; the last one counts", line)
                pending.extend(node.items.values())
            elif isinstance(node, Seq):
                pending.extend(node.items)


def _tidy(selector: str | None) -> str | None:
    return " ".join(selector.split())[:400] or None if selector else None


def _united(old: Assertion, new: Assertion) -> Assertion:
    """One assertion for two mentions: both parts, both shares, the stronger evidence."""
    order = list(EVIDENCE)
    selectors = dict.fromkeys(s for a in (old, new) for s in (a.selector or "").split(" + "))
    whole = old.selector is None or new.selector is None
    shares = [a.share for a in (old, new) if a.share is not None]
    return replace(
        old,
        evidence=min(old.evidence, new.evidence, key=order.index),
        selector=None if whole else " + ".join(selectors),
        share=sum(shares) if len(shares) == 2 else None,
    )
