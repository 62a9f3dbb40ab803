"""What the settings of a training program mean: its base model, data, tokenizer and output.

Settings are the options of a command line or the keys of a block of hyperparameters. They are
those of the Hugging Face examples and of the many programs that call things alike; names that
also mean other things (``--model resnet50``, ``--resume``) count only where the value can be
nothing but weights.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.commands.names import Purpose, is_old_hub_id, purpose_of, split_of
from ingest.commands.overrides import meaning
from ingest.commands.programs import command_of, program_of, with_variables
from ingest.commands.spellings import (
    BASES,
    DATA_CLASS,
    EVALUATION,
    HELD_OUT,
    HUB_ID,
    HUGGING_FACE,
    IMAGE_EXAMPLES,
    LIKELY_BASES,
    MAYBE_OUTPUTS,
    NO_DATA,
    ONLY_EVALUATES,
    OTHERS,
    OUTPUTS,
    PARTS,
    PICTURE,
    PLACE,
    RESUMED,
    TRAIN,
    WEIGHTS,
)
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node, Seq
from lineage.identity import is_path, is_placeholder, normalised_path
from lineage.vocabulary import Evidence, Kind, Relation


@dataclass(frozen=True, slots=True)
class Use:
    """Something a training uses, and as what."""

    relation: Relation
    node: Node
    kind: Kind
    hub: bool = True
    selector: str | None = None
    evidence: Evidence = Evidence.DECLARED


@dataclass(frozen=True, slots=True)
class Training:
    """What settings say of a program's inputs and output."""

    uses: tuple[Use, ...]
    output: Node
    hub_id: Node
    trains: bool

    @property
    def base(self) -> Node:
        """The model it starts from."""
        of = (u.node for u in self.uses if u.relation is Relation.FINE_TUNED_FROM)
        return next(of, ABSENT)


def settings(*blocks: Node) -> Map:
    """Keys and values of blocks, at any depth, the first of a name; ``-`` for ``_``.

    A switch of a command line is an empty list. A name that is a path of keys also counts by what
    it means.
    """
    found: dict[str, Node] = {}
    pending = deque(value for block in blocks for value in block.entries())
    while pending:
        name, value = pending.popleft()
        if "\x1f" in name:
            continue
        if isinstance(value, Map) and not _varied(value):
            pending.extend(value.entries())
        elif value or isinstance(value, Seq):
            found.setdefault(name.lstrip("-").replace("_", "-").lower(), value)
    for name, value in list(found.items()):
        meant = meaning(name.replace("-", "_").split(".")) if "." in name else None
        if meant:
            found.setdefault(meant, value)
    return Map("", 0, found)


def training_of(given: Map, program: str = "") -> Training:
    """What the settings of a program say, by their names as :func:`settings` spells them."""
    purpose = purpose_of(program)
    trains = _is_on(given, "do-train") if given.at("do-train") or _is_on(given, "do-eval") else None
    if any(_is_on(given, key) for key in ONLY_EVALUATES):
        trains = False
    if trains is None:
        trains = purpose in {None, Purpose.TRAIN}
    reader = _Reader(given, trains)
    output = reader.output()
    uses = (*reader.models(output), *reader.data(), *reader.defaults(program))
    return Training(uses, output, reader.one("hub-model-id"), trains)


def _varied(value: Map) -> bool:
    """Whether a mapping is one setting of a search: a constant, or values to try."""
    return "type" in value.items and bool({"val", "vals", "values"} & value.items.keys())


def _values(value: Node) -> Iterator[Node]:
    """The texts that a setting may have: one, a list, or those of a search."""
    if isinstance(value, Map):
        for key in ("val", "vals", "values"):
            yield from _values(value.at(key))
    else:
        for item in value.elements():
            if item.text and not _is_nothing(item):
                yield item


def _is_nothing(node: Node) -> bool:
    """Whether a value says that there is none, or is a number or a switch."""
    text = node.text.lower()
    switch = node.is_true or node.is_false
    return switch or text in {"none", "null"} or node.number is not None


