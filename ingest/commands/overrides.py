"""Settings whose names are paths of keys: ``data.train_files=a``, ``--train_dataset.path a``.

They are those of Hydra, OmegaConf, yacs, gin, ML Collections and jsonargparse. What a path of
keys means is in a table where a program is known, and is told by its last keys else.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.commands import Command
from ingest.commands.names import spelled, split_of
from ingest.commands.spellings import (
    BASES,
    EVALUATION,
    LEAVES,
    NO_DATA_BELOW,
    OTHERS,
    OUTPUTS,
    OVERRIDES,
    PARTS,
    POSITIONAL,
    SECTION,
    TRAIN,
)
from ingest.reading import Map, Node, Scalar, Seq

_OVERRIDE = re.compile(r"[+]{0,2}(?P<key>[A-Za-z_]\w*(?:\.\w+)*)=(?P<value>.*)", re.DOTALL)
_YACS = re.compile(r"[A-Z][A-Z0-9_]*(\.[A-Z0-9_]+)*")
_STATE = re.compile(r"(params|flax_params|trainstate|trainstate_params)::")
_SURE = frozenset({*BASES, *(name for name, _ in OTHERS), *OUTPUTS} - {"output", "save"})


def meaning(keys: Sequence[str]) -> str | None:
    """The option that a path of keys is the same as, if its words tell."""
    known = OVERRIDES.get(".".join(keys))
    if known or len(keys) < 2:
        return known
    names = [spelled(key).replace("_", "-") for key in keys]
    last, two = names[-1], "-".join(names[-2:])
    if last in _SURE or two in _SURE:
        return last if last in _SURE else two
    if PARTS.fullmatch(last):
        return last
    if two == "model-name":
        return two
    if names[-2] == "model" and last in {"model-name", "model-path"}:
        return last
    within = [at for at, name in enumerate(names[:-1]) if SECTION.fullmatch(name)]
    if any(NO_DATA_BELOW.search(name) for name in names[within[-1] if within else 0 :]):
        return None
    if last in LEAVES and within:
        split = split_of(names[within[-1]])
        if split:
            kind = "dir" if re.search(r"(dir|root|folder)$", last) else "files"
            return f"{split}-{kind}"
    if two in {"data-train", "dataset-train", "datasets-train"}:
        return "train-files"
    if re.fullmatch(r"data(set)?s?-(valid(ation)?|val|eval|test|dev)", two):
        return "validation-files"
    fits = (name for name in (two, last) for kind in (EVALUATION, TRAIN) if kind.fullmatch(name))
    return next(fits, None)


def options(words: Sequence[Scalar]) -> Map:
    """The options of a command, those whose names are paths of keys by what they mean."""
    given = Command(tuple(words)).options
    items: dict[str, Node] = {}
    for name, value in given.entries():
        if _is_part(name, given.items):
            continue
        keys = name.removeprefix("gin.").split(".")
        meant = meaning([key.replace("-", "_") for key in keys]) if "." in name else None
        stated = _unquoted(value) if meant or name == "load-checkpoint" else value
        items.setdefault(meant or name, stated)
    return Map("", given.line, items)


def overrides(words: Sequence[Scalar]) -> Map:
    """The settings of a command that are known by their keys, as options are spelt."""
    items: dict[str, Node] = {}
    pairs = [*_pairs(words)]
    keys = {key for key, _, _ in pairs}
    for key, word, value in pairs:
        name = meaning(key.split("."))
        if name and not _is_part(key, keys):
            listed = [word.saying(part) for part in _values(value)]
            items.setdefault(name, Seq(f"--{name} (line {word.line})", word.line, [*listed]))
    return Map("", 0, items)


def positional(tool: str, program: str, words: Sequence[Scalar]) -> Map:
    """The first word after a program that takes its data or its base without an option."""
    option, separator = POSITIONAL.get(f"{tool} {program}", POSITIONAL.get(tool, ("", "")))
    if not option or not words or words[0].text.startswith("-"):
        return Map("", 0)
    listed: list[Node] = [*words[0].listed(separator)] if separator else [words[0]]
    return Map("", 0, {option: Seq(option, words[0].line, listed)})


def _pairs(words: Sequence[Scalar]) -> Iterator[tuple[str, Scalar, str]]:
    """Keys with their values: ``key=value``, and ``KEY value`` as yacs takes them."""
    for word in words:
        said = _OVERRIDE.fullmatch(word.text)
        if said:
            yield said["key"], word, said["value"]
    for key, value in pairwise(words):
        if _YACS.fullmatch(key.text) and key.text in OVERRIDES:
            yield key.text, value, value.text


def _is_part(key: str, keys: Container[str]) -> bool:
    """Whether a name is that of a part of the data whose path stands beside it."""
    above, dot, last = key.rpartition(".")
    return bool(dot) and last == "name" and f"{above}.path" in keys


def _unquoted(value: Node) -> Node:
    """An option's values without quotes within quotes, and without what kind of state they are."""
    made = [node.saying(_STATE.sub("", node.text.strip("'\""))) for node in value.elements()]
    return Seq(value.key, value.line, [*made])


def _values(text: str) -> Iterable[str]:
    """The texts of a value, or of a list of them: ``[.5,a,.5,b]`` mixes ``a`` and ``b``."""
    inside = text.strip().removeprefix("[").removesuffix("]")
    inside = inside.removeprefix("(").removesuffix(")")
    values = [part.strip().strip("'\"") for part in inside.split(",")]
    return [value for value in values if value and not re.fullmatch(r"[\d.]+|null|None", value)]
