"""What the components of a composed config are: data, weights, tokenizers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Findings, selector_of
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node, Seq
from ingest.tables import table
from lineage.identity import is_path, is_placeholder, named, unknown
from lineage.records import Ref
from lineage.vocabulary import Evidence, Kind, Relation

_DATA_KEYS = ("data", "datamodule", "dataset", "datasets", "dm", "data_module")
_IS_DATA = re.compile(
    r"(data_?module|dataset|datasets|data|load_dataset|dataloader)$", re.IGNORECASE
)
_NAMES = (
    "dataset_name", "dataset_path", "dataset_id", "hf_dataset", "hf_path", "path", "repo_id",
    "dataset", "name_or_path", "task_name",
)  # fmt: skip
_FOLDERS = (
    "data_dir", "data_root", "root", "root_dir", "data_path", "dataset_dir", "datadir",
    "data_folder", "dataset_root", "base_dir", "image_dir",
)  # fmt: skip
_FILES = (
    (re.compile(r"^train(ing)?_?(data_|dataset_|set_)?(file|files|path|paths|csv|json|data|dir|root|set)s?$"),
     Relation.TRAINED_ON),
    (re.compile(r"^(val(id(ation)?)?|dev|test|eval|predict)_?(data_|dataset_|set_)?"
                r"(file|files|path|paths|csv|json|data|dir|root|set)s?$"),
     Relation.EVALUATED_ON),
    (re.compile(r"^(data_files?|csv_(file|path)|h5_(file|path)|annotations?_(file|path)|manifest(_path)?)$"),
     Relation.TRAINED_ON),
)  # fmt: skip
_PARTS = ("name", "subset", "split", "data_files", "revision", "dataset_config_name", "fold")
_HUB_LOADERS = ("load_dataset", "datasets.load_dataset")
_TEACHER = re.compile(r"teacher")
_TOKENIZER = re.compile(r"tokeni[sz]er|processor", re.IGNORECASE)
_A_NAME = re.compile(r"(_name|_name_or_path)$")
_WEIGHTS = re.compile(
    r"^(pretrained_model_name_or_path|model_name_or_path|pretrained_(path|weights|ckpt|checkpoint|model)|"
    r"(pre_?trained|init)_?(model|weights|checkpoint|ckpt)(_path)?|checkpoint(_path|_file)?|ckpt(_path|_file)?|"
    r"weights_path|backbone_(weights|checkpoint|ckpt)(_path)?|load_from(_checkpoint)?|hf_model_name|"
    r"encoder_(checkpoint|ckpt|weights)(_path)?|restore_from(_path)?)$"
)


def target(node: Node) -> str:
    """The class or function that a node builds."""
    return node.at("_target_").text or node.at("class_path").text


def arguments(node: Node) -> Node:
    """A node's arguments: beside ``_target_``, or under ``init_args``."""
    inner = node.at("init_args")
    return inner if isinstance(inner, Map) else node


def data_nodes(root: Node) -> Iterator[Node]:
    """The nodes that describe data: a section of that name with a component or with places."""
    for key in _DATA_KEYS:
        section = root.at(key)
        if isinstance(section, Map) and section and (target(section) or _says_data(section)):
            yield section
        elif isinstance(section, Map):
            for _, value in section.entries():
                if isinstance(value, Map) and target(value):
                    yield value


def _says_data(section: Node) -> bool:
    keys = (*_NAMES[:5], *_FOLDERS)
    return any(section.at(key).text for key in keys)


