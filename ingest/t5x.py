"""Gin configs of T5X and T5: mixtures of SeqIO, checkpoints, vocabularies, model folders.

A file of gin binds values to names: ``NAME = "value"``, ``scope/function.parameter = %NAME``,
or parameters below ``function:``. Which names mean what is what T5X's documentation says of
its run configs. Files that one includes are documents of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.parsed import parsed
from ingest.paths import as_path
from ingest.reading import ABSENT, Node, Scalar
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_BINDING = re.compile(r"(?P<name>[A-Za-z_][\w./]*)\s*=\s*(?P<value>.+)")
_BLOCK = re.compile(r"(?P<name>[A-Za-z_][\w./]*):")
_TEXT = re.compile(r"(['\"])(?P<text>[^'\"]*)\1")
_INCLUDE = re.compile(r"include\s+(['\"])(?P<path>[^'\"]+)\1")
_MIXTURES = ("MIXTURE_OR_TASK_NAME", "MIXTURE_NAME", "TASK_NAME")
_STARTS = ("INITIAL_CHECKPOINT_PATH", "INIT_CHECKPOINT")
_EVALUATES = ("EVAL_OUTPUT_DIR", "INFER_OUTPUT_DIR")
_MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class _Gin:
    """What a file binds: each name with its value, in order."""

    bound: tuple[tuple[str, Scalar], ...]
    includes: tuple[Scalar, ...]

    def one(self, *names: str) -> Node:
        """The text that the first of these names is bound to, references followed."""
        return next((n for name in names for n in self.all(name)), ABSENT)

    def all(self, end: str) -> Iterator[Node]:
        """The texts bound to a name, or to a parameter of that name of any function."""
        for name, value in self.bound:
            if re.search(rf"(^|[./]){re.escape(end)}$", name):
                node = self.text(value)
                if node.text:
                    yield node

    def text(self, value: Scalar) -> Node:
        """The text of a value; nothing for a function or a number."""
        macros = dict(self.bound)
        for _ in range(_MOST_REFERENCES):
            if not value.text.startswith("%"):
                break
            value = macros.get(value.text[1:], Scalar("", 0))
        said = _TEXT.fullmatch(value.text)
        return Scalar(value.key, value.line, said["text"], quoted=True) if said else ABSENT


def recognise(document: Document) -> Claim | None:
    """A mixture of SeqIO beside T5X or T5 in a file of gin."""
    gin = _gin(document.text)
    mixture = any(any(gin.all(name)) for name in (*_MIXTURES, "mixture_or_task_name"))
    if mixture and re.search(r"t5x?\b|seqio|mesh_transformer|MIXTURE", document.text):
        return Claim(2, "a mixture or task of SeqIO")
    return None


def read(document: Document) -> Extract:
    """All facts of one file."""
    found = Findings(parsed(document))
    gin = _gin(document.text)
    for path in gin.includes:
        found.skip(f"what “{path.text}” binds is read there, not here", path)
    if any(name in _EVALUATES or name.endswith("evaluate.output_dir") for name, _ in gin.bound):
        _evaluation(found, gin)
        return found.extract()
    at = gin.one(*_MIXTURES, "mixture_or_task_name")
    model = found.output(Kind.MODEL, location=as_path(gin.one("MODEL_DIR", "model_dir")), at=at)
    start = gin.one(*_STARTS, "init_checkpoint", "RestoreCheckpointConfig.path")
    found.input(model, Relation.FINE_TUNED_FROM, start, hub=False)
    for vocabulary in gin.all("sentencepiece_model_file"):
        found.input(model, Relation.TOKENIZED_WITH, vocabulary, hub=False)
    scoped = [*_scoped(gin)]
    for name, mixture in scoped:
        relation = Relation.EVALUATED_ON if "eval" in name else Relation.TRAINED_ON
        _data(found, model, relation, mixture)
    if not any("eval" not in name for name, _ in scoped):
        _data(found, model, Relation.TRAINED_ON, gin.one(*_MIXTURES))
    return found.extract()


def _scoped(gin: _Gin) -> Iterator[tuple[str, Node]]:
    """The data of each scope: of training, of evaluation."""
    for name, value in gin.bound:
        if name.endswith(".mixture_or_task_name"):
            node = gin.text(value)
            if node.text:
                yield name.rpartition("/")[0], node


def _evaluation(found: Findings, gin: _Gin) -> None:
    """A checkpoint that is measured makes no model."""
    checkpoint = gin.one("CHECKPOINT_PATH", "RestoreCheckpointConfig.path", *_STARTS)
    if not checkpoint:
        at = gin.one(*_MIXTURES, "mixture_or_task_name")
        found.skip("which checkpoint is measured is told only when it runs", at)
        return
    model = found.artifact(checkpoint, Kind.MODEL, hub=False)
    for mixture in (gin.one(*_MIXTURES), *(node for _, node in _scoped(gin))):
        _data(found, model, Relation.EVALUATED_ON, mixture)


def _data(found: Findings, model: Ref, relation: Relation, mixture: Node) -> None:
    """A mixture by the name it is registered under."""
    if mixture.text:
        found.relate(model, relation, found.named(mixture, Kind.DATASET), mixture)


def _gin(text: str) -> _Gin:
    """The bindings of a text, those of a block under its function's name."""
    bound: list[tuple[str, Scalar]] = []
    includes: list[Scalar] = []
    block = ""
    for number, line in enumerate(text.splitlines(), 1):
        said = line.split("#")[0].rstrip()
        if not said:
            continue
        if not said[0].isspace():
            block = ""
        if included := _INCLUDE.match(said):
            includes.append(Scalar("include", number, included["path"], quoted=True))
        elif opened := _BLOCK.fullmatch(said):
            block = opened["name"]
        elif binding := _BINDING.fullmatch(said.strip()):
            name = f"{block}.{binding['name']}" if block else binding["name"]
            bound.append((name, Scalar(name, number, binding["value"], quoted=True)))
    return _Gin(tuple(bound), tuple(includes))


INGESTOR = Ingestor(
    name="t5x",
    title="T5X gin config",
    description="Gin configs of T5X and T5: mixtures trained and evaluated on, the checkpoint a "
    "model starts from, vocabulary, model folder.",
    endings=(".gin",),
    recognise=recognise,
    read=read,
)