def _is_on(given: Map, key: str) -> bool:
    """Whether a switch is set: alone, or with a value that is not false."""
    if key not in given.items:
        return False
    value = given.at(key)
    first = value.at(0) if isinstance(value, Seq) else value
    return not first.is_false


@dataclass(frozen=True, slots=True)
class _Reader:
    given: Map
    trains: bool

    def one(self, key: str, *, path: bool = False) -> Node:
        """The first value of a setting."""
        node = next(_values(self.given.at(key)), ABSENT)
        return as_path(node) if path else node

    def output(self) -> Node:
        """Where a training puts its model; under a name that may also mean a base, a path only."""
        output = next((node for key in OUTPUTS if (node := self.one(key, path=True))), ABSENT)
        if output or not self.trains:
            return output
        places = (self.one(key) for key in MAYBE_OUTPUTS)
        return next((node for node in places if is_path(node.text)), ABSENT)

    def models(self, output: Node) -> Iterator[Use]:
        """Models that it starts from or is taught by, and its tokenizer."""
        bases = list(self.bases(output))
        for node in bases:
            yield Use(Relation.FINE_TUNED_FROM, node, Kind.MODEL, selector=self.revision)
        for key in RESUMED:
            node = self.one(key)
            if (
                node
                and not _is_inside(node, output)
                and node.text.lower() not in {"latest", "auto", "last"}
            ):
                yield Use(Relation.FINE_TUNED_FROM, node, Kind.MODEL, hub=False)
        seen = {node.text for node in bases}
        for key, relation in OTHERS:
            for node in _values(self.given.at(key)):
                known = relation is not Relation.TOKENIZED_WITH or _is_weights(node)
                if known and node.text not in seen:
                    seen.add(node.text)
                    yield Use(relation, node, Kind.MODEL)
        for key, value in self.given.entries():
            for node in _values(value) if PARTS.fullmatch(key) else ():
                sure = key.startswith("pretrained-") or is_placeholder(node.text)
                if node.text not in seen and (sure or _is_weights(node)):
                    seen.add(node.text)
                    yield Use(Relation.INITIALISED_FROM, node, Kind.MODEL)

    def bases(self, output: Node) -> Iterator[Node]:
        """The models that it starts from: by a sure name, else where the value is weights."""
        switches = [
            k for k in ("use-pretrained-weights", "use-pretrained") if k in self.given.items
        ]
        if not all(_is_on(self.given, key) for key in switches):
            return
        sure = [node for key in BASES for node in _values(self.given.at(key))]
        if "finetuning-type" in self.given.items and output:
            # LLaMA-Factory's older name of the adapters that a training goes on from
            sure.extend(_values(self.given.at("checkpoint-dir")))
        likely = [node for key in LIKELY_BASES for node in _values(self.given.at(key))]
        seen = {output.text, as_path(output).text, ""}
        if sure:
            sure.extend(n for n in _values(self.given.at("finetune")) if WEIGHTS.search(n.text))
        for node in sure or filter(_is_weights, likely):
            if not {node.text, as_path(node).text} & seen and not _is_inside(node, output):
                seen.add(node.text)
                yield node

    @property
    def revision(self) -> str | None:
        """The version of the base."""
        node = self.one("model-revision") or self.one("revision")
        return f"revision={node.text}" if node else None

    def data(self) -> Iterator[Use]:
        """Data sets, those named before folders that merely hold them."""
        splits = {split_of(key) for key, _ in self.named(EVALUATION) if not PLACE.search(key)}
        for key, node in self.named(EVALUATION):
            if PLACE.search(key) and split_of(key) in splits:
                continue
            shown = self.data_set(key, node)
            yield Use(Relation.EVALUATED_ON, shown, Kind.DATASET, self.is_hub(node))
        for key, node in self.named(TRAIN):
            if PLACE.search(key) and self.names:
                continue
            shown, hub, part = self.data_set(key, node), self.is_hub(node), self.part
            if self.trains:
                yield Use(Relation.TRAINED_ON, shown, Kind.DATASET, hub, part)
            if self.evaluates or not self.trains:
                yield Use(Relation.EVALUATED_ON, shown, Kind.DATASET, hub, part)

    def named(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, Node]]:
        """The values of the settings whose names a pattern fits."""
        for key, value in self.given.entries():
            of_evaluation = EVALUATION.fullmatch(key) is not None
            if not pattern.fullmatch(key) or of_evaluation != (pattern is EVALUATION):
                continue
            for node in _values(value):
                names = node.text.split() if key.endswith("-sets") else [node.text]
                for name in names:
                    no_data = name.lower() in NO_DATA or PICTURE.search(name)
                    if not no_data and not DATA_CLASS.fullmatch(name):
                        yield key, node if name == node.text else node.saying(name)

    @property
    def names(self) -> bool:
        """Whether a setting names the data itself rather than a folder."""
        return any(not PLACE.search(key) for key, _ in self.named(TRAIN))

    def data_set(self, key: str, node: Node) -> Node:
        """A data set's name or path; a folder's name is a path."""
        return as_path(node) if PLACE.search(key) or key.endswith(("-path", "-paths")) else node

    def is_hub(self, node: Node) -> bool:
        """Whether a name without a path's form means the hub."""
        return "/" in node.text or bool(HUGGING_FACE & self.given.items.keys())

    @property
    def part(self) -> str | None:
        """The configuration and the split of a data set that settings name."""
        keys = (("config", "dataset-config-name"), ("config", "dataset-config"),
                ("split", "dataset-train-split"), ("split", "dataset-split"))  # fmt: skip
        said = {name: self.one(key).text for name, key in keys if self.one(key)}
        return "; ".join(f"{name}={text}" for name, text in said.items()) or None

    @property
    def evaluates(self) -> bool:
        """Whether the program says that it also evaluates on its data."""
        told = _is_on(self.given, "do-eval") or any(self.one(key) for key in HELD_OUT)
        return told and not any(self.named(EVALUATION))

    def defaults(self, program: str) -> Iterator[Use]:
        """What examples of the hub's libraries load when they are told no more.

        The GLUE example loads the part of GLUE that its task names; the one for images starts
        from a model of its own choice.
        """
        task, script = self.one("task-name"), program.rpartition("/")[2]
        if task and "glue" in script and not any(self.named(TRAIN)):
            node, part = task.saying("nyu-mll/glue"), f"config={task.text}"
            if self.trains:
                yield Use(Relation.TRAINED_ON, node, Kind.DATASET, True, part, Evidence.DEFAULT)
            if _is_on(self.given, "do-eval"):
                yield Use(Relation.EVALUATED_ON, node, Kind.DATASET, True, part, Evidence.DEFAULT)
        named = self.one("dataset-name")
        chosen = any(key in self.given.items for key in BASES)
        if script in IMAGE_EXAMPLES and named and self.trains and not chosen:
            node = named.saying("google/vit-base-patch16-224-in21k")
            yield Use(Relation.FINE_TUNED_FROM, node, Kind.MODEL, evidence=Evidence.INFERRED)


def _is_inside(node: Node, output: Node) -> bool:
    """Whether a path lies where the training puts its own model."""
    if not output.text or not is_path(node.text):
        return False
    folder, path = normalised_path(output.text), normalised_path(node.text)
    return path == folder or path.startswith(f"{folder}/")


def _is_weights(node: Node) -> bool:
    """Whether a value can be nothing but weights: an id of the hub, an address or a file."""
    text = node.text
    if is_placeholder(text):
        return False
    named = text.startswith("azureml:") or HUB_ID.fullmatch(text) or is_old_hub_id(text)
    return bool(named or "://" in text or is_path(text) or WEIGHTS.search(text))


__all__ = [
    "Training",
    "Use",
    "command_of",
    "program_of",
    "settings",
    "training_of",
    "with_variables",
]
