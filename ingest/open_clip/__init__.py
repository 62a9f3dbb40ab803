"""OpenCLIP, and DataComp's wrapper of it: launch scripts (shell) and ``params.txt`` of runs.

Shards are collapsed to the folder they lie in. Which weights a tag such as ``openai`` stands for
is in ``ingest/data/open_clip.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.commands import Command, commands
from ingest.open_clip.training import Training
from ingest.parsed import parsed
from ingest.reading import Map, Node, Scalar, Seq
from lineage.records import Extract

_PROGRAMS = ("open_clip_train.main", "training.main", "training/main.py", "open_clip_train/main.py")
_OWN = frozenset({
    "train-data", "val-data", "imagenet-val", "dataset-type", "pretrained", "train-num-samples",
    "local-loss", "gather-with-grad", "siglip", "lock-image", "lock-text", "force-quick-gelu",
    "csv-img-key", "csv-caption-key", "zeroshot-frequency", "dataset-resampled",
})  # fmt: skip
_OF_DATACOMP = frozenset({"scale", "data-dir", "output-dir", "exp-name"})
_ENDINGS = (".sh", ".bash", ".sbatch", ".slurm")
_LINE = re.compile(r"([a-z]\w*): (.*)")


def recognise(document: Document) -> Claim | None:
    """A command that trains with OpenCLIP, or the parameters that a run wrote."""
    for options, command in _runs(document):
        if _is_clip(options, command):
            return Claim(3, "trains with OpenCLIP")
    return None


def read(document: Document) -> Extract:
    """All facts of each training."""
    found = Findings(parsed(document))
    for options, command in _runs(document):
        if _is_clip(options, command):
            Training(found, options).read()
    return found.extract()


def _is_clip(options: Map, command: Command | None) -> bool:
    keys = {key for key, _ in options.entries()}
    if command is None:
        return len(keys & _OWN) >= 4 and "model" in keys
    datacomp = command.runs("train.py") and len(keys & _OF_DATACOMP) >= 3
    named = any(program in word.text for word in command.words for program in _PROGRAMS)
    return datacomp or (named and bool(keys & _OWN)) or (len(keys & _OWN) >= 3 and "model" in keys)


def _runs(document: Document) -> Iterator[tuple[Map, Command | None]]:
    """The options of each command of a script; the parameters of a run."""
    if document.name.endswith(_ENDINGS):
        yield from ((command.options, command) for command in commands(document.text))
        return
    items: dict[str, Node] = {}
    for number, line in enumerate(document.text.splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match and match[2] not in {"None", ""}:
            key = match[1].replace("_", "-")
            value = Scalar(match[1], number, match[2], quoted=True)
            items[key] = Seq(match[1], number, [value])
    yield Map("", 1, items), None


INGESTOR = Ingestor(
    name="open_clip",
    title="OpenCLIP script or run",
    description="Trainings with OpenCLIP and DataComp: shards collapsed to data sets, pretrained "
    "weights by tag, teacher, validation data, output folder.",
    endings=(*_ENDINGS, "params.txt"),
    recognise=recognise,
    read=read,
)
