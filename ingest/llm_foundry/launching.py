"""Commands that train with a config of the scanned tree, and what they change in it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ingest.base import Findings
from ingest.commands import Command, commands
from ingest.inheriting import overlaid, relined
from ingest.interpolation import resolved
from ingest.llm_foundry.training import training
from ingest.reading import ABSENT, Map, Node, Scalar
from lineage.errors import InputError

_TRAINS = re.compile(
    r"(?:\bcomposer\b[^\n]*?\btrain\.py|\bllmfoundry\s+train)[\s\\]+[^\s/-]\S*\.ya?ml\b"
)
_CHANGE = re.compile(r"(?P<path>\w+(?:\.\w+)*)=(?P<value>.*)", re.DOTALL)


def launches(text: str) -> bool:
    """Whether a shell text trains with a config that is not the job's own parameters."""
    return _TRAINS.search(text) is not None


def launched(found: Findings, text: Node, name: Node) -> None:
    """Each training with a config of the tree: what that says once the command changed it."""
    if not launches(text.text):
        return
    folder = ""
    for command in commands(text.text, text.line):
        words = command.words
        if words[0].text == "cd" and len(words) > 1:
            folder = posixpath.join(folder, words[1].text)
        for config in _configs(command):
            base = _tree(found, config, folder)
            if not base:
                found.skip("the config of this training is not in the scanned tree", config)
            job = resolved(overlaid(relined(base, config.line), _changes(command)))
            training(found, job, name)


def _configs(command: Command) -> Iterator[Scalar]:
    """The config that a training program is given."""
    if not (command.runs("train.py") or command.runs("llmfoundry")):
        return
    given = (w for w in command.words if w.text.endswith((".yaml", ".yml")) and "=" not in w.text)
    config = next(given, None)
    if config is not None and not config.text.startswith("/"):
        yield config


def _tree(found: Findings, config: Node, folder: str) -> Node:
    """The config: beside the job or above it, in the folder that the commands went to.

    The first step of that folder may be the repository itself, as it was cloned.
    """
    inside = folder.partition("/")[2]
    places = (posixpath.join(part, config.text) for part in (inside, folder, ""))
    document = found.document.beside(*places)
    try:
        return document.tree if document else ABSENT
    except InputError as error:
        found.skip(f"the config of this training cannot be read: {error}", config)
        return ABSENT


def _changes(command: Command) -> Map:
    """The values that a command gives by ``a.b=value``, as a tree."""
    root = Map("", command.line)
    for word in command.words:
        said = _CHANGE.fullmatch(word.text)
        if said is None:
            continue
        *above, last = said["path"].split(".")
        holder = root
        for step in above:
            held = holder.items.get(step)
            if not isinstance(held, Map):
                held = holder.items[step] = Map(said["path"], word.line)
            holder = held
        holder.items[last] = Scalar(said["path"], word.line, said["value"])
    return root
