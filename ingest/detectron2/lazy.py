"""The lazy syntax: Python that builds nodes with ``LazyCall``, read as far as literals go."""

from __future__ import annotations

import posixpath
import re

from ingest.base import Claim, Document, Findings
from ingest.detectron2.facts import data, weights
from ingest.inheriting import relined
from ingest.literals import parse_python
from ingest.parsed import parsed
from ingest.reading import Map, Node, Seq
from ingest.tables import table
from lineage.errors import InputError
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_LOOKS = re.compile(
    r"\bLazyCall\b|\bmodel_zoo\b|\bdetectron2\.(config|model_zoo)\b|^train\.\w+\s*=", re.M
)
_ZOO = re.compile(
    r"(?:^(?P<name>\w+)(?P<is>\s*=\s*))?(?:model_zoo\.)?"
    r"get_config\(\s*(['\"])(?P<file>[^'\"]+)\3\s*\)(?:\.\w+)+",
    re.M,
)
_SET = re.compile(r"^\s*(\w+)((?:\.\w+)+)\.\w+\s*=[^=]", re.M)
_NAMES = frozenset({"names", "dataset_name", "dataset_names"})
_MOST_FILES = 30


def recognise(document: Document) -> Claim | None:
    """A model, a loader and a training section; parts of configs are no documents."""
    if not _LOOKS.search(document.text):
        return None
    try:
        config = _values(document, [0])
    except InputError:
        return None
    names = [name for name in ("model", "dataloader", "train") if name in config.items]
    if len(names) < 3 or not isinstance(config.at("train"), Map):
        return None
    return Claim(2, "a lazy config: model, dataloader and train")


def read(document: Document) -> Extract:
    """All facts of one config."""
    config = _values(document, [0])
    found = Findings(parsed(document, config))
    train = config.at("train")
    model = found.output(Kind.MODEL, location=train.at("output_dir"), at=config)
    checkpoint = train.at("init_checkpoint")
    weights(found, model, checkpoint, _evidence(checkpoint))
    loader = config.at("dataloader")
    for part, relation in (("train", Relation.TRAINED_ON), ("test", Relation.EVALUATED_ON)):
        value = loader.at(part)
        if not _registered(found, model, relation, value):
            _zoo_default(found, model, relation, loader, part)
    return found.extract()


def _evidence(node: Node) -> Evidence:
    """Declared by the document itself, or inherited: what it imports stands at its first line."""
    return Evidence.INHERITED if node.line == 1 else Evidence.DECLARED


def _registered(found: Findings, model: Ref, relation: Relation, node: Node) -> bool:
    """Whether data sets are named anywhere in a loader."""
    if isinstance(node, Seq):
        return max(
            [_registered(found, model, relation, item) for item in node.items], default=False
        )
    said = False
    for key, value in node.entries():
        if key in _NAMES and value:
            data(found, model, relation, value, _evidence(value))
            said = True
        elif isinstance(value, Map | Seq):
            said = _registered(found, model, relation, value) or said
    return said


def _zoo_default(found: Findings, model: Ref, relation: Relation, loader: Node, part: str) -> None:
    """The data of a loader that is taken from the model zoo as it is."""
    zoo = loader.at("_zoo_")
    for entry in table("detectron2").get(zoo.text, ()):
        name = zoo.saying(entry[part])
        data(found, model, relation, name, Evidence.DEFAULT)


def _values(document: Document, count: list[int]) -> Map:
    """The names of a config, with those that it imports from files beside it."""
    count[0] += 1
    room = _rooms(document.text)
    text = _ZOO.sub(lambda m: _from_zoo(m, room), document.text)
    first = parse_python(text, document.path)
    known: dict[str, Node] = {}
    for name, (module, there) in first.imports.items():
        if module.startswith("."):
            known[name] = _imported(document, module, there, count)
            _make_room(known[name], room.get(name, _Room()))
    values = parse_python(text, document.path, known).values if known else first.values
    return Map("", 1, {**known, **values.items})


class _Room(dict[str, "_Room"]):
    """Sections, by name, that a config sets something in."""


def _rooms(text: str) -> _Room:
    """The sections that a text sets something in: ``dataloader.train.dataset.names = …``.

    What a name holds that comes from elsewhere is not known; what is set in it is.
    """
    rooms = _Room()
    for name, path in _SET.findall(text):
        room = rooms.setdefault(name, _Room())
        for step in path.strip(".").split("."):
            room = room.setdefault(step, _Room())
    return rooms


def _from_zoo(found: re.Match[str], room: _Room) -> str:
    """A section of the model zoo as a mapping that says so, with what is to be set in it."""
    name = found["name"] or ""
    inside = _made(room.get(name, _Room()))
    return f"{name}{found['is'] or ''}dict(_zoo_={found['file']!r}{inside})"


def _made(room: _Room) -> str:
    """The sections as arguments of ``dict``."""
    return "".join(f", {name}=dict({_made(inner).lstrip(', ')})" for name, inner in room.items())


def _make_room(node: Node, room: _Room) -> None:
    """Adds the sections that a value does not have."""
    for name, inner in room.items():
        if isinstance(node, Map):
            _make_room(node.items.setdefault(name, Map(name, node.line)), inner)


def _imported(document: Document, module: str, name: str, count: list[int]) -> Node:
    dots = len(module) - len(module.lstrip("."))
    inside = module.lstrip(".").replace(".", "/")
    folder = posixpath.join(document.parent, *[".."] * (dots - 1))
    file = document.sibling(posixpath.join(folder, f"{inside}.py"))
    if file is None or count[0] > _MOST_FILES:
        return Map(name, 1)
    try:
        value = _values(file, count).at(name)
    except InputError:
        return Map(name, 1)
    return relined(value, 1) if value else Map(name, 1)
