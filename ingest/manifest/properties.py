"""The properties of one item of a manifest."""

from __future__ import annotations

import re

from ingest.manifest.fields import Field, Takes
from ingest.manifest.layout import Item, Layout
from ingest.manifest.rights import report_rights
from ingest.manifest.targets import TARGETS
from ingest.manifest.values import is_unknown, reversed_periods, text_of, value_of
from ingest.reading import Node
from lineage.records import RESERVED_PROPERTIES, Value
from lineage.vocabulary import UNKNOWN, Kind, Relation

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_NUMBER = re.compile(r"-?[1-9][0-9]{0,17}|0")
_TAKEN = RESERVED_PROPERTIES | {"conflicts", "notes"}


def properties_of(item: Item, layout: Layout) -> dict[str, Value]:
    """What an item says of itself.

    Governance properties that matter for its kind are UNKNOWN where it does not say, unless
    it is a thing known elsewhere: then other documents may.
    """
    values: dict[str, Value] = {}
    for field in item.section.fields:
        node = item.node.at(field.key)
        if node.line:
            with layout.reported(node):
                values[field.key] = _value(field, node, layout)
    for start, end, reason in reversed_periods(values):
        layout.findings.skip(reason, item.node.at(end))
        values[start] = values[end] = UNKNOWN
    report_rights(item, layout.findings)
    properties = _further(item, layout)
    for field in item.section.fields:
        if field.key in values:
            properties[field.property] = values[field.key]
        elif field.matters and not item.node.at("is"):
            properties[field.property] = UNKNOWN
    return properties


def _value(field: Field, node: Node, layout: Layout) -> Value:
    if field.takes is Takes.PARTY and not is_unknown(node):
        text = text_of(node, field.key)
        return layout.resolver.resolve(text, (Kind.PARTY,), field.key, node).id
    if field.takes is Takes.THINGS and not is_unknown(node):
        kinds = TARGETS[Relation.DECIDES]
        return tuple(
            layout.resolver.resolve(text_of(e, field.key), kinds, field.key, e).id
            for e in node.elements()
        )
    return value_of(field, node)


def _further(item: Item, layout: Layout) -> dict[str, Value]:
    taken = {*_TAKEN, *item.section.keys, *(field.property for field in item.section.fields)}
    further: dict[str, Value] = {}
    for key, node in item.node.at("properties").entries():
        if not _NAME.fullmatch(key) or key in taken:
            layout.findings.skip(
                f"“{key}” cannot be a property of your own: it has a meaning already, or is not"
                " written in small letters, digits and “_”.",
                node,
            )
            continue
        with layout.reported(node):
            text = text_of(node, key)
            further[key] = int(text) if _NUMBER.fullmatch(text) else text
    return further
