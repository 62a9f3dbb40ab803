"""Configs of arcface_torch (InsightFace): face data, verification sets, output folder.

Python with one ``config = edict()``. The configs' own ``base.py`` gives what a config leaves
out. Which data set a folder holds is inferred from the numbers of people and pictures.
"""

from __future__ import annotations

import posixpath
import re

from ingest.base import Claim, Document, Findings, Ingestor
from ingest.literals import Unknown, parse_python
from ingest.parsed import parsed
from ingest.reading import ABSENT, Map, Node
from ingest.tables import Entry, table
from lineage.errors import InputError
from lineage.identity import is_path, ref_in
from lineage.records import Extract, Ref
from lineage.vocabulary import Evidence, Kind, Relation

_MADE = re.compile(r"^(config|cfg)\s*=\s*(edict|EasyDict|easydict\.EasyDict)\(", re.MULTILINE)
_BRANCH = re.compile(r"(?:el)?if\s+(?:config|cfg)\.(\w+)\s*==\s*(['\"])(.*?)\2\s*:")
_SET = re.compile(r"(?:config|cfg)\.(\w+)\s*=\s*(['\"])(.*?)\2")
_MARKERS = ("network", "embedding_size", "margin_list", "sample_rate", "num_classes", "loss")
_PARENT = re.compile(
    r"^(source|backbone_pth|weights?)$|pretrain|checkpoint|ckpt|_source$|finetune_from|init_(model|from)"
)
_PUBLIC = "lineage://face-recognition"


def recognise(document: Document) -> Claim | None:
    """``config = edict()`` with training records and keys of the training script."""
    if not _MADE.search(document.text):
        return None
    try:
        config = _config(document)
    except InputError:
        return None
    keys = [key for key in _MARKERS if key in config.items]
    if not config.at("rec") or len(keys) < 2:
        return None
    return Claim(2, f"training records (rec) with {len(keys)} keys of arcface_torch")


def read(document: Document) -> Extract:
    """All facts of one config."""
    config = _config(document)
    found = Findings(parsed(document, config))
    base = _base(document)
    output = config.at("output") if "output" in config.items else base.at("output")
    model = found.output(
        Kind.MODEL,
        name=ABSENT if output else config.saying(document.stem),
        location=_inside(output, config) if output else config.saying(f"work_dirs/{document.stem}"),
        capabilities=("biometric",),
    )
    records = config.at("rec")
    if isinstance(records, Unknown):
        found.skip(f"only running the file would tell: {records.source[:80]}", records)
    elif records.text != "synthetic":
        data = found.input(model, Relation.TRAINED_ON, records, hub=False)
        if data is not None:
            _counted(found, config, data)
            _recognised(found, config, data)
    targets = config.at("val_targets") if "val_targets" in config.items else base.at("val_targets")
    for target in targets.elements():
        if target.text:
            place = _inside(target, config)
            found.relate(model, Relation.EVALUATED_ON, found.named(place, Kind.DATASET), place)
    for key, value in config.entries():
        relation = Relation.DISTILLED_FROM if "teacher" in key else Relation.FINE_TUNED_FROM
        if ("teacher" in key or _PARENT.search(key)) and is_path(value.text):
            found.input(model, relation, value)
    return found.extract()


def _config(document: Document) -> Map:
    """The config's keys, of a chain of conditions only those that hold."""
    values = parse_python(_decided(document.text), document.path).values
    made = values.at("config") or values.at("cfg")
    return made if isinstance(made, Map) else Map("", 1)


def _decided(text: str) -> str:
    """The text with top-level ``if config.x == "y"`` chains decided; lines keep their numbers."""
    known: dict[str, str] = {}
    lines = []
    held, taken = None, False
    for line in text.splitlines():
        branch = _BRANCH.match(line)
        if branch:
            taken = taken and line.startswith("elif")
            held = known.get(branch[1]) == branch[3] and not taken
            taken = taken or held
            line = ""
        elif held is not None and re.match(r"else\s*:", line):
            held, line = not taken, ""
        elif held is not None and line.startswith((" ", "\t")):
            line = line.strip() if held and _SET_ANY.match(line) else ""
        elif held is not None and line.strip() and not line.startswith("#"):
            held, taken = None, False
        value = _SET.match(line)
        if value:
            known[value[1]] = value[3]
        lines.append(line)
    return "\n".join(lines)


_SET_ANY = re.compile(r"\s+(?:config|cfg)\.\w+\s*=.*[^\s(\[{,\\]\s*$")


def _base(document: Document) -> Node:
    """The config that every other one in its folder starts from."""
    base = document.sibling(posixpath.join(document.parent, "base.py"))
    if base is None or base.path == document.path:
        return ABSENT
    try:
        return _config(base)
    except InputError:
        return ABSENT


def _inside(node: Node, config: Map) -> Node:
    """A value of the base, at a place of the document itself."""
    own = config.at(node.key.rpartition(".")[2].partition("[")[0])
    return node if own else config.saying(node.text)


def _counted(found: Findings, config: Map, data: Ref) -> None:
    """States how many people and pictures the data has, as far as the config says."""
    people, pictures = (
        int(text) if (text := config.at(key).text).isdecimal() else None
        for key in ("num_classes", "num_image")
    )
    if people is not None or pictures is not None:
        at = config.at("num_classes" if people is not None else "num_image")
        found.describe(data, at, num_classes=people, num_image=pictures)


def _recognised(found: Findings, config: Map, data: Ref) -> None:
    """The public data set that a folder holds, by its name and its numbers."""
    folder = posixpath.basename(data.name).lower()
    entries = [entry for rows in table("arcface").values() for entry in rows]
    fitting = [entry for entry in entries if _fits(entry, config)]
    entry = next((e for e in fitting if e["component"] == folder), next(iter(fitting), None))
    called = next((e for e in entries if e["component"] == folder), None)
    if entry is None:
        return
    if called is not None and called not in fitting:
        found.skip(
            f"the folder is called like {called['dataset']}, and its numbers are those of "
            f"{entry['dataset']}",
            config.at("num_classes"),
        )
    at = config.at("num_classes")
    public = ref_in(_PUBLIC, entry["dataset"], Kind.DATASET)
    found.describe(data, at, recognised_by=f"number of people and pictures: {entry['source']}")
    for one, other in ((data, public), (public, data)):
        found.relate(one, Relation.SAME_AS, other, at, evidence=Evidence.INFERRED)


def _fits(entry: Entry, config: Map) -> bool:
    """Whether people and pictures are as many; where only people are known, those."""
    pictures = config.at("num_image")
    same = entry["num_classes"] == config.at("num_classes").text
    return same and (
        "num_image" not in entry or pictures.number is None or entry["num_image"] == pictures.text
    )


INGESTOR = Ingestor(
    name="arcface",
    title="ArcFace config",
    description="Training configs of InsightFace's arcface_torch: face data, which public set it "
    "is by its numbers, verification sets, weights it starts from, output folder.",
    endings=(".py",),
    recognise=recognise,
    read=read,
)
