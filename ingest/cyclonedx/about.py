"""What a bill of materials says of one model or data set: names, digests, rights, care."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.base import Findings
from ingest.cyclonedx.inventory import hub_of, stated_place
from ingest.reading import Node
from lineage.identity import is_placeholder
from lineage.records import Ref
from lineage.vocabulary import UNKNOWN, Kind, Relation

_DIGESTS = {"SHA-256": 64, "SHA-512": 128, "SHA-384": 96, "SHA-1": 40, "MD5": 32}
_MOST = 400


def describe(found: Findings, component: Node, ref: Ref, *, produced: bool) -> None:
    """States the properties of a component, and its other names."""
    name = component.at("name") or component
    card = component.at("modelCard", "modelParameters")
    data = list(component.at("data").elements())
    found.leave_out(*(entry.at("name") for entry in data))  # the component's name says as much
    found.describe(
        ref,
        name,
        produced=produced,
        stated=bool(component.at("name").text),
        version=_stated(component.at("version")),
        group=_stated(component.at("group")),
        purl=_stated(component.at("purl")),
        publisher=_stated(component.at("publisher")),
        supplier=_stated(component.at("supplier", "name")),
        licence=licence(component),
        digest=digest(component),
        task=_stated(card.at("task")),
        architecture=_stated(card.at("architectureFamily")),
    )
    if data:
        describe_care(found, ref, name, data)
    hub = hub_of(component, ref.kind)
    if hub and hub[0] != ref:
        same_as(found, ref, hub[0], hub[1])
    places = [place for entry in data if (place := stated_place(entry))]
    for place in places if ref.kind is Kind.DATASET else ():
        lies = found.artifact(place, Kind.DATASET)
        if lies == ref:
            continue
        if len(places) == 1:
            same_as(found, ref, lies, place)
        else:
            found.relate(ref, Relation.BUNDLES, lies, place)


def same_as(found: Findings, one: Ref, other: Ref, at: Node) -> None:
    """Two names of one thing."""
    found.relate(one, Relation.SAME_AS, other, at)
    found.relate(other, Relation.SAME_AS, one, at)


def describe_data(found: Findings, ref: Ref, entry: Node) -> None:
    """A data set that a model card describes in place."""
    name = entry.at("name").text[:_MOST] or None
    found.describe(ref, entry, display_name=None if name == ref.name else name)
    describe_care(found, ref, entry, [entry])


def describe_care(found: Findings, ref: Ref, at: Node, data: list[Node]) -> None:
    """How data is classified, what is sensitive in it, and which organisations answer for it."""
    classes = _each(entry.at("classification") for entry in data)
    sensitive = _each(item for entry in data for item in entry.at("sensitiveData").elements())
    answering = _each(
        holder.at("organization", "name")
        for entry in data
        for role in ("owners", "custodians", "stewards")
        for holder in entry.at("governance", role).elements()
    )
    found.describe(
        ref,
        at,
        classification=classes[0] if len(classes) == 1 else classes or None,
        sensitive_data=sensitive or None,
        owners=answering or None,
    )


def licence(component: Node) -> str | tuple[str, ...] | None:
    """The licences as stated; an SPDX id before a name."""
    stated: list[str] = []
    for entry in component.at("licenses").elements():
        held = entry.at("license")
        text = held.at("id").text or held.at("name").text or entry.at("expression").text
        if text:
            untold = is_placeholder(text) or text.lower() in {"unknown", "noassertion", "other"}
            stated.append(UNKNOWN if untold else text[:_MOST])
    unique = tuple(dict.fromkeys(stated))
    return unique[0] if len(unique) == 1 else unique or None


def digest(component: Node) -> str | None:
    """The best digest of a component, with the name of its method."""
    told = {
        entry.at("alg").text: entry.at("content").text.lower()
        for entry in component.at("hashes").elements()
    }
    for method, length in _DIGESTS.items():
        if re.fullmatch(rf"[0-9a-f]{{{length}}}", told.get(method, "")):
            return f"{method.replace('-', '').lower()}:{told[method]}"
    return None


def _each(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.text[:_MOST] for node in nodes if node.text))


def _stated(node: Node) -> str | None:
    return None if not node.text or is_placeholder(node.text) else node.text[:_MOST]
