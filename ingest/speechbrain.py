"""SpeechBrain recipes (HyperPyYAML): pretrained parts, data, output folder.

``!ref <folder>/x`` puts another value in; what a tag would build is never built. The lists of
utterances that a recipe writes into its own output folder are made of ``data_folder``, which
is what the model is trained and evaluated on.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands.names import split_of
from ingest.parsed import parsed
from ingest.paths import as_path
from ingest.reading import ABSENT, Map, Node, Scalar, Seq, leaves
from lineage.identity import is_path, normalised_path
from lineage.records import Extract, Ref
from lineage.vocabulary import Kind, Relation

_REFERENCE = re.compile(r"<(?P<keys>\w+(?:\[\w+\])*)>")
_LIST = re.compile(
    r"(?P<split>train|valid|dev|test)_(csv|json|annotation|manifest|data|tsv|file|set)(_path)?"
)
_FOLDERS = ("data_folder", "data_path", "data_root", "dataset_folder")
_PRETRAINED = re.compile(r"\w*(_hub|pretrain(ed)?\w*_(path|folder|model|file|source))|pretrained")
_MOST_REFERENCES = 20


def recognise(document: Document) -> Claim | None:
    """Tags of HyperPyYAML for SpeechBrain's classes, with an output folder."""
    text = document.text
    if "speechbrain." not in text or not ("!new:" in text or "!name:" in text or "!ref" in text):
        return None
    if not document.tree.at("output_folder"):
        return None  # settings that a saved model is loaded with
    return Claim(3, "HyperPyYAML of SpeechBrain with an output folder")


def read(document: Document) -> Extract:
    """All facts of one recipe."""
    root = _filled(document.tree, document.tree)
    found = Findings(parsed(document, root))
    output = as_path(root.at("output_folder"))
    model = found.output(Kind.MODEL, location=output)
    _parts(found, root, model, output)
    _data(found, root, model, output)
    # what is written below the output folder, and references to what a tag builds
    own = (leaf for leaf in leaves(root) if _is_inside(leaf.value, output) or "<" in leaf.value)
    found.leave_out(*own)
    found.report_rest("speechbrain", root)
    return found.extract()


def _parts(found: Findings, root: Node, model: Ref, output: Node) -> None:
    """Weights that parts of the model are loaded from, and the tokenizer."""
    seen: set[str] = set()
    for key, node in _sources(root):
        text = node.text
        if not text or text in seen or _is_inside(text, output) or "<" in text:
            continue
        seen.add(text)
        known = re.fullmatch(r"([\w.-]+/[\w.-]+)/[\w.-]+\.(ckpt|pt|bin|model)", text)
        shown = node.saying(known[1]) if known and not is_path(known[1]) else node
        relation = Relation.TOKENIZED_WITH if "tokenizer" in key else Relation.INITIALISED_FROM
        found.input(model, relation, shown)


def _sources(root: Node) -> Iterator[tuple[str, Node]]:
    """What is loaded: by a pretrainer, by a part's ``source``, by keys that mean nothing else."""
    loaded = root.at("pretrainer", "paths")
    yield from loaded.entries()
    for key, node in root.entries():
        if isinstance(node, Map):
            source = node.at("source")
            if isinstance(source, Scalar) and key != "pretrainer":
                yield key, source
        elif _PRETRAINED.fullmatch(key) and isinstance(node, Scalar) and not loaded:
            yield key, node


def _data(found: Findings, root: Node, model: Ref, output: Node) -> None:
    """Lists of utterances that are given, else the folder that they are made of."""
    made: list[str] = []
    for key, value in root.entries():
        listed = _LIST.fullmatch(key)
        for node in value.elements() if listed else ():
            split = split_of(key)
            relation = Relation.TRAINED_ON if split == "train" else Relation.EVALUATED_ON
            if _is_inside(node.text, output):
                made.append(split or "")
            elif node.text:
                found.input(model, relation, as_path(node), hub=False)
    folder = next((root.at(key) for key in _FOLDERS if key in dict(root.entries())), ABSENT)
    if folder is ABSENT or not made:
        return
    # the tag !PLACEHOLDER is a gap that the command line fills, and has no text of its own
    place = as_path(folder) if folder.text else folder.saying("!PLACEHOLDER")
    part = ",".join(node.text for node in root.at("train_splits").elements())
    if "train" in made:
        selector = f"split={part}" if part else None
        found.input(model, Relation.TRAINED_ON, place, hub=False, selector=selector)
    if set(made) - {"train"}:
        found.input(model, Relation.EVALUATED_ON, place, hub=False)


def _is_inside(text: str, output: Node) -> bool:
    """Whether a path lies in the output folder of the recipe."""
    folder = normalised_path(output.text)
    return bool(folder) and posixpath.join(normalised_path(text), "").startswith(f"{folder}/")


def _filled(node: Node, root: Node) -> Node:
    """The same tree with the references between its values put in."""
    if isinstance(node, Map):
        items = {key: _filled(value, root) for key, value in node.items.items()}
        return Map(node.key, node.line, items, node.duplicates)
    if isinstance(node, Seq):
        return Seq(node.key, node.line, [_filled(item, root) for item in node.items])
    if isinstance(node, Scalar) and "<" in node.value:
        return _text(node, root)
    return node


def _text(node: Scalar, root: Node) -> Scalar:
    """A value with the texts of those that it refers to; what is no text stays a reference."""
    text, origins = node.value, [node]
    for _ in range(_MOST_REFERENCES):
        match = next((m for m in _REFERENCE.finditer(text) if _held(root, m["keys"])), None)
        if match is None:
            break
        held = _held(root, match["keys"])
        text = text[: match.start()] + held.text + text[match.end() :]
        if isinstance(held, Scalar):
            origins.append(held)
    return Scalar(node.key, node.line, text, quoted=True, origins=tuple(origins))


def _held(root: Node, keys: str) -> Node:
    """The text under ``a`` or ``a[b]``."""
    node = root.at(*re.findall(r"\w+", keys))
    return node if node.text else ABSENT


INGESTOR = Ingestor(
    name="speechbrain",
    title="SpeechBrain recipe",
    description="HyperPyYAML of SpeechBrain's recipes, references put in: pretrained parts and "
    "tokenizers, data folder or lists of utterances, output folder.",
    endings=(".yaml", ".yml"),
    recognise=recognise,
    read=read,
)