@dataclass(frozen=True, slots=True)
class Components:
    """Asserts what components of one config mean for its model."""

    found: Findings
    model: Ref
    inherited: frozenset[int]
    trains: bool
    tests: bool

    def evidence(self, node: Node) -> Evidence:
        """Declared, or inherited from a file that the defaults choose."""
        return Evidence.INHERITED if node.line in self.inherited else Evidence.DECLARED

    def relations(self) -> tuple[Relation, ...]:
        """What the job does with data that is not marked as for training or for testing."""
        both = ((self.trains, Relation.TRAINED_ON), (self.tests, Relation.EVALUATED_ON))
        return tuple(relation for does, relation in both if does)

    def data(self, node: Node) -> None:
        """One component that gives data: what it names, its files, its default, its folder."""
        made, inside = target(node), arguments(node)
        said = self._named(made, inside)
        said = self._files(inside) or said
        if self.trains:
            self._tokenizers(inside)
        folder = next((inside.at(k) for k in _FOLDERS if inside.at(k).text), ABSENT)
        known = self._known(made)
        if not said and known:
            for entry in known:
                said = True
                ref = named(entry["dataset"], Kind.DATASET)
                self._all(ref, node.at("_target_") or node.at("class_path"), Evidence.DEFAULT)
                if folder and not is_placeholder(folder.text):
                    self.found.copy(ref, folder, "data folder")
        if not said and folder and not is_placeholder(folder.text):
            said = True
            self._all(self.found.artifact(as_path(folder), Kind.DATASET, hub=False), folder)
        for inner in _nested(inside):
            self.data(inner)
            said = True
        if not said and made and _IS_DATA.search(made.rpartition(".")[2]):
            place = node.at("_target_") or node.at("class_path")
            ref = unknown(Kind.DATASET, made, self.found.document.scope, place.key)
            self._all(ref, place)

    def _all(self, ref: Ref, at: Node, evidence: Evidence | None = None) -> None:
        if at.line in self.inherited:
            evidence = Evidence.INHERITED
        for relation in self.relations():
            self.found.relate(self.model, relation, ref, at, evidence=evidence or self.evidence(at))

    def _named(self, made: str, inside: Node) -> bool:
        """Data named by a hub's id or by a name that its component knows."""
        loader = made.endswith(_HUB_LOADERS)
        for key in _NAMES:
            value = inside.at(key)
            text = value.text
            if not text or is_placeholder(text) or (key in {"path", "task_name"} and not loader):
                continue
            part = selector_of(inside, *(p for p in _PARTS if loader or p not in {"name"}))
            hub = loader or "/" in text
            if hub or is_path(text):
                ref = self.found.artifact(value, Kind.DATASET)
            else:
                ref = self.found.named(value, Kind.DATASET)
            train_only = self.trains and inside.at("split").text.startswith("train")
            for relation in (Relation.TRAINED_ON,) if train_only else self.relations():
                self.found.relate(
                    self.model, relation, ref, value, evidence=self.evidence(value), selector=part
                )
            return True
        return False

    def _files(self, inside: Node) -> bool:
        said = False
        for key, value in inside.entries():
            for pattern, relation in _FILES:
                if not pattern.match(key.lower()) or isinstance(value, Map):
                    continue
                for item in value.elements():
                    if item.number is not None or is_placeholder(item.text) or not item.text:
                        continue
                    if item.is_true or item.is_false or not _locator(item.text):
                        continue
                    if relation is Relation.TRAINED_ON and not self.trains:
                        relation = Relation.EVALUATED_ON
                    self.found.input(self.model, relation, item, evidence=self.evidence(item))
                    said = True
        return said

    def _known(self, made: str) -> tuple[dict[str, str], ...]:
        rows = table("hydra")
        entries = rows.get(made) or rows.get(made.rpartition(".")[2]) or ()
        return tuple(dict(entry) for entry in entries)

    def weights(self, node: Node, keys: tuple[str, ...] = ()) -> None:
        """Weights anywhere in a part of the model: names on a hub, paths, libraries' own."""
        if isinstance(node, Seq):
            for item in node.items:
                self.weights(item, keys)
        if not isinstance(node, Map):
            return
        made = target(node)
        self._library(made, arguments(node), keys)
        self._tokenizers(node)
        for key, value in node.entries():
            if isinstance(value, Map | Seq):
                self.weights(value, (*keys, key))
            elif _WEIGHTS.match(key) and value.text and not (value.is_true or value.is_false):
                path = ".".join((*keys, key, made))
                relation = Relation.FINE_TUNED_FROM
                if _TEACHER.search(path):
                    relation = Relation.DISTILLED_FROM
                elif _TOKENIZER.search(path):
                    relation = Relation.TOKENIZED_WITH
                self.found.input(self.model, relation, value, evidence=self.evidence(value))
            elif _TEACHER.search(key) and _names_it(key, value):
                self.found.input(
                    self.model, Relation.DISTILLED_FROM, value, evidence=self.evidence(value)
                )

    def _tokenizers(self, node: Node) -> None:
        """Tokenizers that a part names, by path or by a hub's id."""
        for key, value in node.entries():
            if re.match(r"^tokenizer(_name|_path)?(_or_path)?$", key) and _names_it(key, value):
                self.found.input(
                    self.model, Relation.TOKENIZED_WITH, value, evidence=self.evidence(value)
                )

    def _library(self, made: str, inside: Node, keys: tuple[str, ...]) -> None:
        """Pretrained weights that a library knows by the name of an architecture."""
        pretrained, weights = inside.at("pretrained"), inside.at("weights")
        taught = _TEACHER.search(".".join(keys))
        relation = Relation.DISTILLED_FROM if taught else Relation.INITIALISED_FROM
        name = inside.at("model_name") or inside.at("backbone") or inside.at("arch")
        if pretrained.is_true:
            at = name or inside.at("_target_") or pretrained
            text = name.text or made or "a pretrained model"
            ref = named(text, Kind.MODEL)
            self.found.relate(self.model, relation, ref, at, evidence=self.evidence(at))
        elif made.startswith("torchvision.models") and weights.text:
            ref = named(f"{made} {weights.text}", Kind.MODEL)
            self.found.relate(self.model, relation, ref, weights, evidence=self.evidence(weights))


def _nested(inside: Node) -> Iterator[Node]:
    """Data sets within a data module: ``train_dataset: {_target_: …}``."""
    for key, value in inside.entries():
        items = value.items if isinstance(value, Seq) else [value]
        for item in items:
            if isinstance(item, Map) and "data" in key.lower() and _IS_DATA.search(target(item)):
                yield item


def _locator(text: str) -> bool:
    return bool(text) and ("/" in text or is_path(text))


def _names_it(key: str, value: Node) -> bool:
    """Whether a value is a path or a hub's id; where the key asks for a name, a bare one too."""
    if isinstance(value, Map | Seq) or value.is_true or value.is_false:
        return False
    return _locator(value.text) or (bool(value.text) and bool(_A_NAME.search(key)))
