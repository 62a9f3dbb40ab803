"""Settings of a training program (YAML, JSON, TOML) in the names that most programs share.

What a key means is concluded from its name and from the keys above it, so every edge is
inferred, and a file counts only where nothing else claims it and it names data, beside how to
train, with a base model or with where a model goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands.overrides import meaning
from ingest.commands.spellings import HOW, OUTPUTS, OVERRIDES, TRAIN
from ingest.commands.trainings import Training, settings, training_of
from ingest.interpolation import resolved
from ingest.parsed import parsed
from ingest.reading import Map, Node, Scalar, Seq
from ingest.reading.toml_text import parse_toml
from lineage.errors import InputError
from lineage.identity import is_placeholder
from lineage.records import Extract
from lineage.vocabulary import Evidence, Kind, Relation


def recognise(document: Document) -> Claim | None:
    """Data and a base model, or an output, by names that mean nothing else, beside how to train."""
    try:
        root = _tree(document)
    except InputError:
        return None
    given = _given(root)
    how = HOW & given.items.keys()
    goes = any(node.text for key in OUTPUTS for node in given.at(key).elements())
    if len(how) < (1 if goes else 3) or not any(TRAIN.fullmatch(key) for key in given.items):
        return None
    named = _named(training_of(given))
    if Relation.TRAINED_ON not in named:
        return None
    if Relation.FINE_TUNED_FROM in named:
        return Claim(1, f"a base model and data beside {len(how)} settings of a training")
    if goes and len(how) > 1:
        return Claim(1, f"data and an output beside {len(how)} settings of a training")
    return None


def read(document: Document) -> Extract:
    """All facts of one file."""
    root = _tree(document)
    found = Findings(parsed(document, root))
    training = training_of(_given(root))
    model = found.output(
        Kind.MODEL, location=training.output, hub_id=training.hub_id, at=training.base
    )
    for use in training.uses:
        for node in use.node.listed():
            target = found.artifact(node, use.kind, hub=use.hub)
            if target != model:
                found.relate(
                    model, use.relation, target, node,
                    evidence=Evidence.INFERRED, selector=use.selector,
                )  # fmt: skip
    return found.extract()


def _tree(document: Document) -> Node:
    """The settings, with what they say by reference put in."""
    toml = document.name.endswith(".toml")
    root = parse_toml(document.text, document.path) if toml else document.tree
    return resolved(root) if "${" in document.text else root


def _given(root: Node) -> Map:
    """The settings by their own names, and those whose place tells what they are."""
    plain = settings(root).items
    known: dict[str, list[Node]] = {}
    told: dict[str, list[Node]] = {}
    used: set[int] = set()
    for keys, node in _leaves(root, ()):
        name = meaning(keys)
        if name and any(item.text for item in node.elements()):
            used.add(id(node))
            (known if ".".join(keys) in OVERRIDES else told).setdefault(name, []).append(node)
    items = {name: node for name, node in plain.items() if id(node) not in used}
    for name, nodes in (*known.items(), *told.items()):
        if name not in items or name in known:
            listed = [item for node in nodes for item in node.elements()]
            items[name] = Seq(nodes[0].key, nodes[0].line, listed)
    return Map("", root.line, items)


def _leaves(node: Node, keys: Sequence[str]) -> Iterator[tuple[Sequence[str], Node]]:
    """Values with the keys that lead to them; nothing below what is switched off."""
    if isinstance(node, Map):
        if not any(node.at(key).is_false for key in ("enable", "enabled")):
            for key, value in node.entries():
                yield from _leaves(value, (*keys, key))
    elif isinstance(node, Seq) and any(isinstance(item, Map) for item in node.items):
        for item in node.items:
            yield from _leaves(item, keys)
    elif isinstance(node, Scalar | Seq):
        yield keys, node


def _named(training: Training) -> set[Relation]:
    """What is named by more than a gap to fill."""
    return {use.relation for use in training.uses if not is_placeholder(use.node.text)}


INGESTOR = Ingestor(
    name="usual_settings",
    title="Settings in the usual names",
    description="Files of settings that no other format claims and that name data, with a base "
    "model or an output, by what most training programs call them.",
    endings=(".yaml", ".yml", ".json", ".toml"),
    recognise=recognise,
    read=read,
)
