"""Reads a manifest into facts. What cannot stand is reported at its line; the rest is read."""

from __future__ import annotations

from ingest.base import Document, Findings
from ingest.manifest.layout import Item, Layout
from ingest.manifest.properties import properties_of
from ingest.manifest.table import VERSION
from ingest.manifest.targets import ALIAS_KEYS, REFERENCE_KEYS, kinds_for
from ingest.manifest.values import UnfitError, evidence_of, is_unknown, share_of, text_of
from ingest.reading import Map, Node
from lineage.identity import unknown
from lineage.records import MAX_TEXT, Extract, Ref, Value
from lineage.vocabulary import RELATIONS, UNKNOWN, Evidence, Kind, Relation, Transmits


def read(document: Document) -> Extract:
    """All facts of a manifest.

    Raises:
        InputError: it is not YAML.
    """
    findings = Findings(document)
    root = document.tree
    if not isinstance(root, Map):
        findings.skip(f"A manifest is a mapping that begins with “lineage: {VERSION}”.", 1)
        return findings.extract()
    for other in document.trees[1:]:
        findings.skip("A manifest is one YAML document. This further one is not read.", other)
    layout = Layout(findings, root)
    places: dict[str, Ref] = {}
    for item in layout.items:
        _describe(item, layout, places)
    for node in layout.listed("aliases"):
        _alias(node, layout)
    return findings.extract()


def _describe(item: Item, layout: Layout, places: dict[str, Ref]) -> None:
    layout.check_keys(item.node, item.section.keys, f"An item of “{item.section.key}”")
    properties = properties_of(item, layout)
    if item.section.located:
        properties.update(_locations(item, layout, places))
    _held(item, layout)
    notes: list[str] = []
    for key, relation in item.section.relations.items():
        value = item.node.at(key)
        if is_unknown(value) and not _passes_on(relation):
            properties[key] = UNKNOWN
        elif value.line:
            notes += _relations(item, key, value, layout)
    if notes:
        properties["notes"] = tuple(notes)
    layout.findings.describe(item.ref, item.node, produced=True, stated=True, **properties)


def _held(item: Item, layout: Layout) -> None:
    """Says of a holder that a manifest names by property that it holds the thing."""
    field, node = item.section.field("held_by"), item.node.at("held_by")
    if field is None or not node.line or is_unknown(node):
        return
    try:
        party = layout.resolver.resolve(text_of(node, "held_by"), (Kind.PARTY,), "held_by", node)
    except UnfitError:
        return  # reported with the property
    layout.findings.relate(item.ref, Relation.HELD_BY, party, node)


def _passes_on(relation: Relation) -> bool:
    return RELATIONS[relation].transmits is not Transmits.NOTHING


def _relations(item: Item, key: str, value: Node, layout: Layout) -> list[str]:
    """Asserts the relationships under one key; gives the notes on them."""
    notes = []
    references = [value] if isinstance(value, Map) else list(value.elements())
    if not references:
        layout.findings.skip(
            f"“{key}” is empty. Write UNKNOWN if nobody knows, or leave the key out.", value
        )
    for node in references:
        with layout.reported(node):
            note = _relation(item, key, node, layout)
            if note:
                notes.append(note)
    return notes


def _relation(item: Item, key: str, node: Node, layout: Layout) -> str:
    relation = item.section.relations[key]
    named = node
    if isinstance(node, Map):
        layout.check_keys(node, tuple(REFERENCE_KEYS), "A reference")
        named = node.at("ref")
    text = text_of(named, "ref" if isinstance(node, Map) else key)
    target = _target(item, key, named, layout)
    if target is None:
        return ""
    selector: str | None = None
    share: float | None = None
    note = ""
    evidence = Evidence.INFERRED
    with layout.reported(node):
        evidence = evidence_of(node.at("evidence"))
    with layout.reported(node):
        share = share_of(node.at("share"))
    with layout.reported(node):
        selector = _optional(node, "selector")
    with layout.reported(node):
        note = _optional(node, "note") or ""
    layout.findings.relate(
        item.ref, relation, target, named, evidence=evidence, selector=selector, share=share
    )
    return f"{key} {text}: {note}"[:MAX_TEXT] if note else ""


def _target(item: Item, key: str, named: Node, layout: Layout) -> Ref | None:
    """What a reference points at.

    UNKNOWN, and what names nothing, is an unknown input where lineage passes through it: the
    item must not pass for one whose inputs are all known.
    """
    relation = item.section.relations[key]
    kinds = kinds_for(relation, item.ref.kind)
    text = text_of(named, key)
    if not is_unknown(named):
        with layout.reported(named):
            return layout.resolver.resolve(text, kinds, key, named)
    elif not _passes_on(relation):
        raise UnfitError(f"UNKNOWN stands alone: write “{key}: UNKNOWN”.", named)
    if not _passes_on(relation):
        return None
    return unknown(kinds[0], text, layout.findings.document.scope, named.key)


def _optional(node: Node, key: str) -> str | None:
    value = node.at(key)
    return text_of(value, key) if value.line else None


def _locations(item: Item, layout: Layout, places: dict[str, Ref]) -> dict[str, Value]:
    """Joins an item with the places where its bytes are, both ways.

    What reads the place reads the item; what was written to the place is the item.
    """
    value = item.node.at("location")
    if is_unknown(value):
        return {"location": UNKNOWN}
    names: list[str] = []
    for node in value.elements():
        with layout.reported(node):
            place = layout.resolver.place(text_of(node, "location"), Kind.COPY, node)
            holder = places.setdefault(place.id, item.ref)
            if holder != item.ref:
                raise UnfitError(
                    f"“{node.text}” is already the location of “{holder.name}”. Give each thing"
                    " a place of its own.",
                    node,
                )
            names.append(place.name)
            if place.id != item.ref.id:
                layout.findings.relate(place, Relation.COPY_OF, item.ref, node)
                layout.findings.relate(item.ref, Relation.SAME_AS, place, node)
    return {"location": tuple(names)} if names else {}


def _alias(node: Node, layout: Layout) -> None:
    names = list(node.at("names").elements())
    if not isinstance(node, Map) or len(names) < 2:
        layout.findings.skip("An item of “aliases” has “names”: a list of two or more.", node)
        return
    layout.check_keys(node, tuple(ALIAS_KEYS), "An item of “aliases”")
    evidence, reason = Evidence.INFERRED, None
    with layout.reported(node):
        evidence = evidence_of(node.at("evidence"))
    with layout.reported(node):
        reason = _optional(node, "reason")
    first: Ref | None = None
    for name in names:
        with layout.reported(name):
            kinds = kinds_for(Relation.SAME_AS, first.kind if first else Kind.DATASET)
            ref = layout.resolver.resolve(text_of(name, "names"), kinds, "names", name)
            if reason:
                layout.findings.describe(ref, name, alias_reason=reason)
            if first is None:
                first = ref
            elif first.id != ref.id:
                layout.findings.relate(first, Relation.SAME_AS, ref, name, evidence=evidence)
                layout.findings.relate(ref, Relation.SAME_AS, first, name, evidence=evidence)
